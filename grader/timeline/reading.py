"""The record as lanes of marks, each at a share of own time.

Runs in T; pure functions of an Attempt. No clock time leaves this module, and no length of time:
a share of own time says in which order things came and how they lay together, not how fast.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from itertools import groupby
from typing import Literal

from pydantic import Field

from grader.attempt import Attempt
from grader.signals.views import given_records, views
from harness.core.records import Call, Event, Record

_MOST_OTHERS = 12
_MOST_VALUE = 48
_MOST_CHANGE = 120
"""Letters of one changed value, before and after together."""
Sign = Literal["tick", "span", "open", "held", "dropped", "ok", "problem"]


class Mark(Record):
    """One thing on a lane."""

    share: float = Field(ge=0, le=1)
    """Where it begins."""
    until: float | None = Field(default=None, ge=0, le=1)
    """Where a span ends."""
    sign: Sign = "tick"
    """How it is drawn."""
    label: str = ""
    """What it is, in a few words."""
    seq: int | None = None
    """The journal's entry."""
    cell_id: str | None = None
    """The cell."""


class Lane(Record):
    """One row of the timeline."""

    title: str
    """What is on it."""
    marks: tuple[Mark, ...]
    """Oldest first."""


class Turn(Record):
    """A change of mind."""

    share: float = Field(ge=0, le=1)
    """When."""
    label: str
    """From what to what."""
    others: tuple[str, ...] = ()
    """What changed in the same run."""
    cell_id: str | None = None
    """Where it shows."""


class Timeline(Record):
    """A session as it is drawn."""

    lanes: tuple[Lane, ...]
    """Top to bottom."""
    turns: tuple[Turn, ...] = ()
    """Changes of mind, oldest first."""
    form_at: float | None = None
    """When part two was delivered; what lies before was unprompted."""
    folds: tuple[tuple[float, float], ...] = ()
    """Idle stretches, folded."""


def read_timeline(attempt: Attempt) -> Timeline:
    """Return the session of an attempt; lanes on which nothing lies are left out."""
    share = attempt.own_time.share
    form = next((share(e.at) for e in attempt.events if e.kind == "part_delivered"), None)
    calls = tuple(
        Mark(share=share(call.at), cell_id=call.cell_id, label=call.alias)
        for call in attempt.model_calls
    )
    tools = tuple(
        Mark(share=share(call.at), cell_id=call.cell_id, label=_tell_use(call))
        for call in attempt.tool_calls
    )
    versions, turns = _versions(attempt)
    lanes = (
        Lane(title="Plan", marks=tuple(_plans(attempt))),
        Lane(title="Data looked at", marks=tuple(_views(attempt))),
        Lane(title="Questions asked", marks=tuple(_of_kind(attempt, "ask", "question"))),
        Lane(title="Ideas", marks=tuple(_ideas(attempt))),
        *versions,
        Lane(title=f"Model calls ({len(calls)})", marks=calls),
        Lane(title=f"Tools used ({len(tools)})", marks=tools),
        Lane(title="Cells that raised", marks=tuple(_errors(attempt))),
        Lane(title="Checks", marks=tuple(_checks(attempt))),
    )
    return Timeline(
        lanes=tuple(lane for lane in lanes if lane.marks),
        turns=tuple(sorted([*turns, *_dropped(attempt)], key=lambda turn: turn.share)),
        form_at=form,
        folds=tuple(attempt.own_time.folds()),
    )


def _tell_use(call: Call) -> str:
    """Return a tool's name and what it was given: "meter S1, m017"."""
    given = call.request.get("arguments")
    values = given.values() if isinstance(given, dict) else ()
    told = ", ".join(str(value) for value in values)
    return f"{call.alias.removeprefix('tool:')} {told}"[:160]


def _mark(attempt: Attempt, event: Event, label: str, sign: Sign = "tick") -> Mark:
    return Mark(
        share=attempt.own_time.share(event.at), sign=sign, label=label[:160], seq=event.seq,
        cell_id=event.cell_id,
    )  # fmt: skip


def _plans(attempt: Attempt) -> Iterator[Mark]:
    for event in attempt.events:
        source = event.payload.get("source")
        if event.kind == "execute_request" and str(source).lstrip().startswith("%%plan"):
            yield _mark(attempt, event, "plan run")


def _views(attempt: Attempt) -> Iterator[Mark]:
    if attempt.exercise is None:
        return
    seen = views(attempt, given_records(attempt.exercise))
    for (is_tool, _), some in groupby(seen, lambda view: (view.is_tool, view.event.msg_id)):
        of_one_run = list(some)
        count = len(frozenset[object]().union(*(view.records for view in of_one_run)))
        what = "asked of a tool" if is_tool else "shown"
        yield _mark(
            attempt, of_one_run[0].event, f"{count} record{'s' if count > 1 else ''} {what}"
        )


def _of_kind(attempt: Attempt, kind: str, field: str) -> Iterator[Mark]:
    for event in attempt.events:
        if event.kind == kind:
            yield _mark(attempt, event, str(event.payload.get(field) or ""))


_IDEA_WORDS: dict[Sign, str] = {"held": "held", "dropped": "dropped"}


def _ideas(attempt: Attempt) -> Iterator[Mark]:
    signs: dict[object, Sign] = {"supported": "held", "refuted": "dropped"}
    for event in attempt.events:
        if event.kind == "hypothesis":
            load = event.payload
            sign = signs.get(load.get("status"), "open")
            word = _IDEA_WORDS.get(sign, "written")
            told = f"{load.get('id') or ''} {word}: {load.get('text') or ''}"
            yield _mark(attempt, event, told, sign)


def _dropped(attempt: Attempt) -> Iterator[Turn]:
    for event in attempt.events:
        if event.kind == "hypothesis" and event.payload.get("status") == "refuted":
            share = attempt.own_time.share(event.at)
            yield Turn(share=share, label="own idea dropped", cell_id=event.cell_id)


def _errors(attempt: Attempt) -> Iterator[Mark]:
    for event in attempt.events:
        if event.kind == "error":
            yield _mark(attempt, event, str(event.payload.get("ename") or "error"), "problem")


def _checks(attempt: Attempt) -> Iterator[Mark]:
    for event in attempt.events:
        if event.kind == "check":
            problems = event.payload.get("problems")
            count = len(problems) if isinstance(problems, list) else 0
            told = f"{count} open points" if count else "everything can be read"
            yield _mark(attempt, event, told, "problem" if count else "ok")


def _versions(attempt: Attempt) -> tuple[list[Lane], list[Turn]]:
    """Return a lane for each artefact cell with its versions, and the values that changed."""
    lanes, turns = [], []
    for cell in attempt.cells:
        if cell.kind != "artefact" or cell.name is None:
            continue
        runs: list[tuple[Event, str]] = []
        for event in attempt.events:
            source = event.payload.get("source")
            if event.kind != "execute_request" or event.cell_id != cell.id:
                continue
            if not runs or runs[-1][1] != source:
                runs.append((event, str(source)))
        shares = [attempt.own_time.share(event.at) for event, _ in runs]
        ends = [*shares[1:], 1.0][: len(shares)]  # a cell that was never run has no version
        marks = tuple(
            Mark(share=at, until=max(at, end), sign="span", label=f"v{n}", seq=event.seq,
                 cell_id=cell.id)
            for n, (at, end, (event, _)) in enumerate(zip(shares, ends, runs, strict=True), 1)
        )  # fmt: skip
        lanes.append(Lane(title=f"Cell {cell.name}, as run", marks=marks))
        for n in range(1, len(runs)):
            changed = list(_changed_values(runs[n - 1][1], runs[n][1]))
            if changed:
                label, others = _one_label(changed)
                turns.append(Turn(share=shares[n], label=label, others=others, cell_id=cell.id))
    return lanes, turns


def _changed_values(before: str, after: str) -> Iterator[str]:
    """Yield "NAME a → b" for short values that were assigned before and are now another."""
    old, new = _values(before), _values(after)
    for name, value in new.items():
        if name in old and old[name] != value:
            yield _shortened(f"{name} {old[name]} → {value}")


def _shortened(text: str) -> str:
    return text if len(text) <= _MOST_CHANGE else f"{text[: _MOST_CHANGE - 1]}…"


def _one_label(changed: list[str]) -> tuple[str, tuple[str, ...]]:
    """Return one label for what changed together, and the rest; a decision tells most."""
    told = next((one for one in changed if "decision" in one.lower()), changed[0])
    rest = [one for one in changed if one is not told]
    return f"{told} (and {len(rest)} more)" if rest else told, tuple(rest[:_MOST_OTHERS])


def _values(source: str) -> dict[str, str]:
    """Return short literals assigned at the top level, and those in a literal dict one below."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return {}
    found = {}
    for node in tree.body:
        if not isinstance(node, ast.Assign) or not isinstance(node.targets[0], ast.Name):
            continue
        name, value = node.targets[0].id, node.value
        if isinstance(value, ast.Constant):
            found[name] = _literal(value.value)
        elif isinstance(value, ast.Dict):
            keys = [str(k.value) for k in value.keys if isinstance(k, ast.Constant)]
            if keys:
                found[name] = "{" + ", ".join(keys)[:28] + "}"
            for key, item in zip(value.keys, value.values, strict=True):
                if isinstance(key, ast.Constant) and isinstance(item, ast.Constant):
                    found[f"{name}[{key.value!r}]"] = _literal(item.value)
        elif isinstance(value, ast.List):
            found |= _rows(name, value)
    return found


def _literal(value: object) -> str:
    text = repr(value)
    return text if len(text) <= _MOST_VALUE else f"{text[: _MOST_VALUE - 1]}…"


def _rows(name: str, value: ast.List) -> dict[str, str]:
    """Return the short values of rows such as {"output_id": "O3", "label": "supported"}."""
    found = {}
    for row in value.elts:
        if not isinstance(row, ast.Dict):
            continue
        pairs = [
            (key.value, item.value)
            for key, item in zip(row.keys, row.values, strict=True)
            if isinstance(key, ast.Constant) and isinstance(item, ast.Constant)
        ]
        for key, item in pairs[1:2]:  # the first names the row, the second says what it is
            found[f"{name} {pairs[0][1]!r:.14} {key!s}"] = _literal(item)
    return found
