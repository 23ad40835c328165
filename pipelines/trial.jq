# One line of a trials file, of a report record: what was tried, and how it did.
{ run_id, profile, profile_hash, daily_sharpe: .deflated_sharpe.sharpe, trades: .metrics.trades.value, mean_r: .metrics.mean_r.value, verdict: .verdict.ruling }
| with_entries(select(.value != null))
