import Confluence

/// Where evaluations went: in = accepted + refused, at every stage.
public struct Funnel: Hashable, Sendable {
  public private(set) var evaluations = 0
  public private(set) var accepted = 0
  /// By stage, then code.
  public private(set) var refused: [String: [String: Int]] = [:]

  public init() {}

  /// - Parameter rejection: `nil` for a setup that every stage so far accepted.
  public mutating func add(rejection: (stage: String, code: String)?) {
    evaluations += 1
    guard let rejection else {
      accepted += 1
      return
    }
    refused[rejection.stage, default: [:]][rejection.code, default: 0] += 1
  }

  public var refusedTotal: Int { refused.values.reduce(0) { $0 + $1.values.reduce(0, +) } }
  /// Nothing was lost.
  public var isConserved: Bool { evaluations == accepted + refusedTotal }

  /// What entered and left each stage, in the order given.
  public func stages(_ order: [String]) -> [(stage: String, entered: Int, refused: Int, passed: Int)] {
    var entered = evaluations
    return order.map { stage in
      let lost = refused[stage]?.values.reduce(0, +) ?? 0
      defer { entered -= lost }
      return (stage, entered, lost, entered - lost)
    }
  }
}
