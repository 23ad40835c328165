import Stage
import Stages
import Transport

@main enum Entrypoint {
  static func main() {
    // What sends holds lines back; what only writes messages lets them through.
    guard SendStage.isAsked(Array(CommandLine.arguments.dropFirst())) else { run(NotifyStage.self) }
    SendStage.use(Postman.make)
    run(SendStage.self)
  }
}
