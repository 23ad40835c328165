import Exchanges
import Glibc
import Quoting
import Wire

/// HTTP by a child `curl`: one process carries a batch of requests over shared connections (docs/design/transport.md says why).
///
/// The list of requests goes in on its standard input, never on its command line; answers come back as files in a private folder, headers in
/// front, and a line on its standard error tells when one is whole.
public final class Curl: HTTPTransport {
  /// Seconds that one request may take in all.
  public var limit = 30
  public var connectLimit = 10
  let program: String

  public init(program: String = "curl") { self.program = program }

  public func get(_ urls: [String], connections: Int, each: (Int, HTTPResult) -> Bool) throws(TransportFailure) {
    let folder = try ScratchFolder()
    let child = try CurlProcess(program, configuration(urls, connections, folder.path))
    var pending = Set(urls.indices)
    while let line = try child.nextLine() {
      // "number exit-code text"
      let words = line.split(separator: " ", maxSplits: 2, omittingEmptySubsequences: false)
      guard words.count >= 2, let index = Int(words[0]), let code = Int32(words[1]), pending.remove(index) != nil else { continue }
      let file = "\(folder.path)/\(index)"
      let goesOn =
        code == 0
        ? CurlAnswer.read(file) { each(index, $0) }
        : each(index, .failure(words.count > 2 && !words[2].isEmpty ? String(words[2]) : "curl: error \(code)", mayPass: Curl.mayPass(code)))
      unlink(file)
      if !goesOn { return }
    }
    let code = child.wait()
    for index in pending.sorted() where !each(index, .failure("curl ended early (\(code))", mayPass: true)) { return }
  }

  /// Addresses and certificates that are wrong stay wrong. 1 is also what is left of an answer that was longer than it said.
  private static func mayPass(_ code: Int32) -> Bool { ![3, 4, 5, 35, 51, 58, 60, 63, 77, 78, 90].contains(code) }

  private func configuration(_ urls: [String], _ connections: Int, _ folder: String) -> [UInt8] {
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
      max-filesize = 268435456
      user-agent = "snipersight"
      write-out = "%{stderr}%{urlnum} %{exitcode} %{errormsg}\\n"

      """)
    for (index, url) in urls.enumerated() {
      text.append("url = \(Quoting.curl(url))\noutput = \(Quoting.curl("\(folder)/\(index)"))\n")
    }
    return Array(text.bytes)
  }
}

/// An answer as curl leaves it: one or more blocks of headers (interim answers have their own), then the body.
enum CurlAnswer {
  static func read(_ path: String, _ take: (HTTPResult) -> Bool) -> Bool {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return take(.failure("no answer", mayPass: true)) }
    defer { close(descriptor) }
    var status = stat()
    fstat(descriptor, &status)
    let capacity = Int(status.st_size)
    let bytes = UnsafeMutablePointer<UInt8>.allocate(capacity: capacity + 1)
    defer { bytes.deallocate() }
    var count = 0
    while count < capacity {
      let got = Glibc.read(descriptor, bytes + count, capacity - count)
      if got <= 0 { break }
      count += got
    }
    return take(parse(Bytes(start: bytes, count: count)))
  }

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
