"""What a message does and how it feels, by written words: praise, a complaint, calling off, asking.

Runs in the model worker; the text is hostile and only read; every pattern is a list of words
without nested repeats. Used beside the likeness of meanings, which is nearly blind to feeling.
What fools it: irony, and doing something without a word that is usual for it.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from harness.models.encoder import DATA
from harness.models.labels import Label, humanise

_MOST_CHARS = 3_000
_MOST_HITS = 3
_MOST_LABELS = 6
_MIDDLE = re.compile(
    r"(?:medium|moderate|middle|mid|normal|neutral|mixed|average|fair|ok(?:ay)?|partly)\b"
)
_NOTHING = 0.2
"""What the label for the rest gains where the text does nothing that is named."""
_REST = re.compile(
    r"^\W*(?:other|none|something else|neither|anything else|misc\w*|unclear|unknown|n/a|"
    r"sonstig\w*|allow(?:ed)?|harmless|safe)\b",
    re.I,
)


@dataclass(frozen=True)
class Act:
    """One thing that a message can do.

    Attributes:
        means: finds it in the words of a label.
        says: finds it in a text; None where the feeling of the text decides.
        feeling: 1 for praise, -1 for blame, 0 for neither.
        without: words of a label that take it back ("not urgent").
    """

    means: re.Pattern[str]
    says: re.Pattern[str] | None
    feeling: int
    without: re.Pattern[str] | None


@dataclass(frozen=True)
class _Feelings:
    good: re.Pattern[str]
    bad: re.Pattern[str]
    negators: re.Pattern[str]
    litotes: re.Pattern[str]
    neutral: re.Pattern[str]


def _words(listed: str) -> str:
    return rf"(?<![\w'-])(?:{''.join(listed.split(chr(10)))})(?![\w-])"


@cache
def _known() -> tuple[tuple[Act, ...], _Feelings]:
    """The written list, compiled once."""
    held = tomllib.loads((DATA / "acts.toml").read_text(encoding="utf-8"))
    acts = tuple(
        Act(
            re.compile(_words(one["means"]), re.I),
            re.compile(one["says"], re.I) if "says" in one else None,
            int(one.get("feeling", 0)),
            re.compile(_words(one["without"]), re.I) if "without" in one else None,
        )
        for one in held["acts"].values()
    )
    told = held["feelings"]
    litotes = rf"(?:{told['litotes'].strip()})"
    return acts, _Feelings(
        re.compile(_words(told["good"]), re.I),
        re.compile(_words(told["bad"]), re.I),
        re.compile(rf"(?:(?<![\w'-])(?:{told['negators'].strip()})|n't)(?![\w-])", re.I),
        re.compile(litotes, re.I),
        re.compile(rf"(?:{told['neutral'].strip()})", re.I),
    )


def feeling(text: str) -> float:
    """How pleased a text sounds by its words: -1 to 1, 0 where no word tells."""
    _, told = _known()
    head = told.neutral.sub(" ", text[:_MOST_CHARS])
    good = len(told.litotes.findall(head))
    head = told.litotes.sub(" ", head)
    bad = 0
    for found, is_good in [
        *((m, True) for m in told.good.finditer(head)),
        *((m, False) for m in told.bad.finditer(head)),
    ]:
        before = head[max(0, found.start() - 28) : found.start()]
        before = re.split(r"[.!?;,:]|\bbut\b", before)[-1]
        turned = bool(told.negators.search(before))
        if is_good != turned:
            good += 1
        else:
            bad += 1
    return (good - bad) / (good + bad + 1) if good + bad else 0.0


def feels_both(text: str) -> bool:
    """Whether a text has words of praise and words of blame, each not taken back."""
    parts = re.split(
        r"[.!?;]|,\s+(?:but|though|yet)\b|\b(?:but|however|although|though|yet)\b", text
    )
    felt = [feeling(part) for part in parts if part.strip()]
    return any(one > 0 for one in felt) and any(one < 0 for one in felt)


def leans(labels: Sequence[Label], text: str, *, whole: bool = True) -> NDArray[np.float64]:
    """What the acts of a text add for each label, about -1 to 1.

    Args:
        labels: the offered ones.
        text: to be labelled.
        whole: a label with a meaning is read with its name; False where names are codes.
    """
    acts, _ = _known()
    out = np.zeros(len(labels))
    if len(labels) > _MOST_LABELS:
        return out
    named = [_acts_of(label, acts, whole=whole) for label in labels]
    told = [
        frozenset(map(id, some))
        for some, label in zip(named, labels, strict=True)
        if not _is_rest(label) and not _MIDDLE.match(humanise(label.name))
    ]
    if not all(told) or len(set(told)) < len(told):  # too coarse to tell these labels apart
        return out
    felt = feeling(text)
    for i, some in enumerate(named):
        best = 0.0
        for act in some:
            if act.says is None:
                got = felt * act.feeling
            else:
                hits = min(
                    _MOST_HITS, len(set(m.lower() for m in act.says.findall(text[:_MOST_CHARS])))
                )
                got = (0.0, 0.7, 0.9, 1.0)[hits]
            best = got if abs(got) > abs(best) else best
        out[i] = best
    found = float(out.max(initial=0.0))
    for i, label in enumerate(labels):
        if _is_rest(label):  # what does something that is named is no rest
            out[i] = -found if found > 0 else _NOTHING
    return out


def _acts_of(label: Label, acts: Sequence[Act], *, whole: bool) -> list[Act]:
    """The acts that a label's words speak of."""
    name = humanise(label.name)
    words = label.definition if label.definition and not whole else f"{name} {label.definition}"
    return [
        act
        for act in acts
        if act.means.search(words) and not (act.without and act.without.search(words))
    ]


def _is_rest(label: Label) -> bool:
    """Whether a label is for what fits no other."""
    return bool(_REST.search(label.definition or label.name))


def does(subject: str, text: str) -> float | None:
    """Whether a text does what a subject names: above 0 yes, below 0 no, None where unknown."""
    acts, _ = _known()
    found = [act for act in acts if act.means.search(subject)]
    if not found:
        return None
    felt = feeling(text)
    scores = [
        felt * act.feeling
        if act.says is None
        else (0.8 if act.says.search(text[:_MOST_CHARS]) else -0.5)
        for act in found
    ]
    return max(scores)
