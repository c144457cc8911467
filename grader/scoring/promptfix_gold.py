"""The holdout of exercise 2: questions that nobody was given, read from the author's room.

Runs in T. Rates and strata of them are shown, never a question. What an answer came to is judged
where the model's own table is measured as well (harness.bench.counter_gold), so that the two agree.
"""

from __future__ import annotations

from dataclasses import dataclass

from grader.authoring.folder import Exercise
from grader.hidden import hidden_bytes
from harness.bench.counter_gold import Came, Question, came_to, folded, questions_of, says

__all__ = ["Came", "Holdout", "Question", "came_to", "folded", "read_holdout", "says"]
_PLACE = "hidden/holdout.jsonl"


@dataclass(frozen=True)
class Holdout:
    """All questions of an exercise, in the order of the file."""

    questions: tuple[Question, ...]

    def strata(self) -> tuple[str, ...]:
        """Every stratum, in order of first appearance."""
        return tuple(dict.fromkeys(one.stratum for one in self.questions))


def read_holdout(exercise: Exercise) -> Holdout:
    """Return an exercise's questions.

    Raises:
        BadExercise: a line is no question, or an id stands twice.
    """
    return Holdout(questions_of(hidden_bytes(exercise, _PLACE) or b"", _PLACE))
