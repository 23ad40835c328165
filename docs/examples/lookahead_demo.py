#!/usr/bin/env python3
"""Knows the future, on purpose: each candle is kept back until the next one tells whether price went on. `ss-check causal` says so."""
import json, sys
kept = None
for line in sys.stdin:
    candle = json.loads(line)
    if kept:
        kept["continues"] = (candle["close"] > kept["close"]) == (kept["close"] > kept["open"])
        print(json.dumps(kept), flush=True)
    kept = candle
print(json.dumps(kept))
