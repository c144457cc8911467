"""A submitted prompt and what it puts into its context, rendered in the sandbox as text.

Runs in T. The candidate's cells run behind the walls alone; what comes back is bytes, parsed with
caps, and is a claim: a prompt and texts, which the model is then asked here.
"""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from grader.attempt import Attempt
from grader.bench import Bench
from grader.replay.replaying import lay_out
from harness.core.canonical import parse_json
from harness.core.errors import BadJournal
from harness.sandbox.job import SandboxJob
from harness.sandbox.program import started

NAMES = ("VERDICTS", "HYPOTHESES")
_INSIDE = Path(__file__).with_name("rendering_inside.py")
_WALL_S = 60.0
_PLACE = re.compile(r"\{context\}|\{question\}")


@dataclass(frozen=True)
class Rendered:
    """What the marked cells came to.

    Attributes:
        template: FIXED_PROMPT; None where it is no text.
        contexts: one for each question; None where the function in use was left as it is.
        values: VERDICTS and HYPOTHESES as plain values; hostile in their content.
        problem: what a cell raised, or why nothing could be read; "" for nothing.
    """

    template: str | None = None
    contexts: tuple[str, ...] | None = None
    values: Mapping[str, Any] = field(default_factory=dict)
    problem: str = ""


def render(attempt: Attempt, bench: Bench, doc: str, questions: Sequence[str]) -> Rendered:
    """Run an attempt's marked cells in the sandbox and build the context of every question.

    Args:
        attempt: the submission.
        bench: where it runs.
        doc: the handbook.
        questions: what staff ask; nothing that says what is right.
    """
    place = {cell.name: cell.index for cell in reversed(attempt.cells) if cell.kind == "artefact"}
    cells = [{"name": name, "source": text} for name, text in attempt.artefacts.items()]
    cells.sort(key=lambda cell: place.get(cell["name"], len(attempt.cells)))
    task = {"cells": cells, "names": NAMES, "doc": doc, "questions": list(questions)}
    with tempfile.TemporaryDirectory(prefix="aud-r-", ignore_cleanup_errors=True) as name:
        work = Path(name) / "work"
        lay_out(attempt, work)
        job = SandboxJob(rung=bench.rung.name, work=work, limits=bench.limits)
        source, slug = _INSIDE.read_text(encoding="utf-8"), attempt.about.exercise
        with started(job, bench.python, source, folder=slug, wall_s=_WALL_S) as program:
            line = program.receive() if program.send(json.dumps(task).encode()) else None
            why = "the marked cells took longer than they may"
            if not program.is_over_time:
                why = "the marked cells ended their process, or spoke nonsense"
    return _read(line, len(questions), why)


def filled(template: str, context: str, question: str) -> str:
    """Return a prompt with its places filled; what is filled in is not looked into again."""
    values = {"{context}": context, "{question}": question}
    return _PLACE.sub(lambda mark: values[mark[0]], template)


def _read(line: bytes | None, count: int, why: str) -> Rendered:
    try:
        said = parse_json(line, what="the cells' line") if line is not None else None
    except BadJournal:
        said = None
    if not isinstance(said, dict):
        return Rendered(problem=why)
    template, values = said.get("template"), said.get("values")
    contexts, of = said.get("contexts"), said.get("of")
    problem = str(said.get("problem") or "")[:400]
    chosen: tuple[str, ...] | None = None
    if isinstance(contexts, list):
        try:
            chosen = tuple(str(contexts[int(n)]) for n in of) if isinstance(of, list) else ()
        except (IndexError, TypeError, ValueError):
            chosen = ()
        if len(chosen) != count:
            return Rendered(problem=problem or "build_context gave no text for each question")
    return Rendered(
        template=template if isinstance(template, str) else None,
        contexts=chosen,
        values=values if isinstance(values, dict) else {},
        problem=problem,
    )
