import Evidence
import Market
import Quoting
import Wire

/// A report as one HTML page: the record and some charts as data, and the script that draws them. Nothing is fetched.
public enum ReportPage {
  public static func write(_ report: BacktestReport, charts: [TradeChart], into out: inout ByteBuffer) {
    out.append(ReportPageTemplate.head)
    var data = ByteBuffer()
    ReportRecord.encode(report, into: &data)
    out.append(Quoting.script(json: data.text))
    out.append("</script>\n<script type=\"application/json\" id=\"charts\">" as StaticString)
    data.truncate(to: 0)
    encode(charts, into: &data)
    out.append(Quoting.script(json: data.text))
    out.append(ReportPageTemplate.tail)
  }

  private static func encode(_ charts: [TradeChart], into out: inout ByteBuffer) {
    out.beginArray()
    for chart in charts {
      out.beginObject()
      out.field("plan_id", chart.planID)
      out.field("symbol", chart.symbol)
      out.field("placed", chart.placed)
      out.field("filled", chart.filled)
      out.field("closed", chart.closed)
      out.field("entry", chart.entry)
      out.field("stop", chart.stop)
      out.key("targets")
      out.beginArray()
      for level in chart.targets { out.value(level) }
      out.endArray()
      out.field("from", chart.candles.first.map(\.openTime))
      out.field("to", chart.candles.last.map(\.closeTime))
      out.key("candles")
      out.beginArray()
      for candle in chart.candles {
        out.beginArray()
        for price in [candle.open, candle.high, candle.low, candle.close] { out.value(price) }
        out.endArray()
      }
      out.endArray()
      out.endObject()
    }
    out.endArray()
  }
}
