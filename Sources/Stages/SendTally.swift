import Delivery
import Market

/// What became of the messages of a run, told to people where not all were sent: a count for each outcome, and the first that were not sent, with
/// the reason of each.
struct SendTally {
  /// So many messages are named.
  private static let most = 10
  private var receipts: [(key: String, receipt: Receipt)] = []
  private var seen: Set<String> = []

  /// Of one message; the first that is said of a key counts.
  mutating func add(_ key: String, _ receipt: Receipt) { if seen.insert(key).inserted { receipts.append((key, receipt)) } }

  private func count(_ status: Receipt.Status) -> Int { receipts.count { $0.receipt.status == status } }

  /// None where all was sent, or told in a digest.
  var lines: [String] {
    let counts = Receipt.Status.allCases.map { (status: $0, count: count($0)) }.filter { $0.count > 0 }
    if counts.allSatisfy({ $0.status == .sent || $0.status == .digest }) { return [] }
    // What was refused, or may have arrived, was said when it happened.
    let unsent = [Receipt.Status.queued, .expired, .duplicate].flatMap { status in receipts.filter { $0.receipt.status == status } }
    var lines = unsent.prefix(SendTally.most).map { key, receipt in
      "\(key): not sent, \(receipt.status.rawValue)" + (receipt.detail.map { ": \($0)" } ?? "")
    }
    if unsent.count > SendTally.most { lines.append("and \(unsent.count - SendTally.most) more that were not sent") }
    return lines + [counts.map { "\($0.status.rawValue) \($0.count)" }.joined(separator: ", ")]
  }

  var hasExpired: Bool { count(.expired) > 0 }
}
