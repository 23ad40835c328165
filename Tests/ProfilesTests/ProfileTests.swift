import Market
import Testing

@testable import Profiles

@Suite struct ProfileTests {
  @Test func namesAreUniqueAndFound() {
    #expect(Profile.builtIn.map(\.name) == ["balanced", "trend", "range", "aggressive", "mobile"])
    for profile in Profile.builtIn { #expect(Profile.named(profile.name) == profile) }
    #expect(Profile.named("Balanced") == nil)
  }

  @Test(arguments: Profile.builtIn) func isConsistent(_ profile: Profile) {
    #expect(profile.inconsistency == nil)
    #expect(profile.score.weights.keys.sorted() == Profile.balanced.score.weights.keys.sorted())
    #expect(profile.timeframes.structure.contains(profile.timeframes.planning) || profile.timeframes.trigger == profile.timeframes.planning)
  }

  @Test func theStylesDiffer() {
    #expect(Profile.trend.score.htfGate && !Profile.balanced.score.htfGate)
    #expect(Profile.trend.score.weights["momentum"]! > Profile.balanced.score.weights["momentum"]!)
    #expect(Profile.aggressive.timeframes.planningFallback == .h1)
    #expect(Profile.mobile.plan.shortRationale)
    for profile in Profile.builtIn { #expect(profile.score.weights["premium_discount"]! <= 0.03) }
  }
}

@Suite struct SettingTests {
  /// A value added to a rule struct without a line in the table would neither print nor enter the hash.
  @Test func everyValueHasASetting() {
    let settings = Setting.all(of: .balanced)
    func count(_ group: String, _ value: Any) {
      let weights = group == "score" ? Profile.balanced.score.weights.count - 1 : 0
      #expect(settings.filter { $0.key.hasPrefix(group + ".") }.count == Mirror(reflecting: value).children.count + weights, "\(group)")
    }
    let profile = Profile.balanced
    count("timeframes", profile.timeframes)
    count("indicators", profile.indicators)
    count("structure", profile.structure)
    count("score", profile.score)
    count("plan", profile.plan)
    count("risk", profile.risk)
    count("notify", profile.notify)
    #expect(Set(settings.map(\.key)).count == settings.count)
    #expect(Mirror(reflecting: profile).children.count == 8)
  }

  @Test(arguments: Profile.builtIn) func printedValuesReadBack(_ profile: Profile) {
    var copy = Profile.mobile
    copy.name = profile.name
    for setting in Setting.all(of: profile) { #expect(setting.write(&copy, setting.read(profile)) == nil, "\(setting.key)") }
    #expect(copy == profile)
  }

  @Test func eachSettingWritesItsOwnValue() {
    let others = ["0.015", "7", "61", "true", "false", "0.6,0.4", "2h", "3d,2h", "half", "rsi,atr"]
    for setting in Setting.all(of: .balanced) {
      var changed = Profile.balanced
      let value = others.first { text in
        var trial = Profile.balanced
        return setting.write(&trial, text) == nil && setting.read(trial) != setting.read(.balanced)
      }
      guard let value else {
        Issue.record("nothing changes \(setting.key)")
        continue
      }
      _ = setting.write(&changed, value)
      let moved = Setting.all(of: changed).filter { $0.read(changed) != $0.read(.balanced) }.map(\.key)
      #expect(moved == [setting.key])
    }
  }

  @Test(arguments: [
    ("plan.stop_buffer_atr", "-0.1"), ("plan.stop_buffer_atr", "nan"), ("plan.stop_buffer_atr", "0x1"), ("plan.stop_buffer_atr", ""),
    ("plan.stop_buffer_atr", " 1"), ("plan.valid_bars", "0"), ("plan.valid_bars", "2.5"), ("plan.short_rationale", "yes"),
    ("plan.partials", "0.5,,0.5"), ("timeframes.trigger", "7m"), ("timeframes.context", "1d,9h"), ("structure.block_zone", "wick"),
    ("score.weight.volume", "2"), ("indicators.bundle", ""), ("indicators.bundle", "rsi atr"),
  ]) func badValuesAreRefused(key: String, value: String) {
    #expect {
      try EffectiveProfile(named: "balanced", overrides: ["\(key)=\(value)"])
    } throws: {
      if case .badValue(key, value, _)? = $0 as? SettingError { true } else { false }
    }
  }
}

@Suite struct EffectiveProfileTests {
  @Test func overridesChangeTheTextAndTheHash() throws {
    let plain = try EffectiveProfile(named: "balanced")
    let changed = try EffectiveProfile(named: "balanced", overrides: ["plan.stop_buffer_atr=0.3"])
    #expect(changed.profile.plan.stopBuffer == 0.3)
    #expect(changed.text.contains("\nplan.stop_buffer_atr=0.3\n"))
    #expect(changed.hash != plain.hash)
    let back = try EffectiveProfile(named: "balanced", overrides: ["plan.stop_buffer_atr=0.25"])
    #expect(back.hash == plain.hash)
  }

  @Test func hashesAreDistinctAndSixteenDigits() {
    let hashes = Profile.builtIn.map { EffectiveProfile($0).hash }
    #expect(Set(hashes).count == hashes.count)
    #expect(hashes.allSatisfy { $0.utf8.count == 16 })
  }

  @Test func textBeginsWithTheNameAndHasALineAKey() {
    let effective = EffectiveProfile(.range)
    let lines = effective.text.split(separator: "\n")
    #expect(lines.first == "profile=range")
    #expect(lines.count == Setting.all(of: .range).count + 1)
    #expect(lines.contains("indicators.rsi_low=25"))
    #expect(effective.json.hasPrefix("{\"profile\":\"range\",\"timeframes.context\":\"1d\","))
    #expect(effective.json.contains("\"plan.partials\":\"0.5,0.3,0.2\""))
    let rows = effective.explained.split(separator: "\n").map { $0.split(separator: "\t", omittingEmptySubsequences: false) }
    #expect(rows.count == lines.count - 1 && rows.allSatisfy { $0.count == 4 && $0[3].last == "." })
  }

  @Test func inconsistentOverridesAreRefusedAndChangeNothing() {
    var effective = EffectiveProfile(.balanced)
    // A plan that pays nothing, or a target that closes nothing, is none.
    for override in ["plan.minimum_reward_risk=0", "plan.partials=1,0"] {
      #expect(throws: SettingError.self) { try effective.apply([override]) }
    }
    for override in ["score.weight.volume=0.5", "plan.partials=0.5,0.4", "plan.minimum_stop_atr=4", "score.range_adx=30", "timeframes.trigger=1d"] {
      #expect(throws: SettingError.self) { try effective.apply([override]) }
    }
    #expect(effective == EffectiveProfile(.balanced))
    #expect(throws: SettingError.unknownKey("plan.nothing")) { try effective.apply(["plan.nothing=1"]) }
    #expect(throws: SettingError.noValue("plan")) { try effective.apply(["plan"]) }
    #expect(throws: SettingError.unknownProfile("bold")) { try EffectiveProfile(named: "bold") }
  }

  @Test func weightsMayMoveTogether() throws {
    let effective = try EffectiveProfile(named: "balanced", overrides: ["score.weight.volume=0.1", "score.weight.momentum=0.1"])
    #expect(effective.profile.score.weights["volume"] == 0.1)
  }
}

@Suite struct ProfileFileTests {
  private func file(_ text: String, named name: String = "mine") throws -> EffectiveProfile {
    try EffectiveProfile(ProfileFile(name: name, bytes: Array(text.utf8)))
  }

  private func fault(_ text: String, named name: String = "mine") -> ProfileFile.Fault? {
    do { _ = try file(text, named: name) } catch { return error as? ProfileFile.Fault }
    return nil
  }

  @Test func extendsABuiltInProfile() throws {
    let mine = try file("# stricter\n\nextends=trend  # as a start\nscore.minimum_score=81\t# a note\nrisk.risk_per_trade=0.0025\n")
    #expect(mine.profile.name == "mine")
    #expect(mine.base == "trend")
    #expect(mine.profile.score.minimumScore == 81)
    #expect(mine.origins == ["score.minimum_score": "mine:4", "risk.risk_per_trade": "mine:5"])
    var same = mine.profile
    same.name = "trend"
    same.score.minimumScore = Profile.trend.score.minimumScore
    same.risk = Profile.trend.risk
    #expect(same == .trend)
  }

  @Test func saysWhereEachValueComesFrom() throws {
    var mine = try file("extends=range\nscore.minimum_score=81")
    try mine.apply(["plan.stop_buffer_atr=0.3"], origin: "--set")
    let lines = mine.listing.split(separator: "\n")
    #expect(lines.first == "profile=range  # extended by mine")
    #expect(lines.contains("score.minimum_score=81  # mine:2"))
    #expect(lines.contains("plan.stop_buffer_atr=0.3  # --set"))
    #expect(lines.contains("indicators.rsi_low=25  # range"))
    #expect(lines.last == "# hash \(mine.hash)")
    let origins = #""origins":{"plan.stop_buffer_atr":"--set","score.minimum_score":"mine:2"}"#
    #expect(mine.json.hasSuffix(",\"extends\":\"range\",\(origins),\"hash\":\"\(mine.hash)\"}"))
  }

  /// A printed configuration is a profile file: it gives the same values again.
  @Test(arguments: Profile.builtIn) func aListingReadsBack(_ profile: Profile) throws {
    var first = EffectiveProfile(profile)
    try first.apply(["score.minimum_score=81.5"], origin: "--set")
    let second = try file(first.listing)
    var values = second.profile
    values.name = profile.name
    #expect(values == first.profile)
    #expect(second.hash != first.hash, "another name is another configuration")
    #expect(try file(second.listing).hash == second.hash)
  }

  @Test func faultsNameTheirLine() {
    #expect(fault("")?.error == .noBase)
    #expect(fault("score.minimum_score=81")?.line == 1)
    #expect(fault("\nextends=bold")?.error == .unknownProfile("bold"))
    #expect(fault("extends=trend\n\nplan.nothing=1")?.error == .unknownKey("plan.nothing"))
    #expect(fault("extends=trend\n\nplan.nothing=1")?.line == 3)
    #expect(fault("extends=trend\nextends=range")?.line == 2)
    #expect(fault("extends=trend\nscore.minimum_score")?.error == .noValue("score.minimum_score"))
    #expect(fault("extends=trend\nscore.minimum_score=many")?.line == 2)
    let together = fault("extends=trend\nscore.weight.volume=0.9")
    #expect(together != nil && together?.line == nil)
    for name in ["balanced", "", "a b", "../x", "Ä", String(repeating: "a", count: 65)] {
      #expect(fault("extends=trend", named: name)?.error == .badName(name))
    }
  }
}
