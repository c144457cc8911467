"""Yes or no: a rule of the text held against the case that is asked about.

Runs in the model worker; the text is hostile. Looked at in this order: a threshold, a day or an
hour, an exception, "only", then whether text and question say the same or the opposite. What fools
it: two negations in one clause, a rule that another sentence takes back.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from harness.models.skills import conditions
from harness.models.skills.answering import Look
from harness.models.skills.reckoning_dates import Moment, moments
from harness.models.skills.retrieval import STOP, Passage
from harness.models.skills.wording import WORD, are_opposite, coverage, key_words

_NEGATION = re.compile(
    r"\b(?:not|never|nothing|none|nobody|neither|nor|cannot|no one)\b|n['’]t\b|"
    r"\bno\b(?! (?:more|longer|later|fewer|less|other|older|younger|problem|matter|doubt)\b)|"
    r"\b(?:unable|fails? to|failed to|refus\w+ to|lacks?|ruled out|out of the question)\b",
    re.I,
)
_FORBIDS = re.compile(r"\b(?:forbidden|prohibited|banned|off[- ]limits|disallowed)\b", re.I)
_EXCEPT = re.compile(
    r"\b(?:except(?:ing)?(?: for| on| in)?|apart from|other than|save for|with the exception of|"
    r"unless|but not|excluding|aside from)\s(.{2,120}?)(?=[.;]|, (?!and|or)|$)",
    re.I,
)
_ONLY = re.compile(
    r"\b(?:only|solely|exclusively|nowhere but|no one but|just)\s((?:(?:in|on|at|for|to|with|by|"
    r"from|during|if|when|after|before|as)\s)?(?:[\w'’-]+\s?){1,6})|"
    r"((?:in|on|at|for|to|with|by|from|during)\s(?:[\w'’-]+\s){1,5})only\b",
    re.I,
)
_MEMBERS_ONLY = re.compile(r"\b([\w'’-]+(?: [\w'’-]+)?) only\b", re.I)
_CAPITAL = re.compile(r"\b[A-ZÀ-Þ][\w-]+")
_PRONOUN = re.compile(r"\b(?:it|he|she|they|her|him|them)\b", re.I)
_CLOSED_LIST = re.compile(
    r"\b(?:no other|none other|nothing else|nobody else|nowhere else)\b", re.I
)
_CLAUSE = re.compile(
    r";\s+|,\s+(?:but|while|whereas|yet|and)\s+|\s(?:but|while|whereas)\s+(?!not\b)"
)
_EXCEPTION_WINS = 0.12
_DENIAL = 0.1
_OF_THE_CASE = 0.8
_LEAST, _LEAST_RULED = 0.3, 0.15
_MOST_LOOKED_AT = 4


@dataclass(frozen=True)
class Verdict:
    """Yes or no, with the passage that it rests on and how sure that is, 0 to 1."""

    is_yes: bool
    source: Passage
    sure: float


def decide(look: Look, told: str) -> Verdict | None:
    """Whether what is asked is so; None where no passage speaks of it.

    Args:
        look: the question held against the text.
        told: what the asker says of the case.
    """
    if not look.passages:
        return None

    mine = key_words(told) if told.strip() else []

    def worth(number: int) -> float:
        text = look.passages[number].text
        strict = bool(_NEGATION.search(text) or _EXCEPT.search(text) or _ONLY.search(text))
        spoken = coverage(mine, _words(text)) if mine else 0.0
        told_of = _OF_THE_CASE * spoken
        return look.coverage(number) + look.lead(number) + _EXCEPTION_WINS * strict + told_of

    order = sorted(range(len(look.passages)), key=lambda n: -worth(n))[:_MOST_LOOKED_AT]
    own = f"{told} {look.question}".strip()
    case = f"{own} {_facts(look)}".strip()
    for number in order:
        if look.coverage(number) < _LEAST_RULED and number != order[0]:
            continue
        ruled = _by_threshold(look, number, own, case)
        if ruled is not None:
            return Verdict(ruled, look.passages[number], max(0.7, look.coverage(number)))
    compared = _by_own_threshold(look, order)
    if compared is not None:
        return compared
    best = order[0]
    dated = _by_last_day(look, order, own) or _by_day(look, order, own)
    if dated is not None:
        return dated
    text = look.passages[best].text
    ruled = _by_exception(look, text, case)
    if ruled is None:
        ruled = _by_restriction(look, best, case)
    if ruled is not None:
        return Verdict(ruled, look.passages[best], max(0.6, look.coverage(best)))
    is_yes = agrees(look.question, _clause(look, text))
    return Verdict(is_yes, look.passages[best], look.coverage(best))


def agrees(question: str, text: str) -> bool:
    """Whether a text says what a yes-or-no question asks, and not its opposite."""
    says_no = bool(_NEGATION.search(text))
    asks_no = bool(_NEGATION.search(_tagless(question)))
    opposite = are_opposite(_words(question), _words(text))
    if not says_no and not opposite and _FORBIDS.search(text) and not _FORBIDS.search(question):
        says_no = True
    return not (says_no ^ asks_no ^ opposite)


def _tagless(question: str) -> str:
    """A question without the polite negation in front, and without the words to answer with."""
    bare = re.sub(r"\b(?:yes|no) ?(?:or|/) ?(?:yes|no)\b", " ", question, flags=re.I)
    return re.sub(r"^\W*\w+n['’]t\b", " ", bare)


def _words(text: str) -> list[str]:
    return [m[0].lower() for m in WORD.finditer(text)]


def _clause(look: Look, text: str) -> str:
    """The clause of a sentence that takes up most of the question."""
    parts = [part for part in _CLAUSE.split(text[:1_200]) if len(part.split()) > 1]
    if len(parts) < 2:
        return text
    scores = [coverage(look.keys, _words(part)) for part in parts]
    denied = [bool(_NEGATION.search(part)) for part in parts]
    scores = [s + _DENIAL * (d and s > 0) for s, d in zip(scores, denied, strict=True)]
    best = max(range(len(parts)), key=lambda n: scores[n])
    return parts[best] if scores.count(scores[best]) == 1 else text


def _facts(look: Look) -> str:
    """What the text says of the very case that is asked about: of its name, or last of all."""
    names = set(_CAPITAL.findall(look.question[1:]))
    told = [p.text for p in look.passages if names & set(_CAPITAL.findall(p.text))]
    if not told and _PRONOUN.search(look.question) and len(look.passages) > 1:
        told = [look.passages[-1].text]
    return " ".join(one for one in told if not conditions.conditions(one))


def _by_threshold(look: Look, number: int, own: str, case: str) -> bool | None:
    text = look.passages[number].text
    found = conditions.conditions(text)
    for at, condition in enumerate(found):
        value = conditions.case_of(own, condition, text)
        value = conditions.case_of(case, condition, text) if value is None else value
        if value is None:
            continue
        met = conditions.holds(condition, value)
        if met and "between" in text and _is_upper(condition, found[at + 1 :], value):
            continue  # the other end of a range
        same = agrees(look.question, _part(text, lambda p: bool(conditions.conditions(p))))
        return met if same else not met
    return None


def _is_upper(low: conditions.Condition, others: list[conditions.Condition], value: float) -> bool:
    """Whether another bound in the sentence closes the range that one opens, and is not met."""
    return low.sign == ">=" and any(
        one.sign == "<=" and one.number > low.number and not conditions.holds(one, value)
        for one in others
    )


def _part(text: str, has: Callable[[str], bool]) -> str:
    """The part of a sentence, between commas, that has something; all of it where none has."""
    return next((part for part in re.split(r"[;,]\s+", text) if has(part)), text)


def _by_own_threshold(look: Look, order: list[int]) -> Verdict | None:
    """A comparison that the question makes, held against the figure of the text."""
    names = set(_CAPITAL.findall(look.question[1:]))
    for condition in conditions.conditions(look.question)[:1]:
        for number in order:
            if names and not names & set(_CAPITAL.findall(look.passages[number].text)):
                continue
            text = look.passages[number].text
            if look.coverage(number) < _LEAST or conditions.conditions(text):
                continue
            value = conditions.case_of(text, condition)
            if value is not None:
                met = conditions.holds(condition, value)
                return Verdict(met, look.passages[number], max(0.6, look.coverage(number)))
    return None


_LAST = re.compile(
    r"\b(?P<last>until|till|by|before|no later than|not (?:later than|after)|up to|at the latest|"
    r"deadline(?: is)?|latest|ends? on|expires? on|closes? on)|\b(?:after|from|since|starting|"
    r"as of|as from|"
    r"opens? on|begins? on|starts? on)",
    re.I,
)


def _by_last_day(look: Look, order: list[int], case: str) -> Verdict | None:
    """Whether the date or the hour asked about is in time for the one that the text sets."""
    mine = moments(case)
    if len(mine) != 1:
        return None
    asked = mine[0]
    for number in order[:2]:
        text = look.passages[number].text
        found = [one for one in moments(text) if one.kind == asked.kind]
        if len(found) != 1 or look.coverage(number) < _LEAST:
            continue
        leads = list(_LAST.finditer(text[max(0, found[0].start - 30) : found[0].start]))
        if not leads:
            continue
        limit = _order_of(found[0], asked)
        in_time = limit[1] <= limit[0] if leads[-1]["last"] else limit[1] >= limit[0]
        part = next((one for one in re.split(r"[;,]\s+", text) if found[0].text in one), text)
        is_yes = in_time == agrees(look.question, part)
        return Verdict(is_yes, look.passages[number], max(0.6, look.coverage(number)))
    return None


def _order_of(limit: Moment, asked: Moment) -> tuple[int, int]:
    """Two moments as numbers that can be held against each other."""
    if limit.kind == "date" and not (limit.has_year and asked.has_year):
        return limit.day.timetuple().tm_yday, asked.day.timetuple().tm_yday
    return limit.at, asked.at


def _by_day(look: Look, order: list[int], case: str) -> Verdict | None:
    """Whether the day and the hour asked about fall under what the text says of days and hours."""
    asked = conditions.days_in(case)
    hour = conditions.hour_asked(case)
    for number in order:
        text = look.passages[number].text
        if look.coverage(number) < _LEAST and number != order[0]:
            continue
        if asked:
            on_day = _on_days(look, text, asked)
            if on_day is not None and not (on_day and hour is not None):
                return Verdict(on_day, look.passages[number], max(0.6, look.coverage(number)))
        hours = conditions.hours_in(text)
        if hour is not None and hours is not None:
            inside = hours[0] <= hour < hours[1] or (hours[0] <= hour + 12 < hours[1] and hour < 7)
            part = _part(text, lambda p: conditions.hours_in(p) is not None)
            is_yes = inside == agrees(look.question, part)
            return Verdict(is_yes, look.passages[number], max(0.6, look.coverage(number)))
        if asked and hour is not None and conditions.days_in(text):
            continue
    return None


def _on_days(look: Look, text: str, asked: set[int]) -> bool | None:
    """Whether what is asked is so on some day; None where the sentence names no day."""
    excepted = _EXCEPT.search(text)
    main = text if not excepted else text[: excepted.start()]
    parts = [
        part for part in re.split(r"[;,]|\bbut\b|\band (?=on |closed|shut)", main) if part.strip()
    ]
    for part in parts:
        days = conditions.days_in(part)
        if asked <= days:
            return agrees(look.question, part if len(parts) > 1 else main)
    if excepted and asked & conditions.days_in(excepted[1]):
        return not agrees(look.question, main)
    named = conditions.days_in(main)
    if named and not asked & named:
        return not agrees(look.question, main)
    if excepted and conditions.days_in(excepted[1]):
        return agrees(look.question, main)
    return None


def _by_exception(look: Look, text: str, case: str) -> bool | None:
    mark = _EXCEPT.search(text)
    if not mark:
        return None
    main = text[: mark.start()] + text[mark.end() :]
    words = [w for w in _words(mark[1]) if w not in STOP]
    is_excepted = coverage(words, _words(case)) >= 0.5
    return agrees(look.question, main) != is_excepted


def _by_restriction(look: Look, number: int, case: str) -> bool | None:
    """What "only" allows, or a list that is said to be whole."""
    text = look.passages[number].text
    after = look.passages[number + 1].text if number + 1 < len(look.passages) else ""
    parts = re.split(r"[;,]\s+", text)
    if len(parts) > 1:
        text = max(parts, key=lambda part: coverage(look.keys, _words(part)))
    mark = _ONLY.search(text) or _MEMBERS_ONLY.search(text)
    if mark:
        narrow = next(group for group in mark.groups() if group)
        words = [w for w in _words(narrow) if w not in STOP]
        plain = agrees(look.question, text.replace("only", ""))
        if coverage(words, _words(case)) >= 0.5:
            return plain
        return plain and not _unmet(look, text)
    if _CLOSED_LIST.search(text) or _CLOSED_LIST.search(after):
        if _unmet(look, text):
            return False
        return agrees(look.question, _CLOSED_LIST.sub(" ", text))
    return None


def _unmet(look: Look, text: str) -> list[str]:
    """The words of the question that a sentence does not take up."""
    held = _words(text)
    return [word for word in key_words(look.question) if coverage([word], held) < 0.5]
