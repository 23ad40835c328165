/// Why one row or line is not a candle of its series.
public struct RowFault: Error, Hashable, Sendable {
  public enum Code: String, CaseIterable, Sendable {
    case badHeader = "bad-header"
    case missingColumn = "missing-column"
    case badNumber = "bad-number"
    case badTime = "bad-time"
    case badJSON = "bad-json"
    case badCandle = "bad-candle"
    case badName = "bad-name"
    case offGrid = "off-grid"
    case outOfOrder = "out-of-order"
    case duplicate
    case otherSeries = "other-series"
  }

  public var code: Code
  public var text: String
  /// Byte of the line at which it shows, counted from 1.
  public var column: Int

  public init(_ code: Code, _ text: String, column: Int = 1) {
    self.code = code
    self.text = text
    self.column = column
  }
}

/// A row's fault and where it stands.
public struct SourceFault: Error, Hashable, Sendable {
  public var file: String
  /// Counted from 1.
  public var line: Int
  public var fault: RowFault

  public init(file: String, line: Int, fault: RowFault) {
    self.file = file
    self.line = line
    self.fault = fault
  }
}
