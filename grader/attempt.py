"""A submission as the grader works with it: everything read, nothing run, nothing repaired.

Runs in T, in one process; it never crosses a file. All texts in it are a candidate's.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from itertools import pairwise
from typing import Any, Literal

from grader.authoring.folder import Exercise
from grader.records import About, Finding
from harness.core.card import ExerciseCard
from harness.core.records import Call, Event, Receipt
from harness.core.tools import Took

IDLE_AFTER_S = 120.0
"""A gap longer than this is folded: what was done in it nobody knows."""
IDLE_SHOWN_S = 10.0
"""What is left of a folded gap on the axis."""


Stretch = tuple[dt.datetime, dt.datetime]
"""Beginning and end."""


@dataclass(frozen=True)
class SubmittedCell:
    """One cell of the submitted notebook.

    Attributes:
        id: its id; "#n" (n from 1) for the n-th cell where it has none or one that is taken.
        index: place in the notebook, from 0, all cells counted.
        cell_type: code, markdown or raw.
        source: its text.
        kind: given, plan, artefact, text, check; None for a cell of the candidate's own.
        name: name of an artefact cell.
        outputs: nbformat output objects as saved; claims, and hostile.
    """

    id: str
    index: int
    cell_type: Literal["code", "markdown", "raw"]
    source: str
    kind: str | None = None
    name: str | None = None
    outputs: tuple[Mapping[str, object], ...] = ()

    @property
    def is_code(self) -> bool:
        """Whether it can be run."""
        return self.cell_type == "code"


@dataclass(frozen=True)
class Saved:
    """One saved version of the notebook.

    Attributes:
        seq: the journal entry that names it.
        at: when, by the record.
        sha256: hash of its plain bytes.
        notebook: the bytes; None when they did not fit into the submission.
    """

    seq: int
    at: dt.datetime
    sha256: str
    notebook: bytes | None


@dataclass(frozen=True)
class OwnTime:
    """Maps a time of the record to the share of the candidate's own time.

    Attributes:
        marks: times at which something happened, sorted, at least one.
        lengths: own seconds from the first mark to each mark, pauses left out, idle gaps folded.
        pauses: beginning and end of each pause, sorted; they do not overlap.
    """

    marks: tuple[dt.datetime, ...]
    lengths: tuple[float, ...]
    pauses: tuple[Stretch, ...] = ()

    @classmethod
    def of(cls, times: Sequence[dt.datetime], pauses: Sequence[Stretch] = ()) -> OwnTime:
        """Return the map over these times, in any order; may be empty."""
        marks = tuple(sorted(set(times)))
        lengths, length, still = [0.0] if marks else [], 0.0, tuple(sorted(pauses))
        for before, after in pairwise(marks):
            gap = _own_s(before, after, still)
            length += IDLE_SHOWN_S if gap > IDLE_AFTER_S else gap
            lengths.append(length)
        return cls(marks, tuple(lengths), still)

    @property
    def length_s(self) -> float:
        """Own seconds in all."""
        return self.lengths[-1] if self.lengths else 0.0

    def share(self, at: dt.datetime) -> float:
        """Return the share (0 to 1) of own time gone at a time; clamped to the record."""
        if self.length_s <= 0:
            return 0.0
        place = bisect_right(self.marks, at) - 1
        if place < 0:
            return 0.0
        if place >= len(self.marks) - 1:
            return 1.0
        step = self.lengths[place + 1] - self.lengths[place]
        gone = _own_s(self.marks[place], at, self.pauses)
        return min(1.0, (self.lengths[place] + min(gone, step)) / self.length_s)

    def folds(self) -> list[tuple[float, float]]:
        """Return the folded stretches as (share at their beginning, share at their end)."""
        whole = self.length_s
        return [
            (self.lengths[n] / whole, self.lengths[n + 1] / whole)
            for n, (a, b) in enumerate(pairwise(self.marks))
            if whole and _own_s(a, b, self.pauses) > IDLE_AFTER_S
        ]


def _own_s(since: dt.datetime, until: dt.datetime, pauses: Sequence[Stretch]) -> float:
    """Return the seconds between two times that lie in no pause."""
    gone = (until - since).total_seconds()
    first = max(0, bisect_right(pauses, since, key=lambda pause: pause[0]) - 1)
    for began, ended in pauses[first:]:
        if began >= until:
            break
        gone -= max(0.0, (min(ended, until) - max(began, since)).total_seconds())
    return max(0.0, gone)


@dataclass(frozen=True)
class Attempt:
    """A submission that could be read.

    Attributes:
        about: what it is and how far it can be trusted.
        receipt: the proctor's word, as it stands in it.
        card: the exercise's card; None when this machine does not have the exercise.
        exercise: the author's room; None likewise.
        notebook: the submitted bytes.
        cells: its cells, in order; empty when it is no notebook.
        artefacts: name to source, from the receipted member.
        texts: what the candidate wrote in text and plan cells: released cell id (without the
            slug) to words; a cell left as given is absent.
        events: the journal's entries of this exercise and those of none, in order.
        calls: the ledger's rows of this exercise, models and tools, in order.
        saves: saved versions of its notebook, oldest first.
        own_time: shares of own time.
        findings: what was odd.
    """

    about: About
    receipt: Receipt
    card: ExerciseCard | None
    exercise: Exercise | None
    notebook: bytes
    cells: tuple[SubmittedCell, ...]
    artefacts: Mapping[str, str]
    texts: Mapping[str, str]
    events: tuple[Event, ...]
    calls: tuple[Call, ...]
    saves: tuple[Saved, ...]
    own_time: OwnTime
    findings: tuple[Finding, ...] = field(default=())

    @property
    def model_calls(self) -> tuple[Call, ...]:
        """The rows of models, in order; a tool is none."""
        return tuple(call for call in self.calls if not call.is_tool)

    @property
    def tool_calls(self) -> tuple[Call, ...]:
        """The rows of the exercise's tools, in order."""
        return tuple(call for call in self.calls if call.is_tool)

    def cell(self, cell_id: str) -> SubmittedCell | None:
        """Return the cell of that id; None if there is none."""
        return next((cell for cell in self.cells if cell.id == cell_id), None)


def tool_took(call: Call) -> Took:
    """Return what one use of a tool took; nothing where its row does not say."""
    took: Any = (call.response or {}).get("took")
    try:
        read = took if isinstance(took, dict) else {}
        found = Took(int(read["calls"]), int(read["tokens"]), Decimal(str(read["minutes"])))
        return found if found.minutes.is_finite() else Took()
    except (KeyError, TypeError, ValueError, InvalidOperation):
        return Took()
