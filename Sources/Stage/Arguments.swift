import Glibc

/// A command line, read by its spec. Precedence: flag, variable with the stage's name, shared variable; defaults are the stage's.
public struct Arguments: Sendable {
  public private(set) var operands: [String] = []
  private var values: [String: [String]] = [:]
  /// The variable that an option's value came from.
  private var origins: [String: String] = [:]

  public init(_ spec: StageSpec, _ words: [String], environment: (String) -> String? = Arguments.environment) throws(StageError) {
    var words = words[...]
    while let word = words.popFirst() {
      if word == "--" {
        operands += words
        break
      }
      if word.hasPrefix("--") {
        try long(spec, String(word.dropFirst(2)), &words)
      } else if word.hasPrefix("-"), word != "-" {
        try short(spec, String(word.dropFirst()), &words)
      } else {
        operands.append(word)
      }
    }
    for option in spec.allOptions where values[option.long] == nil {
      for name in option.variables(of: spec.name) where values[option.long] == nil {
        guard let value = environment(name), !value.isEmpty else { continue }
        origins[option.long] = name
        // Each line is one occurrence of an option that may be repeated.
        for line in option.isRepeatable ? value.split(separator: "\n").map({ String($0) }) : [value] { try store(option, line) }
      }
    }
  }

  public static func environment(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }

  private mutating func long(_ spec: StageSpec, _ text: String, _ rest: inout ArraySlice<String>) throws(StageError) {
    let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    let name = String(parts[0])
    guard let option = spec.allOptions.first(where: { $0.long == name }) else {
      throw .usage("unknown option --\(name)", hint: Arguments.suggestion(name, spec) ?? "see \(spec.name) --help")
    }
    if parts.count == 2 {
      if case .flag = option.value { throw .usage("--\(name) takes no value") }
      if case .optional(let words) = option.value, words == words.lowercased(), !words.split(separator: "|").contains(parts[1]) {
        throw .usage("--\(text)", hint: "--\(name) or --\(name)=\(words)")
      }
      try store(option, String(parts[1]))
    } else {
      try take(option, &rest)
    }
  }

  private mutating func short(_ spec: StageSpec, _ text: String, _ rest: inout ArraySlice<String>) throws(StageError) {
    var letters = Substring(text)
    while let letter = letters.popFirst() {
      guard let option = spec.allOptions.first(where: { $0.short == letter }) else {
        throw .usage("unknown option -\(letter)", hint: "see \(spec.name) --help")
      }
      switch option.value {
      case .required, .choice:
        if letters.isEmpty {
          try take(option, &rest)
        } else {
          try store(option, String(letters))
          letters = ""
        }
      case .optional where option.long == "help": values["help"] = ["short"]
      default: try store(option, "")
      }
    }
  }

  private mutating func take(_ option: OptionSpec, _ rest: inout ArraySlice<String>) throws(StageError) {
    switch option.value {
    case .flag, .optional: try store(option, "")
    case .required(let placeholder):
      guard let value = rest.popFirst() else { throw .usage("--\(option.long) needs a value: \(placeholder)") }
      try store(option, value)
    case .choice(let choices):
      guard let value = rest.popFirst() else { throw .usage("--\(option.long) needs one of \(choices.joined(separator: ", "))") }
      try store(option, value)
    }
  }

  private mutating func store(_ option: OptionSpec, _ value: String) throws(StageError) {
    if case .choice(let choices) = option.value, !choices.contains(value) {
      throw .usage("\(shown(option.long)) must be one of \(choices.joined(separator: ", ")), not \"\(value)\"")
    }
    if option.isRepeatable {
      values[option.long, default: []].append(value)
    } else {
      values[option.long] = [value]
    }
  }

  // MARK: Reading

  public func has(_ long: String) -> Bool { values[long] != nil }
  public func value(_ long: String) -> String? { values[long]?.last }
  public func all(_ long: String) -> [String] { values[long] ?? [] }

  /// The words of a comma-separated option, over all its occurrences.
  public func list(_ long: String) -> [String]? {
    values[long].map { $0.flatMap { $0.split(separator: ",").map(String.init) } }
  }

  public func integer(_ long: String, in range: ClosedRange<Int> = 0...Int.max) throws(StageError) -> Int? {
    guard let text = value(long) else { return nil }
    guard let number = Int(text), range.contains(number) else {
      let bounds = range.upperBound == .max ? "of at least \(range.lowerBound)" : "from \(range.lowerBound) to \(range.upperBound)"
      throw .usage("\(shown(long)) takes a whole number \(bounds), not \"\(text)\"")
    }
    return number
  }

  public func number(_ long: String, in range: ClosedRange<Double>) throws(StageError) -> Double? {
    guard let text = value(long) else { return nil }
    guard let number = Double(text), range.contains(number) else {
      throw .usage("\(shown(long)) takes a number from \(range.lowerBound) to \(range.upperBound), not \"\(text)\"")
    }
    return number
  }

  /// The option, or the variable that stands for it here.
  private func shown(_ long: String) -> String { origins[long] ?? "--\(long)" }

  // MARK: Did you mean

  private static func suggestion(_ name: String, _ spec: StageSpec) -> String? {
    let near = spec.allOptions.map { ($0.long, distance(name, $0.long)) }.min { $0.1 < $1.1 }
    guard let (long, distance) = near, distance <= max(1, name.count / 3) else { return nil }
    return "did you mean --\(long)?"
  }

  /// Insertions, deletions and replacements between two words.
  static func distance(_ a: String, _ b: String) -> Int {
    let b = Array(b)
    var row = Array(0...b.count)
    for (i, x) in a.enumerated() {
      var diagonal = row[0]
      row[0] = i + 1
      for (j, y) in b.enumerated() {
        let replaced = diagonal + (x == y ? 0 : 1)
        diagonal = row[j + 1]
        row[j + 1] = min(replaced, row[j] + 1, diagonal + 1)
      }
    }
    return row[b.count]
  }
}
