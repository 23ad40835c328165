/// What no exchange, profile, symbol or id may be called.
public enum HostileNames {
  public static let texts: [String] =
    plain + invisible + marks + symbols + unassigned + [
      String(repeating: "a", count: 257), String(repeating: "币", count: 257),
    ]

  /// No UTF-8 at all: cut off, overlong, a surrogate, beyond Unicode.
  public static let bytes: [[UInt8]] = [
    [0x61, 0x80], [0xE5, 0xB8], [0xC0, 0xAF], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xFF], [0xC3],
    [0x61, 0xE2, 0x82],
  ]

  private static let plain = [
    "", " ", "BTC USDT", " BTC", "BTC ", "BTC\n", "BTC\tUSDT", "BTC\r", "\0", "BTC\0", "\u{1B}[31mBTC", "\u{7F}",
    "\u{85}",
    "\u{9B}31m", "BTC'", "BTC\"USDT", "`touch PWNED`", "$(touch PWNED)", "BTC;ls", "BTC|ls", "BTC&ls", "BTC>x",
    "<b>BTC</b>",
    "BTC\\USDT", "BTC%2e", "~", "*", "BTC?", "BTC#1", "BTC@x", "a=b", "a,b", "a+b", "{a}", "[a]", "(a)", "a^b", "!a",
  ]

  /// Format characters and direction, what joins, and what shows nothing.
  private static let invisible = [
    "\u{600}'", "BTC\u{600}", "\u{202E}BTC", "BTC\u{202C}", "\u{2066}a", "a\u{200B}b", "a\u{200D}b", "\u{FEFF}BTC",
    "a\u{AD}b",
    "\u{61C}a", "\u{E0041}", "a\u{2060}b", "\u{180E}", "\u{115F}", "\u{3164}", "\u{FFA0}", "\u{FFFC}", "a\u{A0}b",
    "\u{2003}",
    "\u{3000}", "\u{1680}", "a\u{2028}b", "a\u{2029}b",
  ]

  private static let marks = [
    "a\u{301}", "\u{301}", "e\u{20DD}", "क\u{93F}", "a\u{FE0F}", "\u{1160}", "\u{1112}\u{1161}",
  ]

  /// Also numbers that are no digits, and other spellings of letters.
  private static let symbols = [
    "🙂", "BTC🚀", "₿", "²", "Ⅷ", "①", "½", "…", "’", "／", "·", "\u{FFFD}", "\u{212B}", "\u{2126}", "\u{F900}",
  ]

  /// Private use, unassigned, noncharacters.
  private static let unassigned = [0xE000, 0xF0000, 0x378, 0xFFFE, 0xFDD0, 0x10FFFF].compactMap {
    Unicode.Scalar($0).map { String($0) }
  }
}
