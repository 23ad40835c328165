import Foundation
import TestKit
import Testing

/// Pictures that a stream or a journal names: only PNGs from the folder of charts leave, whatever stands in the file's place.
@Suite struct PictureTests {
  static let signature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
  static let secret = "root-Secret"

  private static func plan(_ chart: String) -> String {
    Records.plan(1).replacing("}\n", with: #","chart":{"path":"\#(chart)"}}"# + "\n")
  }

  /// What may not be sent, made in and beside the folder of charts; its path as a JSON text.
  static let refused: [(name: String, make: @Sendable (LoopbackChat) throws -> String)] = [
    ("a secret elsewhere", { try write(secret, $0.folder.appending(path: "secret")) }),
    ("a secret in the folder", { try write(secret, $0.charts.appending(path: "secret.png")) }),
    ("a PNG elsewhere", { try write(png, $0.folder.appending(path: "elsewhere.png")) }),
    (
      "a link",
      { chat in
        let target = try write(png, chat.folder.appending(path: "elsewhere.png"))
        return try link(chat.charts.appending(path: "link.png"), to: target)
      }
    ),
    (
      "a link within the folder",
      { chat in
        let target = try write(png, chat.charts.appending(path: "good.png"))
        return try link(chat.charts.appending(path: "link.png"), to: target)
      }
    ),
    (
      "a folder that is a link",
      { chat in
        _ = try write(png, chat.folder.appending(path: "out/a.png"))
        return try link(chat.charts.appending(path: "deep"), to: chat.folder.appending(path: "out").path) + "/a.png"
      }
    ),
    (
      "a way out",
      { chat in
        _ = try write(png, chat.folder.appending(path: "out.png"))
        return chat.charts.path + "/../../out.png"
      }
    ),
    (
      "a pipe",
      { chat in
        let path = chat.charts.appending(path: "pipe.png").path
        try #require(mkfifo(path, 0o600) == 0)
        return path
      }
    ),
    ("a folder", { $0.charts.path }), ("a device", { _ in "/dev/zero" }), ("nothing", { $0.charts.path + "/none.png" }),
    ("an empty name", { _ in "" }), ("a folder's name", { $0.charts.path + "/" }),
    ("a name that is cut", { $0.charts.path + #"/good.png\u0000.txt"# }),
    (
      "more than ten million bytes",
      { try write(png + String(repeating: "x", count: 10_000_000), $0.charts.appending(path: "large.png")) }
    ),
  ]
  static let png = String(decoding: [0x3F], as: UTF8.self)

  private static func write(_ text: String, _ file: URL) throws -> String {
    try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    let bytes = text.hasPrefix(png) ? signature + Array(text.utf8) : Array(text.utf8)
    try Data(bytes).write(to: file)
    return file.path
  }

  private static func link(_ file: URL, to target: String) throws -> String {
    try FileManager.default.createSymbolicLink(atPath: file.path, withDestinationPath: target)
    return file.path
  }

  /// The message goes, and says that its picture did not; no byte of the file leaves.
  @Test(arguments: refused.map(\.name)) func isNotSent(_ name: String) throws {
    let make = try #require(Self.refused.first { $0.name == name }).make
    for sink in ["telegram", "discord", "slack", "ntfy", "webhook", "command"] {
      try LoopbackChat.with { chat in
        try FileManager.default.createDirectory(at: chat.charts, withIntermediateDirectories: true)
        _ = try Self.write(Self.png, chat.charts.appending(path: "good.png"))
        let path = try make(chat)
        let said = chat.folder.appending(path: "said").path
        var sender = chat.command(sink, sink == "command" ? ["--command", "tee -a \(said)"] : [])
        sender.limit = 20
        let outcome = try sender.run(.text(Records.run + Self.plan(path) + Records.end))
        #expect(outcome.code == 0, "\(sink): \(outcome.errorText)")
        #expect(outcome.errorText.contains("sent without its picture: "), "\(sink): \(outcome.errorText)")
        #expect(outcome.text.contains(#""status":"sent""#))
        if sink == "command" {
          let document = try String(contentsOfFile: said, encoding: .utf8)
          #expect(!document.contains(#""chart":""#), "\(document)")
          #expect(!document.contains(Self.secret))
        } else {
          #expect(try chat.taken().map(\.photos) == [0], "\(sink)")
          #expect(try !String(decoding: chat.server.get("/taken"), as: UTF8.self).contains(Self.secret))
        }
      }
    }
  }

  /// The journal names it, and a later run sends it: what it was when it was posted is of no account.
  @Test func isLookedAtAgainWhenItIsSent() throws {
    try LoopbackChat.with("500") { chat in
      let path = try Self.write(Self.png, chat.charts.appending(path: "a.png"))
      let input = Records.run + Self.plan(path) + Records.end
      #expect(try chat.send(input, "telegram", "--patience", "0").code == 75)
      try FileManager.default.removeItem(atPath: path)
      _ = try Self.link(URL(filePath: path), to: try Self.write(Self.png, chat.folder.appending(path: "other.png")))
      try chat.control("clear=1")
      let outcome = try chat.send(Records.run + Records.end)
      #expect(outcome.code == 0 && outcome.errorText.contains("a symbolic link, and only a regular file"), "\(outcome.errorText)")
      #expect(try chat.taken().map(\.photos) == [0])
    }
  }

  /// A relative name is one of the folder that the first run was in; a folder of charts that is a link is the user's own.
  @Test func aRelativeNameAndALinkedFolderAreFine() throws {
    try LoopbackChat.with("500") { chat in
      _ = try Self.write(Self.png, chat.folder.appending(path: "real/a.png"))
      _ = try Self.link(chat.folder.appending(path: "mine"), to: chat.folder.appending(path: "real").path)
      var sender = chat.command("telegram", ["--patience", "0", "--charts", chat.folder.appending(path: "mine").path])
      sender.folder = chat.folder
      #expect(try sender.run(.text(Records.run + Self.plan("mine/a.png") + Records.end)).code == 75)
      try chat.control("clear=1")
      sender.folder = Repository.root
      let outcome = try sender.run(.text(Records.run + Records.end))
      #expect(outcome.code == 0 && outcome.errorText == "", "\(outcome.errorText)")
      #expect(try chat.taken().map(\.photos) == [1])
    }
  }

  /// A program is told where the file is, free of links.
  @Test func aProgramIsToldThePath() throws {
    try LoopbackChat.with { chat in
      let path = try Self.write(Self.png, chat.charts.appending(path: "a.png"))
      let said = chat.folder.appending(path: "said").path
      #expect(try chat.send(Records.run + Self.plan(path) + Records.end, "command", "--command", "tee -a \(said)").code == 0)
      let real = try #require(realpath(path, nil).map { String(cString: $0) })
      #expect(try String(contentsOfFile: said, encoding: .utf8).contains(#""chart":"\#(real)""#))
    }
  }
}
