import Market

/// Several files of one series, one after the other; each is opened when its turn comes.
public final class CandleChain: CandleSource {
  public typealias Link = () throws -> any CandleSource

  public let timeframe: Timeframe
  private var links: ArraySlice<Link>
  private var current: (any CandleSource)?

  /// - Parameter links: in order, each beginning at or after the end of the one before.
  public init(timeframe: Timeframe, links: [Link]) {
    self.timeframe = timeframe
    self.links = links[...]
  }

  public func next() throws -> ExactCandle? {
    while true {
      if let candle = try current?.next() { return candle }
      guard let open = links.popFirst() else { return nil }
      current = try open()
    }
  }
}
