/// Gates, weights and bounds of the confluence. Distances in ATR of the planning timeframe, sizes in that of the zone's own.
public struct ScoreRules: Hashable, Sendable {
  /// 0…100; each profile's is frozen from real candles, see docs/quality-gates.md.
  public var minimumScore = 50.0
  /// A setup whose higher timeframe is against it, or unknown, is refused.
  public var htfGate = false

  // Completeness
  /// No gap may lie within this many bars before a close, on structure and trigger timeframes.
  public var lookback = 50
  /// Bars from which a weekly context timeframe is known, and any other one.
  public var weeklyContextBars = 30
  public var contextBars = 60

  // Anchor
  /// Least displacement of a block that may anchor a setup, by the scope of the break that created it.
  public var internalDisplacement = 2.0
  public var externalDisplacement = 4.0
  /// Least size of a gap that may anchor a setup.
  public var anchorGap = 0.5
  /// Furthest distance of price from the anchor's near edge.
  public var anchorDistance = 1.0
  /// Furthest distance at which a zone is still worth watching.
  public var watchDistance = 3.0
  /// Deepest penetration, 0…1, at which a zone still anchors.
  public var anchorPenetration = 0.5
  /// A zone touched more often than this no longer anchors.
  public var maximumTouches = 2

  // Other gates
  /// The reference symbol's move over one hour, in its own hourly ATR, that stops setups against it in a strong regime.
  public var btcImpulse = 2.0
  /// Opposing A or B blocks allowed between price and the first opposing liquidity.
  public var maximumConflicts = 1
  /// Least ATR of the planning timeframe, in percent of price.
  public var volatilityFloor = 0.15
  /// Widest spread, in basis points; asked only where an order book is in the stream.
  public var maximumSpread = 15.0
  /// Least quote value resting within `depthReach` basis points of the middle; asked likewise.
  public var minimumDepth = 30_000.0
  public var depthReach = 10.0
  /// Most funding paid at once, in basis points of the notional; asked only where the stream tells it.
  public var maximumFunding = 5.0

  // Regime
  /// ADX from which a trend is called one, and below which it has ended; between the two the label stays.
  public var trendADX = 25.0
  public var rangeADX = 20.0
  /// ADX from which a trend is strong: setups against it are refused.
  public var strongADX = 35.0
  /// Readings in a row, on the planning timeframe, before a label changes.
  public var regimeHold = 3
  /// Bars of the symbol's own ATR history from which the volatility bands are read.
  public var regimeWindow = 500

  // Sum
  /// Points by which one direction must lead the other; nearer is a tie, and a tie is FLAT.
  public var tieMargin = 3.0
  /// Bounds, in points, of what agreement adds and disagreement takes.
  public var synergyCap = 6.0
  public var conflictCap = 10.0
  /// Most weight of all factors of plug-ins together.
  public var pluginWeight = 0.2
  /// Weight of a model's probability; 0: no model is asked.
  public var modelWeight = 0.0
  /// Factor weights by factor name; they sum to 1.
  public var weights: [String: Double] = [:]

  public init() {}
}
