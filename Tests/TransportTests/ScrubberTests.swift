import Foundation
import TestKit
import Testing

@testable import Transport

/// Every spelling in which a server may echo what it was sent.
struct Spelling {
  var name: String
  var text: String
  /// Pieces of it that only the secret has.
  var traces: [String]

  static func all(of secret: String) -> [Spelling] {
    let bytes = Array(secret.utf8)
    let percent = { (format: String) in bytes.map { "%" + String(format: format, $0) }.joined() }
    let mixed = { (spell: (UInt8) -> String) in
      bytes.enumerated().map { $0 % 3 == 1 ? spell($1) : String(UnicodeScalar($1)) }.joined()
    }
    let marks = { (spell: (UInt8) -> String) in
      bytes.map { (0x30...0x39).contains($0) || (0x41...0x5A).contains($0 & 0xDF) ? String(UnicodeScalar($0)) : spell($0) }.joined()
    }
    let hex = { (byte: UInt8) in String(format: "%02x", byte) }
    let json = { (text: String) in
      text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("/", with: "\\/")
    }
    let escaped = mixed { "\\u00\(hex($0))" }
    let all = [
      ("plain", secret), ("capitals", secret.uppercased()), ("small letters", secret.lowercased()), ("percent", percent("%02X")),
      ("percent, small", percent("%02x")), ("percent, partly", mixed { "%\(hex($0))" }),
      ("percent, marks alone", marks { "%\(hex($0).uppercased())" }),
      ("percent, twice", percent("%02x").replacing("%", with: "%25")), ("JSON", escaped), ("JSON, all", bytes.map { "\\u00\(hex($0))" }.joined()),
      ("JSON, capitals", mixed { "\\u00\(hex($0).uppercased())" }), ("JSON, twice", json(escaped)), ("JSON, slashes", json(secret)),
      ("JSON of percent", json(percent("%02x"))), ("JavaScript", mixed { "\\x\(hex($0))" }), ("HTML, decimal", mixed { "&#\($0);" }),
      ("HTML, hexadecimal", mixed { "&#x\(hex($0));" }), ("HTML, open", bytes.map { "&#\($0)" }.joined(separator: "")),
      ("HTML, names", secret.replacing(":", with: "&colon;").replacing("/", with: "&sol;").replacing("_", with: "&lowbar;")),
      ("HTML of JSON", json(secret).replacing("\\", with: "&#92;")), ("Markdown", marks { "\\\(String(UnicodeScalar($0)))" }),
      ("hexadecimal", bytes.map(hex).joined()), ("hexadecimal, capitals", bytes.map(hex).joined().uppercased()),
    ]
    var found = all.map { Spelling(name: $0.0, text: $0.1, traces: Spelling.traces($0.1)) }
    for (name, before) in [("0", ""), ("1", "x"), ("2", "xy"), ("a path", "/bot"), ("basic", "user:")] {
      for (other, behind) in [("end", ""), ("path", "/sendMessage")] {
        let encoded = Data((before + secret + behind).utf8).base64EncodedString()
        // What the secret alone decides.
        let (start, end) = ((before.utf8.count * 8 + 5) / 6, (before + secret).utf8.count * 8 / 6)
        let traces = Spelling.traces(String(encoded.prefix(end).dropFirst(start)))
        for (form, spell) in [
          ("", { $0 }), (", URL", { $0.replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "") }),
          (", percent", { $0.replacing("+", with: "%2B").replacing("/", with: "%2F").replacing("=", with: "%3D") }),
        ] as [(String, (String) -> String)] {
          found.append(Spelling(name: "base64, \(name), \(other)\(form)", text: spell(encoded), traces: traces.map(spell)))
        }
      }
    }
    let broken = Data("The token was \(secret).".utf8).base64EncodedString(options: [.lineLength64Characters, .endLineWithLineFeed])
    return found + [Spelling(name: "base64, lines", text: broken, traces: [])]
  }

  /// Pieces of a spelled secret that may not be seen: each a third of it.
  private static func traces(_ spelled: String) -> [String] {
    let characters = Array(spelled.unicodeScalars)
    let size = max(8, characters.count / 3)
    guard characters.count >= size else { return [spelled] }
    return stride(from: 0, through: characters.count - size, by: max(1, size / 4)).map { start in
      String(String.UnicodeScalarView(characters[start..<(start + size)]))
    }
  }
}

@Suite struct ScrubberTests {
  static let token = "123456789:AAF-secret_Token~9.x+Y"
  static let address = "https://discord.com/api/webhooks/77123/hook-Secret_0aB"

  private func scrubber(_ secrets: String...) -> Scrubber {
    var scrubber = Scrubber()
    for secret in secrets { scrubber.add(secret) }
    return scrubber
  }

  @Test(arguments: [token, "topic-Secret", "abcdef", "%41%42-token-%3A"])
  func everySpellingOfASecretGoes(_ secret: String) {
    let scrubber = scrubber(secret)
    for spelling in Spelling.all(of: secret) {
      let (name, text) = (spelling.name, spelling.text)
      for (before, behind) in [("", ""), ("Not Found: ", ". Sorry"), ("=\"", "\""), ("/bot", "/sendMessage")] {
        let out = scrubber.scrubbed(before + text + behind)
        #expect(out.contains("***"), "\(name): \(out)")
        #expect(out.hasPrefix(before) || name.hasPrefix("base64"), "\(name): \(out)")
        for trace in spelling.traces { #expect(!out.contains(trace), "\(name): \(out)") }
      }
    }
  }

  @Test func partsGoToo() {
    let scrubber = scrubber(Self.token, Self.address, "https://name:pass-word@h/x?token=q-q-q-q-q&thread_id=10")
    for part in ["AAF-secret_Token~9.x+Y", "/api/webhooks/77123/hook-Secret_0aB", "hook-Secret_0aB", "q-q-q-q-q", "pass-word"] {
      for spelling in Spelling.all(of: part) {
        let out = scrubber.scrubbed("at \(spelling.text)")
        #expect(out.contains("***") && !out.contains(part), "\(spelling.name): \(out)")
      }
    }
    #expect(scrubber.scrubbed("https://discord.com/api/webhooks/77123/hook-Secret_0aB: no") == "https://discord.com***: no")
  }

  /// What somebody cut in the middle of a secret shows no more of it than a few characters.
  @Test func whatWasCutGoesToo() {
    let scrubber = scrubber(Self.token)
    for spelling in Spelling.all(of: Self.token) where !spelling.name.hasPrefix("base64") {
      let text = Array(spelling.text.unicodeScalars)
      for count in stride(from: text.count / 3, to: text.count, by: 1) {
        let out = scrubber.scrubbed("Not Found: " + String(String.UnicodeScalarView(text[..<count])))
        for trace in spelling.traces { #expect(!out.contains(trace), "\(spelling.name), \(count): \(out)") }
      }
    }
  }

  @Test func whatIsNoSecretStays() {
    let scrubber = scrubber("42", "abc", Self.address, Self.token)
    for text in [
      "Bad Request: chat 42 not found", "the alphabet begins with abc", "no webhooks, no services", "100 % sure &amp; \\u0041 %41 %zz &#; &#x; \\",
      "",
    ] {
      #expect(scrubber.scrubbed(text) == text)
    }
    #expect(scrubber.scrubbed("é\(Self.token)é") == "é***é")
  }

  @Test func longTextsAreBounded() {
    let scrubber = scrubber(Self.token)
    #expect(scrubber.scrubbed(String(repeating: "x", count: 1 << 20)) == "(a text of 1048576 bytes)")
    let most = scrubber.scrubbed(String(repeating: "é", count: 30_000))
    #expect(most.utf8.count <= 1001 && most.allSatisfy { $0 == "é" })
    // Repetitions of a beginning take no more than a moment.
    let start = Date()
    _ = scrubber.scrubbed(String(String(repeating: String(Self.token.dropLast()), count: 3000).prefix(65_000)))
    #expect(Date().timeIntervalSince(start) < 20)
  }
}

@Suite struct WebAddressTests {
  @Test func parts() {
    #expect(WebAddress("https://a.b/c")?.origin == "https://a.b")
    #expect(WebAddress("https://a.b:8443/c?d=1#e")?.text == "https://a.b:8443/c?d=1")
    #expect(WebAddress("https://a.b")?.target == "/")
    #expect(WebAddress("HTTPS://A.b?x=/y")?.target == "/?x=/y")
    #expect(WebAddress("https://discord.com@evil.example/x")?.host == "evil.example")
    #expect(WebAddress("https://evil.example\\@discord.com/x")?.host == "evil.example")
    for wrong in ["", "a", "ftp://a/b", "https:///x", "https://", "http:/a", "https://a b/", "https://é/", "https://[]/"] {
      #expect(WebAddress(wrong) == nil)
    }
    for local in ["http://127.0.0.1:80/", "http://127.9.9.9", "http://localhost/x", "http://[::1]:1/"] {
      #expect(WebAddress(local)?.isLoopback == true)
    }
    for other in [
      "http://127.0.0.1.evil.example/", "http://localhost.evil.example", "http://127.0.0.1@evil.example/", "http://10.0.0.1/", "http://127.1",
    ] {
      #expect(WebAddress(other)?.isLoopback == false, "\(other)")
    }
  }

  @Test(arguments: [
    ("/1/tok", "/1/tok?wait=true"), ("/1/tok?thread_id=10", "/1/tok?thread_id=10&wait=true"), ("/1/tok?", "/1/tok?wait=true"),
    ("/1/tok?wait=false&thread_id=10", "/1/tok?thread_id=10&wait=true"), ("/1/tok?wait", "/1/tok?wait=true"),
    ("/1/tok?a=b?c&waiting=1", "/1/tok?a=b?c&waiting=1&wait=true"),
  ])
  func aParameterIsAdded(_ target: String, _ expected: String) {
    #expect(WebAddress("https://h\(target)")?.target(with: "wait", "true") == expected)
  }
}
