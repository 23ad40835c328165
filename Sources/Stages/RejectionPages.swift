import Confluence

/// What `--explain` prints of a stage that refuses: each of its codes and what it means.
enum RejectionPages {
  static func table(of stage: String) -> String {
    let codes = RejectionCode.allCases.filter { $0.stage == stage }
    let width = codes.map { $0.rawValue.count }.max() ?? 0
    var text = ""
    for code in codes { text += code.rawValue + String(repeating: " ", count: width - code.rawValue.count + 2) + code.meaning + "\n" }
    return text
  }
}
