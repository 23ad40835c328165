import Risk
import Wire

/// Lines held back, in order, until the instant they belong to is over; some of them wait for a decision that is spliced in.
struct HeldLines: ~Copyable {
  private struct Line {
    var start: Int
    /// Before the final brace, and behind it.
    var body: Int
    var end: Int
    var waits: Bool
  }
  /// New lines may be written here as well; `close()` makes them held.
  var buffer = ByteBuffer()
  private var lines: [Line] = []
  private(set) var requests: [RiskRequest] = []

  var isEmpty: Bool { lines.isEmpty }

  mutating func hold(_ record: Record, for request: RiskRequest? = nil) {
    let start = buffer.count
    buffer.append(record.line)
    lines.append(Line(start: start, body: start + record.body, end: buffer.count, waits: request != nil))
    // What is written next begins a line of its own.
    buffer.append(0x0A)
    if let request { requests.append(request) }
  }

  /// Holds what was written to `buffer` since `start` as a line of its own.
  mutating func close(from start: Int) {
    lines.append(Line(start: start, body: buffer.count, end: buffer.count, waits: false))
    buffer.append(0x0A)
  }

  /// Passes everything on. `decide` splices a key and its value into the line of the request with that number.
  mutating func release(into output: inout LineWriter, decide: (Int, inout ByteBuffer) -> Void) {
    var request = 0
    for line in lines {
      if line.waits {
        output.buffer.append(Bytes(start: buffer.start + line.start, count: line.body - line.start))
        decide(request, &output.buffer)
        output.endSplice()
        request += 1
      } else {
        output.copy(Bytes(start: buffer.start + line.start, count: line.end - line.start))
      }
    }
    lines.removeAll(keepingCapacity: true)
    requests.removeAll(keepingCapacity: true)
    buffer.truncate(to: 0)
  }
}
