"""What a wrapper has to be told of a task, since it cannot read a stranger's prompt.

Pure. A wrapper finds the text that is worked on by a rule given here, and edits nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from harness.models.mutants.chat import Turn

if TYPE_CHECKING:
    from harness.models.engine import Engine


_QUESTION = re.compile(r"^[ \t]*question:[ \t]*(\S.*)$", re.IGNORECASE | re.MULTILINE)
ALLOWANCES = frozenset(
    {"case", "extra_keys", "fence", "order", "citation_forms", "synonyms", "bullets"}
)
"""What a contract may leave open."""


@dataclass(frozen=True)
class Place:
    """A stretch of one message.

    Attributes:
        message: its index.
        start: offset of the first character.
        end: offset behind the last one.
    """

    message: int
    start: int
    end: int

    def of(self, messages: Sequence[Turn]) -> str:
        """Return what stands there."""
        return messages[self.message]["content"][self.start : self.end]


Locate = Callable[[Sequence[Turn]], Place | None]


def last_user(messages: Sequence[Turn]) -> Place | None:
    """Return the whole last message of the user's; None when there is none."""
    for number in range(len(messages) - 1, -1, -1):
        if messages[number]["role"] == "user":
            return Place(number, 0, len(messages[number]["content"]))
    return None


def question(messages: Sequence[Turn]) -> Place | None:
    """Return what stands behind the last "Question:" or in <question>; else the last user's."""
    inside = tagged("question")(messages)
    place = last_user(messages)
    if inside is not None or place is None:
        return inside
    found = list(_QUESTION.finditer(place.of(messages)))
    return Place(place.message, *found[-1].span(1)) if found else place


def tagged(tag: str) -> Locate:
    """Return a rule for the inside of the last `<tag ...>…</tag>` of a prompt."""
    pattern = re.compile(rf"<{re.escape(tag)}(?:\s[^>]*)?>(.*?)</{re.escape(tag)}>", re.DOTALL)

    def locate(messages: Sequence[Turn]) -> Place | None:
        for number in range(len(messages) - 1, -1, -1):
            found = list(pattern.finditer(messages[number]["content"]))
            if found:
                return Place(number, *found[-1].span(1))
        return None

    return locate


def read_by(engine: Engine) -> Locate:
    """Return a rule by what the embedded model takes for data; else the last user message."""

    def locate(messages: Sequence[Turn]) -> Place | None:
        turns = tuple((turn["role"], turn["content"]) for turn in messages)
        spans = engine.explain(turns).data_spans
        return Place(*max(spans, key=lambda s: s[2] - s[1])) if spans else last_user(messages)

    return locate


@dataclass(frozen=True)
class Scene:
    """A task, as far as a fault needs it.

    Attributes:
        text: finds the text that is worked on: message, document, mail, ticket.
        item: finds what tells one item from another; None takes the text. Of a question about a
            document it is the question.
        labels: offered to a classifier, in the prompt's order.
        costly: the label whose loss hurts most; "" takes the first.
        abstain: the answer that calls a person; "" for none.
        key: of the answer's label in its JSON.
        absent: the words for what a document does not say.
        allows: what the contract leaves open, of ALLOWANCES.
    """

    text: Locate = last_user
    item: Locate | None = None
    labels: tuple[str, ...] = ()
    costly: str = ""
    abstain: str = ""
    key: str = "label"
    absent: str = "not stated"
    allows: frozenset[str] = frozenset()

    @property
    def dear(self) -> str:
        """The label whose loss hurts most; "" without labels."""
        return self.costly or next(iter(self.labels), "")

    @property
    def cheap(self) -> tuple[str, ...]:
        """Every other label but the one that calls a person, in order."""
        return tuple(one for one in self.labels if one not in (self.dear, self.abstain))
