import Glibc
import Wire

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
    do throws(FileFailure) {
      descriptor = try RegularFile.open(file, for: .appending, mode: 0o666)
    } catch {
      throw StageError(.cannotCreate, "cannot-create", error.text)
    }
  }

  deinit { close(descriptor) }

  func keep(_ line: UnsafeBufferPointer<UInt8>) throws(StageError) {
    let whole = Array(line) + [0x0A]
    do throws(FileFailure) {
      try whole.withUnsafeBufferPointer { bytes throws(FileFailure) in try RegularFile.write(bytes, to: descriptor, "quarantine") }
    } catch {
      throw StageError(.inputOutput, "write-failed", error.text)
    }
  }
}
