import Glibc
import Market
import Wire

/// Why a venue cannot be asked any more in this run.
public enum VenueStop: Error {
  /// Locked out until then, for every process of this machine.
  case banned(until: Timestamp, text: String)
  /// The allowance is used up for longer than this run may wait.
  case exhausted(until: Timestamp)
  case region(String)
  case transport(String)
  case ledger(FileFailure)
  case interrupted
}

/// Asks one venue: keeps to its allowances together with all other processes, repeats what may pass, and stops at what must not be repeated.
public final class VenueClient {
  public let dialect: any Dialect
  public let baseURL: String
  private let transport: any HTTPTransport
  public let ledger: WeightLedger
  /// Told why the client waits, and how it goes.
  public var progress: (VenueProgress) -> Void = { _ in }
  /// Attempts at one request.
  public var attempts = 5
  /// Seconds before the second attempt; doubled for each further one, at most eight.
  public var pause = 0.4
  /// Seconds that a run may wait for an allowance in all until the next good answer.
  public var patience = 150.0
  public var connections = 32
  private var state = VenueProgress()
  private var began = Timestamp.distantPast
  /// Milliseconds waited for an allowance since the last good answer.
  private var stalled: Int64 = 0

  /// Requests handed to the transport at a time.
  static let batch = 256

  public init(_ dialect: any Dialect, baseURL: String?, transport: any HTTPTransport, ledgerFolder: String) throws(FileFailure) {
    self.dialect = dialect
    let base = baseURL ?? dialect.baseURL
    let url = base.hasSuffix("/") ? String(base.dropLast()) : base
    self.baseURL = url
    self.transport = transport
    ledger = try VenueClient.ledger(dialect, baseURL: url, folder: ledgerFolder)
  }

  /// The account of an address.
  public static func ledger(_ dialect: any Dialect, baseURL: String?, folder: String) throws(FileFailure) -> WeightLedger {
    let url = baseURL ?? dialect.baseURL
    return try WeightLedger(folder: folder, name: String(url.rest(after: "://") ?? url[...]), limits: dialect.limits)
  }

  private struct Attempt {
    var index: Int
    var number = 1
    /// By the clock that nobody sets.
    var due: Int64 = 0
  }

  /// Sends all requests and hands each good answer to `take`, in the order in which they come.
  /// - Parameter take: may throw to have the request repeated.
  /// - Returns: by index, why a request came to nothing.
  public func fetch(_ requests: [VenueRequest], take: (Int, Bytes) throws(VenueFault) -> Void) throws(VenueStop) -> [Int: VenueFault] {
    var waiting = requests.indices.map { Attempt(index: $0) }
    state = VenueProgress(total: requests.count)
    began = WeightLedger.now
    stalled = 0
    var failed: [Int: VenueFault] = [:]
    while !waiting.isEmpty {
      let ticks = VenueClient.ticks
      let due = waiting.filter { $0.due <= ticks }.prefix(VenueClient.batch)
      if due.isEmpty {
        try sleep((waiting.map(\.due).min() ?? ticks) - ticks, because: "to ask again")
        continue
      }
      switch try guarded({ () throws(FileFailure) in try ledger.reserve(due.map { requests[$0.index] }) }) {
      case .banned(let until, let reason): throw .banned(until: until, text: reason)
      case .wait(let until):
        let wait = until - WeightLedger.now
        stalled += max(1, wait)
        if stalled > Timestamp.span(seconds: patience) { throw .exhausted(until: until) }
        try sleep(wait, because: "for the venue's allowance")
      case .places(let places, let ticket):
        let round = places.map { due[due.startIndex + $0] }
        let sending = Set(round.map(\.index))
        state.left = ledger.left
        waiting.removeAll { sending.contains($0.index) }
        waiting += try send(round, requests, ticket, &failed, take)
      }
    }
    return failed
  }

  /// - Returns: what is to be asked again.
  private func send(
    _ round: [Attempt], _ requests: [VenueRequest], _ ticket: String, _ failed: inout [Int: VenueFault],
    _ take: (Int, Bytes) throws(VenueFault) -> Void
  ) throws(VenueStop) -> [Attempt] {
    var again: [Attempt] = []
    var stop: VenueStop?
    var used: (limit: String, weight: Int)?
    var open = Set(round.indices)
    do throws(TransportFailure) {
      try transport.get(round.map { baseURL + requests[$0.index].path }, connections: connections) { place, result in
        guard open.remove(place) != nil else { return true }
        let attempt = round[place]
        guard let fault = judge(result, attempt.index, &used, take) else {
          stalled = 0
          tell()
          return true
        }
        do throws(VenueStop) {
          if let repeated = try weigh(fault, attempt, requests[attempt.index]) {
            again.append(repeated)
          } else {
            failed[attempt.index] = fault
            tell()
          }
          return true
        } catch {
          stop = error
          return false
        }
      }
    } catch {
      switch error {
      case .interrupted: stop = .interrupted
      case .unusable(let text): stop = .transport(text)
      }
    }
    try guarded { () throws(FileFailure) in try ledger.settle(ticket, used: used) }
    if let stop { throw stop }
    for place in open.sorted() {
      let attempt = round[place]
      let fault = VenueFault(.unavailable, "no answer")
      if let repeated = try weigh(fault, attempt, requests[attempt.index]) { again.append(repeated) } else { failed[attempt.index] = fault }
    }
    return again
  }

  /// Why a result is not good; `nil` when it was taken.
  private func judge(
    _ result: HTTPResult, _ index: Int, _ used: inout (limit: String, weight: Int)?, _ take: (Int, Bytes) throws(VenueFault) -> Void
  ) -> VenueFault? {
    switch result {
    case .failure(let text, let mayPass): return VenueFault(mayPass ? .unavailable : .refused, text)
    case .answer(let status, let headers, let body):
      if let told = dialect.used(headers), told.weight > used?.weight ?? 0 { used = told }
      if let fault = dialect.fault(status: status, headers: headers, body: body, now: WeightLedger.now) { return fault }
      do throws(VenueFault) {
        try take(index, body)
        return nil
      } catch {
        return error
      }
    }
  }

  /// Decides about a failed attempt: again later, or not (`nil`). What concerns everybody is written into the ledger.
  private func weigh(_ fault: VenueFault, _ attempt: Attempt, _ request: VenueRequest) throws(VenueStop) -> Attempt? {
    switch fault.kind {
    case .banned(let seconds):
      try guarded { () throws(FileFailure) in try ledger.ban(seconds: seconds, reason: fault.text) }
      throw .banned(until: WeightLedger.now + Timestamp.span(seconds: seconds), text: fault.text)
    case .region: throw .region(fault.text)
    case .rateLimited(let seconds):
      // The venue's word for all; without one, longer each time.
      let pause = seconds ?? min(30, delay(attempt.number) * 4)
      try guarded { () throws(FileFailure) in try ledger.pause(request.limit, seconds: pause) }
    case .malformed, .unavailable, .unknownSymbol, .refused: break
    }
    guard fault.mayPass, attempt.number < attempts else { return nil }
    let delay = delay(attempt.number) * Double.random(in: 0.5...1)
    return Attempt(index: attempt.index, number: attempt.number + 1, due: VenueClient.ticks + Timestamp.span(seconds: delay))
  }

  /// Seconds before the attempt after this one.
  private func delay(_ attempt: Int) -> Double { min(8, pause * Double(1 << min(attempt - 1, 6))) }

  /// One more request is done with.
  private func tell() {
    state.answered += 1
    state.seconds = Double(WeightLedger.now - began) / 1000
    progress(state)
  }

  private func guarded<R>(_ body: () throws(FileFailure) -> R) throws(VenueStop) -> R {
    do throws(FileFailure) { return try body() } catch { throw .ledger(error) }
  }

  private func sleep(_ milliseconds: Int64, because reason: String) throws(VenueStop) {
    state.note = "waiting \(max(0, milliseconds / 1000 + 1)) s \(reason)"
    progress(state)
    state.note = nil
    let end = VenueClient.ticks + milliseconds
    while VenueClient.ticks < end { try VenueClient.pause(end - VenueClient.ticks) }
  }

  /// Milliseconds of the clock that nobody sets: a wait does not grow where somebody sets the time back.
  private static var ticks: Int64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
  }

  /// Sleeps for half a second at most.
  private static func pause(_ milliseconds: Int64) throws(VenueStop) {
    if SystemCalls().interruption() != 0 { throw .interrupted }
    let part = min(max(0, milliseconds), 500)
    var time = timespec(tv_sec: Int(part / 1000), tv_nsec: Int(part % 1000) * 1_000_000)
    nanosleep(&time, nil)
  }

  /// Sleeps, unless asked to end.
  public static func sleep(until: Timestamp) throws(VenueStop) {
    while true {
      let left = until - WeightLedger.now
      try pause(left)
      if left <= 0 { return }
    }
  }
}

/// How a run of requests goes, for a person who watches.
public struct VenueProgress: Sendable {
  /// Requests that came to an end, of so many.
  public var answered = 0
  public var total = 0
  /// Of the allowance that is drawn on, for everybody on this machine.
  public var left = 0
  /// Since the first was sent.
  public var seconds = 0.0
  /// Why nothing happens.
  public var note: String?

  /// For the rest, at the pace so far; `nil` before there is one.
  public var secondsLeft: Int? {
    answered == 0 ? nil : Int(clamping: (seconds / Double(answered) * Double(total - answered)).rounded(.up), to: 0...Int.max)
  }
}
