import Market

/// One value of a profile under a name: how it prints, how it is read from text, what it means.
public struct Setting: Sendable {
  /// `group.value`, with the unit of distances as a suffix: `plan.stop_buffer_atr`.
  public let key: String
  public let unit: String
  public let doc: String
  /// Whether the value is a number or a truth value in JSON; otherwise it is text.
  public let isBare: Bool
  public let read: @Sendable (Profile) -> String
  /// Says what would have been accepted when the text is not.
  let write: @Sendable (inout Profile, String) -> Expectation?

  /// What a value would have to be, in words: `a number from 0 to 1`.
  struct Expectation { var text: String }
}

/// Why a profile or an override of one of its values was refused: wrong use on a command line, 78 where the stream asks for it.
public enum SettingError: Error, Hashable, CustomStringConvertible {
  /// Not of the form `key=value`.
  case noValue(String)
  case unknownKey(String)
  case badValue(key: String, value: String, expected: String)
  /// Each value is fine, but together they are not.
  case inconsistent(String)
  case unknownProfile(String)
  /// A profile file that does not begin with the profile it extends.
  case noBase
  /// A profile file with a name that no profile may have, or that a built-in one has.
  case badName(String)

  public var description: String {
    switch self {
    case .noValue(let text): "'\(text)' is not of the form key=value"
    case .unknownKey(let key): "no setting is called '\(key)'"
    case .badValue(let key, let value, let expected): "\(key): '\(value)' is not \(expected)"
    case .inconsistent(let text): text
    case .unknownProfile(let name): "no profile is called '\(name)'; there are \(Profile.builtIn.map(\.name).joined(separator: ", "))"
    case .noBase: "the first line names the profile whose values it begins with: extends=balanced"
    case .badName(let name): "a profile cannot be called '\(name)': small letters, digits, - and _, and no built-in profile's name"
    }
  }
}

// How a value of each type prints and is read.
extension Setting {
  typealias Path<Value> = WritableKeyPath<Profile, Value> & Sendable

  static func number(_ key: String, _ path: Path<Double>, _ unit: String, in range: ClosedRange<Double>, _ doc: String) -> Setting {
    Setting(key: key, unit: unit, doc: doc, isBare: true) {
      text(of: $0[keyPath: path])
    } write: {
      guard let value = parse($1), range.contains(value) else { return Expectation(text: words(range)) }
      $0[keyPath: path] = value
      return nil
    }
  }

  static func integer(_ key: String, _ path: Path<Int>, _ unit: String, in range: ClosedRange<Int>, _ doc: String) -> Setting {
    Setting(key: key, unit: unit, doc: doc, isBare: true) {
      String($0[keyPath: path])
    } write: {
      guard let value = Int($1), range.contains(value) else {
        return Expectation(text: "a whole number from \(range.lowerBound) to \(range.upperBound)")
      }
      $0[keyPath: path] = value
      return nil
    }
  }

  static func flag(_ key: String, _ path: Path<Bool>, _ doc: String) -> Setting {
    Setting(key: key, unit: "", doc: doc, isBare: true) {
      $0[keyPath: path] ? "true" : "false"
    } write: {
      guard let value = Bool($1) else { return Expectation(text: "true or false") }
      $0[keyPath: path] = value
      return nil
    }
  }

  static func choice<Value: RawRepresentable & CaseIterable & Sendable>(_ key: String, _ path: Path<Value>, _ doc: String) -> Setting
  where Value.RawValue == String {
    Setting(key: key, unit: "", doc: doc, isBare: false) {
      $0[keyPath: path].rawValue
    } write: {
      guard let value = Value(rawValue: $1) else {
        return Expectation(text: "one of " + Value.allCases.map(\.rawValue).joined(separator: ", "))
      }
      $0[keyPath: path] = value
      return nil
    }
  }

  static func numbers(_ key: String, _ path: Path<[Double]>, _ unit: String, in range: ClosedRange<Double>, _ doc: String) -> Setting {
    Setting(key: key, unit: unit, doc: doc, isBare: false) {
      $0[keyPath: path].map(text(of:)).joined(separator: ",")
    } write: {
      let values = $1.split(separator: ",", omittingEmptySubsequences: false).map { parse(String($0)) }
      guard values.allSatisfy({ $0.map(range.contains) ?? false }) else {
        return Expectation(text: "a list like 0.5,0.3,0.2, each \(words(range))")
      }
      $0[keyPath: path] = values.compactMap { $0 }
      return nil
    }
  }

  static func timeframe(_ key: String, _ path: Path<Timeframe>, _ doc: String) -> Setting {
    Setting(key: key, unit: "", doc: doc, isBare: false) {
      "\($0[keyPath: path].label)"
    } write: {
      guard let value = Timeframe($1) else { return Expectation(text: "a timeframe like 15m or 4h") }
      $0[keyPath: path] = value
      return nil
    }
  }

  /// Empty text is `nil`.
  static func optionalTimeframe(_ key: String, _ path: Path<Timeframe?>, _ doc: String) -> Setting {
    Setting(key: key, unit: "", doc: doc, isBare: false) {
      $0[keyPath: path].map { "\($0.label)" } ?? ""
    } write: {
      let value = Timeframe($1)
      guard value != nil || $1.isEmpty else { return Expectation(text: "a timeframe like 15m or 4h, or empty") }
      $0[keyPath: path] = value
      return nil
    }
  }

  static func timeframes(_ key: String, _ path: Path<[Timeframe]>, _ doc: String) -> Setting {
    Setting(key: key, unit: "", doc: doc, isBare: false) {
      $0[keyPath: path].map { "\($0.label)" }.joined(separator: ",")
    } write: {
      let values = $1.split(separator: ",").map { Timeframe(String($0)) }
      guard values.allSatisfy({ $0 != nil }) else { return Expectation(text: "a list of timeframes like 1d,4h") }
      $0[keyPath: path] = values.compactMap { $0 }
      return nil
    }
  }

  /// Names without spaces or quotes; what they name is for their room to say.
  static func names(_ key: String, _ path: Path<[String]>, _ doc: String) -> Setting {
    Setting(key: key, unit: "", doc: doc, isBare: false) {
      $0[keyPath: path].joined(separator: ",")
    } write: {
      let values = $1.split(separator: ",").map(String.init)
      guard !values.isEmpty, $1.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != 0x22 && $0 != 0x5C }) else {
        return Expectation(text: "a list of names like rsi,ema_20")
      }
      $0[keyPath: path] = values
      return nil
    }
  }

  static func weight(of factor: String) -> Setting {
    Setting(key: "score.weight.\(factor)", unit: "fraction", doc: "Weight of the factor \(factor); all of them sum to 1.", isBare: true) {
      text(of: $0.score.weights[factor] ?? 0)
    } write: {
      guard let value = parse($1), value >= 0, value <= 1 else { return Expectation(text: words(0...1)) }
      $0.score.weights[factor] = value
      return nil
    }
  }

  /// `key=value` without the comment behind it, and without the spaces before that.
  static func assignment(_ text: String) -> String {
    var end = text.endIndex
    var previous: Character = " "
    for index in text.indices {
      if text[index] == "#", previous.isWhitespace {
        end = index
        break
      }
      previous = text[index]
    }
    guard end < text.endIndex || text.last?.isWhitespace ?? false else { return text }
    return String(text[..<end].reversed().drop { $0.isWhitespace }.reversed())
  }

  /// The shortest digits that read back as the same number, a whole number without its `.0`.
  static func text(of value: Double) -> String {
    let text = "\(value)"
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }

  /// Decimal digits only: no hexadecimal, no `nan`, no spaces.
  private static func parse(_ text: String) -> Double? {
    guard text.utf8.allSatisfy({ ($0 >= 48 && $0 <= 57) || ".-+eE".utf8.contains($0) }) else { return nil }
    return Double(text).flatMap { $0.isFinite ? $0 : nil }
  }

  private static func words(_ range: ClosedRange<Double>) -> String {
    "a number from \(text(of: range.lowerBound)) to \(text(of: range.upperBound))"
  }
}
