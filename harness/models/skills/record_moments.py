"""Dates and times for a record's fields, by the role that the words before them give.

Runs in the model worker; the text is hostile and only read.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from harness.models.skills.reckoning_dates import Moment
from harness.models.skills.record_figures import RANGE
from harness.models.skills.record_source import SILENT, Source
from harness.models.skills.record_wants import Want

_HOURS = re.compile(
    r"(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)\w*(?:\s?(?:-|–|to|and|,)\s?(?:Mon|Tue|Wed|Thu|Fri|Sat|"
    r"Sun)\w*)?,?\s)?(?:from )?"
    r"\d{1,2}(?:[:.]\d\d)?\s?(?:[ap]m)?\s?(?:-|–|to|until)\s?\d{1,2}(?:[:.]\d\d)?\s?(?:[ap]m)?"
)


_PART_OF_DAY = re.compile(r" (?:in the (?:morning|afternoon|evening)|at night)\b", re.I)


_EARLIER = frozenset("start begin from opens opening open starts begins".split())


_LATER = frozenset("end until closes closing close to ends finish".split())


_ROLE_CUES: tuple[tuple[frozenset[str], re.Pattern[str]], ...] = (
    (frozenset("start begin beginning from arrival checkin opening opens since starts begins "
    "arrives".split()),
     re.compile(r"\b(?:from|start\w*|begin\w*|since|arriv\w*|open\w*|commenc\w*|"
     r"check\w* in)\b", re.I)),
    (frozenset("end until ending to departure departs checkout expiry expires expiration closing "
    "closes ends return".split()),
     re.compile(r"\b(?:until|till|to|end\w*|expir\w*|through|depart\w*|leav\w*|close\w*|return\w*|"
     r"check\w* out)\b", re.I)),
    (frozenset("due deadline payable".split()),
     re.compile(r"\b(?:by|due|before|until|no later than|deadline|latest|pay\w*|apply|"
     r"at the latest)\b", re.I)),
    (frozenset("eta delivery arrival expected".split()),
     re.compile(r"\b(?:expected|arriv\w*|deliver\w*|eta|reach\w*|due)\b", re.I)),
    (frozenset("birth born dob birthday".split()), re.compile(r"\b(?:born|birth\w*|dob)\b", re.I)),
    (frozenset("order ordered purchase purchased booking".split()),
     re.compile(r"\b(?:order\w*|bought|purchas\w*|booked|placed)\b", re.I)),
    (frozenset("issue issued invoice signed signature".split()),
     re.compile(r"\b(?:dated|issued|signed|invoice|of)\b", re.I)),
)  # fmt: skip


def moment(source: Source, want: Want, said: str | None) -> object:
    """The date or time that plays a field's role."""
    has_times = any(m.kind == "time" for m in source.moments)
    kind = "time" if want.kind == "time" or (want.kind == "when" and has_times) else "date"
    if "hours" in want.words and (hours := _HOURS.search(source.text)):
        return hours[0].strip()
    same = [m for m in source.moments if m.kind == kind]
    if kind == "date" and not same:
        same = [m for m in source.moments if m.kind == "weekday"]
    own = [cue for name, cue in _ROLE_CUES if name & set(want.words)]
    if said is not None:
        held = [m for m in same if m.text in said]
        if held:
            is_last = bool(_LATER & set(want.words)) and len(held) > 1
            return held[-1 if is_last else 0].text
        if kind == "date" and not same:
            return said if len(said.split()) <= 4 else SILENT
    if not same:
        day = re.search(
            r"\b(?:tomorrow|today|yesterday|(?:next|this|last) (?:week|month|year|\w+day)|(?:Mon|"
            r"Tues|Wednes|Thurs|Fri|Satur|Sun)day)\b",
            source.text,
            re.I,
        )
        return day[0] if day and kind == "date" else SILENT
    for first, last in pairwise(same):
        if RANGE.fullmatch(source.text[first.end : last.start]) and set(want.words) & (
            _EARLIER | _LATER
        ):
            return (last if set(want.words) & _LATER else first).text
    if not own:
        return _told(source, same[0])
    scored = [(_cue_before(source, m.start, own), m) for m in same]
    best = max(scored, key=lambda row: row[0])
    if best[0] > 0:
        return _told(source, best[1])
    others = [cue for name, cue in _ROLE_CUES if not name & set(want.words)]
    free = [m for _, m in scored if not _cue_before(source, m.start, others)]
    return free[0].text if len(free) == 1 and len(same) == 1 else SILENT


def has_role(want: Want) -> bool:
    """Whether a field's name says which of several dates is meant."""
    return any(names & set(want.words) for names, _ in _ROLE_CUES)


def _told(source: Source, found: Moment) -> str:
    """A moment as it is written, with the part of the day behind a time."""
    late = _PART_OF_DAY.match(source.text, found.end) if found.kind == "time" else None
    return found.text + (late[0] if late else "")


def when(source: Source, want: Want, said: str | None) -> object:
    """A date or a time, whichever there is; what no cue tells is left open."""
    found = moment(source, want, said)
    return None if found is SILENT else found


def _cue_before(source: Source, at: int, cues: Sequence[re.Pattern[str]]) -> float:
    before = re.split(r"[.!?;\n]\s|\n", source.text[max(0, at - 60) : at])[-1]
    ends = [m.end() for cue in cues for m in cue.finditer(before)]
    return 1.0 + 1.0 / (1 + len(before) - max(ends)) if ends else 0.0
