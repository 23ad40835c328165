import Foundation
import TestKit
import Testing

/// Compressed candle files that unpack to far more than memory should hold: ss-fetch reads them as they come, in 64 MiB.
@Suite struct HostileFileTests {
  private static let script = """
    import os, resource, subprocess, sys, tempfile, zlib
    name, head, block = sys.argv[1], sys.argv[2].encode(), sys.argv[3].encode().decode('unicode_escape').encode()
    packer = zlib.compressobj(1, zlib.DEFLATED, 31)
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, name)
        with open(path, 'wb') as file:
            file.write(packer.compress(head))
            for _ in range(160):
                file.write(packer.compress(block * ((1 << 20) // len(block))))
            file.write(packer.flush())
        done = subprocess.run(['ss-fetch', '--files', path], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    print(done.returncode, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss >> 10)
    """

  @Test(arguments: [
    ("BTC_USDT-1h.csv.gz", "", #"\0"#), ("BTC_USDT-1h.csv.gz", "open_time,open,high,low,close,volume\n", "1"),
    ("BTC_USDT-1h.ndjson.gz", #"{"open_time":""#, "a"), ("BTC_USDT-1h.json.gz", "[", "[1,"), ("BTC_USDT-1h.json.gz", "[[", "1"),
  ])
  func memoryStaysFlat(_ name: String, _ head: String, _ block: String) throws {
    let outcome = try Command("python3", "-c", Self.script, name, head, block).run()
    let words = outcome.text.split(whereSeparator: \.isWhitespace)
    try #require(words.count == 2, "\(outcome.errorText)")
    #expect(words[0] == "65", "\(name) of \(block)")
    let megabytes = try #require(Int(words[1]))
    #expect(megabytes <= 64, "\(name) of \(block): \(megabytes) MiB")
  }
}
