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
    guard let rejection else { return add(accepted: 1) }
    add(refused: 1, by: rejection.stage, code: rejection.code)
  }

  public mutating func add(accepted count: Int) {
    evaluations += count
    accepted += count
  }

  public mutating func add(refused count: Int, by stage: String, code: String) {
    evaluations += count
    refused[stage, default: [:]][code, default: 0] += count
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

  /// The stages of the pipe, in order, then any other that refused something.
  public var stageNames: [String] {
    let known = ["score", "plan", "risk"]
    return known + refused.keys.filter { !known.contains($0) }.sorted()
  }

  /// Refusals of a stage, most frequent first; ties by name.
  public func codes(of stage: String) -> [(code: String, count: Int)] {
    (refused[stage] ?? [:]).sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { ($0.key, $0.value) }
  }
}
