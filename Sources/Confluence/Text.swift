import Market

/// A number as rationales print it: three significant digits.
func text(_ value: Double) -> String { NumberText.significant(value, digits: 3) }
