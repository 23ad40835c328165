import Exchanges
import Glibc
import Wire

/// A running curl: its configuration goes in on its standard input, each answer comes out of a pipe of its own, and lines on its standard error say
/// which are whole. Nothing is written to the disk. What answers may hold together is bounded; the process is killed when it is let go of early.
final class CurlProcess {
  /// How one request ended.
  struct Ending {
    var index: Int
    var code: Int32
    /// curl's own words, which may be none.
    var words: String
    /// Why its answer was given up.
    var objection: AnswerPipe.Objection?

    var isTooLong: Bool { if case .tooLong = objection { true } else { false } }
    var text: String { objection?.text ?? (words.isEmpty ? "curl: error \(code)" : words) }
  }

  private var process: pid_t = 0
  private var errors: Int32 = -1
  private var said = ByteBuffer()
  private var isOver = false
  private let pipes: [AnswerPipe]
  private let mostBytes: Int
  private var held = 0
  private var waits: [pollfd]

  /// Bytes that one line on standard error may have.
  private static let longestLine = 64 << 10

  /// - Parameters:
  ///   - pipes: one for each request; `configuration` names them by their writing ends.
  ///   - mostBytes: that all answers together may hold at one time.
  init(_ program: String, _ configuration: [UInt8], _ pipes: [AnswerPipe], mostBytes: Int) throws(TransportFailure) {
    self.pipes = pipes
    self.mostBytes = mostBytes
    waits = pipes.map { pollfd(fd: $0.reading, events: Int16(POLLIN), revents: 0) }
    let input = try start(program)
    defer { close(input) }
    var done = 0
    while done < configuration.count {
      let wrote = configuration.withUnsafeBytes { send(input, $0.baseAddress.map { $0 + done }, configuration.count - done, Int32(MSG_NOSIGNAL)) }
      if wrote > 0 { done += wrote } else if errno != EINTR { break }
    }
  }

  deinit {
    guard process > 0 else { return }
    if !isOver { kill(process, SIGKILL) }
    var status: Int32 = 0
    while waitpid(process, &status, 0) < 0, errno == EINTR {}
    close(errors)
  }

  /// - Returns: our end of its standard input.
  private func start(_ program: String) throws(TransportFailure) -> Int32 {
    // A socket, so that a child that ends early shows as an error and not as a signal.
    var input: [Int32] = [0, 0]
    var output: [Int32] = [0, 0]
    guard socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &input) == 0 else { throw .unusable("socketpair: \(String(cString: strerror(errno)))") }
    guard pipe(&output) == 0 else {
      input.forEach { close($0) }
      throw .unusable("pipe: \(String(cString: strerror(errno)))")
    }
    for end in input + output { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    _ = fcntl(output[0], F_SETFL, O_NONBLOCK)
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    posix_spawn_file_actions_adddup2(&actions, input[1], 0)
    posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)
    posix_spawn_file_actions_adddup2(&actions, output[1], 2)
    // The first option keeps a user's ~/.curlrc out.
    var words: [UnsafeMutablePointer<CChar>?] = [program, "-q", "--config", "-"].map { (word: String) in strdup(word) } + [nil]
    var child: pid_t = 0
    let code = ChildEnvironment.with { posix_spawnp(&child, program, &actions, nil, &words, $0) }
    words.forEach { free($0) }
    posix_spawn_file_actions_destroy(&actions)
    close(input[1])
    close(output[1])
    pipes.forEach { $0.handOver() }
    guard code == 0 else {
      close(input[0])
      close(output[0])
      throw .unusable("\(program) cannot be started: \(String(cString: strerror(code))); it carries all requests, so install it")
    }
    process = child
    errors = output[0]
    return input[0]
  }

  /// Waits for the next request that ends; `nil` once curl itself has.
  func next() throws(TransportFailure) -> Ending? {
    while true {
      if let line = takeLine() {
        if let ending = ending(line) { return ending }
        continue
      }
      if isOver { return nil }
      guard said.count < CurlProcess.longestLine else { throw .unusable("curl writes a line without an end") }
      try receive()
    }
  }

  /// The whole answer to the request at `index`; valid until `forget`.
  func answer(_ index: Int) -> Bytes { pipes[index].bytes }

  func forget(_ index: Int) {
    held -= pipes[index].count
    pipes[index].discard()
    waits[index].fd = -1
  }

  /// Its exit code, when it has ended.
  func wait() -> Int32 {
    var info = siginfo_t()
    while waitid(P_PID, id_t(process), &info, WEXITED | WNOWAIT) != 0, errno == EINTR {}
    return info._sifields._sigchld.si_status
  }

  /// Waits until curl says or writes something, and takes it.
  private func receive() throws(TransportFailure) {
    waits.append(pollfd(fd: errors, events: Int16(POLLIN), revents: 0))
    let ready = poll(&waits, nfds_t(waits.count), 500)
    let speaks = waits.removeLast().revents != 0
    if SystemCalls().interruption() != 0 { throw .interrupted }
    guard ready > 0 else { return }
    for index in waits.indices where waits[index].revents != 0 { drain(index) }
    guard speaks else { return }
    said.reserve(4096)
    let got = read(errors, said.end, 4096)
    if got > 0 { said.advance(to: said.end + got) } else if got == 0 { isOver = true }
  }

  /// Takes what has come for one request, as far as all answers stay within their bound: else the longest of them is given up.
  private func drain(_ index: Int) {
    while pipes[index].reading >= 0 {
      let before = pipes[index].count
      let came = pipes[index].receive(atMost: mostBytes - held + 1)
      held += pipes[index].count - before
      if let longest = held > mostBytes ? pipes.indices.max(by: { pipes[$0].count < pipes[$1].count }) : nil {
        held -= pipes[longest].count
        pipes[longest].give(up: .tooLong(mostBytes))
        waits[longest].fd = -1
      } else if came == 0 {
        break
      }
    }
    if pipes[index].reading < 0 { waits[index].fd = -1 }
  }

  private func takeLine() -> String? {
    guard let end = said.bytes.firstIndex(of: 0x0A) else { return nil }
    defer { said.removeFirst(end + 1) }
    return Bytes(rebasing: said.bytes[..<end]).text
  }

  /// What a line says: "number exit-code words"; `nil` where it is none of ours.
  private func ending(_ line: String) -> Ending? {
    let words = line.split(separator: " ", maxSplits: 2, omittingEmptySubsequences: false)
    guard words.count >= 2, let index = Int(words[0]), let code = Int32(words[1]), pipes.indices.contains(index) else { return nil }
    // Whatever curl wrote of it is in the pipe by now.
    drain(index)
    // 63: the server said before how long its answer is, and curl did not begin with it.
    let objection = code == 63 ? .tooLong(mostBytes) : pipes[index].objection
    return Ending(index: index, code: code, words: words.count > 2 ? String(words[2]) : "", objection: objection)
  }
}
