"""The data scorer on whole attempts: what it makes of trouble, of cheats and of sound work."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from grader.attempt import Attempt
from grader.authoring.calibrate_given import attempt_of
from grader.authoring.folder import Exercise, read_exercise
from grader.authoring.new import TEMPLATES
from grader.authoring.stats_items import items_of
from grader.authoring.stats_reading import Sat
from grader.bench import Bench
from grader.pictures.data import draw_data, sentence
from grader.records import Score
from grader.report import gather, render
from grader.scoring.arena import Arena, Loaded
from grader.scoring.data import IN_INDEX, DataScorer
from grader.scoring.data_reading import read_table
from grader.scoring.data_truth import Table
from grader.scoring.scoring import has_measures, score
from grader.signals import read_signals
from grader.unrecorded.files import read_files
from harness.core.settings import Settings

ROOM = TEMPLATES / "data"
NASTY = "</text><script>alert(1)</script>\x1b[31m"


@pytest.fixture(scope="module")
def exercise() -> Exercise:
    return read_exercise(ROOM)


@pytest.fixture(scope="module")
def table(exercise: Exercise) -> Table:
    found = read_table(exercise)
    assert found is not None
    return found


@pytest.fixture(scope="module")
def attempt(exercise: Exercise) -> Attempt:
    return attempt_of(exercise, read_files(ROOM / "hidden" / "probes" / "empty"))


def sound(table: Table, wanted: int = 6) -> dict[str, Any]:
    """What somebody hands over who found the first so many defects."""
    return {
        "FINDINGS": [
            {"claim": one.about, "row_ids": list(one.rows), "effect": one.effect[0], "action": "x"}
            for one in table.sheet.defects[:wanted]
        ],
        "CORRECTED": {"accuracy": 0.72, "range": [0.58, 0.86], "on": "28 rows"},
        "RELABEL_FIRST": [row.id for row in table.rows.values() if row.label != row.right],
    }


def scored(attempt: Attempt, table: Table, values: dict[str, Any], problem: str = "") -> Score:
    arena = SimpleNamespace(loaded=Loaded(values=values, problem=problem))
    return DataScorer().score(attempt, cast(Arena, arena), table)


def codes(found: Score) -> set[str]:
    return {flag.code for flag in found.flags}


def test_who_finds_all_and_says_what_they_do_has_all(attempt: Attempt, table: Table) -> None:
    found = scored(attempt, table, sound(table))

    assert found.index == 100 and codes(found) == set()
    assert {name: one.value for name, one in found.components.items()} == dict.fromkeys(IN_INDEX, 1)
    assert found.components["F"].evidence[0].cell_id == "data-findings"
    assert found.components["RL"].evidence[0].cell_id == "data-numbers"
    assert scored(attempt, table, sound(table)) == found


def test_intervals_hold_the_value_and_are_those_of_80_percent(
    attempt: Attempt, table: Table
) -> None:
    found = scored(attempt, table, sound(table, 3)).components

    for one in found.values():
        assert one.value is not None and one.low is not None and one.high is not None
        assert one.low <= one.value <= one.high
    low, high = found["F"].low, found["F"].high
    assert low is not None and high is not None and 0.1 < low < 0.4 and 0.6 < high < 0.9


def test_a_guessed_number_is_worth_nothing_without_a_finding(
    attempt: Attempt, table: Table
) -> None:
    found = scored(attempt, table, {**sound(table, 0), "RELABEL_FIRST": []})

    assert found.index == 0
    assert {"no_findings", "number_without_finding"} <= codes(found)
    assert "no finding stands behind it" in found.components["C"].why


@pytest.mark.parametrize("wanted", [1, 2, 3, 6])
def test_more_that_is_found_is_worth_more(wanted: int, attempt: Attempt, table: Table) -> None:
    less, more = (scored(attempt, table, sound(table, n)).index for n in (wanted - 1, wanted))

    assert less is not None and more is not None and less < more


def test_guessing_by_groups_is_worth_less_than_two_defects_found(
    attempt: Attempt, table: Table
) -> None:
    """A cheat that names each label, each outcome and each split as a finding."""
    rows = table.rows.values()
    groups: list[list[str]] = [
        [row.id for row in rows if row.label == label]
        for label in ("electrics", "textiles", "wood")
    ]
    groups += [[row.id for row in rows if row.is_test is here] for here in (True, False)]
    groups += [[row.id for row in rows if row.label != row.pred]]
    listed = [{"claim": "?", "row_ids": ids, "effect": "up", "action": "?"} for ids in groups]
    cheat = scored(attempt, table, {**sound(table), "FINDINGS": listed})
    honest = scored(attempt, table, sound(table, 2))

    assert cheat.components["KP"].value == 0 and cheat.index == 0
    assert honest.index is not None and honest.index > 40


def test_what_matches_nothing_goes_to_the_reviewer_and_is_not_called_false(
    attempt: Attempt, table: Table
) -> None:
    defects = table.sheet.defects
    own = {"claim": NASTY, "row_ids": [defects[1].rows[0], defects[5].rows[0]], "effect": "up",
           "action": ""}  # fmt: skip
    base = sound(table)
    found = scored(attempt, table, {**base, "FINDINGS": [*base["FINDINGS"], own]})

    assert found.index == 100
    assert found.data is not None and found.data.findings[-1].matches == "unmatched"
    assert codes(found) == {"unmatched_findings"}


def test_a_finding_in_sound_rows_and_one_of_harmless_ones_are_asked_about(
    attempt: Attempt, table: Table
) -> None:
    odd = table.sheet.oddities[0]
    sound_rows = sorted(table.clean - table.odd)[:5]
    listed = [
        {"claim": "a", "row_ids": sound_rows, "effect": "up", "action": ""},
        {"claim": "b", "row_ids": list(odd.rows), "effect": "down", "action": ""},
        {"claim": "c", "row_ids": list(odd.rows), "effect": "unknown", "action": "leave it"},
    ]
    found = scored(attempt, table, {"FINDINGS": listed})

    assert {"sound_rows_accused", "harmless_accused", "no_number"} <= codes(found)
    assert found.data is not None
    assert [one.matches for one in found.data.findings] == ["unmatched"] + [
        f"{odd.id}, harmless"
    ] * 2
    assert sum("Finding 2 is about" in flag.message for flag in found.flags) == 1
    assert not any("Finding 3" in flag.message for flag in found.flags)


@pytest.mark.parametrize(
    ("corrected", "code"),
    [
        ({"accuracy": 0.91, "range": [0.85, 0.95]}, "believed"),
        ({"accuracy": 0.72, "range": [0.0, 1.0]}, "range_cannot_be_wrong"),
        ({"accuracy": 0.8, "range": [0.76, 0.9]}, "truth_outside_range"),
        ({"accuracy": 0.73, "range": [0.73, 0.74]}, "range_too_narrow"),
        ({"accuracy": 0.5, "range": [0.6, 0.85]}, "number_outside_own_range"),
    ],
)
def test_a_number_raises_its_question(
    corrected: dict[str, Any], code: str, attempt: Attempt, table: Table
) -> None:
    found = scored(attempt, table, {**sound(table), "CORRECTED": corrected})

    assert code in codes(found)


@pytest.mark.parametrize(
    "values",
    [
        {"FINDINGS": "x" * 2000, "CORRECTED": [1], "RELABEL_FIRST": {"a": 1}},
        {"FINDINGS": [float("nan"), None, [[[["R001"]]]], {"row_ids": "all"}]},
        {"FINDINGS": [{"row_ids": ["R999"] * 200, "effect": "up"}], "RELABEL_FIRST": ["nobody"]},
        {"CORRECTED": {"accuracy": "nan", "range": ["inf", "-inf"]}, "RELABEL_FIRST": [[]] * 200},
        {"FINDINGS": [{"claim": NASTY * 200, "row_ids": ["R001"], "effect": NASTY}] * 200},
    ],
    ids=range(5),
)
def test_hostile_values_get_a_status_and_a_question(
    values: dict[str, Any], attempt: Attempt, table: Table
) -> None:
    found = scored(attempt, table, values)

    assert found.index == 0 and found.is_partial
    for name, one in found.components.items():
        assert one.status in ("scored", "error") and one.why, name
    assert codes(found) & {"claims_unread", "ids_not_there"}
    assert Score.model_validate_json(found.model_dump_json(by_alias=True)) == found


def test_names_that_are_not_there_are_an_error_with_its_reason(
    attempt: Attempt, table: Table
) -> None:
    found = scored(attempt, table, {}, problem="NameError: pandas on line 3")
    broken = scored(attempt, table, {**sound(table), "FINDINGS": {"claim": "?"}})

    assert found.components["F"].status == "error" and found.index == 0
    assert "NameError: pandas on line 3" in found.components["F"].why
    assert codes(found) == {"unreadable"}
    assert broken.components["F"].why == "FINDINGS is no list" and broken.index == 0
    assert broken.components["RL"].value == 1


def test_the_report_draws_it_and_lets_no_word_of_theirs_out(attempt: Attempt, table: Table) -> None:
    listed = sound(table, 3)
    listed["FINDINGS"].append({"claim": NASTY, "row_ids": ["R001"], "effect": "up", "action": ""})
    listed["CORRECTED"]["on"] = NASTY
    found = scored(attempt, table, listed)
    page = render(gather(attempt, score=found, signals=read_signals(attempt), replay=None))

    assert found.data is not None
    assert "What the findings come to" in page and "Sound rows left alone (KP)" in page
    assert sentence(found.data).startswith("3 of 6 planted defects were found; 91% was reported")
    assert "<script>alert(1)" not in page and "\x1b" not in page
    assert 'role="img"' in draw_data(found.data) and "<details>" in draw_data(found.data)
    assert str(found.index) not in page


def test_stats_know_its_measures_in_their_order(attempt: Attempt, table: Table) -> None:
    sat = [
        Sat(score=scored(attempt, table, sound(table, n % 7)), recorded=True, calls=0, usd=0.0,
            asked=0, unanswered=0)
        for n in range(14)
    ]  # fmt: skip
    items = items_of(sat)

    assert tuple(one.name for one in items) == IN_INDEX
    assert items[0].about == "planted defects found" and items[0].rest is not None


@pytest.mark.sandbox
@pytest.mark.timeout(120)
def test_code_that_looks_for_the_truth_is_measured_by_what_it_hands_over(
    exercise: Exercise, tmp_path: Path
) -> None:
    (tmp_path / "artefacts.py").write_text(
        "# cell: findings\nimport glob\nimport numpy as np\n"
        "class Odd(dict):\n    def items(self):\n        raise OSError('no')\n"
        "LEAKED = [one for up in ('', '../', '/home/*/') for one in glob.glob(up + 'hidden/*')]\n"
        "FINDINGS = [{'claim': repr(LEAKED), 'row_ids': lambda df: df.row_id, 'effect': 'up'},"
        " {'claim': 'np', 'row_ids': np.array(['R001', 'R002']), 'effect': 'down'}]\n"
        "\n# cell: numbers\n"
        "CORRECTED = {'accuracy': np.float64('nan'), 'range': (np.inf, -np.inf)}\n"
        "RELABEL_FIRST = [{}] * 100000\n",
        encoding="utf-8",
    )
    found = score(attempt_of(exercise, read_files(tmp_path)), bench=Bench.of(Settings()))

    assert has_measures(exercise) and found.scorer == "data"
    assert found.data is not None
    assert [one.rows for one in found.data.findings] == [0, 2]
    assert found.data.findings[0].claim == "[]"
    assert found.data.accuracy is None and found.index == 0
    assert {"claims_unread", "no_number"} <= codes(found)
