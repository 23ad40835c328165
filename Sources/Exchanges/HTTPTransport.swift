import Wire

/// What became of one HTTP request.
public enum HTTPResult {
  /// A whole answer. The body is valid during the call that hands it over, with compression undone.
  case answer(status: Int, headers: HTTPHeaders, body: Bytes)
  /// No whole answer. What may pass is worth another attempt.
  case failure(String, mayPass: Bool)
}

/// Why nothing could be sent at all.
public enum TransportFailure: Error, Equatable {
  /// The tool that carries requests is missing or does not work.
  case unusable(String)
  case interrupted
}

/// The way out: GET requests, many at a time. Keeps no allowances and repeats nothing; `VenueClient` does.
public protocol HTTPTransport: AnyObject {
  /// Seconds that one request may take in all.
  var limit: Int { get set }
  /// Bytes that the answers on their way may hold together, with compression undone. The longest is given up where they would hold more.
  var mostBytes: Int { get set }
  /// Sends all, over at most `connections`, and hands each result over as it comes, with the request's index.
  /// - Parameter each: returns false to give up on the rest.
  func get(_ urls: [String], connections: Int, each: (Int, HTTPResult) -> Bool) throws(TransportFailure)
}
