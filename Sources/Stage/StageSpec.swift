/// Everything that is said about an executable, once: parser, help, schema, documentation and example tests read it here.
public struct StageSpec: Sendable {
  public var name: String
  /// One line.
  public var abstract: String
  /// Paragraphs, without indentation.
  public var discussion: String
  public var input: Input
  /// Record types it handles; all others pass through.
  public var consumes: [StaticString]
  /// Record types it writes anew.
  public var produces: [StaticString]
  /// The key it appends to what it consumes.
  public var appends: StaticString?
  public var options: [OptionSpec]
  /// What it reads besides options and their variables.
  public var variables: [VariableSpec]
  public var examples: [ExampleSpec]
  /// JSON Schemas of the records it writes, one a line.
  public var schema: @Sendable () -> String

  public enum Input: Sendable {
    /// Standard input, or files named as operands.
    case stream
    /// Operands of its own meaning, described by the placeholder.
    case operands(String)
  }

  public init(
    name: String, abstract: String, discussion: String, input: Input = .stream, consumes: [StaticString] = [],
    produces: [StaticString] = [], appends: StaticString? = nil, options: [OptionSpec] = [],
    variables: [VariableSpec] = [], examples: [ExampleSpec] = [], schema: @escaping @Sendable () -> String = { "" }
  ) {
    self.name = name
    self.abstract = abstract
    self.discussion = discussion
    self.input = input
    self.consumes = consumes
    self.produces = produces
    self.appends = appends
    self.options = options
    self.variables = variables
    self.examples = examples
    self.schema = schema
  }

  /// Its own options and those of every stage.
  public var allOptions: [OptionSpec] {
    switch input {
    case .stream: options + OptionSpec.ofFilters + OptionSpec.ofAll
    case .operands: options + OptionSpec.ofAll
    }
  }
}

public struct OptionSpec: Sendable {
  public enum Value: Sendable {
    case flag
    /// The placeholder shown in help.
    case required(String)
    /// May be given as `--name=VALUE`; alone it is a flag. A placeholder in small letters tells all values, parted by `|`.
    case optional(String)
    case choice([String])
  }
  /// What a value of the option can lead to besides other records. A replay of arguments that somebody else wrote asks for it.
  public enum Effect: String, CaseIterable, Sendable {
    case none
    /// Opens a file that the value names.
    case reads
    /// Makes or changes a file that the value names.
    case writes
    /// Starts a program that the value names.
    case runs
    /// Talks to a server.
    case sends
    /// Gives a secret of the environment to a program.
    case reveals
  }
  /// Without dashes.
  public var long: String
  public var short: Character?
  public var value: Value
  public var isRepeatable: Bool
  /// Shown in help; applied by the stage.
  public var defaultText: String?
  public var help: String
  /// The gravest effect that a value can have.
  public var effect: Effect
  /// The values that have none.
  public var harmless: [String]
  /// The variables read when the option is absent, the one that goes first in front. Flags and answers like `--help` have none.
  func variables(of program: String) -> [String] {
    switch value {
    case .required, .choice: Variables.names(long, of: program)
    default: []
    }
  }

  public init(
    _ long: String, short: Character? = nil, _ value: Value = .flag, isRepeatable: Bool = false, default defaultText: String? = nil,
    effect: Effect = .none, harmless: [String] = [], help: String
  ) {
    self.long = long
    self.short = short
    self.value = value
    self.isRepeatable = isRepeatable
    self.defaultText = defaultText
    self.effect = effect
    self.harmless = harmless
    self.help = help
  }

  static let ofFilters = [
    OptionSpec(
      "on-error", .required("POLICY"), default: "fail", effect: .writes, harmless: ["fail", "skip"],
      help: "What a bad line does: fail; skip (counted, and 65 at the end); or quarantine=FILE, which keeps the lines."),
    OptionSpec("lenient", help: "With skip or quarantine: end with 0 although lines were bad."),
  ]
  static let ofAll = [
    OptionSpec(
      "output", short: "o", .required("FILE"), effect: .writes,
      help: "Write to FILE, whole or not at all, instead of standard output."),
    OptionSpec("stats", .optional("json"), help: "At the end, print records, bytes and seconds on standard error; as JSON with =json."),
    OptionSpec("quiet", short: "q", help: "No progress and no summaries on standard error."),
    OptionSpec("explain", .optional("WHAT"), help: "Say how this stage comes to its values."),
    OptionSpec("schema", help: "Print the JSON Schema of each record written."),
    OptionSpec(
      "help", short: "h", .optional("json|variables"),
      help: "Print this help; -h is the short one, =json the one for programs, =variables the variables that are read."),
    OptionSpec("version", help: "Print the version."),
  ]
}

/// An example, run as a test: `command` with `input` on standard input prints `output`.
public struct ExampleSpec: Sendable {
  public var about: String
  public var command: String
  public var input: String
  public var output: String

  public init(_ about: String, command: String, input: String = "", output: String) {
    self.about = about
    self.command = command
    self.input = input
    self.output = output
  }
}
