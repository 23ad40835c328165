/// What there are templates for.
public enum TemplateName: String, CaseIterable, Sendable {
  case signal, watch, trade, batch, digest, alert, audit

  /// The template that is used unless a file replaces it, in the markup that Telegram calls HTML.
  public var text: String {
    switch self {
    case .signal:
      """
      <b>{{title}}</b>
      {{subtitle}}

      {{#orders}}
      <b>{{label}}</b> <code>{{value}}</code>
      {{/orders}}
      {{#facts}}
      {{label}}: {{value}}
      {{/facts}}
      {{#rationale}}

      {{text}}
      {{/rationale}}

      """
    case .watch:
      """
      <b>{{title}}</b> {{state}}
      {{subtitle}}
      {{reason}}

      """
    case .trade:
      """
      <b>{{title}}</b>
      <code>{{quantity}}</code> at <code>{{price}}</code>, {{time}}
      {{#result}}
      {{result}}
      {{/result}}
      {{#reason}}
      {{reason}}
      {{/reason}}

      """
    case .batch:
      """
      <b>SniperSight</b> {{occasion}}
      {{summary}}
      {{#interrupted}}
      {{interrupted}}
      {{/interrupted}}
      {{#refused}}
      Refused: {{refused}}
      {{/refused}}
      {{#plans}}

      <b>{{label}}</b> {{note}}
      {{value}}
      {{/plans}}

      """
    case .digest:
      """
      <b>{{count}} more</b>
      {{#plans}}

      <b>{{label}}</b> {{note}}
      {{value}}
      {{/plans}}

      """
    case .alert:
      """
      <b>{{title}}</b>
      {{time}}
      {{#where}}
      {{where}}
      {{/where}}
      {{#context}}
      {{label}}: {{value}}
      {{/context}}

      """
    case .audit:
      """
      <b>Audit: {{ruling}}</b>
      {{profile}} · {{exchange}} · {{symbols}}
      {{from}} to {{to}}
      {{evaluations}} evaluations, {{accepted}} accepted
      {{#metrics}}
      {{label}}: {{value}}
      {{/metrics}}

      {{#conditions}}
      {{label}}: {{value}}, {{note}}
      {{/conditions}}

      """
    }
  }

  /// The names that it may use.
  public var vocabulary: Vocabulary {
    let row = ["label", "value", "note"]
    switch self {
    case .signal:
      return Vocabulary(
        fields: [
          "title", "subtitle", "exchange", "symbol", "direction", "setup_type", "score", "priority", "as_of", "price", "entry", "stop", "targets",
          "reward_risk", "valid_until", "plan_id", "adjustments", "gates",
        ], lists: ["orders": row, "facts": row, "rationale": ["text"], "factors": row])
    case .watch:
      return Vocabulary(fields: ["title", "subtitle", "exchange", "symbol", "direction", "state", "score", "as_of", "price", "reason"], lists: [:])
    case .trade:
      return Vocabulary(
        fields: [
          "title", "event", "exchange", "symbol", "direction", "time", "price", "quantity", "fee", "pnl_net", "r_multiple", "mae_r", "mfe_r",
          "result",
          "reason", "plan_id", "setup_id",
        ], lists: [:])
    case .batch: return Vocabulary(fields: ["occasion", "summary", "interrupted", "refused"], lists: ["plans": row, "symbols": row])
    case .digest: return Vocabulary(fields: ["count"], lists: ["plans": row])
    case .alert: return Vocabulary(fields: ["title", "event", "exchange", "symbol", "where", "time"], lists: ["context": row])
    case .audit:
      return Vocabulary(
        fields: ["ruling", "run_id", "profile", "exchange", "symbols", "from", "to", "evaluations", "accepted", "refused"],
        lists: ["metrics": row, "conditions": row])
    }
  }
}
