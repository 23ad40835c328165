/// How a stage ends. The table stands in every `--help` and in docs/exit-codes.md.
public enum ExitCode: Int32, CaseIterable, Sendable {
  case ok = 0
  case negative = 1
  case notEnoughData = 2
  case usage = 64
  case badData = 65
  case noInput = 66
  case unavailable = 69
  case internalError = 70
  case cannotCreate = 73
  case inputOutput = 74
  case temporary = 75
  case authentication = 77
  case configuration = 78
  case interrupted = 130
  case brokenPipe = 141
  case terminated = 143

  public var meaning: String {
    switch self {
    case .ok: "done"
    case .negative: "a negative verdict (only of commands that judge)"
    case .notEnoughData: "not enough data for a verdict"
    case .usage: "wrong use: an unknown option, a bad value"
    case .badData: "bad data: a broken line, a wrong order, a truncated stream"
    case .noInput: "an input cannot be opened"
    case .unavailable: "a service or a plug-in is unavailable"
    case .internalError: "an error inside the program"
    case .cannotCreate: "an output cannot be created"
    case .inputOutput: "reading or writing failed"
    case .temporary: "try again later"
    case .authentication: "credentials are missing or refused"
    case .configuration: "the configuration is wrong or does not fit the stream"
    case .interrupted: "interrupted (INT)"
    case .brokenPipe: "the reader of the output is gone (PIPE)"
    case .terminated: "terminated (TERM)"
    }
  }
}
