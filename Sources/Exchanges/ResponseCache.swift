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

  private func path(_ name: String) -> String {
    let hash = name.utf8.reduce(0xCBF2_9CE4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    return "\(folder)/\(String(hash, radix: 16)).json"
  }

  /// - Parameter age: milliseconds that it may be old; `nil` for any age.
  public func read(_ name: String, notOlderThan age: Int64?) -> [UInt8]? {
    let descriptor = open(path(name), O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_size > 0 else { return nil }
    let written = Int64(status.st_mtim.tv_sec) * 1000
    if let age, WeightLedger.now.milliseconds - written > age { return nil }
    var bytes = [UInt8](repeating: 0, count: Int(status.st_size))
    return pread(descriptor, &bytes, bytes.count, 0) == bytes.count ? bytes : nil
  }

  public func write(_ name: String, _ bytes: Bytes) throws(FileFailure) {
    let path = path(name)
    let temporary = "\(path).\(getpid())"
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw FileFailure(temporary) }
    defer { close(descriptor) }
    try StoreFile.write(bytes, to: descriptor, temporary)
    guard rename(temporary, path) == 0 else { throw FileFailure(path) }
  }
}
