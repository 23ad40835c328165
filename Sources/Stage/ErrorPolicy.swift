import Glibc

/// `--on-error`: what becomes of a bad line.
enum ErrorPolicy: Equatable {
  case fail
  case skip
  case quarantine(file: String)

  init(_ arguments: Arguments) throws(StageError) {
    switch arguments.value("on-error") ?? "fail" {
    case "fail": self = .fail
    case "skip": self = .skip
    case let text where text.hasPrefix("quarantine=") && text.count > 11: self = .quarantine(file: String(text.dropFirst(11)))
    case let text: throw .usage("--on-error must be fail, skip or quarantine=FILE, not \"\(text)\"")
    }
  }
}

/// The file that keeps bad lines.
struct Quarantine: ~Copyable {
  private let descriptor: Int32

  init(file: String) throws(StageError) {
    descriptor = open(file, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o666)
    if descriptor < 0 { throw StageError(.cannotCreate, "cannot-create", "\(file): \(OutputFile.reason(errno))") }
  }

  deinit { close(descriptor) }

  func keep(_ line: UnsafeBufferPointer<UInt8>) throws(StageError) {
    let whole = Array(line) + [0x0A]
    var done = 0
    while done < whole.count {
      let wrote = whole.withUnsafeBytes { write(descriptor, $0.baseAddress! + done, whole.count - done) }
      if wrote < 0, errno != EINTR { throw StageError(.inputOutput, "write-failed", "quarantine: \(OutputFile.reason(errno))") }
      done += max(0, wrote)
    }
  }
}
