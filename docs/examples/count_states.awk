#!/usr/bin/awk -f
# A stage that only looks: passes every line on and counts, on standard error, the setups of each state.
{ print }
/^\{"type":"setup"/ && match($0, /"state":"[a-z]+"/) { count[substr($0, RSTART + 9, RLENGTH - 10)]++ }
END { for (state in count) print state, count[state] > "/dev/stderr" }
