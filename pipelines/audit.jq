# The report of an audit: the template's ${names} are replaced by what was found. What the run tells is quoted, so that it shows as it is.

include "markdown";

# Lines of cells that are parted by tabs.
def table: rtrimstr("\n") | split("\n") | map("| " + (split("\t") | map(cell) | join(" | ")) + " |") | join("\n");

(try ($run | fromjson) catch {} | if type == "object" then . else {} end) as $run
| {
    run: "run \($run.run_id // "without id"), profile \($run.profile // "?"), \($run.exchange // "?"), from \($run.from // "?")" | cell,
    summary: (if $found > 0 then "**\($found) checks failed or were not run.**" else "Nothing was found." end),
    versions: ($versions | table), replays: ($replays | table), records: ($records | table),
    unused: (if $unused != "" then "\n## Not used again\n\nThe run was given this, and an audit does not do it for a folder.\n\n| stage | argument or variable |\n|---|---|\n" + ($unused | table) + "\n" else "" end),
    details: (if $details != "" then "\n## Details\n\n" + ($details | code) else "" end)
  } as $found
| $template | gsub("\\$\\{(?<n>[a-z]+)\\}"; $found[.n] // "") | rtrimstr("\n")
