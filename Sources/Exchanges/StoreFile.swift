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

  /// A file with its checksums. Where it is just being replaced, there are none for a moment, and others than before afterwards.
  static func withSums(_ path: String) throws(FileFailure) -> (file: StoreFile?, sums: StoreSums) {
    for _ in 0..<100 {
      let before = try StoreSums.read(for: path)
      let file = try StoreFile(path)
      if try StoreSums.read(for: path) == before { return (file, before ?? StoreSums()) }
      usleep(1000)
    }
    throw FileFailure(path, EBUSY)
  }

  /// Lines are shorter than this.
  private static let block = 4096

  func read(at offset: Int, count: Int) throws(FileFailure) -> [UInt8] {
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

  /// The number of the line that the byte at `offset` stands in.
  func line(at offset: Int) -> Int {
    var number = 1
    var place = 0
    while place < offset, let bytes = try? read(at: place, count: min(1 << 20, offset - place)), !bytes.isEmpty {
      number += bytes.count { $0 == 0x0A }
      place += bytes.count
    }
    return number
  }

  /// What the first line of a file says it is about.
  static func series(_ path: String) -> SeriesID? {
    guard let file = try? StoreFile(path), let bytes = try? file.read(at: 0, count: min(file.size, block)) else { return nil }
    var found: SeriesID?
    lines(bytes, from: 0) { _, text in
      var line = ByteBuffer(capacity: text.count + LineReader.spare)
      line.append(text)
      line.append(0x0A)
      var scanner = RecordScanner(keys: ["exchange", "symbol", "timeframe"])
      if scanner.scan(Bytes(start: line.start, count: text.count)), let exchange = scanner[0].string,
        Identity.name.fault(in: exchange) == nil, let symbol = scanner[1].string.flatMap({ Symbol($0) }),
        let timeframe = Timeframe(scanner[2].bytes)
      {
        found = SeriesID(MarketName(exchange: exchange, symbol: symbol), timeframe)
      }
      return false
    }
    return found
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
