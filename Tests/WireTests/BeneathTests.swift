import Foundation
import TestKit
import Testing
import Wire

/// A file below a folder is found by the bytes of its path: a mark behind a slash is one `Character` with it.
@Suite struct BeneathTests {
  @Test(arguments: ["x", "\u{301}x", "\u{200D}"]) func noLinkOnTheWayLeavesTheFolder(_ name: String) throws {
    try Repository.withTemporaryFolder { folder in
      let (inside, outside) = (folder.appending(path: "inside").path, folder.appending(path: "outside").path)
      for each in [inside, outside] {
        try FileManager.default.createDirectory(atPath: each, withIntermediateDirectories: true)
        try #require(FileManager.default.createFile(atPath: each + "/" + name, contents: Data("x".utf8)))
      }
      try FileManager.default.createSymbolicLink(atPath: inside + "/way", withDestinationPath: outside)
      let found = try RegularFile.open(inside + "/" + name, beneath: inside)
      #expect(found.descriptor >= 0)
      close(found.descriptor)
      #expect(throws: FileFailure.self) { try RegularFile.open(inside + "/way/" + name, beneath: inside) }
    }
  }
}
