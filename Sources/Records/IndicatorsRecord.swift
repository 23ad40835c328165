import Glibc
import Indicators
import Market
import Wire

/// `indicators`: what ss-indicators appends to a candle. Its keys are the selection's, so labels are made once and copied whole.
public struct IndicatorsRecord: ~Copyable {
  private struct Label {
    /// `,"name":`
    var text: UnsafePointer<UInt8>
    var length: Int32
    /// Of the row.
    var column: Int32
    var form: Form
    /// Where the words of a `word` begin in `words`.
    var firstWord = 0
  }
  private enum Form: UInt8 { case number, flag, time, word }

  private let labels: UnsafeMutableBufferPointer<Label>
  private let text: UnsafeMutablePointer<UInt8>
  private var words: [String] = []
  /// Room that one object may take.
  private let room: Int
  /// A label is copied as this many bytes, whatever its length; longer ones take a second step.
  private static let block = 32

  public init(_ selection: IndicatorSelection) {
    let names = selection.columns.map { Array(",\"\($0.name)\":".utf8) }
    let length = names.reduce(0) { $0 + $1.count }
    let text = UnsafeMutablePointer<UInt8>.allocate(capacity: length + IndicatorsRecord.block)
    text.initialize(repeating: 0, count: length + IndicatorsRecord.block)
    let labels = UnsafeMutableBufferPointer<Label>.allocate(capacity: names.count)
    var words: [String] = []
    var end = text
    for (i, column) in selection.columns.enumerated() {
      var label = Label(text: UnsafePointer(end), length: Int32(names[i].count), column: Int32(column.index), form: .number)
      switch column.kind {
      case .number: break
      case .flag: label.form = .flag
      case .time: label.form = .time
      case .word(let choices):
        label.form = .word
        label.firstWord = words.count
        words += choices
      }
      labels.initializeElement(at: i, to: label)
      for byte in names[i] {
        end[0] = byte
        end += 1
      }
    }
    let longestWord = words.map(\.utf8.count).max() ?? 0
    room = length + names.count * (IndicatorsRecord.block + 48 + longestWord) + 2
    self.text = text
    self.labels = labels
    self.words = words
  }

  deinit {
    labels.deallocate()
    text.deallocate()
  }

  /// Writes the object: a key for each value that exists.
  @inline(__always)
  public func encode(_ row: UnsafePointer<Double>, into out: inout ByteBuffer) {
    out.reserve(room)
    guard let names = labels.baseAddress else { return out.append("{}") }
    let start = out.end
    var p = start
    for i in labels.indices {
      // By address: a copy of a label would load what numbers do not need.
      let label = names + i
      let value = row[Int(label.pointee.column)]
      guard value.isFinite else { continue }
      let text = label.pointee.text
      UnsafeMutableRawPointer(p).storeBytes(of: UnsafeRawPointer(text).loadUnaligned(as: SIMD32<UInt8>.self), as: SIMD32<UInt8>.self)
      let length = Int(label.pointee.length)
      if length > IndicatorsRecord.block {
        memcpy(p + IndicatorsRecord.block, text + IndicatorsRecord.block, length - IndicatorsRecord.block)
      }
      p += length
      p = label.pointee.form == .number ? NumberWriter.write(value, to: p) : write(value, label.pointee, to: p)
    }
    // The first label's comma opens the object.
    if p == start { p += 1 }
    start[0] = 0x7B
    p[0] = 0x7D
    out.advance(to: p + 1)
  }

  @inline(never)
  private func write(_ value: Double, _ label: Label, to p: UnsafeMutablePointer<UInt8>) -> UnsafeMutablePointer<UInt8> {
    switch label.form {
    case .number: return p
    case .flag:
      let (word, length) = value == 0 ? (IndicatorsRecord.no, 5) : (IndicatorsRecord.yes, 4)
      UnsafeMutableRawPointer(p).storeBytes(of: word, as: UInt64.self)
      return p + length
    case .time:
      p[0] = 0x22
      let end = p + 1 + Timestamp(milliseconds: Int64(known: value)).write(to: p + 1)
      end[0] = 0x22
      return end + 1
    case .word:
      var end = p + 1
      p[0] = 0x22
      for byte in words[label.firstWord + Int(known: value)].utf8 {
        end[0] = byte
        end += 1
      }
      end[0] = 0x22
      return end + 1
    }
  }

  /// `true` and `false` as they lie in memory.
  private static let yes = UInt64(littleEndian: 0x65_7572_74)
  private static let no = UInt64(littleEndian: 0x65_736C_6166)

  /// The keys of the bundle that no profile has changed.
  public static let table: RecordTable = {
    do throws(IndicatorSelectionError) { return table(try IndicatorSelection()) } catch { return RecordTable("indicators", error.description, []) }
  }()

  /// The keys of a selection. None is there on every line.
  public static func table(_ selection: IndicatorSelection) -> RecordTable {
    RecordTable(
      "indicators", appendedTo: "candle", "Values of the indicators at this close; one that does not exist yet, or has no meaning here, is absent.",
      selection.columns.map { column in
        let kind: Field.Kind =
          switch column.kind {
          case .number: Field.Kind(indicator: column.name, unit: column.unit)
          case .flag: .boolean
          case .time: .time
          case .word(let choices): .choice(choices)
          }
        let mirror = Mirror(indicator: column.name, unit: column.unit)
        return Field(column.name, kind, optional: true, unit: column.unit, mirror: mirror, column.about)
      })
  }
}
