"""What each kind of tool answers: from its data, the arguments and the settings, nothing else.

Runs in zone G; pure functions but for the menu's match, which is handed in. Arguments are a
candidate's and were read by the declaration; results are plain JSON objects.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from harness.core.tools import Took
from harness.proctor import words
from harness.proctor.tools import words as tool_words
from harness.proctor.tools.formula import NoNumber, Run, read_formula
from harness.proctor.tools.request import Use
from harness.proctor.tools.sheet import (
    Check,
    Document,
    Figure,
    Kind,
    Menu,
    Plain,
    Row,
    Settings,
    Table,
    Trial,
)

State = Mapping[str, Mapping[str, Plain]]
"""The settings: component to key to value."""


@dataclass(frozen=True)
class Done:
    """What a tool came to.

    Attributes:
        result: a JSON object.
        settings: what the settings become; None leaves them as they are.
    """

    result: dict[str, Any]
    settings: dict[str, dict[str, Plain]] | None = None


def price(kind: Kind, use: Use, found: Check | None) -> Took:
    """Return what a use takes.

    Args:
        kind: the tool's data.
        use: with its arguments.
        found: for a menu, the check that is nearest; None if none is.
    """
    took = use.tool.price.of(use.arguments)
    if isinstance(kind, Menu):
        is_done = found is not None and use.arguments[kind.confirm]
        return replace(took, minutes=found.minutes) if is_done and found else Took()
    return took


def answer(kind: Kind, use: Use, state: State, found: Check | None) -> Done:
    """Return what a tool comes to.

    Args:
        kind: the tool's data.
        use: with its arguments.
        state: the settings as they are.
        found: for a menu, the check that is nearest; None if none is.

    Raises:
        Refusal: there is nothing under these arguments, or no number comes of them.
    """
    try:
        if isinstance(kind, Table):
            return Done(_row(kind, use))
        if isinstance(kind, Document):
            return Done(_section(kind, use))
        if isinstance(kind, Menu):
            return Done(_check(kind, use, state, found))
        if isinstance(kind, Settings):
            return _changed(kind, use, state)
        return Done(_figures(kind, use, state))
    except NoNumber as problem:
        raise tool_words.not_countable(use.tool.name, str(problem)) from problem


def _row(table: Table, use: Use) -> dict[str, Any]:
    for row in table.rows:
        if all(row[name] == use.arguments[name] for name in table.by):
            return {name: value for name, value in row.items() if name not in table.by}
    asked = ", ".join(f"{name}={use.arguments[name]!r}" for name in table.by)
    raise tool_words.nothing_there(use.tool.name, asked)


def _section(document: Document, use: Use) -> dict[str, Any]:
    if document.by is None:
        whole = [f"## {one.title}\n\n{one.text}" for one in document.sections]
        return {"text": "\n\n".join(whole)}
    number = use.arguments[document.by]
    if not 1 <= number <= len(document.sections):
        raise tool_words.nothing_there(use.tool.name, f"section {number}")
    found = document.sections[number - 1]
    return {"number": number, "title": found.title, "text": found.text}


def _check(menu: Menu, use: Use, state: State, found: Check | None) -> dict[str, Any]:
    if found is None:
        return {"nearest": None, "how": "Nothing here is near that. Say it in other words."}
    if not use.arguments[menu.confirm]:
        return {
            "nearest": found.title,
            "minutes": f"{found.minutes:f}",
            "how": f"Nothing was done yet. Add {menu.confirm}=True to have it done.",
        }
    env = {"settings": state}
    case = next(c for c in found.cases if c.when is None or read_formula(c.when)(env))
    return {"done": found.title, **case.result}


def _changed(kind: Settings, use: Use, state: State) -> Done:
    name, change = use.arguments[kind.by], use.arguments[kind.change]
    if name not in state:
        raise words.bad_value(
            f"There is no component {name[:80]!r}. There are: {', '.join(state)}.", param=kind.by
        )
    if not change:
        raise words.bad_value(f'"{kind.change}" changes nothing.', param=kind.change)
    own = dict(state[name])
    for key, value in change.items():
        if key not in own:
            raise words.bad_value(
                f"{name} has no {key[:80]!r}. It has: {', '.join(own)}.", param=kind.change
            )
        if _type(value) is not _type(own[key]):
            raise words.bad_value(
                f"{name}: {key} is {own[key]!r} now; send a value of that type.", param=kind.change
            )
        own[key] = value
    settings = {each: dict(values) for each, values in state.items()} | {name: own}
    return Done({"component": name, "settings": own}, settings)


def _type(value: Plain) -> type:
    return float if isinstance(value, int | float) and not isinstance(value, bool) else type(value)


def _figures(trial: Trial, use: Use, state: State) -> dict[str, Any]:
    many = len(trial.rows) if trial.first is None else use.arguments[trial.first]
    computed = [(column.name, read_formula(column.formula)) for column in trial.columns]
    rows = [_computed(row, computed, use, state) for row in trial.rows[:many]]
    if not rows:
        raise NoNumber("there are no rows")
    return {"rows": len(rows)} | {one.name: _figure(one, rows) for one in trial.figures}


def _computed(
    row: Row, computed: list[tuple[str, Run]], use: Use, state: State
) -> Mapping[str, Any]:
    env: dict[str, Any] = {**row, "args": use.arguments, "settings": state}
    for name, run in computed:
        env[name] = run(env)
    return env


def _figure(one: Figure, rows: list[Mapping[str, Any]]) -> Any:
    take = _TAKES[one.take]
    if one.within is None:
        return round(take(_values(one.of, rows)), one.digits)
    groups: dict[str, list[Mapping[str, Any]]] = {}
    for row in rows:
        groups.setdefault(str(row[one.within]), []).append(row)
    return {
        name: round(take(_values(one.of, group)), one.digits)
        for name, group in sorted(groups.items())
    }


def _values(name: str, rows: Iterable[Mapping[str, Any]]) -> list[float]:
    found = [row[name] for row in rows]
    for value in found:
        if not isinstance(value, int | float):
            raise NoNumber(f"{name} is {str(value)[:40]!r}")
    return [float(value) for value in found]


def _sum(values: list[float]) -> float:
    try:
        return math.fsum(values)
    except OverflowError as problem:
        raise NoNumber("a sum becomes too large") from problem


def _mean(values: list[float]) -> float:
    return _sum(values) / len(values)


_TAKES: dict[str, Callable[[list[float]], float]] = {"sum": _sum, "mean": _mean}
