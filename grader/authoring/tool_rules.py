"""What a tool has to keep before it may be photographed: declaration and data fit each other.

Runs in T. Each rule raises NotReleasable with the place and the remedy, so that no candidate is
the first to find an argument that no row answers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from grader.authoring.folder import Exercise
from grader.authoring.tools import declared
from grader.errors import NotReleasable
from harness.core.tools import Argument, Tool
from harness.proctor.errors import Refusal
from harness.proctor.tools.formula import names_in, steps_in
from harness.proctor.tools.kinds import answer
from harness.proctor.tools.request import read_use
from harness.proctor.tools.sheet import Document, Kind, Menu, Settings, Table, Trial

MOST_STEPS = 2_000_000
"""About a second of one core."""
_OFFERED = ("args", "settings")


def tool_minutes_are_allowed(exercise: Exercise) -> None:
    """Who takes simulated minutes takes them of an allowance, and an allowance has a taker."""
    card = exercise.card
    takers = [tool.name for tool in card.tools if tool.price.minutes or tool.price.varies]
    if takers and card.purse.minutes is None:
        raise NotReleasable.at(
            f"exercise.toml, tool {takers[0]!r}",
            "it takes simulated minutes and there is no allowance",
            "write minutes under [purse]",
        )
    if card.purse.minutes is not None and not takers:
        raise NotReleasable.at(
            "exercise.toml, purse",
            "minutes is set and no tool takes any",
            "price a tool in minutes, or leave it out",
        )


def tool_names_stay_in_part_two(exercise: Exercise) -> None:
    """No tool of part two is named in part one: a menu tells what will be asked."""
    for tool in exercise.card.tools:
        word = re.compile(rf"(?<!\w){re.escape(tool.name)}\(")
        for cell in exercise.cells:
            if tool.part == 2 and cell.part == 1 and word.search(cell.text):
                raise NotReleasable.at(
                    cell.place,
                    f"part one uses {tool.name!r}, a tool of part two",
                    "set part = 1 for the tool, or reword the cell",
                )


def tools_fit_their_data(exercise: Exercise) -> None:
    """Every argument is used, every row can be asked for, every formula comes to a number."""
    for name, kind in exercise.tools.tools.items():
        tool = declared(exercise.card, name)
        place = f"proctor/tools/{name}.toml"
        _check_price(tool, kind)
        for problem, remedy in _problems(exercise, tool, kind):
            raise NotReleasable.at(place, problem, remedy)


def _check_price(tool: Tool, kind: Kind) -> None:
    if tool.price.varies != isinstance(kind, Menu):
        raise NotReleasable.at(
            f"exercise.toml, tool {tool.name!r}",
            "price.varies is for a menu, whose checks have prices of their own, and a menu has it",
            "write price = { varies = true } for a menu, and a fixed price for any other kind",
        )
    price = tool.price
    if price.varies and (price.calls or price.tokens or price.minutes or price.per):
        raise NotReleasable.at(
            f"exercise.toml, tool {tool.name!r}",
            "a menu's price is that of its checks alone",
            "leave the other amounts out",
        )


def _problems(exercise: Exercise, tool: Tool, kind: Kind) -> Iterator[tuple[str, str]]:
    if isinstance(kind, Table):
        yield from _of_table(tool, kind)
    elif isinstance(kind, Document):
        yield from _of_document(tool, kind)
    elif isinstance(kind, Menu):
        yield from _of_menu(tool, kind)
    elif isinstance(kind, Settings):
        yield from _of_settings(exercise, tool, kind)
    else:
        yield from _of_trial(exercise, tool, kind)


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


def _of_settings(exercise: Exercise, tool: Tool, settings: Settings) -> Iterator[tuple[str, str]]:
    yield from _of_arguments(tool, {settings.by: ("string",), settings.change: ("object",)})
    if any(one.fields for one in tool.arguments):
        yield "the change has fields of its own", "leave them out: `start` says what there is"
    if any(not keys for keys in settings.start.values()):
        yield "a component of `start` has no key", "give it one"
    others = [one for one in exercise.tools.tools.values() if isinstance(one, Settings)]
    if len(others) > 1:
        yield "another tool changes settings too", "have one tool that does"


def _of_trial(exercise: Exercise, tool: Tool, trial: Trial) -> Iterator[tuple[str, str]]:
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
    if why := _is_refused(tool, {one.name: _some(one) for one in tool.arguments}, exercise, trial):
        yield f"tried once, it did not work: {why}", "mend the formula or the arguments' bounds"


def _is_refused(
    tool: Tool, arguments: dict[str, Any], exercise: Exercise | None = None,
    kind: Trial | None = None,
) -> str:  # fmt: skip
    """Return why a use with these arguments is refused; empty when it is not."""
    try:
        use = read_use(tool, arguments)
        if exercise is not None and kind is not None:
            answer(kind, use, exercise.tools.start, None)
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
