import Delivery
import Exchanges
import Glibc
import Market
import Wire

/// When messages left, and until when none may: a small file that all processes share, so that a restart forgets nothing.
struct PaceFile {
  let path: String
  let limits: [Pace]

  struct Book {
    var pausedUntil: Int64 = 0
    var sent: [Int64] = []
  }

  /// Milliseconds until one more may leave; 0: now, and then so many have left as are taken.
  func wait(_ now: Timestamp, taking count: Int = 0) throws(FileFailure) -> Int64 {
    let file = try LockedFile(path)
    var book = PaceFile.parse(try file.read())
    let now = now.milliseconds
    // Far ahead: the clock was set back since.
    let longest = Timestamp.span(seconds: limits.map(\.seconds).max() ?? 0)
    book.sent = book.sent.filter { $0 <= now + 1000 && $0 > now - longest }
    var free = book.pausedUntil > now + 7 * Timestamp.day ? now : book.pausedUntil
    for limit in limits where book.sent.count >= limit.count {
      free = max(free, book.sent[book.sent.count - limit.count] + Timestamp.span(seconds: limit.seconds))
    }
    if count > 0, free <= now {
      book.sent += Array(repeating: now, count: count)
      try file.replace(with: PaceFile.text(book))
    }
    return max(0, free - now)
  }

  /// None may leave until then.
  func pause(until: Timestamp) throws(FileFailure) {
    let file = try LockedFile(path)
    var book = PaceFile.parse(try file.read())
    book.pausedUntil = until.milliseconds
    try file.replace(with: PaceFile.text(book))
  }

  static func parse(_ bytes: [UInt8]) -> Book {
    var numbers = bytes.split(separator: 0x0A).map { Timestamp(clamping: Int64(String(decoding: $0, as: UTF8.self)) ?? 0).milliseconds }
    guard !numbers.isEmpty else { return Book() }
    return Book(pausedUntil: numbers.removeFirst(), sent: numbers)
  }

  private static func text(_ book: Book) -> [UInt8] {
    var out = "\(book.pausedUntil)\n"
    for time in book.sent { out += "\(time)\n" }
    return Array(out.utf8)
  }
}
