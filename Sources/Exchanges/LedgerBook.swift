import Market

/// What a ledger knows of one venue: allowances, what was spent and when it no longer counts, and until when nobody may ask.
///
/// A request counts from the moment it is allowed until one window after its answer. The venue saw it at some instant in between, so that
/// whatever window it counts by, fixed or rolling, never holds more than the allowance.
struct LedgerBook: Equatable {
  struct Spending: Equatable {
    var limit: String
    var weight: Int
    /// When it no longer counts.
    var until: Timestamp
    /// Not yet answered; whose it is.
    var ticket: String?
  }

  var limits: [VenueLimit] = []
  var spendings: [Spending] = []
  /// By allowance, until when the venue asked to wait.
  var pauses: [String: Timestamp] = [:]
  var ban: (until: Timestamp, reason: String)?
  /// The venue's clock minus ours, in milliseconds.
  var clockOffset: Int64 = 0

  /// The part of an allowance that is used: the rest is for others on this address.
  static let share = 0.9
  /// An unanswered request is given up after so many milliseconds.
  static let patience: Int64 = 60_000

  static func == (a: LedgerBook, b: LedgerBook) -> Bool { a.text == b.text }

  mutating func forget(before now: Timestamp) {
    spendings = spendings.filter { spending in
      // Far ahead: our own clock was set back since.
      spending.until > now && spending.until <= now + (window(spending.limit) + 2 * LedgerBook.patience)
    }
    pauses = pauses.filter { $0.value > now }
    if let ban, ban.until <= now { self.ban = nil }
  }

  private func window(_ limit: String) -> Int64 { Timestamp.span(seconds: limits.first { $0.name == limit }?.seconds ?? 60) }

  func allowance(_ limit: String) -> Int {
    guard let found = limits.first(where: { $0.name == limit }) else { return .max }
    return Int(clamping: Double(found.weight) * LedgerBook.share, to: 1...VenueLimit.largestWeight)
  }

  func spent(_ limit: String) -> Int { spendings.reduce(0) { $0 + ($1.limit == limit ? $1.weight : 0) } }

  /// Allows as many of `requests`, in their order, as fit; those of an exhausted allowance are passed over.
  /// - Returns: the places of the allowed ones, and the instant to ask again at when there are none.
  mutating func reserve(_ requests: [VenueRequest], ticket: String, now: Timestamp) -> (places: [Int], retry: Timestamp) {
    forget(before: now)
    var room: [String: Int] = [:]
    var places: [Int] = []
    var cost: [String: Int] = [:]
    var retry = Timestamp.distantFuture
    for (place, request) in requests.enumerated() {
      let limit = request.limit
      if let pause = pauses[limit] {
        retry = min(retry, pause)
        continue
      }
      let left = room[limit] ?? allowance(limit) - spent(limit)
      // What costs more than there ever is goes alone.
      guard request.weight <= left || (request.weight > allowance(limit) && spent(limit) == 0 && cost[limit] == nil) else {
        room[limit] = 0
        retry = min(retry, spendings.filter { $0.limit == limit }.map(\.until).min() ?? now + 1000)
        continue
      }
      room[limit] = left - request.weight
      cost[limit, default: 0] += request.weight
      places.append(place)
    }
    for (limit, weight) in cost {
      spendings.append(Spending(limit: limit, weight: weight, until: now + (LedgerBook.patience + window(limit)), ticket: ticket))
    }
    return (places, retry)
  }

  /// The reserved requests are answered, or given up.
  mutating func settle(_ ticket: String, now: Timestamp) {
    for index in spendings.indices where spendings[index].ticket == ticket {
      spendings[index].ticket = nil
      spendings[index].until = now + window(spendings[index].limit)
    }
  }

  /// The venue says that `weight` is used: what we do not know of is others'.
  mutating func learn(_ limit: String, used weight: Int, now: Timestamp) {
    let unknown = VenueLimit.bounded(weight) - spent(limit)
    if unknown > 0 { spendings.append(Spending(limit: limit, weight: unknown, until: now + window(limit))) }
  }
}

/// As a file: one fact a line. What cannot be read is as if it were not there.
extension LedgerBook {
  var text: String {
    var lines: [String] = []
    if let ban { lines.append("ban \(ban.until.milliseconds) \(ban.reason)") }
    lines.append("offset \(clockOffset)")
    for limit in limits { lines.append("limit \(limit.name) \(limit.weight) \(limit.seconds)") }
    for (limit, until) in pauses.sorted(by: { $0.key < $1.key }) { lines.append("pause \(limit) \(until.milliseconds)") }
    for spending in spendings { lines.append("spent \(spending.limit) \(spending.weight) \(spending.until.milliseconds) \(spending.ticket ?? "-")") }
    return lines.joined(separator: "\n") + "\n"
  }

  init(_ text: String) {
    for line in text.unicodeScalars.split(separator: "\n").map(Substring.init) {
      let words = line.split(separator: " ", maxSplits: 4)
      let time = { (place: Int) in words.count > place ? Int64(words[place]).map { Timestamp(clamping: $0) } : nil }
      switch words.first {
      case "ban":
        let parts = line.split(separator: " ", maxSplits: 2)
        if let until = time(1) { ban = (until, parts.count > 2 ? String(parts[2]) : "") }
      case "offset": clockOffset = words.count > 1 ? Timestamp(clamping: Int64(words[1]) ?? 0).milliseconds : 0
      case "limit":
        guard words.count > 3, let weight = Int(words[2]), let seconds = Double(words[3]), weight > 0, seconds > 0 else { continue }
        limits.append(VenueLimit(String(words[1]), weight: weight, per: seconds))
      case "pause":
        if words.count > 2, let until = time(2) { pauses[String(words[1])] = until }
      case "spent":
        guard words.count > 4, let weight = Int(words[2]), let until = time(3) else { continue }
        let ticket = words[4] == "-" ? nil : String(words[4])
        spendings.append(Spending(limit: String(words[1]), weight: VenueLimit.bounded(weight), until: until, ticket: ticket))
      default: continue
      }
    }
  }
}
