import Market

/// What a candle file is about, from its name: `BTC_USDT-15m.csv.gz`, `BTCUSDT-1h.ndjson`, `BTC_USDT_USDT-5m.csv` (a perpetual: base, quote, settlement).
public struct SeriesName: Hashable, Sendable {
  public var symbol: Symbol?
  public var timeframe: Timeframe?
  public var isCompressed: Bool
  public var format: Format

  public enum Format: String, CaseIterable, Sendable { case csv, ndjson }

  /// - Parameter path: only its last component counts. What cannot be told from it is `nil`; the format is CSV unless the name says otherwise.
  public init(path: String) {
    var name = path.split(separator: "/").last.map(String.init) ?? path
    isCompressed = name.hasSuffix(".gz")
    if isCompressed { name.removeLast(3) }
    format = name.hasSuffix(".ndjson") || name.hasSuffix(".jsonl") ? .ndjson : .csv
    if let point = name.lastIndex(of: ".") { name = String(name[..<point]) }
    guard let dash = name.lastIndex(of: "-") else {
      symbol = Symbol(name)
      return
    }
    timeframe = Timeframe(String(name[name.index(after: dash)...]))
    symbol = SeriesName.symbol(timeframe == nil ? name : String(name[..<dash]))
  }

  private static func symbol(_ text: String) -> Symbol? {
    let parts = text.split(separator: "_", omittingEmptySubsequences: false)
    return parts.count == 3 ? Symbol("\(parts[0])/\(parts[1]):\(parts[2])") : Symbol(text)
  }
}
