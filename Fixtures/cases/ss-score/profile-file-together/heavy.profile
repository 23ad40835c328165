extends=trend
score.weight.volume=0.9
