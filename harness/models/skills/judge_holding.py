"""Hold a text against its source, its key, its rule or its request.

Runs in the model worker; the texts are hostile and only read. What fools it: a right answer in
other words than the key's, and a rule that no word or count shows.
"""

from __future__ import annotations

import re

from harness.models.features import Bank
from harness.models.skills import english as en
from harness.models.skills.claims import findings
from harness.models.skills.judging_claims import is_foreign
from harness.models.skills.reckoning_dates import moments
from harness.models.skills.record_source import source_of
from harness.models.skills.retrieval import content_words, stem
from harness.models.skills.wording import nearness

_HOLDS = 0.5
_NEAR = 0.5


_ALIKE = 0.83


_LESS = re.compile(
    r"\b(?:less|fewer|under|below|cheaper|before|smaller|younger|lower|at most|up to|shorter|"
    r"lighter)\b",
    re.I,
)


_MORE = re.compile(
    r"\b(?:more|over|above|after|greater|larger|older|higher|at least|exceed\w*|longer|heavier|"
    r"from)\b",
    re.I,
)


_LISTS = re.compile(
    r"\b(mention|include|contain|name|state|give|have)s? (?:both )?(?P<what>[^.\n]{3,120})", re.I
)


def each(rule: str) -> list[str]:
    """A rule that lists what must be there, parted; else itself alone."""
    mark = _LISTS.search(rule)
    parts = re.split(r",\s*(?:and\s+)?|\s+and\s+", mark["what"]) if mark else []
    if len(parts) < 2 or re.search(r"\bnot\b|\bat most\b|\d", rule):
        return [rule]
    return [f"{mark[1]} {part}" for part in parts] if mark else [rule]


def held(bank: Bank, said: str, basis: str) -> tuple[bool, bool, float, str]:
    """(it is backed, it is denied, the share of its claims that hold, why) against a source."""
    said, basis = (
        re.sub(r"\bevery day\b|\beach day\b", "daily", text, flags=re.I) for text in (said, basis)
    )
    found = findings(bank, said, basis)
    fails = [f for f in found if f.support < _HOLDS]
    if not fails and _other_figure(said, basis):
        return False, True, 0.5, "The source gives another figure for that."
    if not fails and _other_day(said, basis):
        return False, True, 0.5, "The source names another day or month."
    if not fails and _other_name(said, basis):
        return False, True, 0.5, "The source names another there."
    if not fails and (put := _other_word(said, basis)):
        return False, True, 0.5, f"The source says “{put}” there."
    if not fails and (added := _added(said, basis)):
        return False, False, 0.5, f"The source says nothing of “{added}”."
    if not fails and _compares_alone(said, basis):
        return False, False, 0.5, "The source compares nothing of that."
    if fails and (shut := _shut_then(said, basis)):
        return False, True, 0.0, f"The source says: “{shut}”"
    is_denied = any(f.is_denied for f in fails) and not is_foreign(said, basis)
    share = 1 - len(fails) / max(1, len(found))
    quote = ((fails or found)[0].quote if found else "").strip('"“” ')
    reason = f"The source says: “{quote}”" if quote else "The source does not say this."
    return not fails, is_denied, share, reason


_COMPARES = re.compile(
    r"\b(?:more|less|fewer|(?!other|rather|earlier|later|after|under|over)\w{2,10}er)\b[^.]{0,40}\bthan\b",
    re.I,
)
_MEASURES = re.compile(
    r"\d|\b(?:more|most|less|least|fewer|fewest|than|twice|double|half|same|as \w+ as|"
    r"\w{3,10}est)\b",
    re.I,
)


def _compares_alone(said: str, basis: str) -> bool:
    """Whether it says one thing to be more than another, where the source measures nothing."""
    return bool(_COMPARES.search(said)) and not _MEASURES.search(basis)


_SHUTS = re.compile(
    r"\b(?:closed|shut|not open|no (?:entry|admission|service)|cancelled|out of order|"
    r"banned|forbidden)\b",
    re.I,
)
_GRANTS = re.compile(r"\b(?:can|may|is open|are open|opens?|able to|allowed|visit|enter)\b", re.I)


def _shut_then(said: str, basis: str) -> str:
    """The clause that shuts on the day for which it grants something; empty for none."""
    days = {day.lower().rstrip("s") for day in _CALENDAR.findall(said)}
    if not days or not _GRANTS.search(said) or _SHUTS.search(said):
        return ""
    for clause in re.split(r"[.;!?]\s+|,\s+(?:and |but )?", basis):
        held = {day.lower().rstrip("s") for day in _CALENDAR.findall(clause)}
        if days & held and _SHUTS.search(clause):
            return clause.strip(" .")
    return ""


_CALENDAR = re.compile(
    r"\b(?:January|February|March|April|June|July|August|September|October|November|December|"
    r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day)s?\b"
)


def _other_figure(said: str, basis: str) -> bool:
    """Whether it gives a figure that the source gives for another case than the one it names."""
    wanted = _figures(said)
    clauses = [c for c in re.split(r"[.;!?]\s+|,?\s+(?:and|but|while)\s+|,\s+", basis) if c.strip()]
    stems = [[stem(w) for w in content_words(c) if not w.isdigit()] for c in clauses]
    if not wanted or len(clauses) < 2 or not stems[0]:
        return False
    told = {stem(w) for w in content_words(said)}
    common = set(stems[0][:2])
    scores = [len((set(held) - common) & told) for held in stems]
    best = max(range(len(clauses)), key=lambda i: scores[i])
    figures = _figures(clauses[best])
    is_alone = scores.count(scores[best]) == 1 and scores[best] > 0
    return is_alone and bool(figures) and not wanted & figures


_NAMED = re.compile(r"(?<![.!?] )(?<!^)\b[A-ZÀ-Ý][a-zà-ÿ]{1,20}\b")


def _other_name(said: str, basis: str) -> bool:
    """Whether the clause it speaks of names somebody else, and another clause the one it names."""
    named = {m[0] for m in _NAMED.finditer(said)}
    if not named:
        return False
    clauses = [c for c in re.split(r"[.;!?]\s+|,?\s+(?:and|but|while)\s+", basis) if c.strip()]
    who = [set(re.findall(r"\b[A-ZÀ-Ý][a-zà-ÿ]{1,20}\b", c)) for c in clauses]
    if len(clauses) < 2 or not any(named & held for held in who):
        return False
    names = {n.lower() for held in who for n in held}
    told = {w for w in re.findall(r"\w+", said.lower()) if w not in names}
    held = [set(re.findall(r"\w+", c.lower())) & told for c in clauses]
    shared = set.intersection(*held)
    scores = [len(h - shared - _SLIGHT) for h in held]
    best = max(range(len(clauses)), key=lambda i: scores[i])
    if scores[best] == 0 or scores.count(scores[best]) > 1:
        return False
    others = who[best] - {clauses[best].split()[0]}
    return bool(others) and not named & who[best]


_SLIGHT = frozenset("the a an is are was were of to in on at by for and has have it s".split())


def _other_day(said: str, basis: str) -> bool:
    """Whether it names a month or day of the week, and the source only others."""
    named, held = ({m[0].rstrip("s") for m in _CALENDAR.finditer(text)} for text in (said, basis))
    return bool(named and held) and not named & held


def _other_word(said: str, basis: str) -> str:
    """The word of the source in whose place a statement has one of another sense; else empty."""
    mine, theirs = (
        re.findall(r"[a-zà-ÿ]+", re.sub(r"['’]s\b", "", t.lower())) for t in (said, basis)
    )
    held = set(theirs)
    places: dict[tuple[str, str], list[int]] = {}
    for at in range(1, len(theirs) - 1):
        places.setdefault((theirs[at - 1], theirs[at + 1]), []).append(at)
    mine = [*mine, ""]
    for at in range(1, len(mine) - 1):
        word = mine[at]
        if word in held or len(word) < 3 or not content_words(word) or _is_verb(word):
            continue
        if mine[at - 2 : at - 1] == ["by"] and (other := _other_doer(mine, at, theirs)):
            return other
        if not content_words(mine[at - 1]) or not content_words(mine[at + 1]):
            continue
        for place in places.get((mine[at - 1], mine[at + 1]), ()):
            other = str(theirs[place])
            if not content_words(other) or _is_verb(other):
                continue
            if max(nearness(word, one) for one in held) < _NEAR:
                return other
    return ""


def _other_doer(mine: list[str], at: int, theirs: list[str]) -> str:
    """Who does it by the source, where a statement has another behind "by"; else empty."""
    front = mine[max(0, at - 3) : at]
    for place in range(3, len(theirs)):
        if theirs[place - 3 : place] == front and nearness(mine[at], theirs[place]) < _NEAR:
            return str(theirs[place])
    return ""


def _is_verb(word: str) -> bool:
    """Whether a word may be a verb: many say the same in one place ("comes", "runs")."""
    return en.is_base(word) or bool(en.lemma_of(word, "s", "past", "part"))


def _added(said: str, basis: str) -> str:
    """A part behind "and" or a comma of whose words the source has none; empty for none."""
    held = {stem(w) for w in content_words(basis)}
    for part in re.split(r",? and |, |; ", said)[1:]:
        words = [stem(w) for w in content_words(part) if not w.isdigit()]
        if len(words) >= 2 and not any(w in held for w in words):
            return part.strip(" .")
    return ""


def same_answer(bank: Bank, key: str, said: str) -> bool:
    """Whether an answer says what its key says: the same figures and times, else the same words."""
    wanted, given = _figures(key), _figures(said)
    if wanted:
        return wanted <= given or (bool(given) and given <= wanted and len(given) == len(wanted))
    words = [stem(w) for w in content_words(key)]
    held = {stem(w) for w in content_words(said)}
    denied = re.compile(r"\b(?:not|no|never)\b|n't\b", re.I)
    if bool(denied.search(key)) != bool(denied.search(said)):
        return False
    if words and all(w in held for w in words):
        return True
    return alike(bank, key, said) >= _ALIKE


def _figures(text: str) -> set[str]:
    times = {
        f"{m.kind}{m.day if m.kind == 'date' else m.at}"
        for m in moments(text)
        if m.kind in ("date", "time")
    }
    small = {
        w: str(i)
        for i, w in enumerate(
            "zero one two three four five six seven eight nine ten eleven twelve".split()
        )
    }
    spelt = {small[w] for w in re.findall(r"[a-z]+", text.lower()) if w in small and w != "one"}
    return times | spelt | {f"{float(n.value):g}" for n in source_of(text).numbers}


def alike(bank: Bank, one: str, other: str) -> float:
    """How near two texts stand, -1 to 1."""
    vectors = bank.features.encoder.encode([one[:600], other[:600]])
    return float(vectors[0] @ vectors[1])


def is_query(said: str) -> bool:
    """Whether a text is a query of a database."""
    return re.match(r"\s*(?:select|update|delete|insert|with)\b", said, re.I) is not None


def fits_query(asked: str, query: str) -> bool:
    """Whether a query's comparisons, figures and order are those that a request names."""
    figures = {f"{float(n.value):g}" for n in source_of(asked).numbers}
    held = {f"{float(n):g}" for n in re.findall(r"(?<![\w.])\d+(?:\.\d+)?", query)}
    if not figures <= held:
        return False
    if _LESS.search(asked) and not _MORE.search(asked) and figures:
        return "<" in query or re.search(r"\blimit\b|\basc\b", query, re.I) is not None
    if _MORE.search(asked) and not _LESS.search(asked) and figures:
        return ">" in query or re.search(r"\bhaving\b|\bbetween\b", query, re.I) is not None
    if re.search(r"\b(?:how many|number of|count)\b", asked, re.I) and "count" not in query.lower():
        return False
    if re.search(
        r"\b(?:newest|latest|highest|most|largest|oldest|lowest|cheapest|alphabetical\w*|sorted)\b",
        asked,
        re.I,
    ):
        return re.search(r"\border by\b|\bmax\b|\bmin\b", query, re.I) is not None
    words = {stem(w) for w in content_words(asked)}
    names = {stem(p) for w in re.findall(r"\w+", query.lower()) for p in w.split("_")}
    return bool(words & names)
