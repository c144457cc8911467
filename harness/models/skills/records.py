"""Fill a record that a prompt's form asks for: field by field, or a row for each thing.

Runs in the model worker; the text is hostile and only read. What a field's kind does not settle is
left to likeness (extract), cut to a phrase where its name asks for no sentence.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from harness.models.faults import Luck, Pressure, chance
from harness.models.features import Bank
from harness.models.reading import Reading
from harness.models.skills import english as en
from harness.models.skills import extract, record_rows
from harness.models.skills.corrections import corrected
from harness.models.skills.fields import Field
from harness.models.skills.outcome import Outcome
from harness.models.skills.record_chat import answered, is_chat, members, singular
from harness.models.skills.record_form import Asked, asked_record, listed_record, with_kinds
from harness.models.skills.record_source import SILENT, Source, source_of
from harness.models.skills.record_values import list_of, one_shape, value_for
from harness.models.skills.record_wants import Want, want_of
from harness.models.skills.value_forms import value_form

_MOST_PHRASE = 6
_SINGULAR = re.compile(r"\bsingular\b", re.I)


def record(bank: Bank, reading: Reading, pressure: Pressure, luck: Luck) -> Outcome | None:
    """The record that a prompt's form asks for; None where it asks for none."""
    asked = asked_record(reading)
    return None if asked is None else _record(bank, asked, pressure, luck)


def listed(bank: Bank, reading: Reading, pressure: Pressure, luck: Luck) -> Outcome | None:
    """The record whose keys a prompt lists for lines, YAML or a table; None where it lists none."""
    asked = listed_record(reading)
    if asked is None:
        return None
    done = _record(bank, asked, pressure, luck)
    values = list(done.fields.values()) if done else []
    is_empty = all(value in (None, [], "") for value in values)
    return None if is_empty else done


def _with_bare_sums(fields: tuple[Field, ...]) -> tuple[Field, ...]:
    """Fields of money as numbers, where a field of its own takes the currency."""
    if not any("currency" in field.name.lower() for field in fields):
        return fields
    return tuple(
        replace(field, kind="number")
        if field.kind == "text" and not field.options and want_of(field).kind == "money"
        else field
        for field in fields
    )


def is_full(done: Outcome) -> bool:
    """Whether a record has a value in every place."""
    return all(value not in (None, [], "") for value in _leaves(done.fields))


def is_better(listed: Outcome, other: Outcome) -> bool:
    """Whether a record of listed keys goes before another: of other keys, or filled as far."""
    if {key.lower() for key in listed.fields} != {key.lower() for key in other.fields}:
        return True
    return _filled(listed) >= _filled(other)


def _filled(done: Outcome) -> int:
    return sum(value not in (None, [], "") for value in _leaves(done.fields))


def _leaves(value: object) -> list[object]:
    if isinstance(value, Mapping):
        return [leaf for inner in value.values() for leaf in _leaves(inner)]
    if isinstance(value, list) and value and isinstance(value[0], Mapping):
        return [leaf for inner in value for leaf in _leaves(inner)]
    return [value]


def _record(bank: Bank, asked: Asked, pressure: Pressure, luck: Luck) -> Outcome | None:
    """A record, filled from its text."""
    asked = replace(asked, text=corrected(asked.text))
    fields = _with_bare_sums(with_kinds(asked.fields, asked.order))
    if not fields:
        listed: object = one_shape(asked.order, source_of(asked.text))
        listed = extract.formed(value_form(asked.order), listed)
        text = json.dumps(listed, ensure_ascii=False)
        is_told = listed or isinstance(listed, list)
        return Outcome(text, text, {"": listed}, (), task="extract") if is_told else None
    item = " ".join(asked.text.lower().split())[:400]
    faults: list[str] = []
    kept = []
    for number, field in enumerate(fields):
        if len(fields) > 1 and luck.draw("drops." + field.name, item) < chance(
            pressure.drops_field(number)
        ):
            faults.append(f"dropped:{field.name}")
        else:
            kept.append(field)
    source = source_of(asked.text)
    if is_chat(source):
        source = replace(source, pairs=())  # the labels are names of those who speak
    found = filled(bank, kept, source, asked)
    form = value_form(asked.order)
    made = {name: extract.formed(form, value) for name, value in found.items()}
    lines = extract.as_lines(made)
    return Outcome(lines, lines, made, tuple(faults), task="extract")


def filled(bank: Bank, fields: Sequence[Field], source: Source, asked: Asked) -> dict[str, object]:
    """The values of several fields, nested ones too."""
    return {field.name: _value(bank, field, source, asked) for field in fields}


def _value(bank: Bank, field: Field, source: Source, asked: Asked) -> object:
    if field.kind == "object":
        return filled(bank, field.inner, source, asked)
    if field.kind == "list" and field.inner:
        rows = record_rows.rows(field, source)
        if rows is not None and _SINGULAR.search(asked.order):
            return [_in_singular(row) for row in rows]
        return rows if rows is not None else extract.taken(bank, field, source.text, asked.order)
    if field.kind == "list":
        listed = members(asked.order, field, source)
        listed = listed if listed is not None else list_of(source, field)
        return (
            listed if listed is not None else extract.taken(bank, field, source.text, asked.order)
        )
    want = want_of(field)
    value = answered(source, want)
    value = value if value is not None else value_for(source, want)
    if value is SILENT:
        return False if want.kind == "truth" and not asked.takes_null else None
    if value is not None:
        return value
    return _likely(bank, want, source, asked)


def _in_singular(row: object) -> object:
    """A row whose names of things are in the singular and small."""
    if not isinstance(row, dict):
        return row
    return {k: singular(v.lower()) if isinstance(v, str) else v for k, v in row.items()}


def _likely(bank: Bank, want: Want, source: Source, asked: Asked) -> object:
    """What likeness finds; a whole sentence only where a field's name asks for one."""
    if asked.takes_null and want.kind in ("phrase", "place") and source.is_labelled:
        return None
    value = extract.taken(bank, want.field, source.text, asked.order)
    if not isinstance(value, str) or want.kind in ("free", "options"):
        return value
    if len(value.split()) <= _MOST_PHRASE:
        return value
    return _shortest(bank, want, source, value)


def _shortest(bank: Bank, want: Want, source: Source, value: str) -> object:
    """The piece between marks that is likest to a field's name; None where none is like it."""
    pieces = [
        re.sub(r"^(?:the|an?|it is|this is|we|our) ", "", p.strip(' .,"“”'), flags=re.I)
        for p in re.split(r"[,;:\n()–]| - |\.\s", source.text)
    ]
    pieces = [_subject(p) for p in pieces]
    short = [
        p
        for p in dict.fromkeys(pieces)
        if 0 < len(p.split()) <= _MOST_PHRASE and not re.fullmatch(r"[\d\W]+\w{0,4}", p)
    ]
    if not short:
        return None
    asked = " ".join(want.words)
    vectors = bank.features.encoder.encode([*short[:12], asked])
    likeness = vectors[:-1] @ vectors[-1]
    best = int(likeness.argmax())
    return short[best] if likeness[best] >= 0.3 else None


def _subject(piece: str) -> str:
    """What stands before the verb of a piece; the piece where it has none."""
    words = en.tokens(piece)
    at = next((verb.at for verb in en.verbs(words) if verb.at > 0), 0)
    return en.joined(words[:at]) if 0 < at <= _MOST_PHRASE else piece
