import Glibc

/// A failed call on a file.
public struct FileFailure: Error, Equatable {
  public var path: String
  public var code: Int32

  public init(_ path: String, _ code: Int32 = errno) {
    self.path = path
    self.code = code
  }

  public var text: String { "\(path): \(String(cString: strerror(code)))" }
}

/// A file held by one process at a time, from `init` until it goes away. The system lets go of it when its holder dies.
public struct LockedFile: ~Copyable {
  let descriptor: Int32
  public let path: String

  public init(_ path: String) throws(FileFailure) {
    self.path = path
    descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw FileFailure(path) }
    while flock(descriptor, LOCK_EX) != 0 {
      guard errno == EINTR else {
        let failure = FileFailure(path)
        close(descriptor)
        throw failure
      }
    }
  }

  deinit { close(descriptor) }

  public func read() throws(FileFailure) -> [UInt8] {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw FileFailure(path) }
    var bytes = [UInt8](repeating: 0, count: Int(status.st_size))
    let got = pread(descriptor, &bytes, bytes.count, 0)
    guard got >= 0 else { throw FileFailure(path) }
    bytes.removeLast(bytes.count - got)
    return bytes
  }

  public func replace(with bytes: [UInt8]) throws(FileFailure) {
    guard pwrite(descriptor, bytes, bytes.count, 0) == bytes.count, ftruncate(descriptor, off_t(bytes.count)) == 0 else { throw FileFailure(path) }
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
