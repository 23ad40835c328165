# Many symbols, each through its own chain of files, rebuilt only where the input changed:
#
#   make -f pipelines/batch.mk -j4 IN=candles OUT=scans PROFILE=trend
#
# IN holds candle files (BTC_USDT-15m.csv.gz, .csv or .ndjson); OUT gets, for each,
#   NAME.candles.ndjson → NAME.indicators.ndjson → NAME.smc.ndjson → NAME.setups.ndjson → NAME.plans.ndjson
# Without IN, NAMES="BTC_USDT ETH_USDT" takes symbols of the synthetic market.
# A symbol is alone in its chain, so gates that look at BTC say `skipped`; `pipelines/scan` folds all symbols into one stream.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:
.SECONDARY:
.SUFFIXES:
.DEFAULT_GOAL := plans

OUT ?= .
PROFILE ?= balanced
NAMES ?= $(sort $(foreach form,.csv.gz .csv .ndjson.gz .ndjson,$(patsubst $(IN)/%$(form),%,$(wildcard $(IN)/*$(form)))))

beside := $(dir $(realpath $(lastword $(MAKEFILE_LIST))))../.build/release
export PATH := $(or $(SS_BIN),$(beside)):$(PATH)

.PHONY: plans clean
plans: $(NAMES:%=$(OUT)/%.plans.ndjson)
	@[[ -n "$(NAMES)" ]] || { echo "batch: no candle files in '$(IN)' and no NAMES" >&2; exit 66; }

# The target appears whole or not at all.
whole = @echo '$(1)'; mkdir -p $(@D); trap 'rm -f $@.part' EXIT; $(1) > $@.part; mv -- $@.part $@
from_file = $(call whole,ss-fetch --profile $(PROFILE) --files $<)

ifneq ($(IN),)
$(OUT)/%.candles.ndjson: $(IN)/%.csv.gz
	$(from_file)
$(OUT)/%.candles.ndjson: $(IN)/%.csv
	$(from_file)
$(OUT)/%.candles.ndjson: $(IN)/%.ndjson.gz
	$(from_file)
$(OUT)/%.candles.ndjson: $(IN)/%.ndjson
	$(from_file)
else
$(OUT)/%.candles.ndjson:
	$(call whole,ss-fetch --profile $(PROFILE) --exchange synthetic --symbols $*)
endif

$(OUT)/%.indicators.ndjson: $(OUT)/%.candles.ndjson
	$(call whole,ss-indicators < $<)

$(OUT)/%.smc.ndjson: $(OUT)/%.indicators.ndjson
	$(call whole,ss-smc < $<)

$(OUT)/%.setups.ndjson: $(OUT)/%.smc.ndjson
	$(call whole,ss-score < $<)

$(OUT)/%.plans.ndjson: $(OUT)/%.setups.ndjson
	$(call whole,ss-plan < $<)

clean:
	rm -f $(foreach step,candles indicators smc setups plans,$(NAMES:%=$(OUT)/%.$(step).ndjson) $(NAMES:%=$(OUT)/%.$(step).ndjson.part))
