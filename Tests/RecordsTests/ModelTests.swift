import Confluence
import Foundation
import Records
import Stage
import TestKit
import Testing

/// Values of Fixtures/oracle/models.py: what LightGBM predicts with the same files. `SS_ORACLE` names another folder of more rows.
@Suite struct ModelOracleTests {
  static let names = ["missing_nan", "missing_zero", "missing_none", "sigmoid", "forest", "single_leaves", "cross_entropy"]
  static let folder =
    ProcessInfo.processInfo.environment["SS_ORACLE"].map { URL(filePath: $0) } ?? Repository.fixtures.appending(path: "oracle/models")

  static let rows: Result<(header: [String], values: [[Double]]), any Error> = Result {
    let lines = try String(contentsOf: folder.appending(path: "rows.csv"), encoding: .utf8).split(separator: "\n").dropFirst()
    let header = lines.first!.split(separator: ",").map(String.init)
    return (header, lines.dropFirst().map { $0.split(separator: ",", omittingEmptySubsequences: false).map { Double($0) ?? .nan } })
  }

  @Test(arguments: names) func predictionsAreLightGBMs(name: String) throws {
    let (header, rows) = try Self.rows.get()
    let features = header.filter { $0.hasPrefix("x") }
    let column = try #require(header.firstIndex(of: name))
    let bytes = Array(try Data(contentsOf: Self.folder.appending(path: name + ".txt")))
    let model = try ModelReader.read(bytes, file: "\(name).txt", features: features)
    #expect(model.name == name && model.version.count == 16)
    #expect(rows.count >= 300)
    var worst = 0.0
    for row in rows { worst = max(worst, abs(model.probability(Array(row[..<features.count])) - row[column])) }
    #expect(worst <= 1e-9, "\(worst)")
  }
}

@Suite struct ModelReaderTests {
  static let features = ["a", "b"]
  static let tree = """
    tree
    version=v4
    num_class=1
    num_tree_per_iteration=1
    max_feature_idx=1
    objective=binary sigmoid:1
    feature_names=a b

    Tree=0
    num_leaves=3
    num_cat=0
    split_feature=0 1
    threshold=0.5 -2
    decision_type=2 10
    left_child=1 -1
    right_child=-2 -3
    leaf_value=1 -1 0.25
    is_linear=0

    end of trees

    """

  private func read(_ text: String) throws -> Model { try ModelReader.read(Array(text.utf8), file: "models/mine.txt", features: Self.features) }

  @Test func aTreeDecides() throws {
    let model = try read(Self.tree)
    #expect(model.name == "mine")
    func raw(_ a: Double, _ b: Double) -> Double {
      let p = model.probability([a, b])
      return (1000 * log(p / (1 - p))).rounded() / 1000
    }
    #expect(raw(0.5, -2) == 1 && raw(0.5, -1) == 0.25 && raw(0.6, -2) == -1)
    // Without a sense of absence it counts as 0; with one it goes where the node says.
    #expect(raw(.nan, -2) == 1 && raw(0, .nan) == 1)
  }

  @Test(
    arguments: [
      ("version=v4", "version=v4\r", nil),
      ("feature_names=a b", "feature_names=b a", "models/mine.txt:7: feature 0 is b, not a"),
      ("feature_names=a b", "feature_names=a", "models/mine.txt:7: the model names 1 features, not 2"),
      ("max_feature_idx=1", "max_feature_idx=4", "models/mine.txt:5: the model has 5 features, not 2"),
      ("num_class=1", "num_class=3", "models/mine.txt:3: num_class is 3, and only models of one class are read"),
      ("objective=binary sigmoid:1", "objective=regression", "models/mine.txt:6: the objective is \"regression\", and only binary ones are read"),
      ("objective=binary sigmoid:1", "objective=binary sigmoid:-1", "models/mine.txt:6: sigmoid must be a number above 0"),
      ("objective=binary sigmoid:1", "", "models/mine.txt:9: a tree stands before objective"),
      ("Tree=0", "Tree=1", "models/mine.txt:9: tree 0 is missing"),
      ("num_leaves=3", "num_leaves=0", "models/mine.txt:10: num_leaves is 0"),
      ("num_leaves=3", "num_leaves=4", "models/mine.txt:17: leaf_value has 3 values, not 4"),
      ("num_cat=0", "num_cat=1", "models/mine.txt:11: the tree has categorical splits, which are not read"),
      ("split_feature=0 1", "split_feature=0 2", "models/mine.txt:12: split_feature names feature 2.0"),
      ("threshold=0.5 -2", "threshold=0.5 inf", nil), ("threshold=0.5 -2", "threshold=-inf -2", nil),
      ("threshold=0.5 -2", "threshold=0.5 nan", "models/mine.txt:13: \"nan\" is no number"),
      ("leaf_value=1 -1 0.25", "leaf_value=1 inf 0.25", "models/mine.txt:17: \"inf\" is no number"),
      ("threshold=0.5 -2", "threshold=0.5", "models/mine.txt:13: threshold has 1 values, not 2"),
      ("decision_type=2 10", "decision_type=2 1", "models/mine.txt:14: decision_type 1.0 is no numerical split"),
      ("decision_type=2 10", "decision_type=2 12", "models/mine.txt:14: decision_type 12.0 is no numerical split"),
      ("left_child=1 -1", "left_child=0 -1", "models/mine.txt:15: node 0 leads to 0.0, which is no node behind it and no leaf"),
      ("right_child=-2 -3", "right_child=-2 -4", "models/mine.txt:16: node 1 leads to -4.0, which is no node behind it and no leaf"),
      ("is_linear=0", "is_linear=1", "models/mine.txt:18: the tree is linear (linear_tree), which is not read"),
      ("end of trees", "", "models/mine.txt:21: the file stops before \"end of trees\""),
      ("leaf_value=1 -1 0.25", "leaf_value=1 -1 0.25\nleaf_value=1 2 3", "models/mine.txt:18: leaf_value stands twice in a tree"),
      ("tree\n", "trees\n", "models/mine.txt:1: neither LightGBM's text, which begins with \"tree\", nor a JSON object"),
    ] as [(String, String, String?)]) func faultsHaveALine(from: String, to: String, message: String?) throws
  {
    expect(try read(Self.tree.replacing(from, with: to, maxReplacements: 1)), message)
  }

  @Test(
    arguments: [
      ("{\"intercept\":1,\"weights\":{\"a\":2,\"b\":-1},\"missing\":{\"b\":3},\"name\":\"mine\",\"version\":\"7\"}", nil),
      ("{\n  \"intercept\": 1,\n  \"weights\": {\n    \"a\": 2\n  }\n}\n", "models/mine.txt:3: no weight for b"),
      ("{\"intercept\":1,\n\"weights\":{\"a\":2,\"b\":1,\"c\":1}}", "models/mine.txt:2: no feature is called c"),
      ("{\"intercept\":1,\n\"weights\":{\"a\":2,\"b\":1,\n\"a\":1}}", "models/mine.txt:3: a stands twice"),
      ("{\"intercept\":1,\n\"weights\":{\"a\":2,\n\"b\":\"x\"}}", "models/mine.txt:3: b must be a number"),
      ("{\"weights\":{\"a\":2,\"b\":1}}", "models/mine.txt:1: the record has no \"intercept\""),
      ("{\"intercept\":1,\n\"weights\":[1,2]}", "models/mine.txt:2: \"weights\" must be an object of numbers by feature, not [1,2]"),
      ("{\"intercept\":1,\n\n\"weights\":{", "models/mine.txt:3: "),
      ("", "models/mine.txt:1: neither"),
    ] as [(String, String?)]) func weightsAreRead(text: String, message: String?) throws
  { expect(try read(text), message) }

  private func expect(_ read: @autoclosure () throws -> Model, _ message: String?) {
    do {
      _ = try read()
      #expect(message == nil)
    } catch let error as StageError {
      let place = error.place.map { "\($0.file):\($0.line): " } ?? ""
      #expect(message.map { (place + error.message).hasPrefix($0) } ?? false, "\(place)\(error.message)")
      #expect(error.exit == .configuration)
    } catch { Issue.record(error) }
  }

  @Test func logisticWeightsPredict() throws {
    let model = try read("{\"intercept\":1,\"weights\":{\"a\":2,\"b\":-1},\"missing\":{\"b\":3},\"name\":\"n\",\"version\":\"7\"}")
    #expect(model.name == "n" && model.version == "7")
    #expect(model.probability([0.5, 2]) == 0.5)
    #expect(model.probability([1, .nan]) == 0.5)
    #expect(model.probability([.nan, 1]) == 0.5)
  }

  /// Any bytes: an answer or an error with a line, never a crash and never a way that does not end.
  @Test func anyBytesGiveAnAnswer() {
    var random = SeededGenerator(seed: 61)
    let seeds = [
      Array(Self.tree.utf8), Array("{\"intercept\":1,\n\"weights\":{\"a\":2,\"b\":1},\n\"missing\":{\"b\":3}}".utf8), [],
    ]
    let words = ["=", "\n", "-1", " ", "1e999", "Tree=", "\u{0}", "\"", "{", "}", "9999999999999999999", "end of trees", "\r\n", "nan", "=="]
    for _ in 0..<Repository.cases(4000) {
      var bytes = seeds.randomElement(using: &random) ?? []
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        let place = Int.random(in: 0...bytes.count, using: &random)
        switch Int.random(in: 0..<4, using: &random) {
        case 0: bytes.insert(contentsOf: (words.randomElement(using: &random) ?? "").utf8, at: place)
        case 1: bytes.removeSubrange(place..<min(bytes.count, place + Int.random(in: 0...20, using: &random)))
        case 2: if place < bytes.count { bytes[place] = UInt8.random(in: 0...255, using: &random) }
        default: bytes += bytes[..<place]
        }
      }
      do throws(StageError) {
        let p = try ModelReader.read(bytes, file: "f", features: Self.features).probability([.nan, 1])
        #expect(p.isNaN || (0...1).contains(p))
      } catch {
        #expect(error.exit == .configuration && (error.place?.line ?? 0) >= 1 && !error.message.isEmpty)
      }
    }
  }
}
