import Glibc

/// Where the output goes: standard output, or a file that appears whole or not at all. A device or a pipe is written to as it is.
struct OutputFile: ~Copyable {
  let descriptor: Int32
  private let path: String?
  private let temporary: String?

  init(path: String?) throws(StageError) {
    if path == "" { throw .usage("--output needs the name of a file") }
    let isFile = path.map { !OutputFile.isSpecial($0) } ?? false
    let name = path.map { isFile ? "\($0).\(getpid()).tmp" : $0 }
    let descriptor = name.map { open($0, O_WRONLY | O_CLOEXEC | (isFile ? O_CREAT | O_EXCL : 0), 0o666) } ?? 1
    if let path, descriptor < 0 { throw StageError(.cannotCreate, "cannot-create", "\(path): \(OutputFile.reason(errno))") }
    self.path = path
    self.descriptor = descriptor
    temporary = isFile ? name : nil
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

  /// Whether there is something at `path` that no file may take the place of: a device, a pipe, a folder.
  static func isSpecial(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT != S_IFREG
  }

  static func reason(_ code: Int32) -> String { String(cString: strerror(code)) }
}
