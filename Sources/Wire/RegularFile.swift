import Glibc

/// A call on a file that failed, or a file of another kind than the program takes.
public struct FileFailure: Error, Equatable {
  public var path: String
  /// The error of the system call.
  public var code: Int32
  /// What stands at the path instead of a regular file: "a symbolic link". `nil` where the call itself failed.
  public var kind: String?

  public init(_ path: String, _ code: Int32 = errno, kind: String? = nil) {
    self.path = path
    self.code = code
    self.kind = kind
  }

  public var text: String {
    kind.map { "\(path) is \($0); only a regular file is opened here" } ?? "\(path): \(String(cString: strerror(code)))"
  }
}

/// Opens files that a program keeps between runs, and files that a record names. Whoever can write into their folders can put something else into
/// their place, so the last component is never followed as a link, nothing but a regular file is taken, and no pipe or device makes the call wait.
/// Links in the folder part are the user's own setting and are followed.
public enum RegularFile {
  public enum Use: Sendable {
    case reading
    /// Reading and writing; a missing file is made.
    case updating
    /// Reading, and writing behind the end; a missing file is made.
    case appending

    var flags: Int32 {
      switch self {
      case .reading: O_RDONLY
      case .updating: O_RDWR | O_CREAT
      case .appending: O_RDWR | O_CREAT | O_APPEND
      }
    }
  }

  /// A descriptor of the file at `path`; `ENOENT` in the failure says that there is none.
  /// - Parameter folder: a descriptor of the folder that a relative path begins at.
  public static func open(_ path: String, for use: Use, mode: mode_t = 0o600, in folder: Int32 = AT_FDCWD) throws(FileFailure) -> Int32 {
    let descriptor = Glibc.openat(folder, path, use.flags | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC, mode)
    guard descriptor >= 0 else { throw failure(path, errno, folder) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      close(descriptor)
      throw failure(path, EINVAL, folder)
    }
    _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) & ~O_NONBLOCK)
    return descriptor
  }

  /// A descriptor of a new file for writing. A file, a link or anything else that has the name, as a process that was killed leaves it, goes first.
  public static func create(_ path: String, mode: mode_t = 0o600) throws(FileFailure) -> Int32 {
    let flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC
    var descriptor = Glibc.open(path, flags, mode)
    if descriptor < 0, errno == EEXIST, unlink(path) == 0 { descriptor = Glibc.open(path, flags, mode) }
    guard descriptor >= 0 else { throw failure(path, errno, AT_FDCWD) }
    return descriptor
  }

  /// Whether a regular file stands at `path`. Anything else there is a failure; nothing at all is none.
  public static func isPresent(_ path: String) throws(FileFailure) -> Bool {
    var status = stat()
    guard lstat(path, &status) == 0 else {
      if errno == ENOENT { return false }
      throw FileFailure(path)
    }
    guard status.st_mode & S_IFMT == S_IFREG else { throw FileFailure(path, EINVAL, kind: kind(of: status.st_mode)) }
    return true
  }

  /// All bytes of a regular file that is held open.
  /// - Parameter limit: the most that there may be; more is the failure `EFBIG`.
  public static func contents(of descriptor: Int32, _ path: String, limit: Int = .max) throws(FileFailure) -> [UInt8] {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw FileFailure(path) }
    guard status.st_size <= limit else { throw FileFailure(path, EFBIG) }
    var bytes = [UInt8](repeating: 0, count: Int(status.st_size))
    var done = 0
    while done < bytes.count {
      let got = bytes.withUnsafeMutableBytes { pread(descriptor, $0.baseAddress! + done, $0.count - done, off_t(done)) }
      if got < 0, errno == EINTR { continue }
      guard got >= 0 else { throw FileFailure(path) }
      if got == 0 { break }
      done += got
    }
    bytes.removeLast(bytes.count - done)
    return bytes
  }

  /// Writes all of `bytes` at the place where the descriptor stands.
  public static func write(_ bytes: Bytes, to descriptor: Int32, _ path: String) throws(FileFailure) {
    var done = 0
    while done < bytes.count, let start = bytes.baseAddress {
      let wrote = Glibc.write(descriptor, start + done, bytes.count - done)
      if wrote < 0, errno != EINTR { throw FileFailure(path) }
      done += max(0, wrote)
    }
  }

  /// What is wrong with a file that could not be opened: its kind, where that is the reason, else the call's own error.
  private static func failure(_ path: String, _ code: Int32, _ folder: Int32) -> FileFailure {
    var status = stat()
    guard [ELOOP, ENXIO, EISDIR, EINVAL, EEXIST, ENODEV].contains(code), fstatat(folder, path, &status, AT_SYMLINK_NOFOLLOW) == 0,
      status.st_mode & S_IFMT != S_IFREG
    else { return FileFailure(path, code) }
    return FileFailure(path, code, kind: kind(of: status.st_mode))
  }

  private static func kind(of mode: mode_t) -> String {
    switch mode & S_IFMT {
    case S_IFLNK: "a symbolic link"
    case S_IFIFO: "a pipe"
    case S_IFDIR: "a folder"
    case S_IFSOCK: "a socket"
    case S_IFCHR, S_IFBLK: "a device"
    default: "no regular file"
    }
  }
}

/// A new file that takes the place of an old one in one step, whole and on the disk; what is not kept is removed.
public final class Replacement {
  public let path: String
  public let temporary: String
  public let descriptor: Int32
  private var isKept = false

  public init(of path: String, mode: mode_t = 0o600) throws(FileFailure) {
    self.path = path
    temporary = "\(path).\(getpid()).tmp"
    descriptor = try RegularFile.create(temporary, mode: mode)
  }

  deinit {
    close(descriptor)
    if !isKept { unlink(temporary) }
  }

  public func write(_ bytes: Bytes) throws(FileFailure) { try RegularFile.write(bytes, to: descriptor, temporary) }

  /// Puts the file into its place, once its bytes are on the disk.
  public func keep() throws(FileFailure) {
    // Not every file system can be told; one that cannot says EINVAL.
    guard fsync(descriptor) == 0 || errno == EINVAL else { throw FileFailure(temporary) }
    guard rename(temporary, path) == 0 else { throw FileFailure(path) }
    isKept = true
    let end = path.lastIndex(of: "/")
    let folder = end.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
    let held = Glibc.open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard held >= 0 else { return }
    defer { close(held) }
    guard fsync(held) == 0 || errno == EINVAL else { throw FileFailure(folder) }
  }
}
