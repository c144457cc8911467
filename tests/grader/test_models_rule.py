"""Every model on a card is a tier or the alias of the exercise's own profile."""

from __future__ import annotations

import dataclasses

import pytest

from grader.authoring.folder import read_exercise
from grader.authoring.photograph import photograph
from grader.bench import OWN_EXERCISES
from grader.errors import NotReleasable

ROOM = OWN_EXERCISES / "eval-design"


def test_the_profile_is_photographed_for_the_proctor_and_for_nobody_else() -> None:
    names = [name for name in photograph(read_exercise(ROOM)) if "profile" in name]

    assert names == ["harness/proctor/photographs/eval-design/profile.json"]


def test_an_alias_without_a_profile_and_a_profile_without_its_alias_refuse_the_release() -> None:
    exercise = read_exercise(ROOM)
    bare = dataclasses.replace(exercise, profile=None)
    card = exercise.card.model_copy(update={"models": ("sim-small",)})

    with pytest.raises(NotReleasable, match="'triage-v1' is neither a tier"):
        photograph(bare)
    with pytest.raises(NotReleasable, match="is not on the card"):
        photograph(dataclasses.replace(exercise, card=card))
