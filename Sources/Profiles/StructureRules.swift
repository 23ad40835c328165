/// Parameters of market structure (docs/market-structure.md). Distances in ATR(14) of the same timeframe, lengths in bars.
public struct StructureRules: Hashable, Sendable {
  public var internalSwing = 5
  /// Up to 4h; half of it on longer ones up to 3d, a quarter on 1w and 1M.
  public var externalSwing = 20
  public var equalTolerance = 0.1
  public var breakDistance = 0.1
  public var failureBars = 3
  public var minimumGap = 0.1
  public var poolSpan = 200
  public var sweepPenetration = 0.05
  public var sweepBars = 3
  public var sweepAge = 10
  public var zoneLife = 500
  /// Listed on each line, of a kind and side, nearest first.
  public var cap = 2
  /// Which part of the block candle is the zone.
  public var blockZone = BlockZone.full

  /// Also makes a block of the last opposite candle inside the leg.
  public var continuationBlocks = false
  /// The model sequence: sweep → CHoCH of at least this displacement → return into the zone left → reaction.
  public var sequenceDisplacement = 1.5
  public var sequenceTurnBars = 20
  public var sequenceReturnBars = 48
  public var sequenceReactionBars = 10

  public enum BlockZone: String, CaseIterable, Sendable { case full, body, half }

  public init() {}
}
