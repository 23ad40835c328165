import Glibc

/// Where the output goes: standard output, or a file that appears whole or not at all.
struct OutputFile: ~Copyable {
  let descriptor: Int32
  private let path: String?
  private let temporary: String?

  init(path: String?) throws(StageError) {
    self.path = path
    guard let path else {
      descriptor = 1
      temporary = nil
      return
    }
    let name = "\(path).\(getpid()).tmp"
    descriptor = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    temporary = name
    if descriptor < 0 { throw StageError(.cannotCreate, "cannot-create", "\(path): \(OutputFile.reason(errno))") }
  }

  /// Puts the file into place.
  func keep() throws(StageError) {
    guard let path, let temporary else { return }
    if fsync(descriptor) != 0 && errno != EINVAL || close(descriptor) != 0 || rename(temporary, path) != 0 {
      let reason = OutputFile.reason(errno)
      unlink(temporary)
      throw StageError(.inputOutput, "write-failed", "\(path): \(reason)")
    }
  }

  func discard() {
    if let temporary { unlink(temporary) }
  }

  static func reason(_ code: Int32) -> String { String(cString: strerror(code)) }
}
