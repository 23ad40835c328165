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
    String(unsafeUninitializedCapacity: 64) { buffer in
      guard var end = buffer.baseAddress else { return 0 }
      func put(_ word: StaticString) {
        end.update(from: word.utf8Start, count: word.utf8CodeUnitCount)
        end += word.utf8CodeUnitCount
      }
      put(kind.word)
      put("-")
      put(timeframe.label)
      put("-")
      put(direction.word)
      if let scope {
        put("-")
        put(scope.label)
      }
      put("-")
      end += at.write(to: end, dashes: false)
      return buffer.baseAddress.map { end - $0 } ?? 0
    }
  }
}

/// The two scales on which swings and breaks are read.
public enum Scope: UInt8, CaseIterable, Hashable, Sendable {
  case inner, outer
  public var label: StaticString { self == .inner ? "internal" : "external" }
}
