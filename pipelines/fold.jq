# The run records of several streams of the same profile, as that of all together, with the run_id $id.
def minutes: capture("(?<n>[0-9]+)(?<unit>[mhdwM])") | (.n | tonumber) * { m: 1, h: 60, d: 1440, w: 10080, M: 43200 }[.unit];
def joined: reduce .[] as $item ([]; if index([$item]) then . else . + [$item] end);
. as $runs | .[0]
| .run_id = $id
# As ss-fetch names several exchanges: a name holds no comma, and has at most 64 letters.
| .exchange = ([$runs[].exchange | split("/")[]] | unique | join("/") | if length > 64 then "several" else . end)
| .symbols = ([$runs[].symbols[]] | joined)
| .timeframes = ([$runs[].timeframes[]] | joined | sort_by(-minutes))
| .from = ([$runs[].from] | min)
