"""Who meets the one condition of a rule: "members may borrow oars if they are over 16. Ana is 15".

Runs in the model worker; pure; the text is hostile and capped, every pattern is bounded. One rule
with one condition, behind its "if" or in its subject, is held against what is told of each case.
Rules of several ranges are other modules' work.
"""

from __future__ import annotations

import re
from fractions import Fraction

from harness.models.skills.finding_intervals import Interval, in_units, intervals, kind_of, value_of
from harness.models.skills.reckoning_brief import root
from harness.models.skills.reckoning_outcome import Worked
from harness.models.skills.retrieval import content_words

_MOST = 1_200
_MOST_FACTS = 12
_ASKS = re.compile(r"^\W*(?:and |so )?(?:who|which|whose)\b", re.I)
_NOT = re.compile(r"\b(?:not|no|never|cannot)\b|n['’]t\b", re.I)
_IF = re.compile(
    r"\b(?:if|when|provided(?: that)?|as long as|only after|once)\s"
    r"(?:they|he or she|it|you|the \w+)?\s?(?P<what>[^.!?\n]{3,90})",
    re.I,
)
_MODAL = re.compile(
    r"\b(?:may|can|must|should|shall|gets?|receives?|have to|has to|costs?|need|needs|pays?|is|are|"
    r"will|qualif(?:y|ies)|enters?|rides?|travels?|ships?|goes|go)\b",
    re.I,
)
_DONE = re.compile(r"^(?:have|has|are|is)\s(?P<done>[a-z]{3,20})\b", re.I)
_NAME = r"(?:(?:[A-ZÀ-Þ][\w'’-]*|[a-z]{3,14})\s)?[A-ZÀ-Þ][\w'’-]{0,20}"
_VERB = (
    r"(?:is|was|are|weighs?|works?|has|had|have|turns?|turned|earns?|scored|scores?|drives?|"
    r"comes to|measures?|costs?|lasts?|swims?|ran|runs?|bought|ordered|pays?|paid|holds?|grew|aged)"
)
_FACT = re.compile(
    rf"^(?:and |but )?(?P<name>{_NAME}),?(?:\s{_VERB})?(?:\s(?:only|just|about|already))?\s"
    r"(?P<value>[€$£]?\d[\d.,]{0,9}\s?[^\W\d_]{0,12}%?)(?:\s[^\W\d_]{1,12}){0,4}$"
)
_DID = re.compile(
    rf"^(?:and |but )?(?P<name>{_NAME})\s(?:has|have|is|was|did|does)\s?(?P<no>not|n['’]t)?"
    r"(?:\s(?P<done>[a-z]{3,20}))?(?:\s[^\W\d_]{1,12}){0,4}$"
)


def met_by(ask: str, text: str) -> Worked | None:
    """The cases that meet the condition of the one rule, or do not where that is asked for.

    Args:
        ask: the question.
        text: the rule and what is told of each case.
    """
    if len(text) > _MOST or not _ASKS.match(ask):
        return None
    sentences = [s.strip(" .!") for s in re.split(r"(?<=[.!?])\s+|\n+", text) if s.strip()]
    rule = next((s for s in sentences if _MODAL.search(s) and _condition(s) is not None), "")
    condition = _condition(rule) if rule else None
    if condition is None or not _shares(ask, rule):
        return None
    facts = [
        part.strip(" .")
        for sentence in sentences
        if sentence is not rule
        for part in re.split(r"[,;]\s+(?:and |but |while )?|\s(?:and|but|while)\s", sentence)
    ]
    named = [held for fact in facts[:_MOST_FACTS] if (held := _held(fact, condition)) is not None]
    if len(named) < 2 or len({name for name, _ in named}) < len(named):
        return None
    turned = bool(_NOT.search(ask)) != bool(_NOT.search(_granted(rule)))
    chosen = [name for name, meets in named if meets != turned]
    others = [name for name, meets in named if meets == turned]
    return Worked(_joined(chosen), "", _joined([*chosen, *others[:1]]) if others else "")


def _condition(rule: str) -> Interval | str | None:
    """The one range of a rule, or the word for what must have been done; else None."""
    mark = _IF.search(rule)
    ranges = intervals(rule)
    if mark is None:
        modal = _MODAL.search(rule)
        front = [r for r in ranges if modal and r.end <= modal.start()]
        return front[0] if len(front) == 1 and len(intervals(rule)) == 1 else None
    behind = [r for r in ranges if r.start >= mark.start()]
    if len(behind) == 1:
        return behind[0]
    done = _DONE.match(mark["what"].strip())
    return done["done"].lower() if not behind and done else None


def _granted(rule: str) -> str:
    """A rule without its condition."""
    mark = _IF.search(rule)
    return f"{rule[: mark.start()]} {rule[mark.end() :]}" if mark else rule


def _shares(ask: str, rule: str) -> bool:
    """Whether a question and what a rule grants speak of one thing."""
    return bool({root(w) for w in content_words(ask)} & {root(w) for w in content_words(rule)})


def _held(fact: str, condition: Interval | str) -> tuple[str, bool] | None:
    """Whose fact it is and whether it meets the condition; None where it tells nothing of it."""
    if isinstance(condition, str):
        mark = _DID.match(fact)
        if mark is None or (mark["done"] and mark["done"].lower() != condition):
            return None
        return (mark["name"], not mark["no"]) if mark["done"] or mark["no"] else None
    mark = _FACT.match(fact)
    found = re.match(r"([€$£]?\d[\d.,]{0,9})\s?([^\W\d_]{0,12}%?)", mark["value"]) if mark else None
    value = value_of(found[1].strip(".,")) if found else None
    if mark is None or found is None or value is None:
        return None
    unit = found[2].lower()
    if unit and condition.unit and kind_of(unit) and kind_of(condition.unit):
        if kind_of(unit.removesuffix("s")) != kind_of(condition.unit):
            return None
        value = in_units(Fraction(value), unit, condition.unit)
    return mark["name"], condition.holds(value)


def _joined(names: list[str]) -> str:
    if not names:
        return "None of them"
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
