import Confluence
import Stage
import Wire

/// Reads the text that LightGBM's `save_model` writes: a header, one block a tree, and parameters that are left alone. Binary objectives with
/// numerical splits only; what it cannot do as LightGBM does is refused with its line.
struct BoostedTreesReader {
  private let file: String
  private let lines: [Bytes]
  /// The line being read; 0-based.
  private var place = 0

  private init(_ file: String, _ lines: [Bytes]) {
    self.file = file
    self.lines = lines
  }

  static func read(_ lines: [Bytes], file: String, features: [String]) throws(StageError) -> BoostedTrees {
    var reader = BoostedTreesReader(file, lines)
    return try reader.read(features)
  }

  private mutating func read(_ features: [String]) throws(StageError) -> BoostedTrees {
    var trees = BoostedTrees(trees: [], sigmoid: .nan, isMean: false)
    var hasNames = false
    var isWhole = false
    while place < lines.count, !isWhole {
      let (key, value) = entry(lines[place])
      switch key {
      case "num_class", "num_tree_per_iteration":
        if try integer(value) != 1 { throw bad("\(key) is \(value.text), and only models of one class are read") }
      case "objective": trees.sigmoid = try sigmoid(value)
      case "average_output": trees.isMean = true
      case "max_feature_idx":
        let count = try integer(value) + 1
        if count != features.count { throw misfit("the model has \(count) features, not \(features.count)") }
      case "feature_names":
        try check(value, features)
        hasNames = true
      case "Tree":
        if try integer(value) != trees.trees.count { throw bad("tree \(trees.trees.count) is missing") }
        if !hasNames { throw bad("a tree stands before feature_names") }
        if trees.sigmoid.isNaN { throw bad("a tree stands before objective") }
        trees.trees.append(try tree(features.count))
        continue
      case "end of trees": isWhole = true
      default: break
      }
      place += 1
    }
    if !isWhole { throw bad("the file stops before \"end of trees\"") }
    if trees.trees.isEmpty { throw bad("the model has no trees") }
    return trees
  }

  // MARK: The header

  private func sigmoid(_ value: Bytes) throws(StageError) -> Double {
    let words = value.text.split(separator: " ")
    switch words.first {
    case "binary":
      guard let word = words.dropFirst().first(where: { $0.hasPrefix("sigmoid:") }) else { return 1 }
      guard let sigmoid = Double(word.dropFirst(8)), sigmoid.isFinite, sigmoid > 0 else { throw bad("sigmoid must be a number above 0") }
      return sigmoid
    case "cross_entropy", "xentropy": return 1
    default: throw bad("the objective is \(shown(value)), and only binary ones are read")
    }
  }

  private func check(_ value: Bytes, _ features: [String]) throws(StageError) {
    let names = value.text.split(separator: " ").map(String.init)
    for (number, pair) in zip(names, features).enumerated() where pair.0 != pair.1 {
      throw misfit("feature \(number) is \(pair.0), not \(pair.1)")
    }
    if names.count != features.count { throw misfit("the model names \(names.count) features, not \(features.count)") }
  }

  // MARK: A tree

  private mutating func tree(_ featureCount: Int) throws(StageError) -> BoostedTrees.Tree {
    let first = place
    var leafCount: Int?
    var columns: [String: (line: Int, values: [Double])] = [:]
    place += 1
    while place < lines.count {
      let (key, value) = entry(lines[place])
      if key == "Tree" || key == "end of trees" { break }
      switch key {
      case "num_leaves":
        leafCount = try integer(value)
        if leafCount.map({ $0 < 1 || $0 > 1 << 20 }) ?? true { throw bad("num_leaves is \(value.text)") }
      case "num_cat": if try integer(value) != 0 { throw bad("the tree has categorical splits, which are not read") }
      case "is_linear": if try integer(value) != 0 { throw bad("the tree is linear (linear_tree), which is not read") }
      case "split_feature", "threshold", "decision_type", "left_child", "right_child", "leaf_value":
        if columns[key] != nil { throw bad("\(key) stands twice in a tree") }
        columns[key] = (place, try numbers(value, maybeInfinite: key == "threshold"))
      default: break
      }
      place += 1
    }
    let end = place
    defer { place = end }
    place = first
    guard let leafCount else { throw bad("the tree has no num_leaves") }
    func column(_ name: String, _ count: Int) throws(StageError) -> [Double] {
      guard let (line, values) = columns[name] else {
        if count == 0 { return [] }
        throw bad("the tree has no \(name)")
      }
      if values.count != count { throw bad("\(name) has \(values.count) values, not \(count)", at: line) }
      return values
    }
    let leaves = try column("leaf_value", leafCount)
    // A tree of one leaf may be written with empty columns.
    let count = leafCount - 1
    let split = try column("split_feature", count)
    let threshold = try column("threshold", count)
    let decision = try column("decision_type", count)
    let left = try column("left_child", count)
    let right = try column("right_child", count)
    var nodes: [BoostedTrees.Node] = []
    nodes.reserveCapacity(count)
    for node in 0..<count {
      guard let feature = Int(exactly: split[node]), (0..<featureCount).contains(feature) else {
        throw bad("split_feature names feature \(split[node])", at: columns["split_feature"]?.line)
      }
      guard let kind = UInt8(exactly: decision[node]), kind & 1 == 0, let missing = BoostedTrees.Missing(rawValue: kind >> 2) else {
        throw bad("decision_type \(decision[node]) is no numerical split", at: columns["decision_type"]?.line)
      }
      nodes.append(
        BoostedTrees.Node(
          feature: feature, threshold: threshold[node], missing: missing, defaultLeft: kind & 2 != 0,
          left: try child(left[node], of: node, count, columns["left_child"]?.line),
          right: try child(right[node], of: node, count, columns["right_child"]?.line)))
    }
    return BoostedTrees.Tree(nodes: nodes, leaves: leaves)
  }

  /// Children stand behind their parents, so that every way ends at a leaf.
  private func child(_ value: Double, of node: Int, _ count: Int, _ line: Int?) throws(StageError) -> Int {
    guard let child = Int(exactly: value), child > node ? child < count : child < 0 && ~child <= count else {
      throw bad("node \(node) leads to \(value), which is no node behind it and no leaf", at: line)
    }
    return child
  }

  // MARK: Values

  /// A line as `key=value`; a line without a sign is all key.
  private func entry(_ line: Bytes) -> (key: String, value: Bytes) {
    guard let sign = line.firstIndex(of: 0x3D) else { return (line.count <= 40 ? line.text : "", Bytes(start: nil, count: 0)) }
    return (sign <= 40 ? Bytes(rebasing: line[..<sign]).text : "", Bytes(rebasing: line[(sign + 1)...]))
  }

  private func integer(_ value: Bytes) throws(StageError) -> Int {
    guard let number = Int(value.text) else { throw bad("\(shown(value)) is no whole number") }
    return number
  }

  /// - Parameter maybeInfinite: a threshold of `inf` parts what is missing from all that is not.
  private func numbers(_ value: Bytes, maybeInfinite: Bool) throws(StageError) -> [Double] {
    var values: [Double] = []
    var start = 0
    while start < value.count {
      let end = value[start...].firstIndex(of: 0x20) ?? value.count
      if end > start {
        let word = Bytes(rebasing: value[start..<end])
        if maybeInfinite, word.equals("inf") || word.equals("-inf") {
          values.append(word.equals("inf") ? .infinity : -.infinity)
          start = end + 1
          continue
        }
        guard var p = word.baseAddress, let number = NumberReader.read(&p), p == word.baseAddress.map({ $0 + word.count }) else {
          throw bad("\(shown(word)) is no number")
        }
        values.append(number)
      }
      start = end + 1
    }
    return values
  }

  private func shown(_ value: Bytes) -> String { value.count <= 40 ? "\"\(value.text)\"" : "a value of \(value.count) bytes" }

  private func bad(_ message: String, at line: Int? = nil) -> StageError {
    StageError(.configuration, "bad-model", message, place: Place(file: file, line: min(line ?? place, max(0, lines.count - 1)) + 1))
  }

  private func misfit(_ message: String) -> StageError {
    StageError(
      .configuration, "model-mismatch", message, hint: "train on the vector that ss-score --features prints",
      place: Place(file: file, line: place + 1))
  }
}
