import Confluence
import Stage
import Wire

/// Reads the JSON form of a model; see `ModelReader`.
enum LogisticReader {
  private static let keys: [StaticString] = ["intercept", "weights", "missing", "name", "version"]

  static func read(_ text: Bytes, file: String, features: [String]) throws(StageError) -> Model {
    // The scanner ends lines at newlines; in JSON they are white space.
    let flat = text.map { $0 == 0x0A || $0 == 0x0D ? 0x20 : $0 } + [0x0A] + [UInt8](repeating: 0, count: LineReader.spare)
    var model: Model?
    var failure: StageError?
    flat.withUnsafeBufferPointer { all in
      let line = Bytes(rebasing: all[..<text.count])
      var scanner = RecordScanner(keys: keys)
      do throws(StageError) {
        guard scanner.scan(line) else { throw StageError(scanner.fault(in: line)) }
        model = try read(scanner.record(line), text, file, features)
      } catch {
        failure = error
      }
    }
    if let model { return model }
    var error = failure ?? StageError(.configuration, "bad-model", "nothing to read")
    let offset = min(error.offset ?? 0, text.count)
    error.place = Place(file: file, line: 1 + text[..<offset].count { $0 == 0x0A })
    error.offset = text[..<offset].reversed().firstIndex(of: 0x0A).map { text.distance(from: $0.base, to: offset) } ?? offset
    error.exit = .configuration
    if error.code != "model-mismatch" { error.code = "bad-model" }
    throw error
  }

  private static func read(_ record: Record, _ text: Bytes, _ file: String, _ features: [String]) throws(StageError) -> Model {
    var regression = LogisticRegression(
      intercept: try record.number(0), weights: Array(repeating: .nan, count: features.count),
      missing: Array(repeating: 0, count: features.count))
    try fill(&regression.weights, record, 1, features)
    if let place = regression.weights.firstIndex(where: \.isNaN) { throw misfit("no weight for \(features[place])", record, 1) }
    if record[2].exists { try fill(&regression.missing, record, 2, features) }
    return Model(
      name: try record.optionalString(3) ?? ModelReader.name(of: file), version: try record.optionalString(4) ?? ModelReader.version(of: text),
      form: .logistic(regression))
  }

  private static func fill(_ values: inout [Double], _ record: Record, _ key: Int, _ features: [String]) throws(StageError) {
    guard record[key].kind == .object else { throw record.wrong(key, "an object of numbers by feature") }
    var seen: Set<Int> = []
    var members = record[key].members
    while let (name, value) = members.next() {
      guard let place = features.firstIndex(of: name.text) else { throw misfit("no feature is called \(shown(name))", record, key) }
      guard seen.insert(place).inserted else { throw .data("bad-model", "\(name.text) stands twice", offset: record.offset(of: value)) }
      guard let number = value.number else { throw .data("bad-model", "\(name.text) must be a number", offset: record.offset(of: value)) }
      values[place] = number
    }
  }

  private static func misfit(_ message: String, _ record: Record, _ key: Int) -> StageError {
    StageError(
      .configuration, "model-mismatch", message, hint: "the features are those that ss-score --features prints",
      offset: record.offset(of: record[key]))
  }

  private static func shown(_ name: Bytes) -> String { name.count <= 40 ? name.text : "a name of \(name.count) bytes" }
}
