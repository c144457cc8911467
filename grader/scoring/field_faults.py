"""Models with a planted fault that fill in a record, and harmless ones.

Runs in T; pure and reproducible: what a model says is a function of model, seed, text and turn.
"""

from __future__ import annotations

import json
from collections.abc import Callable

from grader.scoring.arena import Answer
from grader.scoring.faults import Draw
from grader.scoring.fields import (
    FieldSheet,
    FieldTruth,
    Message,
    PlantedField,
    Record,
    read_values,
)
from grader.scoring.gold import normalised

_Fault = Callable[[PlantedField, Record, Message, FieldSheet, Draw], str]


def _written(record: Record) -> str:
    return json.dumps(record, ensure_ascii=False)


def _same(_: PlantedField, record: Record, *__: object) -> str:
    return _written(record)


def _invent(one: PlantedField, record: Record, message: Message, _: FieldSheet, draw: Draw) -> str:
    """Say something where nothing is to be said."""
    assert one.field is not None
    if None not in message.right.get(one.field, (None,)):
        return _written(record)
    return _written({**record, one.field: one.to[int(draw.number("which") * len(one.to))]})


def _drop(one: PlantedField, record: Record, *_: object) -> str:
    assert one.field is not None
    return _written({**record, one.field: None})


def _swap(
    one: PlantedField, record: Record, message: Message, sheet: FieldSheet, draw: Draw
) -> str:
    """Another value: of those that there are, or the right one with a figure off."""
    assert one.field is not None
    said = record[one.field]
    if said is None:
        return _written(record)
    right = message.right.get(one.field, ())
    others = [v for v in one.to or sheet.spec(one.field).values if v not in right]
    if others:
        return _written({**record, one.field: others[int(draw.number("which") * len(others))]})
    return _written({**record, one.field: _off_by_one(said)})


def _off_by_one(text: str) -> str:
    """Return a text with its last figure one higher, or its words turned round if it has none."""
    for place in range(len(text) - 1, -1, -1):
        if text[place] in "0123456789":
            return f"{text[:place]}{(int(text[place]) + 1) % 10}{text[place + 1 :]}"
    words = text.split()
    return " ".join(reversed(words)) if len(words) > 1 else f"not {text}"


def _chatty(_: PlantedField, record: Record, __: Message, ___: FieldSheet, draw: Draw) -> str:
    body = _written(record)
    if draw.number("how") < 0.5:
        return f"```json\n{body}\n```"
    return f"Here is what I found in the text: {body}"


def _acceptable(
    _: PlantedField, record: Record, message: Message, sheet: FieldSheet, __: Draw
) -> str:
    """Another value that is right whatever was asked: a reading for want of a fact is none."""
    values = message.right if message.row is None else read_values(message.row.accept)
    other = {n: next((v for v in vs if v != record.get(n)), vs[0]) for n, vs in values.items()}
    return _written({one.name: other.get(one.name) for one in sheet.fields})


def _spaced(_: PlantedField, record: Record, *__: object) -> str:
    """Keys in another order, closed values in capitals, line breaks between."""
    turned = dict(reversed(record.items()))
    return json.dumps(
        {k: v.upper() if v is not None else v for k, v in turned.items()},
        ensure_ascii=False, indent=2,
    )  # fmt: skip


def _extra(_: PlantedField, record: Record, __: Message, ___: FieldSheet, draw: Draw) -> str:
    return json.dumps({**record, "confidence": round(0.5 + draw.number("sure") / 2, 2)})


FAULTS: dict[str, _Fault] = {
    "same": _same, "invent": _invent, "drop": _drop, "swap": _swap, "unstable": _swap,
    "chatty": _chatty, "acceptable": _acceptable, "spaced": _spaced, "extra": _extra,
}  # fmt: skip
"""By the word that fields.toml uses; unstable is swap, drawn anew for each turn of a text."""


def field_answers(one: PlantedField, sheet: FieldSheet, truth: FieldTruth, seed: int) -> Answer:
    """Return a planted model.

    Args:
        one: which.
        sheet: the record.
        truth: what is right.
        seed: of its luck.
    """
    fault = FAULTS[one.fault]

    def model(text: str, turn: int) -> str:
        message = truth.message(text)
        record = {f.name: message.right.get(f.name, (None,))[0] for f in sheet.fields}
        draw = Draw(one.id, seed, normalised(text), turn if one.fault == "unstable" else 0)
        if one.when.holds(message) and draw.number() < one.rate:
            return fault(one, record, message, sheet, draw)
        return _written(record)

    return model
