import Wire

extension Record {
  /// A candle as ss-fetch wrote it, but for its final brace: cut before the first of the keys that stages have appended.
  func bare(without keys: [Int]) -> Bytes {
    guard let value = keys.filter({ self[$0].exists }).map({ offset(of: self[$0]) }).min() else { return Bytes(start: line.baseAddress, count: body) }
    var end = value
    // Back over the colon and the quoted key to the comma before it.
    var quotes = 0
    repeat {
      end -= 1
      if line[end] == 0x22 { quotes += 1 }
    } while end > 0 && !(quotes == 2 && line[end] == 0x2C)
    return Bytes(rebasing: line[..<end])
  }
}
