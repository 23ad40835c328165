import Glibc
import Market

/// Which of a venue's markets a run is about: the largest by quote volume that pass some plain rules. Every market that is left out has one reason.
public struct UniverseRules: Sendable {
  public var quote = "USDT"
  /// How many to keep; `nil` keeps all that pass.
  public var top: Int?
  /// Of 24 hours, in the quote asset.
  public var minimumVolume = 0.0
  /// Symbols must match one of these, where there are any, and none of those; POSIX extended expressions.
  public var allow: [SymbolPattern] = []
  public var deny: [SymbolPattern] = []

  public init() {}

  /// Bases that follow another currency: exact names, so that no coin falls out for the beginning of its name.
  public static let stableBases: Set<String> = [
    "USDT", "USDC", "FDUSD", "TUSD", "BUSD", "DAI", "USDP", "USDD", "USDE", "USD1", "RLUSD", "PYUSD", "BFUSD", "XUSD", "USTC", "UST", "USDS", "AEUR",
    "EUR", "EURI",
    "EURC", "GBP", "AUD", "TRY", "BRL", "PAXG", "XAUT",
  ]

  /// Suffixes of tokens that hold a leveraged position.
  static let leveragedSuffixes = ["UP", "DOWN", "BULL", "BEAR", "2L", "2S", "3L", "3S", "4L", "4S", "5L", "5S"]
}

/// The markets of a run, and what became of all others.
public struct Universe: Sendable {
  public enum Reason: String, CaseIterable, Sendable {
    case otherQuote = "other_quote"
    case notTrading = "not_trading"
    case stableBase = "stable_base"
    case leveragedToken = "leveraged_token"
    case notAllowed = "not_allowed"
    case denied
    case noTicker = "no_ticker"
    case belowVolume = "below_volume"
    case beyondTop = "beyond_top"
  }

  public struct Kept: Sendable {
    public var listing: Listing
    /// Of 24 hours, in the quote asset.
    public var quoteVolume: Decimal
  }

  /// The largest first.
  public var kept: [Kept] = []
  public var dropped: [(listing: Listing, reason: Reason)] = []

  /// - Returns: as many markets, kept and dropped, as `listings` holds.
  public init(_ listings: [Listing], _ tickers: [Ticker], _ rules: UniverseRules) {
    let volumes = Dictionary(tickers.map { ($0.name, $0.quoteVolume ?? .zero) }) { first, _ in first }
    let bases = Set(listings.map(\.symbol.base))
    for listing in listings {
      if let reason = Universe.objection(to: listing, volumes[listing.name], bases, rules) {
        dropped.append((listing, reason))
      } else {
        kept.append(Kept(listing: listing, quoteVolume: volumes[listing.name] ?? .zero))
      }
    }
    kept.sort { $0.quoteVolume != $1.quoteVolume ? $0.quoteVolume > $1.quoteVolume : $0.listing.symbol < $1.listing.symbol }
    if let top = rules.top, kept.count > top {
      dropped += kept[top...].map { ($0.listing, .beyondTop) }
      kept.removeSubrange(top...)
    }
  }

  private static func objection(to listing: Listing, _ volume: Decimal?, _ bases: Set<String>, _ rules: UniverseRules) -> Reason? {
    let symbol = listing.symbol
    if symbol.quote != rules.quote { return .otherQuote }
    if listing.status != .trading { return .notTrading }
    if UniverseRules.stableBases.contains(symbol.base) { return .stableBase }
    if isLeveraged(symbol.base, bases) { return .leveragedToken }
    if !rules.allow.isEmpty, !rules.allow.contains(where: { $0.matches(symbol.text) }) { return .notAllowed }
    if rules.deny.contains(where: { $0.matches(symbol.text) }) { return .denied }
    guard let volume else { return .noTicker }
    return volume.double < rules.minimumVolume ? .belowVolume : nil
  }

  /// `BTCUP` where there is a `BTC`; `JUP` is a coin.
  private static func isLeveraged(_ base: String, _ bases: Set<String>) -> Bool {
    UniverseRules.leveragedSuffixes.contains { base.hasSuffix($0) && bases.contains(String(base.dropLast($0.count))) }
  }

  /// How many were dropped for which reason, in one line; empty for none.
  public var summary: String {
    Reason.allCases.compactMap { reason in
      let count = dropped.count { $0.reason == reason }
      return count == 0 ? nil : "\(count) \(reason.rawValue)"
    }.joined(separator: ", ")
  }
}

/// A POSIX extended regular expression for symbols, found anywhere in them.
public final class SymbolPattern: @unchecked Sendable {
  public let text: String
  // Written once; matching does not change it.
  private var compiled = regex_t()

  /// - Returns: `nil` where the expression is broken.
  public init?(_ text: String) {
    self.text = text
    if regcomp(&compiled, text, REG_EXTENDED | REG_NOSUB) != 0 { return nil }
  }

  deinit { regfree(&compiled) }

  public func matches(_ symbol: String) -> Bool { regexec(&compiled, symbol, 0, nil, 0) == 0 }
}
