import Glibc
import Wire

/// A regular file that a source reads line by line: plain, or gzip or zip (told by its first bytes), which `gzip` or `unzip` unpacks in a process of its own.
public final class InputFile {
  public let name: String
  /// The line last returned, counted from 1.
  public private(set) var line = 0
  /// True if the bytes last returned continue the line of those before them.
  public private(set) var continuesLine = false
  private let cutsLines: Bool
  private var isInsideLine = false
  private var reader: LineReader
  private let descriptor: Int32
  private var unpacker: ChildProcess?

  /// - Parameter cutsLines: a line comes in pieces, so that it may be as long as the file. Otherwise one above the usual limit is refused.
  public init(_ name: String, cutsLines: Bool = false) throws(StageError) {
    self.name = name
    self.cutsLines = cutsLines
    // Without waiting for the writer of a pipe, which is refused below.
    descriptor = open(name, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)
    guard descriptor >= 0 else { throw StageError(.noInput, "no-input", "\(name): \(OutputFile.reason(errno))") }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      close(descriptor)
      throw StageError(.noInput, "no-input", "\(name): not a regular file", hint: "a source reads its files twice, so it cannot take a pipe")
    }
    guard let command = InputFile.unpacker(of: descriptor, name) else {
      reader = LineReader(descriptor: descriptor, capacity: 64 << 10)
      unpacker = nil
      return
    }
    do throws(WireError) {
      var child = try ChildProcess(command, errors: .discarded)
      child.closeInput()
      reader = LineReader(descriptor: child.output, capacity: 64 << 10)
      unpacker = consume child
    } catch {
      close(descriptor)
      throw StageError(.noInput, "no-\(command[0])", "\(name): \(command[0]) cannot be started", hint: "install it, or unpack the file")
    }
  }

  deinit { close(descriptor) }

  /// The next line, or piece of a line, without its end; valid until the next call; `nil` at the end.
  public func next() throws(StageError) -> Bytes? {
    let bytes: Bytes?
    var endsLine = true
    var status: Int32?
    do throws(WireError) {
      if cutsLines {
        let piece = try reader.piece()
        bytes = piece?.bytes
        endsLine = piece?.endsLine ?? true
      } else {
        bytes = try reader.next()
      }
      // Before the last, perhaps cut, line is handed out: a damaged archive shows only in how its unpacker ends.
      if reader.isAtEnd { status = try unpacker?.wait() }
    } catch {
      var failure = StageError(error)
      failure.place = Place(file: name, line: line + 1)
      throw failure
    }
    if let status, status != 0 { throw .data("bad-archive", "\(name): the archive is cut or damaged") }
    continuesLine = isInsideLine
    isInsideLine = !endsLine
    if bytes != nil, !continuesLine { line += 1 }
    return bytes
  }

  /// All bytes of a file that the user names: a profile, a model, a template. It may be a pipe, as a shell's `<(command)` is.
  public static func contents(_ name: String) throws(StageError) -> [UInt8] {
    let file = open(name, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else {
      let reason = errno == ENOENT ? "there is no such file" : OutputFile.reason(errno)
      throw StageError(.noInput, "no-input", "\(name): \(reason)")
    }
    defer { close(file) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 64 << 10)
    while bytes.count <= contentsLimit {
      let got = Glibc.read(file, &chunk, chunk.count)
      if got > 0 {
        bytes += chunk[..<got]
      } else if got == 0 {
        return bytes
      } else if errno != EINTR {
        throw StageError(.inputOutput, "read-failed", "\(name): \(OutputFile.reason(errno))")
      } else if SystemCalls().interruption() != 0 {
        throw StageError(.interrupted(signal: SystemCalls().interruption()))
      }
    }
    throw .data("too-large", "\(name): more than \(contentsLimit >> 20) MiB")
  }

  private static let contentsLimit = 256 << 20

  private static func unpacker(of descriptor: Int32, _ name: String) -> [String]? {
    var magic: (UInt8, UInt8) = (0, 0)
    guard pread(descriptor, &magic, 2, 0) == 2 else { return nil }
    let path = name.hasPrefix("-") ? "./\(name)" : name
    switch magic {
    case (0x1F, 0x8B): return ["gzip", "-dc", path]
    // By its open descriptor: unzip reads a name as a pattern, which other archives may match.
    case (0x50, 0x4B): return ["unzip", "-p", "/proc/\(getpid())/fd/\(descriptor)"]
    default: return nil
    }
  }
}
