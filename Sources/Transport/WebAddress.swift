/// An address that messages go to, in its parts.
struct WebAddress {
  let isEncrypted: Bool
  /// `name:password` in front of the host.
  let user: String?
  /// Without its port, in small letters.
  let host: String
  /// Scheme, user, host and port.
  let origin: String
  /// Path and query; `/` where there is none. What stands behind `#` is no part of a request.
  let target: String

  /// `nil` for what is no `http://` or `https://` with a host, or holds anything but printable ASCII.
  init?(_ text: String) {
    guard text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }), let colon = text.firstIndex(of: ":") else { return nil }
    let scheme = text[..<colon].lowercased()
    guard scheme == "http" || scheme == "https", text[colon...].hasPrefix("://") else { return nil }
    let rest = text[colon...].dropFirst(3)
    let authority = rest.prefix { !"/?#\\".contains($0) }
    let target = rest[authority.endIndex...].prefix { $0 != "#" }
    let at = authority.lastIndex(of: "@")
    let place = at.map { authority[authority.index(after: $0)...] } ?? authority
    let host = place.first == "[" ? place.prefix { $0 != "]" } + "]" : place.prefix { $0 != ":" }
    guard !host.isEmpty, host != "[]" else { return nil }
    isEncrypted = scheme == "https"
    user = at.map { String(authority[..<$0]) }
    self.host = host.lowercased()
    origin = "\(scheme)://\(authority)"
    self.target = target.first == "/" ? String(target) : "/\(target)"
  }

  var text: String { origin + target }

  /// True if the host is this machine, so that nothing leaves it.
  var isLoopback: Bool {
    if host == "localhost" || host == "[::1]" { return true }
    let numbers = host.split(separator: ".", omittingEmptySubsequences: false)
    return numbers.count == 4 && numbers.allSatisfy { UInt8($0) != nil } && numbers[0] == "127"
  }

  /// The target with a parameter of the query, which takes the place of one that has its name.
  func target(with name: String, _ value: String) -> String {
    let parts = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
    let query = parts.count > 1 ? parts[1].split(separator: "&").filter { $0 != name[...] && !$0.hasPrefix("\(name)=") } : []
    return "\(parts[0])?\((query.map { String($0) } + ["\(name)=\(value)"]).joined(separator: "&"))"
  }
}
