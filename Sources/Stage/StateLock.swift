import Glibc
import Wire

/// Keeps a second process from the state that this one reads and writes. It is held on a file beside the state, which is replaced with each
/// writing; the system lets go of it when its holder dies.
public final class StateLock {
  private let descriptor: Int32

  public init(_ state: StateFile) throws(StageError) {
    let path = "\(state.path).lock"
    do throws(FileFailure) { descriptor = try RegularFile.open(path, for: .updating) } catch { throw StageError(writing: error) }
    while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
      switch errno {
      case EINTR: continue
      case EWOULDBLOCK:
        let holder = StateLock.holder(descriptor, path).map { "process \($0)" } ?? "another process"
        throw StageError(
          .temporary, "in-use", "\(state.path) is in use by \(holder)", hint: "wait until it ends, or give each process a state of its own")
      case let code: throw StageError(.inputOutput, "lock-failed", FileFailure(path, code).text)
      }
    }
    // Who holds it, for the message above; the lock itself does not depend on it.
    let text = Array("\(getpid())\n".utf8)
    guard ftruncate(descriptor, 0) == 0, pwrite(descriptor, text, text.count, 0) == text.count else { throw StageError(writing: FileFailure(path)) }
  }

  deinit { close(descriptor) }

  private static func holder(_ descriptor: Int32, _ path: String) -> Int? {
    guard let bytes = try? RegularFile.contents(of: descriptor, path, limit: 32) else { return nil }
    return Int(String(decoding: bytes.prefix { $0 != 0x0A }, as: UTF8.self))
  }
}
