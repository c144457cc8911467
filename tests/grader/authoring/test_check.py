"""Each broken folder is named by its rule at its place, and good ones by none."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.authoring.checks import Finding, check, reference_contract
from grader.authoring.checks.listing import RULES
from grader.authoring.checks.room import READINGS, open_room
from grader.bench import OWN_EXERCISES
from harness.core.errors import UsageError
from tests.grader.authoring.folders import expected, make_broken, make_tiny

QUICK = [name for name, wanted in expected().items() if not wanted.slow]
SLOW = [name for name, wanted in expected().items() if wanted.slow]


def errors(found: list[Finding]) -> list[Finding]:
    return [one for one in found if one.severity == "error"]


def named(name: str, found: list[Finding]) -> list[Finding]:
    """The findings that are what the table says of a broken folder."""
    wanted = expected()[name]
    return [
        one for one in found
        if one.rule == wanted.rule and one.severity == wanted.severity
        and one.place.startswith(wanted.place)
    ]  # fmt: skip


@pytest.mark.parametrize("name", QUICK)
def test_a_broken_folder_is_named_by_its_rule_and_by_no_other(name: str, tmp_path: Path) -> None:
    found = check(make_broken(name, tmp_path), fast=True)
    wanted = expected()[name]

    assert named(name, found), found
    assert {one.rule for one in errors(found)} <= {wanted.rule, *wanted.also}
    for one in found:
        assert one.what and one.remedy and str(tmp_path) not in one.place + one.what


@pytest.mark.sandbox
@pytest.mark.parametrize("name", SLOW)
def test_what_code_has_to_show_is_named_as_well(name: str, tmp_path: Path) -> None:
    folder = make_broken(name, tmp_path)
    quick, found = check(folder, fast=True), check(folder)

    assert errors(quick) == []
    assert named(name, found), found
    assert {one.rule for one in errors(found)} == {expected()[name].rule}


@pytest.mark.sandbox
def test_the_tiny_good_folder_has_no_finding_but_that_it_was_never_released(
    tmp_path: Path,
) -> None:
    found = check(make_tiny(tmp_path))

    assert [(one.rule, one.severity) for one in found] == [("drift", "warning")]


@pytest.mark.sandbox
@pytest.mark.parametrize("slug", ["practice", "eval-design"])
def test_the_exercises_of_this_repository_raise_no_error(slug: str) -> None:
    folder = OWN_EXERCISES / slug

    assert errors(check(folder, fast=True)) == []
    assert reference_contract.RULE.findings(open_room(folder)) == []


@pytest.mark.soak
@pytest.mark.timeout(1200)
def test_the_probes_of_eval_design_come_to_their_ranges() -> None:
    """The long way; `tests/exercises/test_eval_design_probes.py` proves the ranges each day."""
    assert errors(check(OWN_EXERCISES / "eval-design")) == []


def test_a_full_exercise_is_larger_than_a_pilot(tmp_path: Path) -> None:
    folder = make_tiny(tmp_path)
    places = {one.place for one in errors(check(folder, grade="full", fast=True))
              if one.rule == "sizes"}  # fmt: skip

    assert places == {
        "hidden/export_gold.jsonl", "hidden/holdout.jsonl", "hidden/mutants.toml",
        "hidden/probes.toml",
    }  # fmt: skip
    with pytest.raises(UsageError, match="pilot, full"):
        check(folder, grade="half")


def test_findings_are_gathered_and_not_the_first_alone(tmp_path: Path) -> None:
    folder = make_broken("stakeholder-differs", tmp_path)
    for file, old, new in (
        ("exercise.toml", '"sim-medium"', '"sim-huge"'),
        ("source.py", ' tags=["parameters"]', ""),
        ("hidden/mutants.toml", "rate = 0.03", "rate = 0.5"),
        ("data.toml", 'name = "given_12.csv"', 'name = "given.csv"'),
    ):
        path = folder / file
        path.write_text(path.read_text().replace(old, new))
    rules = [one.rule for one in errors(check(folder, fast=True))]

    assert {"stakeholder", "models", "parameters", "data"} <= set(rules)


def test_every_rule_has_a_code_of_its_own_and_says_what_why_wrong_and_right() -> None:
    codes = [rule.code for rule in RULES] + [code for code, *_ in READINGS]

    assert len(codes) == len(set(codes)) and len(RULES) >= 25
    for rule in RULES:
        said = __import__(rule.find.__module__, fromlist=["x"]).__doc__ or ""
        assert rule.find.__module__.endswith(rule.code.replace("-", "_"))
        for word in ("What:", "Why:", "Wrong:", "Right:"):
            assert word in said, (rule.code, word)


def test_every_rule_that_a_table_expects_is_there() -> None:
    codes = {rule.code for rule in RULES} | {code for code, *_ in READINGS} | {"layout"}

    assert {wanted.rule for wanted in expected().values()} <= codes


def test_progress_is_told_rule_by_rule(tmp_path: Path) -> None:
    told: list[tuple[int, int, str]] = []
    check(make_tiny(tmp_path), fast=True, progress=lambda *one: told.append(one))

    count = sum(not rule.is_slow for rule in RULES)
    assert told[0] == (0, count, RULES[0].code)
    assert told[-1] == (count, count, "")
