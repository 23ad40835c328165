import Delivery
import Exchanges
import Wire

/// What one attempt came to.
enum Attempt {
  case sent(number: String?)
  /// Not taken. Nothing more is tried for so many seconds; `nil`: by our own judgement.
  case later(String, seconds: Double?)
  /// The sink cannot read the markup.
  case plain(String)
  /// The sink does not want the picture.
  case bare(String)
  /// The receiver has another name now; the same again.
  case moved(String)
  /// This message will never be taken.
  case refused(String)
  /// No message will be taken: what we have to show is not good enough.
  case locked(String)
  /// Perhaps taken: the answer was lost.
  case unknown(String)
}

extension Attempt {
  /// The same with each text that the sink wrote changed.
  func changingTexts(_ change: (String) -> String) -> Attempt {
    switch self {
    case .sent(let number): .sent(number: number.map(change))
    case .later(let text, let seconds): .later(change(text), seconds: seconds)
    case .plain(let text): .plain(change(text))
    case .bare(let text): .bare(change(text))
    case .moved(let text): .moved(change(text))
    case .refused(let text): .refused(change(text))
    case .locked(let text): .locked(change(text))
    case .unknown(let text): .unknown(change(text))
    }
  }
}

/// How a message is to be put, after what the sink has said.
struct Wording {
  var isPlain = false
  var isBare = false
  var isSilent = false
}

/// A service that takes messages.
protocol Sink: AnyObject {
  var form: MessageForm { get }
  /// Whose outbox and pace it is; no secret.
  var receiver: String { get }
  /// Whose allowance over all receivers it is; `nil`: none.
  var account: String? { get }
  var pace: [Pace] { get }
  var accountPace: [Pace] { get }
  /// Pictures that go together in one message.
  var album: Int { get }
  /// Whether people read it, who see that a message is there twice.
  var isReadByPeople: Bool { get }
  func send(_ part: OutboxEntry.Part, of entry: OutboxEntry, _ wording: Wording) throws(TransportFailure) -> Attempt
}

extension Sink {
  var account: String? { nil }
  var accountPace: [Pace] { [] }
  var album: Int { 0 }
  var isReadByPeople: Bool { true }

  /// A number that stands for a secret and does not give it away.
  static func fingerprint(_ text: String) -> String {
    // FNV-1a, 64 bits.
    let hash = text.utf8.reduce(0xCBF2_9CE4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    return String(hash, radix: 16)
  }

  /// What an answer without a meaning of its own amounts to. A gateway that gave up may have passed the message on before.
  static func judge(_ status: Int, _ text: String, _ headers: HTTPHeaders) -> Attempt {
    switch status {
    case 200..<300: .sent(number: nil)
    // A secret goes nowhere but to the address that it was given for.
    case 300..<400: .locked("\(text): it sends us elsewhere, and redirects are not followed")
    case 429: .later(text, seconds: headers.retryAfter)
    case 401, 403, 404, 410: .locked(text)
    case 502, 504: .unknown(text)
    case 408, 500..<600: .later(text, seconds: headers.retryAfter)
    default: .refused(text)
    }
  }

  static func judge(_ result: PostingResult, _ read: (Int, HTTPHeaders, [UInt8]) -> Attempt) -> Attempt {
    switch result {
    case .failure(let text, let mayHaveArrived): mayHaveArrived ? .unknown(text) : .later(text, seconds: nil)
    case .answer(let status, let headers, let body): read(status, headers, body)
    }
  }
}

/// A JSON answer, read key by key; what is no object has none.
struct JSONAnswer: ~Copyable {
  private var text: ByteBuffer
  private var scanner: RecordScanner
  let isObject: Bool

  init(_ body: [UInt8], _ keys: [StaticString]) {
    var text = ByteBuffer(capacity: body.count + 80)
    for byte in body { text.append(byte == 0x0A || byte == 0x0D ? 0x20 : byte) }
    // The reader of lines takes an object up to its brace.
    while text.count > 0, text.bytes[text.count - 1] == 0x20 { text.truncate(to: text.count - 1) }
    let line = text.bytes
    text.append(0x0A)
    var scanner = RecordScanner(keys: keys)
    isObject = scanner.scan(Bytes(start: text.start, count: line.count))
    self.text = text
    self.scanner = scanner
  }

  subscript(index: Int) -> JSONValue? { isObject && scanner[index].exists ? scanner[index] : nil }
}
