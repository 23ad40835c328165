import Glibc
import Wire

/// The answer to one request on its way: the pipe that curl writes it to, and what has come out of it so far.
///
/// The pipe never blocks us. Closing our end makes curl's next write fail, which ends this transfer and no other.
final class AnswerPipe {
  /// The end that curl opens by its number; −1 once it is curl's alone.
  private(set) var writing: Int32
  /// Our end; −1 once it is closed.
  private(set) var reading: Int32
  private var storage: UnsafeMutableRawPointer?
  private var capacity = 0
  private(set) var count = 0
  /// Why it was given up.
  enum Objection {
    /// Answers of more than so many bytes.
    case tooLong(Int)
    case endlessHeaders
    case noMemory
    var text: String {
      switch self {
      case .tooLong(let most): "the answer has more than \(most >> 20) MiB"
      case .endlessHeaders: "the headers of the answer have more than \(AnswerPipe.mostHeaders >> 10) KiB"
      case .noMemory: "there is no memory for the answer"
      }
    }
  }
  private(set) var objection: Objection?
  private var headersHaveEnded = false

  /// Bytes that the headers of one answer may hold.
  private static let mostHeaders = 256 << 10
  private static let step = 64 << 10

  /// - Returns: `nil` where the system has no descriptor left; `errno` says why.
  init?() {
    var ends: [Int32] = [0, 0]
    guard pipe(&ends) == 0 else { return nil }
    (reading, writing) = (ends[0], ends[1])
    _ = fcntl(reading, F_SETFD, FD_CLOEXEC)
    _ = fcntl(reading, F_SETFL, O_NONBLOCK)
  }

  deinit {
    handOver()
    discard()
  }

  /// curl has its own copy of the writing end now.
  func handOver() {
    if writing >= 0 { close(writing) }
    writing = -1
  }

  /// What curl opens to write to it.
  var path: String { "/dev/fd/\(writing)" }

  var bytes: Bytes { Bytes(start: storage?.assumingMemoryBound(to: UInt8.self), count: count) }

  /// Takes what the pipe holds, at most `limit` bytes.
  /// - Returns: how many bytes came.
  func receive(atMost limit: Int) -> Int {
    var came = 0
    while reading >= 0, came < limit {
      if capacity - count < AnswerPipe.step {
        let larger = max(AnswerPipe.step, capacity * 2)
        // Large blocks are moved by the system without a copy, so that memory never holds an answer twice.
        guard let moved = realloc(storage, larger) else {
          give(up: .noMemory)
          break
        }
        (storage, capacity) = (moved, larger)
      }
      guard let end = storage.map({ $0 + count }) else { break }
      let got = read(reading, end, min(AnswerPipe.step, limit - came))
      if got < 0, errno == EINTR { continue }
      guard got > 0 else { break }
      count += got
      came += got
    }
    if !headersHaveEnded, count > AnswerPipe.mostHeaders {
      headersHaveEnded = Bytes(rebasing: bytes.prefix(AnswerPipe.mostHeaders)).firstOffset(of: "\r\n\r\n") != nil
      if !headersHaveEnded { give(up: .endlessHeaders) }
    }
    return came
  }

  /// Takes no more of it, and forgets what came.
  func give(up objection: Objection) {
    self.objection = objection
    discard()
  }

  /// Closes the pipe and lets go of the bytes.
  func discard() {
    if reading >= 0 { close(reading) }
    reading = -1
    free(storage)
    (storage, capacity, count) = (nil, 0, 0)
  }
}
