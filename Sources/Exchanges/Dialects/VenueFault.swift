/// Why a venue's answer is not what was asked for.
public struct VenueFault: Error, Hashable, Sendable {
  public enum Kind: Hashable, Sendable {
    /// Not the format of the venue: cut off, garbled, of the wrong types. Asked again.
    case malformed
    /// The venue or the way to it failed for now. Asked again.
    case unavailable
    /// Too many requests; wait for so many seconds, where it is told.
    case rateLimited(seconds: Double?)
    /// Locked out for so many seconds: nobody on this address may ask before.
    case banned(seconds: Double)
    /// No such market.
    case unknownSymbol
    /// The request itself is refused.
    case refused
    /// Not offered where this machine is, or blocked on the way.
    case region
  }

  public var kind: Kind
  public var text: String

  public init(_ kind: Kind, _ text: String) {
    self.kind = kind
    self.text = text
  }

  static func malformed(_ text: String) -> VenueFault { VenueFault(.malformed, text) }

  public var mayPass: Bool {
    switch kind {
    case .malformed, .unavailable, .rateLimited: true
    case .banned, .unknownSymbol, .refused, .region: false
    }
  }
}
