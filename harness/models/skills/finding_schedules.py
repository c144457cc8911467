"""Times that follow from others: when to begin, the third of a series, what holds on a day.

Runs in the model worker; the text is hostile and capped.
"""

from __future__ import annotations

import re
from fractions import Fraction

from harness.models.skills.reckoning_brief import stems
from harness.models.skills.reckoning_conversion import spoken_minutes
from harness.models.skills.reckoning_dates import (
    Moment,
    clock,
    moments,
    shifted,
    spoken_day,
)
from harness.models.skills.reckoning_figures import SMALL
from harness.models.skills.reckoning_outcome import Worked
from harness.models.skills.reckoning_sums import POLAR

NUMBER = rf"(?:\d{{1,3}}|{'|'.join(sorted(SMALL, key=len, reverse=True))})"
_SPELL = re.compile(
    r"(?:(?P<h>\d{1,2}(?:[.,]5)?)\s?(?:h|hrs?|hours?|std\.?|stunden?)\b\s?(?:and "
    r")?)?(?:(?P<m>\d{1,3})\s?(?:min\b|minutes?|minuten))?",
    re.I,
)


def _spells(text: str) -> list[tuple[int, int]]:
    """The lengths of time of a text in minutes, with where they stand."""
    out: list[tuple[int, int]] = []
    for mark in _SPELL.finditer(text):
        if not mark[0].strip():
            continue
        hours = Fraction((mark["h"] or "0").replace(",", "."))
        out.append((mark.start(), int(hours * 60 + int(mark["m"] or 0))))
    return out


def backwards(ask: str, text: str) -> Worked | None:
    """When to begin so that all is done by a time, when it is done, or how long all takes."""
    spells = _spells(text)
    times = [m for m in moments(text, bare=False) if m.kind == "time"]
    if len(spells) < 1:
        return None
    whole = sum(minutes for _, minutes in spells)
    if len(spells) > 1 and re.search(
        r"\bhow long\b.*\b(?:whole|all|altogether|total|in all|everything)\b|\btotal time\b",
        ask,
        re.I,
    ):
        return Worked(
            spoken_minutes(whole), " + ".join(str(m) for _, m in spells), spoken_minutes(whole + 40)
        )
    if len(times) != 1:
        return None
    at = times[0].at
    if re.search(
        r"\b(?:when|what time|latest)\b.*\b(?:start|begin|leave|set off|put|get up)\b", ask, re.I
    ) and re.search(
        r"\b(?:ready|at|by|be there|done|out|serve|arrive|catch|starts?|want|need)\b", text, re.I
    ):
        said = clock((at - whole) % 1440)
        return Worked(
            said, f"{clock(at)} - {spoken_minutes(whole)}", clock((at - whole - 40) % 1440)
        )
    if re.search(
        r"\b(?:when|what time)\b.*\b(?:ready|done|end|finish|over|arrive|there|out)", ask, re.I
    ):
        said = clock((at + whole) % 1440)
        return Worked(
            said, f"{clock(at)} + {spoken_minutes(whole)}", clock((at + whole + 40) % 1440)
        )
    return None


def in_time(ask: str, text: str) -> Worked | None:
    """Whether something that lasts so long is over before a given time."""
    if not re.search(r"\b(?:catch|make it|reach|in time|get)\b", ask, re.I) or not POLAR.match(ask):
        return None
    times = [m for m in moments(text) if m.kind == "time"]
    spells = _spells(text)
    if len(times) != 2 or not spells:
        return None
    first, last = times
    end = first.at + sum(minutes for _, minutes in spells)
    word = "Yes" if end <= last.at else "No"
    return Worked(
        word,
        "",
        "No" if word == "Yes" else "Yes",
        f"{word}: it is over at {clock(end % 1440)}, and the limit is {clock(last.at)}.",
    )


def nth(ask: str, text: str) -> Worked | None:
    """The date of the third meeting of a series."""
    places = "first second third fourth fifth sixth seventh eighth ninth tenth last".split()
    mark = re.search(rf"\b({'|'.join(places)})\b", ask, re.I)
    every = re.search(
        rf"\bevery (?:(?P<other>other|second)|(?P<n>{NUMBER}))? ?(?P<u>day|week|month)s?\b|"
        rf"\b(?P<w>weekly|fortnightly|monthly|daily)\b",
        text,
        re.I,
    )
    dates = [m for m in moments(text) if m.kind == "date"]
    if (
        not mark
        or not every
        or len(dates) != 1
        or not re.search(r"\b(?:when|what date|which date|which day)\b", ask, re.I)
    ):
        return None
    count = re.search(rf"\b({NUMBER}) (?:times|meetings|sessions|lessons|evenings)\b", text, re.I)
    place = places.index(mark[1].lower())
    if mark[1].lower() == "last":
        if not count:
            return None
        place = (int(count[1]) if count[1].isdigit() else SMALL[count[1].lower()]) - 1
    unit = (
        every["u"]
        or {"weekly": "week", "fortnightly": "fortnight", "monthly": "month", "daily": "day"}[
            every["w"].lower()
        ]
    ).lower()
    each = (
        2
        if every["other"]
        else (int(every["n"]) if every["n"].isdigit() else SMALL[every["n"].lower()])
        if every["n"]
        else 1
    )
    day = shifted(dates[0], each * place, unit)
    return Worked(
        spoken_day(day, with_year=dates[0].has_year),
        f"{dates[0].text} + {each * place} {unit}s",
        spoken_day(shifted(dates[0], each * (place + 1), unit), with_year=dates[0].has_year),
    )


_UNTIL = (
    r"\b(?:until|till|to|up to|through|before|bis(?: zum)?|jusqu['’]?(?:au|à)|hasta(?: "
    r"el)?)\s(?:and including )?$"
)
_FROM = (
    r"\b(?:from|since|as of|starting|after|ab(?: dem)?|vom|à partir (?:du|de)|dès le|du|"
    r"desde(?: el)?|a partir del?)\s$"
)


def in_force(ask: str, text: str) -> Worked | None:
    """What holds on a day, of clauses that say from when and until when they hold."""
    asked = [m for m in moments(ask) if m.kind == "date"]
    if len(asked) != 1:
        return None
    wanted = stems(ask) - stems(asked[0].text)
    held: list[tuple[int, str]] = []
    for sentence in re.split(r"(?<=[a-zà-ÿ\d])[.;](?:\s+|$)|\n+", text):
        low, high = _range(sentence)
        if (low is None and high is None) or not _inside(asked[0], low, high):
            continue
        held.append((len(wanted & stems(sentence)), sentence.strip()))
    if not held:
        return None
    best = max(held, key=lambda one: one[0])[1]
    if re.search(r"\b(?:who|qui|wer|quién)\b", ask, re.I):
        names = re.findall(
            r"(?:(?:Mr|Mrs|Ms|Dr|M|Mme|Mlle|Herr|Frau|Sr|Sra|Señora?)\.? )?[A-ZÀ-Þ][a-zà-ÿ]+(?: "
            r"[A-ZÀ-Þ][a-zà-ÿ]+)?",
            best,
        )
        names = [
            n
            for n in names
            if not re.match(
                r"(?:From|Until|Since|À|Ab|Vom|Jusqu|Desde|Hasta|The|January|February|March|"
                r"April|May|June|July|August|September|October|November|December)\b",
                n,
            )
        ]
        return Worked(names[0], "", names[-1] if len(names) > 1 else "") if names else None
    return None


def _range(sentence: str) -> tuple[Moment | None, Moment | None]:
    low = high = None
    for moment in (m for m in moments(sentence) if m.kind == "date"):
        before = re.sub(r"\b(?:le|el|the|dem|den)\s$", "", sentence[: moment.start])
        if re.search(_UNTIL, before + " " if not before.endswith(" ") else before, re.I):
            high = moment
        elif re.search(_FROM, before + " " if not before.endswith(" ") else before, re.I):
            low = moment
    return low, high


def _inside(day: Moment, low: Moment | None, high: Moment | None) -> bool:
    return (low is None or low.at <= day.at) and (high is None or day.at <= high.at)
