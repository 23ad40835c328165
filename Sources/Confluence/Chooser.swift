import Market
import Profiles

/// Which side to take: LONG, SHORT, or FLAT with the reason. There is no default side.
enum Choice: Equatable {
  case side(Direction)
  case flat(String)

  /// The side with the higher score, if it leads by at least the profile's margin. A tie is FLAT, and so is a market of which nothing is known.
  init(long: Double, short: Double, margin: Double) {
    let lead = long - short
    if max(long, short) == 0 {
      self = .flat("neither side has any evidence")
    } else if abs(lead) < margin || lead == 0 {
      self = .flat(["a tie: LONG ", text(long), ", SHORT ", text(short), ", a lead of ", text(margin), " is asked"].joined())
    } else {
      self = .side(lead > 0 ? .bull : .bear)
    }
  }
}
