import Foundation
import TestKit
import Testing

extension GoldenCase: CustomTestStringConvertible {
  public var testDescription: String { name }
}

/// Every folder of `Fixtures/cases`, run through the built executables: bytes of both outputs and the exact code.
@Suite struct GoldenTests {
  static let recording = ProcessInfo.processInfo.environment["SS_RECORD"] == "1"

  @Test(arguments: try GoldenCase.all())
  func asRecorded(_ golden: GoldenCase) throws {
    let outcome = try golden.run()
    if Self.recording { try golden.record(outcome) }
    expectRecorded(golden, outcome, "")
  }

  @Test(.disabled(if: recording), arguments: try GoldenCase.all().filter { !$0.runsOnce && !$0.input.isEmpty })
  func oneByteAtATime(_ golden: GoldenCase) throws {
    expectRecorded(golden, try golden.run(.pieces(golden.input, size: 1)), "one byte at a time: ")
  }

  @Test(.disabled(if: recording), arguments: try GoldenCase.all().filter { !$0.runsOnce && !$0.input.isEmpty })
  func withCarriageReturns(_ golden: GoldenCase) throws {
    let input = golden.input.flatMap { $0 == 0x0A ? [0x0D, 0x0A] : [$0] }
    expectRecorded(golden, try golden.run(.bytes(input)), "CRLF: ")
  }

  @Test func thereAreCases() throws {
    #expect(try !GoldenCase.all().isEmpty, "no case was found: nothing is being tested")
  }

  /// A comparison that cannot fail proves nothing.
  @Test func negativeControlFails() throws {
    let controls = try GoldenCase.all(under: "negative-control")
    #expect(controls.count == 1)
    for control in controls {
      let differences = control.differences(from: try control.run())
      #expect(differences.count == 3, "output, diagnostics and code all differ and have to be seen: \(differences)")
    }
  }

  private func expectRecorded(_ golden: GoldenCase, _ outcome: Outcome, _ way: String) {
    for difference in golden.differences(from: outcome) { Issue.record(Comment(rawValue: way + difference)) }
  }
}
