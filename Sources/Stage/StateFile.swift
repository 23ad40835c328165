import Glibc
import Wire

/// A file that a stage keeps between runs: read as a whole, written as a whole and renamed into place. A device or a pipe is written to as it is.
public struct StateFile: Sendable {
  public let path: String
  private let mode: mode_t

  /// - Parameter isPrivate: only its owner may read it.
  public init(_ path: String, isPrivate: Bool = true) {
    self.path = path
    mode = isPrivate ? 0o600 : 0o644
  }

  public var isPresent: Bool { access(path, F_OK) == 0 }

  /// Its bytes; `nil` where there is no such file yet.
  public func read() throws(StageError) -> [UInt8]? {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else {
      if errno == ENOENT { return nil }
      throw StageError(.noInput, "no-input", "\(path): \(OutputFile.reason(errno))")
    }
    defer { close(file) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 64 << 10)
    while true {
      let got = Glibc.read(file, &chunk, chunk.count)
      if got > 0 {
        bytes += chunk[..<got]
      } else if got == 0 {
        return bytes
      } else if errno != EINTR {
        throw StageError(.inputOutput, "read-failed", "\(path): \(OutputFile.reason(errno))")
      }
    }
  }

  public func write(_ bytes: Bytes) throws(StageError) {
    let isSpecial = OutputFile.isSpecial(path)
    let name = isSpecial ? path : "\(path).\(getpid()).tmp"
    let file = open(name, O_WRONLY | O_CLOEXEC | (isSpecial ? 0 : O_CREAT | O_TRUNC), mode)
    guard file >= 0 else { throw StageError(.cannotCreate, "cannot-create", "\(path): \(OutputFile.reason(errno))") }
    var done = 0
    var failure: Int32?
    while done < bytes.count, failure == nil {
      let wrote = Glibc.write(file, bytes.baseAddress.map { $0 + done }, bytes.count - done)
      if wrote >= 0 { done += wrote } else if errno != EINTR { failure = errno }
    }
    if close(file) != 0, failure == nil { failure = errno }
    if failure == nil, isSpecial || rename(name, path) == 0 { return }
    let reason = OutputFile.reason(failure ?? errno)
    if !isSpecial { unlink(name) }
    throw StageError(.inputOutput, "write-failed", "\(path): \(reason)")
  }
}
