"""What Ines knows: each fact is found by most ways to ask for it, and hardly ever another."""

from __future__ import annotations

import asyncio
import tomllib

from grader.bench import OWN_EXERCISES
from harness.proctor.photographs import FactSheet
from tests.proctor.test_stakeholder import ABOUT_NOTHING, encode

FACTS = OWN_EXERCISES / "eval-design" / "proctor" / "facts.toml"


def test_fourteen_facts_are_found_by_fifteen_phrasings_each_and_nothing_by_small_talk() -> None:
    sheet = FactSheet.model_validate(tomllib.loads(FACTS.read_text(encoding="utf-8")))
    assert len(sheet.facts) == 14
    assert all(len(set(fact.phrasings)) == 15 for fact in sheet.facts)

    (asked,) = asyncio.run(encode([sheet]))
    recall, wrong = asked.figures()
    idle = sum(bool(asked.match(question).facts) for question in ABOUT_NOTHING)

    assert recall >= 0.90, recall
    assert wrong <= 0.03, wrong
    assert idle <= 2, idle
