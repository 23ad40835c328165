/// A profile with the overrides that were asked for: what a stage works with, prints, and puts its name to by a hash.
public struct EffectiveProfile: Hashable, Sendable {
  public private(set) var profile: Profile
  /// The built-in profile that it began as.
  public let base: String
  /// Where a value that is not that profile's own came from (`--set`, a line of a file), by key.
  public private(set) var origins: [String: String] = [:]

  public init(_ profile: Profile) {
    self.profile = profile
    base = profile.name
  }

  /// A user's profile.
  public init(_ file: ProfileFile) throws(ProfileFile.Fault) {
    self.init(file.base)
    profile.name = file.name
    for (text, line) in file.assignments {
      do throws(SettingError) { try write(text, origin: "\(file.name):\(line)") } catch { throw ProfileFile.Fault(line: line, error: error) }
    }
    if let fault = profile.inconsistency { throw ProfileFile.Fault(line: nil, error: .inconsistent(fault)) }
  }

  /// A built-in profile with `key=value` overrides, each of them in turn.
  public init(named name: String, overrides: [String] = [], origin: String = "--set") throws(SettingError) {
    guard let profile = Profile.named(name) else { throw .unknownProfile(name) }
    self.init(profile)
    try apply(overrides, origin: origin)
  }

  /// Applies `key=value` texts in turn, then asks whether the values agree with each other. On an error nothing has changed.
  public mutating func apply(_ overrides: [String], origin: String = "--set") throws(SettingError) {
    var changed = self
    for override in overrides { try changed.write(Setting.assignment(override), origin: origin) }
    if let fault = changed.profile.inconsistency { throw .inconsistent(fault) }
    self = changed
  }

  /// One value, whether or not it agrees with the others.
  private mutating func write(_ assignment: String, origin: String) throws(SettingError) {
    guard let equals = assignment.firstIndex(of: "=") else { throw .noValue(assignment) }
    let key = String(assignment[..<equals])
    let value = String(assignment[assignment.index(after: equals)...])
    guard let setting = Setting.all(of: profile).first(where: { $0.key == key }) else { throw .unknownKey(key) }
    if let expectation = setting.write(&profile, value) { throw .badValue(key: key, value: value, expected: expectation.text) }
    origins[key] = origin
  }

  /// For people: one `key=value` a line, the name first, and behind each value where it came from. Each line can be given back to `--set`, and
  /// all of them are a profile file.
  public var listing: String {
    var text = base == profile.name ? "profile=\(base)\n" : "profile=\(base)  # extended by \(profile.name)\n"
    for setting in Setting.all(of: profile) { text += "\(setting.key)=\(setting.read(profile))  # \(origins[setting.key] ?? base)\n" }
    return text + "# hash \(hash)\n"
  }

  /// What the hash is taken of: one `key=value` a line, the name first.
  public var text: String {
    var text = "profile=\(profile.name)\n"
    for setting in Setting.all(of: profile) { text += "\(setting.key)=\(setting.read(profile))\n" }
    return text
  }

  /// The listing as one JSON object, numbers and truth values as such; `origins` has those values that are not the extended profile's.
  public var json: String {
    let members = Setting.all(of: profile).map { setting in
      let value = setting.read(profile)
      return "\"\(setting.key)\":" + (setting.isBare ? value : "\"\(value)\"")
    }
    let origins = origins.sorted { $0.key < $1.key }.map { "\"\($0.key)\":\"\($0.value)\"" }.joined(separator: ",")
    return "{\"profile\":\"\(profile.name)\"," + members.joined(separator: ",")
      + ",\"extends\":\"\(base)\",\"origins\":{\(origins)},\"hash\":\"\(hash)\"}"
  }

  /// Key, value, unit and meaning of each, one a line, parted by tabs.
  public var explained: String {
    Setting.all(of: profile).map { "\($0.key)\t\($0.read(profile))\t\($0.unit)\t\($0.doc)\n" }.joined()
  }

  /// 16 hexadecimal digits: FNV-1a, 64 bits, over `text`. Equal exactly when every value is.
  public var hash: String {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    let digits = String(hash, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}

extension Profile {
  /// What makes values that are fine one by one impossible together; `nil` when they agree.
  var inconsistency: String? {
    let weights = score.weights.values.sorted().reduce(0, +)
    if abs(weights - 1) > 1e-9 { return "score.weight.*: the weights sum to \(Setting.text(of: (weights * 1e9).rounded() / 1e9)), not 1" }
    let partials = plan.partials.reduce(0, +)
    if abs(partials - 1) > 1e-9 { return "plan.partials: the shares sum to \(Setting.text(of: partials)), not 1" }
    if plan.minimumStop > plan.maximumStop { return "plan.minimum_stop_atr is above plan.maximum_stop_atr" }
    if score.trendADX > score.strongADX { return "score.trend_adx is above score.strong_adx" }
    if score.rangeADX > score.trendADX { return "score.range_adx is above score.trend_adx" }
    if score.anchorDistance > score.watchDistance { return "score.anchor_distance_atr is above score.watch_distance_atr" }
    if timeframes.structure.isEmpty { return "timeframes.structure is empty" }
    if let longest = timeframes.structure.max(), timeframes.trigger > longest {
      return "timeframes.trigger is longer than every structure timeframe"
    }
    return nil
  }
}
