import Confluence
import Delivery
import Market
import Planning
import Profiles
import Testing

@Suite struct SignalTests {
  @Test func onlyAnUnrefusedPlanIsAccepted() {
    #expect(Samples.accepted().isAccepted)
    #expect(!Samples.refused("A/USDT", .ready, .lowScore).isAccepted)
    var refusedPlan = Samples.accepted()
    refusedPlan.setup.rejected = Rejection(stage: "risk", code: .openRisk)
    #expect(!refusedPlan.isAccepted)
    var denied = Samples.accepted()
    denied.risk?.approved = false
    #expect(!denied.isAccepted)
    #expect(!Signal(setup: Samples.setup("A/USDT", .ready)).isAccepted)
    // A stream without ss-risk: the plan stands as it is.
    #expect(Signal(setup: Samples.setup("A/USDT", .ready), plan: Samples.plan()).isAccepted)
  }

  @Test func priorityFollowsTheScore() {
    var profile = Samples.profile
    profile.score.minimumScore = 50
    profile.notify.highScore = 75
    var signal = Samples.accepted()
    for (score, priority) in [(80.0, Signal.Priority.high), (75, .high), (74.9, .medium), (50, .medium), (49.9, .low)] {
      signal.plan?.confidenceScore = score
      #expect(signal.priority(profile) == priority)
    }
  }

  @Test func oneIdeaOneKey() {
    var first = Samples.accepted(), later = first
    later.setup.asOf = later.setup.asOf + 900_000
    later.plan?.planID = "plan-2"
    #expect(first.dedupeKey == later.dedupeKey)
    later.plan?.metadata.supersedes = "plan-1"
    #expect(first.dedupeKey != later.dedupeKey)
    first.setup.id = "another"
    #expect(first.dedupeKey == "another")
  }

  @Test func refusalsSayTheirFigures() {
    #expect(Samples.accepted().refusal == nil)
    let low = Samples.refused("A/USDT", .ready, .lowScore, value: 43.21, threshold: 50)
    #expect(low.refusal == "low_score: 43.21 against 50, \(RejectionCode.lowScore.meaning)")
    var detailed = Samples.refused("A/USDT", .watching, .notReady)
    detailed.setup.rejected?.detail = "waiting for a sweep"
    #expect(detailed.refusal == "not_ready: waiting for a sweep")
  }
}
