"""Measure classification on any set of intents: by name, with definitions, in three wordings.

Runs on the trusted side. Public sets are read from a file of the caller's; none is kept here.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from harness.bench.figures import Figure, figure
from harness.models.engine import Engine
from harness.models.errors import BadRequest
from harness.models.request import ChatRequest

Rows = Sequence[tuple[str, str]]
NONE = "none_of_these"
_BY_NAME = (
    "Classify the query into exactly one of these intents: {commas}. Intent only.\n\nQuery: {text}",
    "You are given a query of a customer. Labels: {commas}\nReply with one label only.\n{text}",
    "Choose one label from the list.\n{bullets}\n\nReply with the label only.\nMessage: {text}",
)
_BY_DEFINITION = (
    "Classify the query into one of these intents:\n{defined}\n\nIntent only.\n\nQuery: {text}",
    "## Intents\n{defined}\n## Task\nReturn only the best intent.\n## Message\n{text}",
    "You route messages. Possible labels and their meaning:\n{defined}\n\nJust the label "
    "for: {text}",
)
_NONE_LINE = f"\n- {NONE}: the query fits no intent above"


@dataclass(frozen=True)
class Shares:
    """Shares of right labels, 0 to 1.

    Attributes:
        by_name: one for each wording, labels given by name alone.
        by_definition: the same with definitions; empty without any.
        with_none: right among texts of the set when "none of these" is offered too.
        outside_found: texts of no intent that are called so; None without such texts.
        inside_kept: texts of the set that are not called "none of these".
    """

    by_name: tuple[float, ...]
    by_definition: tuple[float, ...]
    with_none: float
    outside_found: float | None
    inside_kept: float


def read_texts(path: Path) -> list[tuple[str, str]]:
    """(text, label) from a CSV with those two columns.

    Raises:
        BadRequest: the file cannot be read or lacks a column.
    """
    return _read(path, "text", "label")


def read_definitions(path: Path) -> dict[str, str]:
    """label: definition from a CSV with those two columns.

    Raises:
        BadRequest: the file cannot be read or lacks a column.
    """
    return dict(_read(path, "label", "definition"))


def _read(path: Path, first: str, second: str) -> list[tuple[str, str]]:
    try:
        with path.open(encoding="utf-8", newline="") as file:
            reader = csv.DictReader(file)
            if not {first, second} <= set(reader.fieldnames or ()):
                raise BadRequest(f"{path}: the first line must name the columns {first},{second}")
            rows = [(row[first] or "", row[second] or "") for row in reader]
    except (OSError, UnicodeDecodeError, csv.Error) as exc:
        raise BadRequest(f"{path} cannot be read: {exc}") from exc
    if not rows:
        raise BadRequest(f"{path} has no row below its header")
    return rows


def measure_intents(
    engine: Engine,
    rows: Rows,
    definitions: Mapping[str, str],
    outside: Sequence[str] = (),
    *,
    tier: str = "sim-medium",
) -> Shares:
    """Shares of right labels at temperature 0.

    Args:
        engine: the model.
        rows: (text, label).
        definitions: by label; may be empty.
        outside: texts that fit no label.
        tier: name of the model.
    """
    labels = list(dict.fromkeys(label for _, label in rows))
    lines = "\n".join(f"- {label}: {definitions.get(label, '')}".rstrip(": ") for label in labels)
    forms = {
        "commas": ", ".join(labels),
        "bullets": "\n".join(f"* {label}" for label in labels),
        "defined": lines,
    }
    with_none = {**forms, "defined": lines + _NONE_LINE, "commas": f"{forms['commas']}, {NONE}"}
    best = _BY_DEFINITION[0] if definitions else _BY_NAME[0]
    told = [said(engine, best, with_none, text, tier) for text, _ in rows]
    found = [said(engine, best, with_none, text, tier) == NONE for text in outside]
    return Shares(
        tuple(_right(engine, wording, forms, rows, tier) for wording in _BY_NAME),
        tuple(_right(engine, wording, forms, rows, tier) for wording in _BY_DEFINITION)
        if definitions
        else (),
        sum(a == b for a, (_, b) in zip(told, rows, strict=True)) / len(rows),
        sum(found) / len(found) if found else None,
        sum(label != NONE for label in told) / len(told),
    )


def intent_figures(texts: Path, definitions: Path | None) -> list[Figure]:
    """Return the figures of a set of intents in files of the caller's.

    Args:
        texts: CSV with the columns text and label; a text without a label fits none.
        definitions: CSV with the columns label and definition; None if there is none.

    Raises:
        BadRequest: a file cannot be read, lacks a column, or labels no text.
    """
    read = read_texts(texts)
    rows = [(text, label) for text, label in read if label]
    outside = [text for text, label in read if not label]
    if not rows:
        raise BadRequest(f"{texts}: no text has a label; name at least two labels")
    told = read_definitions(definitions) if definitions else {}
    found = measure_intents(Engine(), rows, told, outside)
    figures = [
        *_spread("intents by name", found.by_name, 0.85),
        *_spread("intents with definitions", found.by_definition, 0.94),
        _share('right with "none of these" offered', found.with_none, 0.86),
        _share("inside kept", found.inside_kept, 0.85),
    ]
    if found.outside_found is not None:
        figures.append(_share("outside found", found.outside_found, 0.8))
    how = f"{len(rows)} texts, {len(outside)} of no label, sim-medium, temperature 0"
    return [replace(one, how=how) for one in figures]


def _spread(name: str, shares: tuple[float, ...], least: float) -> list[Figure]:
    if not shares:
        return []
    spread = max(shares) - min(shares)
    return [
        _share(f"{name}, least of {len(shares)} wordings", min(shares), least),
        figure(
            f"{name}, spread", ours=spread, peer=None, target="≤ 0.05", met=spread <= 0.05, how=""
        ),
    ]


def _share(name: str, share: float, least: float) -> Figure:
    return figure(name, ours=share, peer=None, target=f"≥ {least}", met=share >= least, how="")


def _right(engine: Engine, wording: str, forms: Mapping[str, str], rows: Rows, tier: str) -> float:
    return sum(said(engine, wording, forms, t, tier) == label for t, label in rows) / len(rows)


def said(engine: Engine, wording: str, forms: Mapping[str, str], text: str, tier: str) -> str:
    """The label a wording gets for one text."""
    prompt = wording.format(**forms, text=text)
    request = ChatRequest.from_wire(tier, [{"role": "user", "content": prompt}], {"temperature": 0})
    return engine.chat(request).choices[0].text.strip()
