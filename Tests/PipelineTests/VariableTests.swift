import Foundation
import TestKit
import Testing

/// The variables that programs read: which there are, what they mean, and what is said of those that nobody reads.
@Suite struct VariableTests {
  struct Help: Decodable {
    struct Option: Decodable {
      var long: String
      var value: String?
      var choices: [String]?
      var environment: String?
      var sharedEnvironment: String?
      var help: String
    }
    struct Variable: Decodable {
      var name: String
      var secret: Bool?
      var help: String
    }
    var name: String
    var options: [Option]
    var variables: [Variable]

    /// Each variable that is read, and what it means.
    var meanings: [(name: String, meaning: String)] {
      options.flatMap { option in
        [option.environment, option.sharedEnvironment].compactMap { $0 }.map {
          ($0, "--\(option.long) \(option.value ?? "") \(option.choices ?? []) \(option.help)")
        }
      } + variables.map { ($0.name, $0.help) }
    }
  }

  static let executables: [String] = {
    let folders = (try? FileManager.default.contentsOfDirectory(atPath: Repository.root.appending(path: "Sources").path)) ?? []
    return folders.filter { $0.hasPrefix("ss-") }.sorted()
  }()

  static func helps() throws -> [Help] {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return try executables.map { try decoder.decode(Help.self, from: Data(Command($0, "--help=json").run().stdout)) }
  }

  /// The rows of `ss-check --explain=variables`: name, reader, meaning, set or unset.
  static func known(_ environment: [String: String] = [:]) throws -> [[String]] {
    try Command("ss-check", "--explain=variables").with { $0.environment = environment }.run().lines.map {
      $0.split(separator: "\t", omittingEmptySubsequences: false).map { String($0) }
    }
  }

  @Test func noVariableHasTwoMeanings() throws {
    var meanings: [String: Set<String>] = [:]
    var readers: [String: Set<String>] = [:]
    for help in try Self.helps() {
      for (name, meaning) in help.meanings {
        meanings[name, default: []].insert(meaning)
        readers[name, default: []].insert(help.name)
      }
    }
    for (name, found) in meanings { #expect(found.count == 1, "\(name) means different things: \(found)") }
    for (name, programs) in readers where programs.count > 1 {
      #expect(!Self.executables.contains { name.hasPrefix($0.uppercased().replacing("-", with: "_") + "_") }, "\(name): \(programs)")
    }
    for row in try Self.known() where row[1] == "pipelines and tests" { #expect(meanings[row[0]] == nil || row[0] == "SS_BIN", "\(row[0])") }
  }

  @Test func everyOptionHasAVariableWithTheStagesName() throws {
    for help in try Self.helps() {
      for option in help.options where option.value != nil || option.choices != nil {
        #expect(option.environment == "\(help.name)-\(option.long)".uppercased().replacing("-", with: "_"))
      }
    }
  }

  /// One executable cannot see the specs of the others: its table of names is compared with them here.
  @Test func theTableOfNamesIsWhole() throws {
    let known = Set(try Self.known().map { $0[0] })
    let read = Set(try Self.helps().flatMap(\.meanings).map(\.name).filter { $0.hasPrefix("SS_") })
    let pipelines = Set(try Self.known().filter { $0[1] == "pipelines and tests" }.map { $0[0] })
    #expect(known.subtracting(pipelines) == read)
    // What sources, scripts and tests spell out is in it.
    var spelled: Set<String> = []
    for folder in ["pipelines", "Tests", ".ci", "docs", "Makefile", "README.md"] {
      let text = try Command(shell: "grep -rhoE '\\bSS_[A-Z_]*[A-Z]\\b' \(folder) || true").run().lines
      spelled.formUnion(text)
    }
    // Examples of what nobody reads.
    let wrong: Set = ["SS_PROFIL", "SS_BASE_URL", "SS_TYPO", "SS_FORMAT", "SS_TELEGRAM_URL", "SS_ZZZZZZZZ"]
    let left = spelled.subtracting(known).subtracting(wrong).filter { !$0.hasPrefix("SS_TEST") }
    #expect(left == [], "not in ss-check --explain=variables")
  }

  @Test func helpListsVariablesForPrograms() throws {
    for help in try Self.helps() {
      let lines = try Command(help.name, "--help=variables").run().lines
      #expect(lines.map { String($0.prefix { $0 != "\t" }) } == help.meanings.map(\.name))
      for variable in help.variables where variable.secret == true { #expect(lines.contains("\(variable.name)\tsecret")) }
    }
  }

  // MARK: Variables that nobody reads

  private static let market = "ss-fetch --exchange synthetic --symbols BTC/USDT --timeframes 15m --bars 30"
  private static func lines(_ shell: String, _ environment: [String: String] = [:]) throws -> [String] {
    let outcome = try Command(shell: shell).with { $0.environment = environment }.run()
    #expect(outcome.code == 0, "\(outcome.errorText)")
    return outcome.errorText.split(separator: "\n").map { String($0) }
  }

  @Test func oneLineForAPipeline() throws {
    let pipe = "\(Self.market) | ss-indicators | ss-smc | ss-score | ss-plan | ss-risk | ss-notify >/dev/null"
    for _ in 0..<5 {
      let said = try Self.lines(pipe, ["SS_PROFIL": "x"])
      #expect(
        said == [
          "ss-fetch: unknown-variable: SS_PROFIL (did you mean SS_PROFILE?) is a variable that no program reads; ss-check --explain=variables lists those that are read"
        ])
    }
    #expect(try Self.lines(pipe) == [])
    #expect(try Self.lines(pipe, ["SS_PROFILE": "trend", "SS_SCORE_CARRY": "slim", "SS_BIN": "x", "SS_QUIET": "1"]) == [])
    // Empty is unset. --quiet is about progress and summaries.
    #expect(try Self.lines(pipe, ["SS_PROFIL": ""]) == [])
    #expect(try Self.lines("\(Self.market) --quiet | ss-smc --quiet >/dev/null", ["SS_PROFIL": "x"]).count == 1)
  }

  @Test func whoeverIsFirstTellsOfIt() throws {
    let candles = "\(Self.market) 2>/dev/null"
    #expect(try Self.lines("\(candles) >candles; ss-smc <candles | ss-score >/dev/null; rm candles", ["SS_TYPO": "x"]).count == 1)
    // A program of somebody else is no part of the chain; a variable for one stage alone is told by that stage.
    #expect(try Self.lines("\(candles) | cat | ss-smc | ss-score >/dev/null", ["SS_TYPO": "x"]).map { $0.prefix(7) } == ["ss-smc:"])
    #expect(try Self.lines("\(Self.market) | SS_TYPO=1 ss-smc | ss-score >/dev/null").map { $0.prefix(7) } == ["ss-smc:"])
    #expect(try Self.lines("\(Self.market) | ss-check append -- ss-smc >/dev/null", ["SS_TYPO": "x"]).count == 1)
    #expect(try Self.lines("ss-smc --help; ss-smc --help=json; ss-fetch --version", ["SS_TYPO": "x"]) == [])
  }

  @Test func whatWasReadWithoutAStagesNameIsShownItsNewNames() throws {
    let said = try Self.lines("ss-smc </dev/null", ["SS_BASE_URL": "http://127.0.0.1:9", "SS_\u{1B}[31mX": "1"])
    #expect(said.count == 1)
    #expect(said.first?.contains("SS_BASE_URL (it is SS_FETCH_BASE_URL or SS_NOTIFY_BASE_URL now)") == true)
    #expect(said.first?.contains("SS_?[31mX") == true)
    let many = Dictionary(uniqueKeysWithValues: (0..<2000).map { ("SS_ZZZZZZZZ\($0)", "1") })
    let shown = try Self.lines("ss-smc </dev/null", many)
    #expect(shown.count == 1 && shown[0].contains("and 1996 more") && shown[0].count < 500)
  }

  @Test func aPipelineTellsOnce() throws {
    try Repository.withTemporaryFolder { folder in
      let scan = Repository.pipelines.appending(path: "scan").path
      for more in [[], ["--keep", folder.appending(path: "kept").path]] {
        let outcome = try Command([scan, "--exchange", "synthetic", "--symbols", "BTC/USDT"] + more).with { $0.environment = ["SS_TYPO": "x"] }.run()
        #expect(outcome.code == 0)
        let said = outcome.errorText.split(separator: "\n").filter { $0.contains("SS_TYPO") }
        #expect(said.map { $0.prefix(23) } == ["scan: unknown-variable:"], "\(outcome.errorText)")
      }
    }
  }

  // MARK: Precedence

  @Test func aVariableReachesItsOwnStageAlone() throws {
    // The address of the venue is not that of the messenger, nor the other way round.
    let records = #"{"type":"event","event_type":"data_stale","symbol":"A/B","timestamp":"2024-06-30T00:00:00Z","context":{}}"# + "\n"
    let chat = try LoopbackServer("chat.py", [])
    try Repository.withTemporaryFolder { folder in
      let send = Command("ss-notify", "--send", "telegram", "--patience", "0").with {
        $0.environment = [
          "TELEGRAM_BOT_TOKEN": "1:secret-token", "TELEGRAM_CHAT_ID": "42", "XDG_STATE_HOME": folder.path, "SS_FETCH_BASE_URL": "http://127.0.0.1:9",
          "SS_NOTIFY_BASE_URL": chat.url, "SS_BINANCE_URL": "http://127.0.0.1:9",
        ]
      }
      let outcome = try send.run(.text(records))
      #expect(outcome.code == 0, "\(outcome.errorText)")
      #expect(String(decoding: try chat.get("/taken"), as: UTF8.self).contains("telegram"))
    }
  }
}
