import Foundation
import TestKit
import Testing

/// The venue of Tests/loopback on 127.0.0.1, running as long as this lives.
final class LoopbackVenue {
  let url: String
  private let process: RunningCommand

  init(_ arguments: [String]) throws {
    let output = FileManager.default.temporaryDirectory.appending(path: "venue-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: output) }
    let script = Repository.root.appending(path: "Tests/loopback/venue.py").path
    process = try RunningCommand(Command(["python3", script] + arguments), output: output.path)
    var line = ""
    for _ in 0..<6000 where !line.hasSuffix("\n") {
      usleep(10_000)
      line = try String(contentsOf: output, encoding: .utf8)
    }
    let port = try #require(Int(line.trimmingCharacters(in: .newlines)), "the loopback venue did not start")
    url = "http://127.0.0.1:\(port)"
  }

  /// What it counts; `change` is a query such as `clear=1`.
  @discardableResult
  func control(_ change: String = "") throws -> [String: Int] {
    let outcome = try Command("curl", "-q", "-s", "\(url)/control?\(change)").run()
    return try JSONDecoder().decode([String: Int].self, from: Data(outcome.stdout))
  }
}

/// Folders of one user, and ss-fetch run for him.
struct FetchUser {
  let folder: URL
  let venue: LoopbackVenue

  func command(_ arguments: [String]) -> Command {
    Command(["ss-fetch"] + arguments + ["--base-url", venue.url]).with {
      $0.environment = [
        "XDG_CACHE_HOME": folder.appending(path: "cache").path, "XDG_STATE_HOME": folder.appending(path: "state").path, "TMPDIR": folder.path,
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

  static func with(_ venue: LoopbackVenue, _ body: (FetchUser) throws -> Void) throws {
    try Repository.withTemporaryFolder { try body(FetchUser(folder: $0, venue: venue)) }
  }
}
