import Glibc
import Stage
import Wire

/// One gnuplot for all pictures of a run, started with the first of them.
struct Gnuplot: ~Copyable {
  private var child: ChildProcess?
  private var said = ByteBuffer()
  private static let mark: StaticString = "drawn\n"

  /// Draws what `script` makes for a file, and returns when the picture is whole. The file appears whole or not at all.
  mutating func draw(to path: String, _ script: (_ file: String) -> String) throws(StageError) {
    if child == nil, let end = path.lastIndex(of: "/") { mkdir(String(path[..<end]), 0o777) }
    let part = "\(path).\(getpid()).part"
    do throws(StageError) {
      try draw(script(part))
    } catch {
      unlink(part)
      throw error
    }
    if rename(part, path) != 0 {
      let reason = errno
      unlink(part)
      throw StageError(.cannotCreate, "cannot-create", "\(path): \(String(cString: strerror(reason)))")
    }
  }

  private mutating func draw(_ script: String) throws(StageError) {
    do throws(WireError) {
      if child == nil { child = try ChildProcess(["gnuplot"], changing: ["LC_ALL": "C.UTF-8"]) }
    } catch {
      throw StageError(.unavailable, "no-gnuplot", "gnuplot does not start", hint: "apt-get install gnuplot-nox")
    }
    var text = ByteBuffer()
    text.append(script)
    text.append("reset\nset print \"-\"\nprint \"drawn\"\n")
    said.truncate(to: 0)
    do throws(WireError) {
      try child?.write(text.bytes, receiving: &said)
      while said.bytes.firstOffset(of: Gnuplot.mark) == nil {
        if try child?.receive(into: &said, waiting: 30_000) != .bytes {
          throw WireError.readFailed(errno: 5)
        }
      }
    } catch {
      throw StageError(.unavailable, "gnuplot-failed", "gnuplot did not draw the chart")
    }
  }

  mutating func close() throws(StageError) {
    guard child != nil else { return }
    child?.closeInput()
    do throws(WireError) {
      while try child?.receive(into: &said, waiting: -1) == .bytes {}
      _ = try child?.wait()
    } catch {
      throw StageError(.unavailable, "gnuplot-failed", "gnuplot did not end")
    }
  }
}
