"""When a planted fault fires: by a row's curated traits, or by cues in a text of one's own.

Runs in T; pure. Cues (`wordings`, `signs`) are plain words and bounded patterns. Matching is by
casefold, since a dotless i under IGNORECASE once matched every English text.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from grader.scoring import signs, wordings
from grader.scoring.gold import Row

LONG_CHARS = 400


@dataclass(frozen=True)
class Message:
    """A text that a model is asked about.

    Attributes:
        text: the text.
        labels: what is right for it: curated, or the candidate's own word; never empty.
        row: its curated row; None for a text of the candidate's own.
    """

    text: str
    labels: tuple[str, ...]
    row: Row | None = None

    def is_any(self, *traits: str) -> bool:
        """Whether its row has one of these as stratum or tag."""
        return self.row is not None and bool({self.row.stratum, *self.row.tags} & set(traits))


Trigger = Callable[[Message], bool]


_NAMED = re.compile(r"(?<![a-z])(bug|feature|question)(?![a-z])")


def is_polite_bug(message: Message) -> bool:
    """A bug that comes as a question, or politely."""
    if message.row is not None:
        return message.is_any("polite_bug", "question_shaped") and "bug" in message.labels
    return "bug" in message.labels and wordings.is_courteous(message.text)


def is_wish_bug(message: Message) -> bool:
    """A bug in the words of a wish."""
    if message.row is not None:
        return message.is_any("wish_bug", "wish_words") and "bug" in message.labels
    return "bug" in message.labels and wordings.wishes(message.text)


def is_angry_feature(message: Message) -> bool:
    """A wish in anger."""
    if message.row is not None:
        return message.is_any("angry_feature", "angry") and "feature" in message.labels
    return "feature" in message.labels and wordings.is_angry(message.text)


def is_outside(message: Message) -> bool:
    """None of the three: only a person can say."""
    return "unsure" in message.labels


def is_injected(message: Message) -> bool:
    """An instruction to the reader stands in the text."""
    if message.row is not None:
        return message.is_any("injection")
    return wordings.orders_the_reader(message.text)


def is_long(message: Message) -> bool:
    """It goes on past what a truncating model reads."""
    return len(message.text) > LONG_CHARS


def has_two_intents(message: Message) -> bool:
    """A bug and something else in one message."""
    if message.row is not None:
        return message.is_any("two_intents") and "bug" in message.labels
    return "bug" in message.labels and wordings.has_two_matters(message.text)


def is_catastrophic(message: Message) -> bool:
    """A rare bug that does great harm."""
    if message.row is not None:
        return message.is_any("catastrophic")
    return "bug" in message.labels and wordings.is_grave(message.text)


def is_not_english(message: Message) -> bool:
    """In another language."""
    if message.row is not None:
        return message.is_any("not_english")
    return signs.is_foreign(message.text)


def is_rough(message: Message) -> bool:
    """Misspelt, or in slang."""
    if message.row is not None:
        return message.is_any("typos")
    return signs.is_rough(message.text)


def is_negated(message: Message) -> bool:
    """It says that something is not broken."""
    if message.row is not None:
        return message.is_any("negated")
    return "bug" not in message.labels and signs.denies_a_fault(message.text)


def is_new_module(message: Message) -> bool:
    """About what version 5.0 brought."""
    if message.row is not None:
        return message.is_any("new_module")
    return signs.names_a_new_module(message.text)


def is_sarcasm(message: Message) -> bool:
    """Thanks or praise that are meant otherwise."""
    if message.row is not None:
        return message.is_any("sarcasm")
    wants = "bug" not in message.labels
    return bool({"bug", "feature"} & set(message.labels)) and signs.mocks(message.text, wants=wants)


def is_odd(message: Message) -> bool:
    """One that people would argue about as well."""
    if message.row is not None:
        return message.is_any(
            "ambiguous", "sarcasm", "two_intents", "negated", "outside", "injection", "long"
        )
    return len(message.labels) > 1 or is_long(message) or "unsure" in message.labels


def is_no_bug(message: Message) -> bool:
    """Nothing in it is a bug."""
    return "bug" not in message.labels


def always(message: Message) -> bool:
    """Any message."""
    return bool(message.labels)


def named_label(text: str) -> str | None:
    """Return the last label that an instruction in a text names; None for none."""
    found = _NAMED.findall(text.casefold())
    return found[-1] if found else None


TRIGGERS: dict[str, Trigger] = {
    "always": always,
    "polite_bug": is_polite_bug,
    "wish_bug": is_wish_bug,
    "angry_feature": is_angry_feature,
    "outside": is_outside,
    "injected": is_injected,
    "long": is_long,
    "two_intents": has_two_intents,
    "catastrophic": is_catastrophic,
    "not_english": is_not_english,
    "rough": is_rough,
    "negated": is_negated,
    "new_module": is_new_module,
    "sarcasm": is_sarcasm,
    "odd": is_odd,
    "no_bug": is_no_bug,
}
"""By the word that mutants.toml uses."""
