"""What a candidate saw and when, by the record of tools: minutes, ids, settings.

Runs in T; pure. Rows come from the proctor's ledger, or from a file of the candidate's own where
nobody watched: a row that makes no sense takes no minutes and shows nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from grader.attempt import Attempt
from grader.scoring.triage_sheet import Look, Triage, words_in
from harness.core.records import Call
from harness.proctor.tools.formula import NoNumber, read_formula
from harness.proctor.tools.sheet import Menu, Plain, Settings, ToolSheet

State = Mapping[str, Mapping[str, Plain]]
_MOST_MINUTES = Decimal(10_000)


@dataclass(frozen=True)
class Step:
    """One use of a tool.

    Attributes:
        call: the ledger's row.
        tool: its name.
        minutes: simulated minutes it took.
        ended: minutes gone when it was done.
        shown: ids that it showed.
        text: what it told, as one text.
        state: the settings after it.
    """

    call: Call
    tool: str
    minutes: float
    ended: float
    shown: frozenset[str]
    text: str
    state: State


@dataclass(frozen=True)
class Trail:
    """All uses of tools, in order.

    Attributes:
        steps: each use that was answered.
        given: ids that everybody has.
        start: the settings at the beginning.
    """

    steps: tuple[Step, ...] = ()
    given: frozenset[str] = frozenset()
    start: State = field(default_factory=dict)

    @property
    def seen(self) -> frozenset[str]:
        """Every id that was there to be seen."""
        return self.given.union(*(one.shown for one in self.steps))

    @property
    def minutes(self) -> float:
        """Minutes gone in all."""
        return self.steps[-1].ended if self.steps else 0.0

    def first_seen(self, ids: Sequence[str]) -> tuple[float, Step | None] | None:
        """Return the minute at which one of some ids was first there, and by what; None if never.

        The step is None where everybody was given it.
        """
        wanted = {one.casefold() for one in ids}
        if wanted & self.given:
            return 0.0, None
        return next(((one.ended, one) for one in self.steps if wanted & one.shown), None)

    def calls(self) -> dict[str, str]:
        """Return each use's id and what it told."""
        return {one.call.id: one.text for one in self.steps}


def read_trail(attempt: Attempt, triage: Triage) -> Trail:
    """Return what the record of tools says.

    Args:
        attempt: the submission.
        triage: for the ids.
    """
    tools = attempt.exercise.tools if attempt.exercise is not None else ToolSheet(tools={})
    state: dict[str, dict[str, Plain]] = tools.start
    start, steps, gone = tools.start, [], 0.0
    for call in attempt.tool_calls:
        answered = call.response if call.status == "settled" and call.response else None
        result = answered.get("result") if isinstance(answered, dict) else None
        if not isinstance(answered, dict) or not isinstance(result, dict):
            continue
        name = call.alias.removeprefix("tool:")
        minutes = _minutes(answered.get("took"))
        gone += minutes
        if isinstance(tools.tools.get(name), Settings):
            state = _changed(state, result)
        text = words_in(result)
        shown = frozenset(triage.sheet.ids_in(text))
        steps.append(Step(call, name, minutes, gone, shown, text, state))
    return Trail(tuple(steps), triage.given, start)


def look_of(step: Step, triage: Triage, already: Sequence[str] = ()) -> Look | None:
    """Return the look that a step was; None for one that is declared nowhere or was there before.

    Args:
        step: a use of a tool.
        triage: the looks there are.
        already: ids of looks that were had before.
    """
    for look in triage.sheet.looks:
        if look.tool == step.tool and look.id.casefold() in step.shown and look.id not in already:
            return look
    return None


def minutes_of(look: Look, tools: ToolSheet, prices: Mapping[str, Decimal]) -> float | None:
    """Return what a look takes; None when no tool shows its id.

    Args:
        look: what is looked at.
        tools: of the exercise.
        prices: tool to its fixed minutes.
    """
    kind = tools.tools.get(look.tool)
    wanted = look.id.casefold()
    if isinstance(kind, Menu):
        for check in kind.checks:
            if any(wanted in words_in(dict(case.result)).casefold() for case in check.cases):
                return float(check.minutes)
        return None
    if kind is None or wanted not in kind.model_dump_json().casefold():
        return None
    return float(prices.get(look.tool, Decimal(0)))


def holds(formula: str, state: State) -> bool:
    """Return whether a formula over `settings` holds; not, where it comes to nothing."""
    try:
        return bool(read_formula(formula)({"settings": state}))
    except NoNumber:
        return False


def _changed(
    state: dict[str, dict[str, Plain]], result: Mapping[str, Any]
) -> dict[str, dict[str, Plain]]:
    """Return the settings after a change, by what the tool told."""
    name, own = result.get("component"), result.get("settings")
    if not isinstance(name, str) or name not in state or not isinstance(own, Mapping):
        return state
    known = {
        key: own[key] for key in state[name] if isinstance(own.get(key), bool | int | float | str)
    }
    return {**state, name: {**state[name], **known}}


def _minutes(took: Any) -> float:
    said = took.get("minutes") if isinstance(took, Mapping) else None
    try:
        found = Decimal(str(said))
    except InvalidOperation:
        return 0.0
    return float(found) if found.is_finite() and 0 <= found <= _MOST_MINUTES else 0.0
