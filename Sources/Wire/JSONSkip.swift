import CBytes

// Validating steps over JSON text, for the scanner's fast path. All of them rely on the line reader's invariant: a newline and 64 readable
// bytes follow the line. They only say that something is wrong; `JSONFault.locate` finds out what and where.

/// Moves over a string's body: `start` is behind the opening quote. Returns the closing quote.
@inlinable @inline(__always)
func skipString(_ start: BytePointer, _ escaped: inout Bool) -> BytePointer? {
  var p = start
  while true {
    let mask = cbytes_string_stop(p)
    if mask == 0 {
      p += 16
      continue
    }
    p += mask.trailingZeroBitCount
    if p[0] == 0x22 { return p }
    guard p[0] == 0x5C, let next = skipEscape(p) else { return nil }
    escaped = true
    p = next
  }
}

@usableFromInline @inline(never)
func skipEscape(_ p: BytePointer) -> BytePointer? {
  switch p[1] {
  case 0x22, 0x5C, 0x2F, 0x62, 0x66, 0x6E, 0x72, 0x74: return p + 2
  case 0x75:
    guard let unit = hexadecimalUnit(p + 2) else { return nil }
    if unit & 0xFC00 == 0xDC00 { return nil }  // a low surrogate alone
    guard unit & 0xFC00 == 0xD800 else { return p + 6 }
    guard p[6] == 0x5C, p[7] == 0x75, let low = hexadecimalUnit(p + 8), low & 0xFC00 == 0xDC00 else { return nil }
    return p + 12
  default: return nil
  }
}

/// The four hexadecimal digits at `p`.
@usableFromInline
func hexadecimalUnit(_ p: BytePointer) -> UInt32? {
  var unit: UInt32 = 0
  for i in 0..<4 {
    switch p[i] {
    case 0x30...0x39: unit = unit << 4 | UInt32(p[i] - 0x30)
    case 0x41...0x46: unit = unit << 4 | UInt32(p[i] - 0x37)
    case 0x61...0x66: unit = unit << 4 | UInt32(p[i] - 0x57)
    default: return nil
    }
  }
  return unit
}

@inlinable @inline(__always)
func skipSpace(_ p: inout BytePointer) {
  while p[0] == 0x20 || p[0] == 0x09 || p[0] == 0x0D { p += 1 }
}

/// `true`, `false` or `null`.
@inlinable @inline(__always)
func skipLiteral(_ p: inout BytePointer) -> Bool {
  switch UInt32(truncatingIfNeeded: load64(p)) {
  case 0x6C6C_756E, 0x6575_7274:
    p += 4
    return true
  case 0x736C_6166 where p[4] == 0x65:
    p += 5
    return true
  default: return false
  }
}

/// Objects and arrays may nest this deep below the line's own object.
public let nestingLimit = 64

/// Moves over the object or array that opens at `p`. The kinds of the containers around the innermost are the bits of one word. Space is looked for
/// only where something else than what was expected stands.
/// - Parameter escaped: set where a string in it, or a key, holds an escape.
@usableFromInline @inline(never)
func skipContainer(_ p: inout BytePointer, _ escaped: inout Bool, limit: Int = nestingLimit) -> Bool {
  var outer: UInt64 = 0  // lowest bit: the container around the innermost is an object
  var isObject = false
  var depth = 0
  var q = p
  while true {
    // A value begins here, or the space before it.
    let first = q[0]
    if first == 0x22 {
      guard let end = skipString(q + 1, &escaped) else { return false }
      q = end + 1
    } else if first &- 48 <= 9 || first == 0x2D {
      guard NumberReader.skip(&q) else { return false }
    } else if first == 0x7B || first == 0x5B {
      if depth == limit { return false }
      q += 1
      if q[0] <= 0x20 { skipSpace(&q) }
      if q[0] != first &+ 2 {
        outer = outer &<< 1 | (isObject ? 1 : 0)
        isObject = first == 0x7B
        depth &+= 1
        if isObject, !skipKey(&q, &escaped) { return false }
        continue
      }
      q += 1
      if depth == 0 {
        p = q
        return true
      }
    } else if first <= 0x20 {
      let start = q
      skipSpace(&q)
      if q == start { return false }
      continue
    } else if !skipLiteral(&q) {
      return false
    }
    // Behind a value inside of a container: a comma, or the ends of containers.
    while true {
      if q[0] <= 0x20 { skipSpace(&q) }
      if q[0] == 0x2C {
        q += 1
        if isObject, !skipKey(&q, &escaped) { return false }
        break
      }
      guard q[0] == (isObject ? 0x7D : 0x5D) else { return false }
      q += 1
      depth &-= 1
      if depth == 0 {
        p = q
        return true
      }
      isObject = outer & 1 == 1
      outer = outer &>> 1
    }
  }
}

/// `"key":` and the space before it and inside of it.
@inlinable @inline(__always)
func skipKey(_ q: inout BytePointer, _ escaped: inout Bool) -> Bool {
  if q[0] != 0x22 {
    skipSpace(&q)
    if q[0] != 0x22 { return false }
  }
  guard let end = skipString(q + 1, &escaped) else { return false }
  q = end + 1
  if q[0] != 0x3A {
    skipSpace(&q)
    if q[0] != 0x3A { return false }
  }
  q += 1
  return true
}
