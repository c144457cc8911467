"""What Dario knows, each fact with fifteen ways to ask for it and more; and what is rated."""

from __future__ import annotations

import tomllib

from grader.authoring.folder import read_exercise
from grader.bench import OWN_EXERCISES
from grader.rubric import read_rubric
from harness.proctor.photographs import FactSheet

FACTS = OWN_EXERCISES / "cost-estimate" / "proctor" / "facts.toml"


def test_ten_facts_have_ways_to_ask_for_them_that_differ() -> None:
    sheet = FactSheet.model_validate(tomllib.loads(FACTS.read_text(encoding="utf-8")))
    said = [one.casefold() for fact in sheet.facts for one in fact.phrasings]

    assert len(sheet.facts) == 10
    assert all(len(fact.phrasings) >= 15 for fact in sheet.facts)
    assert len(set(said)) == len(said)


def test_the_rubric_has_the_five_dimensions_and_three_that_the_bar_asks_more_of() -> None:
    rubric = read_rubric(read_exercise(OWN_EXERCISES / "cost-estimate"))

    assert rubric is not None
    assert [one.id for one in rubric.dimension] == [
        "structure", "data", "drivers", "changes", "economics",
    ]  # fmt: skip
    assert {one.id for one in rubric.dimension if one.starred} == {
        "structure",
        "drivers",
        "changes",
    }
    assert {one.kind for one in rubric.dimension} == {"text", "artefact"}
