import Confluence
import Foundation
import Market
import Planning
import Structure
import TestKit
import Testing

@testable import Delivery

/// Charts are gnuplot programs: their text is checked here, and gnuplot itself draws them where it is installed.
@Suite struct ChartTests {
  static func candles(_ count: Int, before end: Timestamp, _ timeframe: Timeframe, from start: Double = 64_800) -> [Candle] {
    var random = SeededGenerator(seed: 12)
    var price = start
    let first = end + -Int64(count) * timeframe.nominalDuration
    return (0..<count).map { i in
      let open = price
      price += 120 * random.normal() + (64_100 - price) * 0.02
      let wick = 60 * abs(random.normal())
      return Candle(
        openTime: first + Int64(i) * timeframe.nominalDuration, closeTime: first + Int64(i + 1) * timeframe.nominalDuration, open: open,
        high: max(open, price) + wick, low: min(open, price) - wick, close: price, volume: 100 + 40 * abs(random.normal()))
    }
  }

  static func chart(_ direction: Direction = .bull, after: Int = 0) -> Chart {
    var setup = Samples.setup("BTC/USDT", .ready, direction: direction, score: 71.25)
    let at = setup.asOf + -80 * Timestamp.hour
    setup.evidence = [
      .orderBlock(
        OrderBlock(
          id: FactID(.orderBlock, .h4, direction, at: at), direction: direction, high: 64_100, low: 63_700, at: at, knownAt: at + 8 * Timestamp.hour,
          displacementStrength: 0.6, displacementATR: 3, grade: .a, sources: [])),
      .gap(
        FairValueGap(
          id: FactID(.fairValueGap, .h1, direction, at: at), direction: direction, top: 64_080, bottom: 63_950, at: at + 2 * Timestamp.hour,
          knownAt: at,
          size: 130, sizeATR: 0.6)),
      .structuralBreak(
        StructuralBreak(
          id: FactID(.structuralBreak, .h1, direction, scope: .inner, at: at), kind: .choch, direction: direction, scope: .inner, isProtected: false,
          level: 64_600, levelAt: setup.asOf + -60 * Timestamp.hour, knownAt: setup.asOf + -30 * Timestamp.hour, distanceATR: 0.4, volumeRatio: 1.4,
          alignment: .with)),
      .pool(
        LiquidityPool(
          id: FactID(.equalPool, .h4, direction, at: at), level: 64_700, side: direction, touches: 2, firstAt: at, lastAt: at, state: .resting)),
    ]
    let known = candles(140, before: setup.asOf, .h1)
    let later = candles(after, before: setup.asOf + Int64(after) * Timestamp.hour, .h1, from: known.last?.close ?? 0)
    return Chart(candles: known, after: later, timeframe: .h1, setup: setup, plan: Samples.plan(direction), overlays: Set(Chart.Overlay.allCases))
  }

  @Test(arguments: Direction.allCases) func namesWhatItDraws(_ direction: Direction) {
    let text = ChartScript.text(of: ChartTests.chart(direction), on: Canvas(), output: "a.png")
    for word in [
      "BTC/USDT 1h · \(direction.trade)", "4h block A", "1h gap", "1h CHoCH", "4h liquidity", "entry 64000", "stop", "−1R", "T1", "1.4R", "now",
      "set output 'a.png'",
    ] {
      #expect(text.contains(word), "\(word)")
    }
    #expect(!text.contains("known at entry"))
    #expect(ChartScript.text(of: ChartTests.chart(after: 20), on: Canvas(), output: nil).contains("known at entry"))
  }

  /// Prices are drawn among the candles, what has another unit below them.
  @Test func drawsWhatIsAskedFor() {
    var chart = ChartTests.chart(after: 10)
    let plain = ChartScript.text(of: chart, on: Canvas(), output: nil)
    #expect(!plain.contains("$study"))
    let count = chart.candles.count + chart.after.count
    chart.studies = [
      .init(name: "ema_20", unit: nil, values: (0..<count).map { $0 < 19 ? .nan : 64_000 + Double($0) }),
      .init(name: "rsi", unit: "0…100", values: (0..<count).map { Double($0 % 100) }),
      .init(name: "adx", unit: "0…100", values: Array(repeating: .nan, count: count)),
      .init(name: "macd", unit: "price", values: (0..<count).map { Double($0) - 70 }),
    ]
    let text = ChartScript.text(of: chart, on: Canvas(), output: nil)
    for word in ["title 'ema_20'", "title 'rsi'", "'rsi 49'", "'macd 79'", "set yrange [-5:105]"] { #expect(text.contains(word), "\(word)") }
    #expect(text.components(separatedBy: "\nplot ").count == 5, "price, two panels, volume")
    #expect(text.components(separatedBy: " NaN\n").count == 20 + count)
  }

  /// Notes lie apart, within the picture, and beside the candles where there is room.
  @Test(arguments: Direction.allCases) func notesCoverNothing(_ direction: Direction) throws {
    let chart = ChartTests.chart(direction)
    let text = ChartScript.text(of: chart, on: Canvas(), output: nil)
    let range = try #require(text.firstMatch(of: #/set yrange \[([\d.]+):([\d.]+)\]/#))
    let panel = try #require(text.firstMatch(of: #/set tmargin at screen ([\d.]+); set bmargin at screen ([\d.]+)/#))
    let height = (Double(range.2)! - Double(range.1)!) * 0.024 * 0.77 * 1080 / (1350 * (Double(panel.1)! - Double(panel.2)!))
    let span = try #require(text.firstMatch(of: #/set xrange \[(\d+):(\d+)\]/#))
    // Letters of 18 px at three quarters of the font's size; margins of 21 characters of 15 px.
    let character = (Double(span.2)! - Double(span.1)!) * 10.4 / (1080 - 21 * 15)
    let notes = text.matches(of: #/set label '([^']+)' at (\d+),([\d.]+) left front offset/#).map {
      (x: Double($0.2)!...Double($0.2)! + Double($0.1.count) * character, y: Double($0.3)!)
    }
    #expect(notes.count >= 4)
    var covering = 0
    for (i, a) in notes.enumerated() {
      #expect(a.y + height * 0.98 <= Double(range.2)!)
      #expect(a.x.upperBound <= Double(span.2)!)
      for b in notes[..<i] { #expect(!a.x.overlaps(b.x) || abs(a.y - b.y) >= height * 0.98) }
      let covered = chart.candles.filter {
        a.x.overlaps(Double($0.openTime.milliseconds / 1000)...Double($0.closeTime.milliseconds / 1000)) && $0.low < a.y + height && $0.high > a.y
      }
      if !covered.isEmpty { covering += 1 }
    }
    #expect(covering <= 1, "this walk crosses one of the levels all along")
  }

  /// A reason longer than the picture is wide goes on in a second line, and a refusal is told beside the plan.
  @Test func captionsAreWrapped() {
    var chart = ChartTests.chart()
    chart.plan?.entryZone.rationale = Array(repeating: "reason", count: 40).joined(separator: " ")
    chart.setup.rejected = Rejection(stage: "risk", code: .hasPosition, detail: "one already")
    let text = ChartScript.text(of: chart, on: Canvas(), output: nil)
    let captions = text.matches(of: #/set label [2-9] '([^']+)'/#).map { String($0.1) }
    #expect(captions.count == 4)
    #expect(captions.allSatisfy { $0.count <= 104 })
    #expect(captions.last?.hasPrefix("refused by ") == true)
  }

  /// Without a plan: its state, why it goes no further, and how far the candles reach. A zone that goes beyond the picture has its name all the same.
  @Test func aSetupWithoutAPlanIsDrawn() {
    var chart = ChartTests.chart()
    chart.plan = nil
    chart.setup.state = .watching
    chart.setup.rejected = Rejection(stage: "score", code: .lowScore, value: 43.21, threshold: 50)
    guard case .orderBlock(var block) = chart.setup.evidence[0] else { return #expect(Bool(false)) }
    block.high = 1e6
    chart.setup.evidence[0] = .orderBlock(block)
    let text = ChartScript.text(of: chart, on: Canvas(), output: nil)
    for word in [" · watching", "refused by score: low_score: 43.21 against 50, ", "'high ", "'low ", "'4h block A'"] {
      #expect(text.contains(word), "\(word)")
    }
  }

  /// Prices of many digits have the room they need.
  @Test func longLabelsWidenTheMargin() {
    var chart = ChartTests.chart()
    #expect(ChartScript.text(of: chart, on: Canvas(), output: nil).contains("set rmargin 17\n"))
    chart.plan?.stopLoss.level = 0.000012345678
    #expect(ChartScript.text(of: chart, on: Canvas(), output: nil).contains("set rmargin 21\n"))
  }

  /// Hostile text cannot leave its quotes, and so cannot become a command.
  @Test func quotesEverything() {
    var chart = ChartTests.chart()
    chart.setup.symbol = "Z\u{600}'; system('x'); '\nset output 'b"
    let text = ChartScript.text(of: chart, on: Canvas(), output: nil)
    let line = text.split(separator: "\n").first { $0.hasPrefix("set label 1 ") }
    #expect(line?.hasPrefix("set label 1 \"Z\u{600}\\0047; system(\\0047x\\0047); \\0047<U+000A>set output \\0047b 1h") == true, "\(line ?? "")")
  }

  /// A market without a single trade between two prices.
  @Test func aFlatMarketIsDrawn() throws {
    var chart = ChartTests.chart()
    chart.plan = nil
    chart.setup.evidence = []
    for i in chart.candles.indices {
      let (open, close) = (chart.candles[i].openTime, chart.candles[i].closeTime)
      chart.candles[i] = Candle(openTime: open, closeTime: close, open: 1.5, high: 1.5, low: 1.5, close: 1.5, volume: 0)
    }
    let text = ChartScript.text(of: chart, on: Canvas(), output: "/dev/null")
    #expect(text.contains("set yrange [1.4999985:1.5000015]"))
    guard FileManager.default.isExecutableFile(atPath: "/usr/bin/gnuplot") else { return print("skipped: no gnuplot") }
    let outcome = try Command("gnuplot", "-d").with { $0.environment["LC_ALL"] = "C.UTF-8" }.run(.text(text))
    #expect(outcome.code == 0 && outcome.errorText == "", "\(outcome.errorText)")
  }

  @Test func labelsNeverOverlap() {
    var random = SeededGenerator(seed: 2)
    for _ in 0..<500 {
      let labels = (0..<Int.random(in: 1...14, using: &random)).map {
        ChartLabels.Label("\($0)", at: Double.random(in: -5...105, using: &random), "")
      }
      let placed = ChartLabels.spread(labels, distance: 8, within: 0...100)
      for (a, b) in zip(placed, placed.dropFirst()) { #expect(b.place - a.place >= 8 - 1e-9) }
      #expect(placed.allSatisfy { $0.place >= -1e-9 && $0.place <= 100 + 1e-9 })
      #expect(placed.count == min(labels.count, 12))
    }
  }

  @Test(arguments: Theme.allCases) func gnuplotDrawsIt(_ theme: Theme) throws {
    guard FileManager.default.isExecutableFile(atPath: "/usr/bin/gnuplot") else {
      print("skipped: no gnuplot")
      return
    }
    let folder = FileManager.default.temporaryDirectory.appending(path: "chart-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let image = folder.appending(path: "chart.png")
    let text = ChartScript.text(of: ChartTests.chart(after: 24), on: Canvas(theme: theme), output: image.path)
    let outcome = try Command("gnuplot").with { $0.environment["LC_ALL"] = "C.UTF-8" }.run(.text(text))
    #expect(outcome.code == 0)
    #expect(outcome.errorText == "")
    let data = try Data(contentsOf: image)
    #expect(data.count > 20_000)
    // The PNG header: width and height.
    #expect(Array(data[16..<24]) == [0, 0, 0x04, 0x38, 0, 0, 0x05, 0x46])
    if let keep = ProcessInfo.processInfo.environment["SS_KEEP_CHARTS"] {
      try data.write(to: URL(fileURLWithPath: keep).appending(path: "\(theme).png"))
    }
  }
}
