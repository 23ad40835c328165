import Market
import Structure
import Wire

// Ids as the stream spells them, without a string in between: `ob-4h-bull-20240103T080000Z`.

extension ByteBuffer {
  /// A fact's id, quoted.
  public mutating func value(_ id: FactID) {
    separate()
    append(0x22)
    append(id.kind.word)
    append(0x2D)
    append(id.timeframe.label)
    append(0x2D)
    append(id.direction.word)
    if let scope = id.scope {
      append(0x2D)
      append(scope.label)
    }
    append(0x2D)
    reserve(Timestamp.textCapacity)
    let end = end
    advance(to: end + id.at.write(to: end, dashes: false))
    append(0x22)
  }

  public mutating func field(_ name: StaticString, _ id: FactID) {
    key(name)
    value(id)
  }

  public mutating func field(_ name: StaticString, _ id: FactID?) {
    if let id { field(name, id) }
  }
}

extension FactID {
  /// Reads the spelling of `text`; `nil` for any other.
  public init?(_ text: Bytes) {
    var rest = text[...]
    guard let kind = Kind.allCases.first(where: { rest.drop($0.word) }) else { return nil }
    guard rest.drop("-"), let dash = rest.firstIndex(of: 0x2D), let timeframe = Timeframe(rest[..<dash]) else { return nil }
    rest = rest[(dash + 1)...]
    guard let direction = Direction.allCases.first(where: { rest.drop($0.word) }), rest.drop("-") else { return nil }
    let scope = Scope.allCases.first { rest.drop($0.label) }
    if scope != nil, !rest.drop("-") { return nil }
    guard let at = Timestamp(compact: Bytes(rebasing: rest)) else { return nil }
    self.init(kind, timeframe, direction, scope: scope, at: at)
  }
}

extension Slice<Bytes> {
  /// Takes `word` off the front, if it stands there.
  fileprivate mutating func drop(_ word: StaticString) -> Bool {
    let length = word.utf8CodeUnitCount
    guard count >= length, Bytes(rebasing: self.prefix(length)).equals(word) else { return false }
    self = dropFirst(length)
    return true
  }
}

extension Timestamp {
  /// Reads `20240103T080000Z`, with `.250` before the Z where there are milliseconds.
  fileprivate init?(compact text: Bytes) {
    guard text.count == 16 || text.count == 20, text[8] == 0x54, text[text.count - 1] == 0x5A else { return nil }
    var digits: [Int64] = [0, 0, 0, 0, 0, 0, 0]
    for (field, range) in [0..<4, 4..<6, 6..<8, 9..<11, 11..<13, 13..<15, 16..<19].enumerated() where range.upperBound < text.count {
      for i in range {
        guard text[i] >= 48, text[i] <= 57 else { return nil }
        digits[field] = digits[field] * 10 + Int64(text[i] - 48)
      }
    }
    let date = CalendarDay(year: Int(digits[0]), month: Int(digits[1]), day: Int(digits[2]))
    guard date.month >= 1, date.month <= 12, CalendarDay(dayNumber: date.dayNumber) == date, digits[3] < 24, digits[4] < 60, digits[5] < 60 else {
      return nil
    }
    self = Timestamp(day: date) + ((digits[3] * 60 + digits[4]) * 60 + digits[5]) * 1000 + digits[6]
  }
}
