import Glibc
import Wire

// Any bytes, in reads of any size, through the reader, the scanner and the walk over values. A trap is a finding.

@_silgen_name("LLVMFuzzerRunDriver")
func runDriver(
  _ count: UnsafeMutablePointer<CInt>, _ words: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>,
  _ body: @convention(c) (UnsafePointer<UInt8>, Int) -> CInt
) -> CInt

/// The bytes of one trial, handed out in pieces.
final class Source: @unchecked Sendable {
  private var rest: UnsafeBufferPointer<UInt8>
  private let size: Int

  init(_ bytes: UnsafeBufferPointer<UInt8>, size: Int) {
    rest = bytes
    self.size = size
  }

  func read(_ into: UnsafeMutableRawPointer, _ count: Int) -> Int {
    let taken = min(count, size, rest.count)
    if let from = rest.baseAddress, taken > 0 { memcpy(into, from, taken) }
    rest = UnsafeBufferPointer(rebasing: rest[taken...])
    return taken
  }
}

/// Reads every value below `value`, as a stage might.
func walk(_ value: JSONValue, depth: Int = 0) {
  precondition(depth <= nestingLimit + 1, "deeper than the limit")
  switch value.kind {
  case .object: for (_, member) in value.members { walk(member, depth: depth + 1) }
  case .array: for element in value.elements { walk(element, depth: depth + 1) }
  case .number: precondition(value.number?.isFinite ?? true, "a number that is none")
  case .string: precondition(value.string != nil, "a string that is none")
  case .literal: _ = value.flag
  case .missing: preconditionFailure("a member that is missing")
  }
}

/// What a stage appends to a valid record leaves a valid record. An object without "type" is none: no stage is given it.
func splice(_ record: Record, _ writer: inout LineWriter, _ again: inout RecordScanner) {
  writer.buffer.truncate(to: 0)
  writer.beginSplice(record, "appended by the fuzzer")
  writer.buffer.value(0.1)
  writer.endSplice()
  precondition(again.scan(Bytes(rebasing: writer.buffer.bytes.dropLast())), "a spliced line is broken")
}

func take(_ line: Bytes, _ scanner: inout RecordScanner, _ writer: inout LineWriter, _ again: inout RecordScanner) {
  let locatedFault = JSONFault.locate(in: line)
  guard scanner.scan(line) else {
    let fault = scanner.fault(in: line)
    precondition(fault.offset >= 0 && fault.offset <= line.count, "a fault outside its line")
    precondition(locatedFault != nil || [.duplicateKey, .numberRange].contains(fault.reason), "refused without a reason")
    return
  }
  precondition(locatedFault == nil, "accepted against the grammar")
  let record = scanner.record(line)
  for index in scanner.keys.indices where record[index].exists { walk(record[index]) }
  if record[0].exists { splice(record, &writer, &again) }
}

var wordCount = CommandLine.argc
var words = CommandLine.unsafeArgv
let code = runDriver(&wordCount, &words) { start, count in
  guard count > 2 else { return 0 }
  let source = Source(UnsafeBufferPointer(start: start + 1, count: count - 1), size: 1 + Int(start[0]))
  var reader = LineReader(
    descriptor: 0, capacity: 64, limit: 4096,
    system: SystemCalls(read: { _, into, room in source.read(into, room) }, poll: { _, _, _ in 1 }, interruption: { 0 }))
  var scanner = RecordScanner(keys: ["type", "symbol", "open", "close_time", "smc", "a", "b"])
  var again = RecordScanner(keys: ["type"])
  var writer = LineWriter(descriptor: -1, threshold: 0)
  while true {
    do throws(WireError) {
      guard let line = try reader.next() else { break }
      take(line, &scanner, &writer, &again)
    } catch {
      guard case .lineTooLong = error else { preconditionFailure("\(error)") }
    }
  }
  return 0
}
exit(code)
