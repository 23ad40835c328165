/// The keys that stages share, and their places in every stage's list of wanted keys. A stage's own keys follow from `StreamKey.count` on.
public enum StreamKey {
  public static let type = 0
  public static let exchange = 1
  public static let symbol = 2
  public static let timeframe = 3
  public static let openTime = 4
  public static let closeTime = 5
  public static let open = 6
  public static let high = 7
  public static let low = 8
  public static let close = 9
  public static let volume = 10
  public static let from = 11
  public static let to = 12
  public static let profile = 13
  public static let profileHash = 14
  public static let runID = 15
  public static let count = 16

  public static let names: [StaticString] = [
    "type", "exchange", "symbol", "timeframe", "open_time", "close_time", "open", "high", "low", "close", "volume", "from", "to",
    "profile", "profile_hash", "run_id",
  ]
}
