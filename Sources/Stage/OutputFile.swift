import Glibc
import Wire

/// Where the output goes: standard output, or a file that appears whole or not at all. A device or a pipe is written to as it is.
public struct OutputFile {
  let descriptor: Int32
  private let path: String?
  private let file: Replacement?

  init(path: String?) throws(StageError) {
    if path == "" { throw .usage("--output needs the name of a file") }
    file = try OutputFile.replacement(path)
    if let file { descriptor = file.descriptor } else { descriptor = try OutputFile.special(path) }
    self.path = path
  }

  /// Writes one document into the file that a user named.
  public static func write(_ bytes: Bytes, to path: String) throws(StageError) {
    let output = try OutputFile(path: path)
    do throws(FileFailure) {
      try RegularFile.write(bytes, to: output.descriptor, path)
    } catch {
      throw StageError(.inputOutput, "write-failed", error.text)
    }
    try output.keep()
  }

  /// Puts the file into place.
  func keep() throws(StageError) {
    do throws(FileFailure) {
      try file?.keep()
    } catch {
      throw StageError(.inputOutput, "write-failed", "\(path ?? ""): \(OutputFile.reason(error.code))")
    }
  }

  /// `nil` where something is at `path` that no file may take the place of: a device, a pipe, a folder.
  private static func replacement(_ path: String?) throws(StageError) -> Replacement? {
    guard let path else { return nil }
    var status = stat()
    if stat(path, &status) == 0, status.st_mode & S_IFMT != S_IFREG { return nil }
    do throws(FileFailure) {
      return try Replacement(of: path, mode: 0o666)
    } catch {
      throw StageError(.cannotCreate, "cannot-create", error.text)
    }
  }

  private static func special(_ path: String?) throws(StageError) -> Int32 {
    guard let path else { return 1 }
    let descriptor = open(path, O_WRONLY | O_CLOEXEC)
    if descriptor < 0 { throw StageError(.cannotCreate, "cannot-create", "\(path): \(reason(errno))") }
    return descriptor
  }

  static func reason(_ code: Int32) -> String { String(cString: strerror(code)) }
}
