/// The page around the data of `ReportPage`: style, structure and script.
enum ReportPageTemplate {
  static let head: StaticString = #"""
    <!doctype html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width,initial-scale=1">
    <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'">
    <title>SniperSight backtest</title>
    <style>
    :root { color-scheme: light dark; --ink: #16202a; --soft: #5c6b7a; --line: #d5dde5; --back: #fbfcfd; --card: #fff; --good: #0b7a4b; --bad: #b3261e; --mark: #1f5fbf; }
    @media (prefers-color-scheme: dark) {
      :root { --ink: #e4eaf0; --soft: #98a6b5; --line: #2e3a46; --back: #11171d; --card: #182028; --good: #4cc38a; --bad: #ff7b72; --mark: #79b0ff; }
    }
    * { box-sizing: border-box; }
    body { margin: 0 auto; max-width: 72rem; padding: 1rem; font: 15px/1.45 system-ui, sans-serif; color: var(--ink); background: var(--back); }
    h1 { font-size: 1.3rem; margin: 0 0 .2rem; }
    h2 { font-size: 1.05rem; margin: 1.6rem 0 .5rem; }
    p, .soft { color: var(--soft); margin: .2rem 0; }
    .verdict { display: inline-block; font-size: 1.4rem; font-weight: 600; padding: .2rem .8rem; border: 2px solid currentColor; border-radius: .4rem; margin: .6rem 0; }
    .good { color: var(--good); }
    .bad { color: var(--bad); }
    .grid { display: grid; grid-template-columns: repeat(auto-fill, minmax(11rem, 1fr)); gap: .5rem; }
    .card { background: var(--card); border: 1px solid var(--line); border-radius: .4rem; padding: .4rem .6rem; }
    .card dt { color: var(--soft); font-size: .8rem; cursor: help; }
    .card dd { margin: 0; font-variant-numeric: tabular-nums; font-weight: 600; overflow-wrap: anywhere; }
    dl { margin: 0; }
    table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; background: var(--card); }
    th, td { padding: .25rem .5rem; border-bottom: 1px solid var(--line); text-align: right; white-space: nowrap; }
    th:first-child, td:first-child { text-align: left; }
    th button { all: unset; cursor: pointer; font-weight: 600; }
    th button:focus-visible, tr:focus-visible, input:focus-visible { outline: 2px solid var(--mark); }
    tbody tr[tabindex] { cursor: pointer; }
    tbody tr[aria-selected=true] { background: color-mix(in srgb, var(--mark) 15%, transparent); }
    .scroll { overflow: auto; max-height: 32rem; border: 1px solid var(--line); border-radius: .4rem; }
    svg { width: 100%; height: auto; background: var(--card); border: 1px solid var(--line); border-radius: .4rem; }
    svg text { fill: var(--soft); font: 11px system-ui, sans-serif; }
    input[type=search] { font: inherit; padding: .3rem .5rem; width: min(24rem, 100%); margin-bottom: .4rem; }
    @media print {
      :root { color-scheme: light; --ink: #000; --soft: #444; --line: #bbb; --back: #fff; --card: #fff; --good: #0b7a4b; --bad: #b3261e; --mark: #1f5fbf; }
      * { print-color-adjust: exact; }
      body { max-width: none; padding: 0; font-size: 11px; }
      .scroll { max-height: none; overflow: visible; border: 0; }
      th, td { padding: .1rem .3rem; }
      svg, .card, tr { break-inside: avoid; }
      h2 { break-after: avoid; }
      input, label { display: none; }
    }
    </style>
    </head>
    <body>
    <header><h1>SniperSight backtest</h1><p id="what"></p><p id="assumed"></p></header>
    <main>
    <div id="verdict"></div>
    <h2>Numbers</h2><dl class="grid" id="metrics"></dl>
    <h2>Evidence</h2><div id="evidence"></div>
    <h2>Equity and drawdown</h2><div id="equity"></div>
    <h2>R of the closed trades</h2><div id="distribution"></div>
    <h2>Where evaluations went</h2><div id="funnel"></div>
    <h2>Mean R by regime and session</h2><div class="scroll" id="heat"></div>
    <h2>Groups</h2><div id="groups"></div>
    <h2>Trades</h2>
    <label for="filter">Filter by any word </label><input type="search" id="filter">
    <p id="count" aria-live="polite"></p>
    <div class="scroll"><table id="trades"></table></div>
    <h2>One trade</h2>
    <p>The 40 trades largest by |R| have a chart. Choose one in the table.</p>
    <label><input type="checkbox" id="after"> show what came after the order was placed</label>
    <div id="chart" aria-live="polite"></div>
    </main>
    <noscript><p>This page draws itself with a script that is in it; nothing is fetched.</p></noscript>
    <script type="application/json" id="report">
    """#

  static let tail: StaticString = #"""
    </script>
    <script>
    "use strict";
    const report = JSON.parse(document.getElementById("report").textContent);
    const charts = new Map(JSON.parse(document.getElementById("charts").textContent).map(c => [c.plan_id, c]));
    const $ = id => document.getElementById(id);
    const number = (x, digits = 4) => x === undefined ? "–" : Number(x.toPrecision(digits)).toLocaleString("en", { maximumFractionDigits: 8 });
    const percent = x => x === undefined ? "–" : (100 * x).toFixed(1) + " %";
    const sign = x => x > 0 ? "good" : x < 0 ? "bad" : "";
    function make(name, attributes = {}, ...children) {
      const isPicture = ["svg", "path", "line", "rect", "text", "g", "title"].includes(name);
      const element = isPicture ? document.createElementNS("http://www.w3.org/2000/svg", name) : document.createElement(name);
      for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
      element.append(...children);
      return element;
    }
    function table(head, rows) {
      return make("table", {}, make("thead", {}, make("tr", {}, ...head.map(h => make("th", { scope: "col" }, h)))),
        make("tbody", {}, ...rows.map(row => make("tr", {}, ...row.map(cell => cell instanceof Node ? cell : make("td", {}, cell))))));
    }
    function picture(height, label, draw) {
      const svg = make("svg", { viewBox: `0 0 900 ${height}`, role: "img", "aria-label": label });
      draw(svg, (name, attributes, ...children) => { const e = make(name, attributes, ...children); svg.append(e); return e; });
      return svg;
    }

    // Head and verdict.
    $("what").textContent = [`profile ${report.profile}`, report.exchange, report.symbols.length + " symbols", report.from + " … " + report.to, `${report.fills} fills`].join(" · ");
    if (report.assumed.length) $("assumed").textContent = "Taken for granted: " + report.assumed.map(w => w == "linear" ? "spot candles traded as a perpetual" : w.replace("_", " ")).join(", ");
    if (report.status != "complete") $("assumed").append(" The run was interrupted: this is not all of it.");
    const ruling = report.verdict.ruling;
    $("verdict").append(make("div", { class: "verdict " + (ruling == "edge" ? "good" : ruling == "no edge shown" ? "bad" : "") }, ruling),
      table(["condition", "found", "asked", "met"], report.verdict.conditions.map(c => [c.name.replaceAll("_", " "), number(c.value), number(c.threshold), c.met ? "yes" : "no"])));
    if (report.verdict.smallest_visible_edge !== undefined)
      $("verdict").append(make("p", {}, `A mean of ${number(report.verdict.smallest_visible_edge)} R or more would have been seen in this sample with 80 % power.`));
    for (const [name, reason] of Object.entries(report.missing)) $("verdict").append(make("p", {}, `Not computed: ${name.replaceAll("_", " ")}: ${reason}.`));

    // How far all this is from luck.
    const evidence = report.baselines.map(b => [`the same orders at random times (${b.name.replace("_", " ")})`, number(b.mean_r) + " R", `p ${number(b.p)}, ${b.draws} draws`]);
    if (report.interval) evidence.unshift(["mean R, 90 % interval", `${number(report.interval.lower_95)} … ${number(report.interval.upper_95)} R`, `${report.interval.draws} draws of blocks of ${report.interval.block_days} days`]);
    if (report.bracket) {
      evidence.push(["each order alone on " + report.bracket.timeframe, `${number(report.bracket.pessimistic)} … ${number(report.bracket.optimistic)} R`, "mean R, stop first … target first"]);
      if (report.bracket.resolved !== undefined) evidence.push(["resolved by " + report.bracket.finest, number(report.bracket.resolved) + " R", "the same orders on finer candles"]);
    }
    if (report.deflated_sharpe) evidence.push(["deflated Sharpe", number(report.deflated_sharpe.probability), `${report.deflated_sharpe.trials} configurations tried`]);
    for (const s of report.without_symbol) evidence.push(["without " + s.symbol, number(s.mean_r) + " R", s.trades + " trades"]);
    if (report.buy_and_hold) evidence.push(["buying and holding everything", percent(report.buy_and_hold.mean), "without costs"]);
    $("evidence").append(table(["what", "found", ""], evidence));
    if (report.factor_edge) {
      const edge = report.factor_edge;
      $("evidence").append(make("p", {}, `${edge.zones} zones, ${edge.closed} filled and closed under one order each: mean ${number(edge.mean_r)} R` +
        (edge.null_mean_r === undefined ? "." : `; with random signs ${number(edge.null_mean_r)} ± ${number(edge.null_deviation)} R (${edge.null_runs} runs).`)),
        table(["factor", "zones", "correlation with R", "random signs", "bound", "shown"], edge.factors.map(f => [f.factor, f.count, number(f.correlation), number(f.null_mean), number(f.bound),
          f.shown === undefined ? "–" : f.shown ? "yes" : "no"])));
    }

    // Numbers, each with its definition.
    for (const [name, m] of Object.entries(report.metrics))
      $("metrics").append(make("div", { class: "card", title: m.definition, tabindex: 0 }, make("dt", {}, name.replaceAll("_", " ")),
        make("dd", {}, m.value === undefined ? "– (" + m.missing + ")" : number(m.value) + (m.unit == "1" ? "" : " " + m.unit))));

    // Equity above, drawdown below.
    $("equity").append(picture(300, "Equity at the end of each day, and how far it lies below its peak", (svg, add) => {
      const all = [report.equity.start, ...report.equity.values], marked = report.equity.marked ? [report.equity.start, ...report.equity.marked] : [];
      const low = Math.min(...all, ...marked), high = Math.max(...all, ...marked), span = high - low || 1, x = i => 60 + 830 * i / Math.max(1, all.length - 1), y = v => 190 - 170 * (v - low) / span;
      let peak = -Infinity;
      const falls = all.map(v => { peak = Math.max(peak, v); return 1 - v / peak; }), deepest = Math.max(...falls) || 1;
      if (marked.length) add("path", { d: "M" + marked.map((v, i) => x(i) + " " + y(v)).join("L"), fill: "none", stroke: "var(--soft)", "stroke-width": 1 });
      add("path", { d: "M" + all.map((v, i) => x(i) + " " + y(v)).join("L"), fill: "none", stroke: "var(--mark)", "stroke-width": 1.5 });
      add("path", { d: `M60 210L` + falls.map((f, i) => x(i) + " " + (210 + 70 * f / deepest)).join("L") + `L${x(all.length - 1)} 210Z`, fill: "var(--bad)", opacity: .5 });
      for (const [v, at] of [[high, 20], [low, 190]]) add("text", { x: 4, y: at + 4 }, number(v, 6));
      add("text", { x: 4, y: 214 }, "0 %");
      add("text", { x: 4, y: 284 }, percent(-deepest));
      add("text", { x: 890, y: 14, "text-anchor": "end" }, "thick: realised" + (marked.length ? "; thin: with open positions at the last close" : ""));
      add("text", { x: 60, y: 297 }, report.from.slice(0, 10));
      add("text", { x: 890, y: 297, "text-anchor": "end" }, report.to.slice(0, 10));
    }));

    $("distribution").append(picture(200, "Number of trades by whole R", (svg, add) => {
      const bins = report.r_distribution, first = Math.min(-1, ...bins.map(b => b.from)), last = Math.max(1, ...bins.map(b => b.to));
      const most = Math.max(1, ...bins.map(b => b.trades)), width = 860 / (last - first);
      for (const b of bins) {
        const height = 150 * b.trades / most;
        add("rect", { x: 20 + (b.from - first) * width + 1, y: 170 - height, width: width - 2, height, fill: b.from < 0 ? "var(--bad)" : "var(--good)" },
          make("title", {}, `${b.from} … ${b.to} R: ${b.trades}`));
        add("text", { x: 20 + (b.from - first + .5) * width, y: 165 - height, "text-anchor": "middle" }, b.trades);
      }
      const step = Math.ceil((last - first) / 20);
      for (let r = first; r <= last; r += step) add("text", { x: 20 + (r - first) * width, y: 190, "text-anchor": "middle" }, r + " R");
    }));

    // The funnel: each stage, and its reasons.
    $("funnel").append(make("p", {}, `${report.funnel.evaluations} evaluations = ${report.funnel.accepted} accepted + ${report.funnel.refused} refused.`),
      table(["stage", "in", "refused", "out", "reasons"], report.funnel.stages.map(s => [s.stage, s.entered, s.refused, s.passed,
        make("td", { style: "white-space: normal; text-align: left" }, Object.entries(s.codes).map(([code, n]) => `${n} ${code}`).join(", "))])),
      make("p", {}, `Orders: ${report.orders.approved} approved, ${report.orders.filled} filled, ${report.orders.waiting} waiting at the end; expired: ` +
        (Object.entries(report.orders.expired).map(([why, n]) => `${n} ${why}`).join(", ") || "none") + `. Positions: ${report.orders.closed} closed, ${report.orders.open} open at the end.`));

    // Regime by session.
    const regimes = [...new Set(report.trades.map(t => t.regime ?? "unknown"))].sort(), sessions = [...new Set(report.trades.map(t => t.session ?? "unknown"))].sort();
    $("heat").append(table(["", ...sessions], regimes.map(regime => [regime, ...sessions.map(session => {
      const found = report.trades.filter(t => (t.regime ?? "unknown") == regime && (t.session ?? "unknown") == session);
      if (!found.length) return "";
      const mean = found.reduce((sum, t) => sum + t.r, 0) / found.length, strength = Math.round(Math.min(1, Math.abs(mean)) * 60);
      return make("td", { style: `background: color-mix(in srgb, var(--${mean > 0 ? "good" : "bad"}) ${strength}%, transparent)` }, `${mean.toFixed(2)} (${found.length})`);
    })])));

    for (const [name, groups] of [...Object.entries(report.breakdowns), ["stretch of the run", report.folds.map(f => ({ ...f, group: f.from.slice(0, 10) + " … " + f.to.slice(0, 10) }))]]) {
      if (!groups.length) continue;
      $("groups").append(make("details", {}, make("summary", {}, "by " + name),
        table([name, "trades", "hit rate", "mean R", "net"], groups.map(g => [g.group, g.trades, percent(g.hit_rate), number(g.mean_r), number(g.pnl_net, 6)]))));
    }

    // Trades: sorted by any column, filtered by any word.
    const columns = [["closed", t => t.closed], ["opened", t => t.opened], ["symbol", t => t.symbol], ["side", t => t.direction], ["entry", t => t.entry], ["exit", t => t.exit],
      ["R", t => t.r], ["net", t => t.pnl_net], ["MAE", t => t.mae_r ?? 0], ["MFE", t => t.mfe_r ?? 0], ["regime", t => t.regime ?? ""], ["session", t => t.session ?? ""], ["score", t => t.score ?? 0]];
    let sorted = 0, rising = true, chosen = charts.keys().next().value;
    function drawTrades() {
      const words = $("filter").value.toLowerCase().split(/\s+/).filter(Boolean);
      const shown = report.trades.filter(t => { const text = columns.map(c => c[1](t)).join(" ").toLowerCase(); return words.every(w => text.includes(w)); });
      const value = columns[sorted][1];
      shown.sort((a, b) => (value(a) < value(b) ? -1 : value(a) > value(b) ? 1 : 0) * (rising ? 1 : -1));
      $("count").textContent = `${shown.length} of ${report.trades.length} trades`;
      const head = make("tr", {}, ...columns.map(([name], i) => {
        const button = make("button", { type: "button" }, name + (i == sorted ? (rising ? " ▲" : " ▼") : ""));
        button.onclick = () => { rising = i == sorted ? !rising : true; sorted = i; drawTrades(); $("trades").querySelectorAll("th button")[i].focus(); };
        return make("th", { scope: "col", "aria-sort": i == sorted ? (rising ? "ascending" : "descending") : "none" }, button);
      }));
      const rows = shown.map(t => {
        const row = make("tr", { tabindex: 0, "aria-selected": t.plan_id == chosen }, ...columns.map(([name, get], i) => {
          const v = get(t);
          return make("td", name == "R" || name == "net" ? { class: sign(v) } : {}, typeof v == "number" ? number(v, name == "entry" || name == "net" ? 6 : 3) : i < 2 ? v.slice(0, 16).replace("T", " ") : v);
        }));
        row.onclick = () => { chosen = t.plan_id; drawTrades(); drawChart(); $("trades").querySelector("[aria-selected=true]")?.focus(); };
        row.onkeydown = e => { if (e.key == "Enter" || e.key == " ") { e.preventDefault(); row.onclick(); } };
        return row;
      });
      $("trades").replaceChildren(make("thead", {}, head), make("tbody", {}, ...rows));
    }

    // One trade: what was known when the order was placed; what came after only when asked for.
    function drawChart() {
      const chart = charts.get(chosen);
      if (!chosen) return;
      if (!chart) return $("chart").replaceChildren(make("p", {}, "This trade is not among the 40 with a chart."));
      const all = chart.candles, shown = $("after").checked ? all : all.slice(0, chart.placed);
      const levels = [chart.entry, chart.stop, ...chart.targets];
      // Neither scale tells what came after before it is asked for.
      const low = Math.min(...levels, ...shown.map(c => c[2])), high = Math.max(...levels, ...shown.map(c => c[1])), span = high - low || 1;
      const bars = $("after").checked ? all.length : chart.placed + 20, x = i => 10 + 780 * (i + .5) / bars, y = v => 12 + 330 * (high - v) / span, width = Math.max(1, 780 / bars * .65);
      $("chart").replaceChildren(picture(360, `${chart.symbol}: candles, entry, stop and targets`, (svg, add) => {
        shown.forEach((c, i) => {
          const colour = c[3] >= c[0] ? "var(--good)" : "var(--bad)";
          add("line", { x1: x(i), x2: x(i), y1: y(c[1]), y2: y(c[2]), stroke: colour });
          add("rect", { x: x(i) - width / 2, width, y: y(Math.max(c[0], c[3])), height: Math.max(1, Math.abs(y(c[0]) - y(c[3]))), fill: colour });
        });
        for (const [v, name, colour] of [[chart.entry, "entry", "var(--mark)"], [chart.stop, "stop", "var(--bad)"], ...chart.targets.map((t, i) => [t, "target " + (i + 1), "var(--good)"])]) {
          add("line", { x1: x(chart.placed), x2: 790, y1: y(v), y2: y(v), stroke: colour, "stroke-dasharray": "4 3" });
          add("text", { x: 794, y: y(v) + 4 }, `${name} ${number(v, 6)}`);
        }
        add("line", { x1: x(chart.placed - .5), x2: x(chart.placed - .5), y1: 8, y2: 346, stroke: "var(--soft)" });
        if ($("after").checked) for (const [i, name] of [[chart.filled, "filled"], [chart.closed, "closed"]]) {
          add("line", { x1: x(i), x2: x(i), y1: 8, y2: 346, stroke: "var(--soft)", "stroke-dasharray": "2 4" });
          add("text", { x: x(i) + 2, y: 344 }, name);
        }
        add("text", { x: 10, y: 357 }, chart.from.slice(0, 16));
        if ($("after").checked) add("text", { x: 790, y: 357, "text-anchor": "end" }, chart.to.slice(0, 16));
      }));
    }
    $("filter").oninput = drawTrades;
    $("after").onchange = drawChart;
    onbeforeprint = () => document.querySelectorAll("details").forEach(d => d.open = true);
    drawTrades();
    drawChart();
    </script>
    </body>
    </html>

    """#
}
