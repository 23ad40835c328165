/// The variables that stand for options: `SS_FETCH_BASE_URL` for `--base-url` of `ss-fetch`.
public enum Variables {
  /// Options that mean the same in every stage that has them, and the addresses of venues. Each is also read without the stage's name
  /// (`SS_PROFILE`); the variable with the stage's name goes before it.
  static let shared: Set = ["profile", "set", "on-error", "max-series", "binance-url", "binance-usdm-url", "bybit-url", "okx-url"]

  /// What the pipelines and the tests read, and what it means to them.
  static let ofPipelines: [(name: String, meaning: String)] = [
    ("SS_BIN", "the folder of the executables, for the pipelines and the tests"),
    ("SS_QUIET", "no progress from `pipelines/backtest`"),
    ("SS_TOLD", "set by the pipelines for their stages: unknown variables have been told of"),
    ("SS_REAL", "a folder of real candles, for `make calibrate`, `make check-real` and the tests"),
    ("SS_SOAK", "tests run longer"),
    ("SS_CASES", "how many cases a property test tries"),
    ("SS_RECORD", "tests write what they would compare"),
    ("SS_ORACLE", "a folder of further rows for the tests of models"),
    ("SS_KEEP_CHARTS", "a folder where tests leave their charts"),
  ]

  /// The variables of an option, the one that goes first in front.
  static func names(_ option: String, of program: String) -> [String] {
    let own = spelled("\(program)-\(option)")
    return shared.contains(option) ? [own, spelled("ss-\(option)")] : [own]
  }

  /// The value of an option that is only given by a variable; an empty one counts as none.
  public static func value(_ option: String, of program: String, in environment: (String) -> String?) -> String? {
    names(option, of: program).lazy.compactMap(environment).first { !$0.isEmpty }
  }

  static func spelled(_ name: String) -> String { String(name.uppercased().map { $0 == "-" ? "_" : $0 }) }
}

/// A variable that stands for no option.
public struct VariableSpec: Sendable {
  public enum Name: Sendable {
    /// Named like an option.
    case option(String)
    /// Its whole name.
    case whole(String)
  }
  public var name: Name
  /// Its value appears nowhere, and no child gets it.
  public var isSecret: Bool
  public var help: String

  public init(_ name: Name, isSecret: Bool = false, help: String) {
    self.name = name
    self.isSecret = isSecret
    self.help = help
  }
}

/// A variable as a program reads it.
struct NamedVariable {
  var name: String
  var option: String?
  var isSecret = false
  var help: String
}

extension StageSpec {
  /// All that the program reads; of one option, the variable that goes first in front.
  var namedVariables: [NamedVariable] {
    var all: [NamedVariable] = []
    for option in allOptions {
      for name in option.variables(of: self.name) { all.append(NamedVariable(name: name, option: option.long, help: option.help)) }
    }
    for variable in variables {
      switch variable.name {
      case .whole(let name): all.append(NamedVariable(name: name, isSecret: variable.isSecret, help: variable.help))
      case .option(let option):
        for name in Variables.names(option, of: self.name) { all.append(NamedVariable(name: name, help: variable.help)) }
      }
    }
    return all
  }
}
