"""What Ines knows: fifteen facts, each with fifteen ways to ask for it and more."""

from __future__ import annotations

import tomllib

from grader.bench import OWN_EXERCISES
from harness.proctor.photographs import FactSheet

FACTS = OWN_EXERCISES / "eval-design" / "proctor" / "facts.toml"


def test_fifteen_facts_have_ways_to_ask_for_them_that_differ() -> None:
    sheet = FactSheet.model_validate(tomllib.loads(FACTS.read_text(encoding="utf-8")))
    said = [one.casefold() for fact in sheet.facts for one in fact.phrasings]

    assert len(sheet.facts) == 15
    assert all(len(fact.phrasings) >= 15 for fact in sheet.facts)
    assert len(set(said)) == len(said)
