# stricter than trend
extends=trend

score.minimum_score=80   # of 100
risk.risk_per_trade=0.0025
