import Market

/// Rows of comma-separated values, their columns as a `CSVLayout` says. Fields may stand in double quotes; times are read as `Timestamp` reads them.
public struct CSVRows: RowReader {
  private let layout: CSVLayout
  private var columns: [CSVLayout.Field?]?

  public init(_ layout: CSVLayout = .own) { self.layout = layout }

  public mutating func read(_ line: UnsafeBufferPointer<UInt8>) throws(RowFault) -> ExactCandle? {
    guard let columns else { return try begin(line) }
    return try CSVRows.row(line, columns)
  }

  /// Takes the first line.
  private mutating func begin(_ line: UnsafeBufferPointer<UInt8>) throws(RowFault) -> ExactCandle? {
    // Spreadsheets put a byte-order mark before it.
    let text = line.starts(with: [0xEF, 0xBB, 0xBF]) ? UnsafeBufferPointer(rebasing: line.dropFirst(3)) : line
    switch layout {
    case .named(let names):
      let header = text.split(separator: 0x2C, omittingEmptySubsequences: false).map {
        names[String(decoding: CSVRows.unquoted(UnsafeBufferPointer(rebasing: $0)), as: UTF8.self)]
      }
      guard CSVLayout.isComplete(header) else { throw CSVRows.badHeader(names, header) }
      columns = header
      return nil
    case .positional(let fixed):
      columns = fixed
      if let first = CSVRows.unquoted(text).first, first | 0x20 >= 0x61, first | 0x20 <= 0x7A { return nil }
      return try CSVRows.row(text, fixed)
    }
  }

  private static func badHeader(_ names: [String: CSVLayout.Field], _ header: [CSVLayout.Field?]) -> RowFault {
    let wrong = CSVLayout.Field.required.filter { field in header.count(where: { $0 == field }) != 1 }
    let expected = wrong.map { field in names.filter { $0.value == field }.keys.sorted().joined(separator: " or ") }
    return RowFault(.badHeader, "the first line must be a header with one column each of \(expected.joined(separator: ", "))")
  }

  private static func row(_ line: UnsafeBufferPointer<UInt8>, _ columns: [CSVLayout.Field?]) throws(RowFault) -> ExactCandle {
    var candle = ExactCandle(
      openTime: .distantPast, closeTime: .distantPast, open: .zero, high: .zero, low: .zero, close: .zero, volume: .zero)
    var start = 0
    var column = 0
    while column < columns.count {
      var end = start
      while end < line.count, line[end] != 0x2C { end += 1 }
      if let field = columns[column] {
        try set(field, of: &candle, to: unquoted(UnsafeBufferPointer(rebasing: line[start..<end])), column: start + 1)
      }
      column += 1
      if end == line.count { break }
      start = end + 1
    }
    if column < columns.count, columns[column...].contains(where: { $0.map(CSVLayout.Field.required.contains) ?? false }) {
      throw RowFault(.missingColumn, "\(column) of \(columns.count) columns", column: line.count + 1)
    }
    return candle
  }

  private static func set(
    _ field: CSVLayout.Field, of candle: inout ExactCandle, to text: UnsafeBufferPointer<UInt8>, column: Int
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
    case .trades: candle.trades = number.integer
    case .takerBuyVolume: candle.takerBuyVolume = number
    }
  }

  private static func unquoted(_ text: UnsafeBufferPointer<UInt8>) -> UnsafeBufferPointer<UInt8> {
    guard text.count >= 2, text[0] == 0x22, text[text.count - 1] == 0x22 else { return text }
    return UnsafeBufferPointer(rebasing: text[1..<(text.count - 1)])
  }

  private static func excerpt(_ text: UnsafeBufferPointer<UInt8>) -> String {
    "'\(String(decoding: text.prefix(40), as: UTF8.self))'"
  }
}
