import Delivery
import Glibc

/// What must appear nowhere but in a request. Read from the environment, or from a file that the environment names, and taken out of the
/// environment so that no child process inherits it.
struct Secrets {
  private var known: [[UInt8]] = []

  /// The value of `name`, or of the file that `name_FILE` names.
  mutating func read(_ name: String, isOptional: Bool = false) throws(CourierFault) -> String? {
    let value = getenv(name).map { String(cString: $0) }
    let file = getenv("\(name)_FILE").map { String(cString: $0) }
    unsetenv(name)
    var found = value
    if found?.isEmpty ?? true, let file, !file.isEmpty {
      found = Secrets.contents(file)
      if found == nil { throw .credentials("\(name)_FILE: the file cannot be read", hint: "it needs to be readable by its owner") }
    }
    let text = String((found ?? "").filter { !$0.isWhitespace })
    if text.isEmpty {
      if isOptional { return nil }
      throw .credentials("\(name) is not set", hint: "set it, or \(name)_FILE to the name of a file that holds it")
    }
    guard text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else { throw .credentials("\(name) holds what no secret holds", hint: nil) }
    known.append(Array(text.utf8))
    // Of an address only the path is secret; it may be shown without the host.
    if let path = Secrets.path(text), path.count > 1 { known.append(Array(path.utf8)) }
    return text
  }

  /// `/services/…` of `https://host/services/…`.
  static func path(_ url: String) -> String? {
    guard url.hasPrefix("http://") || url.hasPrefix("https://") else { return nil }
    let rest = url.drop { $0 != ":" }.dropFirst(3)
    return rest.firstIndex(of: "/").map { String(rest[$0...]) }
  }

  private static func contents(_ path: String) -> String? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: 4096)
    let got = Glibc.read(descriptor, &bytes, bytes.count)
    return got < 0 ? nil : String(decoding: bytes[..<got], as: UTF8.self)
  }

  /// The text without any secret that it may hold.
  func scrubbed(_ text: String) -> String {
    var bytes = Array(text.utf8)
    for secret in known where secret.count > 0 {
      var place = 0
      while place + secret.count <= bytes.count {
        if bytes[place..<(place + secret.count)].elementsEqual(secret) {
          bytes.replaceSubrange(place..<(place + secret.count), with: [0x2A, 0x2A, 0x2A])
        }
        place += 1
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
