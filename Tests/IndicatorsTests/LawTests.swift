import Indicators
import Market
import Profiles
import Testing

/// What holds for every indicator of the registry, whatever it computes.
@Suite struct LawTests {
  let everything: IndicatorSelection
  init() throws { everything = try .everything() }

  /// A later candle changes no earlier value.
  @Test func knowsNothingOfTheFuture() {
    let candles = Series.walk(400, seed: 3)
    let whole = Run(candles, everything).written
    for length in [1, 2, 3, 7, 30, 100, 399] {
      #expect(Run(Array(candles.prefix(length)), everything).written == Array(whole.prefix(length)))
    }
  }

  /// Series share nothing: interleaved they give what each gives alone.
  @Test func seriesDoNotMix() {
    let a = Series.walk(200, seed: 4)
    let b = Series.walk(200, seed: 5, price: 30_000)
    let first = IndicatorBundle(everything, timeframe: .m15)
    let second = IndicatorBundle(everything, timeframe: .m15)
    var row = [Double](repeating: .nan, count: everything.width)
    var left = Run([], everything)
    var right = left
    row.withUnsafeMutableBufferPointer { row in
      for (x, y) in zip(a, b) {
        first.update(x, into: row.baseAddress!)
        left.rows.append(Array(row))
        second.update(y, into: row.baseAddress!)
        right.rows.append(Array(row))
      }
    }
    #expect(left.written == Run(a, everything).written)
    #expect(right.written == Run(b, everything).written)
  }

  /// Prices times a power of two: values in price follow exactly, all others stay. The same with volumes.
  @Test func scales() {
    let candles = Series.walk(400, seed: 6)
    let plain = Run(candles, everything)
    let dearer = Run(Series.scaled(candles, price: 8), everything)
    let larger = Run(Series.scaled(candles, volume: 0.25), everything)
    for indicator in IndicatorRegistry.all {
      for output in indicator.card.outputs {
        let name = everything.columns.first { $0.name == output.name || $0.name.hasPrefix(output.name + "_") && indicator.card.namesItsParameters }!
          .name
        let (p, d, l) = (plain[name], dearer[name], larger[name])
        let priceFactor = output.unit == "price" ? 8.0 : 1
        let volumeFactor = output.unit == "base asset" ? 0.25 : 1
        #expect(zip(p, d).allSatisfy { $0 * priceFactor == $1 || $0.isNaN && $1.isNaN }, "\(name) with the price")
        #expect(zip(p, l).allSatisfy { $0 * volumeFactor == $1 || $0.isNaN && $1.isNaN }, "\(name) with the volume")
      }
    }
  }

  /// All outputs exist at the lookback and at least one is missing before it.
  @Test func appearsAtItsLookback() throws {
    let candles = Series.walk(600, seed: 7)
    for indicator in IndicatorRegistry.all {
      let parameters = indicator.card.parameters.map(\.standard)
      let (lookback, settled) = indicator.warmUp(parameters)
      #expect(settled >= lookback)
      let run = try Run(candles, only: [indicator.card.name])
      let lasting = run.selection.columns.filter { column in run[column.name].suffix(100).allSatisfy { !$0.isNaN } }
      for column in lasting { #expect(!run.rows[lookback][column.index].isNaN, "\(column.name) at \(lookback)") }
      if lookback > 0, !lasting.isEmpty {
        #expect(lasting.contains { run.rows[lookback - 1][$0.index].isNaN }, "\(indicator.card.name) before \(lookback)")
      }
    }
  }

  /// Degenerate input gives values or nothing, never an infinity.
  @Test func staysFinite() {
    let point = [Series.candle(0, 1, 1, 1, 1, 0)]
    let still = Series.flat(300, volume: 0)
    let cliff =
      Series.flat(150) + Series.flat(150, price: 1e-9).enumerated().map { i, c in Series.candle(150 + i, c.open, c.high, c.low, c.close, 0) }
    for candles in [point, still, cliff, Series.walk(300, price: 1e-12), Series.walk(300, price: 1e15)] {
      #expect(Run(candles, everything).rows.allSatisfy { $0.allSatisfy { !$0.isInfinite } })
    }
  }

  /// At a hole each indicator does what its card says.
  @Test func gapsAreTakenAsDeclared() throws {
    let candles = Series.walk(700, seed: 8)
    let hole = 350
    for indicator in IndicatorRegistry.all {
      let selection = try IndicatorSelection(only: [indicator.card.name])
      let whole = Run(candles, selection)
      let torn = Run(candles, selection, gapsBefore: [hole])
      #expect(whole.written.prefix(hole) == torn.written.prefix(hole))
      switch indicator.card.gap {
      case .continues: #expect(whole.written == torn.written, "\(indicator.card.name)")
      case .skipsChange: #expect(whole.written != torn.written, "\(indicator.card.name)")
      case .restarts:
        let (lookback, _) = indicator.warmUp(indicator.card.parameters.map(\.standard))
        #expect(torn.rows[hole..<hole + lookback].allSatisfy { row in selection.columns.contains { row[$0.index].isNaN } }, "\(indicator.card.name)")
        #expect(whole.written != torn.written, "\(indicator.card.name)")
      }
    }
  }
}

/// 739.53 + 738.8 + 739.06 = 739.33 + 738.78 + 739.28, but their thirds are two different doubles.
@Test func mfiTakesEqualPricesForEqual() throws {
  var candles = Series.walk(20, seed: 41)
  candles[15] = Series.candle(15, 739.43, 739.53, 738.8, 739.06, 10)
  candles[16] = Series.candle(16, 739.06, 739.33, 738.78, 739.28, 1e9)
  let tie = try Run(candles, only: ["mfi"])["mfi"][16]
  candles[16].volume = 0
  #expect(try Run(candles, only: ["mfi"])["mfi"][16] == tie)
}
