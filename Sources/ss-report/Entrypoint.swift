import Stage
import Stages

@main enum Entrypoint {
  static func main() { run(ReportStage.self) }
}
