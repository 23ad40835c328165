import Delivery
import Glibc
import Wire

/// A chart on its way: a PNG from the folder of charts, copied into memory when it was looked at. What is sent is what was looked at, whatever
/// happens to the file meanwhile, and nothing is left behind.
final class Picture {
  /// Why a picture is not sent.
  struct Refusal: Error { var text: String }

  /// Where the file is, free of links.
  let file: String
  let size: Int
  private let copy: Int32

  /// A name under which a program that we start can read the copy.
  var name: String { "/proc/\(getpid())/fd/\(copy)" }

  /// What Telegram takes; the other messengers take as much or more.
  private static let limit = 10_000_000
  private static let signature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]

  /// - Parameter folder: the folder of charts.
  init(_ path: String, in folder: String) throws(Refusal) {
    do throws(FileFailure) {
      let found = try RegularFile.open(path, beneath: folder)
      defer { close(found.descriptor) }
      let bytes = try RegularFile.contents(of: found.descriptor, found.path, limit: Picture.limit)
      guard bytes.starts(with: Picture.signature) else { throw FileFailure(path, EINVAL, reason: "no PNG") }
      file = found.path
      size = bytes.count
      copy = try bytes.withUnsafeBufferPointer { bytes throws(FileFailure) in try RegularFile.inMemory(bytes) }
    } catch {
      throw Refusal(text: error.text)
    }
  }

  deinit { close(copy) }
}
