import Glibc

/// The environment that a child of any of our programs gets: ours without the variables that hold secrets, but for those that it is to have.
public enum ChildEnvironment {
  /// Variables that hold secrets. Each may also be given as a file, which the variable with `_FILE` behind its name names.
  public static let secrets = [
    "TELEGRAM_BOT_TOKEN", "TELEGRAM_CHAT_ID", "DISCORD_WEBHOOK_URL", "SLACK_WEBHOOK_URL", "NTFY_TOPIC", "NTFY_TOKEN", "WEBHOOK_URL",
    "WEBHOOK_TOKEN",
  ]

  /// Returns true for a variable that children do not get.
  static func isWithheld(_ name: String) -> Bool { secrets.contains { name == $0 || name == "\($0)_FILE" } }

  /// Calls `body` with the environment of a child, as `posix_spawn` takes it. Values pass byte for byte.
  /// - Parameters:
  ///   - passing: names of secrets that the child gets.
  ///   - changes: variables that differ from ours.
  public static func with<R>(
    passing: [String] = [], changing changes: [String: String] = [:], _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>) -> R
  ) -> R {
    let added = changes.sorted { $0.key < $1.key }.map { strdup("\($0.key)=\($0.value)") }
    defer { added.forEach { free($0) } }
    var entries: [UnsafeMutablePointer<CChar>?] = []
    var next = environ
    while let entry = next.pointee {
      let length = strchr(entry, 0x3D).map { entry.distance(to: $0) } ?? strlen(entry)
      let name = String(decoding: UnsafeRawBufferPointer(start: entry, count: length), as: UTF8.self)
      if changes[name] == nil, !isWithheld(name) || passing.contains(name) { entries.append(entry) }
      next += 1
    }
    return (entries + added + [nil]).withUnsafeBufferPointer { body($0.baseAddress!) }
  }
}
