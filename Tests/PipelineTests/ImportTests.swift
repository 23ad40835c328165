import Foundation
import TestKit
import Testing

/// The arrows between the rooms (docs/architecture.md), read from the `import` lines: none runs back, and Foundation stays in Transport.
@Suite struct ImportTests {
  /// Low to high; a room may import those before it, as far as `apart` allows.
  static let order = [
    "Quoting", "CBytes", "Integers", "Wire", "Stage", "Market", "Profiles", "Indicators", "Structure", "Confluence", "Planning", "Risk", "Evidence",
    "Exchanges", "Delivery",
    "Records", "Transport", "Stages",
  ]
  /// Rooms of trading words: none of them knows how records look on the wire. Exchanges reads what venues send, which is JSON.
  static let domains: Set = ["Market", "Profiles", "Indicators", "Structure", "Confluence", "Planning", "Risk", "Evidence", "Delivery"]
  static let system: Set = ["Glibc", "Musl", "Darwin", "Synchronization"]
  static let foundation: Set = ["Foundation", "FoundationEssentials", "FoundationNetworking"]
  /// The entry points that talk to the network.
  static let networked: Set = ["ss-fetch", "ss-notify", "ss-execute"]

  static func mayImport(_ room: String, _ imported: String) -> Bool {
    if system.contains(imported) { return true }
    if foundation.contains(imported) { return room == "Transport" }
    if room.hasPrefix("ss-") { return ["Stages", "Stage"].contains(imported) || (imported == "Transport" && networked.contains(room)) }
    guard let from = order.firstIndex(of: room), let to = order.firstIndex(of: imported), to < from else { return false }
    if imported == "Quoting" || imported == "Integers" { return true }
    if domains.contains(room) { return domains.contains(imported) }
    switch room {
    case "CBytes": return false
    case "Wire", "Integers": return imported == "CBytes"
    case "Stage": return ["CBytes", "Wire"].contains(imported)
    case "Exchanges": return ["Market", "Wire"].contains(imported)
    case "Transport": return ["Wire", "Exchanges", "Delivery", "Market"].contains(imported)
    // For the errors of decoding, which a stage reports as they are.
    case "Records": return imported != "Transport"
    // The entry point injects Transport.
    case "Stages": return imported != "Transport"
    default: return true
    }
  }

  @Test func noArrowRunsBack() throws {
    let sources = Repository.root.appending(path: "Sources")
    var lines = 0
    for room in try FileManager.default.contentsOfDirectory(atPath: sources.path).sorted() {
      for file in FileManager.default.enumerator(at: sources.appending(path: room), includingPropertiesForKeys: nil)?.allObjects as? [URL] ?? []
      where file.pathExtension == "swift" {
        for match in try String(contentsOf: file, encoding: .utf8).matches(of: #/(?m)^[^\/\n"]*\bimport (?:struct |enum |func |class |var )?(\w+)/#) {
          lines += 1
          let imported = String(match.1)
          #expect(Self.mayImport(room, imported), "\(room)/\(file.lastPathComponent) imports \(imported)")
        }
      }
    }
    #expect(lines > 20, "the pattern finds import lines")
  }

  @Test func theRulesThemselvesForbid() {
    for (room, imported) in [
      ("Market", "Structure"), ("Structure", "Wire"), ("Delivery", "Records"), ("Risk", "Foundation"), ("Stages", "Transport"), ("Wire", "Stage"),
      ("ss-smc", "Transport"), ("ss-smc", "Foundation"), ("Quoting", "CBytes"), ("Unheard", "Market"), ("Market", "Unheard"),
    ] { #expect(!Self.mayImport(room, imported), "\(room) imports \(imported)") }
  }

  @Test func noPackageFromElsewhere() throws {
    let manifest = try String(contentsOf: Repository.root.appending(path: "Package.swift"), encoding: .utf8)
    #expect(!manifest.contains(".package("))
  }
}

/// What the built executables are linked against.
@Suite struct LinkTests {
  /// A debug build links libraries, and shows which; a release build needs none at all.
  @Test(arguments: ["ss-indicators", "ss-smc", "ss-score", "ss-plan", "ss-risk"])
  func pureExecutablesLinkNoFoundation(_ name: String) throws {
    let outcome = try Command("ldd", Repository.executables.appending(path: name).path).run()
    if Repository.executables.path.hasSuffix("release") {
      #expect(outcome.errorText.contains("not a dynamic executable"), "\(name):\n\(outcome.text)")
    } else {
      #expect(outcome.code == 0)
      #expect(outcome.text.contains("libc.so"))
      #expect(!outcome.text.contains("Foundation"), "\(name):\n\(outcome.text)")
    }
  }
}
