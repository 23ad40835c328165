/// A market's name: `BTC/USDT` (spot) or `BTC/USDT:USDT` (linear perpetual). Input also takes `BTCUSDT`, `BTC-USDT` and `BTC_USDT`.
public struct Symbol: Hashable, Comparable, Sendable {
  public var base: String
  public var quote: String
  /// The settlement asset of a linear perpetual; `nil` for spot.
  public var settle: String?

  public init(base: String, quote: String, settle: String? = nil) {
    self.base = base
    self.quote = quote
    self.settle = settle
  }

  /// A market as a venue lists it; `nil` where its assets are no names, or hold what joins them.
  public init?(listed base: String, _ quote: String, settle: String? = nil) {
    self.init(base: base, quote: quote, settle: settle)
    let parts = [base, quote] + (settle.map { [$0] } ?? [])
    let areParts = parts.allSatisfy { part in !part.isEmpty && !part.utf8.contains { $0 == 0x2F || $0 == 0x3A } }
    guard areParts, Identity.name.fault(in: text) == nil else { return nil }
  }

  public var text: String { settle.map { "\(base)/\(quote):\($0)" } ?? "\(base)/\(quote)" }
  public var kind: Instrument.Kind { settle == nil ? .spot : .linear }
  public static func < (a: Symbol, b: Symbol) -> Bool { a.text.utf8.lexicographicallyPrecedes(b.text.utf8) }

  /// Quote assets that `BTCUSDT` may end with, longest first so that `FDUSD` is not read as `USD`.
  static let quotes = ["FDUSD", "USDT", "USDC", "BUSD", "TUSD", "USD", "EUR", "GBP", "JPY", "BRL", "TRY", "DAI", "BTC", "ETH", "BNB"]

  /// Reads any of the accepted spellings, in any case; `nil` when no base and quote can be told apart.
  public init?(_ input: String) {
    let text = input.uppercased()
    guard Identity.name.fault(in: text) == nil else { return nil }
    let sides = text.split(separator: ":", omittingEmptySubsequences: false)
    guard sides.count <= 2, let pair = sides.first else { return nil }
    let settle = sides.count == 2 ? String(sides[1]) : nil
    if settle?.isEmpty == true { return nil }
    let parts = pair.split(omittingEmptySubsequences: false) { $0 == "/" || $0 == "-" || $0 == "_" }
    switch parts.count {
    case 2 where !parts[0].isEmpty && !parts[1].isEmpty:
      self.init(base: String(parts[0]), quote: String(parts[1]), settle: settle)
    case 1:
      guard let quote = Symbol.quotes.first(where: { pair.hasSuffix($0) && pair.count > $0.count }) else { return nil }
      self.init(base: String(pair.dropLast(quote.count)), quote: quote, settle: settle)
    default: return nil
    }
  }
}
