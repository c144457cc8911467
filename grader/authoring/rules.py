"""What an exercise has to keep before it may be photographed: one list, one rule a function.

Runs in T. Each rule raises NotReleasable with the place and the remedy.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Callable, Iterator

from grader.authoring.folder import Exercise
from grader.authoring.marks import PART_ONE_KINDS
from grader.authoring.solutions import cut
from grader.authoring.source import Cell
from grader.authoring.tool_rules import (
    tool_minutes_are_allowed,
    tool_names_stay_in_part_two,
    tools_fit_their_data,
)
from grader.errors import NotReleasable
from harness.models.tiers import EMBEDDER, TIERS

PLAN_MAGIC = "%%plan"
_LEAVES = re.compile(r"^(?:/|~|[A-Za-z]:[\\/])|(?:^|[\\/])\.\.(?:[\\/]|$)")
_LINE_MAGIC = re.compile(r"^(\s*)(?:%|!|\?).*$", re.MULTILINE)


def check_rules(exercise: Exercise) -> None:
    """Hold an exercise to every rule.

    Raises:
        NotReleasable: the first rule it does not keep.
    """
    for rule in RULES:
        rule(exercise)


def ids_are_unique(exercise: Exercise) -> None:
    """No cell id and no grade id stands twice: records, grades and merges key on them."""
    for what, values in (
        ("cell id", [cell.id for cell in exercise.cells]),
        ("grade_id", [cell.nbgrader.grade_id for cell in exercise.cells]),
        ("artefact name", [c.mark.name or c.place for c in exercise.cells]),
    ):
        for index, value in enumerate(values):
            if value in values[:index]:
                raise NotReleasable.at(
                    exercise.cells[index].place,
                    f"the {what} {value!r} is taken by cell {values.index(value) + 1}",
                    "give it one of its own",
                )


def parts_are_in_order(exercise: Exercise) -> None:
    """Part one stands before part two, and holds nothing that gives part two away."""
    parts = [cell.part for cell in exercise.cells]
    if 2 not in parts:
        raise NotReleasable.at(
            "source", "there is no part two", 'mark cells with "part": 2 after the plan cell'
        )
    for cell, after in zip(exercise.cells, parts[1:], strict=False):
        if cell.part > after:
            raise NotReleasable.at(
                cell.place, "a cell of part one stands below it", "put part one first"
            )
    for cell in exercise.cells:
        if cell.part == 1 and cell.mark.kind not in PART_ONE_KINDS:
            raise NotReleasable.at(
                cell.place,
                f"a {cell.mark.kind} cell stands in part one",
                "move it to part two: nobody is told before planning what will be asked",
            )


def one_plan_ends_part_one(exercise: Exercise) -> None:
    """The open cell is there once, begins with its magic, and part two comes below it.

    One text may stand between: without it JupyterLab puts an empty cell there as the plan runs.
    """
    plans = [cell for cell in exercise.cells if cell.mark.kind == "plan"]
    if len(plans) != 1:
        raise NotReleasable.at(
            "source",
            f"there are {len(plans)} plan cells",
            'have one: a code cell marked {"kind": "plan", "part": 1}, its first line %%plan',
        )
    plan = plans[0]
    one = [cell for cell in exercise.cells if cell.part == 1]
    after = one[one.index(plan) + 1 :] if plan in one else []
    if plan.cell_type != "code" or plan.text.split("\n")[0].rstrip() != PLAN_MAGIC:
        raise NotReleasable.at(
            plan.place, "the plan cell does not begin with %%plan", "make it its first line"
        )
    if plan.part != 1 or len(after) > 1 or any(cell.cell_type == "code" for cell in after):
        raise NotReleasable.at(
            plan.place,
            "the plan is not at the end of part one",
            "put it there; one text cell may follow it",
        )


def parameters_come_first(exercise: Exercise) -> None:
    """The first code cell, right after the head, is tagged for papermill."""
    cells = exercise.cells
    tagged = [cell for cell in cells if "parameters" in cell.tags]
    if len(cells) < 2 or cells[0].cell_type != "markdown" or tagged != [cells[1]]:
        raise NotReleasable.at(
            tagged[0].place if tagged else "source",
            "the parameters cell is missing, doubled, or not right after the head",
            'have one head in markdown, then one code cell with tags=["parameters"]',
        )
    if cells[1].cell_type != "code":
        raise NotReleasable.at(cells[1].place, "parameters are no code cell", "make it one")


def headings_go_down_in_order(exercise: Exercise) -> None:
    """One first-level heading, and no level skipped: screen readers go by them."""
    before = 0
    for cell in exercise.cells:
        for level in _headings(cell):
            if level > before + 1 or (level == 1 and before):
                raise NotReleasable.at(
                    cell.place,
                    f"a heading of level {level} follows one of level {before}",
                    "have one heading of level 1 and skip no level below it",
                )
            before = level


def given_code_reads_as_python(exercise: Exercise) -> None:
    """What is left when solutions are cut still compiles, so nobody meets our syntax error."""
    for cell in exercise.cells:
        if cell.cell_type == "code" and not cell.text.startswith("%%"):
            _tree(cell)


def paths_stay_inside(exercise: Exercise) -> None:
    """No given cell opens a file outside the exercise's own folder."""
    for cell in exercise.cells:
        if cell.cell_type != "code" or cell.text.startswith("%%"):
            continue
        for text in _whole_strings(_tree(cell)):
            if "\n" not in text and _LEAVES.search(text):
                raise NotReleasable.at(
                    cell.place,
                    f"the path {text[:60]!r} leaves the exercise's folder",
                    "read from data/, beside the notebook",
                )


def contract_fits_the_cells(exercise: Exercise) -> None:
    """Each rule of the contract names an artefact cell, and its examples are JSON lists."""
    artefacts = {cell.mark.name for cell in exercise.cells if cell.mark.kind == "artefact"}
    checks = [cell for cell in exercise.cells if cell.mark.kind == "check"]
    if exercise.card.contract and not checks:
        raise NotReleasable.at("source", "there is a contract and no check cell", "add one")
    for rule in exercise.card.contract:
        place = f"exercise.toml, contract {rule.name!r}"
        if rule.cell not in artefacts:
            raise NotReleasable.at(
                place,
                f"there is no artefact cell {rule.cell!r}",
                f"artefact cells are {', '.join(sorted(filter(None, artefacts))) or 'none'}",
            )
        for call in rule.calls:
            _check_call(call, rule.kind, place)


def contract_names_stay_in_part_two(exercise: Exercise) -> None:
    """No name of the contract stands in part one, not even in a comment."""
    for cell in exercise.cells:
        for rule in exercise.card.contract:
            if cell.part == 1 and re.search(rf"(?<!\w){re.escape(rule.name)}(?!\w)", cell.text):
                raise NotReleasable.at(
                    cell.place,
                    f"part one says {rule.name!r}, a name of the contract",
                    "reword it: part one leaks nothing",
                )


def one_stakeholder(exercise: Exercise) -> None:
    """Card and fact sheet name the same person."""
    if exercise.facts.stakeholder != exercise.card.stakeholder:
        raise NotReleasable.at(
            "proctor/facts.toml",
            f"stakeholder is {exercise.facts.stakeholder!r}",
            f"exercise.toml says {exercise.card.stakeholder!r}; give both one name",
        )


def models_are_known(exercise: Exercise) -> None:
    """Every model on the card is an embedded tier, or the alias of the exercise's profile."""
    alias = exercise.profile.alias if exercise.profile is not None else None
    embedded = (*TIERS, EMBEDDER)
    for name in exercise.card.models:
        if name not in (*embedded, alias):
            raise NotReleasable.at(
                "exercise.toml, models",
                f"{name!r} is neither a tier ({', '.join(embedded)}) nor the profile's alias",
                "name a tier, or write proctor/profile.toml for it",
            )
    if alias is not None and alias not in exercise.card.models:
        raise NotReleasable.at(
            "proctor/profile.toml", f"its alias {alias!r} is not on the card", "add it to models"
        )


RULES: tuple[Callable[[Exercise], None], ...] = (
    ids_are_unique,
    parts_are_in_order,
    one_plan_ends_part_one,
    parameters_come_first,
    headings_go_down_in_order,
    given_code_reads_as_python,
    paths_stay_inside,
    contract_fits_the_cells,
    contract_names_stay_in_part_two,
    one_stakeholder,
    models_are_known,
    tool_minutes_are_allowed,
    tool_names_stay_in_part_two,
    tools_fit_their_data,
)


def _headings(cell: Cell) -> Iterator[int]:
    if cell.cell_type != "markdown":
        return
    fenced = False
    for line in cell.text.splitlines():
        if line.lstrip().startswith("```"):
            fenced = not fenced
        match = re.match(r"(#{1,6})\s", line)
        if match and not fenced:
            yield len(match.group(1))


def _tree(cell: Cell) -> ast.Module:
    text = _LINE_MAGIC.sub(r"\1pass", cut(cell))
    try:
        return ast.parse(text)
    except (SyntaxError, ValueError) as problem:
        line = getattr(problem, "lineno", None)
        raise NotReleasable.at(
            cell.place + (f", line {line}" if line else ""),
            f"once solutions are cut it is not Python ({problem})",
            "leave a docstring or a value outside the solution",
        ) from problem


def _whole_strings(tree: ast.Module) -> Iterator[str]:
    """Yield each string as it will be; what an f-string fills in is a name inside the folder."""
    pieces = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            pieces |= {id(value) for value in node.values}
            yield "".join(
                str(value.value) if isinstance(value, ast.Constant) else "filled-in"
                for value in node.values
            )
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            if id(node) not in pieces:
                yield node.value


def _check_call(call: str, kind: str, place: str) -> None:
    try:
        arguments = json.loads(call)
    except ValueError as problem:
        raise NotReleasable.at(
            place, f"the example {call!r} is not JSON", "write a list, like '[\"some text\"]'"
        ) from problem
    if not isinstance(arguments, list) or kind != "function":
        raise NotReleasable.at(
            place,
            f"the example {call!r} is no list of arguments of a function",
            "write a list, and only for functions",
        )
