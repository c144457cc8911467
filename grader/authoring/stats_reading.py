"""What the statistics of an exercise take from one sitting: numbers, and nothing of who it was.

Runs in T. A submission is hostile: one that cannot be read is named by its id and left out.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from grader.attempt import Attempt
from grader.authoring.folder import Exercise
from grader.intake import read_attempt
from grader.records import Score
from grader.scoring.mark import code_mark
from grader.writing import put
from harness.core.canonical import parse_json
from harness.core.errors import AuditionError, BadJournal, EnvironmentLacks
from harness.core.keyring import Keyring

OWN_CELLS = "(cells of their own)"
Scorer = Callable[[Attempt], Score]
Progress = Callable[[int, int], None]
_frozen = ConfigDict(frozen=True, extra="forbid")


class Left(BaseModel):
    """A submission that was left out."""

    model_config = _frozen

    submission: str
    """Its id, or the name of its file."""
    why: str
    """Why."""


class Sat(BaseModel):
    """One sitting in numbers."""

    model_config = _frozen

    score: Score
    """Its measures."""
    recorded: bool
    """Whether there is a record of the session."""
    minutes: dict[str, float] = {}
    """Cell's id to own minutes that led up to its runs."""
    calls: int = Field(ge=0)
    """Model calls."""
    usd: float = Field(ge=0)
    """What they cost."""
    asked: int = Field(ge=0)
    """Questions to the stakeholder."""
    unanswered: int = Field(ge=0)
    """Those of them that found no fact."""


@dataclass(frozen=True)
class Handed:
    """A submission as it came.

    Attributes:
        name: its id, or its file's name.
        read: gives its bytes.
    """

    name: str
    read: Callable[[], bytes]


def read_sittings(
    handed: Iterable[Handed], exercise: Exercise, scorer: Scorer, *,
    public: Keyring | None = None, kept: Path | None = None, progress: Progress | None = None,
) -> tuple[list[Sat], list[Left]]:  # fmt: skip
    """Return what can be read, and what was left out and why.

    Args:
        handed: submissions.
        exercise: whose; others are left out.
        scorer: measures an attempt.
        public: the proctor's pinned keys; None checks none.
        kept: folder in which scores outlive a stop; None keeps none.
        progress: called with submissions done and in all.

    Raises:
        EnvironmentLacks: this machine cannot score.
    """
    rows = list(handed)
    sat: list[Sat] = []
    left: list[Left] = []
    for number, one in enumerate(rows, 1):
        try:
            sat.append(_sat(one.read(), exercise, scorer, public, kept))
        except EnvironmentLacks:
            raise
        except (AuditionError, OSError, ValueError) as problem:
            left.append(Left(submission=one.name[:80], why=str(problem)[:300] or "no word"))
        if progress is not None:
            progress(number, len(rows))
    return sat, left


def in_numbers(attempt: Attempt, score: Score) -> Sat:
    """Return an attempt in numbers."""
    asks = [event for event in attempt.events if event.kind == "ask"]
    found = [event.payload.get("facts") for event in asks]
    spent = sum(float(call.usage.cost_usd) for call in attempt.model_calls if call.usage)
    return Sat(
        score=score,
        recorded=attempt.about.recorded,
        minutes=minutes_by_cell(attempt),
        calls=len(attempt.model_calls),
        usd=max(0.0, spent),
        asked=len(asks),
        unanswered=sum(not facts for facts in found),
    )


def minutes_by_cell(attempt: Attempt) -> dict[str, float]:
    """Return own minutes by cell: the time before a run, since the run before it, is its cell's.

    Pauses are left out and idle gaps folded, as in the reports. What was thought about one cell
    while another was run is the other's: that cannot be told apart.
    """
    if not attempt.about.recorded:
        return {}
    given = {cell.id for cell in attempt.cells if cell.kind is not None}
    slug = attempt.about.exercise
    found: dict[str, float] = defaultdict(float)
    last = 0.0
    for event in attempt.events:
        if event.kind != "execute_request" or event.cell_id is None:
            continue
        now = attempt.own_time.share(event.at) * attempt.own_time.length_s
        name = event.cell_id.removeprefix(f"{slug}-") if event.cell_id in given else OWN_CELLS
        found[name] += max(0.0, now - last) / 60
        last = max(last, now)
    return dict(found)


def _sat(
    data: bytes, exercise: Exercise, scorer: Scorer, public: Keyring | None, kept: Path | None
) -> Sat:
    attempt = read_attempt(data, public=public, find_exercise=lambda slug: _same(exercise, slug))
    card = exercise.card
    if attempt.exercise is None:
        raise ValueError(f"it is of {attempt.about.exercise!r}, not of {card.slug!r}")
    if attempt.about.exercise_version != card.version:
        raise ValueError(
            f"it is of version {attempt.about.exercise_version}; {card.version} lies here, and "
            "another version is another exercise"
        )
    stops = [one.message for one in attempt.findings if one.level == "stop"]
    if stops:
        raise ValueError(stops[0])
    return in_numbers(attempt, _scored(attempt, data, exercise, scorer, kept))


def _same(exercise: Exercise, slug: str) -> Exercise | None:
    return exercise if slug == exercise.card.slug else None


def _scored(
    attempt: Attempt, data: bytes, exercise: Exercise, scorer: Scorer, kept: Path | None
) -> Score:
    """Return the score, kept or made now; another submission, room or scorer is another score."""
    if kept is None:
        return scorer(attempt)
    mark = hashlib.sha256(data + code_mark().encode())
    for one in exercise.hidden:
        mark.update(one.place.encode() + b"\0" + one.data)
    path = kept / f"{mark.hexdigest()[:32]}.json"
    try:
        return Score.model_validate(parse_json(path.read_bytes(), what=path.name))
    except (OSError, BadJournal, ValidationError):
        found = scorer(attempt)
        path.parent.mkdir(parents=True, exist_ok=True)
        put(path, found.to_bytes())
        return found
