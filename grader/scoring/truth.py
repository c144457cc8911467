"""What is right for a text that a suite shows to a model.

Runs in T; pure. Curated gold comes first, then the candidate's own word. A text made at run time
(a paraphrase, a typo put in) counts as the likest of those. What fools it: one in other words.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from grader.scoring.arena import Case
from grader.scoring.gold import Gold, Row, normalised
from grader.scoring.triggers import Message

LABELS = ("bug", "feature", "question", "unsure")
_ALIKE = 0.25
"""Share of runs of four characters from which a text counts as made out of another."""
_COMPARED = 2_000
"""Of a longer text the beginning is compared."""

_MOST_KEPT, _LONGEST_KEPT = 4_000, 4_000
"""Texts, and characters of one, whose reading is kept: a suite may ask what it likes."""


@dataclass(frozen=True)
class Known:
    """What is known of one text.

    Attributes:
        message: the text with what is right for it.
        key: the text as it is compared.
        fired: whether a trigger fires, by its name; filled as they are asked.
    """

    message: Message
    key: str
    fired: dict[str, bool] = field(default_factory=dict, compare=False, repr=False)


@dataclass(frozen=True)
class Truth:
    """What is right for a text.

    Attributes:
        gold: curated rows.
        own: normalised text to the candidate's expected labels.
        asked: ids of facts that the candidate asked for.
    """

    gold: Gold
    own: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    asked: frozenset[str] = frozenset()
    _likest: dict[str, str | None] = field(default_factory=dict, compare=False, repr=False)
    _known: dict[str, Known] = field(default_factory=dict, compare=False, repr=False)

    @classmethod
    def of(cls, gold: Gold, cases: Sequence[Case], asked: frozenset[str] = frozenset()) -> Truth:
        """Return the truth for one candidate's cases."""
        own = {normalised(case.text): _labels(case.expected) for case in cases}
        return cls(gold, {text: labels for text, labels in own.items() if labels}, asked)

    def known(self, text: str) -> Known:
        """Return what is known of a text, looked up once where it is asked again and again."""
        found = self._known.get(text)
        if found is None:
            found = Known(self.message(text), normalised(text))
            if len(self._known) < _MOST_KEPT and len(text) <= _LONGEST_KEPT:
                self._known[text] = found
        return found

    def message(self, text: str) -> Message:
        """Return a text with what is right for it.

        A text that is neither curated nor among the cases was made at run time, mostly out of one
        that is: it counts as the likest of them, and as a question where none resembles it.
        """
        row, own = self.gold.find(text), self.own.get(normalised(text), ())
        if row is None and not own:
            known = self._likest_to(text)
            row, own = (None, ("question",)) if known is None else self._of(known)
        if row is None:
            return Message(text, own)
        labels = row.accept if row.needs_fact in self.asked else row.labels
        fitting = [label for label in own if label in labels]
        rest = [label for label in labels if label not in fitting]
        return Message(text, (*fitting, *rest), row)

    def _of(self, key: str) -> tuple[Row | None, tuple[str, ...]]:
        return self.gold.known.get(key), self.own.get(key, ())

    def _likest_to(self, text: str) -> str | None:
        """Return the key of the text that it shares most with; None if it resembles none."""
        key = normalised(text)
        if key not in self._likest:
            made = _grams(key)
            shares = [(_share(made, _grams(one)), one) for one in (*self.own, *self.gold.known)]
            best = max(shares, default=(0.0, ""))
            self._likest[key] = best[1] if best[0] >= _ALIKE else None
        return self._likest[key]


@functools.lru_cache(maxsize=4096)
def _grams(text: str) -> frozenset[str]:
    return frozenset(text[n : n + 4] for n in range(min(len(text), _COMPARED) - 3))


def _share(one: frozenset[str], other: frozenset[str]) -> float:
    return len(one & other) / max(1, len(one | other))


def _labels(expected: Sequence[str]) -> tuple[str, ...]:
    found = (label.strip().lower() for label in expected)
    return tuple(dict.fromkeys(label for label in found if label in LABELS))
