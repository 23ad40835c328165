import Glibc
import Market
import Wire

/// Answers that change slowly, such as lists of instruments, kept for a while: one file each, beside the candles.
public struct ResponseCache {
  private let folder: String

  public init(folder: String) throws(FileFailure) {
    self.folder = "\(folder)/.responses"
    try createFolder(self.folder)
  }

  private func path(_ name: String) -> String { "\(folder)/\(FileName.of(name, ending: ".json"))" }

  /// - Parameter age: milliseconds that it may be old; `nil` for any age.
  public func read(_ name: String, notOlderThan age: Int64?) -> [UInt8]? {
    guard let descriptor = try? RegularFile.open(path(name), for: .reading) else { return nil }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_size > 0 else { return nil }
    let written = Int64(status.st_mtim.tv_sec) * 1000
    if let age, WeightLedger.now.milliseconds - written > age { return nil }
    return try? RegularFile.contents(of: descriptor, path(name), limit: ResponseCache.limit)
  }

  public func write(_ name: String, _ bytes: Bytes) throws(FileFailure) {
    let file = try Replacement(of: path(name), mode: 0o644)
    try file.write(bytes)
    try file.keep()
  }

  /// Far more than any answer holds.
  private static let limit = 64 << 20
}
