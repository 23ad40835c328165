import Foundation
import Quoting
import TestKit
import Testing

/// Each function against the program that reads its language: what the program has read is the text itself.
@Suite struct ConsumerTests {
  static let pieces = [
    "'", "\"", "`", "\u{600}'", "\u{301}\"", "\u{200D}`", "`touch PWNED`", "$(touch PWNED)", "'; system('touch PWNED') #", "\\", "\\\n", "\n", "\r\n",
    "\t", "\u{1B}[31m", "\u{9B}", "\u{202E}", "\u{2028}", "../", "</script>", "<!--", "<b>", "&lt;", "&#60;", "&", "[a](b)", "**", "_", "```", "~~~",
    "# ", "- ", "1. ", "> ", "    ", "|", "\u{7F}", "é", "🙂", "a", "b c", "%s", "@ARG1", "!touch PWNED", "\nEOD\n", "{", "}", ";type=a/b",
    "http://x.y",
    "=", "+ ", "%", "<http://x.y>",
  ]

  /// Each byte of ASCII but NUL, each piece, long texts, and joined pieces.
  static let texts: [String] = {
    var generator = SeededGenerator(seed: 8)
    let bytes = (1..<128).map { String(Unicode.Scalar(UInt8($0))) }
    let mixed = (0..<300).map { _ in
      (0..<Int.random(in: 2...7, using: &generator)).map { _ in pieces.randomElement(using: &generator) ?? "" }.joined()
    }
    return bytes + bytes.map { "x\($0)y" } + pieces + mixed + [String(repeating: "'", count: 500), String(repeating: "\u{301}", count: 500)]
  }()

  @Test func thereAreEnough() { #expect(Self.texts.count >= 500) }

  /// `body` runs in a folder in which nothing may appear but what it names.
  private func inFolder(leaving: [String] = [], _ body: (URL) throws -> Void) throws {
    try Repository.withTemporaryFolder { folder in
      try body(folder)
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() == leaving.sorted())
    }
  }

  @Test func gnuplot() throws {
    guard FileManager.default.isExecutableFile(atPath: "/usr/bin/gnuplot") else { return print("skipped: no gnuplot") }
    try inFolder(leaving: ["said"]) { folder in
      let script = Self.texts.map { "print \(Quoting.gnuplot($0))\nset label 1 \(Quoting.gnuplot($0)) at 1,1 noenhanced\n" }.joined()
      let head = "touch = 'touch PWNED'\nset encoding utf8\nset print 'said'\n"
      let outcome = try Command("gnuplot", "-d").with {
        $0.folder = folder
        $0.environment["LC_ALL"] = "C.UTF-8"
      }.run(.text(head + script))
      #expect(outcome.code == 0 && outcome.errorText == "", "\(outcome.errorText)")
      let said = Array(try Data(contentsOf: folder.appending(path: "said"))).split(separator: 0x0A, omittingEmptySubsequences: false)
      for (line, text) in zip(said, Self.texts) { #expect(Array(line) == Array(Quoting.terminal(text).utf8), "\(text)") }
      #expect(said.count == Self.texts.count + 1)
    }
  }

  @Test func shell() throws {
    try inFolder { folder in
      let script = "printf '%s\\0' " + Self.texts.map(Quoting.shellWord).joined(separator: " ")
      let outcome = try Command("/bin/bash", "-s").with {
        $0.folder = folder
        $0.environment["LC_ALL"] = "C.UTF-8"
      }.run(.text(script))
      let words = outcome.stdout.split(separator: 0, omittingEmptySubsequences: false)
      for (word, text) in zip(words, Self.texts) { #expect(Array(word) == Array(text.utf8), "\(text)") }
      #expect(words.count == Self.texts.count + 1)
      for text in Self.texts { #expect(!Quoting.shellWord(text).unicodeScalars.contains(where: Quoting.isHidden)) }
    }
  }

  @Test func curl() throws {
    try Repository.withTemporaryFolder { folder in
      let server = try LoopbackServer("form.py", [])
      var config = "silent\nurl = \(Quoting.curl(server.url))\n"
      let files = Set(Self.texts).filter { !$0.utf8.contains(0x2F) && $0.utf8.count < 200 && $0 != "." }.sorted()
      for text in Self.texts { config += "form-string = \(Quoting.curl("field=\(text)"))\n" }
      for (number, name) in files.enumerated() {
        let path = "\(folder.path)/\(name)"
        #expect(FileManager.default.createFile(atPath: path, contents: Data("\(number)".utf8)))
        config += "form = \(Quoting.curl("file=@\(Quoting.multipart(path));type=image/png;filename=x.png"))\n"
      }
      let outcome = try Command("curl", "-q", "--config", "-").with { $0.folder = folder }.run(.text(config))
      #expect(outcome.code == 0, "\(outcome.errorText)")
      let fields = try JSONDecoder().decode([[String?]].self, from: Data(outcome.stdout))
      #expect(fields.count == Self.texts.count + files.count)
      for (field, text) in zip(fields, Self.texts) { #expect(field[2].map { Array($0.utf8) } == Array(text.utf8), "\(text)") }
      let sent = fields.suffix(files.count)
      #expect(sent.allSatisfy { $0[1] == "x.png" })
      #expect(sent.map { $0[2] } == files.indices.map { "\($0)" })
      #expect(!FileManager.default.fileExists(atPath: folder.appending(path: "PWNED").path))
    }
  }

  @Test func commonMark() throws {
    guard FileManager.default.isExecutableFile(atPath: "/usr/bin/cmark") else { return print("skipped: no cmark") }
    let page = Self.texts.map { "x" + Quoting.markdown(cell: $0) + "\n\n" + Quoting.markdown($0) + "\n\n" }.joined()
    let made = try Command("cmark", "-t", "html").run(.text(page)).text
    let shown = Self.texts.map { Quoting.terminal(Quoting.joined($0)) }
    let wanted = shown.flatMap { ["x\($0)", $0] }.filter { !$0.isEmpty }
    let found = made.unicodeScalars.split(separator: "\n").map { String($0) }
    #expect(found.count == wanted.count)
    for (line, text) in zip(found, wanted) {
      let scalars = line.unicodeScalars
      #expect(scalars.starts(with: "<p>".unicodeScalars) && scalars.suffix(4).elementsEqual("</p>".unicodeScalars))
      #expect(scalars.count { $0 == "<" } == 2, "\(line)")
      #expect(Self.unescaped(String(scalars.dropFirst(3).dropLast(4))).unicodeScalars.elementsEqual(text.unicodeScalars), "\(line) \(text)")
    }
  }

  private static func unescaped(_ text: String) -> String {
    [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&amp;", "&")].reduce(text) { $0.replacingOccurrences(of: $1.0, with: $1.1, options: .literal) }
  }

  /// Python's parser of HTML, and of the JSON in a script element.
  @Test func html() throws {
    let json = try String(decoding: JSONEncoder().encode(Self.texts), as: UTF8.self)
    let page =
      Self.texts.map { "<p title=\"\(Quoting.html($0))\" lang='\(Quoting.html($0))'>\(Quoting.html($0))</p>" }.joined()
      + "<script>\(Quoting.script(json: json))</script>"
    let program = """
      import html.parser, json, sys
      class Page(html.parser.HTMLParser):
        found, script = [], ''
        def handle_starttag(self, tag, attributes): self.found.append([tag] + [v for _, v in attributes] + [''])
        def handle_data(self, data): self.found[-1][-1] += data
      page = Page()
      page.feed(sys.stdin.buffer.read().decode())
      page.close()
      print(json.dumps([page.found[:-1], json.loads(page.found[-1][-1])]))
      """
    struct Read: Decodable {
      var elements: [[String]]
      var texts: [String]
      init(from decoder: Decoder) throws {
        var list = try decoder.unkeyedContainer()
        elements = try list.decode([[String]].self)
        texts = try list.decode([String].self)
      }
    }
    let outcome = try Command("python3", "-c", program).run(.text(page))
    let read = try JSONDecoder().decode(Read.self, from: Data(outcome.stdout))
    #expect(read.elements.count == Self.texts.count)
    for (element, text) in zip(read.elements, Self.texts) {
      let shown = Quoting.terminal(lines: text)
      for part in element.dropFirst() { #expect(part.unicodeScalars.elementsEqual(shown.unicodeScalars), "\(element)") }
      #expect(element.count == 4 && element[0] == "p")
    }
    for (found, text) in zip(read.texts, Self.texts) { #expect(found.unicodeScalars.elementsEqual(text.unicodeScalars)) }
  }
}
