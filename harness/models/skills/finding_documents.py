"""The part of a text that a question is to be answered from: a record in JSON, a thread's newest.

Runs in the model worker; the text is hostile and capped, every repeat is bounded. In a thread with
quoted mails the part that nobody quotes is the newest. What fools it: a quoted line that only the
question is about.
"""

from __future__ import annotations

import json
import re

from harness.models.skills.reckoning_outcome import Worked
from harness.models.skills.wording import WORD, key_words, nearness

_MOST_CHARS = 6_000
_MOST_VALUES = 200
_ASKS = re.compile(
    r"^\W*(?:and |so )?(?:what|which|who|whom|whose|when|where|how (?:many|much|long|old)|"
    r"give|find|"
    r"is|are|does|has|tell)\b|\b(?:who do i|whom do i)\b",
    re.I,
)
_KINDS = (
    (re.compile(r"\b(?:mail|e-?mail|write to|address)\b", re.I), "email mail e_mail"),
    (re.compile(r"\b(?:call|ring|phone|telephone|number)\b", re.I), "phone tel telephone mobile"),
    (re.compile(r"\bhow (?:many|much)\b", re.I), ""),
)
_OF_KEY = {
    "billing": "bill unpaid invoice pay payment paid charge",
    "tech": "technical broken error fault crash bug outage",
    "renewal": "renew renewed renews expire expires expiry",
    "price": "cost costs pay",
    "seats": "users licences licenses places",
    "name": "called who",
}
_DATED = re.compile(r"\d{1,4}[-:./]\d{1,2}|\b(?:19|20)\d\d\b|day\b", re.I)
_COUNTS = re.compile(r"\bhow many\b", re.I)
_QUOTED = re.compile(r"^\s{0,3}>", re.M)
_NESTED = re.compile(r"^\s{0,3}> ?>|^\s{0,3}> ?(?:From|Sent|On)\b[^\n]{0,120}(?::|wrote)", re.M)
_HEAD = re.compile(
    r"^\s{0,3}(?:from|to|sent|date|subject|on)\b[^\n]{0,120}(?::|wrote)[^\n]{0,80}$", re.I | re.M
)
_PAST = re.compile(
    r"\b(?:first|originally|before|earlier|initially|at first|used to|old|previous\w*)\b", re.I
)


def newest_part(ask: str, text: str) -> str:
    """Of a thread of mails what nobody quotes, where a question asks how things are.

    Args:
        ask: the question; may stand in the text.
        text: a whole prompt or the text of one; as it is where it is no thread.
    """
    if "\n>" not in text or _PAST.search(ask) or len(text) > _MOST_CHARS:
        return text
    if not _NESTED.search(text):
        return text
    own = [line for line in text.split("\n") if not _QUOTED.match(line)]
    fresh = "\n".join(line for line in own if not _HEAD.match(line)).strip()
    told = [line for line in fresh.split("\n") if not line.rstrip().endswith("?") and line != ask]
    return fresh if sum(len(line.split()) for line in told) >= 4 else text


def of_record(ask: str, whole: str) -> Worked | None:
    """The value that a question asks of a record in JSON; None where there is none or no such.

    Args:
        ask: the question.
        whole: the prompt that holds the record.
    """
    if not _ASKS.search(ask) or len(whole) > _MOST_CHARS:
        return None
    held = record_in(whole)
    if held is None:
        return None
    keys = key_words(ask)
    mark = re.search(r"\bhow many (\w+)", ask, re.I)
    counted = _counted(mark[1], held) if mark else None
    if counted is not None:
        return Worked(str(counted), "", str(counted + 1))
    kind = next((names.split() for shape, names in _KINDS if names and shape.search(ask)), [])
    is_when = re.match(r"\W*(?:and |so )?(?:when|what (?:date|day|time))\b", ask, re.I)
    best: tuple[float, str] | None = None
    for path, value, beside in _leaves(held)[:_MOST_VALUES]:
        name = path[-1].lower()
        own = max((_near(key, name) for key in keys), default=0.0)
        if kind and name in kind:
            own = max(own, 1.0)
        if not own or (is_when and not _DATED.search(str(value))):
            continue
        around = sum(max((_near(key, word) for word in beside), default=0.0) for key in keys)
        score = own + 0.5 * around
        if best is None or score > best[0] + 1e-6:
            best = score, _said(value)
    if best is None or best[0] < 0.8:
        return None
    return Worked(best[1], "", "")


def record_in(whole: str) -> object | None:
    """The record or list of records that stands in a prompt, with values and no mere sketch."""
    for mark in list(re.finditer(r"[{\[]", whole))[:6]:
        try:
            held, _ = json.JSONDecoder().raw_decode(whole[mark.start() :])
        except (ValueError, RecursionError):
            continue
        leaves = _leaves(held)
        real = [value for _, value, _ in leaves if value not in ("", None, "string", "number")]
        is_record = isinstance(held, dict) or (
            isinstance(held, list) and held and isinstance(held[0], dict)
        )
        if is_record and len(leaves) >= 2 and len(real) * 2 > len(leaves):
            return dict(held) if isinstance(held, dict) else list(held)
    return None


def _near(key: str, name: str) -> float:
    """How near a word of the question is to a name or value of the record."""
    also = _OF_KEY.get(name, "").split()
    if key in also:
        return 0.9
    return max((nearness(key, part) for part in re.split(r"[_\s-]+", name) if part), default=0.0)


def _leaves(
    held: object, path: tuple[str, ...] = ()
) -> list[tuple[tuple[str, ...], object, list[str]]]:
    """(path, value, words that stand beside it) of each plain value."""
    out: list[tuple[tuple[str, ...], object, list[str]]] = []
    if len(path) > 6:
        return out
    if isinstance(held, dict):
        beside = [
            m[0].lower()
            for value in held.values()
            if isinstance(value, str) and len(value) < 60
            for m in WORD.finditer(value)
        ]
        for key, value in list(held.items())[:60]:
            if isinstance(value, dict | list):
                out += _leaves(value, (*path, str(key)))
            else:
                out.append(((*path, str(key)), value, [*beside, *(p.lower() for p in path)]))
    elif isinstance(held, list):
        for value in held[:60]:
            out += (
                _leaves(value, path)
                if isinstance(value, dict | list)
                else [(path or ("",), value, [])]
            )
    return out


def _counted(noun: str, held: object) -> int | None:
    """How many things a list of the record's holds, or the figure under that name."""
    items = held.items() if isinstance(held, dict) else []
    for key, value in items:
        if nearness(noun.lower(), str(key).lower()) >= 0.9:
            if isinstance(value, list):
                return len(value)
            return value if isinstance(value, int) and not isinstance(value, bool) else None
    return None


def _said(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value)
