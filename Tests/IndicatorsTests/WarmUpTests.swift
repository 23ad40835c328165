import Foundation
import Indicators
import Testing

/// How far the values of a short history are from those of a long one: measured, committed, and held against what the indicators say of themselves.
@Suite struct WarmUpTests {
  /// Candles of history after which the error is measured.
  static let lengths = [20, 30, 40, 50, 75, 100, 150, 200, 300, 400, 600, 800, 1200]
  static let starts = 60
  static let past = 2500

  /// The worst error over seeded walks and starts, in percent of the value (or of its usual size, where it comes near 0), by indicator and length.
  static func measure(at own: ((lookback: Int, settled: Int)) -> Int = { _ in 0 }) throws -> [String: [Double?]] {
    let selection = try IndicatorSelection.everything()
    var worst: [String: [Double]] = [:]
    let longest = lengths.last!
    for seed in 0..<6 {
      let candles = Series.walk(past + starts / 6 * 37 + longest, seed: UInt64(100 + seed), volatility: seed % 2 == 0 ? 0.004 : 0.02)
      let whole = Run(candles, selection)
      for k in 0..<starts / 6 {
        let start = past + 37 * k
        let short = Run(Array(candles[start..<start + longest]), selection)
        for indicator in recursive {
          for output in indicator.card.outputs where output.kind == .number {
            let name = indicator.card.namesItsParameters ? output.name + "_20" : output.name
            let column = selection.columns.first { $0.name == name }!.index
            let usual = whole.rows.suffix(longest).reduce(0) { $0 + ($1[column].isNaN ? 0 : $1[column].magnitude) } / Double(longest)
            let length = own(indicator.warmUp(indicator.card.parameters.map(\.standard)))
            for (i, length) in (length > 0 ? [length] : lengths).enumerated() {
              let (value, truth) = (short.rows[length - 1][column], whole.rows[start + length - 1][column])
              if truth.isNaN { continue }
              let error = 100 * (value - truth).magnitude / max(truth.magnitude, usual)
              worst[indicator.card.name, default: Array(repeating: 0, count: lengths.count)][i] = max(
                worst[indicator.card.name]?[i] ?? 0, error.isNaN ? .infinity : error)
            }
          }
        }
      }
    }
    return worst.mapValues { $0.map { $0.isFinite ? $0 : nil } }
  }

  /// Those whose values depend on all of their history.
  static var recursive: [RegisteredIndicator] {
    IndicatorRegistry.all.filter {
      let (lookback, settled) = $0.warmUp($0.card.parameters.map(\.standard))
      return settled > lookback && !["hourly_volume", "divergence", "squeeze"].contains($0.card.name)
    }
  }

  static let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(path: "../../Sources/Indicators/WarmUpErrors.swift")
    .standardized

  /// The committed curves are those measured. SS_RECORD=1 writes them.
  @Test func curvesAreThoseMeasured() throws {
    let measured = try Self.measure()
    if ProcessInfo.processInfo.environment["SS_RECORD"] == "1" {
      try Self.source(measured).write(to: Self.file, atomically: true, encoding: .utf8)
      return
    }
    #expect(IndicatorRegistry.warmUpLengths == Self.lengths)
    #expect(Set(IndicatorRegistry.warmUpErrors.keys) == Set(measured.keys))
    for (name, errors) in measured {
      for (committed, error) in zip(IndicatorRegistry.warmUpErrors[name] ?? [], errors) {
        guard let error else {
          #expect(committed.isNaN)
          continue
        }
        #expect((committed - error).magnitude <= 0.06 * error + 1e-3, "\(name): \(committed), measured \(error)")
      }
    }
  }

  /// From the candle that an indicator names on, the worst error is within 0.1 %.
  @Test func settledMeansWithinAThousandth() throws {
    let errors = try Self.measure(at: { $0.settled + 1 })
    for indicator in Self.recursive { #expect(try #require(errors[indicator.card.name]?[0]) <= 0.1, "\(indicator.card.name)") }
  }

  private static func source(_ measured: [String: [Double?]]) -> String {
    var text = """
      /// Measured by `WarmUpTests` (SS_RECORD=1 writes this file): on seeded synthetic walks, the worst difference between the values of a history of so many
      /// candles and those of a long one, in percent of the value, or of its usual size where it comes near 0. NaN: no value yet.
      extension IndicatorRegistry {
        public static let warmUpLengths = [\(lengths.map(String.init).joined(separator: ", "))]
        public static let warmUpErrors: [String: [Double]] = [

      """
    for (name, errors) in measured.sorted(by: { $0.key < $1.key }) {
      let numbers = errors.map { error in error.map { $0 < 0.0005 ? "0" : String(Double(String(format: "%.2g", $0))!) } ?? ".nan" }
      text += "    \"\(name)\": [\(numbers.joined(separator: ", "))],\n"
    }
    return text + "  ]\n}\n"
  }
}
