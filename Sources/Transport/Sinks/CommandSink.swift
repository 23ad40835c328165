import Delivery
import Exchanges
import Wire

/// A program that reads each message as JSON on its standard input: 0 has taken it, 75 wants it later, anything else refuses it.
final class CommandSink: Sink {
  let form = MessageForm.plain
  let receiver: String
  let pace: [Pace] = []
  let isReadByPeople = false
  private let words: [String]
  /// Names of the secrets that it gets.
  private let secrets: [String]
  private let limit: Int

  init(_ words: [String], passing secrets: [String], limit: Int) {
    self.words = words
    self.secrets = secrets
    self.limit = limit
    receiver = "command-\(CommandSink.fingerprint(words.joined(separator: " ")))"
  }

  func send(_ part: OutboxEntry.Part, of entry: OutboxEntry, _ wording: Wording) throws(TransportFailure) -> Attempt {
    var text = ByteBuffer()
    text.append(MessageDocument.text(part, of: entry, wording))
    text.append(0x0A)
    var said = ByteBuffer()
    do throws(WireError) {
      var child = try ChildProcess(words, passing: secrets)
      // Dropping the child kills it, whatever it does by then: not reading, writing without an end, or closing its output and going on.
      let deadline = WallClock.steady + Int64(limit) * 1000
      let late = Attempt.unknown("\(words[0]) did not end within \(limit) s")
      var written = 0
      while written < text.count, child.input >= 0 {
        if WallClock.steady >= deadline { return late }
        written += try child.exchange(Bytes(rebasing: text.bytes[written...]), receiving: &said, waiting: 100)
        // Nobody reads what it says.
        said.truncate(to: 0)
      }
      child.closeInput()
      while try child.receive(into: &said, waiting: 100) != .end {
        if WallClock.steady >= deadline { return late }
        said.truncate(to: 0)
      }
      guard let status = try child.wait(atMost: Int(max(1, deadline - WallClock.steady))) else { return late }
      switch status {
      case 0: return .sent(number: nil)
      case 75: return .later("\(words[0]) ended with 75", seconds: nil)
      case let status where status > 128: return .unknown("\(words[0]) was ended by signal \(status - 128)")
      case let status: return .refused("\(words[0]) ended with \(status)")
      }
    } catch {
      switch error {
      case .interrupted: throw .interrupted
      case .cannotStart: throw .unusable("\(words.first ?? "the command") cannot be started")
      default: return .unknown("\(words[0]): \(error.text)")
      }
    }
  }
}
