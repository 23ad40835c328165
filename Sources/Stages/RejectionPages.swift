import Confluence

/// What `--explain` prints of a stage that refuses: each of its codes and what it means.
enum RejectionPages {
  static func table(of stage: String) -> String {
    let own = RejectionCode.known.filter { $0.stage == stage }
    let width = own.map { $0.code.rawValue.count }.max() ?? 0
    var text = ""
    for (_, code, meaning) in own { text += code.rawValue + String(repeating: " ", count: width - code.rawValue.count + 2) + meaning + "\n" }
    return text
  }
}
