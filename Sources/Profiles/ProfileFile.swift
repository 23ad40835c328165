/// A profile that a user wrote: lines of `key=value` over a built-in profile, which the first of them names.
///
///     extends=trend
///     score.minimum_score=72   # stricter than trend's own
///
/// What follows a `#` at the start of a line or behind a space is a comment. `profile=trend`, as `--print-config` begins, says the same as
/// `extends=trend`: a printed configuration is a profile file. The profile is called what its file is called.
public struct ProfileFile: Sendable {
  public let name: String
  /// The built-in profile whose values it begins with.
  public let base: Profile
  /// `key=value`, and the line on which it stands, from 1.
  let assignments: [(text: String, line: Int)]

  /// Why a file was refused; the line from 1, or `nil` where all lines together are wrong.
  public struct Fault: Error {
    public let line: Int?
    public let error: SettingError
  }

  public init(name: String, bytes: [UInt8]) throws(Fault) {
    var base: Profile?
    var assignments: [(text: String, line: Int)] = []
    for (index, bytes) in bytes.split(separator: 0x0A, omittingEmptySubsequences: false).enumerated() {
      let text = Setting.assignment(String(decoding: bytes, as: UTF8.self))
      if text.isEmpty { continue }
      if base == nil {
        let named = ["extends=", "profile="].first { text.hasPrefix($0) }.map { String(text.dropFirst($0.count)) }
        guard let named else { throw Fault(line: index + 1, error: .noBase) }
        base = Profile.named(named)
        if base == nil { throw Fault(line: index + 1, error: .unknownProfile(named)) }
      } else {
        assignments.append((text, index + 1))
      }
    }
    guard let base else { throw Fault(line: nil, error: .noBase) }
    guard Profile.named(name) == nil, ProfileFile.isName(name) else { throw Fault(line: nil, error: .badName(name)) }
    self.name = name
    self.base = base
    self.assignments = assignments
  }

  /// Whether a profile of a user may be called so: small letters, digits, `-` and `_`.
  public static func isName(_ text: String) -> Bool {
    !text.isEmpty && text.utf8.count <= 64 && text.utf8.allSatisfy { ($0 >= 97 && $0 <= 122) || ($0 >= 48 && $0 <= 57) || $0 == 45 || $0 == 95 }
  }
}
