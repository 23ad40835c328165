import Structure

/// Which kinds of facts are written.
public struct SmcParts: OptionSet, Sendable {
  public let rawValue: UInt16
  public init(rawValue: UInt16) { self.rawValue = rawValue }

  public static let swings = SmcParts(rawValue: 1)
  /// Breaks and the trend they make.
  public static let breaks = SmcParts(rawValue: 2)
  public static let blocks = SmcParts(rawValue: 4)
  public static let gaps = SmcParts(rawValue: 8)
  public static let pools = SmcParts(rawValue: 16)
  public static let sweeps = SmcParts(rawValue: 32)
  public static let range = SmcParts(rawValue: 64)
  public static let sequence = SmcParts(rawValue: 128)
  public static let all = SmcParts(rawValue: 255)

  /// By the word that asks for them.
  public static let named: [(word: String, part: SmcParts)] = [
    ("swings", .swings), ("breaks", .breaks), ("order_blocks", .blocks), ("fvgs", .gaps), ("pools", .pools), ("sweeps", .sweeps), ("range", .range),
    ("sequence", .sequence),
  ]

  /// The kind of facts that an id names.
  public init(_ id: FactID) {
    switch id.kind {
    case .swing: self = .swings
    case .structuralBreak: self = .breaks
    case .orderBlock: self = .blocks
    case .fairValueGap, .balancedRange: self = .gaps
    case .equalPool, .dayPool, .weekPool, .sessionPool: self = .pools
    case .sweep: self = .sweeps
    case .sequence: self = .sequence
    }
  }
}
