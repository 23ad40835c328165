import Wire

extension LineWriter {
  /// Copies a candle as ss-fetch wrote it: cut before the first of the keys that stages have appended.
  mutating func copyBare(_ record: Record, without keys: [Int]) {
    guard let value = keys.filter({ record[$0].exists }).map({ record.offset(of: record[$0]) }).min() else { return copy(record.line) }
    var end = value
    // Back over the colon and the quoted key to the comma before it.
    var quotes = 0
    repeat {
      end -= 1
      if record.line[end] == 0x22 { quotes += 1 }
    } while end > 0 && !(quotes == 2 && record.line[end] == 0x2C)
    buffer.append(Bytes(rebasing: record.line[..<end]))
    buffer.endObject()
    endLine()
  }
}
