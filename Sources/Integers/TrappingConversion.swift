// The standard library's conversions end the program where the number does not fit. These hide them from every file that imports this room, and the
// build treats their use as an error. `ConversionTests` checks that every file with a conversion imports this room or one that exports it.

extension Int {
  @available(*, deprecated, message: "ends the program for a number that does not fit: use init(clamping:to:) or init(known:)")
  public init(_ number: Double) { self.init(known: number) }
}

extension Int64 {
  @available(*, deprecated, message: "ends the program for a number that does not fit: use init(clamping:to:) or init(known:)")
  public init(_ number: Double) { self.init(known: number) }
}

extension Int32 {
  @available(*, deprecated, message: "ends the program for a number that does not fit: use init(clamping:to:) or init(known:)")
  public init(_ number: Double) { self.init(known: number) }
}

extension Int16 {
  @available(*, deprecated, message: "ends the program for a number that does not fit: use init(clamping:to:) or init(known:)")
  public init(_ number: Double) { self.init(known: number) }
}

extension Int8 {
  @available(*, deprecated, message: "ends the program for a number that does not fit: use init(clamping:to:) or init(known:)")
  public init(_ number: Double) { self.init(known: number) }
}

extension Int128 {
  @available(*, deprecated, message: "ends the program for a number that does not fit: use init(clamping:to:) or init(known:)")
  public init(_ number: Double) { self.init(known: number) }
}

extension UInt {
  @available(*, deprecated, message: "ends the program for a number that does not fit: convert from a signed integer")
  public init(_ number: Double) { self.init(Int(known: number)) }
}

extension UInt64 {
  @available(*, deprecated, message: "ends the program for a number that does not fit: convert from a signed integer")
  public init(_ number: Double) { self.init(Int(known: number)) }
}

extension UInt32 {
  @available(*, deprecated, message: "ends the program for a number that does not fit: convert from a signed integer")
  public init(_ number: Double) { self.init(Int(known: number)) }
}

extension UInt16 {
  @available(*, deprecated, message: "ends the program for a number that does not fit: convert from a signed integer")
  public init(_ number: Double) { self.init(Int(known: number)) }
}

extension UInt8 {
  @available(*, deprecated, message: "ends the program for a number that does not fit: convert from a signed integer")
  public init(_ number: Double) { self.init(Int(known: number)) }
}

extension UInt128 {
  @available(*, deprecated, message: "ends the program for a number that does not fit: convert from a signed integer")
  public init(_ number: Double) { self.init(Int(known: number)) }
}
