/// How a file of comma-separated rows says what its columns hold.
public enum CSVLayout: Hashable, Sendable {
  /// What a column holds.
  public enum Field: String, CaseIterable, Sendable {
    case openTime = "open_time"
    case open, high, low, close, volume
    case quoteVolume = "quote_volume"
    case trades
    case takerBuyVolume = "taker_buy_volume"

    static let required: [Field] = [.openTime, .open, .high, .low, .close, .volume]
  }

  /// A header of names, and what those names hold that hold anything.
  case named([String: Field])
  /// The same columns in every row. A first line that begins with a letter is a header, and passed over.
  case positional([Field?])

  /// `open_time,open,high,low,close,volume` in any order, and, where they stand, `quote_volume`, `trades`, `taker_buy_volume`.
  public static let own = CSVLayout.named(Dictionary(uniqueKeysWithValues: Field.allCases.map { ($0.rawValue, $0) }))

  /// As TradingView exports charts: `time,open,high,low,close,Volume` among the columns of indicators.
  public static let tradingView = CSVLayout.named([
    "time": .openTime, "open": .open, "high": .high, "low": .low, "close": .close, "Volume": .volume, "volume": .volume,
  ])

  /// The twelve columns of Binance's bulk archives, whose older and spot files have no header.
  public static let binance = CSVLayout.positional([
    .openTime, .open, .high, .low, .close, .volume, nil, .quoteVolume, .trades, .takerBuyVolume, nil, nil,
  ])

  /// The rows of ccxt and freqtrade: time, open, high, low, close, volume.
  public static let ccxt = CSVLayout.positional(Field.required)

  /// Reads `open_time=date,close=last,…`, which adds names to those of `own`, or `open_time,open,-,…`, the columns in order, `-` for one to pass over.
  /// - Returns: `nil` where a field is unknown, or a required one is not to be had.
  public init?(_ text: String) {
    let words = text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    if text.contains("=") {
      guard case .named(var names) = CSVLayout.own else { return nil }
      for word in words {
        let sides = word.split(separator: "=", maxSplits: 1).map(String.init)
        guard sides.count == 2, let field = Field(rawValue: sides[0]) else { return nil }
        names = names.filter { $0.value != field }
        names[sides[1]] = field
      }
      self = .named(names)
    } else {
      let columns = words.map { Field(rawValue: $0) }
      guard zip(words, columns).allSatisfy({ $0 == "-" || $1 != nil }), CSVLayout.isComplete(columns) else { return nil }
      self = .positional(columns)
    }
  }

  /// Every required field once.
  static func isComplete(_ columns: [Field?]) -> Bool {
    Field.required.allSatisfy { field in columns.count(where: { $0 == field }) == 1 }
  }
}
