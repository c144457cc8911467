"""What a reviewer can pin a level to: each thing shown, with its moment and its content.

Runs in T; pure. A candidate's content stands in frames; names and labels are escaped by the screen.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from grader.attempt import Attempt
from grader.page.markup import code_frame, words
from grader.pictures.kills import missed
from grader.records import Moment
from grader.report.evidence import Evidence, Written
from grader.report.prompting import prompt_frame
from grader.review.case import Case
from grader.rubric import Stage

Group = Literal["written", "asked", "prompts", "measures", "process"]
_WORDS_A_MINUTE = 120
"""How fast one reads to judge."""
_COLUMNS = 60
"""Characters in a line of the desk's middle column, at its usual width."""


@dataclass(frozen=True)
class Shown:
    """One thing to look at.

    Attributes:
        id: what it is called on the screen: m1, q2, v3.
        title: what it is; text, not markup.
        moment: where it stands in the record.
        body: its content as markup, hostile parts in frames.
        group: the section it stands in.
        stage: from which stage on it is shown.
        cell: the author's name of its cell; "" when it has none.
        minutes: how long it takes to read, at least one.
        note: a short remark, shown once measures are open.
    """

    id: str
    title: str
    moment: Moment
    body: str
    group: Group
    stage: Stage = "text"
    cell: str = ""
    minutes: int = 1
    note: str = ""


def read_shown(case: Case) -> list[Shown]:
    """Return everything a level can rest on, in the order of the screen."""
    evidence = case.evidence
    return [
        *_written(evidence),
        *_asked(case.attempt),
        *_prompts(evidence),
        *_measures(evidence),
        *_process(evidence),
    ]


def _written(evidence: Evidence) -> Iterator[Shown]:
    for number, one in enumerate(evidence.written, 1):
        count = len(one.text.split())
        sign = "cell" if one.is_code else "text"
        yield Shown(
            id=f"m{number}",
            title=f"{one.name}, {sign}, {count} words",
            moment=one.moment,
            body=code_frame(one.text, title=f"{one.name}, as submitted", columns=_COLUMNS),
            group="written",
            cell=one.name,
            minutes=max(1, round(count / _WORDS_A_MINUTE)),
            note=_prompted(one, evidence),
        )


def _prompted(one: Written, evidence: Evidence) -> str:
    form_at, share = evidence.timeline.form_at, one.moment.share
    if form_at is None or share is None:
        return ""
    return "■ unprompted" if share < form_at else "◧ after the form"


def _asked(attempt: Attempt) -> Iterator[Shown]:
    questions = ideas = 0
    for event in attempt.events:
        load = event.payload
        share = round(attempt.own_time.share(event.at), 4)
        if event.kind == "ask":
            questions += 1
            question = str(load.get("question") or "")
            answer = str(load.get("text") or load.get("answer") or "")
            text = f"asked:    {question}\nanswered: {answer}"
            name, title = f"q{questions}", "A question to the stakeholder"
        elif event.kind == "hypothesis":
            ideas += 1
            text = f"{load.get('id') or ''} {load.get('status') or 'open'}: {load.get('text')}"
            name, title = f"i{ideas}", f"An idea, {load.get('status') or 'open'}"
        else:
            continue
        label = f"{title.lower()}: {text.splitlines()[0]}"[:200]
        moment = Moment(label=label, seq=event.seq, cell_id=event.cell_id, share=share)
        body = code_frame(text[:20_000], title=title, columns=_COLUMNS)
        yield Shown(id=name, title=title, moment=moment, body=body, group="asked")


def _prompts(evidence: Evidence) -> Iterator[Shown]:
    found = evidence.prompts
    for before, after in pairwise((None, *found)):
        if after is None:
            continue
        title = f"Prompt version {after.number}, {after.calls} calls"
        yield Shown(
            id=f"v{after.number}",
            title=title,
            moment=after.moment,
            body=prompt_frame(before, after, title=title),
            group="prompts",
        )


def _measures(evidence: Evidence) -> Iterator[Shown]:
    """Yield each fault that was never noticed, each false alarm, each cell that differs."""
    score, replay = evidence.score, evidence.replay
    if score is not None:
        lost = {run.id for run in missed(score)}
        loud = [run for run in score.runs if run.group == "counted" and "no_ship" in run.seeds]
        for run in [*missed(score), *loud]:
            what = "Missed" if run.id in lost else "False alarm"
            fired = f"{run.fired} of the candidate's own cases set it off"
            yield Shown(
                id=run.id,
                title=f"{what}: {run.about}",
                moment=Moment(label=f"{what.lower()}: {run.about}"[:200]),
                body=f'<p class="m">{words(fired)}</p>' if run.group == "mutant" else "",
                group="measures",
                stage="artefact",
            )
    for cell in replay.cells if replay is not None else ():
        if cell.word in ("same", "not_run"):
            continue
        name = cell.cell_id.removeprefix(f"{evidence.about.exercise}-")
        label = f"{name} replayed: {cell.word.replace('_', ' ')}"
        yield Shown(
            id=f"r{cell.index + 1}",
            title=label,
            moment=Moment(label=label[:200], cell_id=cell.cell_id),
            body=f'<p class="m">{words(cell.why)}</p>',
            group="measures",
            stage="artefact",
        )


def _process(evidence: Evidence) -> Iterator[Shown]:
    for number, turn in enumerate(evidence.timeline.turns, 1):
        label = f"change of mind: {turn.label}"[:200]
        yield Shown(
            id=f"t{number}",
            title=f"◆{number} {turn.label}",
            moment=Moment(label=label, cell_id=turn.cell_id, share=turn.share),
            body="",
            group="process",
            stage="artefact",
        )
    for number, signal in enumerate(evidence.signals, 1):
        if signal.status != "scored":
            continue
        first = signal.moments[0] if signal.moments else Moment(label=signal.title)
        yield Shown(
            id=f"s{number}",
            title=f"{signal.title}: {signal.value}",
            moment=first.model_copy(update={"label": f"{signal.title}: {signal.value}"[:200]}),
            body=f'<p class="m">{words(signal.why)}. How it misleads: {words(signal.misleads)}</p>',
            group="process",
            stage="artefact",
        )
