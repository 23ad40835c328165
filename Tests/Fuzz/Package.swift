// swift-tools-version: 6.2
import PackageDescription

// The rooms once more, built for libFuzzer with AddressSanitizer: `make fuzz`. A package of its own, because these flags are unsafe.

func room(_ name: String, uses: [String] = []) -> Target {
  .target(
    name: name, dependencies: (["Quoting", "Integers"] + uses).map { .init(stringLiteral: $0) }, path: "Rooms/\(name)",
    swiftSettings: [.unsafeFlags(["-sanitize=fuzzer,address", "-Xfrontend", "-import-module", "-Xfrontend", "Integers", "-enable-testing"])])
}

func fuzzer(_ name: String, uses: [String]) -> Target {
  .executableTarget(
    name: name, dependencies: uses.map { .init(stringLiteral: $0) }, path: name,
    swiftSettings: [.unsafeFlags(["-sanitize=fuzzer,address"])], linkerSettings: [.unsafeFlags(["-sanitize=fuzzer,address"])])
}

let domains = [
  "Market", "Profiles", "Indicators", "Structure", "Confluence", "Planning", "Risk", "Evidence", "Exchanges", "Delivery",
]

let package = Package(
  name: "fuzz",
  targets: [
    .target(name: "CBytes", path: "Rooms/CBytes", cSettings: [.unsafeFlags(["-fsanitize=fuzzer-no-link,address"])]),
    .target(name: "Quoting", path: "Rooms/Quoting", swiftSettings: [.unsafeFlags(["-sanitize=fuzzer,address"])]),
    .target(
      name: "Integers", dependencies: ["CBytes"], path: "Rooms/Integers", swiftSettings: [.unsafeFlags(["-sanitize=fuzzer,address"])]),
    room("Wire", uses: ["CBytes"]),
    room("Stage", uses: ["Wire"]),
    room("Market"),
    room("Profiles", uses: ["Market"]),
    room("Indicators", uses: ["Market", "Profiles"]),
    room("Structure", uses: ["Market", "Profiles", "Indicators"]),
    room("Confluence", uses: ["Market", "Profiles", "Indicators", "Structure"]),
    room("Planning", uses: ["Market", "Profiles", "Structure", "Confluence"]),
    room("Risk", uses: ["Market", "Profiles", "Confluence", "Planning"]),
    room("Exchanges", uses: ["Market", "Wire"]),
    room("Delivery", uses: ["Market", "Profiles", "Structure", "Confluence", "Planning", "Risk"]),
    room("Evidence", uses: ["Market", "Profiles", "Confluence", "Planning", "Risk"]),
    room("Records", uses: ["Wire", "Stage"] + domains),
    room("Transport", uses: ["Wire", "Exchanges", "Delivery", "Market"]),
    fuzzer("FuzzAnswers", uses: ["Wire", "Stage", "Market", "Exchanges", "Delivery", "Records", "Transport", "Risk"]),
    fuzzer("FuzzLines", uses: ["Wire"]),
    fuzzer("FuzzCandles", uses: ["Wire", "Market", "Profiles", "Indicators", "Structure", "Records"]),
  ],
  swiftLanguageModes: [.v6]
)
