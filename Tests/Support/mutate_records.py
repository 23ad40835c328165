#!/usr/bin/env python3
"""Breaks records in every way that their schemas know.

mutate_records.py SCHEMAS EXPECTED < samples.ndjson > broken.ndjson

Each line of the output is a sample with one fault, and the line of EXPECTED with the same number names the field. Each sample
itself comes before what is made of it, and has `-` there. Every sample has to fit its schema, and every fault has to be one by the schema; where the
package jsonschema is installed, it has to agree.
"""
import copy
import json
import re
import sys

schemas, expected_path = sys.argv[1], sys.argv[2]
APPENDED = {"candle": ["indicators", "smc"], "setup": ["plan", "risk", "notification", "chart"]}
try:
    import jsonschema
except ImportError:
    jsonschema = None


def schema(name):
    with open(f"{schemas}/{name}.json", encoding="utf-8") as file:
        return json.load(file)


def is_number(value):
    return isinstance(value, (int, float)) and not isinstance(value, bool)


TYPES = {
    "object": lambda v: isinstance(v, dict),
    "array": lambda v: isinstance(v, list),
    "string": lambda v: isinstance(v, str),
    "number": is_number,
    "integer": lambda v: is_number(v) and float(v).is_integer(),
    "boolean": lambda v: isinstance(v, bool),
}


def fits(value, rule):
    """The subset of JSON Schema that the records use."""
    types = rule.get("type")
    if types and not any(TYPES[t](value) for t in ([types] if isinstance(types, str) else types)):
        return False
    if "enum" in rule and (not isinstance(value, str) or value not in rule["enum"]):
        return False
    if "const" in rule and value is not rule["const"]:
        return False
    if isinstance(value, str):
        if not rule.get("minLength", 0) <= len(value) <= rule.get("maxLength", len(value)):
            return False
        if "pattern" in rule and not re.search(rule["pattern"], value):
            return False
        if rule.get("format") == "date-time" and not re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", value):
            return False
    if is_number(value):
        if value < rule.get("minimum", value) or value > rule.get("maximum", value):
            return False
        if "exclusiveMinimum" in rule and value <= rule["exclusiveMinimum"]:
            return False
    if isinstance(value, list):
        if not rule.get("minItems", 0) <= len(value) <= rule.get("maxItems", len(value)):
            return False
        if not all(fits(item, part) for item, part in zip(value, rule.get("prefixItems", []))):
            return False
        if "items" in rule and not all(fits(item, rule["items"]) for item in value):
            return False
    if isinstance(value, dict):
        if any(key not in value for key in rule.get("required", [])):
            return False
        known = rule.get("properties", {})
        if not all(fits(value[key], known[key]) for key in value if key in known):
            return False
        if "propertyNames" in rule and not all(fits(key, rule["propertyNames"]) for key in value):
            return False
        if "additionalProperties" in rule and not all(fits(item, rule["additionalProperties"]) for item in value.values()):
            return False
        if "oneOf" in rule and sum(fits(value, part) for part in rule["oneOf"]) != 1:
            return False
    return True


LONGEST = 5000  # Longer texts are tried once, elsewhere.


def replacements(value, rule):
    """Values that the schema may refuse in this place."""
    yield from ["NaN", 7.5, True, False, {}, [], None, "", {"x": 1}, ["x"]]
    for key, steps in [("minimum", (-1, -1e300)), ("maximum", (1, 1e300))]:
        if key in rule:
            yield from (rule[key] + step * max(1e-6, abs(rule[key]) * 1e-6) if abs(step) == 1 else step for step in steps)
    if "exclusiveMinimum" in rule:
        yield from [rule["exclusiveMinimum"], -1]
    if rule.get("type") == "integer":
        yield from [0.5, 2**53 + 2]
    if rule.get("maxLength", LONGEST) < LONGEST:
        yield "x" * (rule["maxLength"] + 1)
    if isinstance(value, list) and value and rule.get("maxItems", LONGEST) < LONGEST:
        yield [copy.deepcopy(value[0]) for _ in range(rule["maxItems"] + 1)]
    if isinstance(value, dict) and "propertyNames" in rule and value:
        yield {**value, "7m": next(iter(value.values()))}


class Doubled(dict):
    """A dict whose key `twice` is written two times."""


def text(value):
    if isinstance(value, Doubled):
        parts = [f"{json.dumps(k)}:{text(v)}" for k, v in value.items()]
        parts.append(f"{json.dumps(value.twice)}:{text(value[value.twice])}")
        return "{" + ",".join(parts) + "}"
    if isinstance(value, dict):
        return "{" + ",".join(f"{json.dumps(k, ensure_ascii=False)}:{text(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(text, value)) + "]"
    return json.dumps(value, ensure_ascii=False)


def faults(value, rule, path, is_top=False):
    """Pairs of a path and a value in its place, each with one fault."""
    if isinstance(value, dict):
        if "oneOf" in rule:
            rule = next(part for part in rule["oneOf"] if fits(value, part))
        known = rule.get("properties", {})
        for key in value:
            part = known.get(key, rule.get("additionalProperties"))
            if part is None or is_top and key == "type":
                continue
            below = f"{path}.{key}"
            for other in replacements(value[key], part):
                if not fits(other, part):
                    name = f"{below}.7m" if isinstance(other, dict) and "7m" in other else below
                    yield name, {**value, key: other}
            for where, other in faults(value[key], part, below):
                yield where, {**value, key: other}
            twice = Doubled(value)
            twice.twice = key
            yield below, twice
            if key in rule.get("required", []):
                yield below, {k: v for k, v in value.items() if k != key}
        for law in rule.get("$comment", "").split("; "):
            yield from contradictions(value, law, path)
    elif isinstance(value, list):
        seen = set()
        for place, item in enumerate(value):
            part = rule["prefixItems"][place] if "prefixItems" in rule else rule.get("items", {})
            kind = item.get("kind") if isinstance(item, dict) else None
            if kind in seen and "prefixItems" not in rule:
                continue
            seen.add(kind)
            below = f"{path}[{place}]"
            for other in replacements(item, part):
                if not fits(other, part):
                    yield below, value[:place] + [other] + value[place + 1 :]
            for where, other in faults(item, part, below):
                yield where, value[:place] + [other] + value[place + 1 :]


def get(value, steps):
    for step in steps:
        if isinstance(value, list):
            value = value[0] if value else None
        value = value.get(step) if isinstance(value, dict) else None
    return value


def put(value, steps, new):
    value = copy.deepcopy(value)
    owner = value
    for step in steps[:-1]:
        owner = owner[step]
        owner = owner[0] if isinstance(owner, list) else owner
    owner[steps[-1]] = new
    return value


def contradictions(value, law, path):
    """Breaks of one rule between fields: `low ≤ high`, `by side: …`."""
    words = law.split()
    turned = words[:2] == ["by", "side:"] and value.get("direction") in ("SHORT", "bearish")
    words = words[2:] if words[:2] == ["by", "side:"] else words
    for left, sign, right in zip(words[::2], words[1::2], words[2::2]):
        if sign not in ("<", "≤", ">", "≥"):
            continue
        one, two = ([step.removesuffix("[]") for step in name.split(".")] for name in (left, right))
        before, after = get(value, one), get(value, two)
        if before is None or after is None:
            continue
        falls = (sign in "<≤") != turned
        if isinstance(after, str):
            new = "1999-01-01T00:00:00Z" if falls else "2199-01-01T00:00:00Z"
        else:
            new = before - max(abs(before) / 2, 0.5) if falls else before + max(abs(before), 0.5)
        yield f"{path}.{right.replace('[]', '[0]')}", put(value, two, new)
    if words[:2] == ["sum", "of"]:
        steps = [step.removesuffix("[]") for step in words[2].split(".")]
        yield path, put(value, steps, get(value, steps) / 2)
    if len(words) == 5 and words[1] == "=":
        yield f"{path}.{words[0]}", {**value, words[0]: value[words[0]] + 1000}


def fresh(record, number):
    """The same record in a market of its own, so that no two lines are of one series."""
    if isinstance(record.get("symbol"), str) and record["type"] != "report":
        record = copy.copy(record)
        record["symbol"] = f"M{number}/USDT" + (":USDT" if record["symbol"].endswith(":USDT") else "")
    return record


def agree(value, rule, should):
    if jsonschema and value is not None and not isinstance(value, Doubled):
        assert jsonschema.Draft202012Validator(rule).is_valid(value) == should, (value, rule.get("title"))


def instant(record):
    for key in ("close_time", "to", "time", "as_of", "timestamp"):
        if isinstance(record.get(key), str):
            return record[key]
    return ""


# In order of time, so that no line is refused for the one before it.
samples = sorted((json.loads(line) for line in sys.stdin if line.strip()), key=instant)
lines, expected = [], []
for sample in samples:
    kind = sample["type"]
    names = [kind] + [key for key in APPENDED.get(kind, []) if key in sample]
    lines.append(text(fresh(sample, len(lines))))
    expected.append("-")
    for name in names:
        rule = schema(name)
        part = sample if name == kind else sample[name]
        assert fits(part, rule), f"a sample of {name} does not fit its schema: {text(part)[:300]}"
        agree(part, rule, True)
        for path, broken in faults(part, rule, name, is_top=name == kind):
            whole = broken if name == kind else {**sample, name: broken}
            if path != f"{name}.symbol" and not isinstance(whole, Doubled):
                whole = fresh(whole, len(lines))
            lines.append(text(whole))
            expected.append(path)
with open(expected_path, "w", encoding="utf-8") as file:
    file.writelines(line + "\n" for line in expected)
sys.stdout.write("".join(line + "\n" for line in lines))
