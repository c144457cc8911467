"""Who or what is not so: the exception, what a denial names, or who is left of a list.

Runs in the model worker; the text is hostile, patterns are bounded.
"""

from __future__ import annotations

import re

from harness.models.skills.answering import Found, Look, sentence
from harness.models.skills.answering_kinds import Wanted
from harness.models.skills.answering_reasons import enumerated
from harness.models.skills.answering_spans import people, spans_for
from harness.models.skills.wording import WORD, are_opposite, coverage, key_words

_EXCEPT = re.compile(
    r"\b(?:all|everyone|everybody|every one|everything|any|nobody|no one|each|\w+)? ?"
    r"(?:except(?:ing)?(?: for| on)?|apart from|other than|save for|with the exception of|all but|"
    r"everyone but|everybody but|every \w+ but|any \w+ but|but not|excluding|aside from)\s"
    r"((?:on |in |at |for )?[^.;,]{2,80}?)(?=[.;,]| (?:which|who|where|when|has|have|is|are|"
    r"passed|reached|"
    r"came|went|made|finished|\w+ed)\b|$)",
    re.I,
)
_DENIES = re.compile(
    r"\b(?:not|never|nor|neither|cannot|nobody|fail(?:s|ed)?|missed|misses|refused|still (?:has|"
    r"have|needs?)|"
    r"yet to|will repeat|has to repeat|lacks?|without|absent|excluded|forgot|stayed (?:away|"
    r"behind|at home)|"
    r"shut|closed|extra|sold separately|gave up|turned back|dropped out)\b|n['’]t\b",
    re.I,
)
_CLAUSE = re.compile(
    r";\s+|,\s+(?:but|while|whereas|and)\s+|\s(?:but|while|whereas)\s+(?!not\b)|,\s+(?=nor\b)"
)
_SUBJECT = re.compile(
    r"^\W*(?:the |a |an |our )?(.{2,60}?) (?:is|are|was|were|does|do|did|has|have|must|can|may|"
    r"will)"
    r"(?: ?not|n['’]t| never| excluded| extra| sold)\b|"
    r"^\W*(.{2,60}?) (?:costs?|comes?) (?:extra|separately)\b",
    re.I,
)
_OBJECT = re.compile(
    r"\b(?:not|n['’]t|never|excludes?|neither)\s(?:(?:yet|also|ever|"
    r"even)\s)?(?:\w+\s)?(.{2,120}?)[.!]*$",
    re.I,
)
_BUT_NO = re.compile(
    r"\b(?:has|have|had|with|speaks?|plays?|eats?|sells?|offers?|got)\s(?:an? |"
    r"the )?([\w -]{2,40}?),?\s"
    r"(?:but|and)\s(?:has |have |had |is |are |does |do )?(?:no|not|without|"
    r"lacks?)\s(?:have )?(?:an? |the )?([\w-]+)",
    re.I,
)
_NOTHING = re.compile(r"^(?:it|they|he|she|we|you|i|this|that)$", re.I)


def find_excluded(look: Look, want: Wanted) -> Found | None:
    """What the text excludes from what the question asks about; None where it excludes nothing."""
    if not look.passages:
        return None
    apart = _has_and_lacks(look)
    if apart is not None:
        return apart
    for number in _by_coverage(look):
        mark = _EXCEPT.search(look.passages[number].text[:1_200])
        if mark and look.coverage(number) > 0.2:
            return _made(look, number, mark[1].strip())
    if want.kind == "person" or want.noun == "who":
        return _denied_person(look) or _left_over(look)
    if want.kind in ("when", "where"):
        return _denied_piece(look, want)
    return _denied_things(look)


def _has_and_lacks(look: Look) -> Found | None:
    """Which of the things listed with one feature are not listed with another."""
    mark = _BUT_NO.search(look.question)
    if not mark:
        return None
    listed = [
        (n, _words(p.text), enumerated(p.text.split(":")[-1], []))
        for n, p in enumerate(look.passages)
    ]
    has = [
        one for one in listed if len(one[2]) > 1 and coverage(_words(mark[1])[-1:], one[1]) > 0.5
    ]
    lacks = [one for one in listed if one[2] and coverage(_words(mark[2])[-1:], one[1]) > 0.5]
    if not has or not lacks:
        return None
    left = [item for item in has[0][2] if item not in lacks[0][2]]
    return _made(look, has[0][0], _joined(left)) if left else None


def _by_coverage(look: Look) -> list[int]:
    return sorted(range(len(look.passages)), key=lambda n: -look.coverage(n))[:8]


def _made(look: Look, number: int, value: str) -> Found:
    return Found(sentence(value), value, look.passages[number], max(0.6, look.coverage(number)))


def _words(text: str) -> list[str]:
    return [m[0].lower() for m in WORD.finditer(text)]


def _clauses(look: Look) -> list[tuple[int, str, bool]]:
    """Passage number and text of every clause, and whether it denies something."""
    out: list[tuple[int, str, bool]] = []
    asked = _words(re.sub(r"\bnot\b|n['’]t\b", " ", look.question))
    for number in _by_coverage(look):
        for part in _CLAUSE.split(look.passages[number].text[:1_200]):
            if part.strip():
                denies = bool(_DENIES.search(part)) or are_opposite(asked, _words(part))
                out.append((number, part, denies))
    return out


def _denied_person(look: Look) -> Found | None:
    """The person of a clause that denies what is asked about."""
    asked = set(_words(look.question))
    for number, part, denies in _clauses(look):
        named = [one.text for one in people(part) if not set(_words(one.text)) <= asked]
        subject = re.match(r"\W*[A-ZÀ-Þ][\w'’-]*", part)
        if denies and not named and subject and _starts_with_name(part):
            named = [subject[0].strip()]
        if denies and named:
            return _made(look, number, _joined(named))
    return None


def _starts_with_name(part: str) -> bool:
    return bool(
        re.match(r"\W*[A-ZÀ-Þ][\w'’-]* (?:still|is|was|has|will|did|does|had|could|can|ha)", part)
    ) and not (
        re.match(r"\W*(?:The|A|An|It|He|She|They|We|This|That|There|All|Only|One|Both)\b", part)
    )


def _left_over(look: Look) -> Found | None:
    """Whoever the text names, less those of whom it says what is asked about."""
    everyone: dict[str, int] = {}
    for number, passage in enumerate(look.passages):
        for one in people(_spoken(passage.text)):
            everyone.setdefault(one.text, number)
    positive = look.best()
    done = {one.text for one in people(_spoken(look.passages[positive].text))}
    rest = [n for n in everyone if not any(n in d or d in n for d in done)]
    asked = set(_words(look.question))
    rest = [name for name in rest if not set(_words(name)) <= asked]
    return _made(look, positive, _joined(rest)) if rest and done else None


def _spoken(text: str) -> str:
    """A list after a colon, so that its first word is no beginning of a sentence."""
    return re.sub(r"^([^:]{1,40}):\s", lambda m: m[1].lower() + ", with ", text)


def _denied_piece(look: Look, want: Wanted) -> Found | None:
    for number, part, denies in _clauses(look):
        found = spans_for(want, part)
        if denies and found:
            return _made(look, number, found[0].text)
    return None


def _denied_things(look: Look) -> Found | None:
    """The things of the clauses that deny: subject of "is not", object of "does not"."""
    told: list[str] = []
    where = None
    for number, part, denies in sorted(_clauses(look), key=lambda one: one[0]):
        if not denies or (where is not None and number != where and not _shares(look, part)):
            continue
        subject = _SUBJECT.match(part)
        thing = ""
        named = (subject[1] or subject[2]).strip() if subject else ""
        if named and not _NOTHING.match(named) and not _is_holder(look, named):
            thing = named
        else:
            after = _OBJECT.search(part) or re.match(r"\W*nor (.{2,80}?)[.!]*$", part, re.I)
            thing = after[1] if after else ""
        items = enumerated(thing, []) or ([thing.strip()] if thing.strip() else [])
        items = [re.sub(r"^(?:nor|or|and|for|the) ", "", item.strip(" .,")) for item in items]
        if items and where is None:
            where = number
        told += [item for item in items if item and item not in told]
    if where is None or not told:
        return None
    return _made(look, where, _joined(told[:8]))


def _shares(look: Look, part: str) -> bool:
    return coverage(look.keys, _words(part)) > 0.2


def _is_holder(look: Look, subject: str) -> bool:
    """Whether a subject is who the question speaks of anyway, so that the object is wanted."""
    return coverage([w for w in _words(subject)], key_words(look.question)) >= 0.5


def _joined(items: list[str]) -> str:
    items = list(dict.fromkeys(items))
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}"
