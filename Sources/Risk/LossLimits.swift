import Market

/// The account's equity against where it stood at the start of the day, of the week, and at its best.
public struct LossLimits: Hashable, Sendable {
  public var peak: Double
  public var dayStart: Double
  public var weekStart: Double
  /// Days since 1970 of the running day and of its Monday; nothing before the first record.
  public var day: Int?
  public var monday: Int?

  public init(equity: Double) {
    peak = equity
    dayStart = equity
    weekStart = equity
  }

  /// - Parameter equity: at `time`, before anything of that instant happened.
  mutating func roll(to time: Timestamp, equity: Double) {
    peak = max(peak, equity)
    let today = time.dayNumber
    if today != day {
      day = today
      dayStart = equity
    }
    let thisMonday = today - CalendarDay.weekday(dayNumber: today)
    if thisMonday != monday {
      monday = thisMonday
      weekStart = equity
    }
  }

  func dayLoss(_ equity: Double) -> Double { (dayStart - equity) / dayStart }
  func weekLoss(_ equity: Double) -> Double { (weekStart - equity) / weekStart }
  func drawdown(_ equity: Double) -> Double { (peak - equity) / peak }

  var nextDay: Timestamp { Timestamp(milliseconds: Int64((day ?? 0) + 1) * Timestamp.day) }
  var nextMonday: Timestamp { Timestamp(milliseconds: Int64((monday ?? 0) + 7) * Timestamp.day) }
}
