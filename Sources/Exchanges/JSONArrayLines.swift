/// One JSON array of arrays, as ccxt and freqtrade write candles, handed out one inner array at a time: `1704067200000,1,2,1,2,5`.
/// The document may stand on one line or on many.
public final class JSONArrayLines: LineSource {
  private static let longestRow = 65_536
  private let source: any LineSource
  private var line = UnsafeBufferPointer<UInt8>(start: nil, count: 0)
  private var index = 0
  /// Bytes of the same line in earlier pieces.
  private var passed = 0
  /// How many arrays are open: 0 before and after the document, 1 between rows, 2 inside one.
  private var depth = 0
  private var isOver = false
  private var row: [UInt8] = []
  private var readable: UnsafeMutableBufferPointer<UInt8>

  public init(_ source: any LineSource) {
    self.source = source
    readable = .allocate(capacity: 256)
  }

  deinit { readable.deallocate() }

  public func next() throws -> UnsafeBufferPointer<UInt8>? {
    row.removeAll(keepingCapacity: true)
    while true {
      while index < line.count {
        let byte = line[index]
        index += 1
        if try take(byte) { return handOut() }
      }
      guard let next = try source.next() else {
        if depth > 0 || !isOver { throw RowFault(.badJSON, "the document ends inside its array") }
        return nil
      }
      passed = source.continuesLine ? passed + line.count : 0
      line = next
      index = 0
    }
  }

  /// - Returns: whether the byte ends a row.
  private func take(_ byte: UInt8) throws(RowFault) -> Bool {
    switch byte {
    case 0x20, 0x09, 0x0D: return false
    case 0x5B where depth < 2 && !isOver: depth += 1
    case 0x5D where depth == 2 && !row.isEmpty:
      depth = 1
      return true
    case 0x5D where depth == 1:
      depth = 0
      isOver = true
    case 0x2C where depth == 1: return false
    case _ where depth == 2 && row.count < JSONArrayLines.longestRow: row.append(byte)
    case _ where depth == 2: throw RowFault(.badJSON, "a row is longer than \(JSONArrayLines.longestRow) bytes", column: passed + index)
    default: throw RowFault(.badJSON, "an array of arrays was expected, not '\(Unicode.Scalar(byte))'", column: passed + index)
    }
    return false
  }

  private func handOut() -> UnsafeBufferPointer<UInt8> {
    if readable.count < row.count {
      readable.deallocate()
      readable = .allocate(capacity: row.count * 2)
    }
    for (place, byte) in row.enumerated() { readable[place] = byte }
    return UnsafeBufferPointer(rebasing: UnsafeBufferPointer(readable)[..<row.count])
  }
}
