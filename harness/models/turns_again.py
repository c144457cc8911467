"""Answer a user who doubts the last answer: look again, and say in one line what came of it.

Runs in the model worker (zone G); pure. The work is done anew by the engine; this says whether it
came to the same, and what is said when the new look finds nothing that the old answer lacked.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from harness.models.turns_values import stems, values

_LABEL = re.compile(r"^(?:category|label|verdict|answer): ", re.I)


@dataclass(frozen=True)
class Again:
    """A doubted answer.

    Attributes:
        earlier: what was answered.
        doubt: what the user said to it.
        material: the text it was taken from.
        is_label: whether the answer is a label or a verdict.
        is_delta: whether it is not doubted, and the new answer is to be set against it.
    """

    earlier: str
    doubt: str
    material: str
    is_label: bool = False
    is_delta: bool = False

    def framed(self, text: str) -> str:
        """The new answer as a reply to the doubt."""
        if self.is_delta:
            return f"{text}{_set_against(text, self.earlier)}"
        first = _LABEL.sub("", text.strip().split("\n")[0]) if self.is_label else text.strip()
        earlier = _LABEL.sub("", self.earlier.strip().split("\n")[0])
        if _NO_ANSWER.match(first):
            return self._unsettled(earlier)
        if self.is_label:
            if _same_label(first, earlier):
                return f"I looked at it again, and I stay with: {first}"
            if _same_label(first, self.doubt):
                return f"You are right, it should be: {first}"
            return f"I looked at it again: {first}"
        is_figure = bool(re.fullmatch(r"[\d.,]{1,12}\W{0,2}", first))
        if is_same(first, earlier) or not (is_figure or _is_grounded(first, self.material)):
            kept = earlier if _is_grounded(earlier, self.material) else first
            return f"I read it again, and it stays with this: {kept}"
        claimed = _marks(self.doubt) - _marks(earlier)
        if claimed & _marks(first):
            return f"You are right, I misread it. {first}"
        return f"I read it again. {first}"

    def _unsettled(self, earlier: str) -> str:
        """A reply where the new look came to nothing: to what the user points at, or as before."""
        counted = _recounted(self.doubt, earlier)
        if counted:
            return f"You are right, I make it {counted} now."
        pointed = _pointed(self.doubt, self.material)
        claimed = [w for w in sorted(_marks(self.doubt) - _marks(earlier)) if w.isdigit()]
        if pointed and len(claimed) == 1 and re.search(r"\d", earlier):
            return f"You are right, it is {claimed[0]}: {pointed}"
        if pointed and not is_same(pointed, earlier):
            return f"You are right, I misread it. The text says: {pointed}"
        return f"I read it again, and it stays with this: {earlier}"


_FIGURE = re.compile(r"\d{1,9}(?:[.,]\d{1,2})?(?!\d)")


def _set_against(text: str, earlier: str) -> str:
    """How much more or less a new figure is than the last one of the answer before."""
    new, old = _FIGURE.search(text), _FIGURE.findall(earlier)
    if new is None or not old:
        return ""
    change = float(new[0].replace(",", ".")) - float(old[-1].replace(",", "."))
    shown = f"{abs(change):.2f}".rstrip("0").rstrip(".")
    return f" That is {shown} {'more' if change >= 0 else 'less'} than before."


_NO_ANSWER = re.compile(
    r"(?:I (?:could|can) ?not\b|I have no\b|I know no\b|The (?:text|document) does not\b|not "
    r"stated|"
    r"I need\b|I am not sure how|Your message seems)",
    re.I,
)


_ONE_MORE = re.compile(
    r"\b(?P<n>one|two|three|\d{1,2}) (?P<way>more|less|fewer|too many|too few|too much)\b|"
    r"\boff by (?P<off>one|\d)\b",
    re.I,
)
_WORDS = (
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
)


def _recounted(doubt: str, earlier: str) -> str:
    """The number that a doubt leads to, where it says by how much the last one was wrong."""
    found = _ONE_MORE.search(doubt)
    old = re.search(r"\b(?:\d{1,4}|" + "|".join(_WORDS) + r")\b", earlier, re.I)
    if not found or not found["way"] or not old:
        return ""
    step = int(found["n"]) if found["n"].isdigit() else _WORDS.index(found["n"].lower())
    step = step if found["way"].lower() in ("more", "too few") else -step
    low = old[0].lower()
    return str(max(0, (int(low) if low.isdigit() else _WORDS.index(low)) + step))


def _pointed(doubt: str, material: str) -> str:
    """The part of the text that a doubt points at by a word that stands in that part alone."""
    parts = [p.strip(" .") for p in re.split(r"(?<=[.!?;])\s+|\n+|,\s+", material) if p.strip()]
    wanted = stems(doubt)
    hits = [p for p in parts if stems(p) & wanted]
    if not hits or len(hits) * 2 > len(parts) + 1:
        return ""
    best = max(hits, key=lambda p: len(stems(p) & wanted))
    return f"{best[:1].upper()}{best[1:]}." if len(best.split()) <= 40 else ""


def is_same(one: str, other: str) -> bool:
    """Whether two answers say the same: the shorter one's values, or words, are in the other."""
    first, second = _marks(one), _marks(other)
    if first and second:
        return first <= second or second <= first
    short, long = sorted((stems(one), stems(other)), key=len)
    return bool(short) and len(short & long) * 5 >= len(short) * 3


def _marks(text: str) -> set[str]:
    """Days, times, numbers and names of a text."""
    return {
        re.sub(r"\W+", "", text[a:b].lower())
        for kind, a, b in values(text)
        if not (kind == "name" and a == 0 and len(text[a:b].split()) == 1)
    }


def _same_label(one: str, other: str) -> bool:
    bare = re.escape(one.strip(" .").lower())
    return (
        bool(re.search(rf"(?<![\w-]){bare}(?![\w-])", other.lower())) if one.strip(" .") else False
    )


def _is_grounded(answer: str, material: str) -> bool:
    """Whether most words of an answer are in the text."""
    words = stems(answer)
    return bool(words) and len(words & stems(material)) * 2 >= len(words)
