import Glibc
import Stage
import Wire

/// One gnuplot for all pictures of a run, started with the first of them.
struct Gnuplot: ~Copyable {
  private var child: ChildProcess?
  private var said = ByteBuffer()
  /// What gnuplot prints behind a picture that it drew without an error.
  private static let mark: StaticString = "drawn 0\n"

  /// Draws what `script` makes for a file, and returns when the picture is whole. The file appears whole or not at all.
  mutating func draw(to path: String, _ script: (_ file: String) -> String) throws(StageError) {
    let picture = try PictureFile(path)
    try draw(script(picture.address))
    try picture.keep()
  }

  private mutating func draw(_ script: String) throws(StageError) {
    do throws(WireError) {
      // The user's own settings stay out.
      if child == nil { child = try ChildProcess(["gnuplot", "-d"], changing: ["LC_ALL": "C.UTF-8"]) }
    } catch {
      throw StageError(.unavailable, "no-gnuplot", "gnuplot does not start", hint: "apt-get install gnuplot-nox")
    }
    var text = ByteBuffer()
    text.append("reset errors\n")
    text.append(script)
    text.append("reset\nset print \"-\"\nprint sprintf(\"drawn %d\", GPVAL_ERRNO)\n")
    said.truncate(to: 0)
    do throws(WireError) {
      try child?.write(text.bytes, receiving: &said)
      while said.bytes.last != 0x0A {
        if try child?.receive(into: &said, waiting: 30_000) != .bytes { throw WireError.readFailed(errno: EIO) }
      }
    } catch {
      throw Gnuplot.failure(error)
    }
    if said.bytes.firstOffset(of: Gnuplot.mark) == nil { throw Gnuplot.failure(nil) }
  }

  mutating func close() throws(StageError) {
    guard child != nil else { return }
    child?.closeInput()
    let status: Int32?
    do throws(WireError) {
      while try child?.receive(into: &said, waiting: 30_000) == .bytes {}
      status = try child?.wait(atMost: 30_000)
    } catch {
      throw Gnuplot.failure(error)
    }
    if status != 0 { throw Gnuplot.failure(nil) }
  }

  private static func failure(_ error: WireError?) -> StageError {
    if let error, case .interrupted = error { return StageError(error) }
    return StageError(.inputOutput, "picture-failed", "gnuplot did not draw the chart", hint: "gnuplot tells why above")
  }
}
