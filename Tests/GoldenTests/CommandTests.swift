import TestKit
import Testing

/// The harness itself does what it says.
@Suite struct CommandTests {
  @Test func capturesBothOutputsAndTheCode() throws {
    let outcome = try Command(shell: "cat; echo oops >&2; exit 7").run(.text("a\nb"))
    #expect(outcome.text == "a\nb")
    #expect(outcome.errorText == "oops\n")
    #expect(outcome.code == 7)
  }

  @Test func aSignalIsACodeAbove128() throws {
    #expect(try Command(shell: "kill -9 $$").run().code == 137)
  }

  @Test func piecesArriveOnTheirOwn() throws {
    let reader = "import os\nwhile True:\n  got = os.read(0, 65536)\n  if not got: break\n  print(len(got))"
    let outcome = try Command("python3", "-c", reader).run(.pieces(Array("abcdefg".utf8), size: 3))
    #expect(outcome.lines == ["3", "3", "1"])
  }

  @Test func largeInputAndOutputDoNotBlockEachOther() throws {
    let bytes = [UInt8](repeating: 0x61, count: 3_000_000)
    #expect(try Command("cat").run(.bytes(bytes)).stdout == bytes)
  }

  @Test func signalActionsAreAsAsked() throws {
    let pipe = try Command("yes").with { $0.output = .brokenPipe }.run()
    #expect(pipe.code == 141)
    let ignoring = try Command("yes").with {
      $0.output = .brokenPipe
      $0.ignoresSIGPIPE = true
    }.run()
    #expect(ignoring.code == 1)
  }

  @Test func outputCanBeClosedOrAFile() throws {
    #expect(try Command("echo", "x").with { $0.output = .closed }.run().code == 1)
    #expect(try Command("echo", "x").with { $0.output = .file("/dev/full") }.run().code == 1)
  }

  @Test func aHangingCommandIsKilled() {
    #expect(throws: Command.Failure.self) { try Command("sleep", "100").with { $0.limit = 0.2 }.run() }
  }

  @Test func theExecutablesAreFound() throws {
    #expect(try Command(shell: "command -v ss-fetch").run().text == "\(Repository.executables.path)/ss-fetch\n")
  }

  @Test func randomNumbersRepeat() {
    var first = SeededGenerator(seed: 7), second = SeededGenerator(seed: 7)
    #expect((0..<100).map { _ in first.next() } == (0..<100).map { _ in second.next() })
    var generator = SeededGenerator(seed: 1)
    let mean = (0..<10_000).reduce(0) { sum, _ in sum + generator.normal() } / 10_000
    #expect(abs(mean) < 0.05)
  }
}
