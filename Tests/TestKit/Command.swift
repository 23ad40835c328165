import Foundation
import Glibc

/// A built executable or a shell line, run to its end in a clean environment with the executables of this build first on `PATH`.
public struct Command: Sendable {
  /// How standard input arrives.
  public enum Input: Sendable {
    /// As fast as it is taken, then end of file.
    case bytes([UInt8])
    /// In reads of at most `size` bytes: each piece is a packet of its own (a pipe in packet mode), so the reader cannot join them.
    case pieces([UInt8], size: Int)
    case file(String)

    public static let none = Input.bytes([])
    public static func text(_ text: String) -> Input { .bytes(Array(text.utf8)) }
  }

  /// Where standard output goes.
  public enum Output: Sendable {
    case captured
    /// A pipe without a reader.
    case brokenPipe
    /// No descriptor at all.
    case closed
    case file(String)
  }

  public enum Failure: Error, CustomStringConvertible {
    case cannotStart(String, errno: Int32)
    case timedOut(String, stdout: String, stderr: String)
    case outputLost(String, errno: Int32)
    public var description: String {
      switch self {
      case .cannotStart(let command, let code): "cannot start \(command): errno \(code)"
      case .outputLost(let command, let code): "cannot read what it writes: \(command): errno \(code)"
      case .timedOut(let command, let stdout, let stderr): "timed out: \(command)\nstdout: \(stdout.suffix(2000))\nstderr: \(stderr.suffix(2000))"
      }
    }
  }

  public var arguments: [String]
  public var input = Input.none
  public var output = Output.captured
  public var environment: [String: String] = [:]
  public var folder = Repository.root
  /// The child inherits SIGPIPE as ignored, as services and some runners leave it.
  public var ignoresSIGPIPE = false
  /// Seconds after which the command is killed and the run fails.
  public var limit = 600.0

  /// `ss-…` and any other name are looked for in the executables' folder, then in the system's.
  public init(_ arguments: String...) { self.arguments = arguments }
  public init(_ arguments: [String]) { self.arguments = arguments }
  /// A line for bash, with `pipefail`.
  public init(shell line: String) { arguments = ["/bin/bash", "-o", "pipefail", "-c", line] }

  public func with(_ change: (inout Command) -> Void) -> Command {
    var copy = self
    change(&copy)
    return copy
  }

  public func run(_ input: Input) throws -> Outcome { try with { $0.input = input }.run() }

  /// `PATH`, the C locale and the caller's additions; nothing else of ours reaches a command.
  var fullEnvironment: [String] {
    var all = [
      "PATH": "\(Repository.executables.path):/usr/local/bin:/usr/bin:/bin", "LC_ALL": "C", "SWIFT_BACKTRACE": "enable=no",
      "SS_BIN": Repository.executables.path, "HOME": Repository.home.path,
    ]
    // An executable linked against the toolchain's libraries may need to be told where they are.
    if let libraries = ProcessInfo.processInfo.environment["LD_LIBRARY_PATH"] { all["LD_LIBRARY_PATH"] = libraries }
    all.merge(environment) { $1 }
    return all.map { "\($0)=\($1)" }.sorted()
  }

  public func run() throws -> Outcome {
    var child = Child(self)
    return try child.run()
  }
}

/// How a command ended and what it said.
public struct Outcome: Sendable {
  public var stdout: [UInt8]
  public var stderr: [UInt8]
  /// As a shell reports it: 128 + n when ended by signal n.
  public var code: Int32

  public var text: String { String(decoding: stdout, as: UTF8.self) }
  public var errorText: String { String(decoding: stderr, as: UTF8.self) }
  public var lines: [String] { Outcome.lines(of: stdout) }

  static func lines(of bytes: [UInt8]) -> [String] {
    bytes.split(separator: 0x0A, omittingEmptySubsequences: true).map { String(decoding: $0, as: UTF8.self) }
  }
}
