#!/usr/bin/awk -f
# A gate for ss-score: no setups on Saturday and Sunday (UTC). Debian's awk is mawk, which reads and writes in blocks unless it is told otherwise:
#   ss-score --plugin 'mawk -W interactive -f docs/examples/weekend_gate.awk'
BEGIN { print "{\"type\":\"plugin\",\"name\":\"weekend\",\"kind\":\"gate\"}"; fflush() }
{
  day = number("day_of_week")  # 0 is Monday
  printf "{\"candidate\":%d,\"passed\":%s,\"value\":%d,\"threshold\":5}\n", number("candidate"), day < 5 ? "true" : "false", day
  fflush()
}
function number(key) {
  if (!match($0, "\"" key "\":[0-9.]+")) exit 1
  return substr($0, RSTART + length(key) + 3, RLENGTH - length(key) - 3) + 0
}
