"""What the candidate asked the stakeholder, and what the task was: the frame of everything else.

Runs in T; pure. Questions are a candidate's, answers and task the author's.
"""

from __future__ import annotations

from pydantic import Field

from grader.attempt import Attempt
from grader.authoring.solutions import cut
from harness.core.errors import BadExercise
from harness.core.records import Record

_MOST_ASKED, _MOST_TEXT = 200, 2_000


class Asked(Record):
    """One question to the stakeholder."""

    share: float = Field(ge=0, le=1)
    """When, as a share of own time."""
    is_before: bool
    """Whether part two had not come yet."""
    question: str
    """In the candidate's words, capped."""
    answer: str
    """What came back, capped."""
    is_known: bool
    """Whether a fact was found."""


class Part(Record):
    """What one part of the notebook said, as it was given."""

    number: int = Field(ge=1)
    """1, or 2 for the form."""
    text: str
    """Its cells in order, solutions cut out."""


def read_asked(attempt: Attempt) -> tuple[Asked, ...]:
    """Return the questions to the stakeholder, oldest first."""
    form = next((event.at for event in attempt.events if event.kind == "part_delivered"), None)
    found = [
        Asked(
            share=round(attempt.own_time.share(event.at), 4),
            is_before=form is None or event.at < form,
            question=str(event.payload.get("question") or "")[:_MOST_TEXT],
            answer=str(event.payload.get("text") or "")[:_MOST_TEXT],
            is_known=bool(event.payload.get("facts")),
        )
        for event in attempt.events
        if event.kind == "ask"
    ]
    return tuple(found[:_MOST_ASKED])


def read_task(attempt: Attempt) -> tuple[Part, ...]:
    """Return the parts of the notebook as they were given; empty where the exercise is not here."""
    if attempt.exercise is None:
        return ()
    cells = attempt.exercise.cells
    try:
        return tuple(
            Part(number=n, text="\n\n".join(cut(one).strip() for one in cells if one.part == n))
            for n in sorted({cell.part for cell in cells})
        )
    except BadExercise:  # `exercise check` says so; a report still has to be had
        return ()
