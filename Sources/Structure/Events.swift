import Market

/// What became known at one close about one fact: the fact's id, and what the event set.
public struct StructureEvent: Hashable, Sendable {
  public enum Kind: UInt8, CaseIterable, Sendable {
    case swingConfirmed, swingSuperseded, breakBOS, breakCHoCH, breakFailed, trendRanging
    case blockCreated, blockTouched, blockMitigated, blockBroken, blockEnded
    case gapCreated, gapTouched, gapFilled, gapInverted, gapEnded
    case poolFormed, poolSwept, poolBroken, poolEnded
    case sweepPoke, sweepConfirmed, sweepFailed, sweepLapsed

    /// As the stream spells it.
    public var name: StaticString {
      switch self {
      case .swingConfirmed: "swing.confirmed"
      case .swingSuperseded: "swing.superseded"
      case .breakBOS: "break.bos"
      case .breakCHoCH: "break.choch"
      case .breakFailed: "break.failed"
      case .trendRanging: "trend.ranging"
      case .blockCreated: "order_block.created"
      case .blockTouched: "order_block.touched"
      case .blockMitigated: "order_block.mitigated"
      case .blockBroken: "order_block.broken"
      case .blockEnded: "order_block.ended"
      case .gapCreated: "fvg.created"
      case .gapTouched: "fvg.touched"
      case .gapFilled: "fvg.filled"
      case .gapInverted: "fvg.inverted"
      case .gapEnded: "fvg.ended"
      case .poolFormed: "pool.formed"
      case .poolSwept: "pool.swept"
      case .poolBroken: "pool.broken"
      case .poolEnded: "pool.ended"
      case .sweepPoke: "sweep.poke"
      case .sweepConfirmed: "sweep.confirmed"
      case .sweepFailed: "sweep.failed"
      case .sweepLapsed: "sweep.lapsed"
      }
    }
  }

  /// Why a zone is no longer there.
  public enum EndReason: UInt8, CaseIterable, Sendable {
    /// `closed_beyond`: a breaker or inverted gap lost its other edge. `expired`: it reached its greatest age.
    case closedBeyond, expired
    public var label: StaticString { self == .closedBeyond ? "closed_beyond" : "expired" }
  }

  /// The fields that the event set.
  public enum Change: Hashable, Sendable {
    /// `strength`: distance to the opposite leader in ATR. `leads`: of its run, so that it is the swing now.
    case swing(Pivot, Scope, strength: Double?, leads: Bool)
    case superseded(Scope, by: FactID)
    case structuralBreak(StructuralBreak)
    /// Of a failed break and of the return to ranging.
    case scope(Scope)
    /// The whole zone. Comes again, with the same id, when another break adds to its sources. Held apart, as it alone is no plain value.
    indirect case block(OrderBlock)
    case blockLife(OrderBlock.State, touches: Int, mitigation: Double)
    case gap(FairValueGap)
    case gapLife(FairValueGap.State, fill: Double)
    case ended(EndReason)
    /// The whole pool. Comes again, with the same id, when another pivot joins it.
    case pool(LiquidityPool)
    case poolSwept(by: FactID)
    case sweep(LiquiditySweep)
    case settled(LiquiditySweep.Confirmation, confirmedAt: Timestamp?)
    /// A pool that was broken: the kind says it all.
    case none
  }

  public var kind: Kind
  public var id: FactID
  /// The side the fact serves from this event on: the opposite of the id's word for breakers and inverted gaps.
  public var direction: Direction
  /// The candle the fact is about.
  public var at: Timestamp
  public var knownAt: Timestamp
  public var change: Change

  public init(_ kind: Kind, _ id: FactID, direction: Direction? = nil, at: Timestamp? = nil, knownAt: Timestamp, _ change: Change) {
    self.kind = kind
    self.id = id
    self.direction = direction ?? id.direction
    self.at = at ?? id.at
    self.knownAt = knownAt
    self.change = change
  }
}
