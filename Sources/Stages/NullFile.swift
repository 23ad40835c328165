import Evidence
import Records
import Stage
import Wire

/// What factors showed on sign-randomised candles: report records with their `factor_edge`, one a line, as `pipelines/factor-edge` gathers them.
enum NullFile {
  static func read(_ name: String) throws(StageError) -> [FactorEdge.Null] {
    var scanner = RecordScanner(keys: ["factor_edge"])
    let file = try InputFile(name)
    var runs: [FactorEdge.Null] = []
    while let line = try file.next() {
      if line.isEmpty { continue }
      guard scanner.scan(line) else {
        var failure = StageError(scanner.fault(in: line))
        failure.place = Place(file: name, line: file.line)
        throw failure
      }
      let edge = scanner.record(line)[0]
      guard let mean = edge.member("mean_r")?.number, let factors = edge.member("factors") else { continue }
      var run = FactorEdge.Null(meanR: mean, correlations: [:])
      for factor in factors.elements {
        guard let name = factor.member("factor")?.string, let correlation = factor.member("correlation")?.number else { continue }
        run.correlations[name] = correlation
      }
      runs.append(run)
    }
    return runs
  }
}
