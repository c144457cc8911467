"""How long between two times or dates, and which date or time lies so much before or after.

Runs in the model worker; the text is hostile and capped.
"""

from __future__ import annotations

import re
from fractions import Fraction
from itertools import pairwise

from harness.models.skills.reckoning_brief import root, stems
from harness.models.skills.reckoning_conversion import spoken_minutes
from harness.models.skills.reckoning_dates import (
    WEEKDAYS,
    Moment,
    clock,
    moments,
    shifted,
    spoken_day,
)
from harness.models.skills.reckoning_figures import Figure, figures, plain
from harness.models.skills.reckoning_outcome import Worked
from harness.models.skills.retrieval import content_words

_HOW_LONG = re.compile(
    r"\bhow (?:long|many (?:minutes|hours|days|weeks|nights|months|years))\b|"
    r"\bhow much (?:time|later|earlier|longer)\b|"
    r"\bduration\b|\bwie lange\b|\bcu.nto (?:dura|tiempo)\b|\bcombien de "
    r"(?:temps|jours)\b|\blength of time\b",
    re.I,
)
_UNIT = re.compile(r"\bhow many (minutes|hours|days|weeks|nights|months|years)\b", re.I)
_WHEN = re.compile(
    r"\bwhen\b|\b(?:what|which|on what|on which) (?:date|day|weekday)\b|\bwhat "
    r"time\b|\b(?:until|till|by) when\b|"
    r"\bwhat is the date\b|\bdate is\b|\bat what\b|\bwann\b|\bcu[aá]ndo\b|"
    r"\bquand\b|\bdeadline\b|\bdue date\b|"
    r"\b(?:what|which) (?:date|day|weekday|time)\b|\btime (?:does|will|is)\b",
    re.I,
)
_GIVES = re.compile(r"\W*(?:on (?:what|which)|give|name|tell|say|find|work out)\b", re.I)
_BEFORE = re.compile(
    r"\b(?:before|earlier|ago|prior|ahead|in advance|back(?:wards)?|beforehand|too early|minus)\b",
    re.I,
)
_AFTER = re.compile(
    r"\b(?:after|later|from|lasts?|lasting|takes?|runs?|within|stays?|for|in|long|"
    r"further|past|later than|delay\w*|late|"
    r"postponed|extended|then|more|notice|period|has|have|gives?|wait\w*|of)\b",
    re.I,
)
_STATED = re.compile(
    r"\b(?:lasts?|takes?|duration|long)\b[^.\n]{0,30}\b\d+\s?(?:min|h\b|hour|day|week|second)", re.I
)


def duration(ask: str, text: str) -> Worked | None:
    """The time between two times of day, dates or weekdays."""
    if not _HOW_LONG.search(ask):
        return None
    both = f"{text}\n{ask}"
    if _STATED.search(text):
        return None
    pair = _two(ask, both)
    if pair is None:
        return None
    if _told_outright(ask, text, pair):
        return None
    first, second = pair
    asked = _UNIT.search(ask)
    unit = asked[1].lower() if asked else ""
    if first.kind == "time":
        minutes = second.at - first.at
        minutes += 24 * 60 if minutes < 0 else 0
        if not minutes or unit in ("days", "nights", "weeks", "months", "years"):
            return None
        working = f"{clock(first.at)} to {clock(second.at)}"
        if unit == "minutes":
            return Worked(f"{minutes} minutes", working, f"{minutes + 10} minutes")
        if unit == "hours":
            hours = Fraction(minutes, 60)
            noun = "hour" if hours == 1 else "hours"
            return Worked(f"{plain(hours)} {noun}", working, f"{plain(hours + 1)} hours")
        return Worked(spoken_minutes(minutes), working, spoken_minutes(minutes + 60))
    days = (second.at - first.at) % 7 if first.kind == "weekday" else abs(second.at - first.at)
    if not days or unit in ("minutes", "hours"):
        return None
    working = f"{first.text} to {second.text}"
    if unit == "weeks" or (unit in ("months", "years") and days < 28):
        weeks = Fraction(days, 7)
        return Worked(f"{plain(weeks)} weeks", working, f"{plain(weeks + 1)} weeks")
    if unit == "years":
        years = abs(second.day.year - first.day.year)
        return Worked(f"{years} years", working, f"{years + 1} years")
    noun = "nights" if unit == "nights" else "days"
    noun = noun[:-1] if days == 1 else noun
    return Worked(f"{days} {noun}", working, f"{days + 1} days")


def _two(ask: str, text: str) -> tuple[Moment, Moment] | None:
    """The two moments of one kind that a duration lies between."""
    found = moments(text, bare=True)
    for kind in ("time", "date", "weekday"):
        same = [m for m in found if m.kind == kind]
        asked = [m for m in same if m.start >= len(text) - len(ask)]
        if len(asked) == 2:
            return _in_order(asked[0], asked[1])
        if len(same) == 2:
            return _in_order(same[0], same[1])
        if len(same) > 2:
            near = _near(ask, text, same)
            if near is not None:
                return near
    return None


def _told_outright(ask: str, text: str, pair: tuple[Moment, Moment]) -> bool:
    """Whether a length of time stands in a sentence nearer to the question than the two moments."""
    wanted = stems(ask)
    lengths = [f for f in figures(text) if f.measures == "time"]
    beside: list[int] = []
    here: list[int] = []
    for mark in re.finditer(r"[^\n.!?]+(?:[.:]\d\d[^\n.!?]*)*", text):
        hits = len(wanted & stems(mark[0]))
        if any(mark.start() <= m.start < mark.end() for m in pair):
            here.append(hits)
        elif any(mark.start() <= f.start < mark.end() for f in lengths):
            beside.append(hits)
    return bool(beside) and max(beside) >= max(here, default=0)


def _in_order(first: Moment, second: Moment) -> tuple[Moment, Moment]:
    """Dates by date; a time of the morning said without its half of the day may be an evening."""
    if first.kind == "date" and second.at < first.at:
        return (second, first)
    return first, second


def _near(ask: str, text: str, same: list[Moment]) -> tuple[Moment, Moment] | None:
    """Two moments in the one sentence whose words the question shares."""
    wanted = stems(ask)
    best: tuple[int, list[Moment]] = (0, [])
    for mark in re.finditer(r"[^\n.!?]+(?:[.:]\d\d[^\n.!?]*)*", text):
        inside = [m for m in same if mark.start() <= m.start < mark.end()]
        clauses = re.split(r",|;|\band\b(?! [\d ])", mark[0])
        hits = len(wanted & stems(mark[0]))
        if len(inside) == 2 and hits > best[0]:
            best = (hits, inside)
        elif len(inside) > 2:
            at = mark.start()
            for clause in clauses:
                held = [m for m in inside if at <= m.start < at + len(clause)]
                if len(held) == 2 and len(wanted & stems(clause)) > best[0]:
                    best = (len(wanted & stems(clause)), held)
                at = text.find(clause, at) + len(clause)
    return _in_order(best[1][0], best[1][1]) if best[1] else None


def weekday(ask: str, text: str) -> Worked | None:
    """On which day of the week a date falls: by one that the text names, else by the calendar."""
    if not re.search(r"\b(?:what|which) (?:day(?: of the week)?|weekday)\b", ask, re.I):
        return None
    asked = [m for m in moments(ask) if m.kind == "date"]
    if len(asked) != 1:
        return None
    known = moments(text, bare=True)
    for a, b in pairwise(known):
        if {a.kind, b.kind} == {"date", "weekday"} and b.start - a.end < 30:
            dated, named = (a, b) if a.kind == "date" else (b, a)
            if dated.at == asked[0].at and dated.has_year == asked[0].has_year:
                return None
            at = (named.at + asked[0].at - dated.at) % 7
            return Worked(WEEKDAYS[at].capitalize(), "", WEEKDAYS[(at + 1) % 7].capitalize())
    if not asked[0].has_year:
        return None
    at = asked[0].day.weekday()
    return Worked(WEEKDAYS[at].capitalize(), "", WEEKDAYS[(at + 1) % 7].capitalize())


def shift(ask: str, text: str) -> Worked | None:
    """The date, weekday or time of day so much before or after one that is given."""
    if not _WHEN.search(ask) or not (ask.rstrip().endswith("?") or _GIVES.match(ask)):
        return None
    both = f"{text}\n{ask}"
    found = moments(both, bare=True)
    spans = [(m.start, m.end) for m in found if m.kind != "weekday"]
    spells = [f for f in figures(both, spans) if f.measures == "time" and f.unit]
    if len(spells) != 1 or not found:
        return None
    spell = spells[0]
    unit = spell.unit.name if spell.unit else ""
    kinds = ("time",) if unit in ("minute", "hour", "second") else ("date", "weekday")
    same = [m for m in found if m.kind in kinds]
    same = [m for m in same if m.kind == "date"] or same
    if len({m.at for m in same}) != 1:
        return None
    start = same[0]
    if spell.start < len(text) and not _is_of_it(ask, text, spell, start):
        return None
    around = both[max(0, spell.start - 50) : spell.start] + " | " + both[spell.end : spell.end + 40]
    way = (
        -1
        if _BEFORE.search(around.split("|")[1][:24])
        or re.search(r"\bbefore\b", around.split("|")[1])
        else 1
    )
    if way > 0 and not _AFTER.search(around + " " + ask):
        return None
    return _moved(start, way, spell, unit)


def _is_of_it(ask: str, text: str, spell: Figure, start: Moment) -> bool:
    """Whether the sentence with the spell has the moment too, or speaks of what is asked."""
    begin = max(text.rfind(mark, 0, spell.start) for mark in (". ", "! ", "? ", "\n")) + 1
    ends = [at for mark in (". ", "! ", "? ", "\n") if (at := text.find(mark, spell.end)) >= 0]
    sentence = text[begin : min(ends, default=len(text))]
    if begin <= start.start < begin + len(sentence) or (len(text) < 120 and "." not in text[:-1]):
        return True
    asked = {root(w) for w in content_words(ask)}
    return bool(asked & {root(w) for w in content_words(sentence)})


def _moved(start: Moment, way: int, spell: Figure, unit: str) -> Worked | None:
    if start.kind == "time":
        per = {"minute": 1, "hour": 60}.get(unit)
        if per is None:
            return None
        minutes = int(spell.value * per) * way
        at = (start.at + minutes) % (24 * 60)
        said = clock(at)
        working = (
            f"{clock(start.at)} {'+' if way > 0 else '-'} {plain(spell.value)} {spell.written}"
        )
        return Worked(said, working, clock((at + 60) % (24 * 60)))
    if spell.value.denominator != 1 or abs(spell.value) > 4_000:
        return None
    amount = int(spell.value) * way
    working = f"{start.text} {'+' if way > 0 else '-'} {plain(spell.value)} {spell.written}"
    if start.kind == "weekday":
        if unit not in ("day", "night"):
            return None
        return Worked(
            WEEKDAYS[(start.at + amount) % 7].capitalize(),
            working,
            WEEKDAYS[(start.at + amount - 1) % 7].capitalize(),
        )
    day = shifted(start, amount, unit)
    wrong = shifted(start, amount + (1 if unit in ("day", "night") else 0), unit)
    said = spoken_day(day, with_year=start.has_year)
    return Worked(
        said, working, spoken_day(wrong, with_year=start.has_year) if wrong != day else ""
    )
