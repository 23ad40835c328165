import Foundation

/// A server of Tests/loopback on 127.0.0.1, running as long as this lives.
public final class LoopbackServer: Sendable {
  public struct DidNotStart: Error {}

  public let url: String
  private let process: RunningCommand

  /// - Parameter log: a file for what it says on standard error.
  public init(_ script: String, _ arguments: [String], log: String = "/dev/null") throws {
    let output = FileManager.default.temporaryDirectory.appending(path: "loopback-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: output) }
    let path = Repository.root.appending(path: "Tests/loopback/\(script)").path
    process = try RunningCommand(Command(["python3", path] + arguments), output: output.path, errors: log)
    var line = ""
    for _ in 0..<6000 where !line.hasSuffix("\n") {
      usleep(10_000)
      line = try String(contentsOf: output, encoding: .utf8)
    }
    guard let port = Int(line.trimmingCharacters(in: .newlines)) else { throw DidNotStart() }
    url = "http://127.0.0.1:\(port)"
  }

  public func get(_ path: String) throws -> Data { Data(try Command("curl", "-q", "-s", "\(url)\(path)").run().stdout) }
}
