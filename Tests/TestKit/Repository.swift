import Foundation
import Glibc

/// Where things are, seen from a running test.
public enum Repository {
  /// The root of the checkout.
  public static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
  public static let fixtures = root.appending(path: "Fixtures")
  public static let pipelines = root.appending(path: "pipelines")

  /// The folder of the built executables: `SS_BIN`, else that of this very test build, so that a debug test never runs a stale release.
  public static let executables: URL = {
    if let named = ProcessInfo.processInfo.environment["SS_BIN"], !named.isEmpty { return URL(filePath: named, relativeTo: root).absoluteURL }
    let running = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
    if FileManager.default.isExecutableFile(atPath: running.appending(path: "ss-fetch").path) { return running }
    // The test bundle may be loaded by a helper of the toolchain instead of running itself.
    let bundle = CommandLine.arguments.first { $0.contains(".xctest") }.map { URL(filePath: String($0.prefix(while: { $0 != "=" }))) }
    if let folder = bundle?.deletingLastPathComponent(), FileManager.default.isExecutableFile(atPath: folder.appending(path: "ss-fetch").path) {
      return folder
    }
    return root.appending(path: ".build/debug").resolvingSymlinksInPath()
  }()

  /// The home of every command that is run: empty at first, gone when the tests end.
  static let home: URL = {
    let folder = FileManager.default.temporaryDirectory.appending(path: "snipersight-home-\(getpid())")
    try? FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    atexit { try? FileManager.default.removeItem(at: Repository.home) }
    return folder
  }()

  /// A new empty folder, gone after `body`.
  public static func withTemporaryFolder<R>(_ body: (URL) throws -> R) throws -> R {
    let folder = FileManager.default.temporaryDirectory.appending(path: "snipersight-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    return try body(folder)
  }
}
