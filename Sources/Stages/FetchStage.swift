import Exchanges
import Market
import Records
import Stage
import Wire

/// ss-fetch: candles from files or the synthetic market, as one stream in canonical order.
public struct FetchStage: SourceStage {
  public static let spec = StageSpec(
    name: "ss-fetch", abstract: "candles, in one stream",
    discussion: """
      Reads candle files or the synthetic market and writes one closed candle a line, in the order of the stream: by close, bitcoin first,
      longer timeframes first. Numbers pass digit for digit. Longer timeframes are built from shorter ones, holes are told as gap records and
      never filled, and a file with a broken, doubled or misplaced row ends the run with its name, line and column.

      The stream begins with a run record and one instrument record a market, and ends with an end record. run.from is where evaluation begins:
      the last close (a scan), or --from (a backtest).
      """,
    input: .operands("[SYMBOL…|FILE…]"), produces: ["run", "instrument", "candle", "gap", "end"], options: FetchRequest.options,
    examples: [
      ExampleSpec(
        "The last closed week of one synthetic market.",
        command: "ss-fetch --exchange synthetic --symbols BTC/USDT --timeframes 1w --bars 1 | grep candle",
        output: """
          {"type":"candle","exchange":"synthetic","symbol":"BTC/USDT","timeframe":"1w","open_time":"2024-06-24T00:00:00Z",\
          "close_time":"2024-07-01T00:00:00Z","open":30371.92,"high":32847.35,"low":29067.08,"close":31121.10,"volume":677897.40563}

          """)
    ],
    schema: {
      [RunRecord.table, InstrumentRecord.table, CandleRecord.table, GapRecord.table, EndRecord.table].map(\.jsonSchema).joined()
    })

  private let plan: FetchPlan
  private let configuration: String
  private var merge: CanonicalMerge
  /// By feed, the encoders of its timeframes.
  private let encoders: [[CandleEncoder]]
  private var hasBegun = false
  private var isOver = false

  /// Records written between two looks at the output's size.
  private static let batch = 256

  public init(_ arguments: Arguments) throws(StageError) {
    let request = try FetchRequest(arguments)
    plan = try FetchPlan(request)
    configuration = request.profile.hash
    merge = CanonicalMerge(plan.feeds)
    encoders = plan.feeds.map { feed in
      Timeframe.allCases.map { CandleEncoder(exchange: feed.market.exchange, symbol: feed.market.symbol, timeframe: $0) }
    }
  }

  public static func answer(_ arguments: Arguments) throws(StageError) -> String? {
    if arguments.has("explain") { return explanation }
    return try ProfileChoice.answer(arguments)
  }

  /// What `--explain` prints.
  private static let explanation = """
    Order      event time (close_time, a gap's to), gaps before candles, bitcoin before the others of its venue and kind, then symbol, exchange,
               longer timeframe first. Files are merged as they are read, one record of each in memory.
    Building   a longer candle opens with its calendar bucket (weeks Monday, months the first, 00:00 UTC) and closes when the stream's clock passes
               its end. Open, high, low and close are digits of the candles inside, volumes exact sums; candles without volume count only where
               no other is. The first bucket is dropped when the file begins inside it, the last one while it is open.
    Gaps       wherever a candle does not open at the close of the one before, in files and in what is built from them. Nothing is filled in.
    Instrument the finest decimals of the first 1,000 rows are tick and lot, fees are the usual ones of the kind; --instruments knows better.
    run.from   --from, else the last close of the profile's trigger timeframe, or of the next longer one that is carried.
    Synthetic  seeded; trends, ranges and volatile spells, bitcoin ahead of the others. A candle depends on seed, symbol and time alone.

    """

  public mutating func emit(into output: inout LineWriter) throws(StageError) -> Bool {
    if isOver { return false }
    if !hasBegun {
      begin(into: &output)
      hasBegun = true
    }
    for _ in 0..<FetchStage.batch {
      let next: Int?
      do { next = try merge.next() } catch { throw StageError(fetching: error) }
      guard let next, let item = plan.feeds[next].item else {
        EndRecord.encode(records: output.linesWritten, status: .complete, into: &output.buffer)
        output.endLine()
        isOver = true
        return false
      }
      switch item {
      case .candle(let timeframe, let candle): encoders[next][Int(timeframe.rawValue)].encode(candle, into: &output.buffer)
      case .gap(let gap):
        let market = plan.feeds[next].market
        GapRecord.encode(gap, exchange: market.exchange, symbol: market.symbol, into: &output.buffer)
      }
      output.endLine()
    }
    return true
  }

  private func begin(into output: inout LineWriter) {
    plan.run.encodeOpen(into: &output.buffer)
    output.buffer.key(FetchStage.spec.name)
    output.buffer.beginObject()
    output.buffer.field("version", snipersightVersion)
    output.buffer.field("config", configuration)
    output.buffer.endObject()
    output.buffer.endObject()
    output.endLine()
    for (market, instrument) in plan.instruments {
      InstrumentRecord.encode(instrument, exchange: market.exchange, symbol: market.symbol, into: &output.buffer)
      output.endLine()
    }
  }
}
