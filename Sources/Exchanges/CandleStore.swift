import Glibc
import Market
import Wire

/// The candles that were once fetched: one NDJSON file a series, in a folder an exchange. A closed candle never changes, so history only grows.
///
/// A file begins where it was asked from (with a gap record, where the series began later), has its candles in order, and a gap record for each hole.
/// Writers hold the store's lock; readers need none: what they see always begins with whole lines, and a last line without an end is not one.
public final class CandleStore {
  public let folder: String
  private var touched = false

  public init(folder: String) throws(FileFailure) {
    try createFolder(folder)
    self.folder = folder
  }

  public func path(_ series: SeriesID) -> String { "\(folder(of: series))/\(series.fileName)" }
  private func folder(of series: SeriesID) -> String { "\(folder)/\(FileName.of(series.market.exchange))" }

  /// What a file covers.
  public struct Coverage: Equatable, Sendable {
    /// Asked from here on.
    public var from: Timestamp
    /// The close of the last candle.
    public var to: Timestamp
    public var last: ExactCandle

    public static func == (a: Coverage, b: Coverage) -> Bool { a.from == b.from && a.to == b.to }
  }

  /// Looks at both ends of a series; `nil` where there is none.
  public func coverage(_ series: SeriesID) throws(FileFailure) -> Coverage? {
    guard let file = try StoreFile(path(series)) else { return nil }
    return try file.coverage(series)
  }

  /// Adds candles behind the last, under the lock. Those that another process has added meanwhile are passed over.
  /// - Parameter from: where they were asked from, for a series that is new.
  /// - Returns: how many were added.
  @discardableResult
  public func append(_ candles: [ExactCandle], to series: SeriesID, askedFrom from: Timestamp) throws -> Int {
    if candles.isEmpty { return 0 }
    let lock = try lock(series)
    defer { withExtendedLifetime(lock) {} }
    let path = path(series)
    try StoreFile.repair(path, series)
    let known = try coverage(series)
    let sealing = try sealing(series)
    let line = CandleLine(series)
    var out = ByteBuffer(capacity: candles.count * 320 + 512)
    var end = known?.to ?? from
    var added = 0
    for candle in candles where candle.openTime >= end {
      if candle.openTime > end {
        // Nothing before the first: the market did not exist yet.
        let cause: Gap.Cause = known == nil && added == 0 ? .notListed : .unknown
        GapLine.encode(Gap(timeframe: series.timeframe, from: end, to: candle.openTime, cause: cause), series, into: &out)
      }
      line.encode(candle, into: &out)
      end = candle.closeTime
      added += 1
    }
    if added > 0 {
      try StoreFile.append(out.bytes, to: path)
      var sums = sealing?.whole(with: out.bytes) ?? StoreSums()
      if sealing == nil { sums.add(out.bytes) }
      try sums.write(for: path)
      touched = true
    }
    return added
  }

  /// Writes a series anew with `candles` in it, under the lock: before its begin, into its gaps, or in place of what is there.
  /// - Parameter from: the earliest instant that was asked for.
  public func merge(_ candles: [ExactCandle], into series: SeriesID, askedFrom from: Timestamp) throws {
    let lock = try lock(series)
    defer { withExtendedLifetime(lock) {} }
    let path = path(series)
    try StoreFile.repair(path, series)
    guard let known = try coverage(series) else {
      try write(candles[...], nil, series, from: from, to: path)
      return
    }
    try write(candles[...], try StoreSource(path, series, from: .distantPast, to: .distantFuture), series, from: min(from, known.from), to: path)
  }

  /// The new file is whole before it takes the place of the old one.
  private func write(
    _ candles: ArraySlice<ExactCandle>, _ old: StoreSource?, _ series: SeriesID, from: Timestamp, to path: String
  ) throws {
    let file = try Replacement(of: path, mode: 0o644, temporary: path + ".new")
    let line = CandleLine(series)
    var out = ByteBuffer(capacity: 1 << 20)
    var new = candles
    var kept = try old?.next()
    var end = from
    var isFirst = true
    while true {
      let candle: ExactCandle
      if let next = new.first, kept.map({ next.openTime <= $0.openTime }) ?? true {
        // The same candle, told anew, replaces the old one.
        if kept?.openTime == next.openTime { kept = try old?.next() }
        candle = next
        new = new.dropFirst()
      } else if let next = kept {
        candle = next
        kept = try old?.next()
      } else {
        break
      }
      if candle.openTime > end {
        GapLine.encode(Gap(timeframe: series.timeframe, from: end, to: candle.openTime, cause: isFirst ? .notListed : .unknown), series, into: &out)
      }
      line.encode(candle, into: &out)
      end = candle.closeTime
      isFirst = false
      if out.count > 1 << 19 {
        try file.write(out.bytes)
        out.truncate(to: 0)
      }
    }
    try file.write(out.bytes)
    // Without checksums for a moment, so that no reader takes old ones for the new file.
    StoreSums.remove(for: path)
    try file.keep(isSynced: false)
    touched = true
    if let whole = try StoreFile(path) { try Sealing(whole, StoreSums()).whole(with: Bytes(start: nil, count: 0)).write(for: path) }
  }

  /// The checksums up to the last segment of many lines, and the bytes behind it, which will be part of another.
  private struct Sealing {
    var sums: StoreSums
    var tail: [UInt8] = []

    /// In pieces, for a file may be long.
    init(_ file: StoreFile, _ known: StoreSums) throws(FileFailure) {
      sums = known
      sums.open(at: file.size)
      var place = sums.end
      while place < file.size {
        tail += try file.read(at: place, count: min(1 << 20, file.size - place))
        place = min(place + (1 << 20), file.size)
        guard place < file.size else { break }
        let before = sums.end
        tail.withUnsafeBufferPointer { sums.add($0) }
        sums.open(at: place)
        tail.removeFirst(sums.end - before)
      }
    }

    /// Checksums of all lines, with `bytes` behind them.
    func whole(with bytes: Bytes) -> StoreSums {
      var sums = sums
      (tail + bytes).withUnsafeBufferPointer { sums.add($0) }
      return sums
    }
  }

  /// What is stored is looked at before it gets a checksum that it did not have.
  private func sealing(_ series: SeriesID) throws -> Sealing? {
    let (file, sums) = try StoreFile.withSums(path(series))
    guard let file else { return nil }
    let sealing = try Sealing(file, sums)
    let source = try StoreSource(path(series), series, at: sealing.sums.end)
    if sums.end == 0 { while try source.next() != nil {} } else { while try source.nextLine() != nil {} }
    return sealing
  }

  private func lock(_ series: SeriesID) throws(FileFailure) -> LockedFile {
    try createFolder(folder(of: series))
    return try LockedFile("\(folder)/lock")
  }

  /// Puts everything that was written on the disk, once for the whole run.
  public func sync() throws(FileFailure) {
    guard touched else { return }
    let descriptor = open(folder, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw FileFailure(folder) }
    defer { close(descriptor) }
    guard syncFileSystem(of: descriptor) else { throw FileFailure(folder) }
    touched = false
  }

  /// All series, in order of exchange, symbol and timeframe.
  public func series() -> [SeriesID] {
    var found: [SeriesID] = []
    for place in folderEntries(folder) {
      let exchange = FileName.text(of: place)
      for name in folderEntries("\(folder)/\(place)") {
        let named = exchange.flatMap { SeriesID(exchange: $0, fileName: name) }
        // Names that were too long end in a digest: then the first line tells.
        let series = named ?? (name.hasSuffix(".ndjson") ? StoreFile.series("\(folder)/\(place)/\(name)") : nil)
        if let series, path(series) == "\(folder)/\(place)/\(name)" { found.append(series) }
      }
    }
    return found
  }

  /// The stretches of a series for which the venue had no candles, its beginning included.
  public func gaps(_ series: SeriesID) throws(FileFailure) -> [(from: Timestamp, to: Timestamp)] {
    guard let file = try StoreFile(path(series)) else { return [] }
    return try file.gaps()
  }

  /// Removes a series.
  /// - Returns: the bytes that were freed.
  public func remove(_ series: SeriesID) throws(FileFailure) -> Int {
    let lock = try lock(series)
    defer { withExtendedLifetime(lock) {} }
    let path = path(series)
    var status = stat()
    guard stat(path, &status) == 0 else { return 0 }
    guard unlink(path) == 0 else { throw FileFailure(path) }
    StoreSums.remove(for: path)
    return Int(status.st_size)
  }

  public func bytes(_ series: SeriesID) -> Int {
    var status = stat()
    return stat(path(series), &status) == 0 ? Int(status.st_size) : 0
  }
}

/// The names in a folder, sorted; none where there is no folder.
func folderEntries(_ folder: String) -> [String] {
  guard let stream = opendir(folder) else { return [] }
  defer { closedir(stream) }
  var names: [String] = []
  while let entry = readdir(stream) {
    let name = withUnsafePointer(to: &entry.pointee.d_name) { $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) } }
    if !name.hasPrefix(".") { names.append(name) }
  }
  return names.sorted()
}
