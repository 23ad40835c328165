import Foundation
import TestKit
import Testing

/// `ss-chart` between two pipes: pictures are whole files, and a stage without gnuplot says so.
@Suite struct ChartFileTests {
  static let gnuplot = FileManager.default.isExecutableFile(atPath: "/usr/bin/gnuplot")
  static let cases = Repository.fixtures.appending(path: "cases/ss-chart")
  static let long = cases.appending(path: "long-and-what-came-after/in.ndjson").path
  static let short = cases.appending(path: "short-dark-with-panels/in.ndjson").path

  static func inFolder(_ body: (URL) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "charts-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try body(folder)
  }

  /// Width and height of a PNG, and its size: a blank picture is small.
  static func picture(_ file: URL) throws -> (width: Int, height: Int, bytes: Int) {
    let data = Array(try Data(contentsOf: file))
    try #require(data.count > 24 && data.starts(with: [0x89, 0x50, 0x4E, 0x47]))
    let number = { (at: Int) in data[at..<at + 4].reduce(0) { $0 << 8 | Int($1) } }
    return (number(16), number(20), data.count)
  }

  @Test(arguments: [[], ["--theme", "dark", "--size", "720x900", "--with", "sessions,range,ema_50,rsi,macd"]])
  func attachesWholePictures(_ options: [String]) throws {
    guard Self.gnuplot else {
      print("skipped: no gnuplot")
      return
    }
    try Self.inFolder { folder in
      let charts = folder.appending(path: "charts")
      for input in [Self.long, Self.short] {
        let outcome = try Command(["ss-chart", "--attach", charts.path, input] + options).run()
        #expect(outcome.code == 0, "\(outcome.errorText)")
        #expect(outcome.errorText == "")
        let line = try #require(outcome.lines.first { $0.recordType == "setup" })
        let path = try #require(line.firstMatch(of: #/"chart":\{"path":"([^"]+)"\}\}$/#)).1
        let picture = try Self.picture(URL(fileURLWithPath: String(path)))
        #expect(picture.width == (options.isEmpty ? 1080 : 720) && picture.height == (options.isEmpty ? 1350 : 900))
        #expect(picture.bytes > 15_000)
        #expect(try outcome.lines.count == String(contentsOfFile: input, encoding: .utf8).split(separator: "\n").count)
      }
      // Two pictures, and nothing half done beside them.
      #expect(try FileManager.default.contentsOfDirectory(atPath: charts.path).filter { !$0.hasSuffix(".png") } == [])
      #expect(try FileManager.default.contentsOfDirectory(atPath: charts.path).count == 2)
    }
  }

  @Test func drawsInATerminal() throws {
    guard Self.gnuplot else {
      print("skipped: no gnuplot")
      return
    }
    let outcome = try Command(shell: "ss-chart --id BTC/USDT --dumb '\(Self.long)' | LC_ALL=C.UTF-8 gnuplot").run()
    #expect(outcome.code == 0)
    #expect(outcome.errorText == "")
    for word in ["BTC/USDT", "LONG", "entry", "stop", "T1"] { #expect(outcome.text.contains(word), "\(word)") }
    #expect(outcome.lines.count > 35)
  }

  @Test func aPictureThatCannotBeWrittenIsAnError() throws {
    guard Self.gnuplot else {
      print("skipped: no gnuplot")
      return
    }
    let outcome = try Command("ss-chart", "--attach", "/dev/null/charts", Self.long).run()
    #expect(outcome.code == 73 || outcome.code == 69, "\(outcome.code)")
    #expect(!outcome.text.contains(#""chart":"#))
  }

  @Test func withoutGnuplotItSaysSo() throws {
    let outcome = try Command(shell: "PATH='\(Repository.executables.path)' exec ss-chart --attach charts '\(Self.long)'").run()
    #expect(outcome.code == 69)
    #expect(outcome.errorText.contains("gnuplot-nox"), "\(outcome.errorText)")
  }
}
