import Confluence
import Records
import Structure
import Wire

/// Zones that have carried a side of an evaluation: each is told once, when it first does.
struct ShadowZones {
  private var told: [String: Set<FactID>] = [:]

  mutating func tell(_ evaluation: Evaluation, into output: inout LineWriter) {
    for side in evaluation.sides {
      guard side.anchor != nil, let zone = side.zone else { continue }
      guard told["\(evaluation.setup.exchange) \(evaluation.setup.symbol)", default: []].insert(zone).inserted else { continue }
      ZoneRecord.encode(side, of: evaluation.setup, into: &output.buffer)
      output.endLine()
    }
  }
}
