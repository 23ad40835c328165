import Glibc
import Wire

/// A regular file that a source reads line by line, plain or gzip (told by its first bytes; `gzip` unpacks it, in a process of its own).
public final class InputFile {
  public let name: String
  /// The line last returned, counted from 1.
  public private(set) var line = 0
  private var reader: LineReader
  private let descriptor: Int32
  private var unpacker: ChildProcess?

  public init(_ name: String) throws(StageError) {
    self.name = name
    descriptor = open(name, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw StageError(.noInput, "no-input", "\(name): \(OutputFile.reason(errno))") }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      close(descriptor)
      throw StageError(.noInput, "no-input", "\(name): not a regular file", hint: "a source reads its files twice, so it cannot take a pipe")
    }
    var magic: (UInt8, UInt8) = (0, 0)
    if pread(descriptor, &magic, 2, 0) == 2, magic == (0x1F, 0x8B) {
      do throws(WireError) {
        var child = try ChildProcess(["gzip", "-dc", "--", name], errors: .discarded)
        child.closeInput()
        reader = LineReader(descriptor: child.output, capacity: 64 << 10)
        unpacker = consume child
      } catch {
        close(descriptor)
        throw StageError(.noInput, "no-gzip", "\(name): gzip cannot be started", hint: "install gzip, or unpack the file")
      }
    } else {
      reader = LineReader(descriptor: descriptor, capacity: 64 << 10)
      unpacker = nil
    }
  }

  deinit { close(descriptor) }

  /// The next line without its end, valid until the next call; `nil` at the end.
  public func next() throws(StageError) -> Bytes? {
    let bytes: Bytes?
    var status: Int32?
    do throws(WireError) {
      bytes = try reader.next()
      // Before the last, perhaps cut, line is handed out: a damaged archive shows only in how its unpacker ends.
      if reader.isAtEnd { status = try unpacker?.wait() }
    } catch {
      var failure = StageError(error)
      failure.place = Place(file: name, line: line + 1)
      throw failure
    }
    if let status, status != 0 { throw .data("bad-gzip", "\(name): gzip finds the file cut or damaged") }
    if bytes != nil { line += 1 }
    return bytes
  }
}
