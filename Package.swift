// swift-tools-version: 6.2
import PackageDescription

/// A library room. `uses` names the rooms it may import, besides `Quoting`, which all may; `ImportTests` fails on an arrow that runs back. In a
/// `cold` room nothing runs for each candle, and it is made small. Every file imports `Integers`, which hides the conversions that end the program
/// where a number does not fit; the use of one is an error.
func room(_ name: String, uses: [String] = [], cold: Bool = false) -> Target {
  .target(
    name: name, dependencies: (["Quoting", "Integers"] + uses).map { .init(stringLiteral: $0) },
    swiftSettings: [.treatWarning("DeprecatedDeclaration", as: .error), .unsafeFlags(["-Xfrontend", "-import-module", "-Xfrontend", "Integers"])]
      + (cold ? [.unsafeFlags(["-Osize"], .when(configuration: .release))] : []))
}

/// A stage executable: a dozen lines of entry point over its stage in `Stages`. Only those that talk to the network get `Transport`.
func stage(_ name: String, network: Bool = false) -> Target {
  .executableTarget(name: name, dependencies: network ? ["Stage", "Stages", "Transport"] : ["Stage", "Stages"])
}

func tests(_ name: String, of rooms: [String]) -> Target {
  .testTarget(name: name, dependencies: (rooms + ["TestKit"]).map { .init(stringLiteral: $0) })
}

let domains = [
  "Market", "Profiles", "Indicators", "Structure", "Confluence", "Planning", "Risk", "Evidence", "Exchanges", "Delivery",
]

let package = Package(
  name: "snipersight",
  targets: [
    .target(name: "CBytes"),
    .target(name: "Quoting"),
    .target(name: "Integers", dependencies: ["CBytes"]),
    room("Wire", uses: ["CBytes"]),
    room("Stage", uses: ["Wire"]),
    room("Market"),
    room("Profiles", uses: ["Market"], cold: true),
    room("Indicators", uses: ["Market", "Profiles"]),
    room("Structure", uses: ["Market", "Profiles", "Indicators"]),
    room("Confluence", uses: ["Market", "Profiles", "Indicators", "Structure"]),
    room("Planning", uses: ["Market", "Profiles", "Structure", "Confluence"]),
    room("Risk", uses: ["Market", "Profiles", "Confluence", "Planning"]),
    room("Exchanges", uses: ["Market", "Wire"]),
    room("Delivery", uses: ["Market", "Profiles", "Structure", "Confluence", "Planning", "Risk"], cold: true),
    room("Evidence", uses: ["Market", "Profiles", "Confluence", "Planning", "Risk"], cold: true),
    room("Transport", uses: ["Wire", "Exchanges", "Delivery"]),
    room("Records", uses: ["Wire", "Stage"] + domains),
    room("Stages", uses: ["Wire", "Stage", "Records"] + domains),
    stage("ss-fetch", network: true),
    stage("ss-indicators"),
    stage("ss-smc"),
    stage("ss-score"),
    stage("ss-plan"),
    stage("ss-risk"),
    stage("ss-notify", network: true),
    stage("ss-report"),
    stage("ss-chart"),
    stage("ss-check"),

    .target(name: "TestKit", path: "Tests/TestKit"),
    tests("QuotingTests", of: ["Quoting"]),
    tests("IntegersTests", of: ["Integers"]),
    tests("WireTests", of: ["Wire", "CBytes"]),
    tests("StageTests", of: ["Wire", "Stage"]),
    tests("MarketTests", of: ["Market"]),
    tests("ProfilesTests", of: ["Market", "Profiles"]),
    tests("IndicatorsTests", of: ["Market", "Indicators", "Profiles"]),
    tests("StructureTests", of: ["Market", "Profiles", "Structure"]),
    tests("ConfluenceTests", of: ["Market", "Profiles", "Structure", "Confluence"]),
    tests("PlanningTests", of: ["Market", "Profiles", "Structure", "Confluence", "Planning"]),
    tests("RiskTests", of: ["Market", "Profiles", "Structure", "Confluence", "Planning", "Risk"]),
    tests("ExchangesTests", of: ["Market", "Wire", "Exchanges"]),
    tests("DeliveryTests", of: ["Quoting", "Delivery", "Confluence", "Planning", "Risk", "Market"]),
    tests("EvidenceTests", of: ["Market", "Profiles", "Confluence", "Planning", "Risk", "Evidence"]),
    tests("TransportTests", of: ["Wire", "Exchanges", "Delivery", "Transport"]),
    tests("RecordsTests", of: ["Records", "Stages", "Stage"]),
    tests("GoldenTests", of: ["Stages", "Stage"]),
    tests("PipelineTests", of: []),
  ],
  swiftLanguageModes: [.v6]
)
