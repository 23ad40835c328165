import Foundation

/// Other spellings of the same JSON.
public enum Spelling: String, CaseIterable, Sendable {
  /// What PHP and Python write: `\/`, and `\uXXXX` for what is not ASCII.
  case usual
  /// Every character of every string and key.
  case all

  public func quoted(_ text: String) -> String {
    var out = "\""
    for unit in text.utf16 {
      switch unit {
      case 0x2F where self == .usual: out += "\\/"
      case 0x20...0x21, 0x23...0x5B,
        0x5D...0x7E where self == .usual:
        out.unicodeScalars.append(Unicode.Scalar(UInt8(unit)))
      default: out += String(format: "\\u%04x", Int(unit))
      }
    }
    return out + "\""
  }

  /// `text` holds valid JSON.
  public func respelled(_ text: String) -> String {
    text.replacing(#/"(?:[^"\\]|\\.)*"/#) { match in
      quoted((try? JSONDecoder().decode(String.self, from: Data(match.0.utf8))) ?? "")
    }
  }
}
