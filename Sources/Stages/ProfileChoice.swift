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
    OptionSpec("profile", .required("NAME"), default: "the stream's, else balanced", help: "balanced, trend, range, aggressive or mobile."),
    OptionSpec("set", .required("KEY=VALUE"), isRepeatable: true, help: "Override one value of the profile; --print-config shows the keys."),
    OptionSpec(
      "print-config", .optional("json|doc"),
      help: "Print the effective configuration, one key=value a line, and its hash; =doc: key, value, unit and meaning, parted by tabs."),
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
    default: choice.effective.text + "# hash \(choice.hash)\n"
    }
  }

  private static func make(_ name: String, _ overrides: [String], _ exit: ExitCode) throws(StageError) -> EffectiveProfile {
    do throws(SettingError) {
      return try EffectiveProfile(named: name, overrides: overrides)
    } catch {
      throw StageError(exit, exit == .usage ? "usage" : "bad-profile", error.description)
    }
  }
}
