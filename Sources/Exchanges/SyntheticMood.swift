/// The state of a synthetic market that returns are drawn from: it trends, ranges or is volatile for one to ten days and then switches.
///
/// Plain arithmetic on doubles and integers only, so that every machine draws the same numbers.
struct SyntheticMood: Sendable {
  enum Regime: Int, CaseIterable { case trendingUp, trendingDown, ranging, volatile }

  private(set) var regime = Regime.ranging
  private var random: SplitMix
  private var barsLeft = 0
  /// Where this mood's own price stands, 1 at the beginning, and where the regime began.
  private var level = 1.0
  private var anchor = 1.0

  init(random: SplitMix) { self.random = random }

  /// The next 15-minute bar: its return in units of the market's usual deviation, the size of its swings and its volume, both 1 on average.
  mutating func next() -> (move: Double, spread: Double, volume: Double) {
    if barsLeft == 0 { change() }
    barsLeft -= 1
    let (drift, spread, volume, pull) =
      switch regime {
      case .trendingUp: (0.055, 1.0, 1.15, 0.0)
      case .trendingDown: (-0.055, 1.1, 1.25, 0.0)
      case .ranging: (0.0, 0.65, 0.7, 0.03)
      case .volatile: (0.0, 2.2, 2.4, 0.01)
      }
    var shock = random.normal()
    // Fat tails: one bar in 300 moves four times as far.
    if random.next() % 300 == 0 { shock *= 4 }
    // The second pull, towards 1, keeps years of history within an order of magnitude.
    let move = drift + spread * shock - 500 * pull * (level / anchor - 1) - 0.06 * (level - 1)
    level *= 1 + 0.002 * move
    return (move, spread, volume)
  }

  private mutating func change() {
    var choice = Int(random.next() % 8)
    // Of eight draws two trend up, two down, three range, one is volatile; never the same regime twice.
    let table: [Regime] = [.trendingUp, .trendingUp, .trendingDown, .trendingDown, .ranging, .ranging, .ranging, .volatile]
    while table[choice] == regime { choice = (choice + 3) % 8 }
    regime = table[choice]
    barsLeft = 96 + Int(random.next() % 864)
    anchor = level
  }
}

/// SplitMix64 (Steele, Lea, Flood, "Fast Splittable Pseudorandom Number Generators", 2014): one word of state.
struct SplitMix: Sendable {
  private var state: UInt64

  /// A stream of its own for every name.
  init(seed: UInt64, name: String) {
    // FNV-1a over the name, from the seed on.
    state = name.utf8.reduce(seed ^ 0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
  }

  init(state: UInt64) { self.state = state }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// 0 ≤ x < 1.
  mutating func unit() -> Double { Double(next() >> 11) * 0x1p-53 }

  /// Near enough to a normal deviate: the sum of four uniform ones, mean 0, deviation 1, within ±3.47.
  mutating func normal() -> Double {
    let word = next()
    let sum = (word & 0xFFFF) + (word >> 16 & 0xFFFF) + (word >> 32 & 0xFFFF) + word >> 48
    return (Double(sum) * 0x1p-16 - 2) * 1.732_050_807_568_877_2
  }

  /// 0 ≤ x < bound; the slight bias of the multiplication is of no matter here.
  mutating func below(_ bound: Int64) -> Int64 {
    Int64(truncatingIfNeeded: next().multipliedFullWidth(by: UInt64(bitPattern: bound)).high)
  }
}
