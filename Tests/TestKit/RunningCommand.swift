import Foundation
import Glibc

/// A command that runs while the test goes on, in a process group that ends when this goes away. Its standard input stays open and empty.
public final class RunningCommand: @unchecked Sendable {
  public let id: pid_t
  private let input: Int32
  private var status: Int32?

  /// - Parameters output, errors: files made or emptied for what it writes.
  public init(_ command: Command, output: String = "/dev/null", errors: String = "/dev/null") throws {
    (id, input) = try Child.spawning.withLock {
      var ends: [Int32] = [0, 0]
      guard Glibc.pipe(&ends) == 0 else { throw Command.Failure.cannotStart("pipe", errno: errno) }
      for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
      var actions = posix_spawn_file_actions_t()
      posix_spawn_file_actions_init(&actions)
      defer {
        posix_spawn_file_actions_destroy(&actions)
        close(ends[0])
      }
      posix_spawn_file_actions_adddup2(&actions, ends[0], 0)
      posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT | O_TRUNC, 0o644)
      posix_spawn_file_actions_addopen(&actions, 2, errors, O_WRONLY | O_CREAT | O_TRUNC, 0o644)
      do {
        return (try command.start(&actions), ends[1])
      } catch {
        close(ends[1])
        throw error
      }
    }
  }

  deinit {
    if status == nil {
      Glibc.kill(-id, SIGKILL)
      wait()
    }
    close(input)
  }

  /// Whether it has not ended yet.
  public var isRunning: Bool {
    guard status == nil else { return false }
    var raw: Int32 = 0
    if waitpid(id, &raw, WNOHANG) == id { status = RunningCommand.code(raw) }
    return status == nil
  }

  public func kill(_ signal: Int32) { Glibc.kill(id, signal) }

  /// How it ended, as a shell reports it: 128 + n when by signal n.
  @discardableResult
  public func wait() -> Int32 {
    if let status { return status }
    var raw: Int32 = 0
    while waitpid(id, &raw, 0) < 0, errno == EINTR {}
    let code = RunningCommand.code(raw)
    status = code
    return code
  }

  private static func code(_ raw: Int32) -> Int32 {
    let signal = raw & 0x7F
    return signal == 0 ? (raw >> 8) & 0xFF : 128 + signal
  }
}

extension Command {
  /// Starts it with default signal actions in a group of its own.
  func start(_ actions: inout posix_spawn_file_actions_t) throws -> pid_t {
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var signals = sigset_t()
    sigfillset(&signals)
    posix_spawnattr_setsigdefault(&attributes, &signals)
    sigemptyset(&signals)
    posix_spawnattr_setsigmask(&attributes, &signals)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETPGROUP))

    var words = ["/usr/bin/env", "--chdir=\(folder.path)"]
    if ignoresSIGPIPE { words.append("--ignore-signal=PIPE") }
    words.append(Command.located(arguments[0]))
    words += arguments.dropFirst()
    var argv = words.map { strdup($0) } + [nil]
    var envp = fullEnvironment.map { strdup($0) } + [nil]
    defer { (argv + envp).forEach { free($0) } }
    var process: pid_t = 0
    let code = posix_spawn(&process, words[0], &actions, &attributes, &argv, &envp)
    guard code == 0 else { throw Failure.cannotStart(words.joined(separator: " "), errno: code) }
    return process
  }

  private static func located(_ program: String) -> String {
    if program.contains("/") { return program }
    return [Repository.executables.path, "/usr/local/bin", "/usr/bin", "/bin"].map { "\($0)/\(program)" }.first { access($0, X_OK) == 0 } ?? program
  }
}
