import Glibc
import Synchronization
import TestKit
import Testing
import Wire

/// A descriptor made of pieces: what each read returns, and what each write was given.
private final class Script: Sendable {
  struct State: Sendable {
    var reads: [Result<[UInt8], Failure>] = []
    var writeLimits: [Result<Int, Failure>] = []
    var written: [UInt8] = []
    var polls = 0
  }
  struct Failure: Error { var code: Int32 }
  let state = Mutex(State())

  init(reads: [Result<[UInt8], Failure>] = [], writes: [Result<Int, Failure>] = []) {
    state.withLock {
      $0.reads = reads
      $0.writeLimits = writes
    }
  }

  var calls: SystemCalls {
    SystemCalls(
      read: { _, into, count in
        self.state.withLock { state in
          guard !state.reads.isEmpty else { return 0 }
          switch state.reads.removeFirst() {
          case .success(let bytes):
            let taken = min(count, bytes.count)
            bytes.withUnsafeBytes { if taken > 0 { memcpy(into, $0.baseAddress!, taken) } }
            if taken < bytes.count { state.reads.insert(.success(Array(bytes[taken...])), at: 0) }
            return taken
          case .failure(let failure):
            errno = failure.code
            return -1
          }
        }
      },
      write: { _, from, count in
        self.state.withLock { state in
          let limit = state.writeLimits.isEmpty ? .success(count) : state.writeLimits.removeFirst()
          switch limit {
          case .success(let limit):
            let taken = min(limit, count)
            state.written += UnsafeRawBufferPointer(start: from, count: taken)
            return taken
          case .failure(let failure):
            errno = failure.code
            return -1
          }
        }
      },
      poll: { _, _, _ in
        self.state.withLock {
          $0.polls += 1
          return 1
        }
      },
      interruption: { 0 })
  }
}

private func lines(_ pieces: [[UInt8]], capacity: Int = 16, limit: Int = 1 << 20) throws -> [String] {
  let script = Script(reads: pieces.map { .success($0) })
  var reader = LineReader(descriptor: 0, capacity: capacity, limit: limit, system: script.calls)
  var all: [String] = []
  while true {
    do throws(WireError) {
      guard let line = try reader.next() else { return all }
      #expect(line.baseAddress![line.count] == 0x0A)
      all.append(line.text)
    } catch {
      guard case .lineTooLong = error else { throw error }
      all.append("<too long>")
    }
  }
}

@Suite struct LineReaderTests {
  @Test func everySplitGivesTheSameLines() throws {
    let text = Array("first\n\nthird line\r\n\r\nlong enough to grow the buffer twice over\nlast".utf8)
    let expected = ["first", "", "third line", "", "long enough to grow the buffer twice over", "last"]
    for first in 0...text.count {
      for second in first...text.count {
        let pieces = [Array(text[..<first]), Array(text[first..<second]), Array(text[second...])].filter { !$0.isEmpty }
        #expect(try lines(pieces) == expected)
      }
    }
    #expect(try lines(text.map { [$0] }) == expected)
  }

  @Test func aLineAboveTheLimitIsSkippedWhole() throws {
    let text = Array("ok\n".utf8) + Array(repeating: UInt8(0x61), count: 100) + Array("\nnext\n".utf8)
    for size in [1, 3, 7, 50, 500] {
      let pieces = stride(from: 0, to: text.count, by: size).map { Array(text[$0..<min($0 + size, text.count)]) }
      #expect(try lines(pieces, limit: 40) == ["ok", "<too long>", "next"], "pieces of \(size)")
    }
    #expect(try lines([text], capacity: 4096, limit: 40) == ["ok", "<too long>", "next"])
  }

  @Test func waitsOutInterruptionsAndEmptyPipes() throws {
    let script = Script(reads: [
      .failure(.init(code: EINTR)), .success(Array("a\n".utf8)), .failure(.init(code: EAGAIN)), .success(Array("b\n".utf8)),
    ])
    var reader = LineReader(descriptor: 0, system: script.calls)
    let first = try reader.next()?.text
    #expect(first == "a")
    let second = try reader.next()?.text
    #expect(second == "b")
    let rest = try reader.next()
    #expect(rest == nil)
    #expect(script.state.withLock { $0.polls } == 1)
  }

  @Test func aFailingReadIsAnError() {
    let script = Script(reads: [.failure(.init(code: EIO))])
    var reader = LineReader(descriptor: 0, system: script.calls)
    #expect(throws: WireError.readFailed(errno: EIO)) { _ = try reader.next() }
  }
}

@Suite struct LineWriterTests {
  private func write(_ script: Script) throws {
    var writer = LineWriter(descriptor: 1, threshold: 64, system: script.calls)
    for i in 0..<20 {
      writer.buffer.append("line \(i)")
      writer.endLine()
      try writer.flushIfFull()
    }
    try writer.flush()
  }

  private let whole = Array((0..<20).map { "line \($0)\n" }.joined().utf8)

  @Test func shortWritesAndInterruptionsLoseNothing() throws {
    let script = Script(writes: [.success(1), .failure(.init(code: EINTR)), .success(3), .failure(.init(code: EAGAIN)), .success(0), .success(5)])
    try write(script)
    #expect(script.state.withLock { $0.written } == whole)
  }

  @Test(arguments: [ENOSPC, EIO, EBADF]) func failuresAreErrors(_ code: Int32) {
    let script = Script(writes: [.success(3), .failure(.init(code: code))])
    #expect(throws: WireError.writeFailed(errno: code)) { try write(script) }
  }

  @Test func aLostReaderIsTold() {
    #expect(throws: WireError.brokenPipe) { try write(Script(writes: [.failure(.init(code: EPIPE))])) }
  }

  @Test func anInterruptedFlushGoesOnWhereItStopped() throws {
    let script = Script(writes: [.success(3)])
    let looks = Mutex(0)
    var calls = script.calls
    calls.interruption = {
      looks.withLock {
        $0 += 1
        return $0 == 2 ? SIGTERM : 0
      }
    }
    var writer = LineWriter(descriptor: 1, system: calls)
    writer.buffer.append("abcdef\n")
    var caught: WireError?
    do throws(WireError) { try writer.flush() } catch { caught = error }
    #expect(caught == .interrupted(signal: SIGTERM))
    try writer.flush()
    let written = script.state.withLock { $0.written }
    let count = writer.bytesWritten
    #expect(written == Array("abcdef\n".utf8) && count == 7)
  }

  @Test func flushesBeforeAReadThatWouldBlock() throws {
    let script = Script(reads: [.success(Array("a\n".utf8)), .success(Array("b\n".utf8))])
    var calls = script.calls
    calls.poll = { _, _, _ in 0 }
    var reader = LineReader(descriptor: 0, system: calls)
    var writer = LineWriter(descriptor: 1, system: calls)
    for expected in [[], Array("a\n".utf8)] {
      let line = try reader.next(flushing: &writer)
      #expect(script.state.withLock { $0.written } == expected)
      if let line { writer.copy(line) }
    }
  }
}

@Suite struct ByteBufferTests {
  @Test func commasTakeCareOfThemselves() {
    var out = ByteBuffer(capacity: 4)
    out.beginObject()
    out.field("a", 1)
    out.field("b", nil as Double?)
    out.key("c")
    out.beginArray()
    out.value(1.5)
    out.value("x\"\\\n\u{1}é")
    out.beginObject()
    out.endObject()
    out.value(true)
    out.endArray()
    out.field("d", "e")
    out.endObject()
    #expect(out.text == #"{"a":1,"c":[1.5,"x\"\\\n\u0001é",{},true],"d":"e"}"#)
  }

  @Test func splicesBeforeTheLastBrace() {
    var scanner = RecordScanner(keys: ["type"])
    for (line, expected) in [
      (#"{"type":"x","v":1}"#, #"{"type":"x","v":1,"k":2}"#), (#"{}"#, #"{"k":2}"#), (#"{"type":"x" } "#, #"{"type":"x" ,"k":2}"#),
      (#"{"a":{}}"#, #"{"a":{},"k":2}"#),
    ] {
      withLine(line) { bytes in
        var writer = LineWriter(descriptor: 1)
        let accepted = scanner.scan(bytes)
        #expect(accepted)
        writer.beginSplice(scanner.record(bytes), "k")
        writer.buffer.value(2)
        writer.endSplice()
        #expect(writer.buffer.text == expected + "\n")
      }
    }
  }
}

@Suite struct KeyTableTests {
  @Test func numbersKeysInOrderOfFirstSight() {
    var table = KeyTable()
    var ids: [String: Int] = [:]
    var random = SeededGenerator(seed: 9)
    for _ in 0..<50_000 {
      let parts = [
        "e\(Int.random(in: 0..<3, using: &random))", "S\(Int.random(in: 0..<900, using: &random))/USDT",
        ["1m", "4h", "1d"].randomElement(using: &random)!,
      ]
      let id = withLine(parts[0]) { a in withLine(parts[1]) { b in withLine(parts[2]) { c in table.id(a, b, c) } } }
      let key = parts.joined(separator: "|")
      #expect(ids[key, default: ids.count] == id)
      ids[key] = id
    }
    #expect(table.count == ids.count)
    #expect(withLine("") { table.id($0, $0, $0) } == ids.count)
  }

  @Test func longKeysAreKeysLikeOthers() {
    var table = KeyTable()
    let (long, other) = (String(repeating: "S", count: 40_000), String(repeating: "S", count: 39_999) + "T")
    let ids = [long, other, long, "S", other].map { text in withLine(text) { key in withLine("x") { table.id($0, key, $0) } } }
    #expect(ids == [0, 1, 0, 2, 1])
  }
}
