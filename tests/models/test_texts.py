"""Rewriting, summarising, judging texts and small talk: prompts with a check each, no fault drawn.

The prompts were written before the rules that meet them; the share guards against regress.
"""

from __future__ import annotations

import json
import re

from harness.models.engine import Engine
from harness.models.request import ChatRequest

from .conftest import DATA

ROWS = [
    json.loads(line)
    for line in (DATA / "work_texts.jsonl").read_text(encoding="utf-8").splitlines()
]


def is_right(engine: Engine, row: dict[str, list[str]]) -> bool:
    request = ChatRequest.from_wire("sim-medium", row["messages"], {"temperature": 0, "seed": 1})
    said = engine.chat(request).choices[0].text
    return all(re.search(p, said, re.I) for p in row["must"]) and not any(
        re.search(p, said, re.I) for p in row["must_not"]
    )


def test_most_work_on_texts_is_done_right(engine: Engine) -> None:
    wrong = [row["id"] for row in ROWS if not is_right(engine, row)]

    assert len(ROWS) >= 70
    assert len(wrong) <= 0.1 * len(ROWS), wrong
