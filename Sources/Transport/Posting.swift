import Exchanges
import Glibc
import Quoting
import Wire

/// One request with a body.
struct Posting {
  var url: String
  /// `Name: value`.
  var headers: [String] = []
  var body: Body

  enum Body {
    case text(String, type: String)
    case form([Field])
    /// Put, not posted.
    case file(String, type: String)
  }
  struct Field {
    var name: String
    var value: Value
    enum Value {
      case text(String)
      case file(String, type: String)
    }
  }
}

/// What became of it.
enum PostingResult {
  case answer(status: Int, headers: HTTPHeaders, body: [UInt8])
  /// No answer. What did not begin to leave cannot have arrived.
  case failure(String, mayHaveArrived: Bool)
}

extension Curl {
  /// Sends one request and waits for its answer. Address, headers and body go in on curl's standard input.
  func post(_ posting: Posting) throws(TransportFailure) -> PostingResult {
    let pipes = try Curl.pipes(1)
    let child = try CurlProcess(program, configuration(posting, pipes[0]), pipes, mostBytes: Curl.mostReply)
    var ending: CurlProcess.Ending?
    while let next = try child.next() { ending = next }
    guard let ending else { return .failure("curl ended early", mayHaveArrived: true) }
    // "seconds-until-sending words"
    let words = ending.words.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: false)
    if ending.code == 0, ending.objection == nil {
      switch CurlAnswer.parse(child.answer(0)) {
      case .answer(let status, let headers, let body): return .answer(status: status, headers: headers, body: Array(body))
      case .failure(let text, _): return .failure(text, mayHaveArrived: true)
      }
    }
    let hasLeft = words[0].contains { $0 != "0" && $0 != "." && $0 != "," }
    var told = ending
    told.words = words.count > 1 ? String(words[1]) : ""
    return .failure(told.text, mayHaveArrived: hasLeft)
  }

  /// Bytes that a messenger may answer with; they answer with a few hundred.
  private static let mostReply = 1 << 20

  private func configuration(_ posting: Posting, _ pipe: AnswerPipe) -> [UInt8] {
    var text = ByteBuffer(capacity: 8192)
    text.append(
      """
      silent
      no-progress-meter
      include
      suppress-connect-headers
      globoff
      path-as-is
      proto = "=http,https"
      max-time = \(limit)
      connect-timeout = \(min(limit, connectLimit))
      max-filesize = \(Curl.mostReply)
      write-out = "%{stderr}%{urlnum} %{exitcode} %{time_pretransfer} %{errormsg}\\n"
      output = \(Quoting.curl(pipe.path))
      header = "Expect:"

      """)
    for header in posting.headers { text.append("header = \(Quoting.curl(header))\n") }
    switch posting.body {
    case .text(let body, let type):
      text.append("header = \(Quoting.curl("Content-Type: \(type)"))\ndata-raw = \(Quoting.curl(body))\n")
    case .file(let path, let type):
      text.append("header = \(Quoting.curl("Content-Type: \(type)"))\nupload-file = \(Quoting.curl(path))\n")
    case .form(let fields):
      for field in fields {
        switch field.value {
        case .text(let value): text.append("form-string = \(Quoting.curl("\(field.name)=\(value)"))\n")
        case .file(let path, let type):
          text.append("form = \(Quoting.curl("\(field.name)=@\(Quoting.multipart(path));type=\(type);filename=chart.png"))\n")
        }
      }
    }
    // Last: a configuration that was cut off has no address, and nothing is sent.
    text.append("url = \(Quoting.curl(posting.url))\n")
    return Array(text.bytes)
  }
}
