import Glibc
import Market
import Wire

/// One file of the store, open for reading. Lines are found by position: they are in order of time, so an instant is found by halving.
final class StoreFile {
  let descriptor: Int32
  let path: String
  let size: Int

  /// - Returns: `nil` where there is no file.
  init?(_ path: String) throws(FileFailure) {
    self.path = path
    do throws(FileFailure) {
      descriptor = try RegularFile.open(path, for: .reading)
    } catch {
      if error.code == ENOENT { return nil }
      throw error
    }
    var status = stat()
    fstat(descriptor, &status)
    size = Int(status.st_size)
  }

  deinit { close(descriptor) }

  /// Lines are shorter than this.
  private static let block = 4096

  private func read(at offset: Int, count: Int) throws(FileFailure) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    let got = pread(descriptor, &bytes, count, off_t(offset))
    guard got >= 0 else { throw FileFailure(path) }
    bytes.removeLast(count - got)
    return bytes
  }

  /// Calls `body` for the whole lines of a block, with their places in it, until it returns false.
  private static func lines(_ bytes: [UInt8], from start: Int, _ body: (Int, Bytes) -> Bool) {
    bytes.withUnsafeBufferPointer { all in
      var start = start
      while start < all.count, let end = all[start...].firstIndex(of: 0x0A) {
        if !body(start, Bytes(rebasing: all[start..<end])) { return }
        start = end + 1
      }
    }
  }

  func coverage(_ series: SeriesID) throws(FileFailure) -> CandleStore.Coverage? {
    var line = CandleLine(series)
    var from: Timestamp?
    StoreFile.lines(try read(at: 0, count: min(size, StoreFile.block)), from: 0) { _, text in
      from = GapLine.read(text)?.from ?? line.openTime(text)
      return false
    }
    guard let from else { return nil }
    var last: ExactCandle?
    let offset = max(0, size - StoreFile.block)
    let tail = try read(at: offset, count: size - offset)
    let begin = offset == 0 ? 0 : (tail.firstIndex(of: 0x0A) ?? tail.count) + 1
    StoreFile.lines(tail, from: begin) { _, text in
      if let candle = line.read(text) { last = candle }
      return true
    }
    return last.map { CandleStore.Coverage(from: from, to: $0.closeTime, last: $0) }
  }

  /// The place of a line at or, by less than a few blocks, before the first candle that opens at `time` or later.
  func offset(near time: Timestamp, _ series: SeriesID) throws(FileFailure) -> Int {
    var line = CandleLine(series)
    var (low, high) = (0, size)
    while high - low > 4 * StoreFile.block {
      let middle = (low + high) / 2
      let bytes = try read(at: middle, count: StoreFile.block)
      guard let newline = bytes.firstIndex(of: 0x0A) else { return low }
      var found: (offset: Int, open: Timestamp)?
      StoreFile.lines(bytes, from: newline + 1) { place, text in
        found = line.openTime(text).map { (middle + place, $0) }
        return found == nil
      }
      guard let found else { return low }
      if found.open < time { low = found.offset } else { high = middle }
    }
    return low
  }

  func gaps() throws(FileFailure) -> [(from: Timestamp, to: Timestamp)] {
    var gaps: [(from: Timestamp, to: Timestamp)] = []
    lseek(descriptor, 0, SEEK_SET)
    var reader = LineReader(descriptor: descriptor)
    do throws(WireError) {
      while let line = try reader.next() {
        if line.count > 12, line[9] == 0x67, let gap = GapLine.read(line) { gaps.append(gap) }
      }
    } catch {
      throw FileFailure(path, EIO)
    }
    return gaps
  }

  /// Cuts off what a writer that was killed, or a machine that lost its power, left behind the last good line.
  static func repair(_ path: String, _ series: SeriesID) throws(FileFailure) {
    guard let file = try StoreFile(path), file.size > 0 else { return }
    var line = CandleLine(series)
    var span = block
    while true {
      let offset = max(0, file.size - span)
      let tail = try file.read(at: offset, count: file.size - offset)
      let begin = offset == 0 ? 0 : (tail.firstIndex(of: 0x0A) ?? tail.count) + 1
      var good: Int?
      lines(tail, from: begin) { place, text in
        if line.read(text) != nil { good = offset + place + text.count + 1 }
        return true
      }
      if let good {
        if good < file.size { try shorten(path, to: good) }
        return
      }
      if offset == 0 {
        // Not one whole candle.
        return try shorten(path, to: 0)
      }
      span *= 4
    }
  }

  private static func shorten(_ path: String, to size: Int) throws(FileFailure) {
    let descriptor = try RegularFile.open(path, for: .updating, mode: 0o644)
    defer { close(descriptor) }
    guard ftruncate(descriptor, off_t(size)) == 0 else { throw FileFailure(path) }
  }

  static func append(_ bytes: Bytes, to path: String) throws(FileFailure) {
    let descriptor = try RegularFile.open(path, for: .appending, mode: 0o644)
    defer { close(descriptor) }
    try RegularFile.write(bytes, to: descriptor, path)
  }
}

/// A file of the store that does not hold what the store writes.
public struct StoreDamage: Error, Equatable {
  public var path: String
  public var text: String
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

  /// - Parameters:
  ///   - from: the first open.
  ///   - to: opens are before it.
  public init(_ path: String, _ series: SeriesID, from: Timestamp, to: Timestamp) throws(FileFailure) {
    timeframe = series.timeframe
    self.series = series
    line = CandleLine(series)
    self.from = from
    self.to = to
    let file = try StoreFile(path)
    if let opened = file?.descriptor {
      lseek(opened, off_t(try file?.offset(near: from, series) ?? 0), SEEK_SET)
      reader = LineReader(descriptor: opened, capacity: 128 << 10)
    }
    self.file = file
  }

  public func next() throws(StoreDamage) -> ExactCandle? {
    while let text = try nextText() {
      guard let candle = line.read(text) else {
        if try endsHere(text) { return nil }
        continue
      }
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
      if times.open < from { continue }
      return times.open < to ? StoredLine(openTime: times.open, closeTime: times.close, text: text) : nil
    }
    return nil
  }

  @inline(__always)
  private func nextText() throws(StoreDamage) -> Bytes? {
    do throws(WireError) { return try reader?.next() } catch { throw StoreDamage(path: file?.path ?? "", text: "cannot be read") }
  }

  /// Whether a line that is no candle is the last: a writer is at it, or was killed there. A gap is passed over; anything else is damage.
  private func endsHere(_ text: Bytes) throws(StoreDamage) -> Bool {
    if GapLine.read(text) != nil { return false }
    if reader?.isAtEnd == true { return true }
    throw StoreDamage(path: file?.path ?? "", text: "not a candle of \(series.text): \(Bytes(rebasing: text.prefix(120)).text)")
  }
}
