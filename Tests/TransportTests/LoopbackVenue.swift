import Foundation
import TestKit
import Testing

/// The venue of Tests/loopback, running as long as this lives.
final class LoopbackVenue {
  private let server: LoopbackServer
  var url: String { server.url }

  init(_ arguments: [String]) throws { server = try LoopbackServer("venue.py", arguments) }

  /// What it counts; `change` is a query such as `clear=1`.
  @discardableResult
  func control(_ change: String = "") throws -> [String: Int] {
    try JSONDecoder().decode([String: Int].self, from: try server.get("/control?\(change)"))
  }
}

/// Folders of one user, and ss-fetch run for him. Requests that fail are soon repeated, so that tests are not spent waiting.
struct FetchUser {
  let folder: URL
  let venue: LoopbackVenue

  func command(_ arguments: [String]) -> Command {
    Command(["ss-fetch"] + arguments + ["--base-url", venue.url]).with {
      $0.environment = [
        "XDG_CACHE_HOME": folder.appending(path: "cache").path, "XDG_STATE_HOME": folder.appending(path: "state").path, "TMPDIR": folder.path,
        "SS_FETCH_RETRY_PAUSE": "0.05",
      ]
    }
  }

  func fetch(_ arguments: String...) throws -> Outcome { try command(arguments).run() }

  /// All files of the store, by name.
  func stored() throws -> [String: Data] {
    let store = folder.appending(path: "cache/snipersight")
    var files: [String: Data] = [:]
    for name in FileManager.default.enumerator(atPath: store.path)?.allObjects as? [String] ?? [] where name.hasSuffix(".ndjson") {
      files[name] = try Data(contentsOf: store.appending(path: name))
    }
    return files
  }

  static func with<R>(_ venue: LoopbackVenue, _ body: (FetchUser) throws -> R) throws -> R {
    try Repository.withTemporaryFolder { try body(FetchUser(folder: $0, venue: venue)) }
  }
}

/// Waits until something holds; what takes longer than five minutes does not happen, however slow the machine.
func eventually(_ what: String, _ condition: () throws -> Bool) throws {
  let deadline = Date(timeIntervalSinceNow: 300)
  while try !condition() {
    try #require(Date() < deadline, "\(what): waited in vain")
    Thread.sleep(forTimeInterval: 0.05)
  }
}

/// Long versions of tests: `SS_SOAK=1`, as `make soak-fetch` sets it.
let isSoak = ProcessInfo.processInfo.environment["SS_SOAK"] != nil
