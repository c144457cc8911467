"""Which recorded request is nearest to one that is not on record, and where the two differ.

Runs in T; pure functions of hostile values. A difference is told as a person would: which message,
which words, which parameter; it is bounded and holds no terminal code.
"""

from __future__ import annotations

import difflib
import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from grader.page.markup import visible

MOST_CHARS = 4_000
"""Of one difference."""
MOST_COMPARED = 1_000
"""Distinct recorded requests that one is compared with, the latest ones."""
_READ_CHARS = 40_000
_MOST_WORDS = 20_000
_MOST_CHANGED_WORDS = 1_500
"""Between the first and the last word that differ; more would take too long to compare."""
_MOST_CHANGES, _AROUND, _LONGEST_RUN = 8, 5, 24
_WORD = re.compile(r"\S+|\n")


@dataclass(frozen=True)
class Known:
    """A recorded request, ready to be compared.

    Attributes:
        what: which door it came through.
        asked: the request.
        words: how often each word stands in it.
    """

    what: str
    asked: Any
    words: Counter[str]

    @classmethod
    def of(cls, what: str, asked: Any) -> Known:
        """Return a request as it is compared."""
        return cls(what, asked, Counter(_words(_text(asked))))


def nearest(known: Sequence[Known], what: str, asked: Any) -> str:
    """Return how a request differs from the nearest of its door; empty if there is none.

    Args:
        known: what is on record, oldest first.
        what: which door.
        asked: the request.
    """
    mine = Known.of(what, asked)
    others = [one for one in known if one.what == what][-MOST_COMPARED:]
    if not others:
        return ""
    best = max(others, key=lambda one: _likeness(one, mine))
    return difference(best.asked, asked)


def difference(recorded: Any, asked: Any) -> str:
    """Return where two requests differ, a line for each place; bounded and safe to print.

    Args:
        recorded: plain JSON values.
        asked: likewise.
    """
    if not isinstance(recorded, Mapping) or not isinstance(asked, Mapping):
        lines = _value("the request", recorded, asked)
    else:
        lines = [
            line
            for name in dict.fromkeys([*recorded, *asked])
            if recorded.get(name) != asked.get(name)
            for line in _field(name, recorded.get(name), asked.get(name))
        ]
    return _bounded(lines)


def _field(name: str, then: Any, now: Any) -> list[str]:
    if name == "messages" and isinstance(then, list) and isinstance(now, list):
        return _messages(then, now)
    return _value(name, then, now)


def _messages(then: list[Any], now: list[Any]) -> list[str]:
    """Return what differs, message by message; one put in moves none of the others."""
    old, new = ([json.dumps(one, sort_keys=True) for one in side] for side in (then, now))
    lines: list[str] = []
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    for op, a, b, c, d in matcher.get_opcodes():
        if op == "equal":
            continue
        both = min(b - a, d - c)
        for n in range(both):
            lines += _message(c + n, then[a + n], now[c + n])
        lines += [f"{_named(n, then[n])} was recorded and is not asked: {_start(then[n])}"
                  for n in range(a + both, b)]  # fmt: skip
        lines += [f"{_named(n, now[n])} is asked and was not recorded: {_start(now[n])}"
                  for n in range(c + both, d)]  # fmt: skip
    return lines


def _message(n: int, then: Any, now: Any) -> list[str]:
    if not isinstance(then, Mapping) or not isinstance(now, Mapping):
        return _value(f"message {n + 1}", then, now)
    lines: list[str] = []
    for name in dict.fromkeys([*then, *now]):
        if then.get(name) != now.get(name):
            at = _named(n, now) if name == "content" else f"message {n + 1}, {name}"
            lines += _value(at, then.get(name), now.get(name))
    return lines


def _named(n: int, message: Any) -> str:
    role = message.get("role") if isinstance(message, Mapping) else None
    return f"message {n + 1}" + (f" ({role})" if isinstance(role, str) else "")


def _value(at: str, then: Any, now: Any) -> list[str]:
    """Return one place: texts by their words, anything else as it was and as it is."""
    if isinstance(then, list) and isinstance(now, list) and len(then) == len(now):
        pairs = enumerate(zip(then, now, strict=True))
        return [line for n, (a, b) in pairs if a != b for line in _value(f"{at}[{n}]", a, b)]
    if isinstance(then, str) and isinstance(now, str) and max(len(then), len(now)) > 40:
        return [f"{at}: {_changed_words(then, now)}"]
    return [f"{at}: recorded {_shown(then)}, asked {_shown(now)}"]


def _changed_words(then: str, now: str) -> str:
    """Return the words that differ, [-gone-] and {+come+}, with a few around them."""
    old, new = (_words(side[:_READ_CHARS]) for side in (then, now))
    if old == new:
        return "the same words with other spaces, or beyond what is compared"
    head = _shared(old, new)
    tail = _shared(old[head:][::-1], new[head:][::-1])
    parts = [_before(old[:head])]
    mine = (side[head : len(side) - tail][:_MOST_CHANGED_WORDS] for side in (old, new))
    parts += _changes(*mine)
    parts.append(_after(old[len(old) - tail :] if tail else []))
    return " ".join(part for part in parts if part)


def _changes(old: Sequence[str], new: Sequence[str]) -> list[str]:
    parts: list[str] = []
    opcodes = difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    changed = [one for one in opcodes if one[0] != "equal"]
    for op, a, b, c, d in opcodes[: opcodes.index(changed[:_MOST_CHANGES][-1]) + 1]:
        if op == "equal":
            same = new[c:d]
            long = len(same) > 2 * _AROUND
            parts.append(f"{_after(same)} {_before(same)}" if long else _joined(same))
            continue
        gone, come = _run(old[a:b]), _run(new[c:d])
        parts += [f"[-{gone}-]"] * bool(gone) + [f"{{+{come}+}}"] * bool(come)
    if left := len(changed) - _MOST_CHANGES:
        parts += [f"… and {left} more changes"] * (left > 0)
    return parts


def _shared(one: Sequence[str], other: Sequence[str]) -> int:
    """Return how many words two texts begin with alike."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((n for n, (a, b) in pairs if a != b), min(len(one), len(other)))


def _before(words: Sequence[str]) -> str:
    cut = "… " if len(words) > _AROUND else ""
    return cut + _joined(words[-_AROUND:])


def _after(words: Sequence[str]) -> str:
    return _joined(words[:_AROUND]) + (" …" if len(words) > _AROUND else "")


def _run(words: Sequence[str]) -> str:
    cut = f" … {len(words) - _LONGEST_RUN} more words" if len(words) > _LONGEST_RUN else ""
    return _joined(words[:_LONGEST_RUN]) + cut


def _joined(words: Sequence[str]) -> str:
    return " ".join("¶" if word == "\n" else word[:200] for word in words)


def _start(message: Any) -> str:
    content = message.get("content") if isinstance(message, Mapping) else message
    return _run(_words(content if isinstance(content, str) else _text(content)))


def _shown(value: Any) -> str:
    if value is None:
        return "nothing"
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 200 else f"{text[:200]}… ({len(text)} characters)"


def _text(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return text.replace("\\n", "\n")[:_READ_CHARS]


def _words(text: str) -> list[str]:
    return _WORD.findall(text)[:_MOST_WORDS]


def _likeness(one: Known, other: Known) -> float:
    """Return how many words two requests share, 0 to 1; the same model decides between equals."""
    shared = sum((one.words & other.words).values())
    total = one.words.total() + other.words.total()
    return 2 * shared / total if total else 1.0


def _bounded(lines: Sequence[str]) -> str:
    """Return lines that can be printed anywhere, cut where they become too many."""
    kept: list[str] = []
    room = MOST_CHARS - 60
    for number, line in enumerate(lines):
        safe = visible(line.replace("\n", "¶").replace("\t", " "))
        if len(safe) > room:
            kept.append(safe[:room] + f"… and {len(lines) - number - 1} more places")
            break
        kept.append(safe)
        room -= len(safe) + 1
    return "\n".join(kept)
