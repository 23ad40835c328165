import Market

/// Rows of comma-separated values under a header of names: `open_time,open,high,low,close,volume` in any order, and, where they stand,
/// `quote_volume`, `trades`, `taker_buy_volume`. Other columns are passed over. Times as `Timestamp` reads them.
public struct CSVRows: RowReader {
  /// What a column holds.
  public enum Field: String, CaseIterable, Sendable {
    case openTime = "open_time"
    case open, high, low, close, volume
    case quoteVolume = "quote_volume"
    case trades
    case takerBuyVolume = "taker_buy_volume"

    static let required: [Field] = [.openTime, .open, .high, .low, .close, .volume]
  }

  private var columns: [Field?]?

  /// - Parameter columns: what each column holds, for a file without a header; `nil` reads the header.
  public init(columns: [Field?]? = nil) {
    self.columns = columns
  }

  public mutating func read(_ line: UnsafeBufferPointer<UInt8>) throws(RowFault) -> ExactCandle? {
    guard let columns else {
      let header = try CSVRows.header(line)
      columns = header
      return nil
    }
    var candle = ExactCandle(
      openTime: .distantPast, closeTime: .distantPast, open: .zero, high: .zero, low: .zero, close: .zero, volume: .zero)
    var start = 0
    var column = 0
    while column < columns.count {
      var end = start
      while end < line.count, line[end] != 0x2C { end += 1 }
      if let field = columns[column] {
        try CSVRows.set(field, of: &candle, to: UnsafeBufferPointer(rebasing: line[start..<end]), column: start + 1)
      }
      column += 1
      if end == line.count { break }
      start = end + 1
    }
    if column < columns.count, columns[column...].contains(where: { $0.map(Field.required.contains) ?? false }) {
      throw RowFault(.missingColumn, "\(column) of \(columns.count) columns", column: line.count + 1)
    }
    return candle
  }

  private static func set(
    _ field: Field, of candle: inout ExactCandle, to text: UnsafeBufferPointer<UInt8>, column: Int
  ) throws(RowFault) {
    if field == .openTime {
      guard let time = Timestamp(text) else {
        throw RowFault(.badTime, "open_time is not ISO-8601 or epoch time: \(excerpt(text))", column: column)
      }
      candle.openTime = time
      return
    }
    guard let number = Decimal(text) else { throw RowFault(.badNumber, "\(field.rawValue) is not a number: \(excerpt(text))", column: column) }
    switch field {
    case .openTime: break
    case .open: candle.open = number
    case .high: candle.high = number
    case .low: candle.low = number
    case .close: candle.close = number
    case .volume: candle.volume = number
    case .quoteVolume: candle.quoteVolume = number
    case .trades: candle.trades = Int64(exactly: number.trimmed.mantissa)
    case .takerBuyVolume: candle.takerBuyVolume = number
    }
  }

  private static func header(_ line: UnsafeBufferPointer<UInt8>) throws(RowFault) -> [Field?] {
    // A byte-order mark, as spreadsheets put it.
    let text = line.starts(with: [0xEF, 0xBB, 0xBF]) ? line.dropFirst(3) : line[...]
    let columns = text.split(separator: 0x2C, omittingEmptySubsequences: false).map { Field(rawValue: String(decoding: $0, as: UTF8.self)) }
    for field in Field.required where columns.count(where: { $0 == field }) != 1 {
      throw RowFault(.badHeader, "expected the header open_time,open,high,low,close,volume; \(field.rawValue) is missing or doubled")
    }
    return columns
  }

  private static func excerpt(_ text: UnsafeBufferPointer<UInt8>) -> String {
    "'\(String(decoding: text.prefix(40), as: UTF8.self))'"
  }
}
