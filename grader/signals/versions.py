"""Prompt versions: calls in a row that share a template are one version of it.

Runs in T; pure functions of recorded requests. A recorded call holds the whole prompt, not the
template, so the template is what neighbouring prompts have in common at their beginning and end.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from grader.attempt import Attempt
from harness.core.records import Call

SHARED = 0.5
"""Two prompts are of one template when what they share at both ends is this much of the shorter."""
SHORTEST = 24
"""Characters that a template has at least: a bare message is none."""
HOLE = " … "
_CHANCE = 12
"""Letters that two filled-in texts may share at either end by chance."""
_TOKEN = re.compile(r"\w+|[^\w\s]|\s+")
_WORD = re.compile(r"\w+|[^\w\s]")
_MOST_PAIRS = 1_000_000
"""Old words times new ones above which they are not aligned: it takes seconds."""


@dataclass(frozen=True)
class Version:
    """One version of a prompt.

    Attributes:
        number: from 1.
        calls: the calls made with it, oldest first.
        template: what they share; the whole prompt when there is one call.
    """

    number: int
    calls: tuple[Call, ...]
    template: str


def own_versions(attempt: Attempt) -> tuple[Version, ...]:
    """Return the versions of the candidate's own prompts.

    Those in given cells are the author's, and so is the prompt inside an exercise's own model,
    where it has one.
    """
    given = "\n".join(cell.source for cell in attempt.cells if cell.kind == "given")
    profile = attempt.exercise.profile if attempt.exercise is not None else None
    alias = profile.alias if profile is not None and profile.instruction else None
    own = [call for call in attempt.model_calls if call.alias != alias]
    return versions([call for call in own if not _stands_in(given, call)])


def _stands_in(given: str, call: Call) -> bool:
    first = prompt_of(call).strip().partition("\n")[0][:60]
    return len(first) >= SHORTEST and first in given


def versions(calls: Sequence[Call]) -> tuple[Version, ...]:
    """Return the prompt versions in a ledger, oldest first; empty when nothing is a template.

    Args:
        calls: oldest first.
    """
    runs: list[list[Call]] = []

    for call in calls:
        text = prompt_of(call)
        if runs and _is_one(runs[-1], text):
            runs[-1].append(call)
        elif text.strip():
            runs.append([call])

    kept = [run for run in runs if len(run) > 1 or len(prompt_of(run[0])) >= 2 * SHORTEST]
    if not any(len(run) > 1 for run in kept):
        return ()
    templates = [_template([prompt_of(call) for call in run]) for run in kept]
    return tuple(
        Version(number, tuple(run), template)
        for number, (run, template) in enumerate(zip(kept, templates, strict=True), 1)
    )


def prompt_of(call: Call) -> str:
    """Return a request's messages as one text."""
    messages = call.request.get("messages")
    return "\n".join(_text(one) for one in messages) if isinstance(messages, list) else ""


def no_change(found: Sequence[Version]) -> str:
    """Return why there is no change to speak of, for fewer than two versions."""
    if found:
        return "no prompt was changed"
    return "no prompt of the candidate's own was sent twice"


def nearest(earlier: Sequence[Version], version: Version) -> Version | None:
    """Return the earlier version that a version was made from: the least of it is changed.

    Somebody who tries one change at a time goes back to the same prompt again and again; held
    against the version just before, each such step would look like two.

    Args:
        earlier: oldest first; of two that are as near, the later one counts.
        version: the one that came after them.
    """
    new = _WORD.findall(version.template)
    return min(
        earlier, key=lambda one: (_changed(_WORD.findall(one.template), new), -one.number),
        default=None,
    )  # fmt: skip


def _changed(old: list[str], new: list[str]) -> int:
    """Return how many words differ; for long stretches, how many lie between what is shared."""
    start = next((n for n, (a, b) in enumerate(zip(old, new, strict=False)) if a != b),
                 min(len(old), len(new)))  # fmt: skip
    old, new = old[start:], new[start:]
    pairs = zip(reversed(old), reversed(new), strict=False)
    end = next((n for n, (a, b) in enumerate(pairs) if a != b), min(len(old), len(new)))
    old, new = old[: len(old) - end], new[: len(new) - end]
    if len(old) * len(new) > _MOST_PAIRS:
        return max(len(old), len(new))
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    hunks = [op for op in matcher.get_opcodes() if op[0] != "equal"]
    return sum(max(b - a, d - c) for _, a, b, c, d in hunks)


def changed_share(before: str, after: str) -> tuple[float, int]:
    """Return changed tokens over tokens of the earlier version, and the number of hunks."""
    old, new = _TOKEN.findall(before), _TOKEN.findall(after)
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    hunks = [op for op in matcher.get_opcodes() if op[0] != "equal"]
    changed = sum(max(b - a, d - c) for _, a, b, c, d in hunks)
    return changed / max(1, len(old)), len(hunks)


def _text(message: Any) -> str:
    content = message.get("content") if isinstance(message, dict) else None
    if isinstance(content, list):
        return "\n".join(str(p.get("text", "")) for p in content if isinstance(p, dict))
    return content if isinstance(content, str) else ""


def _is_one(run: list[Call], text: str) -> bool:
    """Whether a prompt goes on with a run.

    With two calls in it a run has a template, and both its ends have to stay, but for letters
    that the filled-in texts had in common by chance. After a single call the same prompt at
    another input differs at its end, and an edited one at the same input before it.
    """
    first = prompt_of(run[0])
    if text in (first, prompt_of(run[-1])):
        return True
    start, end = _shared([first, text])
    if len(run) == 1 or len({prompt_of(call) for call in run}) == 1:
        shorter = min(len(text), len(first))
        is_most = len(start) + len(end) >= max(SHORTEST, SHARED * shorter)
        return is_most and len(end) <= _CHANCE
    own_start, own_end = _shared([prompt_of(call) for call in run])
    return (
        len(own_start) - len(start) <= _CHANCE
        and len(own_end) - len(_shared([own_end[::-1], text[::-1]])[0]) <= _CHANCE
    )


def _template(prompts: list[str]) -> str:
    if len(set(prompts)) == 1:
        return prompts[0]
    return HOLE.join(_shared(prompts)).strip()


def _shared(prompts: list[str]) -> tuple[str, str]:
    start = _common(prompts)
    room = min(map(len, prompts)) - len(start)
    end = _common([prompt[::-1] for prompt in prompts])[::-1]
    return start, end[len(end) - min(len(end), room) :]


def _common(texts: list[str]) -> str:
    """Return what all texts begin with."""
    low, high = min(texts), max(texts)  # the two that differ first
    size = next((n for n, (a, b) in enumerate(zip(low, high, strict=False)) if a != b), len(low))
    return low[:size]
