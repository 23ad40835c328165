# Many symbols, each through its own chain of files, rebuilt only where an input, the profile, a setting or an executable changed; then one account
# over all plans, and a summary of plans and refusals:
#
#   make -f pipelines/batch.mk -j4 IN=candles OUT=scans PROFILE=trend SET='score.minimum_score=70 plan.valid_bars=4'
#
# IN holds candle files (BTC_USDT-15m.csv.gz, .csv or .ndjson). Files whose names are alike up to the first dash are one chain; OUT gets, for each,
#   NAME.candles.ndjson → NAME.indicators.ndjson → NAME.smc.ndjson → NAME.setups.ndjson → NAME.plans.ndjson
# and of all together, in the order of time, plans.ndjson → risk.ndjson. A name that is more than letters, digits, _ and . has x- and a hash instead.
# Without IN, NAMES="BTC_USDT ETH_USDT" takes symbols of the synthetic market. `make -f pipelines/batch.mk clean OUT=scans` takes it all away.
# A symbol is alone in its chain, so gates that look at BTC say `skipped`; `pipelines/scan` folds all symbols into one stream.
# A chain that fails is told, the others go on, and make ends with 2.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.SUFFIXES:
.SECONDARY:
.DEFAULT_GOAL := batch

# What people give may hold anything, also dollars: it goes to pipelines/batch in the environment as it stands, expanded by nobody.
MAKEOVERRIDES :=
unexport IN OUT NAMES PROFILE SET
ifndef BATCH_SCRIPT
export BATCH_MAKEFILE := $(value MAKEFILE_LIST)
export BATCH_IN := $(value IN)
export BATCH_OUT := $(value OUT)
export BATCH_NAMES := $(value NAMES)
export BATCH_PROFILE := $(value PROFILE)
export BATCH_SET := $(value SET)

.PHONY: batch clean
batch clean:
	+@exec "$$(dirname -- "$$(readlink -f -- "$${BATCH_MAKEFILE# }")")/batch" $@
else
# In OUT, called by pipelines/batch. Keys are safe words; what they stand for is in .batch/KEY.list.
keys := $(file <.batch/keys)
step = @"$$BATCH_SCRIPT" step $(1) $*

.PHONY: chains
chains: $(keys:%=%.plans.ndjson)
	@:
$(keys:%=%.candles.ndjson): %.candles.ndjson: .batch/%.list .batch/fetch.stamp
	$(call step,fetch)
$(keys:%=%.indicators.ndjson): %.indicators.ndjson: %.candles.ndjson .batch/indicators.stamp
	$(call step,indicators)
$(keys:%=%.smc.ndjson): %.smc.ndjson: %.indicators.ndjson .batch/smc.stamp
	$(call step,smc)
$(keys:%=%.setups.ndjson): %.setups.ndjson: %.smc.ndjson .batch/score.stamp
	$(call step,score)
$(keys:%=%.plans.ndjson): %.plans.ndjson: %.setups.ndjson .batch/plan.stamp
	$(call step,plan)
endif
