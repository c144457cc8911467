"""One loaded bank for all model tests: it costs a quarter of a second and 100 MB."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from harness.models.engine import Engine
from harness.models.features import Bank, load_bank
from harness.models.request import ChatReply, ChatRequest

DATA = Path(__file__).parent / "data"


@dataclass(frozen=True)
class DevPrompt:
    """One labelled prompt of the development set."""

    prompt: str
    task: str
    kinds: frozenset[str]
    spans: tuple[tuple[int, int], ...]


@pytest.fixture(scope="session")
def bank() -> Bank:
    return load_bank()


@pytest.fixture(scope="session")
def engine(bank: Bank) -> Engine:
    return Engine(bank=bank)


@pytest.fixture(scope="session")
def ask(engine: Engine) -> Callable[..., ChatReply]:
    """Ask one user prompt; keyword arguments are wire parameters, `model` and `system` apart."""

    def run(
        prompt: str, *, model: str = "sim-medium", system: str = "", **params: Any
    ) -> ChatReply:
        messages = [{"role": "system", "content": system}] if system else []
        messages.append({"role": "user", "content": prompt})
        given = {"temperature": 0, **params}
        return engine.chat(ChatRequest.from_wire(model, messages, given))

    return run


@pytest.fixture(scope="session")
def dev_prompts() -> list[DevPrompt]:
    lines = (DATA / "prompts_dev.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    return [
        DevPrompt(
            row["prompt"],
            row["task"],
            frozenset(row["kinds"]),
            tuple((a, b) for a, b in row["data_spans"]),
        )
        for row in rows
    ]
