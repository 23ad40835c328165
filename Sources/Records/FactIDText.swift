import Market
import Structure
import Wire

// Ids as the stream spells them, without a string in between: `ob-4h-bull-20240103T080000Z`.

extension BytePen {
  /// A fact's id, without quotes.
  @inline(__always)
  mutating func put(_ id: FactID, _ days: inout DayText) {
    put(IDWords.shared.kinds[Int(id.kind.rawValue)])
    put(IDWords.shared.series[2 * Int(id.timeframe.rawValue) + Int(id.direction.rawValue)])
    if let scope = id.scope { put(scope == .inner, "internal-", "external-") }
    days.putCompact(id.at, &self)
  }

  @inline(__always)
  mutating func put(_ word: ShortWord) {
    let start = UnsafeMutableRawPointer(end)
    start.storeBytes(of: word.low, as: UInt64.self)
    start.storeBytes(of: word.high, toByteOffset: 8, as: UInt64.self)
    end += Int(word.high >> 56)
  }
}

/// At most 15 bytes in two words, first byte lowest, and in the last byte how many they are. Stored whole; what is too much is written over.
struct ShortWord: Sendable {
  private(set) var low: UInt64 = 0
  private(set) var high: UInt64 = 0

  init(_ parts: StaticString...) {
    var count: UInt64 = 0
    for part in parts {
      for byte in part.bytes {
        if count < 8 { low |= UInt64(byte) << (8 * count) } else { high |= UInt64(byte) << (8 * count - 64) }
        count += 1
      }
    }
    high = high & 0x00FF_FFFF_FFFF_FFFF | count << 56
  }
}

/// What ids begin with.
private struct IDWords: Sendable {
  /// By kind: `ob-`.
  let kinds: InlineArray<11, ShortWord>
  /// By timeframe and direction: `4h-bull-`.
  let series: InlineArray<30, ShortWord>

  static let shared = IDWords()

  private init() {
    kinds = InlineArray { ShortWord(FactID.Kind.allCases[$0].word, "-") }
    series = InlineArray { ShortWord(Timeframe.allCases[$0 / 2].label, "-", Direction.allCases[$0 % 2].word, "-") }
  }
}

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
  /// Reads the spelling of `text`; `nil` for any other. From the back: time, scope where there is one, direction, timeframe, kind.
  public init?(_ text: Bytes) {
    var rest = text
    guard let at = Timestamp(compactAtEndOf: &rest) else { return nil }
    let scope: Scope? = rest.drop("-internal") ? .inner : rest.drop("-external") ? .outer : nil
    let direction: Direction
    if rest.drop("-bull") { direction = .bull } else if rest.drop("-bear") { direction = .bear } else { return nil }
    guard let dash = rest.lastIndex(of: 0x2D), let timeframe = Timeframe(Bytes(rebasing: rest[(dash + 1)...])) else { return nil }
    guard let kind = Kind(Bytes(rebasing: rest[..<dash])) else { return nil }
    self.init(kind, timeframe, direction, scope: scope, at: at)
  }
}

extension FactID.Kind {
  fileprivate init?(_ word: Bytes) {
    switch word {
    case "ob": self = .orderBlock
    case "fvg": self = .fairValueGap
    case "break": self = .structuralBreak
    case "swing": self = .swing
    case "sweep": self = .sweep
    case "pool-equal": self = .equalPool
    case "pool-day": self = .dayPool
    case "pool-week": self = .weekPool
    case "pool-session": self = .sessionPool
    case "bpr": self = .balancedRange
    case "sequence": self = .sequence
    default: return nil
    }
  }
}

extension Bytes {
  /// Takes `word` off the back, if it stands there.
  fileprivate mutating func drop(_ word: StaticString) -> Bool {
    let length = word.utf8CodeUnitCount
    guard count >= length, Bytes(rebasing: self[(count - length)...]).equals(word) else { return false }
    self = Bytes(rebasing: self[..<(count - length)])
    return true
  }
}

extension Timestamp {
  /// Takes `-20240103T080000Z` off the back of `text`, with `.250` before the Z where there are milliseconds.
  fileprivate init?(compactAtEndOf text: inout Bytes) {
    let plain = text.count - 17
    guard plain >= 0, text[text.count - 1] == 0x5A else { return nil }
    let hasMilliseconds = text[text.count - 5] == 0x2E
    let dash = hasMilliseconds ? plain - 4 : plain
    guard dash >= 0, let start = text.baseAddress, text[dash] == 0x2D, text[dash + 9] == 0x54 else { return nil }
    // Both of eight bytes: the time with the T before it and the Z or point behind it, which count as zeros.
    guard let day = NumberReader.eightDigits(start + dash + 1), let clock = NumberReader.eightDigits(start + dash + 9, framed: true) else {
      return nil
    }
    let date = CalendarDay(year: day / 10_000, month: day / 100 % 100, day: day % 100)
    let (hour, minute, second) = (clock / 100_000, clock / 1000 % 100, clock / 10 % 100)
    var milliseconds = 0
    if hasMilliseconds {
      for place in 17..<20 {
        let digit = text[dash + place] &- 48
        guard digit <= 9 else { return nil }
        milliseconds = milliseconds * 10 + Int(digit)
      }
    }
    guard date.month >= 1, date.month <= 12, date.day >= 1, hour < 24, minute < 60, second < 60 else { return nil }
    // Only these days can be beyond their month.
    if date.day > 28, CalendarDay(dayNumber: date.dayNumber) != date { return nil }
    self = Timestamp(day: date) + Int64(((hour * 60 + minute) * 60 + second) * 1000 + milliseconds)
    text = Bytes(rebasing: text[..<dash])
  }
}
