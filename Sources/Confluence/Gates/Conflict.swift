import Market

extension Gate {
  static let conflict = Gate(
    name: "conflict", meaning: "at most `maximum_conflicts` opposing blocks of grade A or B stand between price and the first opposing liquidity"
  ) { candidate in
    let limit = Double(candidate.board.rules.maximumConflicts)
    guard let target = candidate.firstTarget else { return .skipped(candidate.explains ? "no opposing liquidity ahead" : nil) }
    let sign = candidate.direction.sign
    var count = 0.0
    for zone in candidate.opposing where zone.timeframe >= candidate.roles.planning && zone.isStrong {
      guard let grade = zone.grade, grade >= .b else { continue }
      if sign * (zone.near - candidate.price) >= 0, sign * (target.level - zone.near) > 0 { count += 1 }
    }
    return count > limit ? .failed(.blockedPath, count, of: limit) : .passed(count, of: limit)
  }
}
