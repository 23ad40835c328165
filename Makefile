# SniperSight: `make scan` and `make test` are all a new machine needs.
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := build

BIN := .build/release
PREFIX ?= /usr/local
EXECUTABLES := $(notdir $(wildcard Sources/ss-*))
SHELL_SCRIPTS = $(shell grep -lE '^(\#!.*bash|\# shellcheck shell)' pipelines/* .ci/*)
# Executables that need no library of the machine they run on, and start in a millisecond: what is never called, said of types for debuggers, or
# needed to unwind frames (nothing throws through them) is left out, and functions of equal code are linked once. No stage has a second thread.
# Exclusive access to memory is checked in debug builds, which the unit tests run.
RELEASE := -c release -Xswiftc -static-executable -Xswiftc -enforce-exclusivity=unchecked -Xswiftc -Xfrontend -Xswiftc -function-sections \
  -Xswiftc -Xfrontend -Xswiftc -disable-reflection-metadata -Xswiftc -Xfrontend -Xswiftc -assume-single-threaded -Xswiftc -use-ld=lld -Xlinker -O2 -Xlinker --icf=all -Xlinker --no-eh-frame-hdr \
  -Xlinker -T -Xlinker $(CURDIR)/Sources/unneeded.ld
# A crash is a failed test, not half a minute of symbol look-up.
export SWIFT_BACKTRACE ?= enable=no

.PHONY: scan test soak soak-account soak-venues soak-fetch soak-messages soak-watch build install bench bench-venues lint docs oracle clean check-real calibrate fuzz sanitize setup

setup:
	@.ci/setup needed

build: setup
	swift build $(RELEASE)

# The last nine days of the synthetic market: at a single close, most often nothing is accepted.
scan: build
	pipelines/scan --exchange synthetic --seed 5 --to 2024-06-26T16:00:00Z --output text

# Minutes: how often the verdict errs, over a hundred seeds.
soak: setup
	SS_SOAK=100 swift test --filter SoakTests

# Minutes: plans and the paper account over 100,000 cases each, and the account killed 200 times.
soak-account: build
	SS_BIN=$(BIN) SS_CASES=100000 SS_SOAK=1 swift test --filter 'PlannerTests|AccountPropertyTests|AccountKillTests'

# A day of closes through pipelines/watch, with stages killed at random.
soak-watch: setup
	SS_SOAK=1 swift test --filter WatchTests

# Cases and pipelines run over the executables that people get: the optimizer has its own mistakes.
test: build
	SS_BIN=$(BIN) swift test

lint:
	swift format lint --strict -r Package.swift Sources Tests
	@if command -v shellcheck >/dev/null; then echo shellcheck $(SHELL_SCRIPTS); shellcheck -x $(SHELL_SCRIPTS); \
	else echo "lint: shellcheck skipped: not installed (.ci/setup optional)"; fi

# Executables and pipelines side by side, so that `snipersight scan` finds its stages wherever PREFIX is.
install: build
	install -d "$(DESTDIR)$(PREFIX)/bin" "$(DESTDIR)$(PREFIX)/lib/snipersight/pipelines"
	install -m 755 -s $(addprefix $(BIN)/,$(EXECUTABLES)) "$(DESTDIR)$(PREFIX)/bin"
	install -m 755 $(addprefix pipelines/,scan watch backtest audit batch compare-profiles factor-edge sweep snipersight) "$(DESTDIR)$(PREFIX)/lib/snipersight/pipelines"
	install -m 644 $(addprefix pipelines/,lib.sh batch.mk audit.md audit.jq replay.jq fold.jq markdown.jq trial.jq deflate.jq) "$(DESTDIR)$(PREFIX)/lib/snipersight/pipelines"
	ln -sf ../lib/snipersight/pipelines/snipersight "$(DESTDIR)$(PREFIX)/bin/snipersight"

bench: build
	pipelines/bench

# ss-fetch against venues of this machine: cold, warm, decoding, reading from the store.
bench-venues: build
	pipelines/bench-venues

# Long runs against a venue of this machine that misbehaves; nothing leaves the machine.
soak-venues: build
	pipelines/soak

# A hundred batches of 200 messages, each killed again and again, and a journal killed 200 times while it is written anew.
soak-messages: setup
	SS_SOAK=1 swift test --no-parallel --filter 'OutboxTests|CompactionTests'

# Minutes: killed 200 times in the middle of a sync; 2,000 closes followed through outages.
soak-fetch: build
	SS_SOAK=1 SS_BIN=$(BIN) swift test --filter 'VenueProcessTests|FollowTests'

# Schemas and tables that the executables themselves print.
docs: build
	pipelines/docs

# Values of the indicators from TA-Lib and predictions of models from LightGBM, made again and compared with those committed; then 10,000 rows more.
oracle:
	@[ -x .build/oracle/bin/python3 ] || { python3 -m venv .build/oracle && .build/oracle/bin/pip install -q ta-lib==0.8.2 lightgbm==4.7.0 numpy; }
	.build/oracle/bin/python3 Fixtures/oracle/indicators.py --check
	.build/oracle/bin/python3 Fixtures/oracle/models.py --check
	.build/oracle/bin/python3 Fixtures/oracle/models.py --rows 10000 --to .build/oracle/models
	SS_ORACLE="$(CURDIR)/.build/oracle/models" swift test --filter 'IndicatorsTests|ModelOracleTests'

check-real: build
	pipelines/check-real

# libFuzzer with AddressSanitizer over the reader, over candle sequences, and over what servers, journals, states and ledgers hold: FUZZ_SECONDS each, at low priority. What it finds stays in .build-fuzz.
FUZZ_SECONDS ?= 300
fuzz:
	nice -n 19 swift build -c release --package-path Tests/Fuzz --scratch-path .build-fuzz -Xswiftc -use-ld=lld
	python3 Tests/Fuzz/seeds.py .build-fuzz/corpus/FuzzAnswers
	@for target in FuzzLines FuzzCandles FuzzAnswers; do \
	  echo "fuzz: $$target for $(FUZZ_SECONDS) s"; mkdir -p .build-fuzz/corpus/$$target; \
	  nice -n 19 .build-fuzz/release/$$target -max_total_time=$(FUZZ_SECONDS) -max_len=4096 -len_control=0 -timeout=10 -print_final_stats=1 -verbosity=1 \
	    -artifact_prefix=.build-fuzz/$$target- .build-fuzz/corpus/$$target 2>.build-fuzz/$$target.log || { tail -n 40 .build-fuzz/$$target.log; exit 1; }; \
	  grep ^stat:: .build-fuzz/$$target.log; \
	done

# The golden cases and hostile numbers over debug executables with AddressSanitizer and, for C, UndefinedBehaviorSanitizer, which ends a process by a signal;
# then what `make fuzz` has gathered, over its targets. A report of a sanitizer fails.
sanitize: setup
	swift build --sanitize=address --scratch-path .build-asan -Xcc -fsanitize=undefined -Xcc -fsanitize-trap=undefined -Xswiftc -use-ld=lld
	python3 Tests/Support/sanitize.py .build-asan/debug
	ASAN_OPTIONS=detect_leaks=0 python3 Tests/Support/hostile_numbers.py .build-asan/debug --runs 200
	@for target in FuzzLines FuzzCandles FuzzAnswers; do \
	  [ -d .build-fuzz/corpus/$$target ] || { echo "sanitize: $$target skipped: no corpus (make fuzz)"; continue; }; \
	  echo "sanitize: $$target over its corpus"; \
	  .build-fuzz/release/$$target -runs=0 -timeout=60 .build-fuzz/corpus/$$target 2>.build-fuzz/$$target.log || { tail -n 40 .build-fuzz/$$target.log; exit 1; }; \
	done

# Minimum scores and the behaviour of factors, from real candles: SS_REAL=DIR.
calibrate: build
	pipelines/calibrate

clean:
	rm -rf .build
