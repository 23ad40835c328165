import Foundation
import TestKit
import Testing

/// Charts on their way: albums, uploads, attachments, and pictures that nobody wants.
@Suite struct PhotoTests {
  /// A file that begins as a PNG does, in the folder of charts; unless `whole`, one as wide as no messenger takes it.
  private static func picture(_ name: String, _ chat: LoopbackChat, whole: Bool = true) throws -> String {
    let file = chat.charts.appending(path: name)
    try FileManager.default.createDirectory(at: chat.charts, withIntermediateDirectories: true)
    let header: [UInt8] = whole ? [] : [0, 0, 0, 13] + Array("IHDR".utf8) + [0, 1, 0, 0, 0, 0, 0, 1]
    try Data(PictureTests.signature + header + Array(repeating: 0, count: 100)).write(to: file)
    return file.path
  }

  private static func plan(_ number: Int, chart: String, rationale: String = "A block held.") -> String {
    Records.plan(number, symbol: "S\(number)/USDT", rationale: rationale).replacing("}\n", with: #","chart":{"path":"\#(chart)"}}"# + "\n")
  }

  /// Plans with a chart each; those of `broken` are no pictures.
  private static func batch(_ numbers: ClosedRange<Int>, _ chat: LoopbackChat, broken: Set<Int> = [], rationale: String = "A block held.") throws
    -> String
  {
    let plans = try numbers.map {
      plan($0, chart: try picture("\($0).png", chat, whole: !broken.contains($0)), rationale: rationale)
    }
    return Records.run + plans.joined() + Records.end
  }

  @Test func anAlbumIsTheSummaryAndItsCharts() throws {
    try LoopbackChat.with { chat in
      let input = try Self.batch(1...3, chat)
      let outcome = try chat.send(input, "telegram", "--album")
      #expect(outcome.code == 0 && outcome.errorText == "", "\(outcome.errorText)")
      let taken = try chat.taken()
      #expect(taken.map(\.method) == ["sendmessage"] + Array(repeating: "sendmediagroup", count: 3))
      #expect(taken.first?.text.hasPrefix("SniperSight") == true)
      #expect(taken.dropFirst().map { String($0.text.prefix(7)) } == ["S1/USDT", "S2/USDT", "S3/USDT"])
      #expect(outcome.lines.filter { $0.contains(#""status":"sent""#) }.count == 3, "\(outcome.text)")
      // Another run with the same ideas and a new one: nothing is told twice, and one picture is no album.
      let later = try Self.batch(1...4, chat).replacing(#""run_id":"r1""#, with: #""run_id":"r2""#)
      #expect(try chat.send(later, "telegram", "--album").code == 0)
      let more = try chat.taken().dropFirst(4)
      #expect(more.map(\.method) == ["sendphoto"] && more.first?.text.hasPrefix("S4/USDT") == true, "\(more)")
    }
  }

  /// Ten go together, so twelve are ten and two; eleven are ten and one.
  @Test(arguments: [(12, ["10", "2"]), (11, ["10", "photo"])]) func longAlbumsAreParted(count: Int, groups: [String]) throws {
    try LoopbackChat.with { chat in
      let outcome = try chat.send(try Self.batch(1...count, chat), "telegram", "--album", "--max", "3")
      #expect(outcome.code == 0 && outcome.errorText == "", "\(outcome.errorText)")
      let taken = try chat.taken()
      #expect(taken.count == 1 + count, "the album tells of all, so that no digest is needed")
      #expect(taken.filter { $0.method == "sendphoto" }.count == (groups[1] == "photo" ? 1 : 0))
      #expect(try chat.control()["requests"] == 3)
      #expect(Set(taken.map(\.text)).count == taken.count)
    }
  }

  @Test func longCaptionsOfAnAlbumAreNotCutOff() throws {
    try LoopbackChat.with { chat in
      let words = (0..<40).map { "Paragraph \($0): volume rises and the block held once more." }.joined(separator: "\\n")
      #expect(try chat.send(try Self.batch(1...2, chat, rationale: words), "telegram", "--album").code == 0)
      let whole = try chat.taken().dropFirst().map(\.text).joined(separator: "\n")
      for number in 0..<40 { #expect(whole.components(separatedBy: "Paragraph \(number):").count == 3, "\(number)") }
    }
  }

  /// One that is no picture, or that is gone, does not cost the others theirs, and nobody their text.
  @Test(arguments: [false, true]) func aPictureThatFailsLeavesTheAlbum(isGone: Bool) throws {
    try LoopbackChat.with { chat in
      let input = try Self.batch(1...3, chat, broken: [2])
      if isGone { try FileManager.default.removeItem(at: chat.charts.appending(path: "2.png")) }
      let outcome = try chat.send(input, "telegram", "--album")
      #expect(outcome.code == 0, "\(outcome.errorText)")
      let taken = try chat.taken().dropFirst()
      #expect(taken.map(\.photos) == [1, 0, 1])
      #expect(taken.map { String($0.text.prefix(7)) } == ["S1/USDT", "S2/USDT", "S3/USDT"])
      if !isGone {
        for words in ["its pictures are sent one by one: Bad Request: failed to send message #2", "sent without its picture: Bad Request: PHOTO_I"] {
          #expect(outcome.errorText.contains(words), "\(outcome.errorText)")
        }
      }
    }
  }

  @Test func aLostAnswerToAnAlbumIsReported() throws {
    try LoopbackChat.with { chat in
      let input = try Self.batch(1...2, chat)
      try chat.control("fault=lost,times=2")
      let outcome = try chat.send(input, "telegram", "--album")
      #expect(outcome.code == 0)
      #expect(outcome.lines.filter { $0.contains(#""error":"may have arrived twice""#) }.count == 2, "\(outcome.text)")
    }
  }

  @Test func onlyTelegramHasAlbums() throws {
    try LoopbackChat.with { chat in
      let outcome = try chat.send(Records.batch(1), "discord", "--album")
      #expect(outcome.code == 64)
    }
  }

  /// The text beside the picture, where the sink takes one; and the text alone where it does not want it.
  @Test(arguments: ["discord", "ntfy"]) func otherSinksTakePictures(_ sink: String) throws {
    try LoopbackChat.with { chat in
      let outcome = try chat.send(try Self.batch(1...2, chat, rationale: "RSI < 30 — “rising”\\nand so on"), sink)
      #expect(outcome.code == 0 && outcome.errorText == "", "\(outcome.errorText)")
      let taken = try chat.taken()
      #expect(taken.map(\.photos) == [1, 1])
      #expect(taken.allSatisfy { $0.text.contains(sink == "ntfy" ? "RSI < 30 — “rising”\n" : #"RSI \< 30 — “rising”"#) }, "\(taken)")
      #expect(outcome.lines.filter { $0.contains(#""status":"sent""#) && $0.contains(#""receipt":""#) }.count == 2)
      try chat.control("fault=photo")
      let bare = try chat.send(try Self.batch(3...3, chat), sink)
      #expect(bare.code == 0)
      #expect(bare.errorText.contains("sent without its picture"), "\(bare.errorText)")
      #expect(try chat.taken().map(\.photos) == [1, 1, 0])
    }
  }

  @Test func slackTakesTheTextAlone() throws {
    try LoopbackChat.with { chat in
      let outcome = try chat.send(try Self.batch(1...1, chat), "slack")
      #expect(outcome.code == 0 && outcome.errorText == "")
      #expect(try chat.taken().map(\.photos) == [0])
    }
  }

  /// The group has become a supergroup: its new number is told, and used from then on.
  @Test func aChatThatMovedIsFollowed() throws {
    try LoopbackChat.with { chat in
      try chat.control("fault=migrate")
      let outcome = try chat.command().with { $0.environment["TELEGRAM_CHAT_ID"] = "-7" }.run(.text(try Self.batch(1...2, chat)))
      #expect(outcome.code == 0)
      #expect(outcome.errorText == "ss-notify: the chat is -1009 now: TELEGRAM_CHAT_ID\n", "\(outcome.errorText)")
      #expect(try chat.taken().map(\.chat) == ["-1009", "-1009"])
      #expect(try chat.control()["requests"] == 3, "asked once")
    }
  }
}
