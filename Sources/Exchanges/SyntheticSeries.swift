import Market

/// The 15-minute candles of one synthetic market.
final class SyntheticSeries: CandleSource {
  let timeframe = SyntheticMarket.drawn
  private let listing: SyntheticMarket.Listing
  private let leads: Bool
  private var market: SyntheticMood
  private var own: SyntheticMood
  private var random: SplitMix
  private var openTime = SyntheticMarket.begin
  private var slot = 0
  private var price: Double
  private var close: Int64
  private var lastMove = 0.0

  /// Deviation of the whole market's 15-minute return.
  private static let deviation = 0.0019
  /// How far prices move, and how much is traded, in each hour of a UTC day, in percent of the usual.
  private static let swing = [84, 80, 78, 74, 72, 72, 76, 88, 100, 104, 98, 96, 102, 128, 148, 144, 130, 118, 108, 104, 102, 98, 92, 88]
  private static let trade = [82, 78, 74, 68, 64, 64, 70, 86, 102, 106, 98, 96, 106, 140, 172, 164, 142, 122, 110, 104, 98, 92, 86, 84]

  init(seed: UInt64, symbol: Symbol) {
    listing = SyntheticMarket.listing(symbol)
    leads = symbol.base == "BTC"
    market = SyntheticMood(random: SplitMix(seed: seed, name: "market"))
    own = SyntheticMood(random: SplitMix(seed: seed, name: "mood \(symbol.text)"))
    random = SplitMix(seed: seed, name: "bars \(symbol.text)")
    price = listing.ticks
    close = Int64(known: listing.ticks)
  }

  func next() -> ExactCandle? {
    let (mood, alone) = (market.next(), own.next())
    // The others get a third of the market's move one bar after bitcoin.
    let shared = leads ? mood.move : 0.66 * mood.move + 0.34 * lastMove
    lastMove = mood.move
    let hour = slot / 4
    let swing = Double(SyntheticSeries.swing[hour]) * 0.01
    let move = swing * (SyntheticSeries.deviation * listing.beta * shared + listing.deviation * alone.move)
    let spread = swing * (SyntheticSeries.deviation * listing.beta * mood.spread + listing.deviation * alone.spread)
    price *= 1 + max(-0.3, min(0.3, move))
    // Far from where it began, a price drifts back.
    price -= 0.000_02 * (price - listing.ticks)

    let open = close
    close = Int64(clamping: price.rounded(), to: 3...Int64.max / 8)
    let wick = Double(close) * spread
    let high = max(open, close) + Int64(known: (wick * random.unit() * random.unit() * 1.3).rounded())
    let low = max(1, min(open, close) - Int64(known: (wick * random.unit() * random.unit() * 1.3).rounded()))
    // More is traded when price moves, and in busy moods and hours.
    let effort = 0.35 + 0.8 * (move < 0 ? -move : move) / (SyntheticSeries.deviation * listing.beta)
    let trade = Double(SyntheticSeries.trade[hour]) * 0.01 * mood.volume * (0.5 + 0.5 * alone.volume)
    let lots = max(SyntheticSeries.leastLots, Int64(known: listing.lots * effort * trade * (0.3 + random.unit()) * (0.3 + random.unit())))

    let candle = ExactCandle(
      openTime: openTime, closeTime: openTime + timeframe.nominalDuration, open: amount(open), high: amount(high), low: amount(low),
      close: amount(close),
      volume: Decimal(mantissa: Int128(lots), scale: listing.lotPlaces))
    openTime = candle.closeTime
    slot = slot == 95 ? 0 : slot + 1
    return candle
  }

  /// Enough that every minute of a bar trades.
  private static let leastLots: Int64 = 60

  private func amount(_ ticks: Int64) -> Decimal { Decimal(mantissa: Int128(ticks), scale: listing.places) }
}
