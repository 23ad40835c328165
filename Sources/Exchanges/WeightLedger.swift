import Glibc
import Market
import Quoting
import Wire

/// The account of what all processes of this machine ask of one venue: a file that each of them locks, reads, changes and lets go. It outlives them, and
/// so does a ban.
public final class WeightLedger {
  private let path: String
  private let limits: [VenueLimit]
  private let process: String
  private var tickets = 0
  /// What the last reservation left of the allowance it drew on.
  public private(set) var left = 0

  /// - Parameter name: of the account: the address that is asked.
  public init(folder: String, name: String, limits: [VenueLimit]) throws(FileFailure) {
    try createFolder(folder)
    path = "\(folder)/\(FileName.of(name, ending: ".ledger"))"
    self.limits = limits
    process = "\(getpid())-\(WeightLedger.now.milliseconds)"
  }

  public static var now: Timestamp {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Timestamp(milliseconds: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
  }

  private func change<R>(_ body: (inout LedgerBook, Timestamp) -> R) throws(FileFailure) -> R {
    let file = try LockedFile(path)
    let before = String(decoding: try file.read(), as: UTF8.self)
    var book = LedgerBook(before)
    for limit in limits where !book.limits.contains(where: { $0.name == limit.name }) { book.limits.append(limit) }
    let result = body(&book, WeightLedger.now)
    let after = book.text
    if after != before { try file.replace(with: Array(after.utf8)) }
    return result
  }

  /// What may be asked now.
  public enum Permission: Equatable {
    /// The requests at these places; settle the ticket once they are answered.
    case places([Int], ticket: String)
    /// Nothing before this instant.
    case wait(until: Timestamp)
    /// The venue has locked this address out.
    case banned(until: Timestamp, reason: String)
  }

  public func reserve(_ requests: [VenueRequest]) throws(FileFailure) -> Permission {
    tickets += 1
    let ticket = "\(process)-\(tickets)"
    return try change { book, now in
      book.forget(before: now)
      if let ban = book.ban { return .banned(until: ban.until, reason: ban.reason) }
      let (places, retry) = book.reserve(requests, ticket: ticket, now: now)
      if let first = places.first {
        let limit = requests[first].limit
        left = max(0, book.allowance(limit) - book.spent(limit))
      }
      return places.isEmpty ? .wait(until: retry) : .places(places, ticket: ticket)
    }
  }

  /// - Parameter used: what the venue said last of an allowance.
  public func settle(_ ticket: String, used: (limit: String, weight: Int)?) throws(FileFailure) {
    try change { book, now in
      // Before the requests are let go of: the venue's count holds them.
      if let used { book.learn(used.limit, used: used.weight, now: now) }
      book.settle(ticket, now: now)
    }
  }

  public func pause(_ limit: String, seconds: Double) throws(FileFailure) {
    try change { book, now in book.pauses[limit] = max(book.pauses[limit] ?? now, now + Timestamp.span(seconds: seconds)) }
  }

  public func ban(seconds: Double, reason: String) throws(FileFailure) {
    try change { book, now in book.ban = (now + Timestamp.span(seconds: seconds), Quoting.terminal(Quoting.joined(reason))) }
  }

  public func learn(_ learnt: [VenueLimit]) throws(FileFailure) {
    try change { book, _ in
      for limit in learnt { book.limits = book.limits.map { $0.name == limit.name ? limit : $0 } }
    }
  }

  /// The venue's clock minus ours, in milliseconds, as it was last seen.
  public func clockOffset() throws(FileFailure) -> Int64 { try change { book, _ in book.clockOffset } }
  public func learn(clockOffset: Int64) throws(FileFailure) { try change { book, _ in book.clockOffset = clockOffset } }

  /// Until when this address is locked out, and why.
  public func ban() throws(FileFailure) -> (until: Timestamp, reason: String)? {
    try change { book, now in
      book.forget(before: now)
      return book.ban
    }
  }
}
