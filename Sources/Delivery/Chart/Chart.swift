import Confluence
import Market
import Planning
import Structure

/// What one picture shows: candles known at the setup's close, its evidence, and the plan if there is one.
public struct Chart: Sendable {
  /// Oldest first; the last one closed at `setup.asOf` or before.
  public var candles: [Candle]
  /// What came later, set apart; empty when only what was known is shown.
  public var after: [Candle]
  /// Of one candle.
  public var timeframe: Timeframe
  public var setup: Setup
  public var plan: TradePlan?
  public var overlays: Set<Overlay>
  public var studies: [Study]

  /// What is drawn besides candles, volume, evidence and plan.
  public enum Overlay: String, CaseIterable, Sendable { case sessions, range }

  /// A line: one value of an indicator.
  public struct Study: Sendable {
    public var name: String
    /// `nil`: a price, drawn among the candles. What has another unit is drawn in a panel of that unit.
    public var unit: String?
    /// One for each candle drawn; NaN where there is none.
    public var values: [Double]

    public init(name: String, unit: String?, values: [Double]) {
      self.name = name
      self.unit = unit
      self.values = values
    }
  }

  public init(
    candles: [Candle], after: [Candle] = [], timeframe: Timeframe, setup: Setup, plan: TradePlan?, overlays: Set<Overlay> = [.range],
    studies: [Study] = []
  ) {
    self.candles = candles
    self.after = after
    self.timeframe = timeframe
    self.setup = setup
    self.plan = plan
    self.overlays = overlays
    self.studies = studies
  }

  var all: [Candle] { candles + after }
}

/// Where a chart is drawn.
public struct Canvas: Sendable {
  public enum Form: Sendable {
    /// A PNG of this many pixels.
    case png(width: Int, height: Int)
    /// Characters of a terminal.
    case terminal(columns: Int, rows: Int)
  }
  public var form: Form
  public var theme: Theme

  public init(form: Form = .png(width: 1080, height: 1350), theme: Theme = .light) {
    self.form = form
    self.theme = theme
  }
}

/// Colours that stay apart for every kind of colour vision: Okabe and Ito, "Color Universal Design", 2008.
public enum Theme: String, CaseIterable, Sendable {
  case light, dark

  var background: String { self == .light ? "#ffffff" : "#12161c" }
  var ink: String { self == .light ? "#222222" : "#e6e6e6" }
  var faint: String { self == .light ? "#d9d9d9" : "#323a45" }
  var muted: String { self == .light ? "#777777" : "#9aa4b2" }
  /// Blue for rising and long, vermillion for falling and short.
  var bull: String { self == .light ? "#0072b2" : "#56b4e9" }
  var bear: String { self == .light ? "#d55e00" : "#e69f00" }
  var target: String { self == .light ? "#007a5a" : "#2bc79a" }
  /// Of the lines of indicators, which differ in their dashes as well.
  var lines: [String] { self == .light ? ["#8a6d00", "#a04a80", "#222222", "#007a5a"] : ["#f0e442", "#cc79a7", "#e6e6e6", "#2bc79a"] }
  var pool: String { self == .light ? "#a04a80" : "#cc79a7" }

  func colour(_ direction: Direction) -> String { direction == .bull ? bull : bear }
}
