import Exchanges
import Testing

@testable import Transport

@Suite struct CurlAnswerTests {
  private func parse(_ text: String) -> (status: Int, header: String?, body: String)? {
    var text = text
    return text.withUTF8 { bytes in
      guard case .answer(let status, let headers, let body) = CurlAnswer.parse(bytes) else { return nil }
      return (status, headers["retry-after"], body.text)
    }
  }

  @Test func headersAndBodyAreToldApart() throws {
    let plain = try #require(parse("HTTP/1.1 429 Too Many Requests\r\nRetry-After: 7\r\n\r\n{\"a\":1}\r\n\r\nb"))
    #expect(plain.status == 429 && plain.header == "7" && plain.body == "{\"a\":1}\r\n\r\nb")
    let second = try #require(parse("HTTP/2 200 \r\nRETRY-AFTER:   9\r\nno-colon\r\n\r\n"))
    #expect(second.status == 200 && second.header == "9" && second.body.isEmpty)
  }

  /// Interim answers have headers of their own.
  @Test func interimAnswersArePassedOver() throws {
    let answer = try #require(parse("HTTP/1.1 103 Early Hints\r\nRetry-After: 1\r\n\r\nHTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n\r\nbody"))
    #expect(answer.status == 200 && answer.header == nil && answer.body == "body")
  }

  @Test(arguments: ["", "HTTP/1.1", "hello\r\n\r\n", "HTTP/1.1 100 Continue\r\n\r\n", "HTTP/1.1 two OK\r\n\r\n"]) func nonsenseIsNoAnswer(
    _ text: String
  ) {
    #expect(parse(text) == nil)
  }
}
