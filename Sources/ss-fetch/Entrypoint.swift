import Stage
import Stages
import Transport

@main enum Entrypoint {
  static func main() {
    FetchStage.use { Curl() }
    run(FetchStage.self)
  }
}
