"""Quantities that hang on one another: shares, fractions, "twice as many", boxes, rates, chains.

Runs in the model worker; the text is hostile and capped. Each function gives a result, or None
where a question does not ask for its kind or the text does not show the figures.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from fractions import Fraction

from harness.models.skills.finding_rates import NEED
from harness.models.skills.reckoning_brief import root, stems
from harness.models.skills.reckoning_figures import Figure, figures, number_of, plain
from harness.models.skills.reckoning_outcome import Worked

_PERCENT = re.compile(
    r"%|\bper ?cent\b|\bpercentage\b|\bwhat (?:share|proportion)\b|\bprozent\b|\bpor ciento\b", re.I
)
_PARTS = {
    "half": Fraction(1, 2),
    "third": Fraction(1, 3),
    "quarter": Fraction(1, 4),
    "fifth": Fraction(1, 5),
    "sixth": Fraction(1, 6),
    "eighth": Fraction(1, 8),
    "tenth": Fraction(1, 10),
}
_FRACTION = re.compile(
    r"\b(?:(?P<n>one|two|three|four|five|a|an|\d)[ -])?(?P<d>half|third|quarter|fifth|sixth|"
    r"eighth|tenth)s?\b(?! (?:past|an?|to|hour|price)\b)"
    r"(?: of)?(?: (?:the|them|all|these|those|it|a|his|her|its|their))?|\b(?P<a>\d)/(?P<b>\d{1,"
    r"2})\b(?: of)?(?: the)?",
    re.I,
)
_TIMES = {
    "half": Fraction(1, 2),
    "twice": Fraction(2),
    "double": Fraction(2),
    "three times": Fraction(3),
    "four times": Fraction(4),
    "five times": Fraction(5),
    "a third": Fraction(1, 3),
    "a quarter": Fraction(1, 4),
}
_TIMES_AS = re.compile(rf"\b(?P<f>{'|'.join(_TIMES)})\s(?:as|the)\s(?:\w+)", re.I)
_CHANGED = re.compile(
    r"\b(?:gr[eo]w\w*|grown|ris\w+|rose|increase\w*|increasing|f[ae]ll\w*|dropp?\w*|chang\w*|"
    r"went (?:up|down)|"
    r"shrank|shrunk|decrease\w*|decreasing|dearer|cheaper|more|fewer)\b",
    re.I,
)
_REST = re.compile(
    r"\b(?:rest|others?|left|remain\w*|free|unsold|still|did ?n['’]?o?t|not)\b", re.I
)
_RELATION = re.compile(
    r"\b(?P<x>[A-ZÀ-Þ][\w'’-]*)(?:['’]s \w+)?\s(?:is|has|was|weighs|scored|earns|got|picked|"
    r"owns|sold|read|ran|baked)\s"
    r"(?:(?P<n>\d+(?:\.\d+)?|[a-z]+)\s(?:[a-z]+\s){0,2}?(?P<way>older|younger|taller|shorter|"
    r"heavier|lighter|more|less|fewer)(?:\s[a-z]+)?\sthan"
    rf"|(?P<f>{'|'.join(_TIMES)})\s(?:as\s\w+(?:\s\w+)?\sas|the\s\w+\sof))\s(?P<y>[A-ZÀ-Þ][\w'’-]*)"
)
_IS = re.compile(
    r"\b(?P<x>[A-ZÀ-Þ][\w'’-]*|who),?\s(?:is|has|was|weighs|scored|earns|got|picked|owns|sold|"
    r"read|ran|baked)\s(?:exactly |now )?(?P<n>\d+(?:\.\d+)?)(?!\d|\s(?:\w+\s){0,2}(?:older|"
    r"younger|taller|shorter|heavier|lighter|more|less|fewer)\b)(?P<u>\s[a-z]+)?"
)


def percent_of(ask: str, text: str) -> Worked | None:
    """What share one count is of another, in percent."""
    if not _PERCENT.search(ask) or re.search(r"\d\s?(?:%|per ?cent)", f"{ask} {text}"):
        return None
    found = [f for f in figures(text) if f.measures in ("", "time", "mass", "volume", "money")]
    if len(found) < 2:
        return None
    if len(found) == 2 and _CHANGED.search(ask):
        old, new = found
        if re.search(r"\bfrom\b|\bto\b", text[old.end : new.start]) or old.value:
            share = abs(new.value - old.value) / old.value * 100 if old.value else Fraction(0)
            working = f"({plain(new.value)} - {plain(old.value)}) / {plain(old.value)}"
            return Worked(f"{plain(share)}%", working, f"{plain(share + 5)}%")
    whole = next(
        (
            f
            for f in found
            if re.search(
                r"\b(?:of|out of|from|total\w*:?)\s(?:the |all )?(?:\w+ )?$", text[: f.start], re.I
            )
        ),
        None,
    )
    whole = whole or max(found, key=lambda f: f.value)
    part = _nearest(ask, text, [f for f in found if f is not whole and f.value <= whole.value])
    if part is None or not whole.value:
        return None
    value = part.value / whole.value * 100
    after = re.split(r"[,;.]", text[part.end :])[0]
    if re.search(
        r"\b(?:still|left|remain\w*|not|whole|intact|unsold|others?|rest)\b", ask, re.I
    ) and not (stems(after) & stems(ask)) - {root(part.noun)}:
        return Worked(
            f"{plain(100 - value)}%",
            f"({plain(whole.value)} - {plain(part.value)}) / {plain(whole.value)}",
            f"{plain(value)}%",
        )
    return Worked(
        f"{plain(value)}%", f"{plain(part.value)} / {plain(whole.value)}", f"{plain(100 - value)}%"
    )


def _nearest(ask: str, text: str, found: Sequence[Figure]) -> Figure | None:
    """The figure whose neighbourhood shares most words with a question."""
    wanted = stems(ask)
    best: tuple[int, int, Figure] | None = None
    last = 0
    for f in found:
        around = text[max(last, f.start - 40) : f.end + 24]
        cut = re.split(r"[,;.](?:\s|$)", text[f.end : f.end + 24])[0]
        hits = len(wanted & stems(text[max(last, f.start - 40) : f.start] + " " + cut))
        last = f.end
        if best is None or hits > best[0]:
            best = (hits, len(around), f)
    return best[2] if best and (best[0] or len(found) == 1) else None


def unnamed_rest(ask: str, text: str) -> Worked | None:
    """How many are left when those that a text counts are taken from the whole."""
    if not NEED.search(ask) or not re.search(
        r"\b(?:others?|rest|remaining|everyone else)\b", text, re.I
    ):
        return None
    found = [f for f in figures(text) if f.measures == ""]
    if not 2 <= len(found) <= 10 or not re.search(
        r"n['’]?t\b|\bnot\b|\brest\b|\bothers?\b|\bleft\b|\bremain", ask, re.I
    ):
        return None
    whole, parts = found[0].value, [f.value for f in found[1:]]
    value = whole - sum(parts, Fraction(0))
    if value < 0:
        return None
    return Worked(
        plain(value), f"{plain(whole)} - {' - '.join(map(plain, parts))}", plain(value + 1)
    )


def fraction_of(ask: str, text: str) -> Worked | None:
    """A fraction of a count, or what is left of it."""
    marks = [m for m in _FRACTION.finditer(text) if not _TIMES_AS.match(text, m.start())]
    found = [
        f
        for f in figures(text)
        if f.measures != "share" and not any(m.start() <= f.start < m.end() for m in marks)
    ]
    if (
        len(marks) != 1
        or len(found) != 1
        or not re.search(r"\bhow (?:many|much)\b|wie ?viele?\b|combien|cuánt", ask, re.I)
    ):
        return None
    mark, whole = marks[0], found[0]
    part = _fraction(mark)
    if part is None or part >= 1:
        return None
    clause = re.split(r"[.;]", text[mark.end() :])[0]
    verbs = set(re.findall(r"[a-z]{3,}", clause.lower()))
    is_same = bool(
        {root(w) for w in verbs}
        & {root(w) for w in re.findall(r"[a-z]{4,}", ask.lower())}
        - {root(w) for w in whole.noun.lower().split()}
    )
    is_bare = bool(re.search(r"\b(?:is|are) (?:that|this|it)\W*$", ask, re.I))
    is_rest = bool(_REST.search(ask)) or not (is_same or is_bare)
    value = whole.value * (1 - part if is_rest else part)
    noun = f" {whole.noun}" if whole.noun and len(whole.noun.split()) == 1 else ""
    return Worked(f"{plain(value)}{noun}", "", f"{plain(whole.value - value)}{noun}")


def _fraction(mark: re.Match[str]) -> Fraction | None:
    if mark["a"]:
        return Fraction(int(mark["a"]), int(mark["b"])) if int(mark["b"]) else None
    count = (
        number_of(mark["n"]) if mark["n"] and mark["n"].lower() not in ("a", "an") else Fraction(1)
    )
    return None if count is None else count * _PARTS[mark["d"].lower()]


def as_many(ask: str, text: str) -> Worked | None:
    """A sum or the second of two amounts of which one is a multiple of the other."""
    mark = _TIMES_AS.search(text)
    found = [
        f
        for f in figures(text)
        if f.measures != "share" and (mark is None or not mark.start() <= f.start < mark.end())
    ]
    if (
        mark is None
        or len(found) != 1
        or _RELATION.search(text)
        or not re.search(r"\bhow (?:many|much|old)\b", ask, re.I)
    ):
        return None
    first = found[0].value
    second = first * _TIMES[mark["f"].lower()]
    is_sum = re.search(r"\b(?:total|altogether|in all|together|all|both|sum|whole)\b", ask, re.I)
    value = first + second if is_sum else second
    noun = found[0].noun.split()[:1]
    said = f"{plain(value)} {noun[0]}" if noun and found[0].unit is None else plain(value)
    return Worked(
        said,
        f"{plain(first)} + {plain(second)}" if is_sum else "",
        plain(second if is_sum else first + second),
    )


def chain(ask: str, text: str) -> Worked | None:
    """Somebody's age or count out of what it is more or a multiple of."""
    known: dict[str, Fraction] = {}
    unit = ""
    for mark in _IS.finditer(text):
        name = mark["x"]
        if name == "who":
            before = re.findall(r"[A-ZÀ-Þ][\w'’-]*", text[: mark.start()])
            name = before[-1] if before else name
        known[name] = Fraction(mark["n"])
        unit = (mark["u"] or "").strip() or unit
    told = list(_RELATION.finditer(text))
    if not told or not known:
        return None
    for _ in range(len(told)):
        for mark in told:
            _step(mark, known)
    asked = [name for name in known if re.search(rf"\b{re.escape(name)}\b", ask)]
    if re.search(
        r"\b(?:together|altogether|in all|total|all (?:two|three|four|of them)|sum)\b", ask, re.I
    ):
        value = sum(known.values(), Fraction(0))
        return Worked(plain(value), " + ".join(plain(v) for v in known.values()), plain(value - 1))
    if len(asked) != 1 or not re.search(r"\bhow (?:old|many|much|tall|heavy)\b|\bage\b", ask, re.I):
        return None
    value = known[asked[0]]
    return Worked(plain(value), "", plain(value + 2))


def _step(mark: re.Match[str], known: dict[str, Fraction]) -> None:
    """Put one relation to use in whichever direction is open."""
    x, y = mark["x"], mark["y"]
    if mark["f"]:
        factor, more = _TIMES[mark["f"].lower()], Fraction(0)
    else:
        count = number_of(mark["n"])
        if count is None:
            return
        is_less = mark["way"].lower() in ("younger", "shorter", "lighter", "less", "fewer")
        factor, more = Fraction(1), -count if is_less else count
    if y in known and x not in known:
        known[x] = known[y] * factor + more
    elif x in known and y not in known:
        known[y] = (known[x] - more) / factor
