/// The one rule for what tells things apart in a stream: exchanges, profiles, symbols, timeframes, runs and plans have
/// names; setups, facts and trades have ids that are joined from names.
///
/// Both hold letters (Unicode categories Lu, Ll, Lt, Lm, Lo) and decimal digits (Nd) of any script, and `/ : - _ .`.
/// Everything else is refused: what cannot be seen, what changes its neighbours (marks, joiners, direction), spaces,
/// quotes, and numbers that are no digits (No and Nl, such as ² and Ⅷ). So are letters that Unicode spells in another
/// way as well: names that are equal have equal bytes.
///
/// A name may be `..` or begin with a dash. It never becomes a path or an option: `FileName` makes the names of files.
public enum Identity: Sendable {
  case name, id

  /// In Unicode scalars. The longest id is a setup's: three names, a side, a fact's id (at most 46), and four colons.
  public var limit: Int { self == .name ? 64 : 256 }

  public enum Fault: Equatable, Sendable {
    case empty
    case tooLong
    case notUTF8
    case scalar(Unicode.Scalar)

    /// What follows the key in a sentence: `is empty`.
    public func text(_ kind: Identity) -> String {
      switch self {
      case .empty: "is empty"
      case .tooLong: "has more than \(kind.limit) characters"
      case .notUTF8: "is not UTF-8"
      case .scalar(let scalar): "holds U+" + Identity.hexadecimal(scalar)
      }
    }
  }

  /// What is wrong with a text that was read; `nil` where it is a name (an id).
  public func fault(in bytes: UnsafeBufferPointer<UInt8>) -> Fault? {
    if bytes.isEmpty { return .empty }
    for byte in bytes where !Identity.isPlain(byte) { return careful(bytes) }
    return bytes.count > limit ? .tooLong : nil
  }

  public func fault(in text: String) -> Fault? {
    var text = text
    return text.withUTF8 { fault(in: $0) }
  }

  /// What may stand in a name, for people.
  public var rule: String { "1 to \(limit) letters and digits of any script and / : - _ ." }

  /// An ASCII letter or digit, or one of `/:-_.`: a bit each, of the byte's low six bits.
  @inline(__always)
  private static func isPlain(_ byte: UInt8) -> Bool {
    let bits: UInt64 = byte < 0x40 ? 0x07FF_E000_0000_0000 : 0x07FF_FFFE_87FF_FFFE
    return byte < 0x80 && bits &>> UInt64(byte & 0x3F) & 1 == 1
  }

  private func careful(_ bytes: UnsafeBufferPointer<UInt8>) -> Fault? {
    var decoder = UTF8()
    var iterator = bytes.makeIterator()
    var count = 0
    while true {
      switch decoder.decode(&iterator) {
      case .emptyInput: return count > limit ? .tooLong : nil
      case .error: return .notUTF8
      case .scalarValue(let scalar):
        guard scalar.isASCII ? Identity.isPlain(UInt8(scalar.value)) : Identity.isLetterOrDigit(scalar) else {
          return .scalar(scalar)
        }
        count += 1
      }
    }
  }

  /// A letter or decimal digit that shows, stands by itself, and has one spelling.
  public static func isLetterOrDigit(_ scalar: Unicode.Scalar) -> Bool {
    let properties = scalar.properties
    switch properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .decimalNumber: break
    default: return false
    }
    switch scalar.value {
    // Hangul vowels and final consonants, which join with the letter before.
    case 0x1160...0x11FF, 0xD7B0...0xD7FF: return false
    default: return !properties.isDefaultIgnorableCodePoint && !properties.isFullCompositionExclusion
    }
  }

  private static func hexadecimal(_ scalar: Unicode.Scalar) -> String {
    let digits = String(scalar.value, radix: 16, uppercase: true)
    return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
  }
}
