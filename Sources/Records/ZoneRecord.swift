import Confluence
import Market
import Stage
import Structure
import Wire

/// `zone`: a block or gap when it first carries its side of an evaluation, whether or not anything comes of it. `ss-score --shadow` writes it;
/// ss-report judges factors by all of them.
public enum ZoneRecord {
  public static let table = RecordTable(
    "zone", "A block or gap when it first carries its side of an evaluation, whether or not anything comes of it.",
    [
      Field("exchange", .name, "where it trades"),
      Field("symbol", .name, "as in setup"),
      Field("as_of", .time, "the close at which it was evaluated"),
      Field("direction", .choice(["LONG", "SHORT"]), mirror: .swap, "its side"),
      Field("id", .fact, mirror: .swap, "id of the block or gap"),
      Field("near", .price, unit: "quote", mirror: .reflect, "the edge that price meets first"),
      Field("atr", .amount, unit: "quote", "of the planning timeframe"),
      Field("total_score", .number, unit: "0…100", "of the side"),
      Field("passed", .boolean, optional: true, "whether the side passed every gate; absent of the side not taken"),
      Field("factors", .map(.number), unit: "0…1", "score of each factor that had data"),
    ])

  /// Of a side that a zone carries; of any other nothing.
  public static func encode(_ side: Side, of setup: Setup, into out: inout ByteBuffer) {
    guard let zone = side.zone, let anchor = side.anchor else { return }
    out.beginObject()
    out.field("type", "zone")
    out.field("exchange", setup.exchange)
    out.field("symbol", setup.symbol)
    out.field("as_of", setup.asOf)
    out.field("direction", side.direction.trade)
    out.field("id", zone.text)
    out.field("near", anchor.near)
    out.field("atr", anchor.atr)
    out.field("total_score", side.totalScore)
    if let isReady = side.isReady { out.field("passed", isReady) }
    out.key("factors")
    out.beginObject()
    for factor in side.factors where factor.hasData {
      out.key(factor.name)
      out.value(factor.score)
    }
    out.endObject()
    out.endObject()
  }
}
