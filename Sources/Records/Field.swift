import Market

/// One key of a record: what the schema says of it, the encoder is held to, and readers and ss-check demand.
public struct Field: Sendable {
  public indirect enum Kind: Sendable {
    /// A string with so many Unicode scalars.
    case characters(ClosedRange<Int>)
    case numeric(Limits)
    /// What tells exchanges, profiles, markets, runs and plans apart, and what is joined from such names: see `Identity`.
    case identity(Identity)
    case boolean
    /// A string, a number, `true` or `false`.
    case scalar
    /// `true`: what is not so is an absent key.
    case yes
    /// The id of a fact of structure: `ob-4h-bull-20240103T080000Z`.
    case fact
    /// ISO-8601 UTC.
    case time
    case choice([String])
    case object([Field], rules: [Rule] = [])
    case array(Kind, atLeast: Int = 0, atMost: Int = .max)
    /// A list of so many elements, each of its own kind.
    case tuple([Kind])
    /// An object with keys of its own making, each of one kind, and values of one kind.
    case map(Kind, keys: Kind = .text)
    /// An object whose other fields are told by the word in one of them.
    case variant(by: String, [Variant])
    /// Whatever JSON another tool put there.
    case any
  }

  /// What an object holds besides, when it says `word`.
  public struct Variant: Sendable {
    public var word: String
    public var fields: [Field]
    public var rules: [Rule]

    public init(_ word: String, _ fields: [Field], rules: [Rule] = []) {
      self.word = word
      self.fields = fields
      self.rules = rules
    }
  }

  public var key: String
  public var kind: Kind
  public var isRequired: Bool
  /// `USDT`, `ATR`, `0…1`: what the number counts. A unit that is a range is a limit as well.
  public var unit: String?
  public var about: String
  /// What mirroring the market does to the value; see `Mirror`.
  public var mirror: Mirror

  public init(
    _ key: String, _ kind: Kind, optional: Bool = false, unit: String? = nil, mirror: Mirror = .keep, _ about: String
  ) {
    self.key = key
    self.kind = unit.flatMap { Limits.ofUnit[$0] }.map { kind.limited(to: $0) } ?? kind
    isRequired = !optional
    self.unit = unit
    self.about = about
    self.mirror = mirror
  }
}

/// What a value becomes when every price p turns into C − p. Where a table has both sides of a pair (`high` and `low`, `plus_di` and `minus_di`,
/// `swing_high` and `swing_low`), a value goes to the other side's key as well.
public enum Mirror: String, Sendable {
  /// The same: sizes in ATR, counts, times.
  case keep
  /// C − p: prices.
  case reflect
  /// −x: signed differences.
  case negate
  /// 1 − x, or 100 − x for indices out of 100: positions and oscillators.
  case complement
  /// The other side's word or key.
  case swap
  /// C − p, once it has found its side: it begins on one, whichever way the market goes.
  case settle
  /// Not told by that of the price: a fraction of the price, which C − p does not mirror.
  case relative

  /// Whether the value is a price.
  public var isPrice: Bool { self == .reflect || self == .settle }
}

/// A record type: its table of fields, from which schema, documentation and checks come.
public struct RecordTable: Sendable {
  /// `candle`, `setup`…; for what a stage appends, the key (`smc`).
  public var type: String
  /// The record type whose key this is, when it is no record by itself.
  public var appendedTo: String?
  public var about: String
  public var fields: [Field]
  /// What the record says of several of its fields.
  public var rules: [Rule]

  public init(_ type: String, appendedTo: String? = nil, _ about: String, _ fields: [Field], rules: [Rule] = []) {
    self.type = type
    self.appendedTo = appendedTo
    self.about = about
    self.fields = fields
    self.rules = rules
  }
}
