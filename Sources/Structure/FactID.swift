import Market

/// The readable name of a structure fact, unique within (exchange, symbol): `ob-4h-bull-20240103T080000Z`,
/// `break-1h-bear-external-20240103T080000Z`, `pool-day-15m-bull-20240103T000000Z`.
///
/// A value, so that facts carry it without allocation; `Records` writes and reads the text.
public struct FactID: Hashable, Sendable {
  public enum Kind: UInt8, CaseIterable, Sendable {
    case swing, structuralBreak, orderBlock, fairValueGap, balancedRange, equalPool, dayPool, weekPool, sessionPool, sweep, sequence
    /// As the id begins.
    public var word: StaticString {
      switch self {
      case .swing: "swing"
      case .structuralBreak: "break"
      case .orderBlock: "ob"
      case .fairValueGap: "fvg"
      case .balancedRange: "bpr"
      case .equalPool: "pool-equal"
      case .dayPool: "pool-day"
      case .weekPool: "pool-week"
      case .sessionPool: "pool-session"
      case .sweep: "sweep"
      case .sequence: "sequence"
      }
    }
  }
  public var kind: Kind
  public var timeframe: Timeframe
  public var direction: Direction
  /// Only swings and breaks have one.
  public var scope: Scope?
  public var at: Timestamp

  /// Times tell most ids apart, so they are compared first.
  @inlinable public static func == (a: FactID, b: FactID) -> Bool {
    a.at == b.at && a.kind == b.kind && a.direction == b.direction && a.timeframe == b.timeframe && a.scope == b.scope
  }

  public init(_ kind: Kind, _ timeframe: Timeframe, _ direction: Direction, scope: Scope? = nil, at: Timestamp) {
    self.kind = kind
    self.timeframe = timeframe
    self.direction = direction
    self.scope = scope
    self.at = at
  }

  /// As the stream spells it.
  public var text: String {
    let scope = scope.map { "-\($0.label)" } ?? ""
    return "\(kind.word)-\(timeframe.label)-\(direction.word)\(scope)-\(at.compactText)"
  }
}

/// The two scales on which swings and breaks are read.
public enum Scope: UInt8, CaseIterable, Hashable, Sendable {
  case inner, outer
  public var label: StaticString { self == .inner ? "internal" : "external" }
}
