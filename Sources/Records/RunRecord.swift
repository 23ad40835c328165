import Market
import Stage
import Wire

/// `run`: the first record of a stream that ss-fetch began. What was asked, and where evaluation begins.
public struct RunRecord: Sendable {
  public var runID: String
  public var profile: String
  public var profileHash: String
  public var exchange: String
  public var symbols: [Symbol]
  /// Those that the stream carries, longest first.
  public var timeframes: [Timeframe]
  /// What closed before is warm-up.
  public var from: Timestamp
  /// The end that was asked for.
  public var to: Timestamp?

  public init(
    runID: String, profile: String, profileHash: String, exchange: String, symbols: [Symbol], timeframes: [Timeframe], from: Timestamp, to: Timestamp?
  ) {
    self.runID = runID
    self.profile = profile
    self.profileHash = profileHash
    self.exchange = exchange
    self.symbols = symbols
    self.timeframes = timeframes
    self.from = from
    self.to = to
  }

  public static let table = RecordTable(
    "run", "The frame of a stream: what was asked, and where evaluation begins. Each stage adds its version and configuration under its own name.",
    [
      Field("run_id", .name, "a hash of what was asked and of from"),
      Field("profile", .name, "name of the profile"),
      Field("profile_hash", .name, "hash of its effective values; a stage with another one ends with 78"),
      Field("exchange", .name, "where the candles come from"),
      Field("symbols", .array(.name, atLeast: 1), "all markets of the run, in stream order"),
      Field("timeframes", .array(.choice(Timeframe.allCases.map { "\($0.label)" }), atLeast: 1), "all timeframes of the run, longest first"),
      Field("from", .time, "evaluation begins here; what closed before is warm-up"),
      Field("to", .time, optional: true, "the end that was asked for"),
    ], rules: ["from ≤ to"])

  /// The object is left open for the stage to add its own key; `endObject` closes it.
  public func encodeOpen(into out: inout ByteBuffer) {
    out.beginObject()
    out.field("type", "run")
    out.field("run_id", runID)
    out.field("profile", profile)
    out.field("profile_hash", profileHash)
    out.field("exchange", exchange)
    out.key("symbols")
    out.beginArray()
    for symbol in symbols { out.value(symbol.text) }
    out.endArray()
    out.key("timeframes")
    out.beginArray()
    for timeframe in timeframes { out.value(timeframe.label) }
    out.endArray()
    out.field("from", from)
    out.field("to", to)
  }

  /// Refuses a `run` in which a name is none.
  public static func checkNames(_ run: Record) throws(StageError) {
    for (key, value) in run.object.members {
      for name in ["run_id", "profile", "profile_hash", "exchange"] as [StaticString] where key.equals(name) && value.kind == .string {
        try run.check(value, name)
      }
      if key.equals("symbols") { for item in value.elements { try run.check(item, "symbols") } }
      if key.equals("timeframes") {
        for item in value.elements where item.kind != .string || Timeframe(item.bytes) == nil {
          throw .data("wrong-type", "\"timeframes\" holds something that is none", offset: run.offset(of: item))
        }
      }
    }
  }

  /// Where evaluation begins, of a `run` record with the shared keys at their `StreamKey` places.
  public static func from(_ record: Record) throws(StageError) -> Timestamp {
    var times = TimeReader()
    return try times.time(record, StreamKey.from)
  }
}
