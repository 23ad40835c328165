import Foundation
import TestKit
import Testing

/// What a stage keeps is the state of its series, however long the stream.
@Suite struct MemoryTests {
  /// Synthetic: `rounds` candles of each of `count` markets, in the order of time.
  static func candles(series count: Int, rounds: Int) -> [UInt8] {
    var text = ""
    for round in 0..<rounds {
      let opened = 1_704_067_200_000 + round * 900_000
      for i in 0..<count {
        let price = Double(100 + (i + round) % 7)
        text += #"{"type":"candle","exchange":"synthetic","symbol":"S\#(10_000 + i)/USDT","timeframe":"15m","open_time":\#(opened),"#
        text += #""close_time":\#(opened + 900_000),"open":100,"high":107,"low":99,"close":\#(price),"volume":\#(1 + round % 5)}"# + "\n"
      }
    }
    return Array(text.utf8)
  }

  /// Kilobytes of private memory that the command has once it has taken all of `input` and waits for more.
  static func memory(_ command: String, _ input: [UInt8]) throws -> Int {
    let folder = FileManager.default.temporaryDirectory.appending(path: "memory-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let script = """
      exec 3> >(exec \(command) >'\(folder.path)/out'); child=$!
      cat >'\(folder.path)/in'; cat '\(folder.path)/in' >&3
      lines=$(wc -l <'\(folder.path)/in')
      until [ "$(wc -l <'\(folder.path)/out')" -ge "$lines" ]; do sleep 0.05; done
      grep -E '^RssAnon' /proc/$child/status
      exec 3>&-
      wait $child
      """
    let outcome = try Command(shell: script).run(.bytes(input))
    #expect(outcome.code == 0, "\(outcome.errorText)")
    return try #require(Int(outcome.text.filter(\.isNumber)))
  }

  static let values =
    "rsi,stoch_rsi,mfi,bb_upper,bb_middle,bb_lower,atr,ema_20,ema_50,ema_200,macd,adx,obv,zscore,realized_volatility,volume_sma,volume_spike"

  @Test(.enabled(if: FileManager.default.fileExists(atPath: "/proc/self/status")))
  func aSeriesTakesLittleAndALongStreamNothing() throws {
    let command = "ss-indicators --only \(Self.values)"
    let few = try Self.memory(command, Self.candles(series: 100, rounds: 4))
    let many = try Self.memory(command, Self.candles(series: 2100, rounds: 4))
    #expect(Double(many - few) / 2000 < 3, "\(many - few) kB for 2,000 series more")
    let long = try Self.memory(command, Self.candles(series: 100, rounds: 80))
    #expect(long - few < 300, "\(long - few) kB for 20 times as many candles")
  }
}
