import Exchanges
import Glibc
import Quoting
import Wire

/// HTTP by a child `curl`: one process carries a batch of requests over shared connections (docs/design/transport.md says why).
///
/// The list of requests goes in on its standard input, never on its command line; each answer comes back through a pipe, headers in front, and a
/// line on its standard error tells when one is whole.
public final class Curl: HTTPTransport {
  /// Seconds that one request may take in all.
  public var limit = 30
  public var connectLimit = 10
  public var mostBytes = 32 << 20
  let program: String

  public init(program: String = "curl") { self.program = program }

  public func get(_ urls: [String], connections: Int, each: (Int, HTTPResult) -> Bool) throws(TransportFailure) {
    var first = 0
    while first < urls.count {
      let pipes = try Curl.pipes(urls.count - first)
      let batch = first..<first + pipes.count
      guard try get(urls[batch], pipes, connections, { each(first + $0, $1) }) else { return }
      first = batch.upperBound
    }
  }

  /// - Returns: false when `each` gave up on the rest.
  private func get(
    _ urls: ArraySlice<String>, _ pipes: [AnswerPipe], _ connections: Int, _ each: (Int, HTTPResult) -> Bool
  ) throws(TransportFailure) -> Bool {
    let child = try CurlProcess(program, configuration(urls, pipes, connections), pipes, mostBytes: mostBytes)
    var pending = Set(pipes.indices)
    while let ending = try child.next() {
      guard pending.remove(ending.index) != nil else { continue }
      defer { child.forget(ending.index) }
      let result =
        ending.code == 0 && ending.objection == nil
        ? CurlAnswer.parse(child.answer(ending.index))
        : .failure(
          ending.text + (ending.isTooLong ? "; --body-limit raises what is taken" : ""),
          mayPass: ending.objection == nil && Curl.mayPass(ending.code))
      if !each(ending.index, result) { return false }
    }
    let code = child.wait()
    for index in pending.sorted() where !each(index, .failure("curl ended early (\(code))", mayPass: true)) { return false }
    return true
  }

  /// Pipes for at most `count` requests: fewer where the system has not as many descriptors left.
  static func pipes(_ count: Int) throws(TransportFailure) -> [AnswerPipe] {
    var pipes: [AnswerPipe] = []
    while pipes.count < count, let pipe = AnswerPipe() { pipes.append(pipe) }
    if pipes.count == count { return pipes }
    // Something has to be left for the process and for the files that answers are written to.
    guard pipes.count > Curl.sparePipes else { throw .unusable("pipe: \(String(cString: strerror(errno)))") }
    pipes.removeLast(Curl.sparePipes)
    return pipes
  }
  private static let sparePipes = 16

  /// Addresses and certificates that are wrong stay wrong. 1 is also what is left of an answer that was longer than it said.
  private static func mayPass(_ code: Int32) -> Bool { ![3, 4, 5, 35, 51, 58, 60, 77, 78, 90].contains(code) }

  private func configuration(_ urls: ArraySlice<String>, _ pipes: [AnswerPipe], _ connections: Int) -> [UInt8] {
    var text = ByteBuffer(capacity: 256 * urls.count + 1024)
    text.append(
      """
      parallel
      parallel-max = \(connections)
      silent
      no-progress-meter
      include
      suppress-connect-headers
      compressed
      globoff
      path-as-is
      proto = "=http,https"
      max-time = \(limit)
      connect-timeout = \(connectLimit)
      max-filesize = \(mostBytes)
      user-agent = "snipersight"
      write-out = "%{stderr}%{urlnum} %{exitcode} %{errormsg}\\n"

      """)
    for (url, pipe) in zip(urls, pipes) { text.append("url = \(Quoting.curl(url))\noutput = \(Quoting.curl(pipe.path))\n") }
    return Array(text.bytes)
  }
}

/// An answer as curl leaves it: one or more blocks of headers (interim answers have their own), then the body.
enum CurlAnswer {
  static func parse(_ bytes: Bytes) -> HTTPResult {
    var rest = bytes[...]
    var status = 0
    var headers = HTTPHeaders()
    repeat {
      guard let first = line(&rest), let code = statusCode(first) else { return .failure("not an HTTP answer", mayPass: true) }
      status = code
      headers = HTTPHeaders()
      while let field = line(&rest), !field.isEmpty {
        guard let colon = field.firstIndex(of: 0x3A) else { continue }
        let value = field[(colon + 1)...].drop { $0 == 0x20 || $0 == 0x09 }
        headers.append(String(decoding: field[..<colon], as: UTF8.self), String(decoding: value, as: UTF8.self))
      }
    } while status < 200
    return .answer(status: status, headers: headers, body: Bytes(rebasing: rest))
  }

  /// The next line, without its end.
  private static func line(_ rest: inout Bytes.SubSequence) -> Bytes.SubSequence? {
    guard let end = rest.firstIndex(of: 0x0A) else { return nil }
    var found = rest[rest.startIndex..<end]
    if found.last == 0x0D { found = found.dropLast() }
    rest = rest[(end + 1)...]
    return found
  }

  /// Of `HTTP/1.1 200 OK`.
  private static func statusCode(_ line: Bytes.SubSequence) -> Int? {
    guard line.starts(with: "HTTP/".utf8) else { return nil }
    let words = line.split(separator: 0x20, maxSplits: 2)
    return words.count >= 2 ? Int(String(decoding: words[1], as: UTF8.self)) : nil
  }
}
