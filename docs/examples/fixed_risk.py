#!/usr/bin/env python3
"""Stands in for ss-risk: every plan may lose 25 in the quote asset, whatever the account holds."""
import json, sys
for line in sys.stdin:
    setup = json.loads(line)
    if setup["type"] == "setup" and "plan" in setup and "rejected" not in setup:
        near, stop = setup["plan"]["entry_zone"]["near_entry"], setup["plan"]["stop_loss"]["level"]
        size = 25 / abs(near - stop)
        risk = dict(approved=True, account="file", position_size=size, notional=size * near, leverage=1, risk_amount=25,
                    risk_percentage=0.25, fees=0, exposure=dict(asset=size * near / 1e4, total=size * near / 1e4, open_risk=0.0025))
        line = line.rstrip()[:-1] + ',"risk":' + json.dumps(risk) + "}\n"
    print(line, end="")
