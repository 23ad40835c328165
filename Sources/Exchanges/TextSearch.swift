extension String {
  /// What follows the first place of `words`; `nil` where they do not stand. The library's own search would bring its regular expressions along.
  func rest(after words: String) -> Substring? {
    let (text, wanted) = (Array(utf8), Array(words.utf8))
    guard text.count >= wanted.count else { return nil }
    for start in 0...(text.count - wanted.count) where text[start..<start + wanted.count].elementsEqual(wanted) {
      return self[utf8.index(startIndex, offsetBy: start + wanted.count)...]
    }
    return nil
  }
}
