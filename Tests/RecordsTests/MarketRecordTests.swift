import Exchanges
import Market
import Stage
import Testing
import Wire

@testable import Records

/// The records that ss-fetch writes fit their tables, and what is read back is what was written.
@Suite struct MarketRecordTests {
  private static let open = Timestamp(day: CalendarDay(year: 2024, month: 1, day: 1))
  private static let keys = StreamKey.names + InstrumentRecord.keys + ["cause", "trades", "quote_volume", "taker_buy_volume", "records", "status"]

  /// Encodes one object and reads it back as a record.
  private func written<R>(_ encode: (inout ByteBuffer) -> Void, _ read: (Record) throws -> R) throws -> R {
    var out = ByteBuffer()
    encode(&out)
    out.append(0x0A)
    out.reserve(LineReader.spare)
    let line = Bytes(start: out.start, count: out.count - 1)
    var scanner = RecordScanner(keys: MarketRecordTests.keys)
    let isWhole = scanner.scan(line)
    try #require(isWhole, "\(line.text)")
    return try read(scanner.record(line))
  }

  private func whole(_ record: Record) -> JSONValue {
    JSONValue(start: record.line.baseAddress ?? ("" as StaticString).utf8Start, length: record.line.count, kind: .object)
  }

  private func candle(withExtras: Bool) -> ExactCandle {
    let number = { (text: String) in Decimal(text) ?? .zero }
    return ExactCandle(
      openTime: MarketRecordTests.open, closeTime: MarketRecordTests.open + Timestamp.hour, open: number("0.00001230"), high: number("0.00002"),
      low: number("0.00001"), close: number("0.000015"), volume: number("123456789012345678901.5"), quoteVolume: withExtras ? number("7.50") : nil,
      trades: withExtras ? 42 : nil, takerBuyVolume: withExtras ? number("3") : nil)
  }

  @Test(arguments: [false, true]) func candles(withExtras: Bool) throws {
    let candle = candle(withExtras: withExtras)
    let encoder = CandleEncoder(exchange: "a-b", symbol: Symbol(base: "SHIB", quote: "USDT"), timeframe: .h1)
    try written({ encoder.encode(candle, into: &$0) }) { record in
      #expect(CandleRecord.table.violations(in: whole(record), strict: true).isEmpty)
      #expect(record[StreamKey.open].bytes.text == "0.00001230" && record[StreamKey.volume].bytes.text == "123456789012345678901.5")
      let exchange = try record.string(StreamKey.exchange)
      #expect(exchange == "a-b")
      var reader = CandleRecord()
      let decoded = try reader.decode(record)
      #expect(decoded == candle.rounded)
    }
  }

  @Test(arguments: Gap.Cause.allCases) func gaps(cause: Gap.Cause) throws {
    let gap = Gap(timeframe: .month1, from: MarketRecordTests.open, to: Timestamp(day: CalendarDay(year: 2025, month: 3, day: 1)), cause: cause)
    #expect(gap.missing == 14)
    try written({ GapRecord.encode(gap, exchange: "x", symbol: Symbol(base: "BTC", quote: "USDT", settle: "USDT"), into: &$0) }) { record in
      #expect(GapRecord.table.violations(in: whole(record), strict: true).isEmpty)
      let decoded = try GapRecord.decode(record, cause: MarketRecordTests.keys.firstIndex { $0.bytes.equals("cause") })
      #expect(decoded == gap)
    }
  }

  @Test func instruments() throws {
    let bare = Instrument(kind: .spot, tickSize: 0.01, lotSize: 0.00001, minNotional: 0, makerFee: 0.001, takerFee: 0.001, source: .inferred)
    let full = Instrument(
      kind: .linear, tickSize: 0.1, lotSize: 0.001, minNotional: 5, makerFee: 0.0002, takerFee: 0.00055, minQuantity: 0.001, maxQuantity: 500,
      maxLeverage: 100, maintenanceMarginRate: 0.005, fundingIntervalHours: 8, source: .venue)
    for instrument in [bare, full] {
      try written({ InstrumentRecord.encode(instrument, exchange: "x", symbol: Symbol(base: "BTC", quote: "USDT"), into: &$0) }) { record in
        #expect(InstrumentRecord.table.violations(in: whole(record), strict: true).isEmpty)
        let decoded = try InstrumentRecord.decode(record, first: StreamKey.count)
        #expect(decoded == instrument)
      }
    }
  }

  @Test func framing() throws {
    let run = RunRecord(
      runID: "1", profile: "trend", profileHash: "2", exchange: "x", symbols: [Symbol(base: "BTC", quote: "USDT")], timeframes: [.d1, .h1],
      from: MarketRecordTests.open, to: MarketRecordTests.open + 1)
    try written({
      run.encodeOpen(into: &$0)
      $0.endObject()
    }) { record in
      #expect(RunRecord.table.violations(in: whole(record), strict: true).isEmpty)
      let from = try RunRecord.from(record)
      #expect(from == run.from)
    }
    try written({ EndRecord.encode(records: 12, status: .complete, into: &$0) }) { record in
      #expect(EndRecord.table.violations(in: whole(record), strict: true).isEmpty)
    }
  }
}
