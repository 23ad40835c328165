/// Messages as they would be sent, for people who look at them first.
public enum MessagePage {
  /// In Telegram's markup, each in the parts in which it would be sent, a line of dashes between them.
  public static func telegram(_ texts: [String]) -> String {
    texts.flatMap { Markup($0).parts(for: .telegram) }.joined(separator: "\n────────\n") + "\n"
  }

  /// A page for a browser. The markup is HTML already; tags that only Telegram knows have no effect, others are text.
  public static func html(_ texts: [String]) -> String {
    var out = """
      <!doctype html>
      <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>SniperSight</title>
      <style>:root{color-scheme:light dark}body{font:16px/1.5 sans-serif;max-width:44em;margin:2em auto;padding:0 1em}
      article{white-space:pre-wrap;border-top:1px solid #8888;padding:1em 0}</style></head><body>

      """
    for text in texts { out += "<article>\(Markup(text).written(as: .telegram))</article>\n" }
    return out + "</body></html>\n"
  }
}
