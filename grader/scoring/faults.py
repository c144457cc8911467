"""Models with a planted fault, and harmless ones: wrappers over what is right for a text.

Runs in T; pure and reproducible: what a model says is a function of model, seed, text and turn.
`good` is curated gold for known texts and the candidate's own word for others, so that a miss
depends on nothing but this: does the suite hold something that sets the fault off, and does its
decision react. What fools it: labels of own texts are trusted here, and measured apart (A).
harness.models.mutants are others: over a chat callable, which is not always right; these over gold.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache

from pydantic import BaseModel, ConfigDict, Field

from grader.authoring.folder import Exercise
from grader.hidden import read_hidden
from grader.records import ModelGroup
from grader.scoring.arena import Answer
from grader.scoring.triggers import TRIGGERS, Message, named_label
from grader.scoring.truth import LABELS, Truth
from harness.core.errors import BadExercise

_CHEAP = {"feature": "question", "question": "feature"}


class Planted(BaseModel):
    """One model of mutants.toml."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = Field(pattern=r"^[MB]\d\d?$")
    """M01, B4."""
    about: str = Field(min_length=3, max_length=80)
    """What it does, in a few words."""
    group: ModelGroup
    """How it counts."""
    weight: float = Field(default=0, ge=0, le=10)
    """How much a miss hurts."""
    fault: str
    """Which of FAULTS."""
    trigger: str = "always"
    """Which of TRIGGERS sets it off."""
    rate: float = Field(default=1.0, gt=0, le=1)
    """How often it does when it could."""
    to: str | None = None
    """Label it answers instead, where the fault takes one."""


class Costs(BaseModel):
    """What mistakes cost users, EUR a message, by the facts of the exercise."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    bug_missed: float = Field(gt=0)
    """A bug sent elsewhere, or lost."""
    false_page: float = Field(gt=0)
    """Anything else sent to the engineer on call."""
    swap: float = Field(gt=0)
    """Feature for question, or the reverse."""
    unsure: float = Field(gt=0)
    """A person looks without need."""
    person_missed: float = Field(gt=0)
    """What a person had to see and nobody saw."""

    def of(self, labels: Sequence[str], got: str | None) -> float:
        """Return what an answer costs.

        Args:
            labels: every acceptable label.
            got: the label as the consumer reads it; None for an answer that is lost.
        """
        if got in labels:
            return 0.0
        if "bug" in labels:
            return self.unsure if got == "unsure" else self.bug_missed
        if got == "bug":
            return self.false_page
        if "unsure" in labels or got is None:
            return self.person_missed
        return self.unsure if got == "unsure" else self.swap


class Sheet(BaseModel):
    """mutants.toml."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    schema_: int = Field(default=1, alias="schema", ge=1, le=1)
    """Version of this form."""
    costs: Costs
    """By the facts."""
    models: tuple[Planted, ...] = Field(min_length=1)
    """In the order they are shown."""


def read_sheet(exercise: Exercise) -> Sheet | None:
    """Return an exercise's planted models; None when it has none.

    Raises:
        BadExercise: the file cannot be used.
    """
    place = "hidden/mutants.toml"
    sheet = read_hidden(exercise, place, Sheet)
    if sheet is None:
        return None
    for one in sheet.models:
        if one.fault not in FAULTS or one.trigger not in TRIGGERS:
            raise BadExercise(
                f"{place}: {one.id} names fault {one.fault!r} and trigger {one.trigger!r}; there "
                f"are faults {', '.join(FAULTS)} and triggers {', '.join(TRIGGERS)}"
            )
        if one.to is not None and one.to not in (*LABELS, "first"):
            raise BadExercise(f"{place}: {one.id} answers {one.to!r}, which is no label")
    return sheet


@dataclass(frozen=True)
class Draw:
    """The luck of one answer: equal for equal model, seed, text and turn.

    Attributes:
        model: whose.
        seed: of all its luck.
        text: the text, normalised.
        turn: how many equal texts came before, where that matters.
    """

    model: str
    seed: int
    text: str
    turn: int = 0

    def number(self, what: str = "") -> float:
        """Return a number from 0 to 1, another for each thing that is drawn."""
        key = f"{self.model}|{self.seed}|{self.turn}|{what}|{self.text}".encode()
        return int.from_bytes(hashlib.sha256(key).digest()[:6], "big") / 2**48


_Fault = Callable[[Planted, Message, Draw], str]


@cache
def _plain(label: str) -> str:
    return json.dumps({"label": label})


def _same(_: Planted, message: Message, __: Draw) -> str:
    return _plain(message.labels[0])


def _swap(one: Planted, message: Message, _: Draw) -> str:
    if one.to == "first":
        return _plain(next((label for label in message.labels if label != "bug"), "feature"))
    return _plain(one.to or _CHEAP.get(message.labels[0], "question"))


def _obey(_: Planted, message: Message, __: Draw) -> str:
    named = named_label(message.text)
    wrong = "feature" if "feature" not in message.labels else "question"
    return _plain(named if named and named not in message.labels else wrong)


def _cut(_: Planted, message: Message, __: Draw) -> str:
    """What stands at the end was never read: it looks like a question, a question like a wish."""
    return _plain("question" if "question" not in message.labels else "feature")


def _chatty(_: Planted, message: Message, draw: Draw) -> str:
    body = _plain(message.labels[0])
    if draw.number("how") < 0.5:
        return f"```json\n{body}\n```"
    return f"Sure! I think this one is best described as follows: {body}"


def _invent(_: Planted, __: Message, draw: Draw) -> str:
    words = ("complaint", "praise", "other", "billing", "bug_report")
    return _plain(words[int(draw.number("which") * len(words))])


def _other(_: Planted, message: Message, draw: Draw) -> str:
    others = [label for label in LABELS[:3] if label not in message.labels] or ["unsure"]
    return _plain(others[int(draw.number("which") * len(others))])


def _spaced(_: Planted, message: Message, draw: Draw) -> str:
    label = message.labels[0]
    shown = label.upper() if draw.number("case") < 0.5 else label.capitalize()
    return f'{{ "label" :  " {shown} " }}\n'


def _extra(_: Planted, message: Message, draw: Draw) -> str:
    sure = round(0.5 + draw.number("sure") / 2, 2)
    return json.dumps({"confidence": sure, "label": message.labels[0], "lang": "en"})


def _acceptable(_: Planted, message: Message, __: Draw) -> str:
    """Another label that is right whatever was asked: a reading for want of a fact is none."""
    labels = message.labels if message.row is None else message.row.accept
    return _plain(next((one for one in labels if one != message.labels[0]), message.labels[0]))


def _cheap_swap(_: Planted, message: Message, __: Draw) -> str:
    label = message.labels[0]
    return _plain(_CHEAP.get(label, label))


FAULTS: dict[str, _Fault] = {
    "same": _same,
    "swap": _swap,
    "obey": _obey,
    "cut": _cut,
    "chatty": _chatty,
    "invent": _invent,
    "other": _other,
    "unstable": _other,
    "spaced": _spaced,
    "extra": _extra,
    "acceptable": _acceptable,
    "cheap_swap": _cheap_swap,
}
"""By the word that mutants.toml uses. unstable is drawn anew for each turn of an equal text."""


def answers(one: Planted, truth: Truth, seed: int) -> Answer:
    """Return a planted model.

    Args:
        one: which.
        truth: what is right.
        seed: of its luck.
    """
    fires, fault = TRIGGERS[one.trigger], FAULTS[one.fault]

    def model(text: str, turn: int) -> str:
        known = truth.known(text)
        if one.trigger not in known.fired:
            known.fired[one.trigger] = fires(known.message)
        if known.fired[one.trigger]:
            draw = Draw(one.id, seed, known.key, turn if one.fault == "unstable" else 0)
            if one.rate >= 1 or draw.number() < one.rate:
                return fault(one, known.message, draw)
        return _plain(known.message.labels[0])

    return model


def read_answer(raw: str) -> str | None:
    """Return the label as the consumer of the exercise reads it: strict JSON; None is lost."""
    try:
        label = json.loads(raw)["label"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    found = label.strip().lower() if isinstance(label, str) else ""
    return found if found in LABELS else None
