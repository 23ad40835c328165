import Stage
import Testing

@Suite struct ArgumentsTests {
  private let spec = StageSpec(
    name: "ss-test", abstract: "tests", discussion: "Tests.",
    options: [
      OptionSpec("profile", .required("NAME"), help: ""), OptionSpec("cap", .required("N"), help: ""),
      OptionSpec("set", .required("K=V"), isRepeatable: true, help: ""), OptionSpec("format", .choice(["a", "b"]), help: ""),
    ])

  private func parse(_ words: [String], environment: [String: String] = [:]) throws(StageError) -> Arguments {
    try Arguments(spec, words, environment: { environment[$0] })
  }

  private func complaint(_ words: [String]) -> (ExitCode, String)? {
    do throws(StageError) {
      _ = try parse(words)
      return nil
    } catch {
      return (error.exit, error.message + (error.hint.map { " | \($0)" } ?? ""))
    }
  }

  @Test func readsOptionsInEverySpelling() throws {
    let arguments = try parse([
      "--profile", "trend", "--cap=3", "--set", "a=1", "--set=b=2", "-o", "x", "-q", "--stats=json", "in", "-", "--", "--odd",
    ])
    #expect(arguments.value("profile") == "trend")
    #expect(try arguments.integer("cap", in: 0...9) == 3)
    #expect(arguments.all("set") == ["a=1", "b=2"])
    #expect(arguments.value("output") == "x")
    #expect(arguments.has("quiet"))
    #expect(arguments.value("stats") == "json")
    #expect(arguments.operands == ["in", "-", "--odd"])
    #expect(try parse(["-ofile"]).value("output") == "file")
    #expect(try parse(["-h"]).value("help") == "short")
  }

  @Test func flagsComeBeforeTheEnvironment() throws {
    let environment = ["SS_PROFILE": "range", "SS_TEST_CAP": "4", "SS_QUIET": "1", "SS_TEST_QUIET": "1", "SS_FORMAT": "a"]
    let arguments = try parse(["--profile", "trend"], environment: environment)
    #expect(arguments.value("profile") == "trend")
    #expect(arguments.value("cap") == "4")
    #expect(!arguments.has("quiet"))
    #expect(!arguments.has("format"), "only an option that means the same everywhere is read without the stage's name")
  }

  @Test func theStagesOwnVariableComesBeforeTheSharedOne() throws {
    var environment = ["SS_PROFILE": "range", "SS_TEST_PROFILE": "mobile", "SS_TEST_SET": "a=1\nb=2,c\n", "SS_SET": "d=4"]
    var arguments = try parse([], environment: environment)
    #expect(arguments.value("profile") == "mobile")
    #expect(arguments.all("set") == ["a=1", "b=2,c"], "each line is one occurrence")
    environment["SS_TEST_PROFILE"] = ""
    environment["SS_TEST_SET"] = nil
    arguments = try parse([], environment: environment)
    #expect(arguments.value("profile") == "range", "an empty variable is none")
    #expect(arguments.all("set") == ["d=4"])
    #expect(try parse(["--set", "e=5"], environment: environment).all("set") == ["e=5"])
  }

  @Test func aWrongVariableIsNamed() {
    do throws(StageError) {
      _ = try parse([], environment: ["SS_TEST_CAP": "x"]).integer("cap")
      Issue.record("a wrong value was taken")
    } catch { #expect(error.message.hasPrefix("SS_TEST_CAP takes a whole number")) }
    do throws(StageError) {
      _ = try parse([], environment: ["SS_TEST_FORMAT": "x"])
      Issue.record("a wrong value was taken")
    } catch { #expect(error.message.hasPrefix("SS_TEST_FORMAT must be one of a, b")) }
  }

  @Test func saysWhatIsWrong() throws {
    #expect(complaint(["--profil", "x"])! == (.usage, "unknown option --profil | did you mean --profile?"))
    #expect(complaint(["--zzzzzzzz"])! == (.usage, "unknown option --zzzzzzzz | see ss-test --help"))
    #expect(complaint(["-x"])! == (.usage, "unknown option -x | see ss-test --help"))
    #expect(complaint(["--cap"])! == (.usage, "--cap needs a value: N"))
    #expect(complaint(["--quiet=1"])! == (.usage, "--quiet takes no value"))
    #expect(complaint(["--stats=xml"])! == (.usage, "--stats=xml | --stats or --stats=json"))
    #expect(complaint(["--format", "c"])! == (.usage, "--format must be one of a, b, not \"c\""))
    let arguments = try parse(["--cap", "x"])
    #expect(throws: StageError.self) { try arguments.integer("cap") }
  }

  @Test func helpNamesEveryOptionAndExitCode() {
    for option in spec.allOptions {
      #expect(spec.longHelp.contains("--\(option.long)"))
      #expect(spec.shortHelp.contains("--\(option.long)"))
      #expect(spec.jsonHelp.contains("\"\(option.long)\""))
    }
    for code in ExitCode.allCases { #expect(spec.longHelp.contains(code.meaning)) }
  }
}
