# shellcheck shell=bash
# What the pipelines share. Sourced, not run; the caller has `set -euo pipefail`.

program=${0##*/}

# fail CODE TEXT…: one line on stderr, in the executables' own form.
fail() {
  local code=$1
  shift
  echo "$program: $*" >&2
  exit "$code"
}

# The folder of the executables: SS_BIN, else the release build beside the pipelines, else wherever PATH has them.
find_executables() {
  local beside
  beside=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/../.build/release
  if [[ -n ${SS_BIN:-} ]]; then
    SS_BIN=$(cd -- "$SS_BIN" 2>/dev/null && pwd) || fail 69 "SS_BIN names no folder"
    PATH=$SS_BIN:$PATH
  elif [[ -x $beside/ss-fetch ]]; then
    PATH=$(cd "$beside" && pwd):$PATH
  fi
  command -v ss-fetch >/dev/null || fail 69 "no ss-fetch in SS_BIN, beside the pipelines or on PATH; \`make build\` makes it"
  # Variables that no program reads are told of once, here; the stages then say nothing of them.
  if [[ -z ${SS_TOLD:-} ]]; then
    local unknown
    unknown=$(ss-check --explain=unknown-variables)
    [[ -z $unknown ]] || echo "$program: $unknown" >&2
    export SS_TOLD=1
  fi
}

# stage NAME ARGUMENT…: runs ss-NAME as a part of a pipeline; with $keep set, a copy of its output goes to $keep/NAME.ndjson.
# Diagnostics go to descriptor 3, so that the shell's own remarks about killed members can be told from them and dropped.
stage() {
  local name=$1
  shift
  if [[ -z ${keep:-} ]]; then
    exec "ss-$name" "$@" 2>&3 3>&-
  fi
  "ss-$name" "$@" 2>&3 3>&- | tee -- "$keep/$name.ndjson" 2>&3 3>&-
}

# keep_arguments NAME ARGUMENT…: what the audit gives ss-NAME again, or for the name profile every stage; NUL-separated, as file names may hold anything.
keep_arguments() {
  printf '%s\0' "${@:2}" >"$keep/$1.args"
}

# verdict NAME… -- STATUS…: ends the script for a pipeline of these members that ended with these statuses. When one dies, those above it
# die of SIGPIPE (141) and those below it miss the end of the stream (65): the first that is neither 0 nor 141 is the one to name.
verdict() {
  local names=() position=0 status
  while [[ $1 != -- ]]; do
    names+=("$1")
    shift
  done
  shift
  for status in "$@"; do
    if ((status != 0 && status != 141)); then
      if ((status > 128)); then
        echo "$program: ${names[position]} was ended by signal $((status - 128))" >&2
      fi
      exit "$status"
    fi
    position=$((position + 1))
  done
  # Only broken pipes, if anything: the reader of our output went away.
  for status in "$@"; do
    ((status == 0)) || exit "$status"
  done
  exit 0
}
