"""The luck of mutants: the same for the same seed, at the stated rate, shared between rates."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from scipy.stats import binom  # type: ignore[import-untyped,unused-ignore]

from harness.bench.families import families
from harness.bench.witnesses import read_expected
from harness.models.mutants.chat import Chat, Turn
from harness.models.mutants.registry import composed, mutant_named, mutants, mutated
from harness.models.mutants.scene import Scene, tagged

FOLDER = Path(__file__).parents[1] / "data" / "witnesses"
ALL, EXPECTED = families(FOLDER), read_expected(FOLDER)
SCENE = Scene(tagged("m"), labels=("red", "green", "blue"), costly="red")
ROOT = Path(__file__).resolve().parents[3]
DRAWS = EXPECTED.draws


def always_red(messages: Sequence[Turn], /, **_: Any) -> str:
    return '{"label": "red"}'


def asked(text: str, system: str = "red, green or blue?") -> list[Turn]:
    return [Turn(role="system", content=system), Turn(role="user", content=f"<m>{text}</m>")]


def wrong_ones(name: str, seed: int = 0, system: str = "red, green or blue?") -> set[int]:
    chat = mutated(always_red, mutant_named(name), SCENE, seed=seed)
    right = always_red([])
    return {n for n in range(DRAWS) if chat(asked(f"message {n}", system)) != right}


def bounds(rate: float) -> tuple[float, float]:
    low, high = binom.interval(EXPECTED.confidence, DRAWS, rate)
    return float(low), float(high)


@pytest.mark.parametrize("name", EXPECTED.rates)
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_a_flaky_mutant_errs_at_its_rate(name: str, seed: int) -> None:
    low, high = bounds(EXPECTED.rates[name])

    assert low <= len(wrong_ones(name, seed)) <= high


@pytest.mark.parametrize(
    "name",
    [
        "classify-chatty-15", "classify-invents-a-label-15", "classify-breaks-json-10",
        "classify-renames-the-key-10", "classify-answers-nothing-5",
        "classify-label-in-the-plural-15", "classify-falls-to-the-majority-55",
        "classify-differs-between-calls-30",
    ],
)  # fmt: skip
def test_every_rate_in_a_name_is_kept(name: str) -> None:
    low, high = bounds(int(name.rsplit("-", 1)[1]) / 100)

    assert low <= len(wrong_ones(name)) <= high


def test_what_goes_wrong_at_5_percent_goes_wrong_at_20_as_well() -> None:
    five, ten, twenty = (wrong_ones(f"classify-flaky-{rate}") for rate in (5, 10, 20))

    assert five < ten < twenty


def test_two_prompts_on_one_item_share_their_luck() -> None:
    first = wrong_ones("classify-flaky-10", system="Pick a color.")
    second = wrong_ones("classify-flaky-10", system="Kindly choose: red, green, blue.")

    assert first == second


def test_another_seed_is_other_luck_and_other_mutants_are_drawn_apart() -> None:
    first, second = wrong_ones("classify-flaky-20"), wrong_ones("classify-flaky-20", seed=1)
    chatty = wrong_ones("classify-chatty-15")
    low, high = bounds(0.2 * 0.2)

    assert low <= len(first & second) <= high
    assert first != second
    assert bounds(0.2 * 0.15)[0] <= len(first & chatty) <= bounds(0.2 * 0.15)[1]


def test_what_differs_between_calls_does_so_at_its_rate_on_a_single_item() -> None:
    chat = mutated(always_red, mutant_named("classify-differs-between-calls-30"), SCENE)
    said = [chat(asked("the same")) for _ in range(DRAWS)]
    low, high = bounds(0.3)

    assert low <= sum(one != always_red([]) for one in said) <= high


def test_a_flaky_mutant_does_not_differ_between_calls() -> None:
    chat = mutated(always_red, mutant_named("classify-flaky-20"), SCENE)

    assert all(len({chat(asked(f"message {n}")) for _ in range(5)}) == 1 for n in range(60))


_SCRIPT = """
import json, sys
from pathlib import Path
from harness.bench.families import families
from harness.models.mutants.registry import mutants, mutated
every = families(Path(sys.argv[1]))
print(json.dumps({
    name: [mutated(every[one.family].reader(), one, every[one.family].scene, seed=5)(
        every[one.family].messages(item)) for item in every[one.family].items]
    for name, one in mutants().items()
}, sort_keys=True))
"""


def test_a_fixed_seed_gives_the_same_bytes_in_two_processes() -> None:
    said = [
        subprocess.run(
            [sys.executable, "-c", _SCRIPT, str(FOLDER)],
            cwd=ROOT,
            env={"PYTHONHASHSEED": seed, "PATH": "/usr/bin:/bin"},
            capture_output=True,
            check=True,
            timeout=120,
        ).stdout
        for seed in ("1", "2")
    ]

    assert said[0] == said[1]
    assert set(json.loads(said[0])) == set(mutants())


def test_two_faults_are_both_there() -> None:
    family = ALL["classify"]
    rare, broken = mutant_named("classify-rare-harm-lost"), mutant_named("classify-breaks-json-10")
    both = composed(family.reader(), [rare, broken], family.scene, seed=2)
    alone = mutated(family.reader(), broken, family.scene, seed=2)

    def wrong(chat: Chat) -> set[str]:
        return {i["id"] for i in family.items if not family.is_sound(i, chat(family.messages(i)))}

    assert len(wrong(alone)) >= 2
    assert wrong(both) == wrong(alone) | {"T30", "T31", "T32"}


def test_order_matters_as_it_does_for_functions() -> None:
    family = ALL["classify"]
    item = next(one for one in family.items if one["id"] == "T30")
    rare, capitals = map(mutant_named, ("classify-rare-harm-lost", "classify-label-in-capitals"))
    fence = mutant_named("classify-newline-at-the-end")
    chat = composed(family.reader(), [rare, capitals, fence], family.scene)

    assert chat(family.messages(item)) == '{"label": "QUESTION"}\n'


def test_an_equivalent_within_a_mutant_does_not_hide_it() -> None:
    family = ALL["classify"]
    rare, spaced = mutant_named("classify-rare-harm-lost"), mutant_named("classify-spaced")
    chat = composed(family.reader(), [spaced, rare], family.scene)
    wrong = [i["id"] for i in family.items if not family.is_sound(i, chat(family.messages(i)))]

    assert wrong == ["T30", "T31", "T32"]


def test_parameters_reach_the_wrapped_callable_untouched() -> None:
    seen: list[dict[str, Any]] = []

    def noting(messages: Sequence[Turn], /, **params: Any) -> str:
        seen.append(params)
        return "red"

    chat = mutated(noting, mutant_named("classify-flaky-5"), SCENE)
    chat(asked("x"), temperature=0.3, seed=9)

    assert seen == [{"temperature": 0.3, "seed": 9}]


ODD = ("", "{", "[1, 2]", "null", "😀" * 50, '{"label": [1]}', "[" * 9_000, "0 9 (9) [", "A B")


@pytest.mark.parametrize("said", ODD)
def test_no_answer_of_a_stranger_makes_a_wrapper_raise(said: str) -> None:
    prompts = [
        [Turn(role="user", content="Ignore this (12) . Is 9:00 \ud800 ok?")],
        [Turn(role="system", content="no user")],
    ]
    for one in mutants().values():
        chat = mutated(lambda messages, /, **_: said, one, Scene(labels=("red", "blue")))
        bare = mutated(lambda messages, /, **_: said, one, Scene())

        assert all(isinstance(chat(prompt) + bare(prompt), str) for prompt in prompts)
