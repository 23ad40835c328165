#!/usr/bin/env python3
"""Sends hostile text through every output of the executables that shows foreign text, and lets those judge who read it.

    hostile_text.py FOLDER CHAT

FOLDER is empty and may be written to, CHAT is the address of Tests/loopback/chat.py. The executables are looked up in PATH. Says what was wrong, one
line each, and ends with 1 where anything was; else says how many texts went through.
"""

import html
import html.parser
import json
import os
import random
import re
import struct
import subprocess
import sys
import urllib.request
import zlib

FOLDER, CHAT = os.path.abspath(sys.argv[1]), sys.argv[2]
ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
FAULTS = []
HIDDEN = re.compile("[\0-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")


def fault(place, text):
    FAULTS.append(f"{place}: {text}"[:600])


# The texts

PIECES = ["'", '"', "`", "\u0600'", "\u0301'", "\u200d`", "\u0600\"", "\u0600<", "`touch PWNED`", "$(touch PWNED)", "'; system('touch PWNED'); '",
          "\\", "\\\n", "\n", "\r\n", "\t", "\x1b[31m", "\x1b]0;title\x07", "\x9b1m", "\u202e", "\u2066", "\u200f", "\u2028", "../", "</script>", "<!--",
          "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "<b>", "</b>", "&lt;", "&#60;", "&amp;", "<http://x.y>", "[a](http://x.y)", "![a](b)", "**b**",
          "_c_", "~~~", "```", "# d", "- e", "1. f", "> g", "    h", "|", "<@1>", "<!channel>", "@everyone", "\0", "\x7f", "\u00e9", "e\u0301", "\U0001f600", "a",
          "b c", "%s", "{{title}}", "@ARG1", "!touch PWNED", "EOD", "\nEOD\n", "${x}", "--", "===", "--x", ";type=text/html", "=?utf-8?B?", "\"; filename=\"x"]


def texts():
    """At least 500: every byte of ASCII, every piece, long ones, and joined pieces."""
    chance = random.Random(11)
    found = [chr(code) for code in range(128)] + [f"x{chr(code)}y" for code in range(128)] + PIECES
    found += ["".join(chance.choice(PIECES) for _ in range(chance.randint(2, 6))) for _ in range(240)]
    found += ["x" * 500, "\u0301" * 500, "`touch PWNED`" * 40, "<" * 500]
    return found


TEXTS = texts()


def shown(text):
    """One line as people see it."""
    return HIDDEN.sub(lambda match: " " if match[0] == "\t" else f"<U+{ord(match[0]):04X}>", text)


def joined(text):
    return " ".join(text.split())


# The records

def setup(number, text, **more):
    """An accepted plan with one text in all that is free."""
    at = "2024-06-30T16:00:00Z"
    block = "ob-4h-bull-20240628T080000Z"
    record = {
        "type": "setup", "id": f"x:S{number}/USDT:trend:LONG:{block}", "as_of": at, "exchange": "x", "symbol": f"S{number}/USDT", "profile": "trend",
        "run_id": "r", "price": 64310.5, "direction": "LONG", "state": "ready", "timeframes": {"4h": {"close_time": at, "close": 64310.5, "atr": 800}},
        "evidence": [],
        "confluence": {
            "total_score": 66, "factors": [{"name": text, "score": 0.8, "weight": 0.6, "contribution": 48, "rationale": text}], "synergy_bonus": 5,
            "conflict_penalty": 0, "adjustments": [{"name": text, "points": 5}], "regime": "trend", "regime_detail": text, "htf_aligned": "with",
            "btc_impulse_gate": "passed", "opposite": {"direction": "SHORT", "total_score": 22.5}},
        "gates": [{"name": text, "passed": True, "detail": text}]}
    record.update(more)
    return record


def plan(text):
    block = "ob-4h-bull-20240628T080000Z"
    return {
        "plan_id": "p", "direction": "LONG", "setup_type": "swing",
        "entry_zone": {"near_entry": 64000, "far_entry": 63800, "rationale": text, "source": block},
        "stop_loss": {"level": 63000, "distance_atr": 1.25, "rationale": text, "source": block},
        "targets": [{"level": 65500, "percentage": 60, "risk_reward": 1.4, "rationale": text, "source": block},
                    {"level": 68000, "percentage": 40, "risk_reward": 3.9, "rationale": text, "source": block}],
        "risk_reward": 2.7, "risk_reward_worst": 2.55, "confidence_score": 66, "valid_until": "2024-07-04T16:00:00Z",
        "invalidate_if": {"close_beyond": 63000, "trade_before_entry": 65500}, "min_fill_risk_reward": 2, "rationale": text,
        "metadata": {"planning_timeframe": "4h", "atr": 800, "expected_hours": 30, "hold_hours": 192, "entry_kind": "order block", "costs": 60,
                     "cost_share": 0.06, "first_target_atr": 1.9, "instrument": "venue", "tick_size": 0.01, "maker_fee": 0.001, "taker_fee": 0.001,
                     "slippage": 0.0005}}


def accepted(number, text):
    return setup(number, text, plan={**plan(text), "plan_id": f"p{number}"})


def refused(number, text):
    rejected = {"stage": "score", "code": text, "value": 43, "threshold": 50, "detail": text}
    return setup(f"R{number}", text, state="watching", rejected=rejected)


def event(number, text):
    return {"type": "event", "event_type": "stage_failed", "timestamp": f"2024-06-{number // 1440 + 1:02}T{number // 60 % 24:02}:{number % 60:02}:00Z",
            "context": {"said": text, "by" + joined(shown(text)): 1}}


def lines(records):
    return "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records).encode()


RUN = {"type": "run", "run_id": "r", "profile": "trend", "exchange": "x", "symbols": [], "timeframes": ["4h"], "from": "2024-06-30T16:00:00Z"}
END = {"type": "end", "records": 1, "status": "complete"}


# The judges

def run(command, data, codes=(0,), **more):
    done = subprocess.run(command, input=data, capture_output=True, cwd=FOLDER, **more)
    place = " ".join(command[:6])
    if done.returncode not in codes:
        fault(place, f"ended with {done.returncode}: {done.stderr.decode(errors='replace')[:300]}")
    terminal(place + " (stderr)", done.stderr)
    return done.stdout


def terminal(place, data, colours=False):
    """Nothing but text and line feeds."""
    text = data.decode(errors="replace")
    if colours:
        text = re.sub("\x1b\\[(0|1|2|31|32|33)m", "", text)
    found = HIDDEN.search(text.replace("\n", ""))
    if found:
        fault(place, f"U+{ord(found[0]):04X} reaches a terminal: {ascii(text.replace(chr(10), ' ')[max(0, found.start() - 40):found.start() + 40])}")
    return text


def contains(place, text, wanted):
    """All texts are there, white space aside; a line feed is shown, or ends a paragraph."""
    text = "".join(text.split())
    for each in wanted:
        if "".join(shown(each).split()) not in text and "".join(shown(each.replace("\n", "")).split()) not in text:
            fault(place, f"lost {each!r}")


class Page(html.parser.HTMLParser):
    """What a browser makes of a page."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.tags, self.text = [], []

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, attributes))

    def handle_data(self, data):
        self.text.append(data)

    def handle_comment(self, data):
        self.tags.append(("<!--", data))


def page(text):
    found = Page()
    found.feed(text)
    found.close()
    return found


def markdown(place, data):
    text = terminal(place, data)
    made = page(subprocess.run(["cmark", "-t", "html"], input=text.encode(), capture_output=True, check=True).stdout.decode())
    for tag, attributes in made.tags:
        if tag not in ("p", "h1", "h2", "strong", "code"):
            fault(place, f"cmark makes <{tag}> {attributes}")
    contains(place, "".join(made.text), TEXTS)


def notified():
    """ss-notify: each form for people."""
    stream = lines([RUN] + [accepted(i, text) for i, text in enumerate(TEXTS)] + [refused(i, text) for i, text in enumerate(TEXTS)] + [END])
    events = lines([RUN] + [event(i, text) for i, text in enumerate(TEXTS)] + [END])
    for colour in ("never", "always"):
        text = terminal(f"text {colour}", run(["ss-notify", "--render", "text", "--color", colour], stream), colours=colour == "always")
        contains("text", text, TEXTS)
    markdown("markdown", run(["ss-notify", "--render", "markdown"], stream))
    for name, data in (("setups", stream), ("events", events)):
        made = page(terminal(f"html {name}", run(["ss-notify", "--render", "html"], data)))
        for tag, attributes in made.tags:
            if tag not in ("html", "head", "meta", "title", "style", "body", "article", "b", "code"):
                fault(f"html {name}", f"<{tag}> {attributes}")
        contains(f"html {name}", "".join(made.text), TEXTS)
        plain = re.sub("</?(b|code)>", "", terminal(f"telegram {name}", run(["ss-notify", "--render", "telegram"], data)))
        if re.search("<|&(?!lt;|gt;|amp;)", plain):
            fault(f"telegram {name}", "a tag or an entity that Telegram does not know")
        contains(f"telegram {name}", html.unescape(plain), TEXTS if name == "events" else [])


def sent():
    """ss-notify --send: the servers of Tests/loopback refuse what the messengers refuse; Telegram and Discord get a picture in a form as well."""
    charts = os.path.join(FOLDER, "charts '\"`$(touch PWNED)\u0600'")
    os.makedirs(charts, exist_ok=True)
    chunk = lambda kind, data: struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    picture = (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 64, 64, 8, 0, 0, 0, 0)) + chunk(b"IDAT", zlib.compress(bytes(65 * 64)))
               + chunk(b"IEND", b""))
    packs = ["\n".join(TEXTS[i:i + 12])[:1500] for i in range(0, len(TEXTS), 12)]
    records = []
    for number, pack in enumerate(packs):
        record = accepted(number, "x")
        record["plan"]["rationale"] = pack
        name = [f"a{number}.png", f"'{number}\".png", f"\u0600'`{number};type=x.png", f"--{number}.png"][number % 4]
        with open(os.path.join(charts, name), "wb") as file:
            file.write(picture)
        records.append({**record, "chart": {"path": os.path.join(charts, name)}})
    stream = lines([RUN] + records + [END])
    environment = {
        **os.environ, "XDG_STATE_HOME": os.path.join(FOLDER, "state"), "TELEGRAM_BOT_TOKEN": "1:A", "TELEGRAM_CHAT_ID": "42",
        "DISCORD_WEBHOOK_URL": f"{CHAT}/api/webhooks/7/h", "SLACK_WEBHOOK_URL": f"{CHAT}/services/T/B/s", "NTFY_TOPIC": "topic",
        "WEBHOOK_URL": f"{CHAT}/hook"}
    for sink in ("telegram", "discord", "slack", "ntfy", "webhook"):
        command = ["ss-notify", "--send", sink, "--pace", "none", "--max", "1000", "--now", "2024-06-30T16:00:00Z", "--charts", charts]
        run(command + (["--base-url", CHAT] if sink in ("telegram", "ntfy") else []), stream, env=environment)
    with urllib.request.urlopen(f"{CHAT}/taken") as answer:
        taken = json.load(answer)
    for sink in ("telegram", "discord", "slack", "ntfy", "webhook"):
        own = [message for message in taken if message["service"] == sink]
        text = "".join(message["text"] for message in own)
        if sink == "discord":
            text = re.sub(r"\\(.)", r"\1", text)
        if sink == "slack":
            text = html.unescape(text)
        terminal(sink, text.encode())
        contains(sink, text, [line for pack in packs for line in pack.split("\n") if "".join(line.split()) and "\\" not in line])
        if sink in ("telegram", "discord", "ntfy") and sum(message["photos"] for message in own) != len(packs):
            fault(sink, f"{sum(message['photos'] for message in own)} of {len(packs)} pictures")


def drawn():
    """ss-chart: gnuplot draws what each program says, and nothing else happens."""
    with open(os.path.join(ROOT, "Fixtures/cases/ss-chart/long-and-what-came-after/in.ndjson")) as source:
        records = [json.loads(line) for line in source]
    place = next(i for i, record in enumerate(records) if record["type"] == "setup")
    base = records[place]
    candles = [record for record in records[:place] if record["type"] == "candle"]
    # A caption shows about two hundred characters: short texts share one.
    packs = [""]
    for text in TEXTS:
        if len(packs[-1]) + len(text) > 180:
            packs.append("")
        packs[-1] += text + " "
    folder = os.path.join(FOLDER, "gnuplot")
    os.makedirs(folder)
    setups, programs = [], []
    for number, text in enumerate(packs):
        record = json.loads(json.dumps(base))
        record["id"] = f"s{number}"
        record["plan"]["entry_zone"]["rationale"] = text
        setups.append(record)
        refused = {**record, "rejected": {"stage": "risk", "code": "has_position", "detail": text}}
        chart = terminal("ss-chart --id", run(["ss-chart", "--id", record["id"], "--dumb"], lines(candles[-3:] + [refused])))
        # Whole pictures take their time: of most, the labels are enough.
        labels = "\n".join(line for line in chart.split("\n") if line.startswith("set label ")) + "\nunset label\n"
        programs.append(chart if number % 10 == 0 else labels)
    done = subprocess.run(["gnuplot", "-d"], input="\n".join(programs).encode(), capture_output=True, cwd=folder,
                          env={**os.environ, "LC_ALL": "C.UTF-8"})
    if done.returncode or done.stderr:
        fault("gnuplot", f"{done.returncode}: {done.stderr.decode(errors='replace')[:400]}")
    if os.listdir(folder):
        fault("gnuplot", f"made {os.listdir(folder)}")
    attached = setups[::20]
    out = run(["ss-chart", "--attach", os.path.join(folder, "'`$(touch PWNED)`")], lines(candles[-60:] + attached), codes=(0,))
    if out.count(b'"chart":{"path":') != len(attached) or os.listdir(folder) != ["'`$(touch PWNED)`"]:
        fault("ss-chart --attach", f"{os.listdir(folder)}")


def said():
    """Everything that says on standard error, or in a verdict, what it was given."""
    stages = ["ss-indicators", "ss-smc", "ss-score", "ss-plan", "ss-risk", "ss-notify", "ss-report", "ss-chart", "ss-check", "ss-fetch"]
    words = [text for text in TEXTS if "\0" not in text and text]
    for number, text in enumerate(words[::12]):
        stage = stages[number % len(stages)]
        run([stage, "--profile", text], b"", codes=(0, 64, 65, 66, 69, 78))
        run([stage] + (["--files"] if stage == "ss-fetch" else []) + ["./" + text], b"", codes=(0, 64, 65, 66, 69, 78))
        run([stage, "--" + text], b"", codes=(0, 64, 65, 66, 69, 78))
    for stage in stages[:8]:
        for key in ("symbol", "exchange", "type", "open_time", "price", "id"):
            records = [{**accepted(0, "x"), key: text} for text in TEXTS[::40]]
            run([stage, "--on-error", "skip"] + (["--id", "x"] if stage == "ss-chart" else []), lines(records), codes=(0, 65))
    checked = run(["ss-check", "stream"], lines([{**accepted(i, text), "symbol": text, text: 1, "state": text} for i, text in enumerate(TEXTS)]), codes=(0, 1))
    terminal("ss-check stream", checked)
    for key in ("type", "profile", "exchange"):
        out = run(["ss-report"], lines([{**RUN, key: "\x1b[31m\u202e"}, END]), codes=(0, 65, 78))
        terminal("ss-report", out)
    trade = {"type": "trade", "id": "t", "plan_id": "p", "setup_id": "s", "exchange": "x", "symbol": "S/USDT", "direction": "LONG", "event": "opened",
             "time": "2024-06-30T00:00:00Z", "price": 64000, "quantity": 0.5, "fee": 1, "pnl_gross": 0, "pnl_net": -1}
    for key in trade:
        terminal("trade", run(["ss-notify", "--render", "text"], lines([RUN, {**trade, key: "\x1b[31m\u202e"}, END]), codes=(0, 65)))
    for law in ("append", "causal"):
        terminal(f"ss-check {law}", run(["ss-check", law, "--", "printf", "%s\n", "\x1b[31m\u202e"], lines([accepted(0, "\x1b")]), codes=(0, 1, 65, 66, 69)))


def main():
    notified()
    drawn()
    sent()
    said()
    if "PWNED" in {name for _, folders, files in os.walk(FOLDER) for name in folders + files}:
        fault("everything", "a command of a text was run")
    print("\n".join(FAULTS[:40]) if FAULTS else f"{len(TEXTS)} texts")
    return 1 if FAULTS else 0


sys.exit(main())
