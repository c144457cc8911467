"""Small jobs an engineer tries a new model on, each answer checked by patterns: right per area.

Runs on the trusted side; calls the engine in this process. The patterns are ours, the answers any
text. What fools it: an answer with the right words in a wrong sense, and a right one in words that
nobody thought of; read the answers that were counted wrong before you believe a share.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from harness.bench.figures import Figure
from harness.bench.reading import floor_figure
from harness.core.errors import UsageError
from harness.models.engine import Engine
from harness.models.errors import ModelRefused
from harness.models.request import ChatRequest
from harness.models.tiers import tier_named

AREAS = ("answers", "reckon", "texts", "convo")
FLOOR = 0.85
_FIELDS = frozenset({"id", "area", "messages", "must", "must_not", "expected"})


@dataclass(frozen=True)
class Job:
    """One line of a file of jobs.

    Attributes:
        id: unique in its file.
        area: one of AREAS.
        messages: what is sent, each {"role": ..., "content": ...}; the last is the user's.
        must: patterns that all occur in a right answer, whatever the case of its letters.
        must_not: patterns of which none occurs in one.
        expected: what a right answer says, for a reader.
    """

    id: str
    area: str
    messages: tuple[Mapping[str, str], ...]
    must: tuple[re.Pattern[str], ...]
    must_not: tuple[re.Pattern[str], ...]
    expected: str

    def accepts(self, answer: str) -> bool:
        """Whether an answer is right; an empty one never is."""
        said = answer.strip()
        return (
            bool(said)
            and all(pattern.search(said) for pattern in self.must)
            and not any(pattern.search(said) for pattern in self.must_not)
        )


@dataclass(frozen=True)
class Done:
    """A job and what the model made of it.

    Attributes:
        answer: what it said; "refused: ..." where it took no such call.
    """

    job: Job
    answer: str
    is_right: bool


def read_jobs(path: Path) -> list[Job]:
    """Return the jobs in a file, one JSON object a line, at least one.

    Raises:
        UsageError: it cannot be read, a line is no job, or an id comes twice.
    """
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except (OSError, ValueError) as problem:
        raise UsageError(f"{path} cannot be read: {problem}") from problem
    jobs: dict[str, Job] = {}
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            job = _job(json.loads(line))
        except (ValueError, KeyError, TypeError, RecursionError, re.error) as problem:
            raise UsageError(
                f"{path}, line {number} is no job: {problem}; write {{'id', 'area', "
                "'messages', 'must', 'must_not', 'expected'} as JSON, patterns as Python's"
            ) from problem
        if job.id in jobs:
            raise UsageError(f"{path}, line {number}: id {job.id!r} comes twice; rename one")
        jobs[job.id] = job
    if not jobs:
        raise UsageError(f"{path} is empty; name a file of jobs, one JSON object a line")
    return list(jobs.values())


def do_jobs(engine: Engine, jobs: Sequence[Job], *, tier: str = "sim-medium") -> list[Done]:
    """Put each job to a tier at temperature 0 and check the answer.

    A call that the tier refuses (too long, a role it does not take) counts as wrong.

    Raises:
        BadRequest: there is no such tier.
    """
    tier_named(tier)
    out = []
    for job in jobs:
        answer, was_refused = _answer(engine, job, tier)
        out.append(Done(job, answer, is_right=not was_refused and job.accepts(answer)))
    return out


def work_figures(done: Sequence[Done], name: str, *, tier: str = "sim-medium") -> list[Figure]:
    """Return the share of right answers in each area, those counted wrong named below the table.

    Args:
        done: jobs with their answers; areas without one are left out.
        name: of the file, to tell two apart.
        tier: whom the jobs were put to.
    """
    out = []
    for area in AREAS:
        inside = [one for one in done if one.job.area == area]
        if not inside:
            continue
        wrong = [one.job.id for one in inside if not one.is_right]
        right = len(inside) - len(wrong)
        how = f"{right} of {len(inside)}, {tier}, temperature 0; wrong: "
        share = right / len(inside)
        out.append(floor_figure(f"work, {area}, {name}", share, FLOOR, how + _listed(wrong)))
    return out


def wrong_text(done: Sequence[Done]) -> str:
    """Return what was asked last, expected and said, for each answer counted wrong."""
    return "\n\n".join(
        f"{one.job.id} ({one.job.area})\n"
        f"  asked:    {_indented(one.job.messages[-1]['content'])}\n"
        f"  expected: {_indented(one.job.expected)}\n"
        f"  said:     {_indented(one.answer)}"
        for one in done
        if not one.is_right
    )


def _answer(engine: Engine, job: Job, tier: str) -> tuple[str, bool]:
    """What the tier says, and whether it refused the call."""
    try:
        request = ChatRequest.from_wire(
            tier, [dict(message) for message in job.messages], {"temperature": 0}
        )
        return engine.chat(request).choices[0].text, False
    except ModelRefused as problem:
        return f"refused: {problem}", True


def _job(row: Any) -> Job:
    if not isinstance(row, dict) or set(row) != _FIELDS:
        raise ValueError(f"its keys have to be {', '.join(sorted(_FIELDS))}")
    if row["area"] not in AREAS:
        raise ValueError(f"area is {row['area']!r}, not one of {', '.join(AREAS)}")
    messages = tuple(_message(message) for message in row["messages"])
    if not messages or messages[-1]["role"] != "user":
        raise ValueError("the last of its messages has to be the user's")
    if not row["must"]:
        raise ValueError("must is empty, so that any answer would be right")
    return Job(
        id=str(row["id"]),
        area=row["area"],
        messages=messages,
        must=_patterns(row["must"]),
        must_not=_patterns(row["must_not"]),
        expected=str(row["expected"]),
    )


def _message(message: Mapping[str, Any]) -> Mapping[str, str]:
    return {"role": str(message["role"]), "content": str(message["content"])}


def _patterns(raw: Any) -> tuple[re.Pattern[str], ...]:
    if not isinstance(raw, list):
        raise ValueError(f"{raw!r} is no list of patterns")
    return tuple(re.compile(pattern, re.IGNORECASE) for pattern in raw)


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names) if names else "none"


def _indented(text: str) -> str:
    return text.strip().replace("\n", "\n            ")
