import Glibc
import Wire

/// What `--stats` prints. The one place of a filter that reads a clock, and only for this.
struct Statistics {
  private let started = Statistics.now()
  var linesRead = 0
  var bytesRead = 0
  var badLines = 0

  static func now() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }

  func text(asJSON: Bool, linesWritten: Int, bytesWritten: Int) -> String {
    let seconds = max(Statistics.now() - started, 1e-9)
    let rate = (Double(max(linesRead, linesWritten)) / seconds).rounded()
    var out = ByteBuffer()
    guard asJSON else {
      out.append("\(linesRead) records in (\(bytesRead) bytes), \(linesWritten) out (\(bytesWritten) bytes), \(badLines) bad, ")
      out.append(number: seconds)
      out.append(" s, ")
      out.append(number: rate)
      out.append(" records/s")
      return out.text
    }
    out.beginObject()
    out.field("records_in", linesRead)
    out.field("bytes_in", bytesRead)
    out.field("records_out", linesWritten)
    out.field("bytes_out", bytesWritten)
    out.field("bad_records", badLines)
    out.field("seconds", seconds)
    out.field("records_per_second", rate)
    out.endObject()
    return out.text
  }
}
