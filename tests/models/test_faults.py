"""Laws of the fault layer: each instruction lowers its fault, luck is shared, nothing is magic."""

from __future__ import annotations

from dataclasses import replace
from statistics import correlation

import pytest

from harness.bench.effects import LAWS, Law, bare_pressure
from harness.models.faults import Luck, Pressure, chance, uniform
from harness.models.features import Bank
from harness.models.tiers import TIERS


@pytest.fixture
def bare(bank: Bank) -> Pressure:
    return bare_pressure(bank)


@pytest.mark.parametrize("law", LAWS, ids=lambda law: f"{law.kind}, {law.about}")
def test_an_instruction_lowers_the_fault_it_counters(bare: Pressure, law: Law) -> None:
    values = law.values(bare)

    assert values == sorted(values, reverse=True)
    assert values[0] > values[-1]


def test_abler_tiers_fail_less_in_every_way(bare: Pressure) -> None:
    tiers = [replace(bare, tier=tier) for tier in TIERS.values()]
    for fault in ("invents", "embellishes", "obeys_data", "breaks_format", "is_stale", "misjudges"):
        values = [getattr(one, fault)() for one in tiers]
        assert values == sorted(values, reverse=True), fault


def test_a_field_is_dropped_less_by_an_abler_tier_and_more_at_the_end(bare: Pressure) -> None:
    by_tier = [replace(bare, tier=tier).drops_field(2) for tier in TIERS.values()]

    assert by_tier == sorted(by_tier, reverse=True) and by_tier[0] > by_tier[-1]
    assert bare.drops_field(8) > bare.drops_field(0)


def test_the_middle_of_a_full_window_is_lost_most(bare: Pressure) -> None:
    assert bare.loses(0.9, 0.5) > bare.loses(0.9, 0.0)
    assert bare.loses(0.9, 0.5) > bare.loses(0.1, 0.5)


def test_too_many_instructions_cost_answers_but_only_so_many(bare: Pressure) -> None:
    logits = [replace(bare, overload=o).refuses(0.2) for o in (0.0, 3.0, 9.0)]

    assert logits == sorted(logits)
    assert chance(logits[-1]) < 0.95


def test_two_prompts_share_the_luck_of_an_item() -> None:
    one, two = (Luck(1, 0.0, "", signature) for signature in ("a", "b"))
    items = [str(i) for i in range(400)]
    shared = correlation([one.draw("f", i) for i in items], [two.draw("f", i) for i in items])
    apart = correlation([one.draw("f", i) for i in items], [one.draw("g", i) for i in items])

    assert shared > 0.85
    assert abs(apart) < 0.2


def test_draws_are_uniform() -> None:
    luck = Luck(1, 1.0, "s", "p")
    draws = [luck.draw("f", str(i)) for i in range(2_000)]

    assert abs(sum(draws) / len(draws) - 0.5) < 0.03
    assert abs(sum(d < 0.1 for d in draws) / len(draws) - 0.1) < 0.03
    assert all(0 < uniform(i) < 1 for i in range(100))


def test_heat_loosens_the_shared_luck() -> None:
    items = [str(i) for i in range(400)]

    def agreement(temperature: float) -> float:
        one, two = (Luck(1, temperature, s, "p") for s in ("x", "y"))
        return correlation([one.draw("f", i) for i in items], [two.draw("f", i) for i in items])

    assert agreement(0.0) == pytest.approx(1.0)
    assert agreement(0.5) > agreement(1.0)
