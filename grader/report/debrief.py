"""Questions for the debrief: the rubric's templates, filled from what is on record.

Runs in T; pure. The interviewer may drop any of them; at most six an exercise (SPEC 7).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from difflib import SequenceMatcher

from pydantic import Field

from grader.attempt import Attempt
from grader.pictures.kills import missed
from grader.records import Score, Signal
from grader.rubric import read_rubric
from grader.signals.versions import HOLE, changed_share, nearest, own_versions
from harness.core.errors import BadExercise
from harness.core.records import Record

_MOST = 6


class FollowUp(Record):
    """One question for the debrief."""

    text: str = Field(max_length=400)
    """The question."""
    why: str = Field(max_length=200)
    """What it is asked after."""
    anchor: str
    """Section of the exercise's report that it rests on."""
    cell: str = Field(default="", max_length=60)
    """Id of the cell to open, with or without the slug, where one cell shows it."""
    first: bool = False
    """Whether to open its first run; else what was handed in, or its last run."""


def follow_ups(
    attempt: Attempt, signals: tuple[Signal, ...], score: Score | None
) -> tuple[FollowUp, ...]:
    """Return up to six questions; a template whose occasion is not on record is left out.

    Args:
        attempt: the submission.
        signals: its process evidence.
        score: its measures; None when it was not measured.
    """
    try:
        rubric = None if attempt.exercise is None else read_rubric(attempt.exercise)
    except BadExercise:  # `exercise check` says so; a report still has to be had
        return ()
    if rubric is None:
        return ()
    known: dict[str, Mapping[str, str]] = {"always": {}}
    known |= dict(_occasions(attempt, signals, score))
    found = []
    for one in rubric.question:
        filled = _filled(one.text, known[one.when]) if one.when in known else None
        if filled is not None:
            why, anchor = _WHY.get(one.when, ("flag", "flags"))
            found.append(
                FollowUp(
                    text=filled[:400],
                    why=why,
                    anchor=anchor,
                    first=one.first,
                    cell=one.at or (_trial_cell(attempt) if one.when == "labels" else ""),
                )
            )
    return tuple(sorted(found, key=lambda one: one.why == _ALWAYS)[:_MOST])


_ALWAYS = "asked of everybody"
_WHY = {
    "always": (_ALWAYS, "written"),
    "missed": ("a planted fault that was let through", "measures"),
    "false_alarm": ("a harmless model that was refused", "measures"),
    "export_opened": ("data looked at", "s-looked_at_data"),
    "estimate": ("the estimate", "measures"),
    "cache": ("the plan", "measures"),
    "labels": ("a trial on the labelled mails", "session"),
    "together": ("a prompt that was changed in several places at once", "prompts"),
}
_GUESS = re.compile(r"guess\w*\D{0,24}?(\d[\d,.]*\d|\d)", re.IGNORECASE)


def _occasions(
    attempt: Attempt, signals: tuple[Signal, ...], score: Score | None
) -> Iterator[tuple[str, Mapping[str, str]]]:
    """Yield what was found, by the name that templates use, with words to fill in."""
    if score is not None:
        lost = missed(score)
        if lost:
            yield "missed", {"about": lost[0].about}
        loud = [run for run in score.runs if run.group == "counted" and "no_ship" in run.seeds]
        if loud:
            most = max(loud, key=lambda run: run.seeds.count("no_ship"))
            yield "false_alarm", {"about": most.about}
        if score.cost is not None and score.cost.daily_usd is not None:
            guess = _GUESS.search(attempt.texts.get("plan", ""))
            known = {"estimate": f"{score.cost.daily_usd:,.0f} USD"}
            yield "estimate", known | ({"guess": guess[1]} if guess else {})
        if score.cost is not None and score.cost.own and "cache" in score.cost.own.words:
            yield "cache", {}
        for flag in score.flags:
            yield flag.code, {"about": flag.message}
    if any(call.alias == "tool:try_plan" for call in attempt.tool_calls):
        yield "labels", {}
    if _has_changes_together(attempt):
        yield "together", {}
    looked = next((s for s in signals if s.name == "looked_at_data"), None)
    opened = [m for m in (looked.moments if looked else ()) if "export" in m.label]
    if opened and opened[0].share is not None:
        yield "export_opened", {"share": f"{opened[0].share:.0%}"}


def _trial_cell(attempt: Attempt) -> str:
    """Return the cell of the first trial on the labelled mails; "" without one."""
    tried = (call.cell_id for call in attempt.tool_calls if call.alias == "tool:try_plan")
    return next((one for one in tried if one), "")[:60]


def _lines_apart(before: str, after: str) -> int:
    """Return in how many stretches of lines two texts differ: a line said anew is one.

    Where a template is filled in from call to call, another text is no change.
    """
    old, new = before.splitlines(), after.splitlines()
    filled = tuple(
        line.partition(HOLE)[0] for line in (*old, *new) if line.partition(HOLE)[0] != line
    )
    filled = tuple(one for one in filled if one.strip())
    old, new = ([line for line in lines if not line.startswith(filled)] for lines in (old, new))
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    return sum(op[0] != "equal" for op in matcher.get_opcodes())


_MOST_TOGETHER = 0.25
"""A larger share than this is a text that was pasted in, or a prompt written anew."""


def _has_changes_together(attempt: Attempt) -> bool:
    """Whether a prompt differs in lines apart from the earlier one that it is nearest to."""
    versions = own_versions(attempt)
    for place, one in enumerate(versions[1:], start=1):
        before = nearest(versions[:place], one)
        if before is None:
            continue
        share, _ = changed_share(before.template, one.template)
        if share <= _MOST_TOGETHER and _lines_apart(before.template, one.template) > 1:
            return True
    return False


def _filled(text: str, values: Mapping[str, str]) -> str | None:
    """Return a template with its names filled in; None when one is not known."""
    try:
        filled = text.format_map(dict(values))
    except (KeyError, ValueError, IndexError):
        return None
    return filled[:1].upper() + filled[1:]
