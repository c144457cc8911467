"""A count told in the clause that names its thing, and names or counts that a text surely lacks.

Runs in the model worker; pure; the text is hostile and capped, every pattern is bounded. "How many
eggs" is answered by the one figure of the clause that speaks of eggs; a captain's name is absent
where no name stands in a sentence with a captain; "electric cars" are where nothing is electric.
"""

from __future__ import annotations

import re

from harness.models.skills.reckoning_brief import root
from harness.models.skills.reckoning_figures import figures
from harness.models.skills.reckoning_outcome import Worked
from harness.models.skills.retrieval import content_words

_MOST = 3_000
_COUNT = re.compile(
    r"^\W*(?:and |so )?how many (?P<thing>(?:[a-z][\w'’-]{1,20} ){0,3}?[a-z][\w'’-]{1,20})"
    r"(?P<rest>\s(?:do|does|did|is|are|was|were|has|have|had|can|could|may|must|will|would|in|on|at|"
    r"of|per|each|there|were|took|came|went|live|work|belong|fit|got)\b[^?]{0,160})?\?",
    re.I,
)
_ROLE = re.compile(
    r"^\W*(?:what (?:is|was|['’]s)|who (?:is|was)|give|state) (?:the )?(?:full )?"
    r"(?:name of (?:the |its |their |his |her )?(?:[\w-]{2,20}['’]s )?(?P<a>[a-z]{4,20})|"
    r"(?:the |its |their )?(?P<b>[a-z]{4,20})['’]s (?:full )?name)\b[^?]{0,60}\?",
    re.I,
)
_NAME = re.compile(r"(?<![.!?:\n\"“] )(?<!^)(?<![\n\"“])\b[A-ZÀ-Þ][a-zà-ÿ]{1,20}\b")
_SENTENCE = re.compile(r"(?<=[.!?;])\s+|\n+")
_CLAUSE = re.compile(
    r"(?<=[.!?;])\s+|\n+|,\s+(?!\d)|\s(?:and|but|while|up from|down from|compared)\s"
)
_LOOSE = frozenset("different other more such new old single extra total whole full-time".split())


def counted(ask: str, text: str) -> Worked | None:
    """The only figure of the one clause that speaks of what a question counts; else None.

    Args:
        ask: the question.
        text: what it is asked of.
    """
    asked = _COUNT.match(ask)
    if asked is None or len(text) > _MOST:
        return None
    thing = root(asked["thing"].split()[-1].lower())
    others = {root(w) for w in content_words(asked["rest"] or "")} - {thing}
    years = set(re.findall(r"\b(?:19|20)\d\d\b", ask))
    best: list[tuple[int, str]] = []
    for clause in _CLAUSE.split(text):
        words = {root(w) for w in content_words(clause)}
        if thing not in words or (years and not years & set(re.findall(r"\d{4}", clause))):
            continue
        held = [
            f for f in figures(clause) if not f.measures and not _is_year(clause, f.start, f.end)
        ]
        held = [f for f in held if not f.noun or root(f.noun.split()[-1]) == thing or years]
        if len(held) == 1:
            best.append((len(others & words), clause[held[0].start : held[0].end].strip()))
    best.sort(key=lambda one: -one[0])
    is_one = len(best) == 1 or (len(best) > 1 and best[0][0] > best[1][0])
    if not is_one or (others and not best[0][0] and not years):
        return None
    number = re.search(r"\d[\d.,]*\d|\d", best[0][1])
    return Worked(number[0] if number else best[0][1])


_WHEN = re.compile(
    r"\b(?:in|on|at|during|per) (?:the )?(summer|winter|spring|autumn|weekdays?|weekends?|mondays?|"
    r"tuesdays?|wednesdays?|thursdays?|fridays?|saturdays?|sundays?|january|february|march|april|may|"
    r"june|july|august|september|october|november|december)\b",
    re.I,
)
_NUMBER = re.compile(
    r"\b\d[\d.,]*\b|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty)\b",
    re.I,
)


def of_season(ask: str, text: str) -> Worked | None:
    """The one number of the clause for the season or day asked for, where others have theirs."""
    asked = _WHEN.search(ask)
    if asked is None or not _COUNT.match(ask) or len(text) > _MOST:
        return None
    clauses = [c for c in _CLAUSE.split(text) if c and _WHEN.search(c) and _NUMBER.search(c)]
    own = [c for c in clauses if asked[1].lower().rstrip("s") in c.lower()]
    if len(own) != 1 or len(clauses) < 2:
        return None
    numbers = _NUMBER.findall(own[0])
    return Worked(numbers[0]) if len(numbers) == 1 else None


def _is_year(text: str, start: int, end: int) -> bool:
    return re.fullmatch(r"(?:19|20)\d\d", text[start:end].strip()) is not None


def lacks_named(ask: str, text: str) -> bool:
    """Whether a text surely names no such person, or counts nothing of that kind.

    Args:
        ask: the question.
        text: what it is asked of.
    """
    if len(text) > _MOST or len(text.split()) < 8:
        return False
    role = _ROLE.match(ask)
    if role is not None:
        return not _names_one(((role["a"] or role["b"]).lower()), text)
    asked = _COUNT.match(ask)
    if asked is None:
        return False
    front = [w.lower() for w in asked["thing"].split()[:-1] if w.lower() not in _LOOSE]
    held = {root(w.lower()) for w in re.findall(r"[A-Za-zÀ-ÿ-]{3,}", text)}
    return any(len(w) > 3 and not _is_held(w, held) for w in front)


def _names_one(role: str, text: str) -> bool:
    """Whether a sentence that speaks of a role holds a name."""
    stem = role[:5] if len(role) > 5 else role
    for sentence in _SENTENCE.split(text):
        if any(word.startswith(stem) for word in re.findall(r"[a-z]{4,}", sentence.lower())):
            if _NAME.search(sentence):
                return True
    return False


def _is_held(word: str, held: set[str]) -> bool:
    """Whether a word, or one of the same beginning, stands in a text."""
    stem = root(word)
    return stem in held or any(one[:5] == stem[:5] for one in held if len(stem) > 5)
