import Glibc
import Stage

/// A PNG that another program draws into a file of ours: it appears under its name whole or not at all.
///
/// The other program is told of an open descriptor and never reads the name, which may hold anything.
struct PictureFile: ~Copyable {
  /// Where the other program writes.
  let address: String
  private let path: String
  private let part: String
  private let descriptor: Int32

  init(_ path: String) throws(StageError) {
    self.path = path
    part = "\(path).\(getpid()).part"
    // One of a process that was killed, which had our number.
    unlink(part)
    descriptor = open(part, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o666)
    address = "/proc/\(getpid())/fd/\(descriptor)"
    if descriptor < 0 { throw PictureFile.cannotCreate(path) }
  }

  deinit {
    close(descriptor)
    unlink(part)
  }

  /// Puts the picture in its place.
  func keep() throws(StageError) {
    guard isWhole else {
      throw StageError(
        .inputOutput, "picture-failed", "\(path): gnuplot left no whole picture", hint: "gnuplot tells why above; the disk may be full")
    }
    if fsync(descriptor) != 0, errno != EINVAL {
      throw StageError(.inputOutput, "write-failed", "\(path): \(String(cString: strerror(errno)))")
    }
    if rename(part, path) != 0 { throw PictureFile.cannotCreate(path) }
  }

  private static func cannotCreate(_ path: String) -> StageError {
    StageError(.cannotCreate, "cannot-create", "\(path): \(String(cString: strerror(errno)))")
  }

  /// Returns true if the file begins with the PNG signature and ends with the empty chunk that ends every PNG.
  private var isWhole: Bool {
    let head: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
    let tail: [UInt8] = [0, 0, 0, 0, 0x49, 0x45, 0x4E, 0x44, 0xAE, 0x42, 0x60, 0x82]
    var status = stat()
    guard fstat(descriptor, &status) == 0, Int(status.st_size) > head.count + tail.count else { return false }
    return read(head.count, at: 0) == head && read(tail.count, at: Int(status.st_size) - tail.count) == tail
  }

  private func read(_ count: Int, at offset: Int) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    return pread(descriptor, &bytes, count, offset) == count ? bytes : []
  }
}
