import Market

/// One message on its way to people.
public struct Letter: Sendable {
  /// Never sent twice: what the message is about.
  public var key: String
  /// Other keys that it stands for: a digest tells of several ideas.
  public var covers: [String] = []
  /// What may not fire twice within the window: symbol and direction. `nil`: may.
  public var trigger: String?
  /// When it happened, by the candles.
  public var time: Timestamp
  public var kind: MessageKind
  public var priority: Signal.Priority
  public var isSilent = false
  /// Markup.
  public var text: String
  /// Pictures, each with the caption that stands for the text beside it.
  public var photos: [Photo] = []
  /// The record it is about, for sinks that programs read.
  public var record: String?
  /// By the wall clock; afterwards it is not sent.
  public var expires: Timestamp?

  public struct Photo: Hashable, Sendable {
    public var path: String
    /// Markup; empty: the text itself, as far as it goes.
    public var caption: String

    public init(path: String, caption: String = "") {
      self.path = path
      self.caption = caption
    }
  }

  public init(key: String, time: Timestamp, kind: MessageKind, priority: Signal.Priority, text: String) {
    self.key = key
    self.time = time
    self.kind = kind
    self.priority = priority
    self.text = text
  }
}

/// What a message is about; each may be loud, silent, or not be sent at all.
public enum MessageKind: String, CaseIterable, Sendable {
  case signal, developing, watching, opened, target, stop, breakeven, expired, closed, batch, digest, alert, audit

  /// Unless told otherwise: what asks for a decision makes a sound.
  public var isLoud: Bool { [.signal, .stop, .alert].contains(self) }
}

/// What became of a message.
public struct Receipt: Hashable, Sendable {
  public enum Status: String, CaseIterable, Sendable {
    case sent
    /// In the outbox, to be tried again.
    case queued
    /// The same was sent before, or the same symbol and direction within the window.
    case duplicate
    /// Its time was over before it could be sent.
    case expired
    /// Told in a digest.
    case digest
    /// The sink will never take it.
    case refused
    /// Perhaps sent: the answer was lost, and it is not tried again.
    case unknown

    var phrase: String {
      switch self {
      case .sent: "sent"
      case .queued: "waits in the outbox"
      case .duplicate: "not sent again"
      case .expired: "expired before it was sent"
      case .digest: "told in the digest"
      case .refused: "refused"
      case .unknown: "may have arrived or not"
      }
    }
  }

  public var status: Status
  /// What the sink calls it.
  public var number: String?
  public var attempts: Int
  /// Why it was not delivered; or why it may have arrived twice.
  public var detail: String?

  public init(_ status: Status, number: String? = nil, attempts: Int = 0, detail: String? = nil) {
    self.status = status
    self.number = number
    self.attempts = attempts
    self.detail = detail
  }
}

/// Why nothing can be delivered at all.
public enum CourierFault: Error, Equatable {
  /// A secret is missing, or the sink does not know it.
  case credentials(String, hint: String?)
  /// An option does not fit the sink.
  case usage(String)
  /// The outbox cannot be kept.
  case outbox(String)
  /// The outbox can be read or written no more: the disk is full, or fails.
  case inputOutput(String)
  /// The outbox's journal holds what no outbox writes; `offset` counts the bytes before it in its line.
  case damaged(file: String, line: Int, offset: Int, String, hint: String)
  /// What carries requests is missing.
  case unavailable(String)
  case interrupted
}

/// Who delivers. The entry point puts one in; a stage has no way out of its own.
public protocol Courier: AnyObject {
  /// The wall clock, which nothing but delivery goes by.
  var now: Timestamp { get }
  /// Why a message would not be taken: its idea was told before. `nil`: it is news.
  func known(_ letter: Letter) throws(CourierFault) -> Receipt?
  /// Puts a message on the disk. It is sent by `deliver`, of this run or of a later one.
  /// - Returns: what is known at once: a duplicate, expired before, or queued.
  func post(_ letter: Letter) throws(CourierFault) -> Receipt
  /// Sends what is due, in order.
  /// - Parameter waits: whether to wait for what a sink asks to wait for, as far as the patience goes.
  func deliver(waits: Bool) throws(CourierFault)
  /// What became of a message posted in this run.
  func receipt(of key: String) -> Receipt
  /// Messages in the outbox that are not sent, of whichever run.
  var undelivered: Int { get }
  /// What people should know of, since this was last asked: what may have arrived twice, what was refused.
  func takeRemarks() -> [String]
}

/// What a courier is told.
public struct CourierOptions: Sendable {
  public var sink: String
  public var baseURL: String?
  /// The program of the sink `command`, with its arguments.
  public var command: [String] = []
  /// Names of the secrets that this program gets.
  public var passedSecrets: [String] = []
  /// The folder of outboxes; `nil`: the user's.
  public var folder: String?
  /// The folder of charts, the only one from which pictures are sent; `nil`: the user's.
  public var charts: String?
  /// Seconds for one request.
  public var timeout = 30
  /// Seconds to wait for a sink that cannot take messages now.
  public var patience = 120
  /// At most so many messages in so many seconds; `nil`: what the sink is known to take.
  public var pace: [Pace]?
  /// What could be there already is sent again; `nil`: where people read it, who see that it is the same.
  public var repeatsUnknown: Bool?
  /// Minutes in which a symbol fires once in each direction.
  public var window = 0
  public var quiet: QuietHours?
  /// A clock for rehearsals.
  public var clock: Timestamp?

  public init(sink: String) { self.sink = sink }
}

/// At most `count` messages in `seconds`.
public struct Pace: Hashable, Sendable {
  public var count: Int
  public var seconds: Double

  public init(_ count: Int, per seconds: Double) {
    self.count = count
    self.seconds = seconds
  }
}
