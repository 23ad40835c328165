import Glibc
import Market
import Wire

/// A file of the store that does not hold what the store writes.
public struct StoreDamage: Error, Equatable {
  public var path: String
  /// 1-based; of the first line that may be the wrong one.
  public var line: Int
  public var text: String
  public var series: SeriesID
}

/// A stored candle as the line that it is; the line is the stream's own record.
public struct StoredLine {
  public var openTime: Timestamp
  public var closeTime: Timestamp
  public var text: Bytes
}

/// The candles of a stored series that open in a stretch of time, read line by line.
public final class StoreSource: CandleSource {
  public let timeframe: Timeframe
  private let file: StoreFile?
  // Touched for each line, and by nobody else meanwhile.
  @exclusivity(unchecked) private var reader: LineReader?
  private let series: SeriesID
  @exclusivity(unchecked) private var line: CandleLine
  private let from: Timestamp
  private let to: Timestamp
  private let sums: StoreSums
  /// Where the next candle opens, unless a gap is told first.
  @exclusivity(unchecked) private var expected: Timestamp?

  /// - Parameters:
  ///   - from: the first open.
  ///   - to: opens are before it.
  public convenience init(_ path: String, _ series: SeriesID, from: Timestamp, to: Timestamp) throws(FileFailure) {
    try self.init(path, series, from: from, to: to) { file throws(FileFailure) in try file.offset(near: from, series) }
  }

  /// All candles of the lines from `offset` on, where a line begins.
  convenience init(_ path: String, _ series: SeriesID, at offset: Int) throws(FileFailure) {
    try self.init(path, series, from: .distantPast, to: .distantFuture) { _ throws(FileFailure) in offset }
  }

  private init(
    _ path: String, _ series: SeriesID, from: Timestamp, to: Timestamp, at offset: (StoreFile) throws(FileFailure) -> Int
  ) throws(FileFailure) {
    timeframe = series.timeframe
    self.series = series
    line = CandleLine(series)
    self.from = from
    self.to = to
    let (file, sums) = try StoreFile.withSums(path)
    self.sums = sums
    if let file {
      let opened = file.descriptor
      lseek(opened, off_t(try offset(file)), SEEK_SET)
      let calls = SystemCalls(read: { sums.read($0, $1, $2) })
      reader = LineReader(descriptor: opened, capacity: 2 * StoreSums.block, system: calls)
    }
    self.file = file
  }

  public func next() throws(StoreDamage) -> ExactCandle? {
    while let text = try nextText() {
      guard let candle = line.read(text) else {
        if try endsHere(text) { return nil }
        continue
      }
      try follow(candle.openTime, candle.closeTime)
      if candle.openTime < from { continue }
      return candle.openTime < to ? candle : nil
    }
    return nil
  }

  /// The next candle as its line, valid until the next call.
  public func nextLine() throws(StoreDamage) -> StoredLine? {
    while let text = try nextText() {
      guard let times = line.times(text) else {
        if try endsHere(text) { return nil }
        continue
      }
      try follow(times.open, times.close)
      if times.open < from { continue }
      return times.open < to ? StoredLine(openTime: times.open, closeTime: times.close, text: text) : nil
    }
    return nil
  }

  @inline(__always)
  private func nextText() throws(StoreDamage) -> Bytes? {
    do throws(WireError) { return try reader?.next() } catch { throw unreadable(error) }
  }

  /// Each candle opens where the one before it closed, or behind a gap that is told.
  @inline(__always)
  private func follow(_ open: Timestamp, _ close: Timestamp) throws(StoreDamage) {
    if let expected, open != expected { throw damage(open < expected ? "a candle twice, or out of order" : "a candle is missing before it") }
    expected = close
  }

  /// Returns true if a line that is no candle is the last one: a writer is at work on it, or was killed there. Gaps are passed over; any other
  /// line is damage.
  private func endsHere(_ text: Bytes) throws(StoreDamage) -> Bool {
    if let gap = GapLine.read(text) {
      if let expected, gap.from != expected { throw damage("a gap that does not begin where the candle before it ends") }
      expected = gap.to
      return false
    }
    if reader?.isAtEnd == true { return true }
    throw damage("not a candle of \(series.text): \(Bytes(rebasing: text.prefix(120)).text)")
  }

  /// Damage in the line just read.
  @inline(never)
  private func damage(_ what: String) -> StoreDamage {
    let end = file.map { Int(lseek($0.descriptor, 0, SEEK_CUR)) - (reader?.unread ?? 0) } ?? 0
    return StoreDamage(path: file?.path ?? "", line: file?.line(at: end - 1) ?? 0, text: what, series: series)
  }

  @inline(never)
  private func unreadable(_ error: WireError) -> StoreDamage {
    guard let file, error == .readFailed(errno: EBADMSG) else { return damage("cannot be read: \(error.text)") }
    // The descriptor stands at the lines whose checksum is another.
    let begin = Int(lseek(file.descriptor, 0, SEEK_CUR))
    let (first, last) = (file.line(at: begin), file.line(at: sums.segmentEnd(at: begin) - 1))
    let lines = first == last ? "the line was altered" : "one of the lines \(first) to \(last) was altered, or is gone"
    return StoreDamage(path: file.path, line: first, text: "\(lines): their checksum is another", series: series)
  }
}
