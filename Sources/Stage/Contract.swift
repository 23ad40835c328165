import Wire

/// What every executable has: a spec, and perhaps questions it answers without reading a stream.
public protocol Executable: ~Copyable {
  static var spec: StageSpec { get }
  init(_ arguments: Arguments) throws(StageError)
  /// Text to print instead of running: `--list`, `--print-config`, `--explain=…`.
  static func answer(_ arguments: Arguments) throws(StageError) -> String?
  /// What a run that went well ends with; only executables that judge say anything but `ok`. Asked after the last record.
  var verdict: ExitCode { get }
  /// Returns true if the program reads its standard input with these arguments.
  static func readsInput(_ arguments: Arguments) -> Bool
}

extension Executable where Self: ~Copyable {
  public var verdict: ExitCode { .ok }
  public static func answer(_ arguments: Arguments) throws(StageError) -> String? { nil }
  public static func readsInput(_ arguments: Arguments) -> Bool {
    if case .stream = spec.input { return arguments.operands.isEmpty || arguments.operands.contains("-") }
    return arguments.operands.contains("-")
  }
}

/// A stage between two pipes: record in, records out. It never opens, prints or exits; the driver does.
///
/// The driver scans each line for `keys` (the first is `type`), copies what the stage does not consume, keeps the framing of `run` and `end`,
/// and takes back whatever a failing `take` had written.
public protocol FilterStage: Executable, ~Copyable {
  /// Keys wanted of any record, `type` first; a record's values are found by index in this list.
  static var keys: [StaticString] { get }
  /// What the stage writes into `run` about itself besides its version: the hash of its effective configuration.
  var configuration: String? { get }
  /// Whether the stream ends here: what the stage writes is for people, and no record is passed on.
  var endsStream: Bool { get }
  /// Whether `take` gets every record but `run` and `end`, because the stage holds lines back and the order of lines is its to keep.
  static var takesEverything: Bool { get }
  /// Whether the stage acts when its input pauses: then `settle` and `save` are called.
  static var actsWhenIdle: Bool { get }
  /// Milliseconds of silence after which what is held back is complete; without it only later records or the end say so.
  var patience: Int32? { get }
  /// The stream's `run` record, before it is passed on.
  mutating func begin(_ run: Record) throws(StageError)
  /// One record of a consumed type. Writes it back, extended or transformed, or drops it.
  mutating func take(_ record: Record, into output: inout LineWriter) throws(StageError)
  /// The stream's `end` record, before `finish`.
  mutating func end(_ end: Record) throws(StageError)
  /// Writes what is held back: input pauses, fails or is cut off.
  mutating func settle(into output: inout LineWriter) throws(StageError)
  /// Keeps the stage's state: everything written so far has left the process. Called before a read that would block, every 10,000 records and
  /// at the end.
  mutating func save() throws(StageError)
  /// The stream is whole: called before `end` is passed on, or at the end of a stream without `run`. Not called on a truncated stream.
  mutating func finish(into output: inout LineWriter) throws(StageError)
}

extension FilterStage where Self: ~Copyable {
  public var configuration: String? { nil }
  public var endsStream: Bool { false }
  public static var takesEverything: Bool { false }
  public static var actsWhenIdle: Bool { false }
  public var patience: Int32? { nil }
  public mutating func settle(into output: inout LineWriter) throws(StageError) {}
  public mutating func save() throws(StageError) {}
  public mutating func begin(_ run: Record) throws(StageError) {}
  public mutating func end(_ end: Record) throws(StageError) {}
  public mutating func finish(into output: inout LineWriter) throws(StageError) {}
}

/// A stage at the head of a pipe.
public protocol SourceStage: Executable, ~Copyable {
  /// Writes some more lines, few enough to gather in memory; false when there are none left.
  mutating func emit(into output: inout LineWriter) throws(StageError) -> Bool
  /// Whether the next call may wait: what was written so far then goes out before it.
  var isWaiting: Bool { get }
  /// Asked to end in the middle of its work: writes what ends the stream in order; false where nothing does, and the process dies of the signal.
  mutating func stop(into output: inout LineWriter) -> Bool
}

extension SourceStage where Self: ~Copyable {
  public var isWaiting: Bool { false }
  public mutating func stop(into output: inout LineWriter) -> Bool { false }
}
