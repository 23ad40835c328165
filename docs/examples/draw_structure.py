#!/usr/bin/env python3
"""Draws the newest candles of one series and what ss-smc knew of them, as text.

    ss-fetch … | ss-smc | draw_structure.py swings|breaks|zones|pools|range|sequence … [--bars N] [--until TIME]

A body that rose is █, one that fell ░, a wick │. Swings stand at their candle, though they became known later; a level or zone begins where it became known.
"""

import argparse
import json
import sys


def newest(stream, until):
    """The candles of the first series in the stream, up to `until`."""
    series, candles = None, []
    for line in stream:
        record = json.loads(line)
        if record["type"] != "candle" or "smc" not in record:
            continue
        series = series or (record["symbol"], record["timeframe"])
        if (record["symbol"], record["timeframe"]) == series and (not until or record["close_time"] <= until):
            candles.append(record)
    return candles


def facts(candles, shown):
    """Marks on candles as (column, price, above, text); levels and zones as (column, low, high, text)."""
    columns = {candle["open_time"]: index for index, candle in enumerate(candles)}
    closes = {candle["close_time"]: index for index, candle in enumerate(candles)}
    last, marks, areas = candles[-1]["smc"], [], []
    for event in (event for candle in candles for event in candle["smc"]["events"]):
        column = columns.get(event["at"])
        if "swings" in shown and event["event"] == "swing.confirmed" and event["scope"] == "internal" and column is not None:
            marks.append((column, event["price"], event["direction"] == "bullish", event["label"]))
        if "breaks" in shown and event["event"] in ("break.bos", "break.choch"):
            text = f'{event["level"]} {event["scope"]} {event["break_type"]} of {event["level_at"][5:16]}'
            areas.append((closes[event["known_at"]], event["level"], event["level"], text))
    if "zones" in shown:
        for zone in last.get("order_blocks", []):
            areas.append((closes.get(zone.get("known_at"), 0), zone["low"], zone["high"], f'{zone["direction"]} block {zone.get("grade", "")}'))
        for gap in last.get("fvgs", []):
            areas.append((closes.get(gap.get("known_at"), 0), gap["bottom"], gap["top"], f'{gap["direction"]} gap, filled {gap.get("fill", 0):.2f}'))
    if "pools" in shown:
        for pool in last.get("liquidity_pools", []):
            areas.append((closes.get(pool.get("known_at"), 0), pool["level"], pool["level"], f'{pool["level"]} pool of {pool["side"]}s'))
    if "range" in shown and "range" in last:
        dealing = last["range"]
        for name in ("high", "equilibrium", "low"):
            areas.append((0, dealing[name], dealing[name], f'{dealing[name]} {name}'))
        close = candles[-1]["close"]
        areas.append((len(candles), close, close, f'{close} close: position {dealing["position"]:.2f}, {dealing["zone"]}'))
    return marks, areas


def draw(candles, marks, areas, rows):
    """The lines of the picture."""
    low, high = min(candle["low"] for candle in candles), max(candle["high"] for candle in candles)
    step = (high - low) / (rows - 1)

    def row(price):
        return rows - round((price - low) / step)

    cells = [[" "] * len(candles) for _ in range(rows + 2)]
    notes = {}
    for column, bottom, top, text in areas:
        if row(bottom) < 0 or row(top) > rows + 1:
            continue
        for line in range(max(0, row(top)), min(rows + 1, row(bottom)) + 1):
            for index in range(column, len(candles)):
                cells[line][index] = "·"
        notes.setdefault(min(rows + 1, max(0, row((bottom + top) / 2))), []).append(text)
    for index, candle in enumerate(candles):
        for line in range(row(candle["high"]), row(candle["low"]) + 1):
            cells[line][index] = "│"
        body = sorted((row(candle["open"]), row(candle["close"])))
        for line in range(body[0], body[1] + 1):
            cells[line][index] = "█" if candle["close"] > candle["open"] else "░"
    for column, price, above, text in marks:
        line = row(price) + (-1 if above else 1)
        if 0 <= line < len(cells):
            cells[line][column] = text
    lines = []
    for line, content in enumerate(cells):
        text = f"{low + (rows - line) * step:>10.6g} " + "".join(f"{cell:^3}" for cell in content) + "  " + "; ".join(notes.get(line, []))
        lines.append(text.rstrip())
    return lines


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("shown", nargs="+", choices=["swings", "breaks", "zones", "pools", "range", "sequence"])
    parser.add_argument("--bars", type=int, default=30)
    parser.add_argument("--rows", type=int, default=18)
    parser.add_argument("--until", help="the last close to draw, as the stream spells it")
    options = parser.parse_args()
    candles = newest(sys.stdin, options.until)[-options.bars :]
    if not candles:
        sys.exit("draw_structure: no candle with structure came")
    lines = draw(candles, *facts(candles, options.shown), options.rows)
    print("\n".join(lines))
    if "sequence" in options.shown:
        told = None
        for candle in candles:
            sequence = candle["smc"].get("sequence")
            if sequence and sequence != told:
                print(f'{candle["close_time"]}  {sequence["direction"]} {sequence["step"]} at {sequence["at"][5:16]}, missing: {" ".join(sequence["missing"]) or "nothing"}')
            told = sequence


main()
