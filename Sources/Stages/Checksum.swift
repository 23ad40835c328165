import Stage
import Wire

/// Archives come with the SHA-256 of their bytes in a file beside them: `NAME.CHECKSUM`, the digits first.
enum Checksum {
  /// Does nothing where there is no such file.
  static func verify(_ path: String) throws(StageError) {
    guard let beside = try? InputFile("\(path).CHECKSUM"), let line = try beside.next() else { return }
    let expected = line.prefix(64).map { $0 | 0x20 }
    var found = ByteBuffer()
    do throws(WireError) {
      var child = try ChildProcess(["sha256sum", path.hasPrefix("-") ? "./\(path)" : path], errors: .discarded)
      child.closeInput()
      while try child.receive(into: &found, waiting: -1) == .bytes {}
      _ = try child.wait()
    } catch {
      throw StageError(.noInput, "no-sha256sum", "\(path): sha256sum cannot be started", hint: "install coreutils, or move the .CHECKSUM file away")
    }
    guard found.bytes.prefix(64).elementsEqual(expected) else {
      throw .data("bad-checksum", "\(path) is not what \(path).CHECKSUM says", hint: "fetch it again")
    }
  }
}
