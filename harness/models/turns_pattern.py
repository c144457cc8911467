"""Go on with what the examples of a conversation show: the same change of form for a new input.

Runs in the model worker (zone G); pure; the text is hostile and short. A way to turn an input into
its answer is kept only where it gives every answer that was given before.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

_MOST_CHARS = 160
_LEAD = re.compile(
    r"^\W*(?:(?:and|now|next|then|ok(?:ay)?|also|please|this|that|the|one|same|for|with|again|"
    r"another|"
    r"what about|how about|go on|last|do|try)\b[ ,:]{0,3}){0,6}(?=\S)",
    re.I,
)
_QUOTED = re.compile(r"[\"“„«'‘](?P<text>[^\"“”„«»'’\n]{1,120})[\"”»'’]\W*$")


def bare_input(turn: str) -> str:
    """What a turn brings to be worked on: a quotation, what a colon leads to, or all of it."""
    said = turn.strip()
    quoted = _QUOTED.search(said)
    if quoted:
        return quoted["text"].strip()
    led = re.search(r":\s+(\S[^:\n]{0,120})$", said)
    if led:
        return led[1].strip()
    bare = _LEAD.sub("", said).strip()
    return bare or said


def continued(pairs: Sequence[tuple[str, str]], turn: str) -> str:
    """The answer that the pairs of a conversation show for a new input; empty where none is shown.

    Args:
        pairs: (user turn, answer), oldest first, at least two.
        turn: the new one.
    """
    if len(pairs) < 2 or len(turn) > _MOST_CHARS or "?" in turn or "\n" in turn.strip():
        return ""
    shown = [(bare_input(given), answer.strip()) for given, answer in pairs]
    if any(len(given) > _MOST_CHARS or len(answer) > _MOST_CHARS for given, answer in shown):
        return ""
    new = bare_input(turn)
    for way in _WAYS:
        done = way(shown, new)
        if done:
            return done
    return ""


Way = Callable[[Sequence[tuple[str, str]], str], str]


def _simple(change: Callable[[str], str]) -> Way:
    def way(shown: Sequence[tuple[str, str]], new: str) -> str:
        fits = all(change(given) == answer for given, answer in shown)
        told = any(given != answer for given, answer in shown)
        return change(new) if fits and told else ""

    return way


def _framed(shown: Sequence[tuple[str, str]], new: str) -> str:
    """Something constant in front of the input or behind it, its letters maybe in another case."""
    for change in (str, str.upper, str.lower, str.title, str.capitalize):
        frames: set[tuple[str, str]] = set()
        for given, answer in shown:
            at = answer.find(change(given))
            if at < 0 or not given:
                frames.clear()
                break
            frames.add((answer[:at], answer[at + len(given) :]))
        if len(frames) == 1:
            before, behind = frames.pop()
            if before or behind:
                return f"{before}{change(new)}{behind}"
    return ""


def _rearranged(shown: Sequence[tuple[str, str]], new: str) -> str:
    """The words of the input in another order, each in its case, with constant signs between."""
    programs = {_program(given, answer) for given, answer in shown}
    if len(programs) != 1:
        return ""
    program = programs.pop()
    words = new.split()
    if program is None or len(words) != program[0]:
        return ""
    return "".join(
        part if isinstance(part, str) else _CASES[part[1]](words[part[0]]) for part in program[1]
    )


_CASES: tuple[Callable[[str], str], ...] = (
    str,
    str.upper,
    str.lower,
    str.capitalize,
    lambda w: w[:1],
    lambda w: w[:1].upper(),
    lambda w: w[:1].lower(),
)


def _program(given: str, answer: str) -> tuple[int, tuple[str | tuple[int, int], ...]] | None:
    """How an answer is put together from the words of its input; None where it is not."""
    words = given.split()
    if not 2 <= len(words) <= 6:
        return None
    out: list[str | tuple[int, int]] = []
    used: set[int] = set()
    for piece in re.findall(r"[^\W_]+|[\W_]+", answer):
        if not re.search(r"\w", piece) or piece == "_":
            out.append(piece)
            continue
        fits = [
            (i, c)
            for c, case in enumerate(_CASES)
            for i, word in enumerate(words)
            if i not in used and case(word) == piece
        ]
        if not fits:
            return None
        used.add(fits[0][0])
        out.append(fits[0])
    return (len(words), tuple(out)) if used else None


def _runs(text: str) -> list[str]:
    return re.findall(r"[^\W\d_]+|\d+", text)


def _masked(shown: Sequence[tuple[str, str]], new: str) -> str:
    """The letters and digits of the input, in one case, with a sign between letters and digits."""
    for change in (str.upper, str.lower, str):
        signs: set[str] = set()
        for given, answer in shown:
            mine = re.sub(r"[\W_]", "", change(given))
            if mine != re.sub(r"[\W_]", "", answer):
                signs.clear()
                break
            parts = re.fullmatch(
                r"([^\W\d_]+)([\W_]{0,3})(\d+)|(\d+)([\W_]{0,3})([^\W\d_]+)", answer
            )
            if not parts:
                signs.clear()
                break
            signs.add(parts[2] if parts[2] is not None else parts[5])
        if len(signs) == 1:
            runs = _runs(re.sub(r"[\W_]", "", change(new)))
            return signs.pop().join(runs) if len(runs) == 2 else ""
    return ""


_WAYS: tuple[Way, ...] = (
    _simple(str.upper),
    _simple(str.lower),
    _simple(str.title),
    _simple(lambda text: text[::-1]),
    _simple(lambda text: " ".join(text.split()[::-1])),
    _simple(lambda text: str(len(text))),
    _simple(lambda text: str(len(text.split()))),
    _simple(lambda text: "".join(word[0] for word in text.split()).upper()),
    _simple(lambda text: re.sub(r"[\s_]+", "-", text.lower())),
    _simple(lambda text: re.sub(r"[\s-]+", "_", text.lower())),
    _simple(lambda text: re.sub(r"[^\w\s]", "", text)),
    _simple(lambda text: re.sub(r"\D", "", text)),
    _framed,
    _masked,
    _rearranged,
)
