import Foundation

/// One folder `Fixtures/cases/<stage>/<slug>`: `cmd`, a line for bash run in that folder; `in.ndjson`, what it reads (absent: nothing); and
/// what has to come out: `out.ndjson`, `err.txt`, `code`. A file `once` says why the case is not fed in other ways as well.
public struct GoldenCase: Sendable {
  public var folder: URL
  public var command: String
  public var input: [UInt8]
  public var runsOnce: Bool

  public static let cases = Repository.fixtures.appending(path: "cases")

  public init(_ folder: URL) throws {
    self.folder = folder
    command = try String(contentsOf: folder.appending(path: "cmd"), encoding: .utf8).trimmingCharacters(in: .whitespacesAndNewlines)
    input = GoldenCase.bytes(folder.appending(path: "in.ndjson")) ?? []
    runsOnce = FileManager.default.fileExists(atPath: folder.appending(path: "once").path)
  }

  public var name: String { "\(folder.deletingLastPathComponent().lastPathComponent)/\(folder.lastPathComponent)" }

  /// All case folders under `stage`, or under every stage but the negative control, in order of name.
  public static func all(under stage: String? = nil) throws -> [GoldenCase] {
    let stages = try stage.map { [cases.appending(path: $0)] } ?? folders(in: cases).filter { $0.lastPathComponent != "negative-control" }
    return try stages.flatMap { try folders(in: $0) }.map { try GoldenCase($0) }
  }

  private static func folders(in folder: URL) throws -> [URL] {
    try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: [.isDirectoryKey])
      .filter { try $0.resourceValues(forKeys: [.isDirectoryKey]).isDirectory == true }
      .sorted { $0.path < $1.path }
  }

  private static func bytes(_ file: URL) -> [UInt8]? { (try? Data(contentsOf: file)).map { Array($0) } }

  public func run(_ input: Command.Input? = nil) throws -> Outcome {
    try Command(shell: command).with {
      $0.folder = folder
      $0.input = input ?? .bytes(self.input)
    }.run()
  }

  /// What differs from the recorded outcome, each as one readable paragraph; none when all is equal to the byte.
  public func differences(from outcome: Outcome) -> [String] {
    var found: [String] = []
    for (file, actual) in [("out.ndjson", outcome.stdout), ("err.txt", outcome.stderr), ("code", Array("\(outcome.code)\n".utf8))] {
      guard let expected = GoldenCase.bytes(folder.appending(path: file)) else {
        found.append("\(name): \(file) is missing; SS_RECORD=1 writes it")
        continue
      }
      if expected != actual { found.append("\(name): \(file): \(GoldenCase.firstDifference(expected, actual))") }
    }
    return found
  }

  private static func firstDifference(_ expected: [UInt8], _ actual: [UInt8]) -> String {
    let (old, new) = (Outcome.lines(of: expected), Outcome.lines(of: actual))
    let line = zip(old, new).enumerated().first { $0.element.0 != $0.element.1 }?.offset ?? min(old.count, new.count)
    let shown = { (lines: [String]) in line < lines.count ? String(lines[line].prefix(2000)) : "(nothing)" }
    return "line \(line + 1) of \(new.count)\n  expected: \(shown(old))\n  found:    \(shown(new))"
  }

  /// Makes `outcome` the expected one. The diff is to be read before it is committed.
  public func record(_ outcome: Outcome) throws {
    try Data(outcome.stdout).write(to: folder.appending(path: "out.ndjson"))
    try Data(outcome.stderr).write(to: folder.appending(path: "err.txt"))
    try Data("\(outcome.code)\n".utf8).write(to: folder.appending(path: "code"))
  }
}
