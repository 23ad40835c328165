import Glibc
import Wire

/// A file that a stage keeps between runs: read as a whole, written as a whole and put into place in one step. It is a regular file and no link,
/// and only its owner may read it.
public struct StateFile: Sendable {
  public let path: String

  public init(_ path: String) { self.path = path }

  /// True if something stands at the path.
  public var isPresent: Bool { access(path, F_OK) == 0 }

  /// Far more than any state holds.
  private static let limit = 1 << 30

  /// Its bytes; `nil` where there is no such file yet.
  public func read() throws(StageError) -> [UInt8]? {
    do throws(FileFailure) {
      let file = try RegularFile.open(path, for: .reading)
      defer { close(file) }
      return try RegularFile.contents(of: file, path, limit: StateFile.limit)
    } catch {
      if error.code == ENOENT { return nil }
      throw StageError(.noInput, "no-input", error.text)
    }
  }

  public func write(_ bytes: Bytes) throws(StageError) {
    do throws(FileFailure) {
      // A link or a device must not be replaced in silence.
      _ = try RegularFile.isPresent(path)
      let file = try Replacement(of: path)
      try file.write(bytes)
      try file.keep()
    } catch {
      throw StageError(writing: error)
    }
  }
}

extension StageError {
  /// A file that could not be made, or not be written.
  public init(writing failure: FileFailure) {
    let isFull = [EIO, ENOSPC, EDQUOT, EFBIG].contains(failure.code)
    self.init(isFull ? .inputOutput : .cannotCreate, isFull ? "write-failed" : "cannot-create", failure.text)
  }
}
