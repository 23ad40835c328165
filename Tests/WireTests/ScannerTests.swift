import TestKit
import Testing
import Wire

@Suite struct ScannerTests {
  private static let keys: [StaticString] = ["type", "symbol", "close", "note"]

  private func scan(_ text: [UInt8]) -> (accepted: Bool, fault: JSONFault?) {
    var scanner = RecordScanner(keys: ScannerTests.keys)
    return withLine(text) { line in
      scanner.scan(line) ? (true, nil) : (false, scanner.fault(in: line))
    }
  }

  @Test func findsWantedKeys() {
    var scanner = RecordScanner(keys: ScannerTests.keys)
    // Three shapes in turn, so that learned places are wrong and learned anew.
    let lines = [
      #"{"type":"candle","symbol":"BTC/USDT","open":1,"close":64250.5,"smc":{"a":[1,{"b":null}]}}"#,
      #"{ "symbol" : "ETH" , "close" : -1e3 , "x" : [ ] , "type" : "gap" }"#,
      #"{"close":7,"type":"candle"}"#,
    ]
    for _ in 0..<3 {
      for (i, text) in lines.enumerated() {
        withLine(text) { line in
          let accepted = scanner.scan(line)
          #expect(accepted)
          let record = scanner.record(line)
          #expect(record[0].string == ["candle", "gap", "candle"][i])
          #expect(record[2].number == [64250.5, -1000, 7][i])
          #expect(record[1].exists == (i < 2))
          #expect(line[record.body] == 0x7D)
        }
      }
    }
  }

  /// `outer.inner` is found in the same reading, in any order and with any space, and is held to the same grammar.
  @Test func findsMembersOfAWantedObject() {
    let keys: [StaticString] = ["type", "smc", "smc.trend", "smc.liquidity_pools_of_the_day", "smc.size"]
    var scanner = RecordScanner(keys: keys)
    let lines = [
      #"{"type":"a","smc":{"trend":"up","other":[{"x":[1,2]}],"liquidity_pools_of_the_day":[1,2],"size":-1.5e1},"size":7}"#,
      #"{"smc": { "size" : 8 , "liquidity_pools_of_the_day":[ ] , "trend":"down" } , "trend":1}"#,
      #"{"smc":{},"type":"c"}"#, #"{"smc":[{"trend":1}],"smc.size":3}"#,
    ]
    for _ in 0..<3 {
      for (i, text) in lines.enumerated() {
        withLine(text) { line in
          let accepted = scanner.scan(line)
          #expect(accepted)
          #expect(scanner[2].string == ["up", "down", nil, nil][i])
          #expect(scanner[3].exists == (i < 2))
          #expect(scanner[4].number == [-15, 8, nil, nil][i])
          #expect(scanner[1].kind == (i == 3 ? .array : .object))
        }
      }
    }
    for (text, reason) in [
      (#"{"smc":{"size":1,"size":2}}"#, JSONFault.Reason.duplicateKey), (#"{"smc":{"size":1e999}}"#, .numberRange),
      (#"{"smc":{"size":01}}"#, .badNumber), (#"{"smc":{"trend":"up",}}"#, .expectedKey), (#"{"smc":{"x" 1}}"#, .expectedColon),
      (#"{"smc":{"size":1"#, .endsEarly), (#"{"smc":{"x":tru}}"#, .badLiteral),
    ] {
      withLine(text) { line in
        let accepted = scanner.scan(line)
        #expect(!accepted, "\(text)")
        #expect(scanner.fault(in: line).reason == reason, "\(text)")
      }
    }
  }

  /// White space of any kind is allowed where a line before had none.
  @Test func learnedPlacesMayBeSpacedOut() {
    var scanner = RecordScanner(keys: ScannerTests.keys)
    for text in [#"{"type":"x","close":1}"#, "{\"type\":\t\"x\",\t\"close\":\r1}", "{\"type\"\t:\"x\"\r,\r\"close\":\t1\t}"] {
      withLine(text) { line in
        let accepted = scanner.scan(line)
        #expect(accepted)
        #expect(scanner.record(line)[0].string == "x")
        #expect(scanner.record(line)[2].number == 1)
      }
    }
  }

  /// Keys and strings are what they mean: their places are those of the line as it came.
  @Test func escapesAreUndone() {
    var scanner = RecordScanner(keys: ScannerTests.keys)
    let line = #"{"\u0074ype":"c\u0061ndle","symbol":"\u5e01\/\ud83d\ude42\n\u0022\u001F","close":1}"#
    for _ in 0..<2 {
      withLine(line) { bytes in
        let accepted = scanner.scan(bytes)
        #expect(accepted)
        let record = scanner.record(bytes)
        #expect(record[0].equals("candle") && !record[0].escaped)
        #expect(record[1].bytes.text == "币/🙂" + #"\n\"\u001f"# && record[1].string == "币/🙂\n\"\u{1F}")
        #expect(record.line.text == line && record.body == line.utf8.count - 1)
        #expect(record.offset(of: record[1]) == 37 && record.offset(of: record[2]) == line.utf8.count - 2)
      }
      withLine(#"{"type":"candle","symbol":"a","close":2}"#) { bytes in
        let accepted = scanner.scan(bytes)
        #expect(accepted)
        #expect(scanner.record(bytes).plain.baseAddress == bytes.baseAddress && scanner[1].bytes.text == "a")
      }
    }
    withLine(#"{"type":"candle","\u0074ype":"gap"}"#) { bytes in
      let accepted = scanner.scan(bytes)
      #expect(!accepted)
      #expect(scanner.fault(in: bytes) == JSONFault(.duplicateKey, at: 17))
    }
  }

  /// A string that stood at its place on the line before is recognised whole; any other, however like it, is read.
  @Test func learnedStringsAreComparedWhole() {
    var scanner = RecordScanner(keys: ScannerTests.keys)
    let symbols = [
      "BTC/USDT", "BTC/USDT", "BTC/USDC", "BTC/USDT:USDT", "BTC", "", "BTC/USDT", #"BTC\/USD"#, "ÄÖ", "12345678901234", "123456789012345",
      "1234567890123456789", "12345678901234", "BTC/USDT",
    ]
    for (i, symbol) in (symbols + symbols.reversed()).enumerated() {
      let close = ["1", #""x""#, #""xy""#, "null", "[]"][i % 5]
      withLine(#"{"type":"candle","symbol":"\#(symbol)","close":\#(close)}"#) { line in
        let accepted = scanner.scan(line)
        #expect(accepted)
        #expect(scanner[0].string == "candle")
        #expect(scanner[1].bytes.text == symbol.filter { $0 != "\\" } && !scanner[1].escaped)
        #expect(scanner[2].bytes.text == close.filter { $0 != "\"" })
        #expect(!scanner[3].exists)
      }
    }
    for broken in [#"{"type":"candle","symbol":"BTC/USDT"#, #"{"type":"candle","symbol":"BTC/USDT"x}"#, #"{"type":"candle""symbol":"BTC/USDT"}"#] {
      withLine(broken) { line in
        let accepted = scanner.scan(line)
        #expect(!accepted)
      }
    }
  }

  /// Places beyond those that are learned.
  @Test func longLinesAreReadToTheirEnd() {
    var scanner = RecordScanner(keys: ScannerTests.keys)
    for round in 0..<3 {
      let others = (0..<150).map { #""k\#($0)":"v\#($0 * round)""# }
      let members = others[..<70] + [#""symbol":"S\#(round)""#] + others[70...] + [#""close":\#(round)"#]
      withLine("{" + members.joined(separator: ",") + "}") { line in
        let accepted = scanner.scan(line)
        #expect(accepted)
        #expect(scanner[1].string == "S\(round)")
        #expect(scanner[2].number == Double(round))
      }
    }
  }

  @Test func readsEscapes() {
    var scanner = RecordScanner(keys: ScannerTests.keys)
    withLine(#"{"ty\u0070e":"a\"b\\c\n\u00e9\ud83d\ude00/\/","note":"x"}"#) { line in
      let accepted = scanner.scan(line)
      #expect(accepted)
      #expect(scanner[0].string == "a\"b\\c\né😀//")
      #expect(scanner[3].equals("x"))
    }
  }

  @Test func walksNestedValues() {
    var scanner = RecordScanner(keys: ["note"])
    withLine(#"{"note":{ "a" : 1.5 , "b":[10, "x", {"c":true}, []], "d":{} , "e":"f"}}"#) { line in
      let accepted = scanner.scan(line)
      #expect(accepted)
      let note = scanner[0]
      #expect(note.members.map { $0.key.text } == ["a", "b", "d", "e"])
      #expect(note.member("a")?.number == 1.5)
      let elements = Array(note.member("b")!.elements)
      #expect(elements.map(\.kind) == [.number, .string, .object, .array])
      #expect(elements[0].integer == 10)
      #expect(elements[2].member("c")?.flag == true)
      #expect(note.member("d")?.members.map { $0.key.text } == [])
      #expect(note.member("zz") == nil)
    }
  }

  @Test(arguments: [
    ("", JSONFault.Reason.notAnObject, 0), ("[]", .notAnObject, 0), ("7", .notAnObject, 0), ("{", .endsEarly, 1), (#"{"a""#, .endsEarly, 4),
    (#"{"a":}"#, .badLiteral, 5), (#"{"a":1,}"#, .expectedKey, 7), (#"{"a" 1}"#, .expectedColon, 5), (#"{"a":1 2}"#, .expectedComma, 7),
    (#"{"a":1}x"#, .trailing, 7), (#"{"a":1}{}"#, .trailing, 7), (#"{"a":01}"#, .badNumber, 5), (#"{"a":NaN}"#, .badLiteral, 5),
    (#"{"a":-}"#, .badNumber, 5),
    (#"{"a":"\x"}"#, .badString, 6), (#"{"a":"\ud800"}"#, .badString, 6), (#"{"a":"\udc00"}"#, .badString, 6), ("{\"a\":\"\u{1}\"}", .badString, 6),
    (#"{"type":1,"type":2}"#, .duplicateKey, 10), (#"{"close":1e999}"#, .numberRange, 1), (#"{a:1}"#, .expectedKey, 1),
    (#"{"a":tru}"#, .badLiteral, 5), (#"{"a":"b"#, .endsEarly, 7),
  ])
  func namesFaults(_ text: String, _ reason: JSONFault.Reason, _ offset: Int) {
    let result = scan(Array(text.utf8))
    #expect(!result.accepted)
    #expect(result.fault == JSONFault(reason, at: offset))
  }

  @Test func refusesBrokenUTF8() {
    for bad: [UInt8] in [[0xFF], [0xC0, 0xAF], [0xE0, 0x80, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xC3], [0x80]] {
      let result = scan(Array(#"{"a":""#.utf8) + bad + Array(#""}"#.utf8))
      #expect(result.fault == JSONFault(.badUTF8, at: 6))
    }
    #expect(scan(Array(#"{"a":"é漢😀"}"#.utf8)).accepted)
  }

  @Test func limitsDepth() {
    func nested(_ depth: Int) -> [UInt8] {
      Array((#"{"a":"# + String(repeating: "[", count: depth) + String(repeating: "]", count: depth) + "}").utf8)
    }
    #expect(scan(nested(64)).accepted)
    #expect(scan(nested(65)).fault?.reason == .tooDeep)
    #expect(scan(nested(200)).fault?.reason == .tooDeep)
  }

  /// The fast scanner and the careful reading accept the same lines: mutated JSON of every kind, byte by byte.
  @Test func fastAndCarefulAgree() {
    let seeds = [
      #"{"type":"candle","symbol":"BTC/USDT","close":64250.5,"note":"a\"bé\u00e9","x":[1,-2.5e-3,{"y":null,"z":[true,false,{}]}]}"#,
      #"{"a":{"b":{"c":[[],[[1]],""]}},"d":0}"#, #"{}"#, "{ \"a\" :\t1 , \"b\" : [ 1 , 2 ] }",
    ].map { Array($0.utf8) }
    let bytes: [UInt8] = Array(#"{}[]":,\u0019eE+-.ntf "#.utf8) + [0x01, 0x80, 0xC3, 0xED, 0xFF]
    var random = SeededGenerator(seed: 5)
    var accepted = 0
    for round in 0..<60_000 {
      var line = seeds[round % seeds.count]
      for _ in 0..<Int.random(in: 1...3, using: &random) {
        let at = Int.random(in: 0..<max(1, line.count), using: &random)
        switch Int.random(in: 0..<3, using: &random) {
        case 0 where !line.isEmpty: line.remove(at: min(at, line.count - 1))
        case 1: line.insert(bytes.randomElement(using: &random)!, at: min(at, line.count))
        default: if !line.isEmpty { line[min(at, line.count - 1)] = bytes.randomElement(using: &random)! }
        }
      }
      guard !line.contains(0x0A) else { continue }
      var scanner = RecordScanner(keys: [])
      withLine(line) { text in
        let fast = scanner.scan(text)
        let careful = JSONFault.locate(in: text) == nil
        #expect(fast == careful, "\(String(decoding: line, as: UTF8.self))")
        accepted += fast ? 1 : 0
      }
    }
    #expect(accepted > 1000)
  }
}
