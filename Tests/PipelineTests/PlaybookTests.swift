import Foundation
import TestKit
import Testing

/// docs/smc-playbook.md shows what `ss-smc` says: each picture under a command is what the command draws.
@Suite struct PlaybookTests {
  @Test func picturesAreDrawnByTheirCommands() throws {
    let page = try String(contentsOf: Repository.root.appending(path: "docs/smc-playbook.md"), encoding: .utf8)
    let pictures = page.matches(of: #/\n    (?<command>ss-fetch .*draw_structure.*)\n\n```text\n(?<picture>[^`]*)```/#)
    #expect(pictures.count == 3)
    for picture in pictures {
      let outcome = try Command(shell: String(picture.command)).run()
      #expect(outcome.code == 0 && outcome.text == picture.picture, "\(picture.command)\n\(outcome.errorText)\(outcome.text)")
    }
  }
}
