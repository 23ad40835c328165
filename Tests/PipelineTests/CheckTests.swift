import Foundation
import TestKit
import Testing

/// `ss-check` on real processes: our stages hold, and each kind of fault is caught and named.
@Suite struct CheckTests {
  /// Two synthetic markets on two timeframes, evaluated from the middle on.
  static let corpus = Result {
    try Command(shell: "ss-fetch --exchange synthetic --symbols BTC/USDT,ETH/USDT --timeframes 15m,1h --bars 240 --from 2024-06-30T00:00:00Z").run()
      .stdout
  }

  /// The same candles without framing, which most demonstrations need not understand.
  static let candles = corpus.map { bytes in
    String(decoding: bytes, as: UTF8.self).split(separator: "\n").filter { $0.contains(#""type":"candle""#) }.joined(separator: "\n") + "\n"
  }

  static func check(_ verb: String, _ words: [String], _ input: String? = nil) throws -> Outcome {
    try Command(["ss-check"] + verb.split(separator: " ").map(String.init) + ["--"] + words).run(.text(try input ?? candles.get()))
  }

  static func python(_ body: String) -> [String] { ["python3", "-c", "import sys, json\n" + body] }

  // MARK: Ours

  @Test(arguments: ["ss-indicators", "ss-indicators --only supertrend,psar,ichimoku,keltner", "ss-smc", "ss-smc --events", "ss-indicators | ss-smc"])
  func ourStagesKeepEveryLaw(_ line: String) throws {
    let input = String(decoding: try Self.corpus.get(), as: UTF8.self)
    let words = line.contains("|") ? ["sh", "-c", line] : line.split(separator: " ").map(String.init)
    let outcome = try Self.check("all", words, input)
    #expect(outcome.code == 0, "\(outcome.text)\(outcome.errorText)")
    #expect(outcome.lines.map { $0.prefix { $0 != " " } } == ["append:", "determinism:", "chunk:", "shuffle:", "causal:"])
    #expect(outcome.text.contains("causal: holds: over every prefix of"), "lock-step is a proof, sampling is not")
    for verb in ["mirror", "scale"] {
      let outcome = try Self.check(verb, words, input)
      #expect(outcome.code == 0, "\(outcome.text)\(outcome.errorText)")
    }
  }

  @Test(arguments: ["fetch", "indicators", "smc"])
  func ourStreamsHaveNoViolations(_ level: String) throws {
    let stages = ["fetch": "cat", "indicators": "ss-indicators", "smc": "ss-indicators | ss-smc"][level] ?? ""
    let outcome = try Command(shell: "\(stages) | ss-check stream --at \(level)").run(.bytes(try Self.corpus.get()))
    #expect(outcome.code == 0, "\(outcome.text)\(outcome.errorText)")
  }

  @Test func whatIsMissingForALevelIsNamed() throws {
    let outcome = try Command(shell: "ss-indicators | ss-check stream --at smc").run(.text(try Self.candles.get()))
    #expect(outcome.code == 1)
    #expect(outcome.text.contains(#"incomplete: the candle has no "smc""#))
  }

  // MARK: The future

  @Test func theDemonstrationIsCaughtByField() throws {
    let outcome = try Self.check("causal", ["python3", Repository.root.appending(path: "docs/examples/lookahead_demo.py").path])
    #expect(outcome.code == 1)
    #expect(outcome.lines.first?.contains(": look-ahead: candle ") == true, "\(outcome.text)")
    #expect(outcome.text.contains(#""continues""#))
  }

  /// Ways to know the future, and the field each puts it in.
  @Test(arguments: [
    // Reads everything first, and takes the next row.
    (
      "rows = [json.loads(l) for l in sys.stdin]\nfor i, r in enumerate(rows):\n  r['next'] = rows[min(i + 1, len(rows) - 1)]['close']\n  print(json.dumps(r))",
      "next"
    ),
    // A centred window.
    (
      "rows = [json.loads(l) for l in sys.stdin]\nfor i, r in enumerate(rows):\n  r['pivot'] = 3 < i < len(rows) - 4 and r['high'] == max(x['high'] for x in rows[i-4:i+5])\n  print(json.dumps(r))",
      "pivot"
    ),
    // Scaled by a maximum of the whole series.
    (
      "rows = [json.loads(l) for l in sys.stdin]\ntop = max(r['high'] for r in rows)\nfor r in rows: print(json.dumps(dict(r, of_top=r['close'] / top)))",
      "of_top"
    ),
    // Keeps one line back, flushed or not, and drops the last.
    (
      "k = None\nfor l in sys.stdin:\n  c = json.loads(l)\n  if k: print(json.dumps(dict(k, up=c['close'] > k['close'])), flush=True)\n  k = c",
      "up"
    ),
    ("k = None\nfor l in sys.stdin:\n  c = json.loads(l)\n  if k: print(json.dumps(dict(k, up=c['close'] > k['close'])))\n  k = c", "up"),
  ])
  func lookAheadIsCaught(_ body: String, _ field: String) throws {
    let outcome = try Self.check("causal --prefixes 8", Self.python(body))
    #expect(outcome.code == 1)
    #expect(outcome.text.contains("look-ahead"))
    #expect(outcome.text.contains("\"\(field)\""), "\(outcome.text)")
  }

  @Test func aReorderedStreamIsNotCausal() throws {
    let outcome = try Self.check("causal", Self.python("a = sys.stdin.readlines()\nsys.stdout.writelines(a[1:] + a[:1])"))
    #expect(outcome.code == 1)
  }

  /// Every program that answers line by line is proved, whatever it is made of.
  @Test(arguments: [
    ["cat"], ["sed", "-u", "s/}$/,\"x\":1}/"], ["sh", "-c", "cat | cat"], ["sh", "-c", "while read -r l; do echo \"$l\"; done"],
    CheckTests.python("for l in sys.stdin: print(l, end='', flush=True)"),
  ])
  func lockStepProves(_ words: [String]) throws {
    let input = try Self.candles.get().split(separator: "\n").prefix(60).joined(separator: "\n") + "\n"
    let outcome = try Self.check("causal", words, input)
    #expect(outcome.text == "causal: holds: over every prefix of 60 lines, in lock-step: each of 60 records left before the next line was sent\n")
    #expect(outcome.code == 0)
  }

  @Test func aProgramThatDoesNotFlushIsSampled() throws {
    let outcome = try Self.check("causal --prefixes 5", Self.python("for l in sys.stdin: print(l, end='')"))
    #expect(outcome.code == 0)
    #expect(outcome.text.contains("sampled: the record of line 1 was kept back until line"), "\(outcome.text)")
  }

  // MARK: The other laws

  /// A fault, the law that finds it, the code it is given and a word of the report.
  @Test(arguments: [
    ("append", "for n, l in enumerate(sys.stdin):\n  if n != 7: print(l, end='')", "stdin:8: dropped", "did not come out"),
    ("append", "a = sys.stdin.readlines()\na[3], a[4] = a[4], a[3]\nsys.stdout.writelines(a)", "stdin:4: dropped", "in its turn"),
    ("append", "for l in sys.stdin: print(l.replace('\"volume\":', '\"volume\":1'), end='')", "stdin:1: changed", "\"volume\""),
    ("append", "for l in sys.stdin: print(json.dumps(json.loads(l)))", "stdin:1: changed", "other bytes"),
    ("determinism", "import time\nfor l in sys.stdin: print(l[:-2] + ',\"t\":%d}' % time.time())", "stdin:1: unstable", "\"t\""),
    ("determinism", "import time\nfor l in sys.stdin: print(l[:-2] + ',\"zone\":\"' + time.tzname[0] + '\"}')", "stdin:1: unstable", "\"zone\""),
    ("determinism", "import random\nfor l in sys.stdin: print(l[:-2] + ',\"r\":%r}' % random.random())", "stdin:1: unstable", "\"r\""),
    (
      "chunk",
      "import os\nwhile True:\n  got = os.read(0, 65536)\n  if not got: break\n  for l in got.splitlines():\n    if l.endswith(b'}'): print(l.decode())",
      "unstable", "takes a read for a line"
    ),
    (
      "shuffle", "last = 0\nfor l in sys.stdin:\n  r = json.loads(l)\n  print(json.dumps(dict(r, d=r['close'] - last)))\n  last = r['close']",
      "entangled", "\"d\""
    ),
    (
      "mirror", "for l in sys.stdin:\n  r = json.loads(l)\n  print(json.dumps(dict(r, gain=max(0, r['close'] - r['open']))))", "asymmetric",
      "\"gain\""
    ),
    ("scale", "for l in sys.stdin:\n  r = json.loads(l)\n  print(json.dumps(dict(r, near=round(r['close'], -3))))", "asymmetric", "\"near\""),
  ])
  func faultsAreCaught(_ verb: String, _ body: String, _ code: String, _ word: String) throws {
    let outcome = try Self.check(verb, Self.python(body))
    #expect(outcome.code == 1, "\(outcome.errorText)")
    #expect(outcome.text.contains(code), "\(outcome.text)")
    #expect(outcome.text.contains(word), "\(outcome.text)")
    #expect(outcome.text.hasSuffix("\(verb): does not hold\n"))
  }

  @Test func fieldsOfOtherToolsMayFollowAnyRule() throws {
    let body =
      "for l in sys.stdin:\n  r = json.loads(l)\n  print(json.dumps(dict(r, body=r['close'] - r['open'], middle=(r['high'] + r['low']) / 2)))"
    let outcome = try Self.check("mirror", Self.python(body))
    #expect(outcome.text.contains("body (negate), middle (reflect)"), "\(outcome.text)")
  }

  // MARK: Errors that teach

  @Test(arguments: [
    (["causal"], 64, "ss-check causal -- CMD"), ([], 64, "what is to be checked?"), (["causal", "--", "no-such-program"], 69, "no-such-program"),
    (["causal", "--", "false"], 1, "ended with 1 on the whole corpus"), (["stream", "no-such-file"], 66, "no-such-file"),
  ])
  func errorsSayWhatToDo(_ words: [String], _ code: Int32, _ text: String) throws {
    let outcome = try Command(["ss-check"] + words).run(.text(try Self.candles.get()))
    #expect(outcome.code == code)
    #expect(outcome.errorText.contains(text), "\(outcome.errorText)")
  }

  @Test func tooLittleIsNoVerdict() throws {
    #expect(try Self.check("causal", ["cat"], "").code == 2)
    let one = try Self.candles.get().split(separator: "\n").filter { $0.contains("BTC/USDT") }.joined(separator: "\n") + "\n"
    #expect(try Self.check("shuffle", ["cat"], one).code == 2)
    #expect(try Command("ss-check", "liveness").run(.text(one)).code == 2)
  }

  // MARK: Liveness

  @Test func everyEventIsCountedBesideRandomSigns() throws {
    let line = "ss-fetch --exchange synthetic --symbols BTC/USDT --timeframes 15m --bars 4000 | ss-smc --events | ss-check liveness"
    let outcome = try Command(shell: line).run()
    #expect(outcome.code == 0, "\(outcome.errorText)")
    #expect(outcome.lines.first?.contains("random") == true)
    for event in ["break.choch bullish", "fvg.inverted bearish", "order_block.created A bullish", "sweep.lapsed bearish"] {
      let row = try #require(outcome.lines.first { $0.hasPrefix(event) }, "\(event) has a row")
      #expect(row.split(separator: " ").suffix(2).allSatisfy { Double($0) != nil }, "\(row)")
    }
    #expect(outcome.lines.last?.hasPrefix("never fired: ") == true)
    #expect(try Command(shell: line).run().stdout == outcome.stdout, "the random signs are the same every time")
  }

  @Test func aPriceOfZeroIsNoRatio() throws {
    let zero =
      #"{"type":"candle","exchange":"x","symbol":"BTC/USDT","timeframe":"1h","open_time":"2024-01-01T00:00:00Z","close_time":"2024-01-01T01:00:00Z","open":0,"high":0,"low":0,"close":0,"volume":1}"#
    let outcome = try Command("ss-check", "signs").run(.text(zero + "\n" + zero + "\n"))
    #expect(outcome.code == 0 && outcome.lines.count == 2, "\(outcome.errorText)")
  }

  /// Prices without trailing zeros, as files have them: rounded each to its own digits, a close came to lie above its high.
  @Test func randomSignsMakeAMarket() throws {
    let folder = KeptRun.scratch.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let candles = try Command("jq", "-c", "(.open, .high, .low, .close) += 0").run(.text(Self.candles.get())).text
    let outcome = try Command("ss-check", "liveness", "--", "sh", "-c", "cat > \(folder.path)/$$").run(.text(candles))
    #expect(outcome.code == 2 && outcome.errorText.contains("nothing-to-count"))
    let files = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
    #expect(files.count == 2)
    for file in files {
      let judged = try Command("ss-check", "stream", file.path).run()
      #expect(judged.code == 0, "\(judged.text.prefix(1000))")
      // The timeframes of a symbol end at the same price wherever they end together.
      var closes: [String: [Double]] = [:]
      for line in try String(contentsOf: file, encoding: .utf8).split(separator: "\n") {
        let parts = try #require(line.firstMatch(of: #/"symbol":"(.*?)".*"close_time":"(.*?)".*"close":(.*?),/#))
        closes["\(parts.1) \(parts.2)", default: []].append(Double(parts.3) ?? .nan)
      }
      let pairs = closes.filter { $0.value.count > 1 }
      #expect(pairs.count > 100)
      #expect(pairs.allSatisfy { $0.value[0] == $0.value[1] }, "\(pairs.first { $0.value[0] != $0.value[1] }.map { "\($0)" } ?? "")")
    }
  }

  @Test func factorsAndGatesAreCountedBesideRandomSigns() throws {
    let stages = "ss-indicators | ss-smc | ss-score --profile aggressive --explain=all"
    let fetch = "ss-fetch --exchange synthetic --symbols BTC/USDT --profile aggressive --seed 13 --bars 300"
    let outcome = try Command(shell: "\(fetch) | ss-check liveness -- sh -c '\(stages)'").run()
    #expect(outcome.code == 0, "\(outcome.errorText)")
    let rows = outcome.lines.map { $0.split(separator: " ").map(String.init) }
    for name in ["factor location", "factor hour", "gate structural_anchor", "gate minimum_score", "gate spread"] {
      for direction in ["LONG", "SHORT"] {
        let row = try #require(rows.first { $0.count == 5 && $0[0...2].joined(separator: " ") == "\(name) \(direction)" }, "\(name)")
        #expect(row[3...].allSatisfy { Double($0) != nil })
        if name == "factor location" { #expect(row[3...].allSatisfy { Double($0) ?? 0 > 0 }, "\(row)") }
      }
    }
    #expect(outcome.lines.last?.contains("gate spread LONG, gate spread SHORT") == true, "no order book, so never refused for it")
  }

  @Test func aCommandThatFailsIsNotCounted() throws {
    let outcome = try Command("ss-check", "liveness", "--", "sh", "-c", "ss-smc --events; exit 3").run(.text(Self.candles.get()))
    #expect(outcome.code == 1 && outcome.errorText.contains("ended with 3"), "\(outcome.errorText)")
  }
}
