import Market
import Stage
import Wire

/// How many series a stage keeps in memory: names are free, and each that a stream invents takes room.
public struct SeriesLimit: Sendable {
  public let count: Int

  public static let standard = SeriesLimit(count: 20_000)
  public static let option = OptionSpec(
    "max-series", .required("N"), default: "\(standard.count)",
    help: "End with 65 where the input names more series (or more markets) than N. Each takes memory.")

  private init(count: Int) { self.count = count }

  public init(_ arguments: Arguments) throws(StageError) {
    count = try arguments.integer("max-series", in: 1...10_000_000) ?? SeriesLimit.standard.count
  }

  /// Refuses one more than there may be.
  public func admit(_ known: Int, _ offset: Int?) throws(StageError) {
    guard known >= count else { return }
    throw .data(
      "too-many-series", "more than \(count) series or markets", hint: "--max-series N takes more, and more memory",
      offset: offset)
  }
}

/// Numbers the series, or the markets, of a stream from 0 in order of first sight. What is seen for the first time is
/// checked; what is refused gets no number.
public struct NameTable: ~Copyable {
  private var keys = KeyTable()
  private let limit: SeriesLimit
  public private(set) var count = 0

  public init(_ limit: SeriesLimit = .standard) { self.limit = limit }

  /// By exchange, symbol and timeframe.
  @inline(__always)
  public mutating func series(_ record: Record) throws(StageError) -> Int {
    let id = keys.id(
      try record.text(StreamKey.exchange), try record.text(StreamKey.symbol), try record.text(StreamKey.timeframe))
    if id < count { return id }
    try meet(record, StreamKey.timeframe)
    return id
  }

  /// By exchange and symbol.
  @inline(__always)
  public mutating func market(_ record: Record) throws(StageError) -> Int {
    let id = keys.id(try record.text(StreamKey.exchange), try record.text(StreamKey.symbol), Bytes(start: nil, count: 0))
    if id < count { return id }
    try meet(record, nil)
    return id
  }

  /// By exchange, symbol and profile.
  @inline(__always)
  public mutating func setup(_ record: Record) throws(StageError) {
    let id = keys.id(
      try record.text(StreamKey.exchange), try record.text(StreamKey.symbol), try record.text(StreamKey.profile))
    if id >= count { try meet(record, StreamKey.profile) }
  }

  /// Takes the number back that was given last.
  public mutating func forgetNewest() {
    keys.forgetNewest()
    count -= 1
  }

  @inline(never)
  private mutating func meet(_ record: Record, _ third: Int?) throws(StageError) {
    count += 1
    do throws(StageError) {
      try record.check(record[StreamKey.exchange], "exchange")
      try record.check(record[StreamKey.symbol], "symbol")
      if let third {
        try record.check(record[third], record.name(third))
        if third == StreamKey.timeframe { _ = try CandleRecord.timeframe(record) }
      }
      try limit.admit(count - 1, record.offset(of: record[StreamKey.symbol]))
    } catch {
      forgetNewest()
      throw error
    }
  }
}
