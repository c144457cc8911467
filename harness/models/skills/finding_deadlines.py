"""Dates and times that follow from a rule: the last day, whether it is kept, what holds on a day.

Runs in the model worker; the text is hostile and capped. Each function gives a result, or None
where a question does not ask for its kind or the text does not show the moments.
"""

from __future__ import annotations

import re
from datetime import timedelta
from fractions import Fraction

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
from harness.models.skills.reckoning_figures import SMALL, plain
from harness.models.skills.reckoning_outcome import Worked
from harness.models.skills.reckoning_sums import POLAR

_NUMBER = rf"(?:\d{{1,3}}|{'|'.join(sorted(SMALL, key=len, reverse=True))})"
_TERM = re.compile(
    rf"\b(?:within|in|for|valid(?: for)?|period(?: of| is|:)?|term(?: of| is|:)?|up to|no later "
    rf"than|not later "
    rf"than|at most|after|binnen|innerhalb(?: von)?|dans(?: les)?)\s"
    rf"(?:the (?:first )?)?(?P<n>{_NUMBER})\s(?P<u>days?|weeks?|months?|tagen?|wochen|monaten?|"
    rf"jours|días)\b",
    re.I,
)
_UNITS = {"d": "day", "t": "day", "w": "week", "m": "month", "j": "day"}
_KEPT = re.compile(
    r"\b(?:in time|on time|too late|late|accepted|still|valid|allowed|ok|deadline (?:met|kept)|"
    r"rechtzeitig|zu spät)\b",
    re.I,
)
_LAST = re.compile(
    r"\b(?:last|latest|final) (?:day|date|possible)|\bby when\b|\bdeadline\b|\bdue\b|\buntil "
    r"when\b|\bwhen\b.{0,40}\b(?:back|end|expire|run out|latest|must|have to|need)|\bbis wann\b",
    re.I,
)
_SPELL = re.compile(
    r"(?:(?P<h>\d{1,2}(?:[.,]5)?)\s?(?:h|hrs?|hours?|std\.?|stunden?)\b\s?(?:and "
    r")?)?(?:(?P<m>\d{1,3})\s?(?:min\b|minutes?|minuten))?",
    re.I,
)


def _term_of(text: str) -> tuple[int, str] | None:
    mark = _TERM.search(text)
    if not mark:
        return None
    said = mark["n"].lower()
    count = int(said) if said.isdigit() else SMALL[said]
    return count, _UNITS[mark["u"][0].lower()]


def term(ask: str, text: str) -> Worked | None:
    """The last day of a term that the text sets, or whether a day keeps it."""
    rule = _term_of(text)
    dates = [m for m in moments(f"{text}\n{ask}") if m.kind == "date"]
    if (
        rule is None
        or not dates
        or len(_TERM.findall(text)) > 1
        or re.search(r"\d(?:st|nd|rd|th) day\b", text)
    ):
        return None
    count, unit = rule
    in_text = [m for m in dates if m.start < len(text)]
    is_polar = bool(_KEPT.search(ask)) or bool(POLAR.match(ask))
    is_polar = is_polar and not re.match(r"\W*(?:when|by when|until when|what|which)\b", ask, re.I)
    if is_polar and len(dates) >= 2:
        first, second = (dates[0], dates[-1])
        last = shifted(first, count, unit)
        kept = second.day <= last
        negative = bool(re.search(r"\btoo late\b|\blate\b(?!r)|\bexpired\b|\bzu spät\b", ask, re.I))
        word = "Yes" if kept != negative else "No"
        why = f"the last day is {spoken_day(last, with_year=first.has_year)}"
        return Worked(word, "", "No" if word == "Yes" else "Yes", f"{word}: {why}.")
    if not _LAST.search(ask) or not in_text or is_polar:
        return None
    start = in_text[0]
    last = shifted(start, count, unit)
    said = spoken_day(last, with_year=start.has_year)
    wrong = spoken_day(last - timedelta(days=1), with_year=start.has_year)
    return Worked(said, f"{start.text} + {count} {unit}{'' if count == 1 else 's'}", wrong)


_BEFORE = re.compile(
    rf"\b(?:until|till|up to|at least|no later than|not later than|by)\s(?P<n>{_NUMBER})\s"
    r"(?P<u>hours?|days?)\s(?:before|prior to|ahead of)\s(?:the |your )?(?P<what>\w+)",
    re.I,
)
_DAY_TIME = re.compile(
    rf"\b(?P<d>{'|'.join(WEEKDAYS)})(?:s|\b)(?: \w+)? ?(?:at|,)? ?(?P<h>\d{{1,2}})[:.](?P<m>\d\d)",
    re.I,
)


def before_event(ask: str, text: str) -> Worked | None:
    """Whether something is done early enough before what a rule names."""
    rule = _BEFORE.search(text)
    whole = f"{text}\n{ask}"
    told = list(_DAY_TIME.finditer(whole))
    if not rule or len(told) != 2 or not POLAR.match(ask):
        return None
    stem_ = rule["what"].lower()[:5]
    first = (
        told[0] if stem_ in whole[max(0, told[0].start() - 30) : told[0].start()].lower() else None
    )
    second = (
        told[1] if stem_ in whole[max(0, told[1].start() - 30) : told[1].start()].lower() else None
    )
    event, deed = (told[1], told[0]) if second and not first else (told[0], told[1])
    hours = [
        WEEKDAYS.index(m["d"].lower()) * 24 + int(m["h"]) + Fraction(int(m["m"]), 60)
        for m in (event, deed)
    ]
    between = (hours[0] - hours[1]) % 168
    said = rule["n"].lower()
    needed = (int(said) if said.isdigit() else SMALL[said]) * (
        24 if rule["u"].startswith("d") else 1
    )
    word = "Yes" if between >= needed else "No"
    return Worked(
        word,
        "",
        "No" if word == "Yes" else "Yes",
        f"{word}: that is {plain(between)} hours before.",
    )


def loans(ask: str, text: str) -> Worked | None:
    """When each of several things is due, by the term of its sort."""
    rules = [
        (root(m["what"].lower()), m)
        for m in re.finditer(
            rf"\b(?P<what>[A-Za-z]{{2,20}}s)\s(?:(?:are|can be|may be|is)\s(?P<no>not|"
            rf"never)?\s?\w+\s?)?(?:at all|(?:out )?for (?P<n>{_NUMBER}) (?P<u>day|week|month)s?)",
            text,
            re.I,
        )
    ]
    if len(rules) < 2 or not re.search(r"\beach\b|\bwhen\b|\bdue\b|\bback\b", ask, re.I):
        return None
    lines: list[str] = []
    for sentence in re.split(r"(?<=[a-z\d])[.;]\s+|\n+", text):
        who = re.match(r"^\W*([A-ZÀ-Þ][\w'’-]+)\s", sentence)
        words = {root(w.lower()) for w in re.findall(r"[^\W\d_]{2,}", sentence)}
        rule = next((m for name, m in rules if name in words and m[0] not in sentence), None)
        if (
            who is None
            or rule is None
            or (ask.count(" ") < 12 and _named(ask, text) and who[1] not in ask)
        ):
            continue
        when = [m for m in moments(sentence) if m.kind == "date"]
        if rule["no"] or not rule["n"]:
            lines.append(f"{who[1]}: not possible, {rule['what'].lower()} are not lent")
        elif when:
            said = rule["n"].lower()
            count = int(said) if said.isdigit() else SMALL[said]
            day = shifted(when[0], count, rule["u"].lower())
            lines.append(f"{who[1]}: {spoken_day(day, with_year=when[0].has_year)}")
    return (
        Worked("\n".join(lines), "", "") if len(lines) >= (1 if _named(ask, text) else 2) else None
    )


def _named(ask: str, text: str) -> bool:
    """Whether a question names one of the people of the text."""
    return any(
        re.search(rf"\b{re.escape(n)}\b", ask)
        for n in set(re.findall(r"\b[A-ZÀ-Þ][a-zà-ÿ]{2,}\b", text))
        if n not in ("For", "When")
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
        rf"\bevery (?:(?P<other>other|second)|(?P<n>{_NUMBER}))? ?(?P<u>day|week|month)s?\b|"
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
    count = re.search(rf"\b({_NUMBER}) (?:times|meetings|sessions|lessons|evenings)\b", text, re.I)
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
