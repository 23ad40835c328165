import Wire

/// The first field in which two lines differ.
struct Difference {
  /// `smc.order_blocks[0].touches`; empty when the lines differ as text only.
  var path: String
  /// As they stand in the lines, cut when long; `nil` where a line has no such field.
  var first: String?
  var second: String?

  /// - Returns: `nil` for lines that say the same, whatever their spacing.
  init?(_ first: Bytes, _ second: Bytes, _ reader: inout RecordReader) {
    if first.equals(second) { return nil }
    let (isFirst, isSecond) = (reader.scanner.scan(first), reader.scanner.scan(second))
    guard isFirst, isSecond, let a = Difference.whole(first), let b = Difference.whole(second) else {
      let common = zip(first, second).prefix { $0 == $1 }.count
      self.init(
        path: "", first: first.isEmpty ? nil : Difference.shown(first, from: common),
        second: second.isEmpty ? nil : Difference.shown(second, from: common))
      return
    }
    guard let found = Difference.between(a, b, at: "") else { return nil }
    self = found
  }

  init(path: String, first: String?, second: String?) {
    self.path = path
    self.first = first
    self.second = second
  }

  /// The object that a scanned line is.
  static func whole(_ line: Bytes) -> JSONValue? {
    guard let open = line.firstIndex(of: 0x7B), let start = line.baseAddress else { return nil }
    return JSONValue(start: start + open, length: line.count - open, kind: .object)
  }

  private static func between(_ a: JSONValue, _ b: JSONValue, at path: String) -> Difference? {
    if a.bytes.equals(b.bytes) { return nil }
    if a.kind == .object, b.kind == .object {
      for (key, value) in a.members {
        let below = path.isEmpty ? key.text : "\(path).\(key.text)"
        guard let other = b.members.first(where: { $0.key.equals(key) })?.value else {
          return Difference(path: below, first: shown(value.bytes), second: nil)
        }
        if let found = between(value, other, at: below) { return found }
      }
      for (key, value) in b.members where !a.members.contains(where: { $0.key.equals(key) }) {
        return Difference(path: path.isEmpty ? key.text : "\(path).\(key.text)", first: nil, second: shown(value.bytes))
      }
      return nil
    }
    if a.kind == .array, b.kind == .array {
      var (left, right) = (a.elements, b.elements)
      var index = 0
      while true {
        let below = "\(path)[\(index)]"
        switch (left.next(), right.next()) {
        case (nil, nil): return nil
        case (let value?, nil): return Difference(path: below, first: shown(value.bytes), second: nil)
        case (nil, let value?): return Difference(path: below, first: nil, second: shown(value.bytes))
        case (let x?, let y?): if let found = between(x, y, at: below) { return found }
        }
        index += 1
      }
    }
    return Difference(path: path, first: shown(a.bytes), second: shown(b.bytes))
  }

  private static func shown(_ bytes: Bytes, from start: Int = 0) -> String {
    let rest = Bytes(rebasing: bytes[min(start, bytes.count)...])
    return rest.count <= 60 ? rest.text : Bytes(rebasing: rest[..<57]).text + "..."
  }

  /// `"next_close" is 105.2 HERE, and absent THERE`.
  func text(_ here: String, _ there: String) -> String {
    let what = path.isEmpty ? "the line" : "\"\(path)\""
    return "\(what) is \(first ?? "absent") \(here), and \(second ?? "absent") \(there)"
  }
}
