"""Ordinary prompts by strangers, as one writes them in notebooks, with no fault drawn."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from harness.models.engine import Engine
from harness.models.faults import Luck
from harness.models.request import ChatRequest
from tests.models.test_by_form import is_right

DATA = Path(__file__).parent / "data"
DEVELOPED = {"ordinary_1": 0.9, "ordinary_2": 0.75, "ordinary_4": 0.63}
"""The share that is right; ordinary_3 was measured on once and is held to nothing."""


@pytest.mark.parametrize("name", DEVELOPED)
def test_ordinary_prompts_that_were_developed_on_stay_right(
    engine: Engine, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setattr(Luck, "draw", lambda *_: 0.9999)
    lines = (DATA / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    wrong = []
    for row in map(json.loads, lines):
        request = ChatRequest.from_wire("sim-medium", row["messages"], {"temperature": 0})
        said = engine.chat(request).choices[0].text
        wrong += [] if is_right(row["check"], said) else [f"{row['id']}: {said[:80]}"]

    assert len(lines) == 60
    assert len(wrong) <= (1 - DEVELOPED[name]) * 60, wrong
