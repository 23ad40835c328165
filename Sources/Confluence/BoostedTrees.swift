/// Gradient-boosted decision trees with numerical splits, decided as LightGBM decides them
/// (lightgbm.readthedocs.io: parameters `use_missing`, `zero_as_missing`).
public struct BoostedTrees: Hashable, Sendable {
  /// What counts as a missing value at a split.
  public enum Missing: UInt8, Sendable { case none, zero, nan }

  /// An inner node. Children are places of nodes; a negative one is the bitwise complement of a leaf's place.
  public struct Node: Hashable, Sendable {
    public var feature: Int
    /// Values up to it go left.
    public var threshold: Double
    public var missing: Missing
    /// Where missing values go.
    public var defaultLeft: Bool
    public var left: Int
    public var right: Int

    public init(feature: Int, threshold: Double, missing: Missing, defaultLeft: Bool, left: Int, right: Int) {
      self.feature = feature
      self.threshold = threshold
      self.missing = missing
      self.defaultLeft = defaultLeft
      self.left = left
      self.right = right
    }
  }

  public struct Tree: Hashable, Sendable {
    /// The root first; empty of a tree that is one leaf. Children stand behind their parents.
    public var nodes: [Node]
    public var leaves: [Double]

    public init(nodes: [Node], leaves: [Double]) {
      self.nodes = nodes
      self.leaves = leaves
    }
  }

  public var trees: [Tree]
  /// What the sum of the leaves is multiplied by before the logistic function.
  public var sigmoid: Double
  /// A random forest: the mean of the trees counts, not their sum.
  public var isMean: Bool

  public init(trees: [Tree], sigmoid: Double, isMean: Bool) {
    self.trees = trees
    self.sigmoid = sigmoid
    self.isMean = isMean
  }

  func probability(_ features: [Double]) -> Double {
    let sum = trees.reduce(0) { $0 + Self.value(of: $1, features) }
    return Model.sigmoid(sigmoid * (isMean ? sum / Double(max(1, trees.count)) : sum))
  }

  private static func value(of tree: Tree, _ features: [Double]) -> Double {
    var place = tree.nodes.isEmpty ? -1 : 0
    while place >= 0 {
      let node = tree.nodes[place]
      place = node.goesLeft(features[node.feature]) ? node.left : node.right
    }
    return tree.leaves[~place]
  }
}

extension BoostedTrees.Node {
  /// LightGBM takes what is no further from 0 as 0.
  private static let zero = Double(Float(1e-35))

  func goesLeft(_ value: Double) -> Bool {
    // Where absence is not told apart, it counts as 0 as well.
    let value = abs(value) <= Self.zero || (value.isNaN && missing != .nan) ? 0 : value
    switch missing {
    case .nan where value.isNaN: return defaultLeft
    case .zero where value == 0: return defaultLeft
    default: return value <= threshold
    }
  }
}
