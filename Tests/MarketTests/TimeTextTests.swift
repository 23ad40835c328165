import Market
import Testing

@Suite struct TimeTextTests {
  @Test(arguments: [
    (0, "1970-01-01T00:00:00Z", "19700101T000000Z"), (1_704_268_800_000, "2024-01-03T08:00:00Z", "20240103T080000Z"),
    (1_709_209_859_007, "2024-02-29T12:30:59.007Z", "20240229T123059.007Z"), (-1, "1969-12-31T23:59:59.999Z", "19691231T235959.999Z"),
  ])
  func text(_ milliseconds: Int, _ full: String, _ compact: String) {
    let time = Timestamp(milliseconds: Int64(milliseconds))
    #expect(time.text == full)
    #expect(time.compactText == compact)
  }
}
