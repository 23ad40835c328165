import Stage

/// Where a user's files are, by the XDG base directory specification: `$XDG_…/snipersight`, else the usual place in `$HOME`.
enum UserFolder: String {
  /// What can be had again: history.
  case cache = "XDG_CACHE_HOME"
  /// What must outlive a run: accounts of allowances.
  case state = "XDG_STATE_HOME"
  /// What the user writes: profiles.
  case configuration = "XDG_CONFIG_HOME"

  /// Its path; `nil` where neither variable is set.
  var known: String? {
    if let base = Arguments.environment(rawValue), base.utf8.first == 0x2F { return "\(base)/snipersight" }
    guard let home = Arguments.environment("HOME"), !home.isEmpty else { return nil }
    let place =
      switch self {
      case .cache: ".cache"
      case .state: ".local/state"
      case .configuration: ".config"
      }
    return "\(home)/\(place)/snipersight"
  }

  func path() throws(StageError) -> String {
    guard let known else { throw StageError(.configuration, "no-home", "neither \(rawValue) nor HOME is set") }
    return known
  }
}
