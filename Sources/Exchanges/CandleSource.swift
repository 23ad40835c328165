import Market

/// The closed candles of one series, oldest first.
public protocol CandleSource: AnyObject {
  var timeframe: Timeframe { get }
  /// - Returns: the next candle, or `nil` at the end.
  func next() throws -> ExactCandle?
}

/// The lines of one file, without their line ends. A line is valid until the next call.
public protocol LineSource: AnyObject {
  func next() throws -> UnsafeBufferPointer<UInt8>?
}

/// Turns the rows of one file format into candles.
public protocol RowReader {
  /// - Returns: `nil` for a line that carries no candle, such as a header.
  mutating func read(_ line: UnsafeBufferPointer<UInt8>) throws(RowFault) -> ExactCandle?
}

/// A file of candles: its rows read, checked against each other, and named by file and line when they are wrong.
public final class CandleFile<Reader: RowReader>: CandleSource {
  public let name: String
  public let timeframe: Timeframe
  /// The line last read, counted from 1.
  public private(set) var line = 0
  private let lines: any LineSource
  private var reader: Reader
  private var last: Timestamp?

  public init(name: String, timeframe: Timeframe, lines: any LineSource, reader: Reader) {
    self.name = name
    self.timeframe = timeframe
    self.lines = lines
    self.reader = reader
  }

  public func next() throws -> ExactCandle? {
    while let text = try lines.next() {
      line += 1
      if text.isEmpty { continue }
      do throws(RowFault) {
        guard var candle = try reader.read(text) else { continue }
        try place(&candle)
        return candle
      } catch {
        throw SourceFault(file: name, line: line, fault: error)
      }
    }
    return nil
  }

  /// Gives the candle its close and checks that it stands on the grid, after the one before, and that its numbers agree.
  private func place(_ candle: inout ExactCandle) throws(RowFault) {
    candle.closeTime = timeframe.next(afterOpen: candle.openTime)
    guard timeframe.open(containing: candle.openTime) == candle.openTime else {
      throw RowFault(.offGrid, "no \(timeframe.label) candle opens at \(candle.openTime.text)")
    }
    if let last, candle.openTime <= last {
      if candle.openTime == last { throw RowFault(.duplicate, "a second candle opens at \(last.text)") }
      throw RowFault(.outOfOrder, "\(candle.openTime.text) after \(last.text)")
    }
    last = candle.openTime
    if let fault = candle.fault { throw RowFault(.badCandle, "\(fault.text), at \(candle.openTime.text)") }
  }
}
