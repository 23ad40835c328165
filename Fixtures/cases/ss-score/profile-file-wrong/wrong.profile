extends=trend

score.minimum_scores=80
