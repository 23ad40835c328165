# The deflated Sharpe ratio (docs/backtesting.md) of several reports by all configurations that were tried.

# The normal distribution: Zelen and Severo, in Abramowitz and Stegun 26.2.17; off by less than 1e-7.
def cumulative:
  . as $x | (1 / (1 + 0.2316419 * ($x | fabs))) as $t
  | (((((1.330274429 * $t - 1.821255978) * $t + 1.781477937) * $t - 0.356563782) * $t + 0.319381530) * $t) as $p
  | (0.3989422804014327 * (-($x * $x) / 2 | exp) * $p) as $tail | if $x < 0 then $tail else 1 - $tail end;
def quantile:
  . as $p | reduce range(60) as $i ([-9, 9]; ((.[0] + .[1]) / 2) as $m | if ($m | cumulative) < $p then [$m, .[1]] else [.[0], $m] end) | .[0];

# Daily Sharpe ratios in: what the best of as many worthless configurations is expected to show.
def expected_best:
  map(values) as $s | ($s | length) as $n
  | if $n < 2 then 0 else
      (($s | add) / $n) as $m | ([$s[] | . - $m | . * .] | add / ($n - 1) | sqrt)
      * (0.42278433509846714 * (1 - 1 / $n | quantile) + 0.5772156649015329 * (1 - 1 / ($n * 2.718281828459045) | quantile))
    end;

# A report's `deflated_sharpe` in: the probability that its Sharpe ratio is above `best`.
def deflated($best):
  if . == null then null else
    ((.sharpe - $best) * (.days - 1 | sqrt) / (1 - .skewness * .sharpe + (.kurtosis - 1) * .sharpe * .sharpe / 4 | sqrt)) | cumulative
  end;
