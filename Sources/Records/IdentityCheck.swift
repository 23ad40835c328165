import Market
import Stage
import Wire

extension Identity {
  /// What is wrong with a string that was read; `nil` where it is a name (an id).
  @inline(__always)
  func fault(in value: JSONValue) -> Fault? {
    value.escaped ? fault(in: value.string ?? "") : fault(in: value.bytes)
  }
}

extension Record {
  /// Refuses a string that is no name (no id), under the key that it was read for.
  @inline(__always)
  public func check(_ value: JSONValue, _ key: StaticString, _ identity: Identity = .name) throws(StageError) {
    if let fault = identity.fault(in: value) { throw badName(value, "\(key)", fault, identity) }
  }

  /// The same of a key whose absence or type is another's to judge.
  @inline(__always)
  public func checkIdentity(_ key: Int, _ identity: Identity = .name) throws(StageError) {
    if self[key].kind == .string { try check(self[key], name(key), identity) }
  }

  /// The name (the id) at `key`, checked.
  public func identity(_ key: Int, _ identity: Identity = .name) throws(StageError) -> String {
    let text = try string(key)
    try check(self[key], name(key), identity)
    return text
  }

  /// The same, where an absent key is allowed.
  public func optionalIdentity(_ key: Int, _ identity: Identity = .name) throws(StageError) -> String? {
    self[key].exists ? try self.identity(key, identity) : nil
  }

  func badName(_ value: JSONValue, _ key: String, _ fault: Identity.Fault, _ identity: Identity) -> StageError {
    .data("bad-name", "\"\(key)\" \(fault.text(identity)): it must be \(identity.rule)", offset: offset(of: value))
  }
}
