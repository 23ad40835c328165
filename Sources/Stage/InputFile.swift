import Glibc
import Wire

/// A regular file that a source reads line by line, plain or gzip (told by its first bytes; `gzip` unpacks it, in a process of its own).
public final class InputFile {
  public let name: String
  /// The line last returned, counted from 1.
  public private(set) var line = 0
  private var reader: LineReader
  private let descriptor: Int32
  private var unpacker: pid_t?

  public init(_ name: String) throws(StageError) {
    self.name = name
    let file = open(name, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { throw StageError(.noInput, "no-input", "\(name): \(OutputFile.reason(errno))") }
    var status = stat()
    guard fstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      close(file)
      throw StageError(.noInput, "no-input", "\(name): not a regular file", hint: "a source reads its files twice, so it cannot take a pipe")
    }
    var magic: (UInt8, UInt8) = (0, 0)
    if pread(file, &magic, 2, 0) == 2, magic == (0x1F, 0x8B) {
      defer { close(file) }
      (descriptor, unpacker) = try InputFile.unpack(file, name)
    } else {
      descriptor = file
    }
    reader = LineReader(descriptor: descriptor, capacity: 64 << 10)
  }

  deinit {
    close(descriptor)
    if let unpacker {
      // It may still be writing; the pipe is gone, and so will it be.
      var status: Int32 = 0
      waitpid(unpacker, &status, 0)
    }
  }

  /// The next line without its end, valid until the next call; `nil` at the end.
  public func next() throws(StageError) -> Bytes? {
    let bytes: Bytes?
    do throws(WireError) {
      bytes = try reader.next()
    } catch {
      var failure = StageError(error)
      failure.place = Place(file: name, line: line + 1)
      throw failure
    }
    // Before the last, perhaps cut, line is handed out.
    if reader.isAtEnd { try finish() }
    if bytes != nil { line += 1 }
    return bytes
  }

  /// A cut or damaged archive shows only in how its unpacker ends.
  private func finish() throws(StageError) {
    guard let child = unpacker else { return }
    unpacker = nil
    var status: Int32 = 0
    while waitpid(child, &status, 0) < 0, errno == EINTR {}
    if status != 0 { throw .data("bad-gzip", "\(name): gzip finds the file cut or damaged") }
  }

  private static func unpack(_ file: Int32, _ name: String) throws(StageError) -> (Int32, pid_t) {
    var ends: [Int32] = [0, 0]
    guard pipe(&ends) == 0 else { throw StageError(.inputOutput, "no-pipe", "\(name): \(OutputFile.reason(errno))") }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    posix_spawn_file_actions_adddup2(&actions, file, 0)
    posix_spawn_file_actions_adddup2(&actions, ends[1], 1)
    posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
    defer { posix_spawn_file_actions_destroy(&actions) }
    var child: pid_t = 0
    var words: [UnsafeMutablePointer<CChar>?] = [strdup("gzip"), strdup("-dc"), nil]
    defer { words.forEach { free($0) } }
    let failure = posix_spawnp(&child, "gzip", &actions, nil, &words, environ)
    close(ends[1])
    guard failure == 0 else {
      close(ends[0])
      throw StageError(
        .noInput, "no-gzip", "\(name): gzip cannot be started: \(OutputFile.reason(failure))", hint: "install gzip, or unpack the file")
    }
    return (ends[0], child)
  }
}
