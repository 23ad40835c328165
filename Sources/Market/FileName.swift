/// One component of a path, made of any text: the only way in which a foreign name becomes the name of a file.
///
/// Letters and digits of any script stay, and `.` `-` `_`. The bytes of everything else are written as `%` and two
/// hexadecimal digits, and so are a dot or a dash in front. No two texts share a name, on a file system that tells
/// small letters from capitals. No name is empty, hidden, `.`, `..`, an option, or outside of its folder. A name that
/// would be too long ends in `%-` and 128 bits of a digest, which no other name holds; whoever reads a file compares
/// what it says of itself.
public enum FileName {
  /// Bytes, the ending counted.
  public static let limit = 200

  /// - Parameter ending: such as `.png`; short, and safe as it stands.
  public static func of(_ text: String, ending: String = "") -> String {
    bounded(text.isEmpty ? "%" : escaped(text, keepsJoint: true), ending)
  }

  /// The name of what several texts tell from others together, such as `BTC_USDT`. A `_` within a part is escaped.
  public static func of(_ parts: [String], ending: String = "") -> String {
    let joined = parts.map { escaped($0, keepsJoint: false) }.joined(separator: "_")
    return bounded(joined.isEmpty ? "%" : joined, ending)
  }

  /// The text that has this name, without an ending; `nil` where none has, or a digest stands for it.
  public static func text(of name: String) -> String? {
    let text = name == "%" ? "" : unescaped(name[...])
    return text.map { of($0) } == name ? text : nil
  }

  /// The parts that have this name, without an ending; `nil` where none have, or a digest stands for them.
  public static func parts(of name: String) -> [String]? {
    var parts: [String] = []
    for part in name.split(separator: "_", omittingEmptySubsequences: false) {
      guard let text = unescaped(part) else { return nil }
      parts.append(text)
    }
    return of(parts) == name ? parts : nil
  }

  private static let hexadecimal = Array("0123456789ABCDEF".utf8)

  private static func escaped(_ text: String, keepsJoint: Bool) -> String {
    var out = String.UnicodeScalarView()
    for (place, scalar) in text.unicodeScalars.enumerated() {
      let stays =
        switch scalar {
        case "A"..."Z", "a"..."z", "0"..."9": true
        case ".", "-": place > 0
        case "_": keepsJoint
        default: !scalar.isASCII && Identity.isLetterOrDigit(scalar)
        }
      if stays {
        out.append(scalar)
        continue
      }
      for byte in String(scalar).utf8 {
        out.append("%")
        out.append(Unicode.Scalar(hexadecimal[Int(byte >> 4)]))
        out.append(Unicode.Scalar(hexadecimal[Int(byte & 15)]))
      }
    }
    return String(out)
  }

  private static func unescaped(_ name: Substring) -> String? {
    let bytes = Array(name.utf8)
    var text: [UInt8] = []
    var i = 0
    while i < bytes.count {
      if bytes[i] != 0x25 {
        text.append(bytes[i])
        i += 1
        continue
      }
      guard i + 2 < bytes.count, let high = hexadecimal.firstIndex(of: bytes[i + 1]),
        let low = hexadecimal.firstIndex(of: bytes[i + 2])
      else { return nil }
      text.append(UInt8(high * 16 + low))
      i += 3
    }
    return String(validating: text, as: UTF8.self)
  }

  private static func bounded(_ name: String, _ ending: String) -> String {
    if name.utf8.count + ending.utf8.count <= limit { return name + ending }
    let digest = SHA256.digest(name.utf8).prefix(16).flatMap { [hexadecimal[Int($0 >> 4)], hexadecimal[Int($0 & 15)]] }
    var begin = String.UnicodeScalarView()
    var room = limit - ending.utf8.count - digest.count - 2
    for scalar in name.unicodeScalars {
      room -= UTF8.width(scalar)
      if room < 0 { break }
      begin.append(scalar)
    }
    return String(begin) + "%-" + String(decoding: digest, as: UTF8.self) + ending
  }
}
