import Foundation
import Market
import TestKit
import Testing
import Wire

@testable import Exchanges

@Suite struct StoreTests {
  static let series = SeriesID(MarketName(exchange: "binance", symbol: Symbol(base: "BTC", quote: "USDT")), .h1)
  static let begin = Timestamp(milliseconds: 1_704_067_200_000)

  static func hour(_ index: Int) -> Timestamp { begin + Int64(index) * Timestamp.hour }

  /// Synthetic: one candle an hour, each told by its index.
  static func candle(_ index: Int, digits: String = "") -> ExactCandle {
    func number(_ value: Int) -> Exchanges.Decimal { Exchanges.Decimal("\(value).\(digits)50") ?? .zero }
    return ExactCandle(
      openTime: hour(index), closeTime: hour(index + 1), open: number(100 + index % 50), high: number(200 + index % 50), low: number(50 + index % 40),
      close: number(110 + index % 50), volume: number(index), quoteVolume: number(3 * index), trades: Int64(index), takerBuyVolume: number(index / 2))
  }

  static func candles(_ range: Range<Int>) -> [ExactCandle] { range.map { candle($0) } }

  private func withStore(_ body: (CandleStore) throws -> Void) throws {
    try Repository.withTemporaryFolder { try body(CandleStore(folder: $0.path)) }
  }

  private func opens(_ store: CandleStore, from: Timestamp = .distantPast, to: Timestamp = .distantFuture) throws -> [Timestamp] {
    let source = try StoreSource(store.path(Self.series), Self.series, from: from, to: to)
    var opens: [Timestamp] = []
    while let candle = try source.next() { opens.append(candle.openTime) }
    return opens
  }

  private func text(_ store: CandleStore) throws -> String { try String(contentsOfFile: store.path(Self.series), encoding: .utf8) }

  @Test func whatIsWrittenIsReadDigitForDigit() throws {
    try withStore { store in
      var odd = Self.candle(3, digits: "1230000")
      odd.trades = nil
      var bare = Self.candle(4)
      (bare.quoteVolume, bare.trades, bare.takerBuyVolume) = (nil, nil, nil)
      let written = [Self.candle(0), Self.candle(1), Self.candle(2), odd, bare]
      try store.append(written, to: Self.series, askedFrom: Self.hour(0))
      let source = try StoreSource(store.path(Self.series), Self.series, from: .distantPast, to: .distantFuture)
      for candle in written {
        let read = try #require(try source.next())
        #expect(read.equals(candle) && read.closeTime == candle.closeTime)
        #expect(read.high.text == candle.high.text)
      }
      #expect(try source.next() == nil)
      #expect(try store.coverage(Self.series)?.to == Self.hour(5))
    }
  }

  @Test func holesAndBeginningsAreTold() throws {
    try withStore { store in
      try store.append(Self.candles(5..<8) + Self.candles(10..<12), to: Self.series, askedFrom: Self.hour(0))
      try store.append(Self.candles(14..<15), to: Self.series, askedFrom: Self.hour(0))
      let gaps = try store.gaps(Self.series)
      #expect(gaps.map(\.from) == [Self.hour(0), Self.hour(8), Self.hour(12)])
      #expect(gaps.map(\.to) == [Self.hour(5), Self.hour(10), Self.hour(14)])
      #expect(try text(store).contains("\"missing\":5,\"cause\":\"not_listed\""))
      #expect(try store.coverage(Self.series)?.from == Self.hour(0))
    }
  }

  @Test func nothingIsWrittenTwice() throws {
    try withStore { store in
      try store.append(Self.candles(0..<10), to: Self.series, askedFrom: Self.hour(0))
      let once = try text(store)
      #expect(try store.append(Self.candles(0..<10), to: Self.series, askedFrom: Self.hour(0)) == 0)
      #expect(try text(store) == once)
      #expect(try store.append(Self.candles(8..<12), to: Self.series, askedFrom: Self.hour(8)) == 2)
      #expect(try opens(store) == (0..<12).map(Self.hour))
    }
  }

  /// However a history is put together, the file is the same to the byte.
  @Test func prependingAndFillingEndWhereAppendingDoes() throws {
    var whole = ""
    try withStore { store in
      try store.append(Self.candles(0..<40), to: Self.series, askedFrom: Self.hour(0))
      whole = try text(store)
    }
    try withStore { store in
      try store.append(Self.candles(20..<25) + Self.candles(30..<40), to: Self.series, askedFrom: Self.hour(20))
      try store.merge(Self.candles(0..<20), into: Self.series, askedFrom: Self.hour(0))
      try store.merge(Self.candles(25..<30), into: Self.series, askedFrom: Self.hour(0))
      #expect(try text(store) == whole)
    }
    try withStore { store in
      try store.append(Self.candles(0..<3) + [Self.candle(3, digits: "9")] + Self.candles(4..<40), to: Self.series, askedFrom: Self.hour(0))
      try store.merge(Self.candles(2..<5), into: Self.series, askedFrom: Self.hour(0))
      #expect(try text(store) == whole)
    }
  }

  @Test func nothingOlderIsRemembered() throws {
    try withStore { store in
      try store.append(Self.candles(10..<12), to: Self.series, askedFrom: Self.hour(10))
      try store.merge([], into: Self.series, askedFrom: Self.hour(0))
      #expect(try store.coverage(Self.series)?.from == Self.hour(0))
      #expect(try opens(store) == [Self.hour(10), Self.hour(11)])
    }
  }

  /// Cut at any byte, as a killed writer may leave it, the file opens, keeps every whole line and ends as if nothing had happened.
  @Test func aTornTailIsRepaired() throws {
    try withStore { store in
      try store.append(Self.candles(0..<6) + Self.candles(8..<9), to: Self.series, askedFrom: Self.hour(0))
      let whole = Array(try text(store).utf8)
      let path = store.path(Self.series)
      // At every byte of the last line and of the gap before it, and here and there in the others.
      let last = whole.dropLast(600).lastIndex(of: 0x0A) ?? 0
      for length in (0..<whole.count) where length >= last || length % 13 == 0 {
        for junk in [[[], [0, 0, 0], Array("{\"type\":\"candle\"".utf8)][length % 3]] {
          try Data(whole[..<length] + junk).write(to: URL(filePath: path))
          let lines = whole[..<length].count { $0 == 0x0A }
          // Read before any repair: whole candles only.
          if junk.isEmpty { #expect(try opens(store).count >= min(lines, 6) - 1) }
          try store.append(Self.candles(0..<6) + Self.candles(8..<9), to: Self.series, askedFrom: Self.hour(0))
          #expect(Array(try text(store).utf8) == whole)
        }
      }
    }
  }

  @Test func damageInTheMiddleIsTold() throws {
    try withStore { store in
      try store.append(Self.candles(0..<6), to: Self.series, askedFrom: Self.hour(0))
      var lines = try text(store).split(separator: "\n").map(String.init)
      lines[2] = lines[2].replacingOccurrences(of: "\"low\":", with: "\"lo\":")
      try (lines.joined(separator: "\n") + "\n").write(toFile: store.path(Self.series), atomically: true, encoding: .utf8)
      #expect(throws: StoreDamage.self) { _ = try opens(store) }
    }
  }

  /// What is passed on as it stands has the shape of a candle of its series; everything else is damage, wherever it is broken.
  @Test func linesThatArePassedOnAreWhole() throws {
    try withStore { store in
      var bare = Self.candle(3)
      (bare.quoteVolume, bare.trades, bare.takerBuyVolume) = (nil, nil, nil)
      try store.append(Self.candles(0..<3) + [bare] + Self.candles(4..<6), to: Self.series, askedFrom: Self.hour(0))
      let whole = try text(store)
      func lines() throws -> [String] {
        let source = try StoreSource(store.path(Self.series), Self.series, from: .distantPast, to: .distantFuture)
        var lines: [String] = []
        while let line = try source.nextLine() {
          #expect(line.closeTime == line.openTime + Timestamp.hour)
          lines.append(line.text.text)
        }
        return lines
      }
      #expect(try lines() == whole.split(separator: "\n").map(String.init))
      let file = URL(filePath: store.path(Self.series))
      for (good, bad) in [
        ("\"low\":", "\"lo\":"), ("\"low\":52", "\"low\":x2"), ("\"low\":52", "\"low\":\"52\""), ("\"low\":52.50", "\"low\":"),
        ("T02:00:00Z\",\"close", "T2:00:00Z\",\"close"),
        ("\"close_time\":\"2024-01-01T03", "\"close_time\":\"2024-01-01T01"), ("\"trades\":2,", "\"trades\":2;"),
        ("\"volume\":2.50", "\"volume\":2.50}"), ("BTC/USDT\"", "ETH/USDT\""),
      ] {
        let broken = whole.replacing(good, with: bad)
        #expect(broken != whole)
        try broken.write(to: file, atomically: true, encoding: .utf8)
        #expect(throws: StoreDamage.self, "\(bad)") { _ = try lines() }
      }
      // Cut off at its end, the last line is not there yet.
      try String(whole.dropLast(5)).write(to: file, atomically: true, encoding: .utf8)
      #expect(try lines().count == 5)
    }
  }

  /// Lines and candles give the same stream.
  @Test func linesStandWhereCandlesDo() throws {
    try withStore { store in
      let (first, second) = (Self.series, SeriesID(MarketName(exchange: "binance", symbol: Symbol(base: "ETH", quote: "USDT")), .h1))
      try store.append(Self.candles(0..<30) + Self.candles(34..<60), to: first, askedFrom: Self.hour(0))
      try store.append(Self.candles(10..<20) + Self.candles(34..<50), to: second, askedFrom: Self.hour(0))
      func stream(asLines: Bool) throws -> [String] {
        var range = EmissionRange(end: Self.hour(48))
        range.begin(.h1, after: Self.hour(5))
        return try labels(
          [first, second].map { series in
            let source = try StoreSource(store.path(series), series, from: Self.hour(2), to: .distantFuture)
            return MarketFeed(market: series.market, source: asLines ? source : Plain(source), timeframes: [.h1], range: range)
          })
      }
      let lines = try stream(asLines: true)
      #expect(lines == (try stream(asLines: false)) && lines.count == 25 + 14 + 10 + 14 + 2)
    }
  }

  /// A source whose lines are not known.
  private final class Plain: CandleSource {
    private let source: StoreSource
    var timeframe: Timeframe { source.timeframe }
    init(_ source: StoreSource) { self.source = source }
    func next() throws -> ExactCandle? { try source.next() }
  }

  @Test func anInstantIsFoundInALongFile() throws {
    try withStore { store in
      try store.append(Self.candles(0..<500) + Self.candles(700..<2000), to: Self.series, askedFrom: Self.hour(0))
      let all = (0..<500).map(Self.hour) + (700..<2000).map(Self.hour)
      for index in stride(from: -10, through: 2010, by: 37) {
        let (from, to) = (Self.hour(index), Self.hour(index + 100))
        #expect(try opens(store, from: from, to: to) == all.filter { $0 >= from && $0 < to })
      }
    }
  }

  @Test func onlyWhatIsMissingIsAskedFor() throws {
    try withStore { store in
      let sync = HistorySync(store)
      func jobs(_ from: Int, _ to: Int, refresh: Bool = false) throws -> [CandleRange] {
        try sync.jobs([HistoryWish(Self.series, from: Self.hour(from), to: Self.hour(to))], BinanceSpot(), refresh: refresh).map(\.range)
      }
      func range(_ from: Int, _ to: Int) -> CandleRange { CandleRange(.h1, from: Self.hour(from), to: Self.hour(to)) }
      #expect(try jobs(10, 20) == [range(10, 20)])
      try store.append(Self.candles(10..<15) + Self.candles(17..<20), to: Self.series, askedFrom: Self.hour(10))
      #expect(try jobs(10, 20) == [])
      #expect(try jobs(12, 18) == [])
      // The last candle again, to compare, and the young gap.
      #expect(try jobs(10, 22) == [range(15, 17), range(19, 22)])
      #expect(try jobs(5, 20) == [range(5, 10)])
      #expect(try jobs(10, 20, refresh: true) == [range(10, 20)])
      // An old gap stays.
      #expect(try jobs(10, 1000) == [range(19, 1000)])
    }
  }

  @Test func pagesCoverARangeOnce() {
    for timeframe in Timeframe.allCases {
      let from = timeframe.open(containing: Self.begin)
      var to = from
      for _ in 0..<25 { to = timeframe.next(afterOpen: to) }
      for rows in [1, 7, 24, 25, 26] {
        let pages = Paging.pages(CandleRange(timeframe, from: from, to: to), rows: rows)
        #expect(pages.first?.from == from)
        #expect(pages.last?.to == to)
        #expect(pages.allSatisfy { $0.count <= rows && $0.count > 0 })
        #expect(zip(pages, pages.dropFirst()).allSatisfy { $0.to == $1.from })
      }
      #expect(Paging.back(to, bars: 25, timeframe) == from)
    }
  }
}
