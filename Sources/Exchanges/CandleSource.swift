import Market

/// The closed candles of one series, oldest first.
public protocol CandleSource: AnyObject {
  var timeframe: Timeframe { get }
  /// - Returns: the next candle, or `nil` at the end.
  func next() throws -> ExactCandle?
}

/// The lines of one file, without their line ends. A line is valid until the next call.
public protocol LineSource: AnyObject {
  /// - Throws: `RowFault` for what is wrong with the text itself.
  func next() throws -> UnsafeBufferPointer<UInt8>?
  /// True if what came last continues the line of what came before it.
  var continuesLine: Bool { get }
}

extension LineSource {
  public var continuesLine: Bool { false }
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
  /// The line, or of a JSON array the row, last read, counted from 1.
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
    while let text = try nextLine() {
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

  /// Passes over the rest unread, but for its last line.
  /// - Returns: that line's candle; `nil` when there is none.
  public func skipToLast() throws -> ExactCandle? {
    // The line outlives its source's buffer, so it is kept with what parsers may touch behind it.
    var kept: [UInt8] = []
    var keptLine = 0
    while let text = try nextLine() {
      if text.isEmpty { continue }
      kept.removeAll(keepingCapacity: true)
      kept.append(contentsOf: text)
      keptLine = line
    }
    guard !kept.isEmpty else { return nil }
    let count = kept.count
    kept.append(0x0A)
    kept.append(contentsOf: repeatElement(0, count: 64))
    return try kept.withUnsafeBufferPointer { bytes in
      do throws(RowFault) {
        guard var candle = try reader.read(UnsafeBufferPointer(rebasing: bytes[..<count])) else { return nil }
        try place(&candle)
        return candle
      } catch {
        throw SourceFault(file: name, line: keptLine, fault: error)
      }
    }
  }

  private func nextLine() throws -> UnsafeBufferPointer<UInt8>? {
    do {
      guard let text = try lines.next() else { return nil }
      line += 1
      return text
    } catch let fault as RowFault {
      throw SourceFault(file: name, line: line + 1, fault: fault)
    }
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
