#!/usr/bin/env python3
"""Trains small LightGBM models on synthetic rows and writes down what LightGBM predicts for them, for the tests of the reader of models.

    python3 -m venv venv && venv/bin/pip install lightgbm==4.7.0 && venv/bin/python Fixtures/oracle/models.py [--check | --rows N --to FOLDER]

Each model is a file as `save_model` writes it; rows.csv has the features (an empty cell is NaN) and, by model, the probability, with 17
digits. --check writes nothing and fails when a file would change. With --rows the same models are asked about N rows.
"""
import math
import pathlib
import sys

import lightgbm
import numpy as np

HERE = pathlib.Path(__file__).resolve().parent / "models"
NAMES = [f"x{i}" for i in range(8)]
BASE = dict(objective="binary", num_leaves=12, learning_rate=0.2, min_data_in_leaf=15, verbosity=-1, seed=5, deterministic=True,
            force_row_wise=True, num_threads=1)
MODELS = {
    "missing_nan": (12, {}),
    "missing_zero": (12, dict(zero_as_missing=True)),
    "missing_none": (12, dict(use_missing=False)),
    "sigmoid": (8, dict(sigmoid=0.7, max_depth=3)),
    "forest": (8, dict(boosting="rf", bagging_freq=1, bagging_fraction=0.6, feature_fraction=0.8)),
    "single_leaves": (3, dict(min_data_in_leaf=5000)),
    "cross_entropy": (8, dict(objective="cross_entropy")),
}


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


def rows(seed, n):
    """Numbers of several kinds, among them zeros, values that only just are none, absent ones and whole ones."""
    r, x = Random(seed), np.empty((n, len(NAMES)))
    for i in range(n):
        for j in range(len(NAMES)):
            u = r.next()
            v = (r.next() - 0.5) * 10 ** (j % 4)
            if j % 3 == 2:
                v = float(round(v))
            if u < 0.08 + 0.02 * j:
                v = math.nan
            elif u < 0.25:
                v = [0.0, -0.0, 1e-36, -1e-36, 1e-34, -1e-34][int(r.next() * 6)]
            x[i, j] = v
    return x


def truth(x, seed):
    r = Random(seed)
    z = np.nan_to_num(x[:, 0]) * 2 + np.where(np.isnan(x[:, 1]), 1.5, np.nan_to_num(x[:, 1]) * 0.3) - (np.nan_to_num(x[:, 2]) == 0)
    return np.array([r.next() < 1 / (1 + math.exp(-v)) for v in z], dtype=float)


def train():
    x = rows(1, 2000)
    y = truth(x, 2)
    for name, (trees, parameters) in MODELS.items():
        data = lightgbm.Dataset(x, y, feature_name=NAMES, free_raw_data=False)
        yield name, lightgbm.train({**BASE, **parameters}, data, num_boost_round=trees)


def files(count):
    models = dict(train())
    # Thresholds themselves, too: they decide by equality.
    x = rows(3, count)
    edges = [line for m in models.values() for line in m.model_to_string().splitlines() if line.startswith("threshold=")]
    edges = [float(t) for line in edges for t in line.split("=")[1].split()]
    for i in range(0, count, 3):
        x[i, i % len(NAMES)] = edges[i % len(edges)]
    # Parameters and importances are left alone by the reader.
    out = {f"{name}.txt": m.model_to_string().split("\nfeature_importances")[0] + "\n" for name, m in models.items()}
    lines = [f"# synthetic rows; lightgbm {lightgbm.__version__}; tolerance 1e-9 absolute", ",".join(NAMES + list(models))]
    predictions = [m.predict(x) for m in models.values()]
    for i in range(count):
        lines.append(",".join(["" if math.isnan(v) else repr(float(v)) for v in x[i]] + [f"{p[i]:.17g}" for p in predictions]))
    out["rows.csv"] = "\n".join(lines) + "\n"
    return out


def main(words):
    count = int(words[words.index("--rows") + 1]) if "--rows" in words else 300
    folder = pathlib.Path(words[words.index("--to") + 1]) if "--to" in words else HERE
    folder.mkdir(parents=True, exist_ok=True)
    stale = []
    for name, text in files(count).items():
        path = folder / name
        if "--check" in words:
            if not path.exists() or path.read_text() != text:
                stale.append(name)
        else:
            path.write_text(text)
    if stale:
        sys.exit("differs from what would be written: " + ", ".join(stale))


main(sys.argv[1:])
