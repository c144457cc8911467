"""Kinds of failure: which of them the candidate had in mind, unprompted, after the form, or not.

Runs in T; pure functions of an Attempt. Read from words that the candidate wrote and from equal
calls; it is a list of places to look at, never points. Source: exercises' SPEC, amendments 1, 12.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from grader.attempt import Attempt
from grader.records import ModelRun, Moment, Score
from grader.signals.moments import at_call
from harness.core.records import Call, Event, Record

When = Literal["unprompted", "after_form", "not_shown"]
WORDS: dict[When, str] = {
    "unprompted": "unprompted", "after_form": "after the form", "not_shown": "not shown",
}  # fmt: skip
MISLEADS = (
    "Cues are English words: who writes in another language or only in code can have had a kind in "
    "mind without a cue, and a word can be written without a thought. Read the place before you "
    "believe either; not shown means that no cue was found, no more."
)
_MOST_MOMENTS = 4
_ROUND = 48
"""Characters of a quotation on either side of its cue."""
_IMPORT = re.compile(r"^\s*(?:import|from)\s.*$", re.MULTILINE)
_SOLUTION = re.compile(r"### BEGIN SOLUTION.*?### END SOLUTION", re.DOTALL)
_SPACE = re.compile(r"\s+")


class Kind(BaseModel):
    """A kind of failure and the words that tell of it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = Field(pattern=r"^[a-z][a-z0-9_]{1,39}$")
    """Its name."""
    title: str
    """For the page."""
    about: str
    """What it is, in a few words."""
    cues: tuple[str, ...] = Field(min_length=1)
    """Regular expressions; each begins at the start of a word."""
    faults: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    """Exercise to its planted faults of this kind, by id."""

    @property
    def pattern(self) -> re.Pattern[str]:
        """All its cues as one."""
        return re.compile(r"(?<!\w)(?:" + "|".join(self.cues) + ")", re.IGNORECASE)


class KindShown(Record):
    """What the record shows of one kind of failure."""

    kind: str = Field(pattern=r"^[a-z][a-z0-9_]{1,39}$")
    """Which."""
    title: str
    """For the page."""
    about: str
    """What it is, in a few words."""
    when: When
    """unprompted: before part two came; after_form: later; not_shown: no cue was found."""
    before: tuple[Moment, ...] = ()
    """Where it shows before part two, the earliest first; each label quotes the words."""
    after: tuple[Moment, ...] = ()
    """Where it shows later."""
    note: str = Field(default="", max_length=400)
    """What planted faults of this kind came to, where an exercise has them."""


@dataclass(frozen=True)
class Said:
    """Words of the candidate's own.

    Attributes:
        text: without lines that were given.
        place: what it is: "plan", "question".
        moment: where, its label empty.
        is_before: whether they came before part two.
    """

    text: str
    place: str
    moment: Moment
    is_before: bool


@cache
def all_kinds() -> tuple[Kind, ...]:
    """Return the kinds, in the order they are shown."""
    text = Path(__file__).with_name("kinds.toml").read_text(encoding="utf-8")
    return tuple(Kind.model_validate(one) for one in tomllib.loads(text)["kinds"])


def read_kinds(attempt: Attempt, score: Score | None = None) -> tuple[KindShown, ...]:
    """Return every kind of failure with what the record shows of it, in the order of the page.

    Args:
        attempt: the submission.
        score: its measures; planted faults in it are told beside their kind.
    """
    said = list(_said(attempt))
    runs = score.runs if score is not None else ()
    return tuple(
        _shown(attempt, kind, said).model_copy(update={"note": _note(attempt, kind, runs)})
        for kind in all_kinds()
    )


def _note(attempt: Attempt, kind: Kind, runs: Sequence[ModelRun]) -> str:
    ids = kind.faults.get(attempt.about.exercise, ())
    told = []
    for run in runs:
        if run.id in ids:
            count = f"{run.seeds.count('no_ship')} of {len(run.seeds)}"
            told.append(f"planted: {run.about}, refused {count}")
    return "; ".join(told)[:400]


def earliest(found: Sequence[KindShown]) -> When:
    """Return the best word that several exercises give a kind: unprompted in one is enough."""
    order: list[When] = ["unprompted", "after_form", "not_shown"]
    return min((one.when for one in found), key=order.index, default="not_shown")


def _shown(attempt: Attempt, kind: Kind, said: list[Said]) -> KindShown:
    places = [
        (one.is_before, _quoting(one, found))
        for one in said
        if (found := kind.pattern.search(one.text)) is not None
    ]
    if kind.id == "instability":
        places += list(_repeats(attempt))
    places.sort(key=lambda place: not place[0])  # stable: the earliest stay first
    when: When = "not_shown"
    if places:
        when = "unprompted" if places[0][0] else "after_form"
    before = tuple(moment for is_before, moment in places if is_before)
    after = tuple(moment for is_before, moment in places if not is_before)
    return KindShown(
        kind=kind.id, title=kind.title, about=kind.about, when=when,
        before=before[:_MOST_MOMENTS], after=after[:_MOST_MOMENTS],
    )  # fmt: skip


def _quoting(one: Said, found: re.Match[str]) -> Moment:
    start, end = max(0, found.start() - _ROUND), found.end() + _ROUND
    words = _SPACE.sub(" ", one.text[start:end]).strip()
    head, tail = "… " if start else "", " …" if end < len(one.text) else ""
    return one.moment.model_copy(update={"label": f"{one.place}: “{head}{words}{tail}”"[:200]})


def _said(attempt: Attempt) -> Iterator[Said]:
    """Yield the candidate's own words: plans and code as run, questions, ideas; then texts."""
    form = next((event.at for event in attempt.events if event.kind == "part_delivered"), None)
    given = _given_lines(attempt)
    told = _told(attempt)
    seen: set[str] = set()
    for event in attempt.events:
        text, place = _words_of(event, attempt)
        own = "\n".join(line for line in text.splitlines() if line.strip() not in given)
        own = _IMPORT.sub("", own)
        for one in told if event.kind == "execute_request" else ():
            own = own.replace(one, "")  # a question or an idea stands for itself
        if event.kind == "ask" and any(text in line for line in given):
            continue
        if own.strip() and own not in seen:
            seen.add(own)
            moment = Moment(
                label="", seq=event.seq, cell_id=event.cell_id,
                share=round(attempt.own_time.share(event.at), 4),
            )  # fmt: skip
            yield Said(own, place, moment, form is None or event.at < form)
    recorded = any(event.kind == "execute_request" for event in attempt.events)
    for name, text in attempt.texts.items():
        if name == "plan" and recorded:
            continue  # it was run, and stands above with its time
        cell = attempt.cell(f"{attempt.about.exercise}-{name}")
        moment = Moment(label="", cell_id=name if cell is None else cell.id)
        yield Said(text, f"text {name}", moment, name == "plan")


def _told(attempt: Attempt) -> list[str]:
    """Return questions and ideas, which stand in the source of a cell as well."""
    words = [_words_of(event, attempt)[0] for event in attempt.events
             if event.kind in ("ask", "hypothesis")]  # fmt: skip
    return [one for one in words if one]


def _words_of(event: Event, attempt: Attempt) -> tuple[str, str]:
    load = event.payload
    if event.kind == "ask":
        return str(load.get("question") or ""), "question"
    if event.kind == "hypothesis":
        return str(load.get("text") or ""), "idea"
    if event.kind != "execute_request":
        return "", ""
    source = str(load.get("source") or "")
    if source.lstrip().startswith("%%plan"):
        return source, "plan"
    name = (event.cell_id or "").removeprefix(f"{attempt.about.exercise}-")
    return source, f"cell {name}"[:60]


def _given_lines(attempt: Attempt) -> set[str]:
    """Return the lines that were given, so that a form's own words are nobody's idea."""
    if attempt.exercise is not None:
        sources = [_SOLUTION.sub("", cell.text) for cell in attempt.exercise.cells]
    else:
        sources = [cell.source for cell in attempt.cells if cell.kind in ("given", "check")]
    return {line.strip() for source in sources for line in source.splitlines()}


def _repeats(attempt: Attempt) -> Iterator[tuple[bool, Moment]]:
    """Yield the first equal call of each cell: made again in one run, or asked for n answers."""
    form = next((event.at for event in attempt.events if event.kind == "part_delivered"), None)
    firsts: set[tuple[object, str]] = set()
    told: set[str | None] = set()
    for call in attempt.model_calls:
        run = (call.msg_id, call.key)
        if (run in firsts or _count(call) > 1) and call.cell_id not in told:
            told.add(call.cell_id)
            label = "the same request more than once"
            yield form is None or call.at < form, at_call(attempt, call, label)
        firsts.add(run)


def _count(call: Call) -> int:
    count = call.request.get("n")
    return count if isinstance(count, int) else 1
