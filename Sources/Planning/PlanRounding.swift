/// To four decimals (or `places`), downward: what is printed never flatters.
func roundedDown(_ value: Double, places: Double = 1e4) -> Double { (value * places + 1e-7).rounded(.down) / places }

func rounded(_ value: Double, places: Double = 1e4) -> Double { (value * places).rounded() / places }
