"""The contract of an exercise, looked at on the trusted side's behalf: which names can be read.

Runs in T; the candidate's cells run in the sandbox, away from their notebook, so nothing that the
notebook did to its own IPython counts here. What it cannot catch: a cell that lies about itself.
That gains no more than a `return "question"` would, since the contract asks for form alone.
"""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from grader.attempt import Attempt
from grader.bench import Bench
from grader.page.markup import visible
from grader.replay.engine import Pace, Ran
from grader.replay.recording import last_runs
from grader.replay.replaying import run_book
from grader.replay.tape import CellAccount, Tape
from harness.core.canonical import parse_json
from harness.core.card import ArtefactRule
from harness.core.errors import BadJournal, EnvironmentLacks

_INSIDE = Path(__file__).with_name("inside.py")
_PACE = Pace(cell_s=150.0, notebook_s=180.0)
_CELL = "audition-contract"
_LONGEST_SAID, _MOST_SAID, _LONGEST_OTHER = 600, 50, 100_000


@dataclass(frozen=True)
class Said:
    """What is the matter with a name or a cell.

    Attributes:
        text: the sentence that check() has for it; its quotes are the candidate's words.
        cell: number of the cell in the submitted notebook, from 1; None for none.
    """

    text: str
    cell: int | None = None


@dataclass(frozen=True)
class Looked:
    """What came of the contract.

    Attributes:
        names: all of them, as the card has them.
        readable: those that are there and have the form they should.
        said: sentences about the others.
        trouble: why nothing is known; empty when it is. Then a person decides.
    """

    names: tuple[str, ...]
    readable: frozenset[str] = frozenset()
    said: tuple[Said, ...] = field(default=())
    trouble: str = ""

    @property
    def share(self) -> float:
        """How much of it can be read, from 0 to 1; 1 where there is nothing to read."""
        return len(self.readable) / len(self.names) if self.names else 1.0


def look_at_contract(attempt: Attempt, bench: Bench) -> Looked:
    """Run the receipted artefact cells in the sandbox and look at the contract's names.

    Calls to a model are answered from the tape, as the notebook's own check() asked them.

    Args:
        attempt: the submission; its exercise is here.
        bench: where it runs.

    Raises:
        EnvironmentLacks: the kernel did not start.
    """
    rules = attempt.card.contract if attempt.card else ()
    names = tuple(rule.name for rule in rules)
    if not rules:
        return Looked(names)
    word = secrets.token_hex(16)
    tape = Tape(attempt, last_runs(attempt))
    checks = [cell.id for cell in attempt.cells if cell.kind == "check"]
    as_cell = checks[-1] if checks else ""
    try:
        ran = run_book(
            attempt,
            _book(attempt, rules, word),
            bench=bench,
            tape=tape,
            pace=_PACE,
            before=lambda _: tape.turn_to(as_cell),
        )
    except (RuntimeError, OSError) as problem:
        raise EnvironmentLacks(f"the kernel did not start: {problem}") from problem
    return _read(names, ran.get(_CELL, Ran()), word, tape.account(as_cell))


def _book(attempt: Attempt, rules: tuple[ArtefactRule, ...], word: str) -> dict[str, Any]:
    job = {
        "word": word,
        "cells": _cells(attempt),
        "rules": [rule.model_dump(mode="json") for rule in rules],
    }
    source = f"{_INSIDE.read_text(encoding='utf-8')}\n\nlook_at(json.loads({json.dumps(job)!r}))\n"
    cell: dict[str, Any] = {
        "cell_type": "code", "id": _CELL, "metadata": {}, "source": source, "outputs": [],
        "execution_count": None,
    }  # fmt: skip
    return {"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}


def _cells(attempt: Attempt) -> list[list[Any]]:
    """Return [number, name, source]: artefacts as receipted, then other code for the sentences."""
    place = {cell.name: cell.index for cell in reversed(attempt.cells) if cell.kind == "artefact"}
    marked = [
        [place.get(name, len(attempt.cells)) + 1, name, source]
        for name, source in attempt.artefacts.items()
    ]
    others = [
        [cell.index + 1, None, cell.source[:_LONGEST_OTHER]]
        for cell in attempt.cells
        if cell.is_code and cell.kind != "artefact"
    ]
    return sorted(marked) + others


def _read(names: tuple[str, ...], ran: Ran, word: str, account: CellAccount) -> Looked:
    told = _told(ran, word)
    if told is None:
        why = {"timed_out": "it took too long", "dead": "its process was ended"}
        return Looked(names, trouble=why.get(ran.end, "nothing that can be read came back"))
    readable, said = told.get("readable"), told.get("said")
    if not isinstance(readable, list) or not isinstance(said, list):
        return Looked(names, trouble="nothing that can be read came back")
    if told.get("whole") is not True:
        return Looked(names, trouble="not all of it could be looked at in time")
    sentences = [one for row in said[:_MOST_SAID] if (one := _said(row)) is not None]
    if account.misses:
        count = len(account.misses)
        sentences.append(
            Said(f"It asked a model for {count} answers that are not on record, and got none.")
        )
    known = frozenset(name for name in readable if name in names)
    return Looked(names, known, tuple(sentences))


def _told(ran: Ran, word: str) -> dict[str, Any] | None:
    text = "".join(
        str(one.get("text", "")) for one in ran.outputs if one.get("output_type") == "stream"
    )
    rows = [row for row in text.splitlines() if row.startswith(f"{word} ")]
    try:
        value = parse_json(rows[0].removeprefix(f"{word} ").encode(), what="the look")
    except (BadJournal, IndexError):
        return None
    return value if isinstance(value, dict) else None


def _said(row: Any) -> Said | None:
    if not isinstance(row, list) or len(row) != 2 or not isinstance(row[1], str):
        return None
    cell = row[0] if isinstance(row[0], int) else None
    return Said(visible(row[1])[:_LONGEST_SAID], cell)
