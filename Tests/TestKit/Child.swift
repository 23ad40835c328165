import Foundation
import Glibc

/// The process behind a `Command`: spawned with default signal actions in a group of its own, fed and drained by one poll loop.
struct Child {
  private let command: Command
  private var input: [UInt8]
  private var written = 0
  private var pieceSize = Int.max
  /// Our ends; −1 where there is none or no more.
  private var toChild: Int32 = -1
  private var fromChild: [Int32] = [-1, -1]
  private var captured: [[UInt8]] = [[], []]
  /// Why its output could not be read to the end.
  private var lost: Int32?

  init(_ command: Command) {
    self.command = command
    switch command.input {
    case .bytes(let bytes): input = bytes
    case .pieces(let bytes, let size): (input, pieceSize) = (bytes, size)
    case .file: input = []
    }
  }

  /// A child that stops reading must not end the tests.
  private static let ignoreSIGPIPE: Void = { _ = signal(SIGPIPE, SIG_IGN) }()
  /// Between making its pipes and starting, a child must not be joined by another that would inherit them.
  static let spawning = NSLock()

  mutating func run() throws -> Outcome {
    Child.ignoreSIGPIPE
    let process = try Child.spawning.withLock { try spawn() }
    let finished = exchange(until: Date(timeIntervalSinceNow: command.limit))
    if !finished { kill(-process, SIGKILL) }
    var status: Int32 = 0
    while waitpid(process, &status, 0) < 0, errno == EINTR {}
    if let lost { throw Command.Failure.outputLost(command.arguments.joined(separator: " "), errno: lost) }
    guard finished else {
      throw Command.Failure.timedOut(
        command.arguments.joined(separator: " "), stdout: String(decoding: captured[0], as: UTF8.self),
        stderr: String(decoding: captured[1], as: UTF8.self))
    }
    let signal = status & 0x7F
    return Outcome(stdout: captured[0], stderr: captured[1], code: signal == 0 ? (status >> 8) & 0xFF : 128 + signal)
  }

  private mutating func spawn() throws -> pid_t {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    var childEnds: [Int32] = []
    defer {
      posix_spawn_file_actions_destroy(&actions)
      childEnds.forEach { close($0) }
    }
    if case .file(let path) = command.input {
      posix_spawn_file_actions_addopen(&actions, 0, path, O_RDONLY, 0)
    } else {
      // In packet mode each write is read on its own.
      let ends = try pipe(packets: pieceSize < Int.max)
      posix_spawn_file_actions_adddup2(&actions, ends.reading, 0)
      childEnds.append(ends.reading)
      toChild = ends.writing
      _ = fcntl(toChild, F_SETFL, fcntl(toChild, F_GETFL) | O_NONBLOCK)
    }
    switch command.output {
    case .captured, .brokenPipe:
      let ends = try pipe()
      posix_spawn_file_actions_adddup2(&actions, ends.writing, 1)
      childEnds.append(ends.writing)
      if case .brokenPipe = command.output { close(ends.reading) } else { fromChild[0] = ends.reading }
    case .closed: posix_spawn_file_actions_addclose(&actions, 1)
    case .file(let path): posix_spawn_file_actions_addopen(&actions, 1, path, O_WRONLY | O_CREAT | O_TRUNC, 0o644)
    }
    let errors = try pipe()
    posix_spawn_file_actions_adddup2(&actions, errors.writing, 2)
    childEnds.append(errors.writing)
    fromChild[1] = errors.reading

    do {
      return try command.start(&actions)
    } catch {
      (fromChild + [toChild]).filter { $0 >= 0 }.forEach { close($0) }
      throw error
    }
  }

  /// With `packets`, what one write puts in, one read takes out.
  private func pipe(packets: Bool = false) throws -> (reading: Int32, writing: Int32) {
    var ends: [Int32] = [0, 0]
    guard Glibc.pipe(&ends) == 0 else { throw Command.Failure.cannotStart("pipe", errno: errno) }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    if packets { _ = fcntl(ends[1], F_SETFL, Child.packetMode) }
    return (ends[0], ends[1])
  }

  /// `O_DIRECT`, which the Glibc module hides.
  #if arch(arm64)
    private static let packetMode: Int32 = 0o200000
  #else
    private static let packetMode: Int32 = 0o40000
  #endif

  /// Feeds and drains until the child has closed its outputs; `false` when `deadline` came first.
  private mutating func exchange(until deadline: Date) -> Bool {
    defer { (fromChild + [toChild]).filter { $0 >= 0 }.forEach { close($0) } }
    while fromChild.contains(where: { $0 >= 0 }) {
      if toChild >= 0, written == input.count {
        close(toChild)
        toChild = -1
      }
      var waits = [pollfd(fd: toChild, events: Int16(POLLOUT), revents: 0)] + fromChild.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
      let remaining = deadline.timeIntervalSinceNow
      guard remaining > 0 else { return false }
      guard poll(&waits, nfds_t(waits.count), Int32(min(remaining * 1000 + 1, 60_000))) > 0 else { continue }
      if waits[0].revents != 0 { feed() }
      for stream in 0...1 where waits[stream + 1].revents != 0 { drain(stream) }
    }
    return true
  }

  private mutating func feed() {
    let count = input.withUnsafeBytes { Glibc.write(toChild, $0.baseAddress! + written, min(pieceSize, $0.count - written)) }
    if count > 0 { written += count } else if errno != EAGAIN, errno != EINTR { written = input.count }
  }

  private mutating func drain(_ stream: Int) {
    var buffer = [UInt8](repeating: 0, count: 65_536)
    let count = read(fromChild[stream], &buffer, buffer.count)
    if count > 0 {
      captured[stream] += buffer[..<count]
    } else if count == 0 || errno != EINTR {
      if count < 0 { lost = errno }
      close(fromChild[stream])
      fromChild[stream] = -1
    }
  }
}
