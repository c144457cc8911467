"""All that is known of a submission, in one record: what the page shows and the JSON holds.

Runs in T. Texts in it are a candidate's.
"""

from __future__ import annotations

from pydantic import Field

from grader.attempt import Attempt
from grader.records import About, Finding, Moment, Replay, Score, Signal
from grader.report.asked import Asked, Part, read_asked, read_task
from grader.report.debrief import FollowUp, follow_ups
from grader.report.runs import Ran, read_runs
from grader.signals.kinds import KindShown, read_kinds
from grader.signals.versions import nearest, own_versions
from grader.timeline import Timeline, read_timeline
from harness.core.records import Record

_MOST_TEXT = 100_000


class Written(Record):
    """Something that the candidate wrote."""

    name: str
    """Cell's name or id."""
    text: str
    """Its source or words, capped."""
    is_code: bool
    """Whether it is an artefact's source."""
    moment: Moment
    """Its cell, and when it was last run, where it can be run."""


class PromptVersion(Record):
    """One version of a prompt."""

    number: int = Field(ge=1)
    """From 1."""
    template: str
    """What its calls share."""
    calls: int = Field(ge=1)
    """How many were made with it."""
    moment: Moment
    """Its first call."""
    made_from: int | None = Field(default=None, ge=1)
    """The earlier version that it is nearest to; None for the first."""


class Evidence(Record):
    """A submission, run again, measured and laid out."""

    schema_: int = Field(default=1, alias="schema", ge=1, le=1)
    """Version of this form."""
    about: About
    """What it is."""
    findings: tuple[Finding, ...]
    """What intake found odd."""
    written: tuple[Written, ...]
    """Plan, texts, artefacts, in the notebook's order."""
    prompts: tuple[PromptVersion, ...]
    """Versions of the candidate's own prompts."""
    timeline: Timeline
    """The session."""
    signals: tuple[Signal, ...]
    """Process evidence."""
    kinds: tuple[KindShown, ...] = ()
    """Kinds of failure, each with when it was first in mind."""
    runs: tuple[Ran, ...] = ()
    """What was run of the candidate's own, with what it printed."""
    asked: tuple[Asked, ...] = ()
    """Questions to the stakeholder with what came back."""
    task: tuple[Part, ...] = ()
    """What the notebook said, part by part."""
    debrief: tuple[FollowUp, ...] = ()
    """Questions for the debrief, from the rubric's templates."""
    replay: Replay | None = None
    """Run again; None when it was not."""
    score: Score | None = None
    """Measured; None where the exercise has no measure here."""
    replay_why: str = ""
    """Why there is no replay."""


def gather(
    attempt: Attempt,
    *,
    signals: tuple[Signal, ...],
    replay: Replay | None,
    score: Score | None = None,
    replay_why: str = "",
) -> Evidence:
    """Return the evidence of an attempt.

    Args:
        attempt: the submission.
        signals: its process evidence.
        replay: its replay; None when it was not run.
        score: its measures; None when it was not measured.
        replay_why: why it was not run.
    """
    return Evidence(
        about=attempt.about,
        findings=attempt.findings,
        written=tuple(_written(attempt)),
        prompts=tuple(_prompts(attempt)),
        timeline=read_timeline(attempt),
        signals=signals,
        kinds=read_kinds(attempt, score),
        runs=read_runs(attempt),
        asked=read_asked(attempt),
        task=read_task(attempt),
        debrief=follow_ups(attempt, signals, score),
        replay=replay,
        score=score,
        replay_why=replay_why,
    )


def _written(attempt: Attempt) -> list[Written]:
    found = [*((k, v, False) for k, v in attempt.texts.items())]
    found += [(k, v, True) for k, v in attempt.artefacts.items()]
    return [
        Written(name=name, text=text[:_MOST_TEXT], is_code=is_code, moment=_moment(attempt, name))
        for name, text, is_code in found
    ]


def _moment(attempt: Attempt, name: str) -> Moment:
    cell_id = f"{attempt.about.exercise}-{name}"
    cell = attempt.cell(cell_id) or next((c for c in attempt.cells if c.name == name), None)
    ran = None
    if cell is not None:
        runs = [e for e in attempt.events if e.kind == "execute_request" and e.cell_id == cell.id]
        ran = runs[-1] if runs else None
    return Moment(
        label=f"{name}, as submitted",
        cell_id=None if cell is None else cell.id,
        seq=None if ran is None else ran.seq,
        share=None if ran is None else round(attempt.own_time.share(ran.at), 4),
    )


def _prompts(attempt: Attempt) -> list[PromptVersion]:
    found = []
    versions = own_versions(attempt)
    for place, version in enumerate(versions):
        earlier = nearest(versions[:place], version)
        first = version.calls[0]
        moment = Moment(
            label=f"prompt version {version.number}",
            cell_id=first.cell_id,
            call_id=first.id,
            share=round(attempt.own_time.share(first.at), 4),
        )
        found.append(
            PromptVersion(
                number=version.number,
                template=version.template[:_MOST_TEXT],
                calls=len(version.calls),
                moment=moment,
                made_from=None if earlier is None else earlier.number,
            )
        )
    return found
