import Exchanges
import Market
import Quoting
import Records
import Stage
import Wire

extension InputFile: LineSource {}

/// One candle file, looked through once: what it is about, how far it goes, and what its numbers tell of the instrument.
struct SeriesFile {
  let path: String
  let format: SeriesName.Format
  let columns: CSVLayout
  let market: MarketName
  let timeframe: Timeframe
  let instrument: Instrument
  let firstOpen: Timestamp
  let lastClose: Timestamp

  /// - Returns: `nil` for a file of a symbol not asked for, and for one without a candle.
  init?(_ path: String, _ request: FetchRequest) throws(StageError) {
    let name = SeriesName(path: path)
    self.path = path
    format = request.fileFormat ?? name.format
    columns = request.columns
    var identity = (symbol: request.fileSymbol ?? name.symbol, timeframe: request.fileTimeframe ?? name.timeframe, exchange: request.exchange)
    if format == .ndjson { try SeriesFile.complete(&identity, path) }
    guard let symbol = identity.symbol else { throw .usage("the name of \(path) tells no symbol", hint: "--file-symbol says it") }
    guard let timeframe = identity.timeframe else { throw .usage("the name of \(path) tells no timeframe", hint: "--file-timeframe says it") }
    if let symbols = request.symbols, !symbols.contains(symbol) { return nil }
    self.timeframe = timeframe
    market = MarketName(exchange: identity.exchange ?? "files", symbol: symbol)
    try Checksum.verify(path)

    let source = try SeriesFile.open(path, format, columns, timeframe)
    var inference = InstrumentInference()
    var first: ExactCandle?
    var last: ExactCandle?
    var badRow: SourceFault?
    do {
      do {
        while !inference.isComplete, let candle = try source.next() {
          inference.add(candle)
          first = first ?? candle
          last = candle
        }
      } catch let fault as SourceFault where fault.fault.code != .badHeader {
        // A bad row ends the run when its turn comes, after all before it has been written.
        badRow = fault
      }
      last = try source.skipToLast() ?? last
      if let badRow, last == nil { throw badRow }
    } catch {
      throw StageError(fetching: error)
    }
    guard let last else { return nil }
    firstOpen = first?.openTime ?? last.openTime
    lastClose = last.closeTime
    instrument = inference.instrument(symbol.kind)
  }

  func open() throws(StageError) -> any CandleSource { try SeriesFile.open(path, format, columns, timeframe) }

  private static func open(
    _ path: String, _ format: SeriesName.Format, _ columns: CSVLayout, _ timeframe: Timeframe
  ) throws(StageError) -> any SurveyedSource {
    func file(_ lines: any LineSource, _ layout: CSVLayout) -> any SurveyedSource {
      CandleFile(name: path, timeframe: timeframe, lines: lines, reader: CSVRows(layout))
    }
    switch format {
    case .csv: return file(try InputFile(path), columns)
    case .binance: return file(try InputFile(path), .binance)
    case .tradingView: return file(try InputFile(path), .tradingView)
    // A whole JSON document often stands on one line.
    case .ccxt: return file(JSONArrayLines(try InputFile(path, cutsLines: true)), .ccxt)
    case .ndjson: return CandleFile(name: path, timeframe: timeframe, lines: try InputFile(path), reader: NDJSONRows())
    }
  }

  /// NDJSON lines say themselves what they are about.
  private static func complete(
    _ identity: inout (symbol: Symbol?, timeframe: Timeframe?, exchange: String?), _ path: String
  ) throws(StageError) {
    let rows = NDJSONRows()
    let lines = try InputFile(path)
    while let line = try lines.next() {
      do throws(RowFault) {
        if line.isEmpty { continue }
        if try rows.read(line) != nil { break }
      } catch {
        throw StageError(fetching: SourceFault(file: path, line: lines.line, fault: error))
      }
    }
    identity.symbol = identity.symbol ?? rows.symbol.flatMap { Symbol($0) }
    identity.timeframe = identity.timeframe ?? rows.timeframe.flatMap { Timeframe($0) }
    identity.exchange = identity.exchange ?? rows.exchange
  }
}

/// A file's candles, of which the last may be had without reading those between.
protocol SurveyedSource: CandleSource {
  func skipToLast() throws -> ExactCandle?
}

extension CandleFile: SurveyedSource {}

/// Instruments that a file names, by market.
struct InstrumentFile {
  private var instruments: [MarketName: Instrument] = [:]

  init(_ path: String?) throws(StageError) {
    guard let path else { return }
    let file = try InputFile(path)
    var scanner = RecordScanner(keys: StreamKey.names + InstrumentRecord.keys)
    while let line = try file.next() {
      if line.isEmpty { continue }
      do throws(StageError) {
        guard scanner.scan(line) else { throw StageError(scanner.fault(in: line)) }
        let record = scanner.record(line)
        guard record[StreamKey.type].equals("instrument") else { continue }
        guard let symbol = Symbol(try record.identity(StreamKey.symbol)) else { throw record.wrong(StreamKey.symbol, "a symbol") }
        var instrument = try InstrumentRecord.decode(record, first: StreamKey.count)
        instrument.source = .file
        instruments[MarketName(exchange: try record.identity(StreamKey.exchange), symbol: symbol)] = instrument
      } catch {
        var failure = error
        failure.place = Place(file: path, line: file.line)
        throw failure
      }
    }
  }

  subscript(market: MarketName) -> Instrument? { instruments[market] }
}

extension StageError {
  /// What a source of candles throws, as a stage says it.
  init(fetching error: any Error) {
    // A read that a signal broke off is no fault of the file.
    let signal = SystemCalls().interruption()
    if signal != 0 {
      self.init(WireError.interrupted(signal: signal))
      return
    }
    switch error {
    case let error as StageError: self = error
    case let error as SourceFault:
      self = .data(error.fault.code.rawValue, error.fault.text, offset: error.fault.column - 1)
      place = Place(file: error.file, line: error.line)
    case let error as RowFault: self = .data(error.code.rawValue, error.text)
    case let error as StoreDamage:
      let series = error.series
      let prune = ["ss-fetch", "prune", series.market.symbol.text, "--exchange", series.market.exchange, "--timeframes", "\(series.timeframe.label)"]
      let command = prune.map { Quoting.shellWord($0) }.joined(separator: " ")
      self = .data("store-damaged", error.text, hint: "\(command) removes the file, and it is fetched again")
      place = Place(file: error.path, line: error.line)
    case let error as FileFailure: self = StageError(.inputOutput, "file-failed", error.text)
    default: self = StageError(.internalError, "unexpected", "\(error)")
    }
  }
}
