import Wire

/// Runs `body` on `text` as the line reader would hand it out: a newline and 64 readable bytes behind it.
func withLine<R>(_ text: [UInt8], _ body: (Bytes) throws -> R) rethrows -> R {
  let buffer = UnsafeMutablePointer<UInt8>.allocate(capacity: text.count + 1 + LineReader.spare)
  defer { buffer.deallocate() }
  buffer.initialize(repeating: 0xAA, count: text.count + 1 + LineReader.spare)
  for (i, byte) in text.enumerated() { buffer[i] = byte }
  buffer[text.count] = 0x0A
  return try body(Bytes(start: buffer, count: text.count))
}

func withLine<R>(_ text: String, _ body: (Bytes) throws -> R) rethrows -> R { try withLine(Array(text.utf8), body) }
