import Foundation
import TestKit
import Testing

/// What docs/contributing.md asks of the sources, as far as a program can see it.
@Suite struct HouseRulesTests {
  static let sources: [(path: String, text: String)] = {
    let folder = Repository.root.appending(path: "Sources")
    let files = (FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)?.allObjects as? [URL] ?? [])
      .filter { $0.pathExtension == "swift" }
    return files.map { (String($0.path.dropFirst(folder.path.count + 1)), (try? String(contentsOf: $0, encoding: .utf8)) ?? "") }
  }()

  @Test func filesStayShort() {
    #expect(Self.sources.count > 50)
    for (path, text) in Self.sources {
      let limit = path.hasSuffix("Entrypoint.swift") ? 80 : path.hasPrefix("Stages/") ? 250 : path.hasPrefix("Indicators/") ? 150 : 400
      let lines = text.count { $0 == "\n" }
      #expect(lines <= limit, "\(path) has \(lines) lines, \(limit) are allowed: split it by concept")
    }
  }

  @Test func nothingUnfinishedOrBrittle() {
    for (path, text) in Self.sources {
      #expect(text.firstMatch(of: #/TODO|FIXME|fatalError\(|\btry!|\bas!/#) == nil, "\(path)")
    }
  }

  /// One place ends a process; stages neither print nor end.
  @Test func oneExit() {
    let places = Self.sources.filter { $0.text.firstMatch(of: #/(^|[^\w.])_?exit\(/#) != nil }.map(\.path)
    #expect(places == ["Stage/Driver.swift"])
    let printing = Self.sources.filter { $0.text.firstMatch(of: #/(^|[^\w.`])print\(/#) != nil && !$0.path.hasPrefix("Stage/") }.map(\.path)
    #expect(printing == [])
  }

  /// The analysis knows no clock, no locale and no chance.
  @Test func noClockNoChance() {
    let rooms = ["Market", "Indicators", "Structure", "Confluence", "Planning", "Risk", "Delivery", "Profiles", "Records"]
    for (path, text) in Self.sources where rooms.contains(String(path.prefix { $0 != "/" })) {
      #expect(
        text.firstMatch(of: #/\b(clock_gettime|gettimeofday|time\(nil\)|ContinuousClock|SuspendingClock|SystemRandomNumberGenerator|setlocale)/#)
          == nil, "\(path)")
      #expect(text.firstMatch(of: #/\.random\(in: [^,)]*\)|\.shuffled\(\)|\.randomElement\(\)/#) == nil, "\(path)")
    }
  }
}

/// Committed documents are what the executables say today.
@Suite struct GeneratedFilesTests {
  @Test func generatedPagesAndSchemasAreCurrent() throws {
    let outcome = try Command(Repository.pipelines.appending(path: "docs").path, "--check").run()
    #expect(outcome.code == 0, "\(outcome.errorText)\(outcome.text)")
  }
}
