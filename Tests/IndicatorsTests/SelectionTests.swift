import Indicators
import Market
import Profiles
import Testing

@Suite struct SelectionTests {
  func names(_ only: String...) throws -> [String] { try IndicatorSelection(only: only).columns.map(\.name) }

  @Test func namesMeanAnIndicatorOrOneOfItsValues() throws {
    #expect(try names("rsi", "bb_upper", "macd") == ["rsi", "bb_upper", "macd", "macd_signal", "macd_histogram"])
    #expect(try names("ema:34", "ema_50", "ema", "rsi:7", "rsi") == ["ema_34", "ema_50", "ema_20", "rsi_7", "rsi"])
    #expect(try names("bb:50:2.5", "bb_middle_30").last == "bb_middle_30")
    #expect(try names("bb_upper:50:2.5") == ["bb_upper_50_2p5"])
    #expect(try names("bb_upper_50_2p5") == ["bb_upper_50_2p5"])
  }

  @Test func settingsChangeWhatWasAskedForWithoutParameters() throws {
    let candles = Series.walk(60)
    let set = Run(candles, try IndicatorSelection(only: ["rsi", "rsi:14"], set: [("rsi.period", "21")]))
    #expect(set.selection.columns.map(\.name) == ["rsi", "rsi_14"])
    let plain = try Run(candles, only: ["rsi:21", "rsi:14"])
    #expect(set["rsi"].suffix(30) == plain["rsi_21"].suffix(30))
    #expect(set["rsi_14"].suffix(30) == plain["rsi_14"].suffix(30))
  }

  @Test func refusals() {
    func refusal(_ only: [String], _ set: [(String, String)] = []) -> IndicatorSelectionError? {
      do throws(IndicatorSelectionError) {
        _ = try IndicatorSelection(only: only, set: set.map { (key: $0.0, value: $0.1) })
        return nil
      } catch { return error }
    }
    #expect(refusal(["rsy"]) == .unknown("rsy"))
    #expect(refusal([""]) == .unknown(""))
    #expect(refusal(["rsi:14:3"]) == .tooManyParameters("rsi:14:3", allowed: 1))
    #expect(refusal(["rsi:1.5"]) != nil)
    #expect(refusal(["rsi:1"]) != nil)
    #expect(refusal(["rsi:nan"]) != nil)
    #expect(refusal(["rsi@7m"]) == .unknownTimeframe("7m"))
    #expect(refusal(["rsi"], [("rsi.length", "3")]) == .unknownParameter("length", of: "rsi", among: ["period"]))
    #expect(refusal(["rsi"], [("macd.fast", "3")]) == .unused("macd.fast"))
    #expect(refusal(["rsi:7"], [("rsi.period", "3")]) == .unused("rsi.period"))
  }

  @Test func timeframesBeyondTheLimitHaveNoSuchValue() throws {
    let candles = Series.walk(300, timeframe: .d1)
    let selection = try IndicatorSelection(only: ["ema_200@4h", "ema_50"])
    #expect(Run(candles, selection, timeframe: .d1)["ema_200"].allSatisfy { $0.isNaN })
    #expect(!Run(candles, selection, timeframe: .h4)["ema_200"][199].isNaN)
    let asked = try IndicatorSelection(add: ["ema_200"])
    #expect(!Run(candles, asked, timeframe: .d1)["ema_200"][199].isNaN, "asked for by name, it has no limit")
  }

  @Test func theBuiltInBundleIsTheStreams() throws {
    let selection = try IndicatorSelection()
    #expect(
      selection.columns.map(\.name) == [
        "ready", "rsi", "stoch_rsi_k", "stoch_rsi_d", "mfi", "macd", "macd_signal", "macd_histogram", "adx", "plus_di", "minus_di", "ema_20",
        "ema_50",
        "ema_200", "bb_upper", "bb_middle", "bb_lower", "bb_width", "bb_percent", "zscore", "atr", "atr_percent", "realized_volatility", "obv",
        "vwap",
        "volume_ratio", "volume_spike",
      ])
  }

  @Test func readyWhenAllThatIsNeededHasSettled() throws {
    let selection = try IndicatorSelection()
    let ready = Run(Series.walk(600), selection)["ready"]
    let first = ready.firstIndex(of: 1) ?? 0
    let settled = try ["rsi", "macd", "adx", "atr"].map { name in
      let indicator = try #require(IndicatorRegistry.named(name))
      return indicator.warmUp(indicator.card.parameters.map(\.standard)).settled
    }
    #expect(first >= settled.max()!)
    #expect(ready[first...].allSatisfy { $0 == 1 })
  }
}
