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
    #expect(outcome.code == 73, "\(outcome.code)")
    #expect(!outcome.text.contains(#""chart":"#))
    for form in [[], ["--dumb"]] {
      let full = try Command(["ss-chart", "--id", "BTC/USDT", Self.long] + form).with { $0.output = .file("/dev/full") }.run()
      #expect(full.code == 74)
    }
  }

  /// No name of a folder is part of a program: each holds its picture, and nothing appears beside it.
  @Test(
    arguments: [
      "o'brien", "new\nline", "-dash", "sp ace", "$(touch PWNED)", "`touch PWNED`", "\u{202E}bidi", "a\"b\\c", "@ARG1", "\u{1B}[31m", "'",
      "\u{600}'; system('touch PWNED') #", "%d{}",
    ]) func anyFolderHoldsPictures(_ name: String) throws
  {
    guard Self.gnuplot else {
      print("skipped: no gnuplot")
      return
    }
    try Self.inFolder { folder in
      let outcome = try Command("ss-chart", "--attach=\(name)", Self.long).with { $0.folder = folder }.run()
      #expect(outcome.code == 0 && outcome.errorText == "", "\(outcome.errorText)")
      let files = try #require(FileManager.default.enumerator(atPath: folder.path)?.allObjects as? [String])
      let pictures = files.filter { $0.hasSuffix(".png") }
      #expect(pictures.count == 1 && files.count == 2, "\(files)")
      let picture = try Self.picture(URL(filePath: folder.path + "/" + #require(pictures.first)))
      #expect(picture.bytes > 15_000)
    }
  }

  /// What cannot draw, in place of gnuplot: each is an error, and neither a path nor a file is left.
  @Test(
    arguments: [
      "exit 3", "cat >/dev/null", "kill -9 $$", #"echo "drawn 0""#, #"while read -r l; do case $l in print*) echo "drawn 7";; esac; done"#,
      // Draws nothing, and half of a picture.
      #"while read -r l; do case $l in print*) echo "drawn 0";; esac; done"#,
      #"while read -r l; do case $l in "set output '"*) f=${l#*\'}; printf '\211PNG\r\n\032\nabcdefghijklmnop' >"${f%\'}";; print*) echo "drawn 0";; esac; done"#,
      // A limit on the size of files ends it as a full disk would.
      "ulimit -f 8; exec /usr/bin/gnuplot \"$@\"",
    ]) func aFailedPictureIsAnError(_ program: String) throws
  {
    try Self.inFolder { folder in
      let programs = folder.appending(path: "bin")
      // Written by a child: a file that we had open for writing, another test's child could have open still.
      let made = try Command(shell: #"mkdir "$1"; printf '#!/bin/bash\n%s\n' "$2" >"$1/gnuplot"; chmod +x "$1/gnuplot""#).with {
        $0.arguments += ["bash", programs.path, program]
      }.run()
      #expect(made.code == 0)
      let charts = folder.appending(path: "charts")
      let outcome = try Command(shell: #"PATH="$1:$PATH" exec ss-chart --attach "$2" "$3""#).with {
        $0.arguments += ["bash", programs.path, charts.path, Self.long]
      }.run()
      #expect(outcome.code == 74, "\(outcome.code) \(outcome.errorText)")
      #expect(outcome.errorText.contains("picture-failed"))
      #expect(!outcome.text.contains(#""chart":"#))
      #expect(try FileManager.default.contentsOfDirectory(atPath: charts.path) == [])
    }
  }

  @Test func withoutGnuplotItSaysSo() throws {
    let outcome = try Command(shell: "PATH='\(Repository.executables.path)' exec ss-chart --attach charts '\(Self.long)'").run()
    #expect(outcome.code == 69)
    #expect(outcome.errorText.contains("gnuplot-nox"), "\(outcome.errorText)")
  }
}
