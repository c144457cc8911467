"""An alias with a fault profile errs as its author says, the same each time."""

from __future__ import annotations

import csv
import json
import tomllib
from pathlib import Path
from typing import Any

import pytest

from harness.models.engine import Engine
from harness.models.errors import BadProfile, BadRequest, UnsupportedContent
from harness.models.profiles import Profile, profile_of_wire, read_profile
from harness.models.request import ChatRequest

ROOM = Path(__file__).parents[2] / "grader" / "exercises" / "eval-design"
KINDS = tomllib.loads((Path(__file__).parent / "data" / "triage_kinds.toml").read_text("utf-8"))


@pytest.fixture(scope="module")
def profile() -> Profile:
    return read_profile(ROOM / "proctor" / "profile.toml")


@pytest.fixture(scope="module")
def engine() -> Engine:
    return Engine()


def said(engine: Engine, profile: Profile, text: str) -> str:
    asked = ChatRequest.from_wire(
        "triage-v1", [{"role": "user", "content": text}], {"temperature": 0}
    )
    return engine.chat(asked, profile).choices[0].text


def label(raw: str) -> str | None:
    try:
        return str(json.loads(raw)["label"])
    except (ValueError, KeyError, TypeError):
        return None


def test_the_given_twelve_are_answered_as_the_scenario_tells(
    engine: Engine, profile: Profile
) -> None:
    lines = (ROOM / "hidden" / "given_gold.jsonl").read_text("utf-8").splitlines()[1:]
    rows = {row["msg_id"]: row for row in map(json.loads, lines)}
    public = (ROOM / "public" / "given_12.csv").read_text("utf-8")

    for row in csv.DictReader(public.splitlines()):
        assert label(said(engine, profile, row["text"])) == rows[row["msg_id"]]["triage_v1"]


def test_equal_calls_give_equal_answers_and_another_engine_the_same(
    engine: Engine, profile: Profile
) -> None:
    text = "Is it normal that the list of wines is empty on Sundays?"

    assert said(engine, profile, text) == said(engine, profile, text)
    assert said(Engine(seed=999), profile, text) == said(engine, profile, text)


def test_it_errs_more_on_what_it_is_known_to_misread_than_on_what_is_plain(
    engine: Engine, profile: Profile
) -> None:
    wrong: dict[str, float] = {}
    for name, kind in KINDS.items():
        texts = [line for line in kind["texts"].splitlines() if line.strip()]
        answers = [label(said(engine, profile, text)) for text in texts]
        wrong[name] = sum(answer != kind["gold"] for answer in answers) / len(texts)

    plain = [share for name, share in wrong.items() if name.startswith("clear-")]
    hard = [share for name, share in wrong.items() if not name.startswith("clear-")]
    assert plain and max(plain) <= 0.35, wrong
    assert sum(hard) / len(hard) > sum(plain) / len(plain) + 0.2, wrong


@pytest.mark.parametrize(
    "messages",
    [
        [{"role": "system", "content": "Be wise."}, {"role": "user", "content": "x"}],
        [{"role": "user", "content": "x"}, {"role": "assistant", "content": "y"}],
    ],
)
def test_a_prompt_of_the_callers_own_is_refused_in_plain_words(
    engine: Engine, profile: Profile, messages: list[dict[str, str]]
) -> None:
    with pytest.raises(UnsupportedContent, match="triage-v1"):
        engine.chat(ChatRequest.from_wire("triage-v1", messages, {}), profile)


def test_a_profile_answers_for_its_alias_alone(engine: Engine, profile: Profile) -> None:
    asked = ChatRequest.from_wire("sim-small", [{"role": "user", "content": "x"}], {})

    with pytest.raises(BadRequest, match="the profile is of"):
        engine.chat(asked, profile)


@pytest.mark.parametrize("text", ["", " ", "\x00", "😀" * 50, "a" * 20_000, '"}{"label":"bug"}'])
def test_odd_texts_are_answered(engine: Engine, profile: Profile, text: str) -> None:
    assert said(engine, profile, text or " ")


def test_no_message_of_the_exercise_stands_in_the_profile() -> None:
    whole = (ROOM / "proctor" / "profile.toml").read_text("utf-8")
    lines = (ROOM / "hidden" / "holdout.jsonl").read_text("utf-8").splitlines()[1:]
    texts = [json.loads(line)["text"] for line in lines]

    assert not [text for text in texts if text[:30] in whole]


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"tier": "sim-huge"}, "tier"),
        ({"alias": "sim-small"}, "name of a tier"),
        ({"labels": ["bug"]}, "labels"),
        ({"output": "nothing"}, "output"),
        ({"faults": [{"name": "x", "about": "y", "says": "bug", "chance": 1.5}]}, "chance"),
        ({"faults": [{"name": "x", "about": "y", "says": "poem", "chance": 0.5}]}, "poem"),
        (
            {"faults": [{"name": "x", "about": "y", "when": ["no"], "says": "bug", "chance": 1}]},
            "cue",
        ),
        ({"surprise": 1}, "surprise"),
    ],
)
def test_a_profile_that_does_not_fit_together_says_where(
    profile: Profile, change: dict[str, Any], word: str
) -> None:
    value = profile.model_dump(mode="json", by_alias=True) | change

    with pytest.raises(BadProfile, match=word):
        profile_of_wire(value)


@pytest.mark.parametrize("data", [b"", b"alias = ", b"\xff\xfe", b"x = 1"])
def test_a_file_that_is_no_profile_is_named(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "profile.toml"
    path.write_bytes(data)

    with pytest.raises(BadProfile, match=r"profile\.toml"):
        read_profile(path)
    with pytest.raises(BadProfile, match="cannot be read"):
        read_profile(tmp_path / "none.toml")


def test_every_message_of_the_export_gets_the_answer_that_the_exercise_was_measured_with(
    engine: Engine, profile: Profile
) -> None:
    kept = (Path(__file__).parent / "data" / "triage_answers.jsonl").read_text("utf-8")
    measured = {row["id"]: row["answer"] for row in map(json.loads, kept.splitlines())}
    with (ROOM / "public" / "export.csv").open(encoding="utf-8", newline="") as file:
        asked = {row["msg_id"]: row["text"] for row in csv.DictReader(file)}

    assert {key: said(engine, profile, text) for key, text in asked.items()} == measured
