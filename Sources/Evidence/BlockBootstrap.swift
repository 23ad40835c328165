import Market

/// The uncertainty of mean net R when trades come in clusters: whole runs of days are drawn, not single trades.
public struct BlockBootstrap: Hashable, Sendable {
  /// Days in a block: at least the 90th percentile of holding time.
  public let blockDays: Int
  public let draws: Int
  /// Means of the draws, sorted.
  private let means: [Double]
  /// Deviation of the means: the standard error of mean R.
  public let standardError: Double

  /// - Parameters:
  ///   - trades: in any order; a trade belongs to the UTC day of its entry.
  ///   - seed: the same seed gives the same interval.
  public init?(_ trades: [ClosedTrade], draws: Int = 10_000, seed: UInt64 = 1) {
    guard let first = trades.map(\.openedAt.dayNumber).min(), let last = trades.map(\.openedAt.dayNumber).max() else { return nil }
    let days = last - first + 1
    // Sums by day, twice over, so that a block may wrap around the end.
    var sums = [Double](repeating: 0, count: 2 * days + 1)
    var counts = [Int](repeating: 0, count: 2 * days + 1)
    var dayR = [Double](repeating: 0, count: days)
    var dayCount = [Int](repeating: 0, count: days)
    for trade in trades {
      dayR[trade.openedAt.dayNumber - first] += trade.r
      dayCount[trade.openedAt.dayNumber - first] += 1
    }
    for i in 0..<2 * days {
      sums[i + 1] = sums[i] + dayR[i % days]
      counts[i + 1] = counts[i] + dayCount[i % days]
    }
    let holding = quantile(ofSorted: trades.map { Double($0.holding) }.sorted(), 0.9) ?? 0
    let block = Int(clamping: (holding / Double(Timestamp.day)).rounded(.up), to: 1...max(1, days))
    let blocks = (days + block - 1) / block
    var random = SplitMix(seed: seed)
    var means: [Double] = []
    means.reserveCapacity(draws)
    while means.count < draws {
      var sum = 0.0
      var count = 0
      for _ in 0..<blocks {
        let at = random.below(days)
        sum += sums[at + block] - sums[at]
        count += counts[at + block] - counts[at]
      }
      // A draw of quiet days only says nothing about the mean of trades.
      if count > 0 { means.append(sum / Double(count)) }
    }
    blockDays = block
    self.draws = draws
    self.means = means.sorted()
    standardError = Moments(means).populationDeviation ?? 0
  }

  /// The value below which a share `q` of the drawn means lies: 0.01 is the one-sided 99 % lower bound.
  public func bound(_ q: Double) -> Double { quantile(ofSorted: means, q) ?? 0 }

  /// The mean R that a sample like this would show with 80 % power at the one-sided 1 % level.
  public var smallestVisibleEdge: Double { (Normal.quantile(0.99) + Normal.quantile(0.80)) * standardError }
}

/// Random numbers that are the same on every machine (SplitMix64: Steele, Lea and Flood, 2014).
public struct SplitMix: RandomNumberGenerator, Sendable {
  private var state: UInt64

  public init(seed: UInt64) { state = seed }

  public mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// Uniform in 0..<n.
  public mutating func below(_ n: Int) -> Int { Int(next().multipliedFullWidth(by: UInt64(n)).high) }
}
