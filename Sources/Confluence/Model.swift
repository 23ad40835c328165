import Glibc

/// A binary classifier over the feature vector: the probability that a setup pays.
public struct Model: Sendable {
  public enum Form: Sendable {
    case trees(BoostedTrees)
    case logistic(LogisticRegression)
  }
  public var name: String
  public var version: String
  public var form: Form

  public init(name: String, version: String, form: Form) {
    self.name = name
    self.version = version
    self.form = form
  }

  /// - Parameter features: in the order of `Feature.all`; `nan` where absent.
  public func probability(_ features: [Double]) -> Double {
    switch form {
    case .trees(let trees): trees.probability(features)
    case .logistic(let regression): regression.probability(features)
    }
  }

  public func opinion(on contender: Contest.Contender) -> ModelOpinion {
    ModelOpinion(name: name, version: version, probability: probability(contender.features))
  }

  static func sigmoid(_ x: Double) -> Double { 1 / (1 + exp(-x)) }
}

/// Weights of a logistic regression.
public struct LogisticRegression: Hashable, Sendable {
  public var intercept: Double
  /// In the order of the features.
  public var weights: [Double]
  /// What stands for an absent feature.
  public var missing: [Double]

  public init(intercept: Double, weights: [Double], missing: [Double]) {
    self.intercept = intercept
    self.weights = weights
    self.missing = missing
  }

  func probability(_ features: [Double]) -> Double {
    var sum = intercept
    for place in weights.indices { sum += weights[place] * (features[place].isNaN ? missing[place] : features[place]) }
    return Model.sigmoid(sum)
  }
}
