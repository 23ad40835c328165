import Confluence
import Stage
import Wire

/// Reads a model file: LightGBM's text dump, or the weights of a logistic regression as one JSON object.
///
/// JSON: `{"intercept":-1.5,"weights":{"factor_location":0.8,…},"missing":{"rsi":0,…},"name":"mine","version":"3"}`. `weights` names every feature
/// once; `missing` says what stands for an absent one, 0 by default.
public enum ModelReader {
  /// - Parameters:
  ///   - bytes: the whole file.
  ///   - name: of the file. Its last part without ending is the model's name, a hash of its bytes the version, unless the file says otherwise.
  public static func read(_ bytes: [UInt8], file: String, features: [String]) throws(StageError) -> Model {
    // Behind every line that the scanners of Wire read there are a newline and spare bytes.
    let padded = bytes + [0x0A] + [UInt8](repeating: 0, count: LineReader.spare)
    var model: Model?
    var failure: StageError?
    padded.withUnsafeBufferPointer { all in
      let text = Bytes(rebasing: all[..<bytes.count])
      do throws(StageError) {
        model = try read(text, file, features)
      } catch {
        failure = error
      }
    }
    if let model { return model }
    throw failure ?? StageError(.configuration, "bad-model", "\(file): nothing to read")
  }

  private static func read(_ text: Bytes, _ file: String, _ features: [String]) throws(StageError) -> Model {
    if text.first(where: { $0 > 0x20 }) == 0x7B { return try LogisticReader.read(text, file: file, features: features) }
    let lines = lines(text)
    guard let first = lines.first, first.equals("tree") else {
      throw StageError(
        .configuration, "bad-model", "neither LightGBM's text, which begins with \"tree\", nor a JSON object", place: Place(file: file, line: 1))
    }
    let trees = try BoostedTreesReader.read(lines, file: file, features: features)
    return Model(name: name(of: file), version: version(of: text), form: .trees(trees))
  }

  private static func lines(_ text: Bytes) -> [Bytes] {
    text.split(separator: 0x0A, omittingEmptySubsequences: false).map { line in
      Bytes(rebasing: line.last == 0x0D ? line.dropLast() : line)
    }
  }

  /// `models/trend.txt` is called trend.
  static func name(of file: String) -> String {
    let last = file.unicodeScalars.split(separator: "/").last.map { String($0) } ?? file
    guard let dot = last.lastIndex(of: "."), dot > last.startIndex else { return last }
    return String(last[..<dot])
  }

  /// 16 hexadecimal digits: FNV-1a, 64 bits, over the file.
  static func version(of text: Bytes) -> String {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in text { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    let digits = String(hash, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}
