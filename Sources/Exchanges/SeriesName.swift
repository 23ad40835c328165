import Market

/// What a candle file is about, from its name: `BTC_USDT-15m.csv.gz`, `BTCUSDT-1h.ndjson`, `BTC_USDT_USDT-5m-futures.json` (a perpetual: base,
/// quote, settlement), `BTCUSDT-15m-2024-01.zip` (a month or a day of a longer history).
public struct SeriesName: Hashable, Sendable {
  public var symbol: Symbol?
  public var timeframe: Timeframe?
  public var format: Format

  public enum Format: String, CaseIterable, Sendable {
    case csv, ndjson
    /// A bulk archive of Binance: twelve columns, with or without a header.
    case binance
    /// One JSON array of arrays.
    case ccxt
    /// A chart exported by TradingView.
    case tradingView = "tradingview"
  }

  /// - Parameter path: only its last component counts. What cannot be told from it is `nil`; the format is CSV unless the name says otherwise.
  public init(path: String) {
    var name = path.unicodeScalars.split(separator: "/").last.map { String($0) } ?? path
    if name.hasSuffix(".gz") { name.removeLast(3) }
    var ending = ""
    if let point = name.lastIndex(of: ".") {
      ending = String(name[name.index(after: point)...])
      name = String(name[..<point])
    }
    var parts = name.split(separator: "-", omittingEmptySubsequences: false).map(String.init)
    if parts.last == "futures" { parts.removeLast() }
    let isDated = SeriesName.cutDate(&parts)
    if parts.count > 1, let last = parts.last, let named = SeriesName.timeframe(last) {
      timeframe = named
      parts.removeLast()
    }
    symbol = SeriesName.symbol(parts.joined(separator: "-"))
    format =
      switch ending {
      case "ndjson", "jsonl": .ndjson
      case "json": .ccxt
      default: isDated || ending == "zip" ? .binance : .csv
      }
  }

  /// Takes `2024-01` or `2024-01-31` off the end.
  private static func cutDate(_ parts: inout [String]) -> Bool {
    for count in [3, 2] where parts.count > count + 1 {
      let digits = parts.suffix(count)
      guard digits.map(\.count) == Array([4, 2, 2].prefix(count)), digits.allSatisfy({ $0.allSatisfy(\.isNumber) }) else { continue }
      parts.removeLast(count)
      return true
    }
    return false
  }

  /// The archives write a month as `1mo`.
  private static func timeframe(_ text: String) -> Timeframe? { text == "1mo" ? .month1 : Timeframe(text) }

  private static func symbol(_ text: String) -> Symbol? {
    let parts = text.split(separator: "_", omittingEmptySubsequences: false)
    return parts.count == 3 ? Symbol("\(parts[0])/\(parts[1]):\(parts[2])") : Symbol(text)
  }
}
