# Foreign text in Markdown.

# Without what moves the cursor, turns the direction of writing, or ends a line.
def plain: gsub("[\\p{Cc}\\p{Cf}\\x{2028}\\x{2029}]"; "\u00b7");
# As text of CommonMark, in one line and in a cell of a table.
def cell: tostring | plain | gsub("(?<c>[\\\\`*_\\[\\]<>|&~#])"; "\\\(.c)") | gsub("://"; "\\://");
# As a block of code, which nothing in it can end.
def code: rtrimstr("\n") | split("\n") | map("    " + plain) | join("\n");
