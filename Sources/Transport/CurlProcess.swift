import Exchanges
import Glibc
import Wire

/// A running curl: configuration in on its standard input, lines out on its standard error. Killed when it is let go of before its end.
struct CurlProcess: ~Copyable {
  private let process: pid_t
  private let errors: Int32
  private var reader: LineReaderBox

  init(_ program: String, _ configuration: [UInt8]) throws(TransportFailure) {
    // A socket, so that a child that ends early shows as an error and not as a signal.
    var input: [Int32] = [0, 0]
    var output: [Int32] = [0, 0]
    guard socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &input) == 0 else { throw .unusable("socketpair: \(String(cString: strerror(errno)))") }
    guard pipe(&output) == 0 else {
      input.forEach { close($0) }
      throw .unusable("pipe: \(String(cString: strerror(errno)))")
    }
    for end in input + output { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
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
    guard code == 0 else {
      close(input[0])
      close(output[0])
      throw .unusable("\(program) cannot be started: \(String(cString: strerror(code))); it carries all requests, so install it")
    }
    process = child
    errors = output[0]
    reader = LineReaderBox(output[0])
    var done = 0
    while done < configuration.count {
      let wrote = configuration.withUnsafeBytes { send(input[0], $0.baseAddress! + done, configuration.count - done, Int32(MSG_NOSIGNAL)) }
      if wrote > 0 { done += wrote } else if errno != EINTR { break }
    }
    close(input[0])
  }

  deinit {
    if !reader.isOver { kill(process, SIGKILL) }
    var status: Int32 = 0
    while waitpid(process, &status, 0) < 0, errno == EINTR {}
    close(errors)
  }

  /// What curl says next; `nil` once it has ended.
  func nextLine() throws(TransportFailure) -> String? { try reader.next() }

  /// Its exit code, when it has ended.
  func wait() -> Int32 {
    var info = siginfo_t()
    while waitid(P_PID, id_t(process), &info, WEXITED | WNOWAIT) != 0, errno == EINTR {}
    return info._sifields._sigchld.si_status
  }
}

/// The lines of a descriptor, each a copy.
final class LineReaderBox {
  private var reader: LineReader
  private(set) var isOver = false

  init(_ descriptor: Int32) { reader = LineReader(descriptor: descriptor, capacity: 4096) }

  func next() throws(TransportFailure) -> String? {
    do throws(WireError) {
      if let line = try reader.next() { return line.text }
      isOver = true
      return nil
    } catch {
      if case .interrupted = error { throw .interrupted }
      throw .unusable("reading from curl: \(error.text)")
    }
  }
}

/// A private folder for the answers of one batch, gone with it. Those of processes that were killed are cleared away by the next.
struct ScratchFolder: ~Copyable {
  let path: String

  init() throws(TransportFailure) {
    let parent = getenv("TMPDIR").map { String(cString: $0) }.flatMap { $0.isEmpty ? nil : $0 } ?? "/tmp"
    ScratchFolder.clear(parent)
    var template = Array("\(parent)/\(ScratchFolder.prefix)\(getpid())-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw .unusable("\(parent): \(String(cString: strerror(errno)))") }
    path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  deinit { ScratchFolder.remove(path) }

  private static let prefix = "snipersight-curl-"

  private static func names(_ folder: String) -> [String] {
    guard let stream = opendir(folder) else { return [] }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
      names.append(withUnsafePointer(to: &entry.pointee.d_name) { $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) } })
    }
    return names
  }

  private static func remove(_ folder: String) {
    for name in names(folder) where name != "." && name != ".." { unlink("\(folder)/\(name)") }
    rmdir(folder)
  }

  private static func clear(_ parent: String) {
    for name in names(parent) where name.hasPrefix(prefix) {
      let owner = name.dropFirst(prefix.count).prefix { $0 != "-" }
      guard let process = pid_t(owner), kill(process, 0) != 0, errno == ESRCH else { continue }
      var status = stat()
      if lstat("\(parent)/\(name)", &status) == 0, status.st_uid == getuid(), status.st_mode & S_IFMT == S_IFDIR { remove("\(parent)/\(name)") }
    }
  }
}
