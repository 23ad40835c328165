import Glibc
import Wire

/// A file held by one process at a time, from `init` until it goes away. The system lets go of it when its holder dies.
public final class LockedFile {
  let descriptor: Int32
  public let path: String

  public init(_ path: String) throws(FileFailure) {
    self.path = path
    descriptor = try RegularFile.open(path, for: .updating, mode: 0o644)
    while flock(descriptor, LOCK_EX) != 0 {
      guard errno == EINTR else { throw FileFailure(path) }
    }
  }

  deinit { close(descriptor) }

  public func read() throws(FileFailure) -> [UInt8] {
    try RegularFile.contents(of: descriptor, path, limit: LockedFile.limit)
  }

  /// Far more than any of these files holds.
  private static let limit = 64 << 20

  public func replace(with bytes: [UInt8]) throws(FileFailure) {
    guard lseek(descriptor, 0, SEEK_SET) == 0 else { throw FileFailure(path) }
    try bytes.withUnsafeBufferPointer { bytes throws(FileFailure) in try RegularFile.write(bytes, to: descriptor, path) }
    guard ftruncate(descriptor, off_t(bytes.count)) == 0 else { throw FileFailure(path) }
  }
}

/// Creates a folder and those above it.
public func createFolder(_ path: String) throws(FileFailure) {
  var made = ""
  for part in path.split(separator: "/", omittingEmptySubsequences: false) {
    made += part + "/"
    if part.isEmpty { continue }
    guard mkdir(made, 0o755) == 0 || errno == EEXIST else { throw FileFailure(made) }
  }
}
