#!/usr/bin/env python3
"""A factor for ss-score: the younger the zone, the better. Without a zone there is nothing to score.

    ss-score --plugin 'python3 docs/examples/young_zone.py'
"""
import json, math, sys
print(json.dumps(dict(type="plugin", name="young_zone", kind="factor", weight=0.05)), flush=True)
for line in sys.stdin:
    candidate = json.loads(line)
    answer = dict(candidate=candidate["candidate"])
    age = candidate["features"].get("anchor_age")
    if age is None:
        answer["no_data"] = True
    else:
        answer.update(score=math.exp(-age / 100), rationale=f"the zone is {age:.0f} candles old")
    print(json.dumps(answer), flush=True)
