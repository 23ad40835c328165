import CBytes
import Glibc

/// A call on a file that failed, or a file of another kind than the program takes.
public struct FileFailure: Error, Equatable {
  public var path: String
  /// The error of the system call.
  public var code: Int32
  /// What the file is that it should not be: "a symbolic link, and …". `nil` where the call itself failed.
  public var reason: String?

  public init(_ path: String, _ code: Int32 = errno, reason: String? = nil) {
    self.path = path
    self.code = code
    self.reason = reason
  }

  public var text: String { reason.map { "\(path) is \($0)" } ?? "\(path): \(String(cString: strerror(code)))" }
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

  /// A descriptor for reading of a file in `folder` or below it, and its path free of links. Links on the way to the file are followed as long as they
  /// stay in the folder; then the way is gone down folder by folder without any, so that nothing can be put in between.
  public static func open(_ path: String, beneath folder: String) throws(FileFailure) -> (descriptor: Int32, path: String) {
    // By bytes: a mark behind a slash makes another `Character` of both.
    let end = path.utf8.lastIndex(of: 0x2F)
    let name = end.map { String(Substring(path.utf8[path.utf8.index(after: $0)...])) } ?? path
    guard !path.utf8.contains(0), !["", ".", ".."].contains(name) else { throw FileFailure(path, EINVAL) }
    let root = try real(folder)
    let parent = try real(end.map { String(Substring(path.utf8[...$0])) } ?? ".")
    let prefix = root == "/" ? root : root + "/"
    guard (parent + "/").utf8.starts(with: prefix.utf8) else { throw FileFailure(path, EACCES, reason: "not in the folder \(folder)") }
    let flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC
    var held = Glibc.open(root, flags)
    for part in parent.utf8.dropFirst(prefix.utf8.count).split(separator: 0x2F) where held >= 0 {
      let next = openat(held, String(decoding: part, as: UTF8.self), flags)
      let code = errno
      close(held)
      errno = code
      held = next
    }
    guard held >= 0 else { throw FileFailure(path) }
    defer { close(held) }
    let found = parent == "/" ? "/\(name)" : "\(parent)/\(name)"
    do throws(FileFailure) {
      return (try open(name, for: .reading, in: held), found)
    } catch {
      throw FileFailure(path, error.code, reason: error.reason)
    }
  }

  private static func real(_ path: String) throws(FileFailure) -> String {
    guard let found = realpath(path, nil) else { throw FileFailure(path) }
    defer { free(found) }
    return String(cString: found)
  }

  /// A descriptor of a new file for writing. A file, a link or anything else that has the name, as a process that was killed leaves it, goes first.
  public static func create(_ path: String, mode: mode_t = 0o600) throws(FileFailure) -> Int32 {
    let flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC
    var descriptor = Glibc.open(path, flags, mode)
    if descriptor < 0, errno == EEXIST, unlink(path) == 0 { descriptor = Glibc.open(path, flags, mode) }
    guard descriptor >= 0 else { throw failure(path, errno, AT_FDCWD) }
    return descriptor
  }

  /// Returns true if a regular file stands at `path`, false if nothing does. Anything else there is a failure.
  public static func isPresent(_ path: String) throws(FileFailure) -> Bool {
    var status = stat()
    guard lstat(path, &status) == 0 else {
      if errno == ENOENT { return false }
      throw FileFailure(path)
    }
    guard status.st_mode & S_IFMT == S_IFREG else { throw FileFailure(path, EINVAL, reason: kind(of: status.st_mode)) }
    return true
  }

  /// A descriptor of a file that exists in memory alone, for as long as it is open, with `bytes` in it.
  public static func inMemory(_ bytes: Bytes) throws(FileFailure) -> Int32 {
    let descriptor = cbytes_memory_file()
    guard descriptor >= 0 else { throw FileFailure("a file in memory") }
    do throws(FileFailure) {
      try write(bytes, to: descriptor, "a file in memory")
      return descriptor
    } catch {
      close(descriptor)
      throw error
    }
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
    return FileFailure(path, code, reason: kind(of: status.st_mode))
  }

  private static func kind(of mode: mode_t) -> String {
    let kind =
      switch mode & S_IFMT {
      case S_IFLNK: "a symbolic link"
      case S_IFIFO: "a pipe"
      case S_IFDIR: "a folder"
      case S_IFSOCK: "a socket"
      default: "a device"
      }
    return "\(kind), and only a regular file is opened here"
  }
}

/// A new file that takes the place of an old one in one step, whole and on the disk; what is not kept is removed.
public final class Replacement {
  private let path: String
  private let temporary: String
  public let descriptor: Int32
  private var isKept = false

  /// - Parameter temporary: where it is until then; by default a name of this process's own. Those who hold a lock may agree on one.
  public init(of path: String, mode: mode_t = 0o600, temporary: String? = nil) throws(FileFailure) {
    self.path = path
    let temporary = temporary ?? "\(path).\(getpid()).tmp"
    self.temporary = temporary
    descriptor = try RegularFile.create(temporary, mode: mode)
  }

  deinit {
    close(descriptor)
    if !isKept { unlink(temporary) }
  }

  public func write(_ bytes: Bytes) throws(FileFailure) { try RegularFile.write(bytes, to: descriptor, temporary) }

  /// Puts the file into its place, once its bytes are on the disk.
  /// - Parameter isSynced: false where somebody else sees to the disk, once for many files.
  public func keep(isSynced: Bool = true) throws(FileFailure) {
    // Not every file system can be told; one that cannot says EINVAL.
    guard !isSynced || fsync(descriptor) == 0 || errno == EINVAL else { throw FileFailure(temporary) }
    guard rename(temporary, path) == 0 else { throw FileFailure(path) }
    isKept = true
    if !isSynced { return }
    let end = path.utf8.lastIndex(of: 0x2F)
    let folder = end.map { $0 == path.startIndex ? "/" : String(Substring(path.utf8[..<$0])) } ?? "."
    let held = Glibc.open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard held >= 0 else { return }
    defer { close(held) }
    guard fsync(held) == 0 || errno == EINVAL else { throw FileFailure(folder) }
  }
}
