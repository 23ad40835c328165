/// A validated line and the values of its wanted keys. Borrowed: valid until the next line is scanned.
@frozen
public struct Record {
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

  /// The whole line as an object.
  public var object: JSONValue {
    var start = line.baseAddress ?? values[0].start
    skipSpace(&start)
    return JSONValue(start: start, length: line.count, kind: .object)
  }

  /// Bytes of the line before `value`.
  @inlinable public func offset(of value: JSONValue) -> Int {
    guard value.exists, let start = line.baseAddress else { return 0 }
    return value.start - start
  }
}
