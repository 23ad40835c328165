# Arguments and variables that somebody recorded of a stage, judged by what the stage says of its options.
# In: what --help=json prints; the arguments, an array; the variables, an array of NAME=VALUE. $run: whether programs that they name may be started.
# Out: { arguments: [{ long, value, word, file }], refused: ["…"] }. A word, --LONG=VALUE, can be read in one way only; `file` is one of the kept run.

# The value of each option given, in order.
def given($options; $words):
  def named($word; $equals):
    ($word[2:] | split("=")) as $parts
    | ($options | map(select(.long == $parts[0])) | first) as $option
    | if $option == null then { refused: "\($word): there is no such option" }
      elif $equals then ($parts[1:] | join("=")) as $value
        | if $option.value or $option.choices or $option.optional_value then { option: $option, value: $value }
          else { refused: "\($word): the option takes no value" } end
      else { option: $option, takes: (($option.value or $option.choices) and true) } end;
  reduce $words[] as $word ({ list: [], open: null };
    if .open then .list += [{ option: .open, value: $word }] | .open = null
    elif ($word | startswith("--")) and $word != "--" then
      named($word; $word | contains("=")) as $named
      | if $named.takes then .open = $named.option else .list += [$named | del(.takes)] end
    else .list += [{ refused: "\($word): this is no option in its long form" }] end)
  | if .open then .list + [{ refused: "--\(.open.long): the value is missing" }] else .list end;

# A file of the kept run itself.
def kept: type == "string" and test("\\Ainputs/[a-z-]+/[^/\n]+\\z") and (endswith("/.") or endswith("/..") | not);

def judged:
  if .refused then .
  else . as $given
    | "--\(.option.long)\(if .value == null then "" else "=" + .value end)" as $word
    | if .option.effect == "none" or any(.option.harmless[]?; . == $given.value) then { long: .option.long, value, word: $word }
      elif .option.effect == "reads" and (.value | kept) then { long: .option.long, value, word: $word, file: .value }
      elif .option.effect == "runs" and $run then { long: .option.long, value, word: $word }
      else { refused: "\($word): \({ reads: "reads a file outside the kept run", writes: "writes a file", runs: "runs a command; --run-commands allows it",
          sends: "talks to a server", reveals: "passes a secret on" }[.option.effect // ""] // "its effect is not known")" } end
  end;

input.options as $options | input as $words | input as $variables
| given($options; $words) as $given
| [$variables[]
    | (index("=") // length) as $equals | .[:$equals] as $name | .[$equals + 1:] as $value
    | ($options | map(select(.environment == $name or .shared_environment == $name)) | first) as $option
    | if $option == null then { refused: "\(.): the stage reads no such variable" }
      # The option goes before the variable with the name of the stage, and that before the one without.
      elif any($given[]; .option.long == $option.long) then empty
      elif $name != $option.environment and any($variables[]; startswith("\($option.environment)=")) then empty
      elif $option.repeatable then $value | split("\n")[] | select(. != "") | { option: $option, value: . }
      else { option: $option, value: $value } end] as $more
| [($given + $more)[] | judged] as $all
| { arguments: [$all[] | select(.word)], refused: [$all[].refused // empty] }
