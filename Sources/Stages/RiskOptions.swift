import Market
import Profiles
import Records
import Risk
import Stage
import Wire

/// The command line of ss-risk.
struct RiskOptions {
  static let specs = [
    OptionSpec("balance", .required("AMOUNT"), help: "Cash of the account, in the quote asset; without it 10000 are assumed."),
    OptionSpec("risk", .required("PERCENT"), default: "the profile's", help: "Equity lost when a stop is hit, costs included, as 0.5."),
    OptionSpec(
      "positions", .required("FILE"), effect: .reads,
      help: "Positions that are open already, one JSON object a line: exchange, symbol, direction, quantity, entry, stop (optional)."),
    OptionSpec(
      "account", .required("paper[=STATE]"), effect: .writes, harmless: ["paper"],
      help: "Simulate: fill, stop and take profit on the candles of the stream, and write trade records. STATE is kept between runs."),
    OptionSpec(
      "fills", .choice(["pessimistic", "optimistic"]), default: "pessimistic", help: "Which comes first in a candle that holds stop and target."),
    OptionSpec("assume", .choice(["linear"]), help: "Trade spot candles as a perpetual, with its default fees and funding."),
    OptionSpec("margin", .required("RATE"), help: "Allow SHORT on spot, borrowing at RATE, a fraction a day."),
    OptionSpec("why-not", help: "Say in each denial which smallest change would have passed."),
    OptionSpec("kill-switch", .required("FILE"), effect: .reads, help: "While FILE exists, everything is denied."),
    OptionSpec(
      "settle", .required("SECONDS"),
      help: "Live: an instant whose setups are in is over after SECONDS without input. Without it, when a later record comes."),
  ]

  let account: AccountOptions
  let risk: Double?
  let positions: [(exchange: String, symbol: String, position: HeldPosition)]
  let state: StateFile?
  let killSwitch: StateFile?
  let patience: Int32?

  init(_ arguments: Arguments) throws(StageError) {
    let balance = try Self.number(arguments, "balance") { $0 >= 1e-9 && $0 <= 1e15 }
    let percent = try Self.number(arguments, "risk") { $0 > 0 && $0 <= 100 }
    let margin = try Self.number(arguments, "margin") { $0 >= 0 && $0 < 1 }
    let settle = try Self.number(arguments, "settle") { $0 > 0 && $0 <= 3600 }
    let form = arguments.value("account") ?? ""
    let isPaper = form == "paper" || form.hasPrefix("paper=")
    if !form.isEmpty, !isPaper || form == "paper=" { throw .usage("--account must be paper or paper=STATE, not \"\(form)\"") }
    if isPaper, arguments.has("positions") { throw .usage("--account paper has no --positions: it only knows what it traded itself") }
    state = form.hasPrefix("paper=") ? StateFile(String(form.dropFirst(6))) : nil
    risk = percent.map { $0 / 100 }
    positions = try arguments.value("positions").map { name throws(StageError) in try Self.positions(name) } ?? []
    killSwitch = arguments.value("kill-switch").map { StateFile($0) }
    patience = settle.map { Int32(clamping: ($0 * 1000).rounded(), to: 1...3_600_000) }
    account = AccountOptions(
      account: isPaper ? .paper : balance != nil || arguments.has("positions") ? .file : .assumed,
      balance: balance ?? AccountOptions.assumedBalance, assumesLinear: arguments.has("assume"), marginRate: margin,
      fills: FillOrder(rawValue: arguments.value("fills") ?? "") ?? .pessimistic, whyNot: arguments.has("why-not"))
  }

  func applied(to profile: Profile) -> Profile {
    var profile = profile
    if let risk { profile.risk.riskPerTrade = risk }
    return profile
  }

  /// What decides besides the profile, in one line; empty when nothing does.
  var text: String {
    var parts = ["account=\(account.account.label)", "balance=\(NumberText.significant(account.balance))"]
    if let risk { parts.append("risk=\(NumberText.significant(risk))") }
    if account.assumesLinear { parts.append("assume=linear") }
    if let rate = account.marginRate { parts.append("margin=\(NumberText.significant(rate))") }
    if account.fills == .optimistic { parts.append("fills=optimistic") }
    return parts.joined(separator: ";")
  }

  private static func number(_ arguments: Arguments, _ name: String, _ allows: (Double) -> Bool) throws(StageError) -> Double? {
    guard let text = arguments.value(name) else { return nil }
    guard let number = Double(text), number.isFinite, allows(number) else { throw .usage("--\(name): \"\(text)\" will not do") }
    return number
  }

  private static func positions(_ name: String) throws(StageError) -> [(exchange: String, symbol: String, position: HeldPosition)] {
    var scanner = RecordScanner(keys: ["symbol", "direction", "quantity", "entry", "stop", "exchange"])
    let file = try InputFile(name)
    var found: [(exchange: String, symbol: String, position: HeldPosition)] = []
    while let line = try file.next() {
      if line.isEmpty { continue }
      do throws(StageError) {
        guard scanner.scan(line) else { throw StageError(scanner.fault(in: line)) }
        let record = scanner.record(line)
        guard let symbol = Symbol(try record.identity(0)) else { throw record.wrong(0, "a market like BTC/USDT") }
        guard let direction = Direction.allCases.first(where: { record[1].equals($0.trade) }) else { throw record.wrong(1, "LONG or SHORT") }
        let position = HeldPosition(
          direction: direction, quantity: try record.number(2), entry: try record.number(3), stop: try record.optionalNumber(4))
        if position.quantity <= 0 { throw record.wrong(2, "above zero") }
        if position.entry <= 0 { throw record.wrong(3, "above zero") }
        found.append((try record.identity(5), symbol.text, position))
      } catch {
        var failure = error
        failure.place = Place(file: name, line: file.line)
        throw failure
      }
    }
    return found
  }
}
