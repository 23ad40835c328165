import Foundation
import TestKit
import Testing

/// Text that wants to be more than text goes through every output of the executables, and whoever reads the output judges it: gnuplot in a folder where
/// no file may appear, the messengers of Tests/loopback behind curl, cmark, a parser of HTML, and for terminals the bytes themselves.
@Suite struct HostileTextTests {
  static let tools = ["/usr/bin/gnuplot", "/usr/bin/cmark"].filter { !FileManager.default.isExecutableFile(atPath: $0) }

  @Test func noTextLeavesItsPlace() throws {
    guard Self.tools.isEmpty else {
      print("skipped: no \(Self.tools.joined(separator: ", ")) (.ci/setup)")
      return
    }
    try Repository.withTemporaryFolder { folder in
      let chat = try LoopbackServer("chat.py", [])
      let script = Repository.root.appending(path: "Tests/Support/hostile_text.py").path
      let outcome = try Command("python3", script, folder.path, chat.url).run()
      #expect(outcome.code == 0, "\(outcome.text)\(outcome.errorText)")
      let count = try #require(outcome.text.firstMatch(of: #/^(\d+) texts/#)?.1)
      #expect(Int(count) ?? 0 >= 500)
    }
  }

  /// Records pass every stage as they came; on a terminal their hidden characters are escaped, which reads as the same JSON.
  @Test(
    arguments: ["ss-indicators", "ss-smc", "ss-score", "ss-plan", "ss-risk", "ss-notify", "ss-chart --attach charts"])
  func recordsOnATerminalAreText(_ command: String) throws {
    try Repository.withTemporaryFolder { folder in
      let record = "{\"type\":\"note\",\"text\":\"a\u{9B}31m\u{7F}\u{85}\u{61C}\u{200F}\u{202E}\u{2028}\u{2067}é币\"}\n"
      let program = "import pty, sys; sys.exit(pty.spawn(sys.argv[1:]) >> 8)"
      let words = command.split(separator: " ").map(String.init)
      try Data(record.utf8).write(to: folder.appending(path: "in"))
      let piped = try Command(words).with { $0.folder = folder }.run(.text(record))
      #expect(piped.code == 0 && piped.text == record, "\(piped.errorText)")
      let shown = try Command(["python3", "-c", program] + words + ["in"]).with { $0.folder = folder }.run()
      #expect(
        shown.text
          == #"{"type":"note","text":"a\u009b31m\u007f\u0085\u061c\u200f\u202e\u2028\u2067é币"}"# + "\r\n", "\(shown.text)\(shown.errorText)")
    }
  }

  /// What quotes or unquotes for another language, by pattern; and the files outside of Sources/Quoting that may, each with its reason.
  static let quoting: [(pattern: String, mayHold: [String])] = [
    // Entities of HTML are written nowhere else; Telegram's markup is read by its names, without the ampersand.
    (#"&(lt|gt|amp|quot|#39);"#, []),
    // Escapes of JSON: its writer, and its reader of names.
    (#""\\\\u|"\\u\{22\}|\\\\\\"""#, ["Wire/ByteBuffer.swift", "Wire/PlainSpelling.swift"]),
    (#"\breplac(ing|eOccurrences)\b|replacingOccurrences"#, []),
    (#"for (character|char|c) in \w+(\.\w+)? \{|: Character\b(?!\?)|\.isNewline|\.asciiValue"#, ["Profiles/Setting.swift"]),
    // Dots in the names of indicators, dashes in those of variables: both are our own words.
    (#"\.map \{ \$0 == "[^"]+" \?"#, ["Indicators/IndicatorRequest.swift", "Stage/Variables.swift"]),
    // Places in a path: a mark behind a slash makes one `Character` of both.
    (
      #"(lastIndex|firstIndex)\(of: "/"\)|has(Pre|Suf)fix\("/"\)|contains\("/"\)|[a-z]\w*(?<!unicodeScalars)\.split\(separator: "(/|\\n)"\)"#,
      ["Exchanges/VenueClient.swift", "Transport/Secrets.swift", "Transport/WallClock.swift", "Stages/NotifyOptions.swift", "Stage/Arguments.swift"]
    ),
    (#"%2F|%20|percentEncod"#, []),
    (#"'\\\\''|\\\\x1b|\$'"#, []),
  ]

  @Test func onlyOneRoomQuotes() {
    #expect(HouseRulesTests.sources.contains { $0.path.hasPrefix("Quoting/") })
    for (path, text) in HouseRulesTests.sources where !path.hasPrefix("Quoting/") {
      let code = text.split(separator: "\n").filter { !$0.drop { $0 == " " }.hasPrefix("//") }.joined(separator: "\n")
      for (pattern, mayHold) in Self.quoting where !mayHold.contains(path) {
        let found = code.range(of: pattern, options: .regularExpression).map { code[$0] }
        #expect(found == nil, "\(path) holds \(found ?? ""): text for another language is made by Sources/Quoting")
      }
    }
  }
}
