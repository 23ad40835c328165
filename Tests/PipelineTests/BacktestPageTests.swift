import Foundation
import TestKit
import Testing

/// The page of a backtest, in a browser without a screen.
@Suite struct BacktestPageTests {
  static let browser: String? = ["chromium", "chromium-browser", "google-chrome"].lazy.compactMap { name in
    ["/usr/bin", "/usr/local/bin"].map { "\($0)/\(name)" }.first { FileManager.default.isExecutableFile(atPath: $0) }
  }.first

  @Test func fetchesNothingAndIsSmall() throws {
    let page = try Data(contentsOf: KeptBacktest.shared.get().folder.appending(path: "page.html"))
    #expect(page.count < 1_500_000)
    let text = String(decoding: page, as: UTF8.self)
    #expect(text.firstMatch(of: #/<(link|img|iframe|script[^>]*src)|@import|url\(|fetch\(/#) == nil)
    #expect(text.contains("default-src 'none'"))
  }

  /// What a reader does, done by a script, which leaves what it saw in the document.
  private static let visit = #"""
    <script>
    const rows = () => [...document.querySelectorAll("#trades tbody tr")];
    const r = () => rows().map(row => Number(row.cells[6].textContent));
    const press = i => document.querySelectorAll("#trades th button")[i].click();
    const seen = { trades: rows().length };
    press(6); seen.rising = r(); press(6); seen.falling = r();
    const field = document.getElementById("filter");
    field.value = "BTC long"; field.dispatchEvent(new Event("input"));
    seen.filtered = rows().map(row => row.textContent);
    field.value = ""; field.dispatchEvent(new Event("input"));
    if (rows().length) rows()[0].click();
    const bars = () => document.querySelectorAll("#chart svg rect").length;
    seen.before = bars(); document.getElementById("after").click(); seen.after = bars();
    seen.problems = problems;
    document.body.dataset.seen = JSON.stringify(seen);
    </script></body>
    """#

  private struct Seen: Decodable {
    var trades: Int
    var rising: [Double]
    var falling: [Double]
    var filtered: [String]
    var before: Int
    var after: Int
    var problems: [String]
  }

  @Test(.enabled(if: browser != nil, "no Chromium on this machine"))
  func sortsFiltersAndDraws() throws {
    let run = try KeptBacktest.shared.get()
    try Repository.withTemporaryFolder { folder in
      var page = try String(contentsOf: run.folder.appending(path: "page.html"), encoding: .utf8)
      let watch =
        "<script>const problems = []; onerror = m => problems.push(String(m)); console.error = (...m) => problems.push(m.join(' '));</script>"
      page.replace("<head>", with: "<head>" + watch, maxReplacements: 1)
      page.replace("</body>", with: Self.visit, maxReplacements: 1)
      let file = folder.appending(path: "page.html")
      try Data(page.utf8).write(to: file)
      let flags = ["--headless", "--no-sandbox", "--disable-gpu", "--user-data-dir=\(folder.path)/profile", "--dump-dom", file.absoluteString]
      let outcome = try Command([Self.browser ?? ""] + flags).run()
      let found = try #require(outcome.text.firstMatch(of: #/data-seen="([^"]*)"/#), "the page did not draw itself: \(outcome.errorText.suffix(500))")
      let seen = try JSONDecoder().decode(Seen.self, from: Data(found.1.replacing("&quot;", with: "\"").utf8))
      #expect(seen.problems == [])
      #expect(seen.trades > 0 && seen.rising.count == seen.trades)
      #expect(seen.rising == seen.rising.sorted() && seen.falling == seen.rising.sorted(by: >))
      #expect(seen.filtered.count < seen.trades && seen.filtered.allSatisfy { $0.contains("BTC/USDT") && $0.contains("LONG") })
      #expect(seen.after > seen.before && seen.before > 0, "what came after the order is shown only when asked for")
    }
  }
}
