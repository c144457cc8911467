"""Requests of a triage exercise's system, drawn column by column, and what becomes of them.

Runs in T, on the author's machine, for `draw_triage`. A row is drawn by
hidden/world.toml; whether it is answered badly comes of the formulas of the exercise's own trial,
so that metrics, figures and replay agree.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from grader.authoring.draw_world import Column, WorldSheet
from harness.core.errors import BadExercise
from harness.proctor.tools.formula import NoNumber, Run, read_formula
from harness.proctor.tools.sheet import Plain, Row

Formulas = list[tuple[str, Run]]
State = Mapping[str, Mapping[str, Plain]]


class Requests:
    """Requests over some days, with what became of them.

    Args:
        sheet: world.toml.
        formulas: of the trial, in order.
        start: the settings since the trouble began.
        mended: the settings before.
    """

    def __init__(self, sheet: WorldSheet, formulas: Formulas, start: State, mended: State) -> None:
        self._sheet, self._formulas = sheet, formulas
        self._start, self._mended = start, mended
        self._generator = np.random.default_rng(sheet.seed)
        self._after = [(one.name, read_formula(one.formula)) for one in sheet.after]
        days = range(1 - sheet.days, 1)
        self.all = [self._one(days[n % len(days)]) for n in range(sheet.requests)]

    def rows(self, count: int) -> Iterator[Row]:
        """Yield further rows, columns alone."""
        for _ in range(count):
            yield self._drawn()

    def metrics(self) -> Iterator[list[str]]:
        """Yield the table of the dashboard: name, id, by day, by hour."""
        yield ["name", "id", "by_day", "by_hour_of_the_last_six_days"]
        for one in self._sheet.metrics:
            by_day = self._by(one.column, "day", self.all, one.unit)
            yield [one.name, one.id, by_day, self._by(one.column, "hour", self.now, one.unit)]

    @property
    def now(self) -> list[dict[str, Any]]:
        """Requests since the trouble began."""
        return [row for row in self.all if row["day"] >= self._sheet.since]

    def figure(self, column: str, by: str | None, *, is_before: bool) -> str:
        """Return a mean in percent, or means by another column.

        Args:
            column: whose mean.
            by: the column that tells them apart; None for one number.
            is_before: over the days before the trouble, else since it began.

        Raises:
            BadExercise: there is no such column.
        """
        rows = (
            [row for row in self.all if row["day"] < self._sheet.since] if is_before else self.now
        )
        for name in filter(None, (column, by)):
            if name not in rows[0]:
                raise BadExercise(f"hidden/menu.toml: there is no column {name!r} for a figure")
        return self._by(column, by, rows, "%")

    def _by(self, column: str, by: str | None, rows: list[dict[str, Any]], unit: str) -> str:
        if by is None:
            return _told([row[column] for row in rows], unit)
        groups: dict[Any, list[float]] = defaultdict(list)
        for row in rows:
            groups[row[by]].append(row[column])
        return ", ".join(f"{name}: {_told(groups[name], unit)}" for name in sorted(groups))

    def _one(self, day: int) -> dict[str, Any]:
        state = self._start if day >= self._sheet.since else self._mended
        env: dict[str, Any] = {**self._drawn(), "day": day, "args": {}, "settings": state}
        for name, run in [*self._formulas, *self._after]:
            env[name] = _run(name, run, env)
        return env

    def _drawn(self) -> Row:
        row: dict[str, Plain] = {}
        for column in self._sheet.columns:
            row[column.name] = self._value(column, row)
        return row

    def _value(self, column: Column, row: Row) -> Plain:
        if column.formula is not None:
            found: Plain = _run(column.name, read_formula(column.formula), row)
            return found
        if column.choices is not None:
            names, weights = list(column.choices), np.array(list(column.choices.values()))
            picked = names[self._generator.choice(len(names), p=weights / weights.sum())]
            return int(picked) if picked.isdigit() else picked
        drawn = float(self._generator.random())
        return round(drawn, 4) if column.uniform else int(drawn < (column.chance or 0.0))


def _run(name: str, run: Run, env: Mapping[str, Any]) -> Any:
    try:
        return run(env)
    except NoNumber as problem:
        raise BadExercise(f"the column {name!r} comes to nothing: {problem}") from problem


def _told(values: list[float], unit: str) -> str:
    if unit == "count":
        return str(len(values))
    mean = float(np.mean(values))
    return f"{mean:.0%}" if unit == "%" else f"{mean:.1f} {unit}"
