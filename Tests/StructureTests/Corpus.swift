import Market
import Profiles
import Structure
import TestKit

/// Candles for tests: synthetic, seeded, prices whole numbers of ticks, so that mirroring and scaling by powers of two are exact.
enum Corpus {
  static let start = Timestamp(day: CalendarDay(year: 2024, month: 1, day: 1))

  /// A random walk whose volatility and drift change by regime, with shocks now and then.
  static func walk(seed: UInt64, count: Int, timeframe: Timeframe = .m15, from price: Int = 50_000) -> [Candle] {
    var random = SeededGenerator(seed: seed)
    var candles: [Candle] = []
    candles.reserveCapacity(count)
    var last = price
    var volatility = 60.0
    var drift = 0.0
    var time = start
    for index in 0..<count {
      if index % 97 == 0 {
        volatility = [25.0, 60, 120].randomElement(using: &random) ?? 60
        drift = [-0.15, 0, 0, 0.15].randomElement(using: &random) ?? 0
      }
      let shock = Int.random(in: 0..<60, using: &random) == 0 ? 4.0 : 1.0
      var pull = drift
      if last < price / 2 { pull = 0.3 }
      if last > price * 3 / 2 { pull = -0.3 }
      let open = last + (Int.random(in: 0..<5, using: &random) == 0 ? Int(random.normal() * volatility / 4) : 0)
      let close = open + Int((random.normal() + pull) * volatility * shock)
      let high = max(open, close) + Int(abs(random.normal()) * volatility * 0.6)
      let low = min(open, close) - Int(abs(random.normal()) * volatility * 0.6)
      let next = timeframe.next(afterOpen: time)
      candles.append(
        Candle(
          openTime: time, closeTime: next, open: Double(open), high: Double(high), low: Double(low), close: Double(close),
          volume: Double(Int.random(in: 1...1000, using: &random))))
      last = close
      time = next
    }
    return candles
  }

  /// Candles of a short hand-made series: open, high, low, close; one unit of volume each.
  static func candles(_ rows: [(Double, Double, Double, Double)], timeframe: Timeframe = .h1, from time: Timestamp = start) -> [Candle] {
    var open = time
    return rows.map { row in
      let close = timeframe.next(afterOpen: open)
      defer { open = close }
      return Candle(openTime: open, closeTime: close, open: row.0, high: row.1, low: row.2, close: row.3, volume: 1)
    }
  }

  /// Every price p becomes `around` − p.
  static func mirrored(_ candles: [Candle], around: Double) -> [Candle] {
    candles.map {
      Candle(
        openTime: $0.openTime, closeTime: $0.closeTime, open: around - $0.open, high: around - $0.low, low: around - $0.high,
        close: around - $0.close, volume: $0.volume)
    }
  }

  static func scaled(_ candles: [Candle], by factor: Double) -> [Candle] {
    candles.map {
      Candle(
        openTime: $0.openTime, closeTime: $0.closeTime, open: $0.open * factor, high: $0.high * factor, low: $0.low * factor,
        close: $0.close * factor, volume: $0.volume)
    }
  }

  /// Whole candles of a longer timeframe out of shorter ones that begin at its open.
  static func built(_ candles: [Candle], _ timeframe: Timeframe) -> [Candle] {
    var result: [Candle] = []
    var current: Candle?
    for candle in candles {
      let end = timeframe.next(afterOpen: timeframe.open(containing: candle.openTime))
      var bucket = current ?? candle
      if current != nil {
        bucket.high = max(bucket.high, candle.high)
        bucket.low = min(bucket.low, candle.low)
        bucket.close = candle.close
        bucket.volume += candle.volume
      }
      bucket.closeTime = end
      current = bucket
      if candle.closeTime == end {
        result.append(bucket)
        current = nil
      }
    }
    return result
  }
}

/// What one close made known, and what was true at it.
struct Observed: Equatable {
  var events: [StructureEvent]
  var snapshot: StructureSnapshot
}

extension StructureEngine {
  /// Feeds a series of one timeframe.
  mutating func observe(_ candles: [Candle], _ timeframe: Timeframe, cap: Int = 2) -> [Observed] {
    var snapshot = StructureSnapshot()
    return candles.map { candle in
      update(candle, timeframe)
      self.snapshot(timeframe, cap: cap, into: &snapshot)
      return Observed(events: events, snapshot: snapshot)
    }
  }

  /// All events of a series.
  mutating func events(_ candles: [Candle], _ timeframe: Timeframe) -> [StructureEvent] {
    candles.flatMap { candle in
      update(candle, timeframe)
      return events
    }
  }
}
