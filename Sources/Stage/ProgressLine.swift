import Glibc
import Quoting

/// One line of progress, written over and over. Only where a person sees it: in a pipe or a log there is none.
public final class ProgressLine {
  private let isShown: Bool
  private var width = 0
  private var last = 0.0

  public init(quiet: Bool) { isShown = !quiet && isatty(2) == 1 }

  deinit { if width > 0 { put("\r\u{1B}[K") } }

  /// At most ten times a second, unless it is `urgent`.
  public func show(_ text: @autoclosure () -> String, urgent: Bool = false) {
    guard isShown else { return }
    let now = Statistics.now()
    guard urgent || now - last > 0.1 else { return }
    last = now
    let line = Quoting.terminal(text())
    width = line.count
    put("\r\u{1B}[K" + line)
  }

  private func put(_ text: String) {
    var text = text
    text.withUTF8 { _ = write(2, $0.baseAddress, $0.count) }
  }
}
