import Glibc

/// Takes secrets out of text that a server, a program or curl wrote, however they are spelled there: in capitals or small letters, percent-encoded,
/// with the escapes of JSON, HTML or Markdown, several of these one upon the other, and inside of text in base 64 or hexadecimal digits.
struct Scrubber {
  /// What is looked for, folded: each secret, its parts, and their spellings that no decoding undoes.
  private var needles: [[UInt8]] = []

  /// What is shorter is no secret; a text may hold it by chance.
  private static let shortest = 6
  private static let shortestPart = 8
  /// Longer texts are not looked through: they are left out as a whole.
  private static let longestText = 64 << 10
  /// Bytes of a text that are kept.
  private static let mostKept = 1000
  /// How often an escape may be escaped.
  private static let depth = 4
  private static let longestEscape = 8
  /// Words of the messengers' own addresses.
  private static let common = ["webhooks", "services"]

  /// A secret that is to appear nowhere, neither whole nor in parts: of a token, what stands behind its colon; of an address, all but scheme and host.
  mutating func add(_ secret: String) {
    var words: [Substring] = [Substring(secret)]
    if let address = WebAddress(secret) {
      let target = address.target[...]
      words =
        [target, target.drop { $0 == "/" }] + Scrubber.parts(address.target) + (address.user.map { [Substring($0)] + Scrubber.parts($0) } ?? [])
    } else {
      words += Scrubber.parts(secret)
    }
    for word in words where word.utf8.count >= Scrubber.shortest {
      // A secret that is itself escaped may come back without its escapes.
      for layer in Layer.all(of: Array(word.utf8), depth: Scrubber.depth) where layer.bytes.count >= Scrubber.shortest {
        for needle in [layer.bytes, Scrubber.hexadecimal(layer.bytes)] + (0..<3).map({ Scrubber.base64(layer.bytes, behind: $0) }) {
          let folded = needle.map(Scrubber.folded)
          if folded.count >= Scrubber.shortest, !needles.contains(folded) { needles.append(folded) }
        }
      }
    }
  }

  private static func parts(_ text: String) -> [Substring] {
    text.split { ":/?&=#@".contains($0) }.filter { $0.utf8.count >= shortestPart && !common.contains(String($0)) }
  }

  /// The text with `***` wherever a secret stood, cut to a length that a line has room for.
  func scrubbed(_ text: String) -> String {
    let bytes = Array(text.utf8)
    if bytes.count > Scrubber.longestText { return "(a text of \(bytes.count) bytes)" }
    var isSecret = [Bool](repeating: false, count: bytes.count)
    for layer in Layer.all(of: bytes, depth: Scrubber.depth) {
      let folded = layer.bytes.map(Scrubber.folded)
      for needle in needles {
        for start in Scrubber.places(of: needle, in: folded) {
          for place in layer.starts[start]..<layer.ends[start + needle.count - 1] { isSecret[place] = true }
        }
        if let start = Scrubber.beginning(of: needle, at: folded, in: layer, of: bytes) {
          for place in layer.starts[start]..<bytes.count { isSecret[place] = true }
        }
      }
    }
    var out: [UInt8] = []
    for place in bytes.indices {
      if out.count >= Scrubber.mostKept, bytes[place] & 0xC0 != 0x80 { break }
      if !isSecret[place] {
        out.append(bytes[place])
      } else if place == 0 || !isSecret[place - 1] {
        out += [0x2A, 0x2A, 0x2A]
      }
    }
    return String(decoding: out, as: UTF8.self)
  }

  private static func places(of needle: [UInt8], in text: [UInt8]) -> [Int] {
    guard needle.count <= text.count else { return [] }
    return text.withUnsafeBytes { text in
      (0...(text.count - needle.count)).filter { text[$0] == needle[0] && memcmp(text.baseAddress! + $0, needle, needle.count) == 0 }
    }
  }

  /// Where a text that was cut in the middle of a secret begins with it; the last escape may be cut as well.
  private static func beginning(of needle: [UInt8], at folded: [UInt8], in layer: Layer, of text: [UInt8]) -> Int? {
    for end in stride(from: folded.count, through: shortest, by: -1) {
      let cut = text[layer.ends[end - 1]...]
      if cut.count > longestEscape { return nil }
      if let first = cut.first, !"%\\&".utf8.contains(first) { continue }
      for count in stride(from: min(needle.count - 1, end), through: shortest, by: -1)
      where memcmp(Array(folded[(end - count)..<end]), needle, count) == 0 {
        return end - count
      }
    }
    return nil
  }

  // MARK: Spellings

  /// Letters are compared without their case, and the two alphabets of base 64 as one.
  private static func folded(_ byte: UInt8) -> UInt8 {
    switch byte {
    case 0x41...0x5A: byte | 0x20
    case 0x2D: 0x2B
    case 0x5F: 0x2F
    default: byte
    }
  }

  private static func hexadecimal(_ bytes: [UInt8]) -> [UInt8] {
    let digits = Array("0123456789abcdef".utf8)
    return bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
  }

  /// The characters of base 64 that these bytes alone decide where they stand behind so many others of their group.
  private static func base64(_ bytes: [UInt8], behind others: Int) -> [UInt8] {
    let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    let all = [UInt8](repeating: 0, count: others) + bytes
    return stride(from: (others * 8 + 5) / 6 * 6, through: all.count * 8 - 6, by: 6).map { bit in
      let pair = UInt16(all[bit / 8]) << 8 | (bit / 8 + 1 < all.count ? UInt16(all[bit / 8 + 1]) : 0)
      return digits[Int(pair >> UInt16(10 - bit % 8)) & 63]
    }
  }
}

/// Text with some escapes undone, and where each of its bytes came from.
private struct Layer {
  var bytes: [UInt8]
  var starts: [Int]
  var ends: [Int]

  /// The text itself, and what is left of it as escapes are undone, again and again.
  static func all(of text: [UInt8], depth: Int) -> [Layer] {
    var layers = [Layer(bytes: text, starts: Array(text.indices), ends: text.indices.map { $0 + 1 })]
    while layers.count <= depth, let next = layers[layers.count - 1].decoded { layers.append(next) }
    return layers
  }

  /// With one layer of escapes undone, and without the ends of lines, which base 64 is broken by; `nil` when there is nothing to undo.
  private var decoded: Layer? {
    var next = Layer(bytes: [], starts: [], ends: [])
    var place = 0
    while place < bytes.count {
      let (byte, length) = escape(at: place) ?? (bytes[place], 1)
      if byte != 0x0A, byte != 0x0D {
        next.bytes.append(byte)
        next.starts.append(starts[place])
        next.ends.append(ends[place + length - 1])
      }
      place += length
    }
    return next.bytes.count < bytes.count ? next : nil
  }

  /// The byte that an escape stands for, and its length.
  private func escape(at place: Int) -> (UInt8, Int)? {
    switch bytes[place] {
    case 0x25: return number(at: place + 1, digits: 2, radix: 16).map { ($0, 3) }
    case 0x5C:
      guard place + 1 < bytes.count else { return nil }
      switch bytes[place + 1] {
      case 0x75: return number(at: place + 2, digits: 4, radix: 16).map { ($0, 6) }
      case 0x78: return number(at: place + 2, digits: 2, radix: 16).map { ($0, 4) }
      case 0x6E, 0x72: return (0x0A, 2)
      case 0x21...0x2F, 0x3A...0x40, 0x5B...0x60, 0x7B...0x7E: return (bytes[place + 1], 2)
      default: return nil
      }
    case 0x26: return entity(at: place)
    default: return nil
    }
  }

  /// `&#58;`, `&#x3a;`, `&colon;`, with or without the semicolon.
  private func entity(at place: Int) -> (UInt8, Int)? {
    var end = place + 1
    while end < bytes.count, end < place + 12, isWordByte(bytes[end]) || (end == place + 1 && bytes[end] == 0x23) { end += 1 }
    let name = bytes[(place + 1)..<end]
    let length = end - place + (end < bytes.count && bytes[end] == 0x3B ? 1 : 0)
    if name.first == 0x23 {
      let isHex = name.count > 1 && name[place + 2] | 0x20 == 0x78
      let digits = name.count - (isHex ? 2 : 1)
      guard digits > 0 else { return nil }
      return number(at: place + (isHex ? 3 : 2), digits: digits, radix: isHex ? 16 : 10).map { ($0, length) }
    }
    return Layer.entities[String(decoding: name, as: UTF8.self)].map { ($0, length) }
  }

  private func isWordByte(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte & 0xDF) }

  private static let entities: [String: UInt8] = [
    "amp": 0x26, "lt": 0x3C, "gt": 0x3E, "quot": 0x22, "apos": 0x27, "colon": 0x3A, "sol": 0x2F, "bsol": 0x5C, "lowbar": 0x5F, "UnderBar": 0x5F,
    "period": 0x2E, "plus": 0x2B, "equals": 0x3D, "quest": 0x3F, "num": 0x23, "percnt": 0x25, "commat": 0x40, "NewLine": 0x0A,
  ]

  /// An ASCII character by its number.
  private func number(at place: Int, digits: Int, radix: Int) -> UInt8? {
    let end = place + digits
    guard end <= bytes.count, let value = Int(String(decoding: bytes[place..<end], as: UTF8.self), radix: radix), (0...0x7F).contains(value) else {
      return nil
    }
    return UInt8(value)
  }
}
