import Foundation
import Glibc
import TestKit

/// One scan of the synthetic market with every stage's output kept: made once, read by many tests.
struct KeptRun {
  static let stages = ["fetch", "indicators", "smc", "score", "plan", "risk", "notify"]
  /// The stages between two pipes.
  static let filters = Array(stages.dropFirst())
  /// Three symbols, so that a reference, its followers and their order are there; two weeks of evaluations, so that some are accepted.
  static let market = [
    "--exchange", "synthetic", "--symbols", "BTC/USDT,ETH/USDT,SOL/USDT", "--profile", "aggressive", "--seed", "13", "--from", "2024-06-18",
    "--bars", "400",
  ]

  let folder: URL
  let outcome: Outcome

  static let shared = Result { try KeptRun(output: "text") }

  init(output: String) throws {
    folder = KeptRun.scratch.appending(path: UUID().uuidString)
    outcome = try Command([Repository.pipelines.appending(path: "scan").path] + KeptRun.market + ["--output", output, "--keep", folder.path]).run()
  }

  /// Removed when the tests end.
  static let scratch: URL = {
    let folder = FileManager.default.temporaryDirectory.appending(path: "snipersight-tests-\(getpid())")
    atexit { try? FileManager.default.removeItem(at: KeptRun.scratch) }
    return folder
  }()

  func file(_ stage: String) -> URL { folder.appending(path: "\(stage).ndjson") }
  func bytes(_ stage: String) throws -> [UInt8] { Array(try Data(contentsOf: file(stage))) }
  func lines(_ stage: String) throws -> [String] {
    String(decoding: try bytes(stage), as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false).dropLast().map(String.init)
  }

  /// What `stage` reads: the output of the one before it.
  func input(of stage: String) throws -> [UInt8] { try bytes(before(stage)) }
  func before(_ stage: String) -> String { KeptRun.stages[(KeptRun.stages.firstIndex(of: stage) ?? 1) - 1] }
}

extension String {
  /// The value of the first `"type"`.
  var recordType: String? { firstMatch(of: #/"type":"([a-z_]+)"/#).map { String($0.1) } }
  /// As bytes with a line end.
  var line: [UInt8] { Array(utf8) + [0x0A] }
}
