import Profiles
import Records
import Stage
import Wire

/// Which profile a stage works with: the flag's, else the stream's (`run.profile`), else `balanced`; with `--set` on top.
public struct ProfileChoice {
  public private(set) var effective: EffectiveProfile
  private let overrides: [String]
  private let isAsked: Bool

  public static let options = [
    OptionSpec(
      "profile", .required("NAME"), default: "the stream's, else balanced", effect: .reads, harmless: Profile.builtIn.map(\.name),
      help: "balanced, trend, range, aggressive, mobile, or a file that extends one of them: a path, or its name in the folder of profiles."),
    OptionSpec("set", .required("KEY=VALUE"), isRepeatable: true, help: "Override one value of the profile; --print-config shows the keys."),
    OptionSpec(
      "print-config", .optional("json|doc"),
      help: "Print the effective configuration, each key=value with its origin, and its hash; =doc: key, value, unit and meaning, parted by tabs."),
  ]

  public init(_ arguments: Arguments) throws(StageError) { try self.init(arguments, overrides: arguments.all("set")) }

  /// For a stage that keeps some of `--set` for itself.
  init(_ arguments: Arguments, overrides: [String]) throws(StageError) {
    isAsked = arguments.has("profile")
    self.overrides = overrides
    effective = try ProfileChoice.make(arguments.value("profile") ?? "balanced", overrides, .usage)
  }

  public var profile: Profile { effective.profile }
  public var hash: String { effective.hash }

  /// Follows the stream's profile. A stage whose configuration differs from the run's refuses it, as mixed runs prove nothing.
  public mutating func follow(_ run: Record) throws(StageError) {
    try RunRecord.checkNames(run)
    if !isAsked, let name = try run.optionalString(StreamKey.profile) {
      effective = try ProfileChoice.make(name, overrides, .configuration)
    }
    guard let wanted = try run.optionalString(StreamKey.profileHash), wanted != hash else { return }
    throw StageError(
      .configuration, "profile-mismatch", "this stage's configuration (\(profile.name), \(hash)) is not the run's (\(wanted))",
      hint: "give every stage the same --profile and --set", offset: run.offset(of: run[StreamKey.profileHash]))
  }

  /// What `--print-config` prints.
  public static func answer(_ arguments: Arguments) throws(StageError) -> String? { try answer(arguments, overrides: arguments.all("set")) }

  static func answer(_ arguments: Arguments, overrides: [String]) throws(StageError) -> String? {
    guard let form = arguments.value("print-config") else { return nil }
    let choice = try ProfileChoice(arguments, overrides: overrides)
    return switch form {
    case "json": choice.effective.json + "\n"
    case "doc": choice.effective.explained
    default: choice.effective.listing
    }
  }

  private static func make(_ name: String, _ overrides: [String], _ exit: ExitCode) throws(StageError) -> EffectiveProfile {
    var effective = try chosen(name, exit)
    do throws(SettingError) { try effective.apply(overrides, origin: "--set") } catch { throw refusal(error.description, exit) }
    return effective
  }

  /// A built-in profile, or a user's: from a path, or by its name from `$XDG_CONFIG_HOME/snipersight/NAME.profile`.
  private static func chosen(_ name: String, _ exit: ExitCode) throws(StageError) -> EffectiveProfile {
    if let profile = Profile.named(name) { return EffectiveProfile(profile) }
    // A stream names profiles, and never opens a path.
    let isPath = exit == .usage && (name.utf8.contains(0x2F) || name.hasSuffix(".profile"))
    let folder = isPath || !ProfileFile.isName(name) ? nil : UserFolder.configuration.known
    let path = isPath ? name : folder.map { "\($0)/\(name).profile" }
    guard let path else { throw unknown(name, exit) }
    guard let bytes = try isPath ? InputFile.contents(path) : StateFile(path).read() else { throw unknown(name, exit) }
    do throws(ProfileFile.Fault) {
      return try EffectiveProfile(ProfileFile(name: title(path), bytes: bytes))
    } catch {
      let place = error.line.map { Place(file: path, line: $0) }
      throw StageError(
        .configuration, "bad-profile", (place == nil ? "\(path): " : "") + error.error.description,
        hint: "--print-config shows the keys", place: place)
    }
  }

  private static func unknown(_ name: String, _ exit: ExitCode) -> StageError {
    let places = "one of yours is named by its path, like ./\(name).profile, or lies in ~/.config/snipersight"
    return refusal(SettingError.unknownProfile(name).description, exit, hint: exit == .usage ? places : "give every stage the same --profile")
  }

  private static func refusal(_ message: String, _ exit: ExitCode, hint: String? = nil) -> StageError {
    StageError(exit, exit == .usage ? "usage" : "bad-profile", message, hint: hint)
  }

  /// What a file is called, without its folder and its ending.
  private static func title(_ path: String) -> String {
    let file = path.unicodeScalars.split(separator: "/").last.map { String($0) } ?? path
    return file.hasSuffix(".profile") ? String(file.dropLast(8)) : file
  }
}
