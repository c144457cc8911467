"""Has cells looked at in the sandbox, as check() would in a candidate's session.

Runs in T. The cells are an author's, and run behind the walls all the same: what comes back is
parsed as a stranger's.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from grader.authoring.data_card import Given
from grader.bench import Bench
from harness.core.canonical import parse_json
from harness.core.card import ArtefactRule
from harness.core.errors import BadJournal
from harness.sandbox.job import SandboxJob
from harness.sandbox.program import started

WALL_S = 90.0
_MOST_LINES = 10_000
_INSIDE = Path(__file__).with_name("contract_inside.py")
_ASKED = {"name", "kind", "calls", "returns", "one_of", "keys", "model"}


@dataclass(frozen=True)
class Cells:
    """Artefact cells and what they are looked at by.

    Attributes:
        slug: the exercise; cells run in a folder of this name.
        sources: name of each cell to its text, in order.
        rules: the contract.
        given: data files, below data/.
    """

    slug: str
    sources: Mapping[str, str]
    rules: Sequence[ArtefactRule]
    given: Sequence[Given]


def look(cells: Cells, bench: Bench) -> Iterator[str]:
    """Yield what is odd, in words; nothing when the contract is met.

    Args:
        cells: what is looked at.
        bench: where it runs.
    """
    names = dict(enumerate(cells.sources, 1))
    task = {
        "answer": _answer(cells.rules),
        "cpu_s": int(WALL_S),
        "cells": [
            {"number": number, "source": cells.sources[name]} for number, name in names.items()
        ],
        "rules": [rule.model_dump(mode="json", include=_ASKED) for rule in cells.rules],
    }
    is_over = False
    for said in _said(cells, task, bench):
        is_over = is_over or said.get("end") is True
        done, found = said.get("done"), said.get("found")
        if isinstance(done, dict) and isinstance(found, dict):
            yield _tell(done, found, names)
    if not is_over:
        yield f"its cells did not come to an end within {WALL_S:.0f} seconds, or ended Python"


def _said(cells: Cells, task: dict[str, Any], bench: Bench) -> Iterator[dict[str, Any]]:
    with tempfile.TemporaryDirectory(prefix="aud-c-", ignore_cleanup_errors=True) as name:
        work = Path(name) / "work"
        data = work / cells.slug / "data"
        data.mkdir(parents=True)
        for one in cells.given:
            (data / one.said.name).write_bytes(one.data)
        job = SandboxJob(rung=bench.rung.name, work=work, limits=bench.limits)
        source = _INSIDE.read_text(encoding="utf-8")
        with started(job, bench.python, source, folder=cells.slug, wall_s=WALL_S) as program:
            program.send(json.dumps(task).encode())
            for _ in range(_MOST_LINES):
                line = program.receive()
                if line is None:
                    return
                try:
                    value = parse_json(line, what="a line from inside")
                except BadJournal:
                    return
                if isinstance(value, dict):
                    yield value


def _answer(rules: Sequence[ArtefactRule]) -> str:
    """Return what a model says to everything: what the contract itself offers as an answer."""
    offered = [rule.model for rule in rules if rule.model]
    offered += [rule.one_of[0] for rule in rules if rule.one_of]
    return next(iter(offered), "a word")


def _tell(done: dict[str, Any], found: dict[str, Any], names: Mapping[int, str]) -> str:
    cell = done.get("cell")
    who = f"the cell {names.get(cell, '?')!r}" if isinstance(cell, int) else str(done.get("name"))
    what = found.get("what")
    texts = [found.get(key) for key in ("error", "missing", "got", "at")]
    more = next((str(text)[:160] for text in texts if text is not None), "")
    told = {
        "missing": "is not defined",
        "kind": f"is of another kind ({more})",
        "word": f"gives a word that the contract does not have ({more})",
        "key": f"lacks the key {more!r}",
        "nan": f"holds a number that is none ({more})",
        "infinite": f"holds an infinite number ({more})",
        "exit": "ends Python",
        "magic": "holds a line that is IPython's own",
    }
    return f"{who} {told.get(str(what), f'stops with {more}')}"
