#!/usr/bin/env python3
"""Writes the oracle values that the tests of the indicators compare with: one CSV file per series in indicators/.

    python3 -m venv venv && venv/bin/pip install ta-lib numpy && venv/bin/python Fixtures/oracle/indicators.py [--check]

The series are generated here (synthetic, seeded), the values come from TA-Lib where it has the indicator with the same definition; the rest
is computed below from the definition, each window by itself, in plain Python. --check writes nothing and fails when a file would change.
A file has the candles of its series on every row and the values on some; an empty cell means absent. Absence that TA-Lib expresses
otherwise (it says 0 where a ratio is 0/0) is made absent here and stands in `defined`.
"""
import math
import pathlib
import sys

import numpy as np
import talib as t

HERE = pathlib.Path(__file__).resolve().parent / "indicators"
DAY = 86_400_000
STEP = 900_000
START = 1_704_067_200_000


class Random:
    """xorshift64: the same numbers everywhere."""

    def __init__(self, seed):
        self.s = seed * 0x9E3779B97F4A7C15 & (1 << 64) - 1 or 1

    def next(self):
        s = self.s
        s ^= s << 13 & (1 << 64) - 1
        s ^= s >> 7
        s ^= s << 17 & (1 << 64) - 1
        self.s = s
        return (s >> 11) / (1 << 53)

    def normal(self):
        return sum(self.next() for _ in range(12)) - 6


def walk(seed, n, price, volatility=0.004, digits=2, volume=lambda r, i: round(100 + 900 * r.next(), 3), jump=None):
    r, rows, c = Random(seed), [], price
    for i in range(n):
        o = c
        if jump and i in jump:
            o = round(o * jump[i], digits)
        c = round(o * math.exp(volatility * r.normal()), digits)
        h = round(max(o, c) * (1 + volatility * r.next()), digits)
        low = round(min(o, c) * (1 - volatility * r.next()), digits)
        rows.append((o, h, low, c, volume(r, i)))
    return rows


def series():
    yield "walk", walk(1, 300, 42000.0)
    yield "flat", [(100.0, 100.0, 100.0, 100.0, 5.0)] * 70
    yield "flat_after_walk", walk(2, 60, 250.0) + [(251.0, 251.0, 251.0, 251.0, 3.0)] * 60
    yield "ties", [tuple(round(x) if k < 4 else x for k, x in enumerate(row)) for row in walk(3, 150, 60.0, 0.012)]
    yield "zero_volume", walk(4, 120, 3.5, digits=4, volume=lambda r, i: 0.0 if i // 30 % 2 else round(10 * r.next(), 2))
    yield "tiny", walk(5, 120, 1.2e-7, digits=13)
    yield "huge", walk(6, 120, 3.1e9, digits=1, volume=lambda r, i: round(1e9 * r.next(), 1))
    yield "jump", walk(7, 120, 900.0, jump={50: 6.0, 80: 0.1})
    yield "rising", [(100.0 + i, 101.5 + i, 99.5 + i, 101.0 + i, 10.0 + i) for i in range(80)]
    yield "falling", [(200.0 - i, 200.5 - i, 198.5 - i, 199.0 - i, 10.0 + i) for i in range(80)]
    yield "one", walk(8, 1, 10.0)


def windows(n, size, f, first=0):
    """f(i) for each i whose window of `size` begins at `first` or later; NaN before."""
    return np.array([f(i) if i - size + 1 >= first else np.nan for i in range(n)])


def ratio(a, b):
    with np.errstate(all="ignore"):
        return np.where(b != 0, a / b, np.nan)


def columns(o, h, l, c, v):
    n = len(c)
    out, defined = {}, {}
    safe = n > 1  # TA-Lib refuses some functions on a single candle

    def ta(f, *a):
        if safe:
            return f(*a)
        return (np.full(n, np.nan),) * 3 if f in (t.MACD, t.BBANDS) else np.full(n, np.nan)

    change = np.diff(c, prepend=c[0])
    moved = np.maximum.accumulate(np.abs(change)) > 0
    rsi = ta(t.RSI, c, 14)
    out["rsi"] = np.where(moved, rsi, np.nan)
    out["macd_signal"], out["macd_histogram"] = ta(t.MACD, c, 12, 26, 9)[1:]
    with_signal = ta(t.MACD, c, 12, 26, 9)[0]
    # the line itself begins at 25; before the signal exists it is taken from a signal of 1
    line = ta(t.MACDEXT, c, 12, 1, 26, 1, 1, 1)[0] if safe else np.full(n, np.nan)
    defined["macd"] = np.where(np.isnan(with_signal), line, with_signal)
    tr = np.maximum(h - l, np.maximum(np.abs(h - np.roll(c, 1)), np.abs(l - np.roll(c, 1))))
    tr[0] = 0
    ranged = np.maximum.accumulate(tr) > 0
    out["adx"] = ta(t.ADX, h, l, c, 14)
    out["plus_di"] = np.where(ranged, ta(t.PLUS_DI, h, l, c, 14), np.nan)
    out["minus_di"] = np.where(ranged, ta(t.MINUS_DI, h, l, c, 14), np.nan)
    for p in (20, 50, 200):
        out[f"ema_{p}"] = ta(t.EMA, c, p)
    up, mid, low = ta(t.BBANDS, c, 20, 2, 2)
    sd = windows(n, 20, lambda i: float(np.std(c[i - 19 : i + 1] - c[i])))
    out["bb_middle"] = mid
    # TA-Lib's variance cancels on a small spread over a high price: the bands come from its mean and a two-pass deviation
    defined["bb_upper"], defined["bb_lower"] = mid + 2 * sd, mid - 2 * sd
    defined["bb_width"] = ratio(4 * sd, mid)
    defined["bb_percent"] = ratio(c - (mid - 2 * sd), 4 * sd)
    out["atr"] = ta(t.ATR, h, l, c, 14)
    out["atr_percent"] = ta(t.NATR, h, l, c, 14)
    out["volume_sma"] = ta(t.SMA, v, 20)
    total = windows(n, 20, lambda i: math.fsum(v[i - 19 : i + 1]))
    defined["volume_ratio"] = ratio(v * 20, total)
    defined["volume_spike"] = np.where(total > 0, np.where(v * 20 > 2 * total, 1.0, 0.0), np.nan)
    # the same definition by two roads must agree before it is written
    if safe:
        np.testing.assert_allclose(np.nan_to_num(up), np.nan_to_num(mid + 2 * sd), rtol=1e-6)
    return {**out, **defined}


def cell(x):
    return "" if x is None or not math.isfinite(x) else repr(float(f"{x:.13g}")).removesuffix(".0")


def render(name, rows):
    o, h, l, c, v = (np.array(x, dtype=float) for x in zip(*rows))
    cols = columns(o, h, l, c, v)
    lines = [f"# synthetic series '{name}'; ta-lib {t.__version__}, core {t.__ta_version__.decode().split()[0]}; tolerance 1e-9 relative"]
    lines.append(",".join(["open_time", "open", "high", "low", "close", "volume", *cols]))
    for i, row in enumerate(rows):
        wanted = i < 45 or i % 7 == 0 or i in (49, 50, 199, 200) or i == len(rows) - 1
        values = [cell(x[i]) for x in cols.values()] if wanted else []
        lines.append(",".join([str(START + i * STEP), *map(cell, row), *values]))
    return "\n".join(lines) + "\n"


def main():
    HERE.mkdir(exist_ok=True)
    stale = []
    for name, rows in series():
        path, text = HERE / f"{name}.csv", render(name, rows)
        if "--check" in sys.argv:
            if not path.exists() or path.read_text() != text:
                stale.append(path.name)
        else:
            path.write_text(text)
    if stale:
        sys.exit("differs from what would be written: " + ", ".join(stale))


main()
