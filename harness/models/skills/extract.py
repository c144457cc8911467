"""Take the fields a prompt asks for out of a text, nested and in lists where it wants them so.

Runs in the model worker; texts are hostile and only read. Every value is copied from the text or
None; the form (JSON, YAML, CSV, lines) is given in shaping.py.
"""

from __future__ import annotations

import json
import re

from harness.models.faults import Luck, Pressure, chance
from harness.models.features import Bank
from harness.models.reading import Reading
from harness.models.skills.corrections import corrected
from harness.models.skills.field_types import typed_value
from harness.models.skills.fields import Field, asked_fields, fields_in, parted, template_fields
from harness.models.skills.making_columns import with_columns
from harness.models.skills.making_fields import said_fields
from harness.models.skills.making_order import orders_of
from harness.models.skills.names import all_people
from harness.models.skills.outcome import Outcome
from harness.models.skills.reckoning_items import items_of
from harness.models.skills.retrieval import split_passages
from harness.models.skills.rows import bracketed_rows, bullet_rows, name_in, rows_of
from harness.models.skills.rows_of_people import people_rows
from harness.models.skills.value_cues import cued
from harness.models.skills.value_forms import ValueForm, in_form, value_form
from harness.models.skills.value_units import as_number, told_by_name
from harness.models.skills.values import find_value

_MOST_ROWS = 40
_MOST_ORDER = 8_000
_ARRAY = re.compile(
    r"\b(?:json )?(?:array|list) of (?:strings|names|words|numbers)\b|\bjson array\b", re.I
)
_AS_NUMBERS = re.compile(
    r"\b(?:numbers|amounts|figures|sums|prices|numeric values)\b[^.\n]{0,24}\bas (?:plain |json |"
    r"bare )?numbers\b|\bnumbers (?:un|with ?out )quote",
    re.I,
)
_TYPE = re.compile(
    r"[\"'<]?(?:string|str|text|number|int\w*|float|bool\w*|date|null|any|[A-Z:]{2,8})[\"'>]?", re.I
)
_ABROAD = re.compile(
    r"^\W{0,4}(?:bitte |por favor,? )?(?:saca|extrae|dame|indica|nenne|gib mir|"
    r"extrahiere|notiere|extrais|extrayez|"
    r"donne[- ]moi|relève)\b[^?\n]{3,90}(?::|\n|$)",
    re.I,
)
_SHORT = re.compile(
    r"^(?:plant|animal|tree|thing|object|vehicle|machine|ship|boat|train|bird|"
    r"dish|tool|species|model|"
    r"fruit|vegetable|building|bridge|lake|mountain|river|instrument|book|title|"
    r"team|event)$",
    re.I,
)
ASK = "Tell me which fields you want and give me the text to take them from."


def extract(
    bank: Bank, reading: Reading, pressure: Pressure, luck: Luck, *, schema: str = ""
) -> Outcome:
    """A record with the asked fields, each value copied from the text or None."""
    fields, text = given(reading, schema)
    item = " ".join(text.lower().split())[:400]
    said = ordered(reading) if not schema else None
    if said is not None:
        fields, text = said
    if not text.strip() or not fields:
        return Outcome(ASK, ASK)
    text = corrected(text)
    record: dict[str, object] = {}
    faults: list[str] = []
    for number, field in enumerate(fields):
        logit = pressure.drops_field(number)
        is_dropped = len(fields) > 1 and luck.draw("drops." + field.name, item) < chance(logit)
        if is_dropped:
            faults.append(f"dropped:{field.name}")
            continue
        record[field.name] = taken(bank, field, text, reading.prompt.directions[:4_000])
    form = value_form(reading.prompt.directions)
    record = {name: formed(form, value) for name, value in record.items()}
    if _AS_NUMBERS.search(reading.prompt.directions[:_MOST_ORDER]):
        record = {name: as_number(name, value) for name, value in record.items()}
    only = next(iter(record.values())) if len(record) == 1 else None
    if isinstance(only, list) and only and _ARRAY.search(reading.prompt.directions[:_MOST_ORDER]):
        array = json.dumps(only, ensure_ascii=False)
        return Outcome(array, array, faults=tuple(faults), task="extract")
    lines = as_lines(record)
    return Outcome(lines, lines, record, tuple(faults), task="extract")


def given(reading: Reading, schema: str = "") -> tuple[tuple[Field, ...], str]:
    """The fields that a prompt asks for and the text to take them from.

    Where the reading left one side empty, an order of one sentence or line is parted from the rest.
    """
    text = "\n".join(reading.data)
    fields = asked_fields(reading, schema)
    if fields and text.strip():
        return fields, text
    own = [said for role, said in reading.prompt.messages if role != "assistant"]
    order, rest = parted("\n\n".join(own)[:6_000])
    fields = fields or fields_in(order[:400])
    return fields, text if text.strip() else rest


def ordered(reading: Reading) -> tuple[tuple[Field, ...], str] | None:
    """The fields and the text where the prompt's order tells both apart; None where it does not."""
    if any("{" in answer or len(answer.split()) > 2 for _, answer in reading.prompt.examples):
        return None
    best: tuple[tuple[Field, ...], str] | None = None
    for order in orders_of(reading):
        if len(order.text.split()) < 3 or re.search(r"\{[^{}]*…", order.asked):
            continue
        fields = said_fields(order.asked)
        is_better = best is None or len(order.text) > len(best[1])
        if fields and is_better and not template_fields(order.text):
            best = fields, order.text
    return best


def only_thing(text: str) -> str | None:
    """The one thing that a short text is about; None where it is about several."""
    found = items_of(text[:2_000])
    return found[0].label if len(found) == 1 else name_in(text[:400]) or None


def wants_record(reading: Reading) -> bool:
    """Whether a prompt that was read as another task shows the sketch of a record to be filled."""
    text = reading.prompt.directions[:20_000]
    if any(not _TYPE.fullmatch(answer.strip()) for _, answer in reading.prompt.examples):
        return False
    own = own_text(reading)
    if _ABROAD.match(text.strip()) or (own and _ABROAD.match(own[-1])):
        return bool(given(reading)[0])
    text = "\n".join(own)[:20_000]
    if "{" not in text:
        said = ordered(reading) if re.search(r"\b(?:json|yaml|csv)\b", text, re.I) else None
        found = said[0] if said else ()
        if len(found) >= 3 and sum(bool(field.options) for field in found) * 2 < len(found):
            return not any(
                re.search(r"label|categor|sentiment|summary|answer|reason", f.name) for f in found
            )
    else:
        found = template_fields(text)
    if len(found) < 2 and not any(field.inner for field in found):
        return False
    names = [field.name.lower() for field in found]
    is_reply = any(
        re.search(
            r"label|categor|class\b|intent|sentiment|answer|verdict|summary|score|reason", name
        )
        or field.options
        for name, field in zip(names, found, strict=True)
    )
    return not is_reply


def own_text(reading: Reading) -> list[str]:
    """The messages that are not the model's own."""
    return [said for role, said in reading.prompt.messages if role != "assistant"]


def formed(form: ValueForm, value: object) -> object:
    """A value with its dates, times and numbers in the form that the prompt asks for."""
    if isinstance(value, str):
        return in_form(form, value)
    if isinstance(value, list):
        return [formed(form, inner) for inner in value]
    if isinstance(value, dict):
        return {key: formed(form, inner) for key, inner in value.items()}
    return value


def taken(bank: Bank, field: Field, text: str, order: str) -> object:
    """The value of one field by cues, types and likeness; None where the text is silent."""
    if field.kind == "object":
        return {
            inner.name: taken(bank, _within(inner, field), text, order) for inner in field.inner
        }
    if field.kind == "list" and field.inner:
        return _rows(bank, field.inner, text, order)
    if _PEOPLE.match(field.name) and not field.options and field.kind in ("text", "list"):
        return list(all_people(text))
    is_told, value = told_by_name(field, text)
    if is_told:
        return value
    is_cued, value = cued(field, text)
    if is_cued:
        return value
    is_typed, value = typed_value(field, text) if not field.options else (False, None)
    if is_typed:
        return value
    value = find_value(bank, field, text)
    if (
        isinstance(value, str)
        and len(value.split()) > 4
        and field.kind == "text"
        and _SHORT.search(field.name)
    ):
        value = None
    if isinstance(value, str) and len(value.split()) > _LONG and not _TELLS.search(field.name):
        value = None  # a sentence is no value of a field that names a thing
    return only_thing(text) if value is None and _SHORT.search(field.name) else value


_PEOPLE = re.compile(r"^(?:all_)?(?:people|participants|attendees)(?:_mentioned)?$", re.I)
_LONG = 8
_TELLS = re.compile(
    r"summar|problem|issue|reason|request|message|descri|note|comment|complain|text|cause|action|"
    r"task|question|quote|symptom|content|body|instruction|detail|answer|remark|feedback|subject|"
    r"what|why|how|wish|next|todo|template|error|rule|condition|claim|statement|evidence|finding|"
    r"decision|result|step|defect|sentence|plot|story|explan|term|policy|purpose|goal|event|news|"
    r"demand|want|need|effect|change|improve|advice|warning|risk",
    re.I,
)


def _within(inner: Field, outer: Field) -> Field:
    """`id` inside `order` is looked for as it is called; its own name stays the key."""
    return inner


def _rows(bank: Bank, fields: tuple[Field, ...], text: str, order: str) -> list[object]:
    """One record for each piece of the text that fills at least half of the fields."""
    lined = with_columns(f"columns {', '.join(f.name for f in fields)}", text)
    if lined is not None and all(field.kind == "text" for field in fields):
        return list(lined.rows)
    found = (
        people_rows(fields, text)
        or bracketed_rows(fields, text)
        or bullet_rows(fields, text, order)
        or rows_of(fields, text)
    )
    found = [
        row
        for row in found
        if not re.match(r"(?:sub)?total\b|sum\b", str(next(iter(row.values()))), re.I)
    ]
    if found:
        return list(found)
    out: list[object] = []
    for piece in _pieces(text):
        row = {field.name: _taken_from_row(bank, field, piece) for field in fields}
        first = fields[0].name
        if row[first] is None or str(row[first]).strip(" .") == piece.strip(" ."):
            row[first] = name_in(piece) or row[first]
        for other in fields[1:]:
            if row[other.name] == row[first]:
                row[other.name] = None
        filled = sum(value not in (None, "", []) for value in row.values())
        if filled * 2 > len(fields) or (filled * 2 == len(fields) and len(fields) > 1):
            out.append(row)
    return out[:_MOST_ROWS]


def _taken_from_row(bank: Bank, field: Field, piece: str) -> object:
    """A number before the thing is its count, one behind it or after "at" its price."""
    plain = field.name.replace("_", " ").lower()
    if not re.search(r"item|product|qty|quantity|price|cost|amount", plain):
        is_cued, value = cued(field, piece)
        if is_cued:
            return value
        is_typed, value = typed_value(field, piece)
        if is_typed:
            return value
    counted = re.match(
        r"\W*(?:(\d{1,4})\s?x?|(an?|one|two|three|four|five|six))\s+"
        r"([A-Za-z][\w' -]*?)(?=\s*(?:\bat\b|\bfor\b|@|[-–:=,(]|[€$£]|\d|$))",
        piece,
        re.I,
    )
    if re.search(r"\bqty\b|quantity|count|number|amount of", plain) and counted:
        number = counted[1] or counted[2].lower()
        words = {"a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6}
        return int(number) if number.isdigit() else words.get(number, 1)
    if re.search(r"item|product|name|article|description|thing", plain) and counted:
        return counted[3].strip()
    if re.search(r"price|cost|amount|total|sum", plain):
        sums = re.findall(r"\d[\d.,]*\d|\d", piece)
        if not sums or (counted and len(sums) == 1 and counted[1]):
            return None
        value = sums[-1].rstrip(".,")
        return float(value) if re.fullmatch(r"\d+(?:\.\d+)?", value) else value
    if re.search(r"task|action|todo|what|step", plain):
        mark = re.search(
            r"^\W*(?:[A-Z][a-z]+ )?(?:will|to|should|must|has to|needs to|is going to)? ?(.+?)"
            r"(?= (?:by|until|before|on|due)\b|[.;]|$)",
            piece,
        )
        who = find_value(bank, Field("owner"), piece) or name_in(piece)
        return mark[1].strip() if mark and who else None
    return find_value(bank, field, piece)


def _pieces(text: str) -> list[str]:
    """Lines where there are several, else sentences, else what stands between commas."""
    lines = [line.strip() for line in text.splitlines() if re.search(r"\w", line)]
    if len(lines) >= 3:
        return lines[: 2 * _MOST_ROWS]
    pieces = [p for p in re.split(r";\s+", text) if p.strip()]
    if len(pieces) >= 2 and all(len(p.split()) >= 3 for p in pieces):
        return pieces[: 2 * _MOST_ROWS]
    parts = re.split(r",\s+(?:and )?|;\s+|\s+and\s+(?=an?\b|\d|one\b|two\b)", text)
    if sum(bool(re.search(r"\d", part)) for part in parts) >= 2 and len(parts) >= 2:
        counted = [p for p in parts if re.match(r"\W*(?:\d|an?\b|one\b|two\b|three\b)", p)]
        if len(counted) >= 2:
            return counted[: 2 * _MOST_ROWS]
    return [p.text for p in split_passages(text)][: 2 * _MOST_ROWS]


def as_lines(record: dict[str, object]) -> str:
    """A record as people write it down: a line a field, a lone field without its name."""
    if len(record) == 1:
        (value,) = record.values()
        if isinstance(value, list):
            return "\n".join(_row(v) for v in value) or "None found."
        return "not stated" if value is None else _row(value)
    return "\n".join(f"{name}: {_said(value)}" for name, value in record.items())


def _said(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(map(_row, value)) or "none"
    return "not stated" if value is None else _row(value)


def _row(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{k}: {_said(v)}" for k, v in value.items())
    return str(value)
