"""The one value that an order names and wants alone: "Extract the IBAN only".

Runs in the model worker; the text is hostile and only read. Only what stands under its label or
has a shape of its own is given; all else is left to those who answer from texts.
"""

from __future__ import annotations

import re

from harness.models.reading import Reading
from harness.models.skills.fields import Field
from harness.models.skills.outcome import Outcome
from harness.models.skills.record_figures import is_sole
from harness.models.skills.record_form import parted
from harness.models.skills.record_moments import has_role
from harness.models.skills.record_source import SILENT, labelled, source_of
from harness.models.skills.record_values import value_for
from harness.models.skills.record_wants import want_of
from harness.models.skills.value_forms import in_form, value_form

_MOST_CHARS = 6_000
_ALONE = re.compile(
    r"\bonly\b|\bnothing else\b|\bno other\b|\bno extra\b|\balone\b|\bjust (?:the|its)\b", re.I
)
_NAMES = re.compile(
    r"\b(?:what(?:['’]s| is| was)|extract|give(?: me)?|get|find|return|pull out|pull|tell me|"
    r"output|take)\s+"
    r"(?:only |just )?(?:the |its |their |"
    r"this )?(?P<name>[A-Za-z][\w-]{1,20}(?: [a-z][\w-]{1,20}){0,3}?)(?: only)?"
    r"(?=[?.,:;\n]|\s(?:from|of|in|on|out|as|and nothing|with|for)\b)",
    re.I,
)
_SHAPED = frozenset(("email", "phone", "url"))
_LABELLED = frozenset(("money", "date", "code", "person", "firm", "number"))


_SUMS = frozenset("amount sum price cost figure total".split())
_ASKS_SUM = re.compile(
    r"\b(?:what|which) (?P<what>amount|sum|price|fee|deposit|charge|fine|refund|total|rent|tip) "
    r"(?:was|is|were|has been|had to be|must be|has to be|will be|should be) "
    r"(?:being )?(?P<done>[a-z]{3,14})\b",
    re.I,
)
_LOOSE_CODE = frozenset("number no nr id code ref reference order the".split())


def one_value(reading: Reading) -> Outcome | None:
    """The value that an order names and wants alone; None where that is not so or not sure."""
    if reading.task not in ("extract", "qa"):
        return None
    messages = reading.prompt.messages
    size = sum(len(text) for _, text in messages)
    if size > _MOST_CHARS or any(role == "assistant" for role, _ in messages):
        return None
    if not any(_ALONE.search(text[:600]) or _ALONE.search(text[-200:]) for _, text in messages):
        return None
    found = parted(list(messages), reading)
    if found is None:
        return None
    order, text = found
    mark = _NAMES.search(order)
    if mark is None or not _ALONE.search(order) or len(order) > 400 or "{" in order:
        return None
    name = re.sub(r"\s(?:only|mentioned|given|stated)$", "", mark["name"].strip())
    asks = _ASKS_SUM.search(order)
    if asks is not None and (name.lower() == asks["what"].lower() or name.lower() in _SUMS):
        name = f"{asks['done']} {asks['what']}"
    want = want_of(Field(name.replace(" ", "_").replace("-", "")))
    source = source_of(text)
    is_sure = want.kind in _SHAPED or "iban" in want.words
    is_sure = is_sure or (want.kind == "code" and len(want.words) > 1)
    is_sure = is_sure or (want.kind == "code" and not _LOOSE_CODE.issuperset(want.words))
    is_sure = is_sure or (want.kind == "date" and len(want.words) > 1 and has_role(want))
    is_sure = is_sure or (want.kind == "money" and is_sole(source, want))
    if not is_sure and (want.kind not in _LABELLED or labelled(source, want) is None):
        return None
    value = value_for(source, want)
    if value is SILENT or value is None:
        return None
    said = in_form(value_form(order), str(value))
    if want.kind != "code" and re.search(
        r"\bnumber only\b|\bonly (?:the|a) number\b|\bjust (?:the|a) number\b|\bdigits only\b",
        order,
        re.I,
    ):
        said = re.sub(r"^[^\d-]+|[^\d]+$", "", said)
    return Outcome(said, said, task="qa") if said else None
