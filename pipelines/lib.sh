# shellcheck shell=bash
# What the pipelines share. Sourced, not run; the caller has `set -euo pipefail`.

program=${0##*/}

# shown TEXT…: as one line for a terminal. Names come from elsewhere: control and direction characters, as bytes of UTF-8, become question marks.
shown() {
  local LC_ALL=C text=$*
  text=${text//[$'\001'-$'\037\177']/?}
  text=${text//$'\302'[$'\200'-$'\237']/?}
  text=${text//$'\330\234'/?}
  text=${text//$'\342\200'[$'\213'-$'\217'$'\250'-$'\256']/?}
  text=${text//$'\342\201'[$'\240'-$'\257']/?}
  text=${text//$'\357\273\277'/?}
  printf '%s\n' "$text"
}

# fail CODE TEXT…: one line on stderr, in the executables' own form.
fail() {
  local code=$1
  shift
  shown "$program: $*" >&2
  exit "$code"
}

# count OPTION VALUE: refuses what is no whole number from 1 on. Arithmetic of the shell would run commands in other words.
count() {
  [[ $2 =~ ^[1-9][0-9]{0,5}$ ]] || fail 64 "$1 takes a whole number from 1 to 999999, not '$2'"
}

# open_trials FILE: makes it where it is not there, and refuses one that holds something else.
open_trials() {
  [[ ! -e $1 || -f $1 ]] || fail 73 "$1 is no regular file"
  touch -- "$1" || fail 73 "cannot write $1"
  jq -n 'reduce (inputs | .daily_sharpe | type) as $type (0; if $type == "number" or $type == "null" then . else error("no number") end)' "$1" >/dev/null 2>&1 ||
    fail 65 "$1 is no file of trials: one JSON object a line, with run_id, profile_hash and daily_sharpe"
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
  # tee ends with 1 where the copy could not be written; a signal that ends it stays what it was.
  "ss-$name" "$@" 2>&3 3>&- | { tee -- "$keep/$name.ndjson" 2>&3 3>&- || exit $(($? == 1 ? 74 : $?)); }
}

# A kept run holds what an audit needs to run each stage again: NAME.args, the arguments of ss-NAME (of profile.args: of every stage), and NAME.vars, the
# variables that its options read, as NAME=VALUE; each word ends with a NUL. Files that these name are copied to inputs/OPTION/FILE, and named so.

# keep_run FOLDER: makes the folder of a kept run.
keep_run() {
  command -v jq >/dev/null || fail 69 "--keep needs jq"
  mkdir -p -- "$1" || fail 73 "cannot make $1"
}

# keep_arguments NAME ARGUMENT…
keep_arguments() {
  if (($# == 1)); then : >"$keep/$1.args"; else printf '%s\0' "${@:2}" >"$keep/$1.args"; fi
}

# keep_profile OPTION VALUE…: the arguments of every stage.
keep_profile() {
  local words=("$@") i kept
  for ((i = 0; i + 1 < ${#words[@]}; i += 2)); do
    if [[ ${words[i]} == --profile ]] && kept=$(kept_value score profile reads "${words[i + 1]}"); then words[i + 1]=$kept; fi
  done
  keep_arguments profile "${words[@]}"
}

# stage_variables NAME: a line for each variable that its options read: variable, option, effect. None where a stage of the user's own does not answer.
stage_variables() {
  "ss-$1" --help=json </dev/null 2>/dev/null |
    jq -r '.options[]? | [(.environment, .shared_environment | values), .long, .effect] | . as $all | .[:-2][] | [., $all[-2], $all[-1]] | @tsv' 2>/dev/null || true
}

# keep_variables NAME…: the variables that the options of these stages read. The address of a server may hold a secret, and an audit asks none.
keep_variables() {
  local name variable option effect kept
  for name in "$@"; do
    stage_variables "$name" |
      while IFS=$'\t' read -r variable option effect; do
        if [[ -n ${!variable:-} && $effect != sends ]] && kept=$(kept_value "$name" "$option" "$effect" "${!variable}"); then
          printf '%s=%s\0' "$variable" "$kept"
        fi
      done >"$keep/$name.vars"
  done
}

# kept_value NAME OPTION EFFECT VALUE: prints what to write down for VALUE; fails where it names a file that is not there.
kept_value() {
  local to=inputs/$2 title
  if [[ $3 != reads || $1 == fetch ]] || "ss-$1" --help=json | jq -e --arg option "$2" --arg value "$4" \
    'any(.options[] | select(.long == $option) | .harmless[]?; . == $value)' >/dev/null; then
    printf '%s' "$4"
  elif [[ $2 == profile ]]; then
    # The stage knows where the file is; it prints what makes the same profile again.
    title=$("ss-$1" --profile "$4" --print-config=json 2>/dev/null | jq -r .profile) || return
    mkdir -p -- "$keep/$to"
    "ss-$1" --profile "$4" --print-config >"$keep/$to/$title.profile"
    printf '%s' "$to/$title.profile"
  else
    [[ -f $4 ]] || return
    mkdir -p -- "$keep/$to"
    cp -- "$4" "$keep/$to/${4##*/}"
    printf '%s' "$to/${4##*/}"
  fi
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
