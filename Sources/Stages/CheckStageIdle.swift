import Glibc

/// Tells when a command has done all it can with what it was sent, so that only another line can move it.
///
/// A command of one thread is idle when it waits in `read` on its standard input, as /proc shows, and nothing sent is unread: it cannot
/// have more to say. A command of several threads or processes (a shell pipeline) is idle when two looks in a row find the same
/// threads, all waiting and none asleep for a set time, with no time on a processor in between: then there was an instant at which all waited.
/// Being wrong here costs no truth: a record that leaves later than it should is seen as late.
struct IdleWatch {
  private let process: Int32
  private let syscallFile: Int32
  private var lastLook: [ThreadLook] = []
  /// The threads seen last; one of them may be joined by more at any time, so they are listed again now and then.
  private var isAlone = false
  private var looks = 0

  private struct ThreadLook: Equatable {
    var thread: Int32
    /// Nanoseconds on a processor, nanoseconds waiting for one, number of turns.
    var schedule: [UInt8]
  }

  init(process: Int32) {
    self.process = process
    syscallFile = open("/proc/\(process)/syscall", O_RDONLY | O_CLOEXEC)
  }

  func close() { if syscallFile >= 0 { Glibc.close(syscallFile) } }

  /// Whether the command waits for input. Ask only after all that was sent has been read.
  mutating func isIdle() -> Bool {
    if looks % 64 == 0 { isAlone = threads().count == 1 }
    looks += 1
    if isAlone, syscallFile >= 0 {
      var text = [UInt8](repeating: 0, count: 64)
      let count = pread(syscallFile, &text, text.count, 0)
      if count > 0 {
        if text.starts(with: Self.readingInput) { return true }
        // Waiting for something else: perhaps for children, which are looked at below.
        if text.starts(with: Self.running) || Self.isSleep(text) { return false }
      }
    }
    return isStill()
  }

  /// Two looks at all threads of all processes.
  private mutating func isStill() -> Bool {
    let threads = threads()
    isAlone = threads.count == 1
    var look: [ThreadLook] = []
    for (process, thread) in threads {
      let path = "/proc/\(process)/task/\(thread)"
      let call = Self.read("\(path)/syscall")
      if call.starts(with: Self.running) || Self.isSleep(call) { return forget() }
      if call.isEmpty, !Self.waits(Self.read("\(path)/stat")) { return forget() }
      look.append(ThreadLook(thread: thread, schedule: Self.read("\(path)/schedstat")))
    }
    defer { lastLook = look }
    return !look.isEmpty && look == lastLook
  }

  private mutating func forget() -> Bool {
    lastLook = []
    return false
  }

  /// All threads of the command and of its children.
  private func threads() -> [(process: Int32, thread: Int32)] {
    var found: [(Int32, Int32)] = []
    var open = [process]
    while let process = open.popLast() {
      for thread in Self.folder("/proc/\(process)/task") {
        found.append((process, thread))
        let children = Self.read("/proc/\(process)/task/\(thread)/children")
        open += children.split(separator: 0x20).compactMap { Int32(String(decoding: $0, as: UTF8.self)) }
      }
    }
    return found
  }

  /// The numeric names in a folder.
  private static func folder(_ path: String) -> [Int32] {
    guard let folder = opendir(path) else { return [] }
    defer { closedir(folder) }
    var names: [Int32] = []
    while let entry = readdir(folder) {
      let name = withUnsafeBytes(of: entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
      if let number = Int32(name) { names.append(number) }
    }
    return names
  }

  private static func read(_ path: String) -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return [] }
    defer { Glibc.close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: 1024)
    let count = Glibc.read(descriptor, &bytes, bytes.count)
    return Array(bytes.prefix(max(count, 0)))
  }

  /// The letter behind the name in /proc/…/stat: S or D is waiting.
  private static func waits(_ stat: [UInt8]) -> Bool {
    guard let end = stat.lastIndex(of: 0x29), end + 2 < stat.count else { return false }
    return stat[end + 2] == 0x53
  }

  private static let running = Array("running".utf8)

  // Numbers of system calls, as /proc/…/syscall begins: read of descriptor 0, nanosleep, clock_nanosleep.
  #if arch(arm64)
    private static let readingInput = Array("63 0x0 ".utf8)
    private static let sleeps = [Array("101 ".utf8), Array("115 ".utf8)]
  #else
    private static let readingInput = Array("0 0x0 ".utf8)
    private static let sleeps = [Array("35 ".utf8), Array("230 ".utf8)]
  #endif

  private static func isSleep(_ call: [UInt8]) -> Bool { sleeps.contains { call.starts(with: $0) } }
}
