"""Statements held against sources: forty pairs of ours, many copying the words of the source."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from harness.models.features import Bank
from harness.models.request import ChatReply
from harness.models.skills.claims import findings

Ask = Callable[..., ChatReply]
SOURCES: dict[str, Any] = tomllib.loads(
    (Path(__file__).parent / "data" / "claims.toml").read_text(encoding="utf-8")
)
PAIRS = [
    (entry["source"].strip(), line.partition(" | ")[2], line.startswith("yes"))
    for entry in SOURCES.values()
    for line in entry["claims"].strip().splitlines()
]
DOCUMENT = (
    "The ferry carries 300 passengers and 40 cars. It leaves at 7:30 and 16:00. Bicycles are free. "
    "Dogs are not allowed in the cabin."
)


@pytest.fixture(scope="module")
def supports(bank: Bank) -> list[tuple[float, bool]]:
    return [
        (min(found.support for found in findings(bank, claim, source)), is_backed)
        for source, claim, is_backed in PAIRS
    ]


def test_most_claims_are_judged_right(supports: list[tuple[float, bool]]) -> None:
    right = sum((support >= 0.5) == is_backed for support, is_backed in supports)

    assert len(supports) == 40
    assert right / len(supports) >= 0.8


def test_backed_claims_rank_above_unbacked_ones_that_copy_words(
    supports: list[tuple[float, bool]],
) -> None:
    backed = [support for support, is_backed in supports if is_backed]
    others = [support for support, is_backed in supports if not is_backed]
    wins = sum((a > b) + 0.5 * (a == b) for a in backed for b in others)

    assert wins / len(backed) / len(others) >= 0.75


@pytest.mark.parametrize(
    ("prompt", "verdict"),
    [
        ("Is the claim supported by the text? Claim: {} Text: {}", "supported"),
        ("Source: {1}\n\nAnswer to check: {0}\n\nReply with PASS or FAIL.", "pass"),
        ("<source>{1}</source>\n<answer>{0}</answer>\nIs the answer faithful? yes or no", "yes"),
    ],
)
def test_the_verdict_is_in_the_words_of_the_prompt(ask: Ask, prompt: str, verdict: str) -> None:
    good = ask(prompt.format("Bicycles are free.", DOCUMENT), model="sim-large")
    bad = ask(prompt.format("The ferry carries 500 passengers.", DOCUMENT), model="sim-large")

    assert good.choices[0].text.lower().startswith(verdict)
    assert not bad.choices[0].text.lower().startswith(verdict)


def test_a_reason_names_the_sentence_that_says_otherwise(ask: Ask) -> None:
    claim = "Dogs are allowed in the cabin."
    prompt = f"Check the claim and give the reason.\nClaim: {claim}\nSource: {DOCUMENT}"

    assert "Dogs are not allowed" in ask(prompt, model="sim-large").choices[0].text


def test_a_scale_is_kept_to(ask: Ask) -> None:
    prompt = (
        "Rate from 1 to 5 how well the answer is supported by the context.\nContext: {}\n"
        "Answer: {}\nScore:"
    )
    texts = ["Bicycles are free.", "The ferry has a casino."]
    scores = [
        int(ask(prompt.format(DOCUMENT, t), model="sim-large").choices[0].text) for t in texts
    ]

    assert scores == [5, 1]


def test_with_one_text_it_asks_for_the_other(ask: Ask) -> None:
    assert "two texts" in ask("Check whether the claim is supported. Claim: ok").choices[0].text
