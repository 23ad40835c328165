#!/usr/bin/env python3
"""Knows the future, on purpose: each candle is kept back until the next one tells whether price went on. `ss-check causal` says so."""
import json, sys
kept, others = None, []


def release():
    if kept:
        print(json.dumps(kept), flush=True)
    for other in others:
        print(other, end="", flush=True)


for line in sys.stdin:
    record = json.loads(line)
    if record["type"] != "candle":
        others.append(line)
        continue
    if kept:
        kept["continues"] = (record["close"] > kept["close"]) == (kept["close"] > kept["open"])
    release()
    kept, others = record, []
release()
