import Foundation
import TestKit
import Testing

@testable import Market

@Suite struct IdentityTests {
  @Test(arguments: [
    "BTC/USDT", "BTC/USDT:USDT", "binance-usdm", "币安人生/USDT", "ΑΒΓ/USDT", "بتكوين/USDT", "РУБЛЬ_1.0", "１２٣/USDT", "a",
    "..", "-x", "ß", "Å", "각",
  ])
  func namesAreAccepted(_ name: String) {
    #expect(Identity.name.fault(in: name) == nil)
    #expect(Identity.id.fault(in: name) == nil)
  }

  @Test(arguments: HostileNames.texts) func hostileNamesAreRefused(_ name: String) {
    #expect(Identity.name.fault(in: name) != nil)
  }

  @Test(arguments: HostileNames.bytes) func brokenBytesAreRefused(_ bytes: [UInt8]) {
    bytes.withUnsafeBufferPointer { #expect(Identity.name.fault(in: $0) == .notUTF8) }
  }

  @Test func boundsCountScalars() {
    #expect(Identity.name.fault(in: String(repeating: "币", count: 64)) == nil)
    #expect(Identity.name.fault(in: String(repeating: "币", count: 65)) == .tooLong)
    #expect(Identity.name.fault(in: String(repeating: "a", count: 65)) == .tooLong)
    #expect(Identity.id.fault(in: String(repeating: "a", count: 256)) == nil)
    #expect(Identity.id.fault(in: String(repeating: "a", count: 257)) == .tooLong)
  }

  /// Over all of Unicode: ASCII is the list, the rest letters and digits, and equal names have equal bytes.
  @Test func everyScalar() {
    for value in UInt32(0)...0x10FFFF {
      guard let scalar = Unicode.Scalar(value) else { continue }
      let isName = Identity.name.fault(in: String(scalar)) == nil
      if value < 128 {
        #expect(
          isName == (CharacterSet.alphanumerics.contains(scalar) || "/:-_.".unicodeScalars.contains(scalar)),
          "U+\(value)")
      } else if isName {
        #expect(scalar.properties.canonicalCombiningClass == .notReordered)
        let text = String(scalar)
        #expect(
          text.precomposedStringWithCanonicalMapping.unicodeScalars.elementsEqual(text.unicodeScalars),
          "U+\(String(value, radix: 16))")
      }
    }
  }
}

@Suite struct FileNameTests {
  @Test func ordinaryNamesStay() {
    #expect(FileName.of(["BTC", "USDT"], ending: "-15m.ndjson") == "BTC_USDT-15m.ndjson")
    #expect(FileName.of(["币安人生", "USDT", "USDT"]) == "币安人生_USDT_USDT")
    #expect(FileName.of("binance-usdm") == "binance-usdm")
    #expect(FileName.of("my_venue.2") == "my_venue.2")
    #expect(FileName.of("x:BTC/USDT", ending: ".png") == "x%3ABTC%2FUSDT.png")
    #expect(FileName.of(["A_B", "C"]) == "A%5FB_C")
  }

  /// Texts of few, hostile letters, so that many pairs are near each other.
  @Test func noTwoTextsShareAName() {
    var random = SeededGenerator(seed: 7)
    let letters: [String] = [
      "a", "A", "_", "-", ".", "/", "%", "5F", "\u{0}", " ", "币", "安", "é", "e\u{301}", "\u{202E}", "~", "2F", "🙂",
    ]
    func text(_ length: Int) -> String {
      (0..<length).map { _ in letters.randomElement(using: &random) ?? "" }.joined()
    }
    var owners: [String: [UInt8]] = [:]
    var ofParts: [String: [[UInt8]]] = [:]
    for round in 0..<60_000 {
      let one = text(round % 50 == 0 ? Int.random(in: 60...400, using: &random) : Int.random(in: 0...6, using: &random))
      let name = FileName.of(one, ending: ".x")
      judge(name)
      #expect(owners.updateValue(Array(one.utf8), forKey: name) ?? Array(one.utf8) == Array(one.utf8), "\(name)")
      if name.utf8.count < 180 {
        #expect(FileName.text(of: String(name.dropLast(2))).map { Array($0.utf8) } == Array(one.utf8))
      }
      let parts = (0..<Int.random(in: 1...3, using: &random)).map { _ in text(Int.random(in: 0...4, using: &random)) }
      let joined = FileName.of(parts)
      judge(joined)
      #expect(
        ofParts.updateValue(parts.map { Array($0.utf8) }, forKey: joined) ?? parts.map { Array($0.utf8) }
          == parts.map { Array($0.utf8) })
    }
  }

  private func judge(_ name: String) {
    #expect(name.utf8.count <= FileName.limit && !name.isEmpty)
    #expect(!name.utf8.contains(0x2F) && !name.utf8.contains { $0 < 0x21 || $0 == 0x7F })
    #expect(!name.hasPrefix(".") && !name.hasPrefix("-"))
  }

  @Test func longNamesDifferInTheirLastLetter() {
    let long = String(repeating: "x", count: 300)
    #expect(FileName.of(long + "a") != FileName.of(long + "b"))
    #expect(FileName.of(long + "a").utf8.count == 200)
    #expect(FileName.text(of: FileName.of(long)) == nil)
    #expect(FileName.text(of: "a b") == nil && FileName.text(of: "%2f") == nil && FileName.parts(of: "%41_B") == nil)
  }

  @Test func digestIsSHA256() {
    func text(_ bytes: [UInt8]) -> String { bytes.map { String(format: "%02x", $0) }.joined() }
    #expect(text(SHA256.digest("abc".utf8)) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    #expect(text(SHA256.digest("".utf8)) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
    let million = String(repeating: "a", count: 1_000_000)
    #expect(text(SHA256.digest(million.utf8)) == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
  }
}
