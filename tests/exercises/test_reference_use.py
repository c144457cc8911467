"""The purses hold twice what their references use, and what stands in hidden/ is what was used."""

from __future__ import annotations

import tomllib

import pytest

from grader.authoring.folder import read_exercise
from grader.bench import OWN_EXERCISES
from tests.exercises.reference_use import MEASURED

pytestmark = [pytest.mark.sandbox, pytest.mark.timeout(300)]


@pytest.mark.parametrize("slug", MEASURED)
def test_a_reference_uses_what_was_written_down_and_half_of_the_purse_at_most(slug: str) -> None:
    place = OWN_EXERCISES / slug / "hidden" / "measured.toml"
    written = tomllib.loads(place.read_text(encoding="utf-8"))["measured"]
    used, purse = MEASURED[slug](), read_exercise(OWN_EXERCISES / slug).card.purse

    found = used.rounded()
    # luck above temperature 0 moves a few tokens of an answer
    assert written["tokens"] == pytest.approx(found.pop("tokens"), rel=0.03)
    assert float(written["usd"]) == pytest.approx(float(found.pop("usd")), rel=0.06)
    assert {name: written[name] for name in found} == found
    assert 2 * used.calls <= (purse.calls or 0)
    assert 2 * used.tokens <= (purse.tokens or 0)
    assert 2 * used.usd <= (purse.usd or 0)
