"""The tables of the model that are not answers: what does not hold is told by its name."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from harness.bench.counter import (
    change,
    counter_figures,
    read_bands,
    read_shop,
    settings_of,
    without_example,
)
from harness.bench.effects import WORDINGS, Wording, change_figure, law_figures
from harness.bench.figures import Figure
from harness.bench.model import exercise_folder, labelled_folder
from harness.bench.shift import read_bands as read_shift_bands
from harness.bench.shift import read_messages, shift_figures
from harness.bench.witnesses import read_expected, witness_figures
from harness.core.errors import UsageError
from harness.models.engine import Engine
from harness.models.features import Bank, load_bank
from harness.models.kinds import NAMES
from harness.models.mutants.registry import FAMILIES
from harness.models.reading import read_prompt

DATA = Path(__file__).parents[1] / "models" / "data"


@pytest.fixture(scope="module")
def bank() -> Bank:
    return load_bank()


@pytest.fixture(scope="module")
def engine(bank: Bank) -> Engine:
    return Engine(bank=bank)


@pytest.fixture
def spoilt(tmp_path: Path) -> Callable[[str, str], Path]:
    """A copy of the witnesses in which a pattern of expected.toml is replaced."""

    def copy(pattern: str, new: str) -> Path:
        folder = tmp_path / "witnesses"
        shutil.copytree(DATA / "witnesses", folder)
        path = folder / "expected.toml"
        text, count = re.subn(pattern, new, path.read_text("utf-8"))
        assert count == 1
        path.write_text(text, "utf-8")
        return folder

    return copy


def missed(figures: list[Figure]) -> list[Figure]:
    return [one for one in figures if not one.met]


def test_the_folders_of_the_checkout_are_found() -> None:
    assert (labelled_folder() / "counter_table.toml").exists()
    assert read_shop(exercise_folder()).questions


def test_mutants_and_equivalents_of_each_family_hold() -> None:
    figures = witness_figures(DATA / "witnesses", is_quick=True)

    assert missed(figures) == []
    for family in FAMILIES:
        assert sum(bool(re.search(rf"\b{family}\b", one.name)) for one in figures) == 7


def test_a_mutant_with_too_few_witnesses_is_named(spoilt: Callable[[str, str], Path]) -> None:
    folder = spoilt(r"least_witnesses = 3", "least_witnesses = 5")
    found = missed(witness_figures(folder, is_quick=True))

    told = next(one for one in found if one.name.startswith("classify: fewest witnesses"))
    assert told.ours == 3
    assert "classify-rare-harm-lost has 3" in told.how
    assert "classify-never-abstains has 4" in told.how
    assert "classify-flaky-20 has" not in told.how


def test_a_trigger_that_misses_is_named_with_what_it_hit(
    spoilt: Callable[[str, str], Path],
) -> None:
    folder = spoilt(r"(?m)^(classify-rare-harm-lost) = .*$", r'\1 = ["T30", "T31"]')
    (told,) = missed(witness_figures(folder, is_quick=True))

    assert told.ours == 16
    assert told.how == "classify-rare-harm-lost fires on T30 T31 T32, not on T30 T31"


@pytest.mark.parametrize(
    ("pattern", "new", "word"),
    [
        (r"(?m)^classify-never-abstains", "classify-never-abstain", "classify-never-abstain'"),
        (r"draws = 2000", "draws = 0", "draws"),
        (r"draws = 2000", "drawn = 2000", "drawn"),
        (r"draws = 2000", "draws = ", "cannot be read"),
    ],
)
def test_a_slip_in_what_is_expected_is_told(
    spoilt: Callable[[str, str], Path], pattern: str, new: str, word: str
) -> None:
    with pytest.raises(UsageError, match=word):
        read_expected(spoilt(pattern, new))


def test_a_prompt_outside_its_band_is_not_met(engine: Engine, tmp_path: Path) -> None:
    path = tmp_path / "bands.toml"
    path.write_text("[given]\ninvented = [0.0, 0.1]\nright = [0.2, 0.6]\n", "utf-8")
    shop = read_shop(exercise_folder())
    invented, right = counter_figures(engine, shop, read_bands(path), is_quick=True)

    assert not invented.met and right.met
    assert invented.target == "0.00 to 0.10"
    assert "invented 0." in invented.how
    assert not [one for one in shop.questions if one.text in invented.how]


def test_a_band_of_no_prompt_or_no_share_is_told(engine: Engine, tmp_path: Path) -> None:
    path = tmp_path / "bands.toml"
    path.write_text("[giben]\ninvented = [0.0, 0.1]\n", "utf-8")
    with pytest.raises(UsageError, match="'giben'"):
        counter_figures(engine, read_shop(exercise_folder()), read_bands(path))

    for text in ("[given]\ninvented = [0.0, 7]", "[given]\nmade_up = [0, 1]", "[given", "x = 1"):
        path.write_text(text, "utf-8")
        with pytest.raises(UsageError, match=r"bands\.toml"):
            read_bands(path)


def test_a_change_that_would_change_nothing_is_refused(tmp_path: Path) -> None:
    shop = read_shop(exercise_folder())
    prompts = [one.template for one in settings_of(shop).values()]

    assert len(set(prompts)) == 5  # two pairs differ by their context alone
    with pytest.raises(UsageError, match="begins with 'Nothing'"):
        change(shop.given, "Nothing")
    with pytest.raises(UsageError, match="example"):
        without_example("{context} {question}")


def test_a_folder_that_is_no_room_is_told(tmp_path: Path) -> None:
    room = tmp_path / "room"
    shutil.copytree(exercise_folder() / "proctor", room / "proctor")

    with pytest.raises(UsageError, match=r"prompt\.txt"):
        read_shop(room)

    shutil.copytree(exercise_folder() / "public", room / "public")
    (room / "hidden").mkdir()
    (room / "hidden" / "holdout.jsonl").write_text('{"canary": "x"}\n', "utf-8")
    with pytest.raises(UsageError, match="no question"):
        read_shop(room)


def test_every_kind_that_counters_a_fault_lowers_it(bank: Bank) -> None:
    figures = law_figures(bank)

    assert missed(figures) == []
    told = {kind for kind in NAMES for one in figures if one.name.startswith(f"kind {kind},")}
    assert set(NAMES) - told == {"tiebreak", "lang"}


@pytest.mark.parametrize("wording", WORDINGS, ids=lambda one: one.kind)
def test_a_wording_is_read_as_its_kind_and_stands_in_each_of_20_prompts(
    bank: Bank, wording: Wording
) -> None:
    without, given = wording.prompts(""), wording.prompts(wording.line)
    before, after = (read_prompt(bank, (("user", some[0]),)) for some in (without, given))

    assert len(without) == len(given) == 20
    assert all(wording.line in one for one in given)
    assert not any(wording.line in one for one in without)
    assert wording.kind in after.found.kinds.given
    assert wording.kind not in before.found.kinds.given


@pytest.mark.parametrize(
    ("changes", "met"), [([-2, -1, -3], True), ([-2, 0, 1], False), ([-1], True), ([0], False)]
)
def test_a_change_counts_when_it_lies_two_standard_errors_below_nothing(
    changes: list[float], met: bool
) -> None:
    assert change_figure("x", changes).met is met


def test_a_share_outside_its_band_of_shift_is_told_by_cause_and_tier(bank: Bank) -> None:
    messages = {"new-names": read_messages(DATA)["new-names"][:3]}
    figures = shift_figures(
        bank, messages, {"new-names": {"sim-large": (0.0, 0.01)}}, is_quick=True
    )

    assert [one.name for one in missed(figures) if "ms" not in one.name] == [
        "shift, new-names, sim-large: sorted right, share"
    ]
    assert "without the term" in figures[0].how


@pytest.mark.parametrize("cause, tier", [("noise", "sim-small"), ("plain", "sim-huge")])
def test_a_band_of_shift_for_what_is_not_measured_is_named(
    bank: Bank, cause: str, tier: str
) -> None:
    with pytest.raises(UsageError, match=f"{cause}.*{tier}"):
        shift_figures(bank, {"plain": []}, {cause: {tier: (0.0, 1.0)}})


def test_files_of_shift_that_cannot_be_read_are_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no messages"):
        read_messages(tmp_path)
    with pytest.raises(UsageError, match="no bands"):
        read_shift_bands(tmp_path / "shift_table.toml")
    (tmp_path / "shift_table.toml").write_text("[plain]\nsim-small = [0.5, 2.0]\n")
    with pytest.raises(UsageError, match="shift_table"):
        read_shift_bands(tmp_path / "shift_table.toml")
