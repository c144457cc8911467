"""The triage scorer: what counts as found, contained, in order; and what hostile claims come to."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

import pytest

from grader.attempt import tool_took
from grader.authoring.solutions import cut
from grader.bench import Bench
from grader.records import Score
from grader.scoring.scoring import has_measures, score, to_value
from harness.core.records import Call
from harness.core.settings import Settings
from tests.grader.scoring import triage_toys
from tests.grader.scoring.triage_toys import claim, probe, room, scored

INDEX = ("index", "the build stopped half way, pages missing")
CACHE = ("cache", "one key is shared between houses")


def value(found: Score, name: str) -> float:
    number = found.components[name].value
    assert number is not None, found.components[name]
    return number


def codes(found: Score) -> set[str]:
    return {flag.code for flag in found.flags}


def uses(*names: str) -> tuple[Call, ...]:
    """The reference's uses of these tools, in their order there."""
    return tuple(call for call in probe("reference").calls if call.alias[5:] in names)


def took(call: Call, minutes: Any) -> Call:
    told = {**(call.response or {}), "took": {"calls": 0, "tokens": 0, "minutes": minutes}}
    return call.model_copy(update={"response": told})


@pytest.mark.sandbox
def test_a_whole_attempt_comes_to_the_same_each_time_and_shows_no_index_of_order() -> None:
    one, other = (score(probe("reference"), bench=Bench.of(Settings())) for _ in range(2))

    assert one == other and has_measures(room())
    assert json.loads(json.dumps(to_value(one)))["scorer"] == {"name": "triage", "version": "1.0.0"}
    assert one.triage is not None and [x.id for x in one.triage.lines if x.is_found] == [
        "R1", "R2", "R3", "R4"
    ]  # fmt: skip
    low, high = one.components["P"].low, one.components["P"].high
    assert low is not None and high is not None and low < value(one, "P") < high


def test_a_cause_is_found_by_an_id_that_bears_on_it_and_that_was_seen() -> None:
    seen = scored({"CAUSES": [claim(*INDEX, 0.9, "CK-32 (pages)")]})
    other = scored({"CAUSES": [claim(*INDEX, 0.9, "ck-33")]})
    unseen = scored({"CAUSES": [claim(*INDEX, 0.9, "cf-13")]})
    unsure = scored({"CAUSES": [claim(*INDEX, 0.4, "ck-32")]})

    assert value(seen, "RC") == pytest.approx(0.42)
    assert [value(one, "RC") for one in (other, unseen, unsure)] == [0, 0, 0]
    assert "unseen_citation" in codes(unseen) and "unseen_citation" not in codes(seen)
    assert "R1 named without any" in unseen.components["RC"].why
    assert any(one.label.startswith("R1: ck-32") for one in seen.components["RC"].evidence)


def test_a_use_of_a_tool_is_evidence_by_its_own_id() -> None:
    call = next(one for one in probe("reference").calls if "ck-32" in json.dumps(one.response))

    assert value(scored({"CAUSES": [claim(*INDEX, 0.9, call.id)]}), "RC") == pytest.approx(0.42)


def test_who_cites_everything_has_proved_nothing_and_who_invents_is_asked() -> None:
    every = [f"ck-{n}" for n in range(31, 40)] + [f"tr-{n:02}" for n in range(1, 20)]
    much = scored({"CAUSES": [claim(*INDEX, 0.9, *every)]})
    invented = scored({"CAUSES": [claim(*INDEX, 0.9, "ck-32", "lg-99", "a feeling")]})

    assert value(much, "RC") == 0 and "cites_everything" in codes(much)
    assert {"invented_citation", "evidence_unread"} <= codes(invented)
    assert "lg-99" in next(f.message for f in invented.flags if f.code == "invented_citation")
    assert value(invented, "RC") == pytest.approx(0.42)


def test_what_no_table_knows_is_left_to_a_reviewer_and_counts_as_nothing() -> None:
    plain = scored({"CAUSES": [claim(*INDEX, 0.9, "ck-32")]})
    more = scored({"CAUSES": [claim(*INDEX, 0.9, "ck-32"), claim("moon", "was full", 1.0)]})

    assert more.triage is not None and more.triage.unmatched == ("moon: was full",)
    assert {n: c.value for n, c in more.components.items()} == {
        n: c.value for n, c in plain.components.items()
    }
    assert codes(more) - codes(plain) == {"causes_unmatched"}


def test_a_herring_that_is_claimed_counts_and_one_that_is_doubted_helps() -> None:
    blamed = scored({"CAUSES": [claim("generator", "the new model is worse", 0.9)]})
    doubted = scored({"CAUSES": [claim("generator", "the new model is worse", 0.1)]})

    assert (value(blamed, "FC"), value(doubted, "FC")) == (0.5, 0)
    assert value(blamed, "B") > value(doubted, "B") and "herring_claimed" in codes(blamed)


def test_the_harm_counts_when_it_is_contained_in_time_and_stays_so() -> None:
    look, fix, *_ = uses("diag")[:1] + uses("fix")
    loose = fix.model_copy(update={
        "id": "call-loose", "response": {"took": {"minutes": "2"}, "result": {
            "component": "cache", "settings": {"enabled": True, "key": "question"}}},
    })  # fmt: skip
    in_time = scored({}, calls=(look, fix))
    late = scored({}, calls=(look, *[took(look, "8")] * 2, fix))
    blindly = scored({}, calls=(fix,))
    again = scored({}, calls=(look, fix, loose))

    assert [value(one, "CT") for one in (in_time, late, blindly, again)] == [1, 0, 1, 0]
    assert "reopened" in codes(again) and "not_verified" in codes(in_time)
    assert in_time.components["CT"].evidence[1].call_id == fix.id


def test_without_a_record_nobody_knows_what_was_seen() -> None:
    found = scored({"CAUSES": [claim(*INDEX, 0.9, "ck-32")]}, calls=())

    for name in ("RC", "CT", "FL", "P"):
        assert found.components[name].status == "unscored", name
    assert found.is_partial and "unseen_citation" not in codes(found)


def test_minutes_on_a_herring_count_once_something_speaks_against_it() -> None:
    model = next(one for one in uses("diag") if "ck-37" in json.dumps(one.response))
    again = model.model_copy(update={"id": "call-again"})

    assert value(scored({}, calls=(model,)), "FL") == 0
    assert value(scored({}, calls=(model, again)), "FL") == pytest.approx(12 / 90, abs=1e-4)


def test_a_fix_counts_for_what_it_mends_and_a_setting_that_is_none_is_named() -> None:
    good = {"component": "cache", "change": {"enabled": False}}
    idle = {"component": "generator", "change": {"temperature": 0.0}}
    none = {"component": "cache", "change": {"size": 3}}
    wrong = {"component": "gateway", "change": {"retries": "two"}}
    worse = {"component": "gateway", "change": {"fall_back": False}}
    found = scored({"FIXES": [good, idle, none, wrong]})
    harmed = scored({"FIXES": [worse]})

    assert 0.1 < value(found, "VF") < 0.25
    assert found.components["VF"].why.startswith("1 of 4 fixes count")
    assert {"fix_unknown"} <= codes(found) and "fix_harms" in codes(harmed)
    assert value(harmed, "VF") == 0


def test_the_log_says_whether_suspects_came_first() -> None:
    assert "suspects_late" not in codes(scored({}))
    assert "suspects_late" in codes(scored({}, record="cheat"))


def test_a_cell_of_suspects_that_was_run_as_given_is_no_suspicion(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    cell = next(one for one in room().cells if one.mark.name == "suspects")
    attempt = probe("reference")
    events = tuple(
        one.model_copy(update={"payload": {**one.payload, "source": cut(cell)}})
        if one.kind == "execute_request" else one
        for one in attempt.events
    )  # fmt: skip
    monkeypatch.setattr(triage_toys, "probe", lambda _: dataclasses.replace(attempt, events=events))

    assert "suspects_late" in codes(scored({}))


DEEP: Any = {"a": {"b": {"c": [{"d": [1, {"e": "x"}]}]}}}
HOSTILE: list[dict[str, Any]] = [
    {"CAUSES": "everything", "PLAN": 7, "FIXES": {"component": "cache"}, "SUSPECTS": None},
    {"CAUSES": [None, 3, "x", [], DEEP], "PLAN": [[]], "FIXES": [DEEP, {"component": DEEP}]},
    {"CAUSES": [claim("cache", "key", p) for p in ("nan", "inf", -1, 2, True, None, "1e400", {})]},
    {"CAUSES": [claim("index" * 500, "half " * 5_000, 1, *["ck-32"] * 9_000)] * 200},
    {"CAUSES": [{"component": "cache", "cause": "key", "p": 1, "evidence": DEEP}]},
    {"CAUSES": [{"component": ["cache"], "cause": {"key": 1}, "p": 1, "evidence": [DEEP, 1]}]},
    {"FIXES": [{"component": "cache", "change": {"enabled": []}}, {"component": "x" * 999,
     "change": {"k" * 999: 1}}, {"component": "gateway", "change": {"retries": 10**400}}]},
    {"PLAN": [{"step": "<script>", "component": "cache", "minutes": "nan"}] * 500},
    {"SUSPECTS": [{"name": "\ud800", "p": "x"}], "CAUSES": [claim("", "", 1, "", "\x00")]},
]  # fmt: skip


@pytest.mark.parametrize("values", HOSTILE)
def test_hostile_claims_have_a_status_and_gain_nothing(values: dict[str, Any]) -> None:
    found = scored(values)

    assert found.index is not None and 0 <= found.index <= 50
    assert all(one.status in ("scored", "unscored") for one in found.components.values())
    assert value(found, "RC") in (0, pytest.approx(0.17))
    json.dumps(to_value(found), allow_nan=False)


def test_cells_that_cannot_be_read_are_an_error_with_its_reason() -> None:
    found = scored({}, problem="SyntaxError: invalid syntax on line 3")

    assert {one.status for one in found.components.values()} == {"error"}
    assert found.index == 0 and codes(found) == {"unreadable"}


@pytest.mark.parametrize("minutes", ["NaN", "sNaN", "-5", "1e30", None, "x", [], {"a": 1}])
def test_a_row_of_the_record_that_makes_no_sense_takes_no_minutes(minutes: Any) -> None:
    odd = took(uses("diag")[0], minutes)
    blank = odd.model_copy(update={"id": "b", "response": None})
    other = odd.model_copy(update={"id": "o", "response": {"result": ["ck-32"], "took": 3}})

    found = scored({"CAUSES": [claim(*CACHE, 0.9, "ck-33")]}, calls=(odd, blank, other))

    assert tool_took(odd).minutes.is_finite()
    assert value(found, "RC") == pytest.approx(0.17)
    assert found.facts["simulated minutes"] == "0, 1 uses of tools"
