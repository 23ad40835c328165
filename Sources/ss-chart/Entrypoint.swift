import Stage
import Stages

@main enum Entrypoint {
  static func main() { run(ChartStage.self) }
}
