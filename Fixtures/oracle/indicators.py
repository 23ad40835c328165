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


def slope(y):
    n = len(y)
    x = np.arange(n) - (n - 1) / 2
    return float(math.fsum(x * (y - y[-1])) / (n * (n * n - 1) / 12))


def columns(o, h, l, c, v):
    n = len(c)
    out, defined = {}, {}
    nan = np.full(n, np.nan)

    def ta(f, *a):
        # TA-Lib refuses some functions on a single candle
        return f(*a) if n > 1 else (nan,) * 4

    def same(name, ours, theirs, where=None):
        """Two roads to one definition: they must agree, but for TA-Lib's rounding, before anything is written."""
        both = ~np.isnan(ours) & ~np.isnan(theirs) if where is None else ~np.isnan(ours) & where
        np.testing.assert_allclose(ours[both], theirs[both], rtol=1e-6, atol=1e-9 * np.max(np.abs(theirs[both]), initial=0), err_msg=name)
        defined[name] = ours

    def mean(x, p):
        return windows(n, p, lambda i: math.fsum(x[i - p + 1 : i + 1]) / p)

    def high(p):
        return windows(n, p, lambda i: max(h[i - p + 1 : i + 1]))

    def low(p):
        return windows(n, p, lambda i: min(l[i - p + 1 : i + 1]))

    change = np.diff(c, prepend=c[0])
    typical = (h + l + c) / 3
    moved = np.maximum.accumulate(np.abs(change)) > 0
    rsi = np.where(moved, t.RSI(c, 14) if n > 1 else nan, np.nan)
    out["rsi"] = rsi
    span = windows(n, 14, lambda i: max(rsi[i - 13 : i + 1]) - min(rsi[i - 13 : i + 1]), 14)
    floor = windows(n, 14, lambda i: min(rsi[i - 13 : i + 1]), 14)
    raw = np.where(span > 1e-9, 100 * (rsi - floor) / np.where(span > 1e-9, span, 1), np.nan)
    k = mean(raw, 3)
    clear = windows(n, 5, lambda i: min(span[i - 4 : i + 1])) > 1e-6
    same("stoch_rsi_k", k, ta(t.STOCHRSI, c, 14, 14, 3)[1], clear)
    defined["stoch_rsi_d"] = mean(k, 3)
    flow = typical * v
    up = np.where(np.diff(typical, prepend=typical[0]) > 0, flow, 0)
    down = np.where(np.diff(typical, prepend=typical[0]) < 0, flow, 0)
    p14 = windows(n, 14, lambda i: math.fsum(up[i - 13 : i + 1]), 1)
    n14 = windows(n, 14, lambda i: math.fsum(down[i - 13 : i + 1]), 1)
    same("mfi", ratio(100 * p14, p14 + n14), t.MFI(h, l, c, v, 14), p14 + n14 > 1)
    out["macd_signal"], out["macd_histogram"] = ta(t.MACD, c, 12, 26, 9)[1:3]
    # the line begins with the slow average; a signal of one candle shows it
    same("macd", ta(t.MACDEXT, c, 12, 1, 26, 1, 1, 1)[0], ta(t.MACD, c, 12, 26, 9)[0], ~np.isnan(ta(t.MACD, c, 12, 26, 9)[0]))
    tr = np.maximum(h - l, np.maximum(np.abs(h - np.roll(c, 1)), np.abs(l - np.roll(c, 1))))
    tr[0] = 0
    ranged = np.maximum.accumulate(tr) > 0
    out["adx"] = t.ADX(h, l, c, 14)
    out["plus_di"] = np.where(ranged, t.PLUS_DI(h, l, c, 14), np.nan)
    out["minus_di"] = np.where(ranged, t.MINUS_DI(h, l, c, 14), np.nan)
    for p in (20, 50, 200):
        out[f"ema_{p}"] = t.EMA(c, p) if n > 1 else nan
    defined["sma_30"] = mean(c, 30)
    upper, middle, lower = ta(t.BBANDS, c, 20, 2, 2)[:3]
    sd = windows(n, 20, lambda i: float(np.std(c[i - 19 : i + 1] - c[i])))
    mid = mean(c, 20)
    # TA-Lib's variance cancels on a small spread over a high price
    same("bb_upper", mid + 2 * sd, upper)
    same("bb_middle", mid, middle)
    same("bb_lower", mid - 2 * sd, lower)
    defined["bb_width"] = ratio(4 * sd, mid)
    defined["bb_percent"] = ratio(c - (mid - 2 * sd), 4 * sd)
    offset = windows(n, 20, lambda i: math.fsum(c[i] - c[i - 19 : i + 1]) / 20)
    defined["zscore"] = ratio(offset, sd)
    ema, atr10, atr20 = out["ema_20"], t.ATR(h, l, c, 10), t.ATR(h, l, c, 20)
    defined["keltner_upper"], defined["keltner_lower"] = ema + 2 * atr10, ema - 2 * atr10
    on = np.where(np.isnan(atr20), np.nan, (mid + 2 * sd < ema + 1.5 * atr20) & (mid - 2 * sd > ema - 1.5 * atr20))
    defined["squeeze"] = on
    before = np.concatenate([[np.nan], on[:-1]])
    defined["squeeze_fired"] = np.where(np.isnan(before), np.nan, (before == 1) & (on == 0))
    out["atr"] = t.ATR(h, l, c, 14)
    out["atr_percent"] = t.NATR(h, l, c, 14)
    returns = np.log(c / np.roll(c, 1))
    defined["realized_volatility"] = windows(n, 20, lambda i: float(np.std(returns[i - 19 : i + 1], ddof=1)), 1)
    out["obv"] = t.OBV(c, v)
    volume10 = windows(n, 10, lambda i: math.fsum(v[i - 9 : i + 1]) / 10)
    defined["obv_slope"] = ratio(windows(n, 10, lambda i: slope(out["obv"][i - 9 : i + 1])), volume10)
    midnight = [i - i % (DAY // STEP) for i in range(n)]
    value = np.array([math.fsum(flow[m : i + 1]) for i, m in enumerate(midnight)])
    defined["vwap"] = ratio(value, np.array([math.fsum(v[m : i + 1]) for i, m in enumerate(midnight)]))
    average = mean(v, 20)
    same("volume_sma", average, t.SMA(v, 20) if n > 1 else nan, average > 0)
    defined["volume_ratio"] = ratio(v, average)
    defined["volume_spike"] = np.where(average > 0, v > 2 * average, np.nan)
    defined["volume_acceleration"] = ratio(windows(n, 10, lambda i: slope(v[i - 9 : i + 1])), volume10)
    hour = [i // 4 for i in range(n)]
    usual = np.array([np.mean(v[(j - 24) * 4 : (j - 23) * 4]) if j >= 24 else np.nan for j in hour])
    defined["hourly_volume_ratio_1"] = ratio(v, usual)
    h14, l14 = high(14), low(14)
    k = mean(ratio(100 * (c - l14), h14 - l14), 3)
    same("stoch_k", k, t.STOCH(h, l, c, 14, 3, 0, 3, 0)[0])
    defined["stoch_d"] = mean(k, 3)
    deviation = windows(n, 20, lambda i: math.fsum(abs(typical[i - 19 : i + 1] - np.mean(typical[i - 19 : i + 1]))) / 20)
    level = windows(n, 20, lambda i: math.fsum(typical[i] - typical[i - 19 : i + 1]) / 20)
    flat20 = windows(n, 20, lambda i: np.ptp(typical[i - 19 : i + 1]))
    same("cci", np.where(flat20 > 0, ratio(level, 0.015 * deviation), np.nan), t.CCI(h, l, c, 20), np.abs(level) > 1e-5 * c)
    out["williams_r"] = np.where(h14 > l14, t.WILLR(h, l, c, 14), np.nan)
    out["roc"] = t.ROC(c, 10) if n > 1 else nan
    weight = np.nan_to_num(ratio((c - l) - (h - c), h - l)) * v
    total = windows(n, 20, lambda i: math.fsum(v[i - 19 : i + 1]))
    same("cmf", ratio(windows(n, 20, lambda i: math.fsum(weight[i - 19 : i + 1])), total), t.CMF(h, l, c, v, 20), np.abs(mean(weight, 20)) > 1e-6 * average)
    out["donchian_upper"], out["donchian_middle"], out["donchian_lower"] = t.DONCHIAN(h, l, 20)
    out["supertrend"], side = t.SUPERTREND(h, l, c, 10, 3)
    defined["supertrend_direction"] = np.where(np.isnan(out["supertrend"]), np.nan, side > 0)
    out["ichimoku_conversion"], out["ichimoku_base"] = t.MIDPRICE(h, l, 9), t.MIDPRICE(h, l, 26)
    defined["ichimoku_span_a"] = (out["ichimoku_conversion"] + out["ichimoku_base"]) / 2
    out["ichimoku_span_b"] = t.MIDPRICE(h, l, 52)
    out["psar"] = t.SAR(h, l) if n > 1 else nan
    return {**out, **defined}


FIRST = {0, 1, 2, 8, 9, 10, 11, 13, 14, 15, 16, 18, 19, 20, 21, 22, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 49, 50, 51, 95, 96, 97, 198, 199, 200}


def cell(x):
    return "" if x is None or not math.isfinite(x) else repr(float(f"{x:.12g}")).removesuffix(".0")


def render(name, rows):
    o, h, l, c, v = (np.array(x, dtype=float) for x in zip(*rows))
    cols = columns(o, h, l, c, v)
    lines = [f"# synthetic series '{name}'; ta-lib {t.__version__}, core {t.__ta_version__.decode().split()[0]}; tolerance 1e-9 relative"]
    lines.append(",".join(["open_time", "open", "high", "low", "close", "volume", *cols]))
    for i, row in enumerate(rows):
        wanted = i in FIRST or i % 11 == 0 or i == len(rows) - 1
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
