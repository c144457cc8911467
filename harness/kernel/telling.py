"""What check() found, put into sentences: where, what, and what to do; never right or wrong.

Runs in K. Text of the candidate's stands in these sentences, made tame: one line, short, and
without codes that a terminal or a notebook would act on.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from harness.kernel import words
from harness.kernel.exercise import Cell

if TYPE_CHECKING:
    from harness.core.card import ArtefactRule
    from harness.kernel.checking import Finding, Limits

_IN_NOTEBOOKS_ONLY = frozenset({"display", "get_ipython", "In", "Out", "exit", "quit"})
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_LONGEST_SHOWN = 160


@dataclass(frozen=True)
class Problem:
    """One thing we cannot read yet.

    Attributes:
        text: what and where, and what to do.
        name: the name it is about; None when it is about a whole cell.
        cell: the cell it is about, counted from the top from 1; None when there is none.
    """

    text: str
    name: str | None = None
    cell: int | None = None

    def __str__(self) -> str:
        """Return the sentence."""
        return self.text


class Teller:
    """Puts findings into sentences."""

    def __init__(
        self, cells: Sequence[Cell], rules: Sequence[ArtefactRule], limits: Limits
    ) -> None:
        self._rules = {rule.name: rule for rule in rules}
        self._numbers = {cell.name: cell.number for cell in cells if cell.is_artefact}
        self._elsewhere = "\n".join(c.source for c in cells if c.is_code and not c.is_artefact)
        self._limits = limits

    def tell_all(self, findings: Sequence[Finding]) -> tuple[Problem, ...]:
        """Return a problem for each finding that is not merely the consequence of another."""
        odd_cells = {finding.step.cell for finding in findings if finding.step.cell is not None}
        told = []
        for finding in findings:
            if finding.step.name is None:
                told.append(self._tell_cell(finding))
            elif finding.step.name in self._rules:
                rule = self._rules[finding.step.name]
                number = self._numbers.get(rule.cell)
                if finding.what == "missing" and number in odd_cells:
                    continue  # it is missing because its cell stopped, and that is said above
                told.append(Problem(self._tell_name(finding, rule, number), rule.name, number))
        return tuple(told)

    def _tell_cell(self, finding: Finding) -> Problem:
        number, text = finding.step.cell, _shown(finding.text)
        place = {"cell": number, "line": finding.line}
        sentence = {
            "magic": words.CELL_MAGIC,
            "exit": words.ENDED,
            "ended": words.ENDED,
            "stopped": words.STOPPED,
            "slow": words.CELL_SLOW,
        }.get(finding.what, words.CELL_RAISED_ELSEWHERE)
        if finding.what == "raised" and finding.line is not None:
            sentence = words.CELL_RAISED
            if finding.cell != number and finding.cell is not None:
                place["cell"] = finding.cell  # a function of another marked cell stopped
        elif finding.what == "unnamed":
            place["cell"] = finding.cell if finding.cell is not None else number
            sentence = self._choose_for_missing(text)
        seconds = round(self._limits.cell_s)
        told = sentence.format(**place, error=text, missing=text, seconds=seconds)
        if finding.what == "unnamed":
            told += words.USED_ON.format(line=finding.line)
        return Problem(told, cell=number)

    def _choose_for_missing(self, missing: str) -> str:
        if missing in _IN_NOTEBOOKS_ONLY:
            return words.CELL_NOTEBOOK_NAME
        return words.CELL_USES if self._is_elsewhere(missing) else words.CELL_MISSES

    def _is_elsewhere(self, name: str) -> bool:
        return re.search(rf"(?<!\w){re.escape(name)}(?!\w)", self._elsewhere) is not None

    def _tell_name(self, finding: Finding, rule: ArtefactRule, number: int | None) -> str:
        name, text = rule.name, _shown(finding.text)
        if finding.what == "missing":
            return _tell_missing(rule, number)
        if finding.what == "kind":
            return _tell_kind(rule, text, is_returned=finding.example is not None)
        if finding.what == "key":
            return _tell_key(rule, text, is_returned=finding.example is not None)
        if finding.what == "word":
            said = words.NOT_A_WORD if finding.example is None else words.RETURNED_NOT_A_WORD
            choices = words.tell_choices(rule.one_of)
            return said.format(name=name, got=text, choices=choices) + _tell_call(finding, rule)
        if finding.what in ("nan", "infinite"):
            said = words.NOT_A_NUMBER if finding.what == "nan" else words.INFINITE
            return said.format(name=text) + _tell_call(finding, rule)
        if finding.what == "slow":
            return words.SLOW.format(
                name=name, seconds=round(self._limits.name_s), examples=_count_examples(rule)
            )
        if finding.what in ("exit", "ended", "stopped"):
            said = words.STOPPED_IN if finding.what == "stopped" else words.ENDED_IN
            return said.format(name=name)
        return self._tell_raised(finding, rule, text)

    def _tell_raised(self, finding: Finding, rule: ArtefactRule, text: str) -> str:
        if finding.what == "unnamed":
            if text in _IN_NOTEBOOKS_ONLY:
                return words.CELL_NOTEBOOK_NAME.format(cell=finding.cell, missing=text)
            said = words.NOT_SELF_CONTAINED if self._is_elsewhere(text) else words.NOT_DEFINED
            told = said.format(name=rule.name, missing=text, cell=finding.cell)
            return told + words.USED_ON.format(line=finding.line)
        said = words.RAISED_ELSEWHERE if finding.line is None else words.RAISED
        told = said.format(name=rule.name, error=text, line=finding.line)
        return told + _tell_call(finding, rule)


def _tell_missing(rule: ArtefactRule, number: int | None) -> str:
    if number is None:
        return words.CELL_GONE.format(name=rule.name)
    if rule.example and rule.kind != "function":
        return words.NAME_EXAMPLE.format(name=rule.name, cell=number, example=rule.example)
    return words.NAME_MISSING.format(name=rule.name, cell=number)


def _tell_kind(rule: ArtefactRule, text: str, *, is_returned: bool) -> str:
    got = f"a value of the type {text[1:]}" if text.startswith(":") else words.KINDS.get(text, text)
    wanted = rule.returns if is_returned else rule.kind
    said = words.WRONG_RETURN_KIND if is_returned else words.WRONG_KIND
    told = said.format(name=rule.name, kind=words.KINDS.get(wanted or "", wanted), got=got)
    if rule.example and is_returned == (rule.kind == "function"):
        told += " " + words.FOR_EXAMPLE.format(example=rule.example)
    return told


def _tell_key(rule: ArtefactRule, key: str, *, is_returned: bool) -> str:
    said = words.RETURNED_NO_KEY if is_returned else words.NO_KEY
    told = said.format(name=rule.name, key=key)
    return f"{told} {words.FOR_EXAMPLE.format(example=rule.example)}" if rule.example else told


def _tell_call(finding: Finding, rule: ArtefactRule) -> str:
    """Return the example as the call that it is, on a line of its own; empty without one."""
    if finding.example is None or not 0 <= finding.example < len(rule.calls):
        return ""
    values = [repr(value) for value in json.loads(rule.calls[finding.example])]
    if rule.model:
        values.insert(0, "model")
    told = words.CALL.format(call=_shown(f"{rule.name}({', '.join(values)})"))
    if rule.model:
        told += "\n" + words.CALL_MODEL.format(answer=_shown(rule.model))
    return f"\n{told}"


def _count_examples(rule: ArtefactRule) -> str:
    count = len(rule.calls)
    return {1: "one small example", 2: "two small examples"}.get(count, f"{count} small examples")


def _shown(text: str) -> str:
    """Return a candidate's text so that it can stand in a sentence: one line, short, no codes."""
    plain = _UNPRINTABLE.sub("�", " ".join(text.split()))
    return plain if len(plain) <= _LONGEST_SHOWN else plain[:_LONGEST_SHOWN] + "…"
