/// Every record type of the stream, and every key that a stage appends. A new one is a line here: ss-check judges streams by this list.
public enum AllTables {
  public static let all: [RecordTable] = [
    RunRecord.table,
    InstrumentRecord.table,
    CandleRecord.table,
    GapRecord.table,
    TickerRecord.table,
    FundingRecord.table,
    OrderBookRecord.table,
    EndRecord.table,
    IndicatorsRecord.table,
    SmcRecord.table,
    SmcEventRecord.table,
    SetupRecord.table,
    ZoneRecord.table,
    PlanRecord.table,
    RiskRecord.table,
    ChartRecord.table,
    NotificationRecord.table,
    TradeRecord.table,
    ReportRecord.table,
    EventRecord.table,
  ]

  /// The table of the records that say `type` of themselves.
  public static func record(_ type: String) -> RecordTable? { all.first { $0.type == type && $0.appendedTo == nil } }

  /// The tables of the keys that stages append to the records of `type`.
  public static func appended(to type: String) -> [RecordTable] { all.filter { $0.appendedTo == type } }
}
