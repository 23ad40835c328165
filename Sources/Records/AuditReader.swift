import Delivery
import Market
import Stage
import Wire

/// What a message says of a `report`.
public enum AuditReader {
  public static let keys = StreamKey.names + ["symbols", "verdict", "funnel", "metrics"]
  /// The metrics that are told, where the report has them.
  private static let told: [StaticString] = ["trades", "hit_rate", "mean_r", "profit_factor", "max_drawdown", "pnl_net"]

  public static func decode(_ record: Record) throws(StageError) -> AuditSummary {
    var times = TimeReader()
    var audit = AuditSummary(from: try times.time(record, StreamKey.from), to: try times.time(record, StreamKey.to))
    audit.runID = try record.optionalIdentity(StreamKey.runID) ?? ""
    audit.profile = try record.identity(StreamKey.profile)
    audit.exchange = try record.identity(StreamKey.exchange)
    for item in record[StreamKey.count].elements {
      try record.check(item, "symbols")
      if let symbol = item.string { audit.symbols.append(symbol) }
    }
    let verdict = try record.required(StreamKey.count + 1), funnel = try record.required(StreamKey.count + 2)
    audit.ruling = verdict.member("ruling")?.string ?? ""
    audit.evaluations = funnel.member("evaluations")?.integer ?? 0
    audit.accepted = funnel.member("accepted")?.integer ?? 0
    if let conditions = verdict.member("conditions")?.elements {
      for condition in conditions {
        let value = figure(condition.member("value")), threshold = figure(condition.member("threshold"))
        audit.conditions.append(
          AuditSummary.Figure(
            name: condition.member("name")?.string ?? "", value: "\(value) against \(threshold)", isMet: condition.member("met")?.flag ?? false))
      }
    }
    for name in told {
      guard let metric = record[StreamKey.count + 3].member(name), let value = metric.member("value")?.number else { continue }
      let unit = metric.member("unit")?.string ?? "1"
      let text = NumberText.significant(value, digits: 4) + (unit == "1" ? "" : " \(unit)")
      audit.metrics.append(AuditSummary.Figure(name: "\(name)", value: text))
    }
    return audit
  }

  private static func figure(_ value: JSONValue?) -> String { value?.number.map { NumberText.significant($0, digits: 4) } ?? "nothing" }
}
