"""What: a tool's declaration and its data fit each other.

Why: else a candidate is the first to find an argument that no row answers.
Wrong: a choice without a row, a formula that reads a column which is not there.
Right: every argument is used, every row can be asked for, every formula comes to a number.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from grader.authoring.checks.room import Room
from grader.authoring.checks.rule import Rule
from grader.authoring.problem import Problem
from grader.authoring.tools import declared
from harness.core.tools import Argument, Tool
from harness.proctor.errors import Refusal
from harness.proctor.tools.formula import names_in, steps_in
from harness.proctor.tools.kinds import answer
from harness.proctor.tools.request import read_use
from harness.proctor.tools.sheet import Document, Kind, Menu, Settings, Table, ToolSheet, Trial

MOST_STEPS = 2_000_000
"""About a second of one core."""
_OFFERED = ("args", "settings")


def find(room: Room) -> Iterator[Problem]:
    """Yield what does not fit, tool by tool."""
    for name, kind in room.tools.tools.items():
        tool = declared(room.card, name)
        yield from _of_price(tool, kind)
        for what, remedy in _problems(room.tools, tool, kind):
            yield Problem(f"proctor/tools/{name}.toml", what, remedy)


def _of_price(tool: Tool, kind: Kind) -> Iterator[Problem]:
    place = f"exercise.toml, tool {tool.name!r}"
    if tool.price.varies != isinstance(kind, Menu):
        yield Problem(
            place,
            "price.varies is for a menu, whose checks have prices of their own, and a menu has it",
            "write price = { varies = true } for a menu, and a fixed price for any other kind",
        )
    price = tool.price
    if price.varies and (price.calls or price.tokens or price.minutes or price.per):
        what = "a menu's price is that of its checks alone"
        yield Problem(place, what, "leave the other amounts out")


def _problems(sheet: ToolSheet, tool: Tool, kind: Kind) -> Iterator[tuple[str, str]]:
    if isinstance(kind, Table):
        yield from _of_table(tool, kind)
    elif isinstance(kind, Document):
        yield from _of_document(tool, kind)
    elif isinstance(kind, Menu):
        yield from _of_menu(tool, kind)
    elif isinstance(kind, Settings):
        yield from _of_settings(sheet, tool, kind)
    else:
        yield from _of_trial(sheet, tool, kind)


def _of_arguments(tool: Tool, wanted: dict[str, tuple[str, ...]]) -> Iterator[tuple[str, str]]:
    """Yield what is off between the arguments there are and those the kind goes by."""
    there = {one.name: one for one in tool.arguments}
    if set(there) != set(wanted):
        yield (
            f"it goes by {', '.join(wanted) or 'no argument'}, and exercise.toml declares "
            f"{', '.join(there) or 'none'}",
            "declare the same arguments in exercise.toml, no more and no fewer",
        )
    for name, types in wanted.items():
        if name in there and there[name].type not in types:
            yield (
                f"the argument {name!r} is of the type {there[name].type}",
                f"make it {' or '.join(types)}",
            )


def _of_table(tool: Tool, table: Table) -> Iterator[tuple[str, str]]:
    yield from _of_arguments(tool, {name: ("string", "integer", "boolean") for name in table.by})
    columns = set(table.rows[0])
    if missing := [name for name in table.by if name not in columns]:
        yield f"there is no column {missing[0]!r}", f"columns are {', '.join(sorted(columns))}"
        return
    if any(set(row) != columns for row in table.rows):
        yield "its rows do not have the same columns", "give each row the same ones"
    if columns <= set(table.by):
        yield "no column is left to tell", "add one that is not in `by`"
    seen = set()
    for row in table.rows:
        keys = tuple(row[name] for name in table.by)
        told = ", ".join(f"{name}={row[name]!r}" for name in table.by)
        if keys in seen:
            yield f"two rows have {told}", "keep one of them"
        seen.add(keys)
        if why := _is_refused(tool, {name: row[name] for name in table.by}):
            yield f"nobody can ask for the row {told}: {why}", "fit the argument to the data"
    for one in tool.arguments:
        for choice in one.choices:
            if choice not in {row[one.name] for row in table.rows}:
                yield f"no row has {one.name}={choice!r}", "add one, or take the choice out"


def _of_document(tool: Tool, document: Document) -> Iterator[tuple[str, str]]:
    yield from _of_arguments(tool, {} if document.by is None else {document.by: ("integer",)})
    for one in tool.arguments:
        if (one.minimum, one.maximum) != (1, len(document.sections)):
            yield (
                f"{one.name} goes from {one.minimum} to {one.maximum}, and the document has "
                f"{len(document.sections)} sections",
                f"write minimum = 1 and maximum = {len(document.sections)}",
            )


def _of_menu(tool: Tool, menu: Menu) -> Iterator[tuple[str, str]]:
    yield from _of_arguments(tool, {menu.by: ("string",), menu.confirm: ("boolean",)})
    if any(one.default is not False for one in tool.arguments if one.name == menu.confirm):
        yield f"{menu.confirm} has no default", "write default = false: nothing is taken unasked"
    if any(one.choices for one in tool.arguments):
        yield "an argument has choices", "leave them out: nobody sees the menu whole"
    titles = [" ".join(check.title.casefold().split()) for check in menu.checks]
    for title in titles:
        if titles.count(title) > 1:
            yield f"the title {title!r} stands twice", "give each check one of its own"


def _of_settings(sheet: ToolSheet, tool: Tool, settings: Settings) -> Iterator[tuple[str, str]]:
    yield from _of_arguments(tool, {settings.by: ("string",), settings.change: ("object",)})
    if any(one.fields for one in tool.arguments):
        yield "the change has fields of its own", "leave them out: `start` says what there is"
    if any(not keys for keys in settings.start.values()):
        yield "a component of `start` has no key", "give it one"
    others = [one for one in sheet.tools.values() if isinstance(one, Settings)]
    if len(others) > 1:
        yield "another tool changes settings too", "have one tool that does"


def _of_trial(sheet: ToolSheet, tool: Tool, trial: Trial) -> Iterator[tuple[str, str]]:
    first = next((one for one in tool.arguments if one.name == trial.first), None)
    if trial.first is not None and (first is None or first.type != "integer"):
        yield f"first = {trial.first!r} is no integer argument", "declare it"
    if first is not None and not 1 <= (first.minimum or 0) <= (first.maximum or 0) <= len(
        trial.rows
    ):
        yield (
            f"{first.name} does not lie between 1 and the {len(trial.rows)} rows",
            "write its minimum and maximum",
        )
    steps = len(trial.rows) * sum(steps_in(column.formula) for column in trial.columns)
    if steps > MOST_STEPS:
        yield (
            f"it takes {steps} steps, {len(trial.rows)} rows by the length of its formulas",
            f"stay below {MOST_STEPS}: fewer rows, or values that stand in a column already",
        )
    known = set(trial.rows[0])
    if any(set(row) != known for row in trial.rows):
        yield "its rows do not have the same columns", "give each row the same ones"
    if taken := known & {*_OFFERED, "rows"}:
        yield f"a column is called {sorted(taken)[0]!r}", "rename it"
    for column in trial.columns:
        if unknown := names_in(column.formula) - known - set(_OFFERED):
            yield (
                f"the formula of {column.name!r} reads {sorted(unknown)[0]!r}, which is not there",
                f"there are {', '.join(sorted(known))}, args and settings",
            )
        if column.name in known:
            yield f"the column {column.name!r} stands twice", "give it a name of its own"
        known.add(column.name)
    for figure in trial.figures:
        for name in filter(None, (figure.of, figure.within)):
            if name not in known:
                yield f"the figure {figure.name!r} goes by {name!r}, which is not there", "mend it"
    if why := _is_refused(tool, {one.name: _some(one) for one in tool.arguments}, sheet, trial):
        yield f"tried once, it did not work: {why}", "mend the formula or the arguments' bounds"


def _is_refused(
    tool: Tool, arguments: dict[str, Any], sheet: ToolSheet | None = None,
    kind: Trial | None = None,
) -> str:  # fmt: skip
    """Return why a use with these arguments is refused; empty when it is not."""
    try:
        use = read_use(tool, arguments)
        if sheet is not None and kind is not None:
            answer(kind, use, sheet.start, None)
    except Refusal as no:
        return str(no)
    return ""


def _some(one: Argument) -> Any:
    """Return a value that an argument may have: its default, or the largest and first there is."""
    if one.default is not None:
        return one.default
    if one.type == "object":
        return {field.name: _some(field) for field in one.fields}
    if one.type in ("integer", "number"):
        bound = one.maximum if one.maximum is not None else one.minimum
        value = 1.0 if bound is None else bound
        return int(value) if one.type == "integer" else value
    simple = {"string": next(iter(one.choices), "x"), "boolean": True, "array": []}
    return simple[one.type]


RULE = Rule("tool-data", find, needs=("card", "tools"))
