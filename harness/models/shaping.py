"""Give an outcome the form that the request and the prompt ask for.

Runs in the model worker (zone G); schemas and templates are hostile: depth and size are bounded.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from harness.models.faults import Luck, Pressure, chance
from harness.models.forms import fit, form_asked, written
from harness.models.labels import humanise
from harness.models.reading import Reading
from harness.models.request import Options
from harness.models.skills.fields import field_names
from harness.models.skills.outcome import Outcome

_DEEPEST = 6
_MOST_PROPERTIES = 60
_MAIN = {
    "classify": (
        "label",
        r"label|categor|class|intent|sentiment|topic|type|team|queue|tag|emotion|output|"
        r"result|prediction|answer|priority|department",
    ),
    "qa": ("answer", r"answer|reply|response|result|output|text"),
    "judge": (
        "verdict",
        r"verdict|judg|grade|label|result|supported|faithful|answer|score|rating|correct",
    ),
    "summarise": ("summary", r"summary|headline|text|result|output|gist|tldr"),
    "rewrite": ("text", r"text|reply|rewrit|result|output|message|version|translation"),
    "chat": ("reply", r"reply|answer|text|response|message|content"),
    "extract": ("result", r"(?!)"),
}
_CONFIDENCE = re.compile(r"confiden|probab|certain|sure|score", re.I)
_REASON = re.compile(r"reason|explan|rational|why|think|analysis|justif|comment|note", re.I)
_QUOTE = re.compile(r"quot|evidence|source|citat|sentence|passage|excerpt|support|section", re.I)
_BARE_LABEL = re.compile(
    r"\bonly\b|nothing else|one word|single word|\bjust\b|no (?:explanation|prose|"
    r"other|punctuation)|exactly one|label alone|\balone\b|and nothing",
    re.I,
)
_WHY = re.compile(
    r"\b(?:reason\w*|explain|explanation|why|justif\w+|quote|evidence|cite|"
    r"word for word|point out|which part|list (?:the|every))\b",
    re.I,
)
_JSON_WORD = re.compile(r"\bjson\b|\{\s*\"?\w+\"?\s*:|\{\"?\w+\"?(?:\s*,\s*\"?\w+\"?)+\}", re.I)
_NO_JSON = re.compile(
    r"\b(?:no|without|instead of|rather than) json\b|(?:\bnot|n['’]t|\bnever)(?: \w+)? "
    r"(?:use|return|answer|reply|output|write|give|in|as)(?: in| as| with| any)? json\b",
    re.I,
)
"""JSON as what is not wanted."""
_TRUTH = re.compile(r"[\"']\s{0,3}:\s{0,3}(?:true|false)\b")
"""A record shown with a bare true or false, as JSON writes them."""
_WRAPPERS = (
    "Sure! Here is the result:\n{}",
    "```json\n{}\n```\nLet me know if you need anything else.",
)


def shape(
    outcome: Outcome, reading: Reading, options: Options, pressure: Pressure, luck: Luck
) -> tuple[str, tuple[str, ...]]:
    """The text of a reply, and the faults drawn while forming it."""
    if outcome.task:
        reading = replace(reading, task=outcome.task)
    if options.json_mode == "schema":
        schema = json.loads(options.json_schema)
        if reading.task == "extract":
            return json.dumps(fit(schema, dict(outcome.fields)), ensure_ascii=False), ()
        return json.dumps(_by_schema(schema, outcome, reading, "", 0), ensure_ascii=False), ()
    asked = form_asked(reading.prompt.directions)
    if reading.task == "extract" and options.json_mode == "none" and outcome.fields:
        if not asked:
            return outcome.text, ()
        if asked != "json":
            return written(outcome.fields, asked), ()
    wants_json = reading.task == "extract" and asked == "json"
    wants_json = wants_json or (
        reading.found.kinds.schema >= 0.5
        and bool(_JSON_WORD.search(_NO_JSON.sub(" ", reading.prompt.directions[:40_000])))
    )
    if options.json_mode == "object" or (wants_json and reading.task != "chat"):
        made = _made(outcome)
        record = _record(outcome, reading) if made is None else made
        if options.json_mode == "none" and reading.prompt.messages[-1][1].rstrip().endswith('":'):
            return json.dumps(outcome.value, ensure_ascii=False) + "}", ()
        if options.json_mode == "object" and isinstance(record, list):
            record = {"items": record}
        text = json.dumps(record, ensure_ascii=False)
        if options.json_mode == "object":
            return text, ()
        return maybe_broken(text, reading, pressure, luck)
    return _prose(outcome, reading), ()


def _made(outcome: Outcome) -> Any:
    """What was worked out as JSON already, or None."""
    if not outcome.task or outcome.text[:1] not in ("[", "{"):
        return None
    try:
        return json.loads(outcome.text)
    except ValueError:
        return None  # a bracket that begins something else


def _prose(outcome: Outcome, reading: Reading) -> str:
    kinds = reading.found.kinds
    if reading.task in ("classify", "judge") and outcome.value:
        ends_open = reading.prompt.messages[-1][1].rstrip().endswith((":", "->", "→", "=>"))
        bare = bool(_BARE_LABEL.search(" ".join(reading.prompt.instructions)))
        bare = bare or _examples_are_bare(reading)
        if reading.task == "judge" and _WHY.search(reading.prompt.directions[:40_000]):
            return outcome.text
        if bare or ends_open or kinds.brief >= 0.5 or kinds.schema >= 0.5:
            return outcome.value
        if (
            kinds.steps >= 0.5
            and outcome.reason
            and outcome.reason.lower() not in outcome.text.lower()
        ):
            return f"{outcome.reason}\n{outcome.text}"
        return (
            f"{outcome.text}\n{outcome.reason}".strip()
            if reading.task == "classify"
            else outcome.text
        )
    if reading.task == "qa" and kinds.steps >= 0.5 and outcome.reason:
        return f"Relevant passage: “{outcome.reason}”\nAnswer: {outcome.text}"
    return outcome.text


def _examples_are_bare(reading: Reading) -> bool:
    """Whether every worked example answers with a label alone, so that the reply does too."""
    offered = {humanise(label.name) for label in reading.labels}
    shown = [humanise(answer) for _, answer in reading.prompt.examples]
    return bool(shown) and set(shown) <= offered


def _record(outcome: Outcome, reading: Reading) -> dict[str, object] | list[object]:
    """A JSON object with the keys the prompt names, or one key that fits the task."""
    if reading.task == "extract" and outcome.fields:
        fields = dict(outcome.fields)
        rows = fields.get("")
        return rows if isinstance(rows, list) and set(fields) == {""} else fields
    offered = {humanise(label.name) for label in reading.labels}
    names = [n for n in field_names(reading) if humanise(n) not in offered][:_MOST_PROPERTIES]
    default, pattern = _MAIN[reading.task]
    main = next((n for n in names if re.search(pattern, n, re.I)), None)
    if main is None:
        others = [
            n for n in names if not (_CONFIDENCE.search(n) or _REASON.search(n) or _QUOTE.search(n))
        ]
        main = others[0] if others else default
    out: dict[str, object] = {name: _by_name(name, outcome) for name in names}
    out[main] = outcome.fields.get("labels") or outcome.value or outcome.text
    if out[main] in ("true", "false") and _TRUTH.search(reading.prompt.directions[:40_000]):
        out[main] = out[main] == "true"
    return out


def _by_name(name: str, outcome: Outcome) -> object:
    if name in outcome.fields:
        return outcome.fields[name]
    if _CONFIDENCE.search(name):
        return outcome.fields.get("confidence", 0.8)
    if _REASON.search(name):
        return outcome.reason or outcome.text
    if _QUOTE.search(name):
        return outcome.reason or None
    if re.search(r"labels|tags|topics|categories", name, re.I):
        return outcome.fields.get("labels")
    return None


def _by_schema(schema: object, outcome: Outcome, reading: Reading, name: str, depth: int) -> object:
    """A value that satisfies a JSON schema as far as its types and enums go."""
    if not isinstance(schema, Mapping) or depth > _DEEPEST:
        return None
    if "const" in schema:
        return schema["const"]
    if isinstance(schema.get("enum"), list) and schema["enum"]:
        return _from_enum(schema["enum"], outcome)
    for choice in ("anyOf", "oneOf", "allOf"):
        if isinstance(schema.get(choice), list) and schema[choice]:
            return _by_schema(schema[choice][0], outcome, reading, name, depth + 1)
    kind = schema.get("type")
    kind = next((k for k in kind if k != "null"), "null") if isinstance(kind, list) else kind
    if kind == "object" or "properties" in schema:
        return _object(schema, outcome, reading, depth)
    if kind == "array":
        return [
            _by_schema(schema.get("items", {"type": "string"}), outcome, reading, name, depth + 1)
        ]
    return _scalar(kind, outcome, reading, name)


def _object(
    schema: Mapping[str, Any], outcome: Outcome, reading: Reading, depth: int
) -> dict[str, object]:
    properties = schema.get("properties")
    if not isinstance(properties, Mapping):
        return {}
    return {
        str(key): _by_schema(inner, outcome, reading, str(key), depth + 1)
        for key, inner in list(properties.items())[:_MOST_PROPERTIES]
    }


def _scalar(kind: object, outcome: Outcome, reading: Reading, name: str) -> object:
    given = _by_name(name, outcome)
    if kind in ("number", "integer"):
        number = given if isinstance(given, int | float) else outcome.fields.get("confidence", 0)
        return int(float(str(number))) if kind == "integer" else number
    if kind == "boolean":
        return outcome.value.strip().lower() in (
            "yes",
            "true",
            "supported",
            "pass",
            "correct",
            "good",
        )
    if kind == "null":
        return None
    is_main = re.search(_MAIN[reading.task][1], name, re.I) or given is None
    if name in outcome.fields and given is None:
        return ""
    return (outcome.value or outcome.text) if is_main and name not in outcome.fields else str(given)


def _from_enum(options: list[object], outcome: Outcome) -> object:
    wanted = humanise(outcome.value)
    exact = [o for o in options if isinstance(o, str) and humanise(o) == wanted]
    near = [
        o
        for o in options
        if isinstance(o, str) and (humanise(o) in wanted or wanted in humanise(o))
    ]
    return (exact or (near if wanted else []) or options)[0]


def maybe_broken(
    text: str, reading: Reading, pressure: Pressure, luck: Luck
) -> tuple[str, tuple[str, ...]]:
    """The JSON, now and then wrapped in talk or with a trailing comma."""
    item = " ".join(" ".join(reading.data).lower().split())[:400]
    if luck.draw("format", item) >= chance(pressure.breaks_format()):
        return text, ()
    way = luck.pick("format", item, 3)
    broken = re.sub(r"\}\s*$", ",}", text) if way == 2 else _WRAPPERS[way].format(text)
    return broken, ("broken_format",)
