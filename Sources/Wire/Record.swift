/// A validated line and the values of its wanted keys. Borrowed: valid until the next line is scanned.
@frozen
public struct Record {
  /// As it came.
  public let line: Bytes
  /// Bytes before the final brace: where a stage splices.
  public let body: Int
  @usableFromInline let values: UnsafePointer<JSONValue>
  @usableFromInline let names: UnsafePointer<StaticString>

  @inlinable init(line: Bytes, body: Int, values: UnsafePointer<JSONValue>, names: UnsafePointer<StaticString>) {
    self.line = line
    self.body = body
    self.values = values
    self.names = names
  }

  /// The value of the wanted key at `index`; its kind is `.missing` where the line has none.
  @inlinable @inline(__always)
  public subscript(index: Int) -> JSONValue { values[index] }

  @inlinable public func name(_ index: Int) -> StaticString { names[index] }

  /// The line as its values were read: without escapes that need not be.
  public var plain: Bytes { values[-1].exists ? values[-1].bytes : line }

  /// The whole line as an object.
  public var object: JSONValue {
    let plain = plain
    guard let open = plain.firstIndex(of: 0x7B), let start = plain.baseAddress else { return values[-1] }
    return JSONValue(start: start + open, length: plain.count - open, kind: .object)
  }

  /// Bytes of the line before `value`.
  @inlinable public func offset(of value: JSONValue) -> Int {
    guard value.exists, let start = line.baseAddress else { return 0 }
    return values[-1].exists ? PlainSpelling.offset(in: line, of: value.start - values[-1].start) : value.start - start
  }
}
