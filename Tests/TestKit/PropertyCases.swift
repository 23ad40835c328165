import Foundation

extension Repository {
  /// How many cases a property test tries: `SS_CASES`, else `usual`.
  public static func cases(_ usual: Int) -> Int {
    ProcessInfo.processInfo.environment["SS_CASES"].flatMap { Int($0) } ?? usual
  }
}
