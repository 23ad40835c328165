import Glibc
import Testing
import Wire

@Suite struct ChildProcessTests {
  /// Everything `words` write when they are given `input`, and how they end.
  private func run(_ words: [String], _ input: [UInt8], changing: [String: String] = [:], pieces: Int? = nil) throws -> (text: String, status: Int32)
  {
    var child = try ChildProcess(words, changing: changing)
    var out = ByteBuffer()
    if pieces != nil { child.keepWritesApart() }
    let size = pieces ?? max(input.count, 1)
    try input.withUnsafeBufferPointer { bytes throws(WireError) in
      for start in stride(from: 0, to: input.count, by: size) {
        try child.write(Bytes(rebasing: bytes[start..<min(start + size, input.count)]), receiving: &out)
      }
    }
    child.closeInput()
    while try child.receive(into: &out, waiting: -1) != .end {}
    return (out.text, try child.wait())
  }

  @Test func moreThanAPipeHoldsGoesThroughBothWays() throws {
    let input = [UInt8](repeating: 0x61, count: 3_000_000)
    let (text, status) = try run(["cat"], input)
    #expect(Array(text.utf8) == input)
    #expect(status == 0)
  }

  @Test func statusesAreThoseOfAShell() throws {
    #expect(try run(["sh", "-c", "exit 7"], []).status == 7)
    #expect(try run(["sh", "-c", "kill -TERM $$"], []).status == 143)
  }

  @Test func aProgramThatIsNotThereIsAnError() {
    #expect(throws: WireError.cannotStart(errno: ENOENT)) { try run(["no-such-program"], []) }
    #expect(throws: WireError.self) { try run([], []) }
  }

  @Test func writesToAChildThatReadsNoMoreAreDropped() throws {
    #expect(try run(["true"], [UInt8](repeating: 0x61, count: 3_000_000)).status == 0)
  }

  @Test func sigpipeIsTheDefaultInTheChild() throws {
    #expect(try run(["bash", "-c", "yes | head -n 1 >/dev/null; echo ${PIPESTATUS[0]}"], []).text == "141\n")
  }

  @Test func theEnvironmentIsOursButForTheChanges() throws {
    #expect(try run(["sh", "-c", "echo $TZ; test -n \"$PATH\" && echo path"], [], changing: ["TZ": "UTC-3"]).text == "UTC-3\npath\n")
  }

  @Test func piecesStayApart() throws {
    let reader = "import os\nwhile True:\n  got = os.read(0, 65536)\n  if not got: break\n  print(len(got))"
    #expect(try run(["python3", "-c", reader], Array("abcdefg".utf8), pieces: 3).text == "3\n3\n1\n")
  }

  @Test func droppingAChildEndsIt() throws {
    var child = try ChildProcess(["sleep", "1000"])
    let id = child.id
    child.closeInput()
    child = try ChildProcess(["true"])
    #expect(kill(id, 0) == -1 && errno == ESRCH)
    _ = try child.wait()
  }
}
