import Wire

extension StageSpec {
  public var usage: String {
    switch input {
    case .stream: "\(name) [OPTION…] [FILE…]"
    case .operands(let placeholder): "\(name) [OPTION…] \(placeholder)"
    }
  }

  /// `-h`: one screen.
  public var shortHelp: String {
    "\(name): \(abstract)\n\nUsage: \(usage)\n\n" + allOptions.map { "  \($0.synopsis)\n" }.joined() + "\n\(name) --help says more.\n"
  }

  /// `--help`: all there is to know.
  public var longHelp: String {
    var text = "\(name): \(abstract)\n\nUsage: \(usage)\n\n\(discussion)\n"
    if !consumes.isEmpty || !produces.isEmpty || appends != nil {
      text += "\nRecords:\n"
      if !consumes.isEmpty { text += "  reads    \(consumes.map(\.description).joined(separator: ", ")); every other record passes as it came\n" }
      if let appends { text += "  appends  \"\(appends)\"\n" }
      if !produces.isEmpty { text += "  writes   \(produces.map(\.description).joined(separator: ", "))\n" }
    }
    text += "\nOptions:\n"
    for option in allOptions { text += option.paragraph(of: name) }
    if !variables.isEmpty {
      text += "\nVariables:\n"
      for variable in namedVariables where variable.option == nil { text += "  \(variable.name)\n" + wrapped(variable.help, indent: 10, width: 100) }
    }
    if !examples.isEmpty {
      text += "\nExamples:\n"
      for example in examples { text += "  # \(example.about)\n  \(example.command)\n" }
    }
    text += "\nExit codes:\n"
    for code in ExitCode.allCases { text += "  \(padded("\(code.rawValue)", 4)) \(code.meaning)\n" }
    return text
  }

  /// `--help=json`: the same for programs.
  public var jsonHelp: String {
    var out = ByteBuffer()
    out.beginObject()
    out.field("help_version", 1)
    out.field("name", name)
    out.field("abstract", abstract)
    out.field("discussion", discussion)
    out.field("usage", usage)
    out.key("options")
    out.beginArray()
    for option in allOptions { option.encode(of: name, into: &out) }
    out.endArray()
    out.key("variables")
    out.beginArray()
    for variable in namedVariables where variable.option == nil {
      out.beginObject()
      out.field("name", variable.name)
      if variable.isSecret { out.field("secret", true) }
      out.field("help", variable.help)
      out.endObject()
    }
    out.endArray()
    out.key("examples")
    out.beginArray()
    for example in examples {
      out.beginObject()
      out.field("about", example.about)
      out.field("command", example.command)
      out.field("input", example.input)
      out.field("output", example.output)
      out.endObject()
    }
    out.endArray()
    out.key("exit_codes")
    out.beginArray()
    for code in ExitCode.allCases {
      out.beginObject()
      out.field("code", Int(code.rawValue))
      out.field("meaning", code.meaning)
      out.endObject()
    }
    out.endArray()
    out.endObject()
    return out.text + "\n"
  }
}

extension StageSpec {
  /// `--help=variables`: all that are read, each with what it stands for, parted by tabs.
  public var variablesHelp: String {
    namedVariables.map { "\($0.name)\t\($0.option.map { "--\($0)" } ?? ($0.isSecret ? "secret" : "setting"))\n" }.joined()
  }
}

extension OptionSpec {
  var synopsis: String {
    let dashes = (short.map { "-\($0), " } ?? "    ") + "--\(long)"
    return switch value {
    case .flag: dashes
    case .required(let placeholder): "\(dashes) \(placeholder)"
    case .optional(let placeholder): "\(dashes)[=\(placeholder)]"
    case .choice(let choices): "\(dashes) \(choices.joined(separator: "|"))"
    }
  }

  func paragraph(of program: String) -> String {
    var notes = ""
    if let defaultText { notes += " Default: \(defaultText)." }
    let variables = variables(of: program)
    if !variables.isEmpty {
      notes += " Environment: \(variables.joined(separator: ", "))\(isRepeatable ? ", one a line" : "")."
    }
    return "  \(synopsis)\n" + wrapped(help + notes, indent: 10, width: 100)
  }

  func encode(of program: String, into out: inout ByteBuffer) {
    out.beginObject()
    out.field("long", long)
    out.field("short", short.map(String.init))
    switch value {
    case .flag: break
    case .required(let placeholder): out.field("value", placeholder)
    case .optional(let placeholder): out.field("optional_value", placeholder)
    case .choice(let choices):
      out.key("choices")
      out.beginArray()
      for choice in choices { out.value(choice) }
      out.endArray()
    }
    out.field("default", defaultText)
    let variables = variables(of: program)
    out.field("environment", variables.first)
    if variables.count > 1 { out.field("shared_environment", variables[1]) }
    if isRepeatable { out.field("repeatable", true) }
    out.field("effect", effect.rawValue)
    if !harmless.isEmpty {
      out.key("harmless")
      out.beginArray()
      for value in harmless { out.value(value) }
      out.endArray()
    }
    out.field("help", help)
    out.endObject()
  }
}

func padded(_ text: String, _ width: Int) -> String { text + String(repeating: " ", count: max(0, width - text.count)) }

/// Words in lines of at most `width` characters behind `indent` spaces.
func wrapped(_ text: String, indent: Int, width: Int) -> String {
  var out = ""
  var line = ""
  for word in text.split(separator: " ") {
    if !line.isEmpty, indent + line.count + 1 + word.count > width {
      out += String(repeating: " ", count: indent) + line + "\n"
      line = ""
    }
    line += line.isEmpty ? String(word) : " \(word)"
  }
  return out + String(repeating: " ", count: indent) + line + "\n"
}
