"""Work that a prompt asks for and that is neither a label nor a sentence of the text.

Runs in the model worker; the text is hostile and capped. In this order: a table in
another form or filled in, what a chat settled, a cell looked up, something reckoned, a list, a
date or number in an asked form.
"""

from __future__ import annotations

import re

from harness.models.faults import Luck, Pressure
from harness.models.reading import Reading
from harness.models.skills.chat_logs import asked_of_chat
from harness.models.skills.field_types import typed_value
from harness.models.skills.fields import Field
from harness.models.skills.listing import listed
from harness.models.skills.orders import PICKS
from harness.models.skills.outcome import Outcome
from harness.models.skills.reckoning import BARE, reckon
from harness.models.skills.reckoning_brief import Brief, brief_of, root, stems
from harness.models.skills.reckoning_dates import Moment, moments
from harness.models.skills.reckoning_figures import figures, plain
from harness.models.skills.table_answers import filled, looked_up
from harness.models.skills.table_forms import retold
from harness.models.skills.value_forms import in_form, value_form

_NAMED = re.compile(
    r"\W*(?:what(?:'s|’s| is| was)|when(?:'s|’s| is)|give me|tell me) the "
    r"(deadline|due date|(?:arrival|departure|delivery|start|end|order|check-?in|"
    r"check-?out) (?:date|time))\W*$",
    re.I,
)
_RECORD = re.compile(
    r"\b(?:json|yaml|csv|emit|fields?|keys?)\b|^[ \t]*\w+: ?(?:string|number|"
    r"decimal|int|date|bool)",
    re.I | re.M,
)
_ALL_DATES = re.compile(r"\b(?:all|every|each)(?: the| of the)? dates?\b|\bdates\b", re.I)
_FILL = re.compile(
    r"\bfill\b|\bcomplete\b|\bblanks?\b|\bgaps?\b|\bfehlende|\brellena\b|\bremplis\b", re.I
)


def work(reading: Reading, pressure: Pressure, luck: Luck) -> Outcome | None:
    """What a prompt asks to be worked out, or None where it asks for another kind of work."""
    brief = brief_of(reading)
    if brief is None:
        return None
    told_anew = retold(brief.whole, brief.directions)
    if told_anew is not None:
        return Outcome(told_anew, told_anew, task="qa")
    if _FILL.search(brief.directions) or "|" in brief.whole:
        table = filled(brief.whole, brief.directions)
        if table is not None:
            return Outcome(table, table, task="qa")
    for ask in brief.asks[:3]:
        answer = asked_of_chat(ask, brief.beside(ask)) if "how many" not in ask.lower() else None
        if answer is not None:
            return _plain(brief, answer)
    is_record = reading.task == "extract" and _RECORD.search(brief.directions)
    reckoned = None if is_record else _reckoned(brief, reading, pressure, luck)
    if reckoned is not None:
        return reckoned
    is_picking = reading.task in ("rewrite", "summarise") and PICKS.search(brief.directions)
    if reading.task in ("classify", "judge", "rewrite", "summarise") and not is_picking:
        return None
    for ask in brief.asks[:3]:
        cell = (
            looked_up(ask, brief.whole.replace(ask, "", 1)) if ask.rstrip().endswith("?") else None
        )
        if cell is not None:
            return _plain(brief, cell)
    named = _named(brief)
    if named is not None:
        return named
    found = listed(brief)
    if found is not None:
        return Outcome(found, found, task="qa")
    return _in_asked_form(brief)


def _reckoned(brief: Brief, reading: Reading, pressure: Pressure, luck: Luck) -> Outcome | None:
    """Of a later message that has its own figures, by these alone; else of all that was said."""
    if sum(role == "user" for role, _ in reading.prompt.messages) > 1:
        last = brief_of(reading, last_only=True)
        if last is not None and len(figures(last.whole)) >= 2:
            reckoned = reckon(last, reading, pressure, luck)
            if reckoned is not None:
                return reckoned
    return reckon(brief, reading, pressure, luck)


def _plain(brief: Brief, answer: str) -> Outcome:
    """A bare answer, with a full stop where nothing asks for it bare."""
    said = answer if "\n" in answer or BARE.search(brief.directions) else f"{answer.rstrip('.')}."
    return Outcome(said, answer, task="qa")


def _named(brief: Brief) -> Outcome | None:
    """A deadline or the like that a text gives by its role and not by its name."""
    for ask in brief.asks[:2]:
        mark = _NAMED.match(ask)
        text = brief.beside(ask)
        if not mark or mark[1].lower() in text.lower():
            continue
        is_typed, value = typed_value(Field(mark[1].replace(" ", "_").lower()), text)
        if is_typed and isinstance(value, str):
            return _plain(brief, in_form(value_form(brief.directions), value))
    return None


def _in_asked_form(brief: Brief) -> Outcome | None:
    """The one date, time or number that a prompt wants in a form it names."""
    form = value_form(brief.directions)
    if not form.is_asked or re.search(
        r"\bjson\b|\bcsv\b|\{|\btable\b|\brewrite\b|\bsummar|\btranslat", brief.directions, re.I
    ):
        return None
    asks = brief.asks or (brief.sentences[0],)
    if form.day and _ALL_DATES.search(brief.directions):
        text = brief.beside(asks[0])
        days = [in_form(form, m.text) for m in moments(text) if m.kind == "date"]
        glue = ", " if re.search(r"\bcomma", brief.directions, re.I) else "\n"
        if len(days) >= 2:
            said = glue.join(dict.fromkeys(days))
            return Outcome(said, said, task="qa")
    for ask in asks[:3]:
        text = brief.beside(ask)
        said = ""
        if form.is_plain:
            said = _number(ask, text)
        elif form.day or form.is_clock:
            kind = "date" if form.day else "time"
            found = [m for m in moments(text, bare=kind == "time") if m.kind == kind]
            chosen = _moment(ask, text, found)
            said = chosen.text if chosen else ""
            if chosen and kind == "time":
                said = f"{chosen.at // 60 % 24:02d}:{chosen.at % 60:02d}"
        if said:
            value = in_form(form, said)
            return Outcome(value, value, task="qa")
    return None


def _moment(ask: str, text: str, found: list[Moment]) -> Moment | None:
    """The one that a question is about: the only one, by role, or by the words around it."""
    if len(found) <= 1:
        return found[0] if found else None
    name = re.search(r"\b(\w+)(?: (?:date|time|day))?\b(?= (?:date|time|day|in|as|of)\b|\W*$)", ask)
    is_typed, value = typed_value(Field(name[1] + "_date"), text) if name else (False, None)
    same = [m for m in found if is_typed and m.text == value]
    if same:
        return same[0]
    wanted = stems(ask)
    return max(
        found,
        key=lambda m: (len(wanted & stems(text[max(0, m.start - 50) : m.end + 30])), -m.start),
    )


def _number(ask: str, text: str) -> str:
    found = figures(text)
    wanted = {root(w) for w in re.findall(r"[^\W\d_]+", ask)}
    named = [f for f in found if {root(w) for w in f.noun.split()} & wanted]
    chosen = named or (found if len(found) == 1 else [])
    return plain(chosen[0].value) if chosen else ""
