import Market
import Records
import Stage
import Wire

/// Candles of a file of records, for setups whose stream carries none: of each market those of its shortest timeframe.
struct ChartHistory {
  private var markets: [String: ChartSeries] = [:]

  init(_ path: String?, _ limit: SeriesLimit) throws(StageError) {
    guard let path else { return }
    let file = try InputFile(path)
    var scanner = RecordScanner(keys: StreamKey.names)
    var candles = CandleRecord()
    var names = NameTable(limit)
    while let line = try file.next() {
      if line.isEmpty { continue }
      do throws(StageError) {
        guard scanner.scan(line) else { throw StageError(scanner.fault(in: line)) }
        let record = scanner.record(line)
        guard record[StreamKey.type].equals("candle") else { continue }
        _ = try names.market(record)
        let market = ChartHistory.key(try record.string(StreamKey.exchange), try record.string(StreamKey.symbol))
        markets[market, default: ChartSeries(isWhole: true)].add(try candles.decode(record), try CandleRecord.timeframe(record))
      } catch {
        var failure = error
        failure.place = Place(file: path, line: file.line)
        throw failure
      }
    }
  }

  /// `nil` for a market that the file has not.
  func series(exchange: String, symbol: String) -> ChartSeries? { markets[ChartHistory.key(exchange, symbol)] }

  private static func key(_ exchange: String, _ symbol: String) -> String { exchange + " " + symbol }
}
