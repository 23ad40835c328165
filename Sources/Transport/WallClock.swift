import Glibc
import Market
import Wire

/// The time of day. Nothing but delivery goes by it.
enum WallClock {
  static var real: Timestamp {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Timestamp(milliseconds: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
  }

  /// Milliseconds of the clock that nobody sets.
  static var steady: Int64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
  }

  /// The minute of the day, 0…1439, on a wall in `zone`, an IANA name; `nil` where the system does not know it.
  static func minute(_ time: Timestamp, zone: String) -> Int? {
    let isPlain = zone.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F } && !zone.hasPrefix("/") && !zone.split(separator: "/").contains("..")
    guard zone == "UTC" || isPlain && access("/usr/share/zoneinfo/\(zone)", R_OK) == 0 else { return nil }
    let before = getenv("TZ").map { String(cString: $0) }
    setenv("TZ", zone == "UTC" ? "UTC0" : ":\(zone)", 1)
    tzset()
    defer {
      if let before { setenv("TZ", before, 1) } else { unsetenv("TZ") }
      tzset()
    }
    var seconds = time_t(time.milliseconds / 1000)
    var parts = tm()
    guard localtime_r(&seconds, &parts) != nil else { return nil }
    return Int(parts.tm_hour) * 60 + Int(parts.tm_min)
  }

  /// Waits; false when a signal asked to stop.
  static func sleep(_ milliseconds: Int64) -> Bool {
    var left = milliseconds
    while left > 0 {
      if SystemCalls().interruption() != 0 { return false }
      let part = min(left, 200)
      usleep(UInt32(part * 1000))
      left -= part
    }
    return SystemCalls().interruption() == 0
  }
}
