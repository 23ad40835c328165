import Glibc
import Wire

/// The checksums of one file of the store, kept beside it: one for each 64 KiB of whole lines, and one for each line behind the last of these, so that
/// a file that was cut is told from one that was altered. A file only grows, so they hold for all that follows, and lines behind them have none yet.
struct StoreSums: Sendable, Equatable {
  struct Segment: Sendable, Equatable {
    /// Where it ends in the file; it begins where the one before it ends.
    var end: UInt64
    var sum: UInt64
  }
  private(set) var segments: [Segment] = []

  private static let magic: UInt64 = 0x3153_4D55_534B_4353
  /// From so many bytes on lines share a checksum.
  static let block = 64 << 10
  /// Lines of far more than the store writes.
  private static let limit = 1 << 30

  static func path(of data: String) -> String { data + ".sums" }

  /// The end of the last line that has a checksum.
  var end: Int { Int(segments.last?.end ?? 0) }

  /// Where the segment ends that begins at `offset`.
  func segmentEnd(at offset: Int) -> Int {
    let index = index(behind: offset)
    return index < segments.count ? Int(segments[index].end) : offset
  }

  // MARK: As a file

  /// - Returns: `nil` where there are none: the file of an older version, or one that is just being replaced.
  static func read(for data: String) throws(FileFailure) -> StoreSums? {
    let path = path(of: data)
    let bytes: [UInt8]
    do throws(FileFailure) {
      let descriptor = try RegularFile.open(path, for: .reading)
      defer { close(descriptor) }
      bytes = try RegularFile.contents(of: descriptor, path, limit: limit)
    } catch {
      if error.code == ENOENT { return nil }
      throw error
    }
    let words = bytes.withUnsafeBytes { raw in
      stride(from: 0, to: raw.count - 7, by: 8).map { UInt64(littleEndian: raw.loadUnaligned(fromByteOffset: $0, as: UInt64.self)) }
    }
    var sums = StoreSums()
    guard bytes.count % 16 == 8, words.first == magic else { throw FileFailure(path, EBADMSG, reason: "no file of checksums") }
    for place in stride(from: 1, to: words.count, by: 2) {
      guard words[place] > sums.end, words[place] < 1 << 62 else { throw FileFailure(path, EBADMSG, reason: "no file of checksums") }
      sums.segments.append(Segment(end: words[place], sum: words[place + 1]))
    }
    return sums
  }

  /// The store's lock is held.
  func write(for data: String) throws(FileFailure) {
    let path = StoreSums.path(of: data)
    var out = ByteBuffer(capacity: 16 * segments.count + 8)
    for word in [StoreSums.magic] + segments.flatMap({ [$0.end, $0.sum] }) {
      withUnsafeBytes(of: word.littleEndian) { for byte in $0 { out.append(byte) } }
    }
    let file = try Replacement(of: path, mode: 0o644, temporary: path + ".new")
    try file.write(out.bytes)
    try file.keep(isSynced: false)
  }

  static func remove(for data: String) { unlink(path(of: data)) }

  // MARK: Making

  /// Goes back to the last segment of many lines that ends at `size` or before it.
  mutating func open(at size: Int) {
    while let last = segments.last, Int(last.end) > size || Int(last.end) - start(segments.count - 1) < StoreSums.block { segments.removeLast() }
  }

  /// Adds the lines of `bytes`, which stand at the end of what has checksums.
  mutating func add(_ bytes: Bytes) {
    let begin = end
    var first = 0
    var next = 0
    var lines: [Segment] = []
    while next < bytes.count, let newline = memchr(bytes.baseAddress! + next, 0x0A, bytes.count - next) {
      let after = UnsafeRawPointer(newline) - UnsafeRawPointer(bytes.baseAddress!) + 1
      if after - first >= StoreSums.block {
        segments.append(Segment(end: UInt64(begin + after), sum: Bytes(rebasing: bytes[first..<after]).checksum))
        first = after
        lines = []
      } else {
        lines.append(Segment(end: UInt64(begin + after), sum: Bytes(rebasing: bytes[next..<after]).checksum))
      }
      next = after
    }
    segments += lines
  }

  // MARK: Reading

  private func start(_ index: Int) -> Int { index == 0 ? 0 : Int(segments[index - 1].end) }

  /// The place of the first segment that ends behind `offset`.
  private func index(behind offset: Int) -> Int {
    var (low, high) = (0, segments.count)
    while low < high {
      let middle = (low + high) / 2
      if Int(segments[middle].end) > offset { high = middle } else { low = middle + 1 }
    }
    return low
  }

  /// Reads on where the descriptor stands, whole segments at a time, and hands out nothing whose checksum is another: then the error is `EBADMSG`, and
  /// the descriptor stands at the segment. A segment that the file does not hold to its end is a torn one.
  func read(_ descriptor: Int32, _ into: UnsafeMutableRawPointer, _ count: Int) -> Int {
    let place = Int(lseek(descriptor, 0, SEEK_CUR))
    let first = index(behind: place)
    guard first < segments.count else { return Glibc.read(descriptor, into, count) }
    let begin = start(first)
    let room = begin + count
    guard place == begin, Int(segments[first].end) <= room else { return readPart(descriptor, first, place, into, count) }
    var last = first
    while last + 1 < segments.count, Int(segments[last + 1].end) <= room { last += 1 }
    let got = StoreSums.fill(descriptor, into, Int(segments[last].end) - begin, at: begin)
    return got < 0 ? -1 : checked(descriptor, first, Bytes(start: into.assumingMemoryBound(to: UInt8.self), count: got))
  }

  /// From the middle of a segment on, or as much as there is room for.
  private func readPart(_ descriptor: Int32, _ index: Int, _ place: Int, _ into: UnsafeMutableRawPointer, _ count: Int) -> Int {
    let begin = start(index)
    // However far the checksums reach, no more is held than the file has.
    var status = stat()
    let size = fstat(descriptor, &status) == 0 ? max(0, min(Int(segments[index].end), Int(status.st_size)) - begin) : 0
    let whole = UnsafeMutablePointer<UInt8>.allocate(capacity: size)
    defer { whole.deallocate() }
    let got = StoreSums.fill(descriptor, whole, size, at: begin)
    guard got >= 0, checked(descriptor, index, Bytes(start: whole, count: got)) >= 0 else { return -1 }
    let part = max(0, min(count, begin + got - place))
    memcpy(into, whole + (place - begin), part)
    lseek(descriptor, off_t(place + part), SEEK_SET)
    return part
  }

  /// How many bytes are handed out, all of them; or −1.
  private func checked(_ descriptor: Int32, _ first: Int, _ bytes: Bytes) -> Int {
    let begin = start(first)
    var index = first
    while index < segments.count, Int(segments[index].end) - begin <= bytes.count {
      let from = start(index)
      if Bytes(rebasing: bytes[(from - begin)..<(Int(segments[index].end) - begin)]).checksum != segments[index].sum {
        lseek(descriptor, off_t(from), SEEK_SET)
        errno = EBADMSG
        return -1
      }
      index += 1
    }
    lseek(descriptor, off_t(begin + bytes.count), SEEK_SET)
    return bytes.count
  }

  /// Reads `count` bytes, fewer at the end of the file.
  private static func fill(_ descriptor: Int32, _ into: UnsafeMutableRawPointer, _ count: Int, at offset: Int) -> Int {
    var done = 0
    while done < count {
      let got = pread(descriptor, into + done, count - done, off_t(offset + done))
      if got < 0, errno == EINTR { continue }
      if got < 0 { return -1 }
      if got == 0 { break }
      done += got
    }
    return done
  }
}
