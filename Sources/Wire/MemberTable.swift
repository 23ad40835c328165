/// Reads objects of one known shape in text that a scanner has validated: the values of the wanted keys, by place in their list. Objects written in
/// the order of the list, as this project's encoders write them, are read without searching, each byte once.
public final class MemberTable {
  public let keys: [StaticString]
  @usableFromInline let count: Int
  @usableFromInline let slots: UnsafeMutablePointer<JSONValue>
  @usableFromInline let expected: UnsafeMutablePointer<ExpectedKey>

  public init(_ keys: [StaticString]) {
    self.keys = keys
    count = keys.count
    slots = .allocate(capacity: count)
    slots.initialize(repeating: JSONValue(start: ("" as StaticString).utf8Start, length: 0, kind: .missing), count: count)
    expected = .allocate(capacity: count)
    for (i, key) in keys.enumerated() {
      var text: [UInt8] = [0x22] + key.bytes + [0x22, 0x3A]
      let length = text.count
      text += Array(repeating: 0, count: max(0, ExpectedKey.longest - length))
      let place = text.withUnsafeBufferPointer { bytes in
        length <= ExpectedKey.longest ? bytes.baseAddress.map { ExpectedKey($0, length: length, index: i) } : nil
      }
      (expected + i).initialize(to: place ?? ExpectedKey())
    }
  }

  deinit {
    slots.deallocate()
    expected.deallocate()
  }

  /// Of the object last read. Its kind is `.missing` where there was none; of a repeated key the last counts.
  @inlinable @inline(__always)
  public subscript(place: Int) -> JSONValue { slots[place] }

  /// Forgets what was read.
  public func clear() { for i in 0..<count { slots[i].kind = .missing } }

  /// Reads the object that opens at `start`; returns what is behind it.
  @usableFromInline
  func read(_ start: BytePointer) -> BytePointer {
    clear()
    var p = start + 1
    if p[0] <= 0x20 { skipSpace(&p) }
    if p[0] == 0x7D { return p + 1 }
    var next = 0
    while true {
      var place = next
      while place < count, !expected[place].matches(p) { place &+= 1 }
      if place < count {
        p += Int(expected[place].length)
        if p[0] <= 0x20 { skipSpace(&p) }
      } else {
        place = search(&p)
      }
      if place >= 0 {
        slots[place] = takeValue(&p)
        next = place &+ 1
      } else {
        _ = takeValue(&p)
      }
      if p[0] <= 0x20 { skipSpace(&p) }
      // Valid text: what is no comma closes the object.
      guard p[0] == 0x2C else { return p + 1 }
      p += 1
      if p[0] <= 0x20 { skipSpace(&p) }
    }
  }

  /// Reads the key at `p` in full, and moves behind its colon. −1 where nobody wants it.
  @inline(never)
  private func search(_ p: inout BytePointer) -> Int {
    var escaped = false
    let start = p + 1
    let end = skipString(start, &escaped) ?? start
    let key = JSONValue(start: start, length: end - start, kind: .string, escaped: escaped)
    p = end + 1
    skipSpace(&p)
    p += 1
    skipSpace(&p)
    return keys.firstIndex { key.equals($0) } ?? -1
  }
}

extension ArrayElements {
  /// The next element, read into `table` when it is an object; the table is empty after anything else.
  public mutating func next(into table: MemberTable) -> JSONValue? {
    guard open else { return nil }
    let start = p
    let value: JSONValue
    if p[0] == 0x7B {
      p = table.read(p)
      value = JSONValue(start: start, length: p - start, kind: .object)
    } else {
      table.clear()
      value = takeValue(&p)
    }
    skipSpace(&p)
    open = p[0] == 0x2C
    p += 1
    skipSpace(&p)
    return value
  }
}

extension JSONValue {
  /// Reads this object into `table`; false, and the table empty, when it is none.
  public func read(into table: MemberTable) -> Bool {
    guard kind == .object else {
      table.clear()
      return false
    }
    _ = table.read(start)
    return true
  }
}
