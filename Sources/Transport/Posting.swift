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
    let folder = try ScratchFolder()
    let file = "\(folder.path)/answer"
    let child = try CurlProcess(program, Curl.configuration(posting, file, limit, connectLimit))
    var last = ""
    while let line = try child.nextLine() { last = line }
    _ = child.wait()
    // "exit-code seconds-until-sending text"
    let words = last.split(separator: " ", maxSplits: 2, omittingEmptySubsequences: false)
    guard words.count >= 2, let code = Int32(words[0]) else { return .failure("curl ended early", mayHaveArrived: true) }
    if code == 0 {
      var result = PostingResult.failure("no answer", mayHaveArrived: true)
      _ = CurlAnswer.read(file) { answer in
        if case .answer(let status, let headers, let body) = answer { result = .answer(status: status, headers: headers, body: Array(body)) }
        return true
      }
      unlink(file)
      return result
    }
    unlink(file)
    let hasLeft = words[1].contains { $0 != "0" && $0 != "." && $0 != "," }
    return .failure(words.count > 2 && !words[2].isEmpty ? String(words[2]) : "curl: error \(code)", mayHaveArrived: hasLeft)
  }

  private static func configuration(_ posting: Posting, _ file: String, _ limit: Int, _ connectLimit: Int) -> [UInt8] {
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
      max-filesize = 1048576
      write-out = "%{stderr}%{exitcode} %{time_pretransfer} %{errormsg}\\n"
      output = \(Quoting.curl(file))
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
        case .file(let path, let type): text.append("form = \(Quoting.curl("\(field.name)=@\(Quoting.multipart(path));type=\(type);filename=chart.png"))\n")
        }
      }
    }
    // Last: a configuration that was cut off has no address, and nothing is sent.
    text.append("url = \(Quoting.curl(posting.url))\n")
    return Array(text.bytes)
  }
}
