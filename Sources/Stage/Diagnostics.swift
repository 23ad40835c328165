import Glibc
import Quoting
import Wire

/// Where in the input something happened.
public struct Place: Sendable {
  /// A file's name as given, or `stdin`.
  public var file: String
  /// 1-based.
  public var line: Int

  public init(file: String, line: Int) {
    self.file = file
    self.line = line
  }
}

/// Standard error. Never buffered, never in the way: what cannot be written is lost.
public struct Diagnostics: Sendable {
  public let program: String

  public init(program: String) { self.program = program }

  /// `prog: file:line:column: code: text`, the parts that there are.
  public func report(_ error: StageError, at place: Place? = nil) {
    var text = "\(program): "
    if let place {
      text += "\(place.file):\(place.line):"
      if let offset = error.offset { text += "\(offset + 1):" }
      text += " "
    }
    text += "\(error.code): \(error.message)"
    if let hint = error.hint { text += " (\(hint))" }
    say(text)
  }

  public func note(_ text: String) { say("\(program): \(text)") }

  private func say(_ text: String) {
    let bytes = Array((Quoting.terminal(text) + "\n").utf8)
    var done = 0
    while done < bytes.count {
      let wrote = bytes.withUnsafeBytes { write(2, $0.baseAddress! + done, bytes.count - done) }
      if wrote < 0, errno != EINTR { return }
      done += max(0, wrote)
    }
  }
}
