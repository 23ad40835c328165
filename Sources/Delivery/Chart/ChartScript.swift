import Confluence
import Market
import Planning
import Quoting
import Structure

/// A chart as a gnuplot program with its data in it: price above, volume below, labels of the plan on the right.
public struct ChartScript {
  let chart: Chart
  private let canvas: Canvas
  let theme: Theme
  private var text = ""
  private var objects = 0
  /// Price at the bottom and top of the picture.
  private let low: Double
  private let high: Double
  /// Seconds since 1970 at the left edge, at the close of what was known, and at the right edge.
  let left: Int64
  private let known: Int64
  let right: Int64

  /// - Parameter output: the file that gnuplot writes; `nil` for its standard output.
  public static func text(of chart: Chart, on canvas: Canvas, output: String?) -> String {
    var script = ChartScript(chart, canvas)
    script.write(output)
    return script.text
  }

  private init(_ chart: Chart, _ canvas: Canvas) {
    self.chart = chart
    self.canvas = canvas
    theme = canvas.theme
    let all = chart.all
    let bottom = all.map(\.low).min() ?? 0
    let top = all.map(\.high).max() ?? 1
    // The plan must be seen whole, but a far last target may not flatten the candles: at most half their height on either side.
    let span = max(top - bottom, top * 1e-6)
    let levels = chart.plan.map { [$0.stopLoss.level, $0.entryZone.far, $0.entryZone.near] + $0.targets.map(\.level) } ?? []
    let inReach = levels.filter { $0 > bottom - span / 2 && $0 < top + span / 2 }
    let lowest = min(bottom, inReach.min() ?? bottom)
    let highest = max(top, inReach.max() ?? top)
    // A market that does not move has room above and below it all the same.
    let margin = max(0.04 * (highest - lowest), highest == 0 ? 1 : highest.magnitude * 1e-6)
    low = lowest - margin
    high = highest + margin
    left = ChartScript.seconds(all.first?.openTime ?? chart.setup.asOf)
    known = ChartScript.seconds(chart.candles.last?.closeTime ?? chart.setup.asOf)
    right = ChartScript.seconds(all.last?.closeTime ?? chart.setup.asOf)
  }

  static func seconds(_ time: Timestamp) -> Int64 { time.milliseconds / 1000 }

  private mutating func write(_ output: String?) {
    layOut()
    begin(output)
    data()
    pricePanel()
    for (i, unit) in units.enumerated() { studyPanel(unit, lower: volumeHeight + 0.015 + Double(i) * (studyHeight + 0.015)) }
    volumePanel()
    line("unset multiplot")
    line("set output")
  }

  // MARK: Layout, in shares of the picture's height

  static let captionHeight = 0.022
  /// Where the lowest panel ends.
  static let floor = 0.055
  /// Where the price panel begins, below the captions and the key of its lines.
  private var ceiling = 1.0
  private var priceFloor: Double { ChartScript.floor + volumeHeight + 0.015 + Double(units.count) * (studyHeight + 0.015) }
  private var volumeHeight: Double { units.isEmpty ? 0.13 : 0.09 }
  var studyHeight: Double { 0.11 }

  private mutating func layOut() {
    ceiling = 0.95 - ChartScript.captionHeight * Double(captions.count + (studies(nil).isEmpty ? 0 : 1))
    let share = ceiling - priceFloor
    switch canvas.form {
    case .png(let width, let height): textHeight = (high - low) * 0.024 * Double(width) / (Double(height) * share)
    case .terminal(_, let rows): textHeight = (high - low) * 1.4 / (Double(rows) * share)
    }
  }

  // MARK: Parts

  private mutating func begin(_ output: String?) {
    switch canvas.form {
    case .png(let width, let height):
      line("set terminal pngcairo size \(width),\(height) background rgb \(quoted(theme.background)) font \"sans,\(number(fontSize))\"")
    case .terminal(let columns, let rows):
      line("set terminal dumb size \(columns),\(rows) noenhanced")
    }
    if let output { line("set output \(quoted(output))") }
    line("set encoding utf8")
    line("unset key")
    line("set style textbox opaque noborder fillcolor rgb \(quoted(theme.background)) margins 0.3,0.2")
    line("set xrange [\(left):\(right)]")
    line("set border 3 lc rgb \(quoted(theme.muted))")
    line("set tics nomirror textcolor rgb \(quoted(theme.muted))")
    line("set lmargin \(isTerminal ? 2 : 4); set rmargin \(number(rightMargin))")
    line("set multiplot")
    line("set label 1 \(quoted(title)) at screen 0.02,0.975 left front noenhanced textcolor rgb \(quoted(theme.ink)) \(font(1.25))")
    for (i, caption) in captions.enumerated() {
      let height = 0.948 - ChartScript.captionHeight * Double(i)
      line(
        "set label \(2 + i) \(quoted(caption)) at screen 0.02,\(number(height)) left front noenhanced textcolor rgb \(quoted(theme.muted)) \(font(0.8))"
      )
    }
  }

  private mutating func data() {
    line("$candles << EOD")
    for candle in chart.all {
      let middle = (ChartScript.seconds(candle.openTime) + ChartScript.seconds(candle.closeTime)) / 2
      line("\(middle) \(number(candle.open)) \(number(candle.low)) \(number(candle.high)) \(number(candle.close)) \(number(candle.volume))")
    }
    line("EOD")
  }

  private mutating func pricePanel() {
    line("set tmargin at screen \(number(ceiling)); set bmargin at screen \(number(priceFloor))")
    line("set yrange [\(number(low)):\(number(high))]")
    line("set y2range [\(number(low)):\(number(high))]")
    line("unset ytics; set format x \"\"; set xtics \(tickStep); set grid xtics lc rgb \(quoted(theme.faint)) lw 0.5")
    for evidence in chart.setup.evidence { draw(evidence) }
    if chart.overlays.contains(.range) { drawRange() }
    if chart.overlays.contains(.sessions) { drawSessions() }
    drawPlan()
    if right > known { drawBoundary() }
    drawLabels()
    line("set style fill solid 0.75 border")
    line("set boxwidth \(number(Double(ChartScript.width(chart.timeframe)) * 0.7))")
    var plots = ["$candles using ($5>=$2?$1:1/0):2:3:4:5 with candlesticks lc rgb \(quoted(theme.bull)) lw 1"]
    plots.append("$candles using ($5<$2?$1:1/0):2:3:4:5 with candlesticks lc rgb \(quoted(theme.bear)) lw 1")
    plots = plots.map { $0 + " notitle" } + studyPlots(nil)
    if !studies(nil).isEmpty {
      line(
        "set key at screen 0.02,\(number(ceiling + 0.02)) left top horizontal Left reverse samplen 2 noenhanced textcolor rgb \(quoted(theme.muted)) \(font(0.8))"
      )
    }
    line("plot " + plots.joined(separator: ", \\\n     "))
    line("unset key; unset object; unset arrow; unset label; unset y2tics")
  }

  private mutating func volumePanel() {
    line("set tmargin at screen \(number(ChartScript.floor + volumeHeight)); set bmargin at screen \(number(ChartScript.floor))")
    line("set yrange [0:\(chart.all.allSatisfy { $0.volume == 0 } ? "1" : "*")]; unset ytics")
    let clock = isTerminal ? " " : "\\n"
    let dates = chart.timeframe >= .h4 ? "%d %b" : "%d %b\(clock)%H:%M"
    line("set xdata time; set timefmt \"%s\"; set format x \"\(dates)\"; set xtics \(tickStep) \(font(0.75))")
    line("set xrange [\"\(left)\":\"\(right)\"]")
    line("set style fill solid 0.6 noborder")
    line(
      "plot $candles using ($5>=$2?$1:1/0):6 with boxes lc rgb \(quoted(theme.bull)), \\\n"
        + "     $candles using ($5<$2?$1:1/0):6 with boxes lc rgb \(quoted(theme.bear))")
    line("unset xdata; unset object; unset arrow; unset label")
  }

  // MARK: Evidence

  private mutating func draw(_ evidence: Evidence) {
    switch evidence {
    case .orderBlock(let block):
      rectangle(from: block.at, block.low, block.high, theme.colour(block.direction), 0.18)
      inside(
        "\(word(block.state == .breaker ? "breaker" : "block", evidence.id)) \(block.grade.label)", block.at, nil, block.high, bottom: block.low,
        theme.colour(block.direction))
    case .gap(let gap):
      rectangle(from: gap.at, gap.bottom, gap.top, theme.colour(gap.direction), 0.09)
      let name = word(gap.state == .inverted ? "inverted gap" : "gap", evidence.id)
      inside(name, gap.at, nil, gap.top, bottom: gap.bottom, theme.colour(gap.direction))
    case .structuralBreak(let event):
      segment(from: event.levelAt, to: event.knownAt, event.level, theme.ink, dash: 1)
      inside(word("\(event.kind.label)", evidence.id), event.levelAt, event.knownAt, event.level, theme.ink)
    case .pool(let pool):
      segment(from: pool.firstAt, to: nil, pool.level, theme.pool, dash: 3)
      inside(word("liquidity", evidence.id), pool.firstAt, nil, pool.level, theme.pool)
    case .sweep(let sweep):
      segment(from: sweep.at, to: sweep.knownAt, sweep.level, theme.pool, dash: 1)
      inside(word("sweep \(sweep.confirmation.label)", evidence.id), sweep.at, nil, sweep.level, theme.pool)
    case .pivot(let id, let pivot):
      segment(from: pivot.at, to: nil, pivot.price, theme.muted, dash: 3)
      inside(word("swing", id), pivot.at, nil, pivot.price, theme.muted)
    }
  }

  private func word(_ name: String, _ id: FactID) -> String { "\(id.timeframe.label) \(name)" }

  private mutating func drawRange() {
    guard let range = chart.setup.timeframes.first(where: { $0.timeframe == chart.plan?.metadata.planningTimeframe })?.range else { return }
    segment(from: nil, to: nil, range.equilibrium, theme.muted, dash: 4)
    inside("premium ↑ ↓ discount", nil, nil, range.equilibrium, theme.muted)
  }

  private mutating func drawSessions() {
    guard chart.timeframe <= Session.longestTimeframe else { return }
    var drawn: Set<SessionWindow> = []
    for candle in chart.all {
      for session in Session.killZones {
        guard let window = session.window(containing: candle.openTime), drawn.insert(window).inserted else { continue }
        objects += 1
        line(
          "set object \(objects) rectangle from \(max(left, ChartScript.seconds(window.open))),graph 0 to \(min(right, ChartScript.seconds(window.close))),graph 1 "
            + "behind fc rgb \(quoted(theme.faint)) fs transparent solid 0.25 noborder")
      }
    }
  }

  // MARK: Plan

  private mutating func drawPlan() {
    guard let plan = chart.plan else { return }
    let entry = [plan.entryZone.near, plan.entryZone.far].sorted()
    rectangle(from: nil, entry[0], max(entry[1], entry[0] + (high - low) * 0.002), theme.colour(plan.direction), 0.35)
    segment(from: nil, to: nil, plan.stopLoss.level, theme.bear, dash: 1, width: 2)
    for target in plan.targets { segment(from: nil, to: nil, target.level, theme.target, dash: 1, width: 2) }
  }

  private mutating func drawBoundary() {
    line("set arrow from \(known),graph 0 to \(known),graph 1 nohead front lc rgb \(quoted(theme.ink)) dt 2 lw 1")
    line("set label \"known at entry\" at \(known),graph 0.985 right front offset -0.5,0 noenhanced textcolor rgb \(quoted(theme.ink)) \(font(0.8))")
  }

  /// Prices of the plan and of now, on the right, with what each pays in R; without a plan, how far the candles reach.
  private var labels: [ChartLabels.Label] {
    var labels: [ChartLabels.Label] = []
    if let plan = chart.plan {
      labels.append(.init("entry \(price(plan.entryZone.near))", at: plan.entryZone.near, theme.colour(plan.direction)))
      labels.append(.init("stop \(price(plan.stopLoss.level)) −1R", at: plan.stopLoss.level, theme.bear))
      for (i, target) in plan.targets.enumerated() {
        labels.append(
          .init("T\(i + 1) \(price(target.level)) \(NumberText.significant(target.riskReward, digits: 2))R", at: target.level, theme.target))
      }
    }
    labels.append(.init("now \(price(chart.setup.price))", at: chart.setup.price, theme.ink))
    if chart.plan == nil {
      for (word, level) in [("high", chart.all.map(\.high).max()), ("low", chart.all.map(\.low).min())] {
        if let level { labels.append(.init("\(word) \(price(level))", at: level, theme.muted)) }
      }
    }
    return labels
  }

  private mutating func drawLabels() {
    for label in ChartLabels.spread(labels, distance: textHeight, within: low...high) {
      line(
        "set label \(quoted(label.text)) at graph 1.01,first \(number(label.place)) left front noenhanced textcolor rgb \(quoted(label.colour)) \(font(0.9))"
      )
    }
  }

  // MARK: Words

  private var title: String {
    let direction = chart.setup.direction.map { "\($0.trade)" } ?? "FLAT"
    let score = chart.setup.confluence.map { " · score \(NumberText.significant($0.totalScore, digits: 3))" } ?? ""
    return "\(chart.setup.symbol) \(chart.timeframe.label) · \(direction)\(score) · \(chart.setup.profile)"
  }

  private var captions: [String] {
    let limit = isTerminal ? 100 : 104
    var lines = ["as of \(chart.setup.asOf.text) on \(chart.setup.exchange)"]
    if let plan = chart.plan {
      lines[0] += " · \(plan.setupType.label) · worst reward:risk \(NumberText.significant(plan.riskRewardWorst, digits: 3)) after costs"
      lines += TextLayout.wrapped(plan.entryZone.rationale, width: limit).prefix(2)
    }
    if chart.plan == nil { lines[0] += " · \(chart.setup.state.label)" + (chart.setup.anchor.map { " · anchor \($0.text)" } ?? "") }
    if let rejected = chart.setup.rejected, let reason = Signal(setup: chart.setup).refusal {
      lines += TextLayout.wrapped("refused by \(rejected.stage): \(reason)", width: limit).prefix(chart.plan == nil ? 2 : 1)
    }
    return lines.map { $0.count > limit ? String($0.prefix(limit - 1)) + "…" : $0 }
  }

  // MARK: Drawing

  /// From `time` (the left edge when it is earlier, or none) to the right edge.
  private mutating func rectangle(from time: Timestamp?, _ bottom: Double, _ top: Double, _ colour: String, _ opacity: Double) {
    guard top > low, bottom < high else { return }
    objects += 1
    line(
      "set object \(objects) rectangle from \(edge(time)),\(number(max(bottom, low))) to \(right),\(number(min(top, high))) behind fc rgb \(quoted(colour)) "
        + "fs transparent solid \(number(opacity)) noborder")
  }

  private mutating func segment(from start: Timestamp?, to end: Timestamp?, _ level: Double, _ colour: String, dash: Int, width: Double = 1.2) {
    guard level > low, level < high else { return }
    let to = end.map { min(right, max(left, ChartScript.seconds($0))) } ?? right
    line("set arrow from \(edge(start)),\(number(level)) to \(to),\(number(level)) nohead lc rgb \(quoted(colour)) dt \(dash) lw \(number(width))")
  }

  /// The notes written inside the picture so far: from where to where, and above which price.
  private var notes: [(x: ClosedRange<Int64>, y: Double)] = []

  /// A note on a fact, along its line from `start` to `end`: where it covers neither candles nor another note, else pushed up, else left out.
  /// - Parameter bottom: of a zone, whose upper edge may lie beyond the picture.
  private mutating func inside(_ text: String, _ start: Timestamp?, _ end: Timestamp?, _ level: Double, bottom: Double? = nil, _ colour: String) {
    guard level > low, bottom ?? level < high else { return }
    let width = Int64(clamping: Double(text.count + 1) * characterWidth * Double(right - left), to: 0...Int64.max / 4)
    let first = min(edge(start), right - width)
    let last = max(first, (end.map { edge($0) } ?? right) - width)
    let spots = stride(from: first, through: last, by: max(1, Int(width / 8))).map { $0...$0 + width }
    var y = min(level, high - noteHeight)
    // The first of those that cover the fewest candles.
    let clear = spots.filter { isFree($0, y) }.min { covered($0, y) < covered($1, y) }
    let x = clear?.lowerBound ?? first
    for _ in 0..<6 where !isFree(x...x + width, y) { y += noteHeight / 2 }
    guard y <= high - noteHeight, isFree(x...x + width, y) else { return }
    notes.append((x...x + width, y))
    line("set label \(quoted(text)) at \(x),\(number(y)) left front offset 0.4,0.5 noenhanced boxed textcolor rgb \(quoted(colour)) \(font(0.75))")
  }

  private func isFree(_ x: ClosedRange<Int64>, _ y: Double) -> Bool {
    !notes.contains { $0.x.overlaps(x) && abs($0.y - y) < noteHeight * 0.99 }
  }

  private func covered(_ x: ClosedRange<Int64>, _ y: Double) -> Int {
    chart.all.count {
      x.overlaps(ChartScript.seconds($0.openTime)...ChartScript.seconds($0.closeTime)) && $0.low < y + noteHeight && $0.high > y
    }
  }

  /// Of a label beside the price panel, and of a note in it, in price.
  private var textHeight = 0.0
  private var noteHeight: Double { textHeight * 0.77 }
  /// Of a note, as a share of the panel's width.
  private var characterWidth: Double {
    switch canvas.form {
    // Points at 96 dots an inch; the letters of this font are 0.58 of its size wide on average.
    case .png(let width, _): 0.58 * fontSize * 0.75 * 96 / 72 / (Double(width) - (4 + rightMargin) * 0.625 * fontSize * 96 / 72)
    case .terminal(let columns, _): 1 / (Double(columns) - 2 - rightMargin)
    }
  }

  /// In characters of the font's full size: the labels on the right, which are smaller.
  private var rightMargin: Double {
    let longest = Double(labels.map(\.text.count).max() ?? 0)
    if isTerminal { return max(14, longest) }
    let studied = chart.studies.filter { $0.unit != nil }.map { study in
      study.name.count + 1 + (study.values.last { !$0.isNaN }.map { NumberText.significant($0, digits: 4).count } ?? 0)
    }
    return max(17, longest * 0.92, Double(studied.max() ?? 0) * 0.77).rounded(.up)
  }

  private func edge(_ time: Timestamp?) -> Int64 { time.map { min(right, max(left, ChartScript.seconds($0))) } ?? left }

  var isTerminal: Bool { if case .terminal = canvas.form { true } else { false } }
  func font(_ scale: Double) -> String {
    isTerminal ? "" : "font \"sans,\(number((fontSize * scale).rounded()))\""
  }
  /// In points.
  private var fontSize: Double { if case .png(let width, _) = canvas.form { Double(max(9, width / 60)) } else { 0 } }

  /// Six ticks or so, on round times.
  private var tickStep: Int64 {
    let step = max(1, (right - left) / 6)
    let round: [Int64] = [900, 1800, 3600, 7200, 14_400, 21_600, 43_200, 86_400, 172_800, 604_800, 1_209_600, 2_592_000]
    return round.first { $0 >= step } ?? 7_776_000
  }

  private static func width(_ timeframe: Timeframe) -> Int64 { timeframe.nominalDuration / 1000 }

  func number(_ value: Double) -> String { NumberText.significant(value) }
  private func price(_ value: Double) -> String { NumberText.significant(value, digits: 7) }
  func quoted(_ text: String) -> String { Quoting.gnuplot(text) }
  mutating func line(_ words: String) { text += words + "\n" }
  mutating func block(_ name: String, _ rows: [String]) { line("\(name) << EOD\n" + rows.joined(separator: "\n") + "\nEOD") }
}
