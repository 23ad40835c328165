import Foundation
import Integers
import TestKit
import Testing

@Suite struct ConversionTests {
  @Test(arguments: [
    (Double.nan, -5), (-.infinity, -5), (.infinity, 100), (1e300, 100), (-1e300, -5), (-5.5, -5), (-0.9, 0), (99.99, 99), (100, 100), (7, 7),
  ])
  func clamps(_ number: Double, _ whole: Int) { #expect(Int(clamping: number, to: -5...100) == whole) }

  @Test func reachesTheEndsOfEveryType() {
    for number in [Double.nan, -.infinity, .infinity, 1e300, -1e300, 9.3e18, -9.3e18, 0x1p63, -0x1p63, 0x1p63.nextDown, 0x1p31, 1, -1, 0, 0x1p-1074] {
      let whole = Int64(clamping: number, to: .min ... .max)
      if number > -0x1p63, number < 0x1p63 { #expect(Double(whole) == number.rounded(.towardZero)) }
      #expect(Int32(clamping: number, to: .min ... .max) == Int32(clamping: Int64(clamping: number, to: .min ... .max)))
    }
    #expect(Int64(clamping: .infinity, to: .min ... .max) == .max)
    #expect(Int64(clamping: .nan, to: .min ... .max) == .min)
  }
}

/// The build itself refuses conversions that end the program; these say that it still does.
@Suite struct TrappingConversionTests {
  private static let conversions = [
    "Int(x)", "Int8(x)", "Int16(x)", "Int32(x)", "Int64(x)", "Int128(x)", "UInt(x)", "UInt8(x)", "UInt16(x)", "UInt32(x)", "UInt64(x)", "UInt128(x)",
    "Int(x.rounded(.up))", "Int64(x * 1000)", "[x].map { Int64($0) }", "[x].map(Int.init)", "[x].map { .init($0) } as [UInt8]", "Int(x as Double)",
  ]

  /// Commands of tests run with a short PATH; the compiler is where this build found it.
  private static let compiler: String = {
    let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
    return folders.map { "\($0)/swiftc" }.first { FileManager.default.isExecutableFile(atPath: $0) } ?? "swiftc"
  }()

  @Test func everyFormIsAnError() throws {
    let lines = Self.conversions.map { "  _ = \($0)" }.joined(separator: "\n")
    let hiding = Repository.root.appending(path: "Sources/Integers/TrappingConversion.swift").path
    let outcome = try Repository.withTemporaryFolder { folder in
      let probe = folder.appending(path: "probe.swift")
      try """
      extension FixedWidthInteger { init(known number: Double) { self = 0 } }
      func probe(_ x: Double) {
      \(lines)
        _ = [Int(known: x), Int(exactly: x) ?? 0, Int(UInt8(3))]
      }
      """.write(to: probe, atomically: true, encoding: .utf8)
      return try Command(Self.compiler, "-typecheck", "-Werror", "DeprecatedDeclaration", hiding, probe.path).run()
    }
    for line in Self.conversions.indices {
      #expect(outcome.errorText.contains("probe.swift:\(line + 3):"), "\(Self.conversions[line]) is let through:\n\(outcome.errorText)")
    }
    #expect(!outcome.errorText.contains("probe.swift:\(Self.conversions.count + 3):"), "\(outcome.errorText)")
  }

  @Test func everyRoomIsHeldToIt() throws {
    let manifest = try String(contentsOf: Repository.root.appending(path: "Package.swift"), encoding: .utf8)
    #expect(manifest.contains(#".treatWarning("DeprecatedDeclaration", as: .error)"#))
    #expect(manifest.contains(#"["-Xfrontend", "-import-module", "-Xfrontend", "Integers"]"#))
    // Every room with code goes through the one function that says so.
    let apart = manifest.matches(of: #/\n    \.target\(name: "(\w+)"/#).map { String($0.1) }
    #expect(Set(apart).isSubset(of: ["CBytes", "Integers", "Quoting", "TestKit"]), "\(apart)")
  }
}
