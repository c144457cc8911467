"""Questions about a handbook: what it says to each, and what a grounded answer came to.

Runs on the trusted side. The bench of counter-v2 (counter.py) and the scorer of exercise 2 judge by
this alone. The questions are an author's and stay on the trusted side: rates are shown, never one
of them. What fools it: an answer that has the right words and says something else with them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from harness.core.canonical import parse_json
from harness.core.card import tell_validation
from harness.core.errors import BadExercise, BadJournal
from harness.models.grounded import Grounded

Came = Literal["right", "refused", "half", "wrong", "invented"]
"""right: what the handbook says, or rightly nothing; refused: held back although it says so;
half: without the exception; wrong: a true sentence that does not answer; invented: what no
section says, the figure of an old example among it."""
_SPACE = re.compile(r"\s+")
_SECTION = re.compile(r"(?m)^## ")
_ONE_DIGIT = re.compile(r"\d\. ")
_MADE_UP = ("invented", "added")
_HELD_BACK = ("declined", "refused")


class Question(BaseModel):
    """One question of the holdout."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = Field(pattern=r"^Q\d\d$")
    """Its id."""
    stratum: str
    """How it is hard."""
    text: str = Field(min_length=8)
    """As staff ask it."""
    gold: str = Field(min_length=1)
    """What the handbook says, for people."""
    keys: tuple[tuple[str, ...], ...] = ()
    """A right answer has, of each group, one of these; none of them: the handbook is silent."""
    sections: tuple[int, ...] = ()
    """Where it stands."""
    or_declined: bool = False
    """Whether saying that the handbook does not say is right as well."""
    invention: str = Field(min_length=1)
    """What a model would make up, for people."""
    needs_fact: str | None = None
    """Fact of the stakeholder that settles it."""

    @property
    def is_answerable(self) -> bool:
        """Whether the handbook says it, so that holding it back is a fault."""
        return bool(self.keys) and not self.or_declined


def questions_of(data: bytes, place: str) -> tuple[Question, ...]:
    """Return the questions of a file, one JSON object a line; a canary's line is passed over.

    Args:
        data: the file's bytes.
        place: what it is called in an error.

    Raises:
        BadExercise: a line is no question, or an id stands twice.
    """
    found: list[Question] = []
    for number, line in enumerate(data.splitlines(), 1):
        if not line.strip():
            continue
        at = f"{place}, line {number}"
        try:
            value = parse_json(line, what=at)
            if isinstance(value, dict) and set(value) != {"canary"}:
                found.append(Question.model_validate(value))
        except ValidationError as problem:
            raise BadExercise(f"{at}: {tell_validation(problem)}") from problem
        except BadJournal as problem:
            raise BadExercise(str(problem)) from problem
    ids = [one.id for one in found]
    if doubled := {id_ for id_ in ids if ids.count(id_) > 1}:
        raise BadExercise(f"{place}: {sorted(doubled)[0]} stands twice; give each its own id")
    return tuple(found)


def context_in_use(handbook: str) -> str:
    """Return what the notebook's own build_context makes of a handbook: a test holds them equal."""
    return "\n".join(part for part in _SECTION.split(handbook) if _ONE_DIGIT.match(part))


def came_to(question: Question, answer: Grounded) -> Came:
    """Return what an answer came to.

    Args:
        question: what was asked.
        answer: the model's, with the way it came about.
    """
    if answer.way in _HELD_BACK:
        is_right = not question.keys or question.or_declined
        return "right" if is_right else "refused"
    if answer.way in _MADE_UP:
        return "invented"
    if question.keys and says(answer.outcome.text, question.keys):
        return "right"
    if answer.way == "repeated" or not question.keys:
        return "invented"
    return "half" if answer.way == "halved" else "wrong"


def says(text: str, keys: Sequence[Sequence[str]]) -> bool:
    """Whether a text has one of each group of keys; case and spaces do not count.

    A key that begins or ends with a digit does not meet a longer number.
    """
    plain = folded(text)
    return all(any(_stands_in(folded(key), plain) for key in group) for group in keys)


def folded(text: str) -> str:
    """Return a text as it is compared: no case, one space."""
    return _SPACE.sub(" ", text).strip().casefold()


def _stands_in(key: str, text: str) -> bool:
    left = r"(?<![\d.,])" if key[:1].isdigit() else ""
    right = r"(?![\d])" if key[-1:].isdigit() else ""
    return re.search(left + re.escape(key) + right, text) is not None
