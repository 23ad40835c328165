import Glibc
import Indicators
import Market
import Profiles
import Records
import Structure
import Wire

// Any sequence of candles, however wild, through structure and every indicator, and out as JSON. A trap, a number that is none or a broken line
// is a finding.

@_silgen_name("LLVMFuzzerRunDriver")
func runDriver(
  _ count: UnsafeMutablePointer<CInt>, _ words: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>,
  _ body: @convention(c) (UnsafePointer<UInt8>, Int) -> CInt
) -> CInt

/// Draws candles from the fuzzer's bytes: whole ticks, from still to violent, now and then flat, without volume or behind a hole.
struct Draw {
  private var rest: UnsafeBufferPointer<UInt8>
  private let tick: Double
  private var price: Int64

  init?(_ bytes: UnsafeBufferPointer<UInt8>) {
    guard bytes.count > 4 else { return nil }
    tick = [1e-8, 0.01, 1, 65_536][Int(bytes[0] & 3)]
    price = 1 + Int64(bytes[1]) << Int64(bytes[2] % 24)
    rest = UnsafeBufferPointer(rebasing: bytes[3...])
  }

  var tickSize: Double { tick }
  var isEmpty: Bool { rest.count < 6 }

  /// How many 15-minute candles are missing before the next.
  mutating func hole() -> Int64 { rest[0] & 0xE0 == 0xE0 ? Int64(rest[0] & 0x1F) * 7 : 0 }

  mutating func candle(_ timeframe: Timeframe, closing close: Timestamp) -> Candle {
    defer { rest = UnsafeBufferPointer(rebasing: rest[6...]) }
    let reach = Int64(1) << Int64(rest[1] % 20)
    let step = { (byte: UInt8) in (Int64(byte) - 128) * reach / 128 }
    let open = max(1, price + (rest[0] & 0x10 == 0 ? 0 : step(rest[2])))
    let end = max(1, min(open + step(rest[3]), 1 << 40))
    let high = max(open, end) + Int64(rest[4] & 15) * reach / 16
    let low = max(1, min(open, end) - Int64(rest[4] >> 4) * reach / 16)
    price = end
    let volume = rest[5] == 0 ? 0 : Double(rest[5]) * (rest[0] & 8 == 0 ? 1 : 1e12)
    return Candle(
      openTime: timeframe.open(containing: close + -1), closeTime: close, open: Double(open) * tick, high: Double(high) * tick,
      low: Double(low) * tick,
      close: Double(end) * tick, volume: volume)
  }
}

/// Every indicator there is; chosen once.
enum Every {
  nonisolated(unsafe) static let selection: IndicatorSelection = {
    do throws(IndicatorSelectionError) {
      return try IndicatorSelection(only: IndicatorRegistry.all.map(\.card.name))
    } catch {
      preconditionFailure(error.description)
    }
  }()
  nonisolated(unsafe) static let record = IndicatorsRecord(selection)
}

/// What keeps state by series.
final class Series {
  let bundle: IndicatorBundle
  var writer = SmcWriter(cap: 3)

  init(_ bundle: IndicatorBundle) { self.bundle = bundle }
}

/// The market of one trial.
struct Trial: ~Copyable {
  private var engine = StructureEngine(rules: StructureRules())
  private var snapshot = StructureSnapshot()
  private var series: [Timeframe: Series] = [:]
  private var row: [Double]
  private var out = ByteBuffer()
  private var days = DayText()
  private var scanner = RecordScanner(keys: ["smc", "indicators"])

  init() { row = Array(repeating: .nan, count: Every.selection.width) }

  mutating func run(_ draw: inout Draw) {
    engine.tick = draw.tickSize
    var slot: Int64 = 1_893_456
    while !draw.isEmpty {
      let hole = draw.hole()
      if hole > 0 { for series in series.values { series.bundle.gap() } }
      slot += 1 + hole
      let now = Timestamp(milliseconds: slot * 15 * Timestamp.minute)
      for timeframe in [Timeframe.d1, .h4, .h1, .m15] where now.milliseconds % timeframe.nominalDuration == 0 && !draw.isEmpty {
        take(draw.candle(timeframe, closing: now), timeframe)
      }
    }
  }

  private mutating func take(_ candle: Candle, _ timeframe: Timeframe) {
    precondition(candle.fault == nil, "the fuzzer's own candle is broken: \(candle)")
    engine.update(candle, timeframe)
    engine.snapshot(timeframe, cap: 3, into: &snapshot)
    let state = series[timeframe] ?? Series(IndicatorBundle(Every.selection, timeframe: timeframe))
    series[timeframe] = state
    out.truncate(to: 0)
    out.beginObject()
    out.key("smc")
    state.writer.encode(snapshot, engine.events, &days, into: &out)
    out.key("indicators")
    row.withUnsafeMutableBufferPointer { row in
      guard let start = row.baseAddress else { return }
      state.bundle.update(candle, into: start)
      Every.record.encode(start, into: &out)
    }
    out.endObject()
    precondition(!out.sawNonFinite, "a number that is none: \(out.text)")
    out.append(0x0A)
    let line = Bytes(rebasing: out.bytes.dropLast())
    precondition(scanner.scan(line), "not JSON: \(line.text)")
    for event in engine.events {
      precondition(event.knownAt == candle.closeTime && event.at < candle.closeTime, "an event of another time: \(event)")
    }
  }
}

var wordCount = CommandLine.argc
var words = CommandLine.unsafeArgv
let code = runDriver(&wordCount, &words) { start, count in
  guard var draw = Draw(UnsafeBufferPointer(start: start, count: count)) else { return 0 }
  var trial = Trial()
  trial.run(&draw)
  return 0
}
exit(code)
