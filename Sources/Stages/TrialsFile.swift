import Evidence
import Market
import Records
import Stage
import Wire

/// The configurations tried so far, as `pipelines/sweep` appends them: one JSON object a line.
struct TrialsFile {
  private var trials: [String: Double] = [:]

  init(_ name: String) throws(StageError) {
    var scanner = RecordScanner(keys: ["run_id", "profile_hash", "daily_sharpe"])
    let file = try InputFile(name)
    while let line = try file.next() {
      if line.isEmpty { continue }
      do throws(StageError) {
        guard scanner.scan(line) else { throw StageError(scanner.fault(in: line)) }
        let record = scanner.record(line)
        // A configuration without a spread in its daily returns was tried, but has no ratio.
        guard let sharpe = try record.optionalNumber(2) else { continue }
        trials["\(try record.identity(0)) \(try record.identity(1))"] = sharpe
      } catch {
        var failure = error
        failure.place = Place(file: name, line: file.line)
        throw failure
      }
    }
  }

  /// Daily Sharpe ratios of all configurations but this one.
  func others(than run: BacktestRun) -> [Double] {
    let own = "\(run.runID ?? "") \(run.profileHash)"
    return trials.filter { $0.key != own }.sorted { $0.key < $1.key }.map(\.value)
  }
}
