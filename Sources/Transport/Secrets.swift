import Delivery
import Glibc
import Wire

/// What must appear nowhere but in a request. Read from the environment, or from a file that the environment names.
struct Secrets {
  private var scrubber = Scrubber()

  /// The value of `name`, or of the file that `name_FILE` names; what is no secret is not looked for in texts.
  mutating func read(_ name: String, isOptional: Bool = false, isShown: Bool = false) throws(CourierFault) -> String? {
    var found = getenv(name).map { Array(String(cString: $0).utf8) } ?? []
    if found.isEmpty, let file = getenv("\(name)_FILE").map({ String(cString: $0) }), !file.isEmpty {
      found = try SecretFile.contents(file, for: "\(name)_FILE")
    }
    let text = Secrets.trimmed(found)
    if text.isEmpty {
      if isOptional { return nil }
      throw .credentials("\(name) is not set", hint: "set it, or \(name)_FILE to the name of a file that holds it")
    }
    guard text.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else { throw .credentials("\(name) holds what no secret holds", hint: nil) }
    let secret = String(decoding: text, as: UTF8.self)
    if !isShown { scrubber.add(secret) }
    return secret
  }

  /// An address that is a secret as a whole. It goes where it says, or with its path and query to `base`.
  mutating func address(_ name: String, base: String?) throws(CourierFault) -> WebAddress {
    let text = try read(name) ?? ""
    guard let address = WebAddress(text) else { throw .credentials("\(name) is no address that begins with https://", hint: nil) }
    if let base {
      guard let moved = WebAddress(base + address.target) else { throw .usage("--base-url is no address that begins with https://") }
      return moved
    }
    guard address.isEncrypted || address.isLoopback else {
      throw .credentials(
        "\(name) begins with http://, and what is sent there can be read on its way",
        hint: "make it https://, or name the server by --base-url http://HOST if the network is yours")
    }
    return address
  }

  private static func trimmed(_ bytes: [UInt8]) -> [UInt8] {
    let isSpace: (UInt8) -> Bool = { $0 == 0x20 || (0x09...0x0D).contains($0) }
    return Array(bytes.drop(while: isSpace).reversed().drop(while: isSpace).reversed())
  }

  /// The text without any secret that it may hold.
  func scrubbed(_ text: String) -> String { scrubber.scrubbed(text) }
}

/// A file that holds a secret and nothing else: a regular file, or a pipe that a shell has put in the place of one.
private enum SecretFile {
  private static let limit = 4096
  /// Seconds that a pipe may take.
  private static let patience = 10

  static func contents(_ path: String, for name: String) throws(CourierFault) -> [UInt8] {
    // A pipe without a writer does not make the call wait.
    let descriptor = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw .credentials("\(name): the file cannot be read: \(String(cString: strerror(errno)))", hint: "it needs to be readable by its owner")
    }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, [S_IFREG, S_IFIFO].contains(status.st_mode & S_IFMT) else {
      throw .credentials("\(name) names neither a file nor a pipe", hint: nil)
    }
    var bytes = [UInt8](repeating: 0, count: limit + 1)
    var count = 0
    var waits = 0
    while count < bytes.count {
      let got = bytes.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress! + count, $0.count - count) }
      if got == 0 { break }
      if got > 0 {
        count += got
        continue
      }
      guard errno == EAGAIN || errno == EINTR else { throw .credentials("\(name): \(String(cString: strerror(errno)))", hint: nil) }
      if SystemCalls().interruption() != 0 { throw .interrupted }
      guard waits < patience * 10 else { throw .credentials("\(name): nothing came through the pipe in \(patience) s", hint: nil) }
      var wait = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
      waits += poll(&wait, 1, 100) == 0 ? 1 : 0
    }
    if count > limit { throw .credentials("\(name): the file has more than \(limit) bytes, and no secret has", hint: nil) }
    return Array(bytes[..<count])
  }
}
