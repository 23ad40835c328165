import CBytes
import Glibc

/// A program run on two pipes: it reads what is written to it, and what it writes is read back. It leads a process group of its own and
/// begins with default signal actions; dropping the value kills the group.
public struct ChildProcess: ~Copyable {
  public let id: pid_t
  /// The end of the pipe that the child reads; −1 once closed. Never blocks.
  public private(set) var input: Int32
  /// The end of the pipe that the child writes; −1 after its end of file. Never blocks.
  public private(set) var output: Int32
  /// How it ended, as a shell tells it: its exit code, or 128 + the signal. `nil` until `wait`.
  public private(set) var status: Int32?

  /// Where its standard error goes.
  public enum Errors: Sendable { case inherited, discarded }

  /// Starts `words[0]`, looked up in PATH, in our environment without secrets (`ChildEnvironment`).
  /// - Parameters:
  ///   - passing: names of secrets that it gets.
  ///   - changes: variables of its environment that differ from ours.
  public init(
    _ words: [String], passing: [String] = [], changing changes: [String: String] = [:], errors: Errors = .inherited
  ) throws(WireError) {
    // A child that stops reading is an error of a write, not our death.
    signal(SIGPIPE, SIG_IGN)
    let toChild = try ChildProcess.makePipe()
    let fromChild: (reading: Int32, writing: Int32)
    do throws(WireError) {
      fromChild = try ChildProcess.makePipe()
    } catch {
      close(toChild.reading)
      close(toChild.writing)
      throw error
    }
    let process: pid_t
    do throws(WireError) {
      defer {
        close(toChild.reading)
        close(fromChild.writing)
      }
      process = try ChildProcess.spawn(words, passing, changes, reads: toChild.reading, writes: fromChild.writing, errors)
    } catch {
      close(toChild.writing)
      close(fromChild.reading)
      throw error
    }
    // What people are told of once, a child of ours need not tell again.
    PipeMark.set(toChild.writing)
    id = process
    input = toChild.writing
    output = fromChild.reading
    for descriptor in [input, output] { _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK) }
  }

  deinit {
    if input >= 0 { close(input) }
    if output >= 0 { close(output) }
    guard status == nil else { return }
    kill(-id, SIGKILL)
    var raw: Int32 = 0
    while waitpid(id, &raw, 0) < 0, errno == EINTR {}
  }

  // MARK: Exchange

  /// Writes all of `bytes`, collecting meanwhile what the child writes: neither waits for the other. Once the child reads no more, the rest is dropped.
  public mutating func write(_ bytes: Bytes, receiving out: inout ByteBuffer) throws(WireError) {
    var done = 0
    while done < bytes.count, input >= 0 { done += try exchange(Bytes(rebasing: bytes[done...]), receiving: &out, waiting: -1) }
  }

  /// Writes what fits of `bytes` and appends what the child has written to `out`. Where neither is possible at once it waits at most
  /// `milliseconds` for either (−1: until it is). Returns how much was written.
  public mutating func exchange(_ bytes: Bytes, receiving out: inout ByteBuffer, waiting milliseconds: Int32) throws(WireError) -> Int {
    let written = try writeSome(bytes)
    guard written == 0, try receive(into: &out, waiting: 0) == .nothing, milliseconds != 0 else { return written }
    var waits = [
      pollfd(fd: bytes.isEmpty ? -1 : input, events: Int16(POLLOUT), revents: 0), pollfd(fd: output, events: Int16(POLLIN), revents: 0),
    ]
    _ = poll(&waits, 2, milliseconds)
    try ChildProcess.stopIfInterrupted()
    if waits[1].revents != 0 { _ = try receive(into: &out, waiting: 0) }
    return waits[0].revents != 0 ? try writeSome(bytes) : 0
  }

  /// Writes what fits.
  private mutating func writeSome(_ bytes: Bytes) throws(WireError) -> Int {
    while input >= 0, let start = bytes.baseAddress, !bytes.isEmpty {
      let written = Glibc.write(input, start, bytes.count)
      if written >= 0 { return written }
      switch errno {
      case EINTR: try ChildProcess.stopIfInterrupted()
      case EAGAIN: return 0
      case EPIPE: closeInput()
      case let code: throw .writeFailed(errno: code)
      }
    }
    return 0
  }

  public enum Received: Sendable { case bytes, nothing, end }

  /// Appends what the child has written to `out`, waiting at most `milliseconds` for it (−1: until it comes).
  public mutating func receive(into out: inout ByteBuffer, waiting milliseconds: Int32) throws(WireError) -> Received {
    guard output >= 0 else { return .end }
    while true {
      out.reserve(ChildProcess.pipeSize)
      let got = read(output, out.end, ChildProcess.pipeSize)
      if got > 0 {
        out.advance(to: out.end + got)
        return .bytes
      }
      if got == 0 {
        close(output)
        output = -1
        return .end
      }
      switch errno {
      case EINTR: break
      case EAGAIN:
        if milliseconds == 0 { return .nothing }
        var wait = pollfd(fd: output, events: Int16(POLLIN), revents: 0)
        if poll(&wait, 1, milliseconds) == 0 { return .nothing }
      case let code: throw .readFailed(errno: code)
      }
      try ChildProcess.stopIfInterrupted()
    }
  }

  /// Bytes written that nobody has read yet.
  public var unread: Int {
    var count: Int32 = 0
    return input >= 0 && ioctl(input, UInt(FIONREAD), &count) == 0 ? Int(count) : 0
  }

  /// From now on each write is read on its own, however fast the writer is.
  public func keepWritesApart() { cbytes_packet_pipe(input) }

  /// The child reads an end of file.
  public mutating func closeInput() {
    guard input >= 0 else { return }
    close(input)
    input = -1
  }

  /// Waits for the end of the child. Close its input and read its output first, or it may wait for us.
  public mutating func wait() throws(WireError) -> Int32 {
    while true { if let status = try wait(options: 0) { return status } }
  }

  /// The same, but at most `milliseconds`; `nil` while it still runs then.
  public mutating func wait(atMost milliseconds: Int) throws(WireError) -> Int32? {
    var left = milliseconds
    while true {
      if let status = try wait(options: WNOHANG) { return status }
      guard left > 0 else { return nil }
      usleep(1000)
      left -= 1
    }
  }

  private mutating func wait(options: Int32) throws(WireError) -> Int32? {
    if let status { return status }
    var raw: Int32 = 0
    let ended = waitpid(id, &raw, options)
    guard ended > 0 else {
      guard ended == 0 || errno == EINTR else { throw .readFailed(errno: errno) }
      try ChildProcess.stopIfInterrupted()
      return nil
    }
    let signal = raw & 0x7F
    let status = signal == 0 ? (raw >> 8) & 0xFF : 128 + signal
    self.status = status
    return status
  }

  // MARK: Start

  /// Room asked for in each pipe, and the most that one read takes.
  private static let pipeSize = 1 << 18

  private static func stopIfInterrupted() throws(WireError) {
    let signal = cbytes_interruption()
    if signal != 0 { throw .interrupted(signal: signal) }
  }

  private static func makePipe() throws(WireError) -> (reading: Int32, writing: Int32) {
    var ends: [Int32] = [0, 0]
    guard pipe(&ends) == 0 else { throw .cannotStart(errno: errno) }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    cbytes_grow_pipe(ends[1], Int32(pipeSize))
    return (ends[0], ends[1])
  }

  private static func spawn(
    _ words: [String], _ passing: [String], _ changes: [String: String], reads: Int32, writes: Int32, _ errors: Errors
  ) throws(WireError) -> pid_t {
    guard let program = words.first else { throw .cannotStart(errno: ENOENT) }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, reads, 0)
    posix_spawn_file_actions_adddup2(&actions, writes, 1)
    if errors == .discarded { posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0) }

    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var signals = sigset_t()
    sigfillset(&signals)
    posix_spawnattr_setsigdefault(&attributes, &signals)
    sigemptyset(&signals)
    posix_spawnattr_setsigmask(&attributes, &signals)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETPGROUP))

    var argv = words.map { strdup($0) } + [nil]
    defer { for text in argv { free(text) } }
    var process: pid_t = 0
    let code = ChildEnvironment.with(passing: passing, changing: changes) {
      posix_spawnp(&process, program, &actions, &attributes, &argv, $0)
    }
    guard code == 0 else { throw .cannotStart(errno: code) }
    return process
  }
}
