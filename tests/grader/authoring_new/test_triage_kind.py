"""The kind `triage`: its world is drawn from its own files, and its tools keep hostile uses out."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from grader.authoring.calibrate import measure_of
from grader.authoring.checks import check
from grader.authoring.draw_command import draw_, drifted, write_tables
from grader.authoring.draw_triage import draw_triage
from grader.authoring.folder import read_exercise
from grader.authoring.new import TEMPLATES, make_exercise
from grader.scoring.triage_sheet import read_triage
from grader.scoring.triage_world import World, shares
from harness.core.errors import BadExercise, ProctorAway
from harness.proctor.errors import Refusal
from harness.proctor.tools import words
from harness.proctor.tools.kinds import answer, price
from harness.proctor.tools.menus import Menus
from harness.proctor.tools.request import find_tool, read_use
from harness.proctor.tools.sheet import Menu
from harness.proctor.worker import Worker
from tests.grader.builders import everything_below, swap

ROOM = TEMPLATES / "triage"
WISHES = [
    ("are the failures worse for one of the three co-operatives?", "ck-31"),
    ("do longer chats go wrong more often", "ck-31"),
    ("compare number of documents in search with the handbook", "ck-32"),
    ("was last night's index job completed?", "ck-32"),
    ("can an alder tenant get birch's answer", "ck-33"),
    ("turn off caching and see whether the reply changes", "ck-33"),
    ("does the system prompt survive when there are many turns", "ck-34"),
    ("are we rate limited in the evening", "ck-35"),
    ("how much traffic goes to wren-1", "ck-35"),
    ("does retrieval bring the correct page", "ck-36"),
    ("A/B heron-3 versus heron-4", "ck-37"),
    ("was there an outage at the vendor", "ck-38"),
    ("rerun our regression suite", "ck-39"),
]
ABOUT_NOTHING = ["what is the weather", "list every check you have", "make me a sandwich", "hello"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the template."""
    return Path(shutil.copytree(ROOM, tmp_path / "triage"))


@pytest.fixture
def anyio_backend() -> str:
    """The loop that the proctor runs on."""
    return "asyncio"


def errors(folder: Path) -> list[tuple[str, str]]:
    return [(x.rule, x.place) for x in check(folder, fast=True) if x.severity == "error"]


def test_the_templates_numbers_are_what_the_script_draws() -> None:
    drawn = draw_triage(ROOM)

    assert len(drawn) == 12 and drifted(ROOM, drawn) == []


def test_a_new_exercise_is_as_it_was_drawn_under_its_own_name(tmp_path: Path) -> None:
    folder = make_exercise("night-desk", "triage", tmp_path)

    assert drifted(folder, draw_triage(folder)) == []


def test_shares_are_what_each_cause_adds_and_a_fix_of_one_hides_behind_another() -> None:
    exercise = read_exercise(ROOM)
    triage = read_triage(exercise)
    assert triage is not None
    world, sheet = World(exercise, triage), triage.sheet
    fixes = {one.id: one.fix for one in sheet.causes}
    alone = world.bad(world.start) - world.bad(world.changed(fixes["R1"]))
    after = world.bad(world.changed(fixes["R3"])) - world.bad(
        world.changed(fixes["R3"], fixes["R1"])
    )

    assert sum(shares(world, fixes).values()) == pytest.approx(1)
    assert sum(one.share for one in sheet.causes) == pytest.approx(1, abs=0.02)
    assert after.sum() > alone.sum()  # stored answers are given out until the cache is mended


def test_a_changed_world_is_drawn_anew_and_its_shares_are_asked_for(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    swap(folder / "hidden" / "world.toml", "chance = 0.11", "chance = 0.3")
    monkeypatch.setenv("AUDITION_EXERCISES", str(folder.parent))
    before = CliRunner().invoke(draw_, ["triage", "--check"])
    done = CliRunner().invoke(draw_, ["triage"])
    after = CliRunner().invoke(draw_, ["triage", "--check"])

    assert (before.exit_code, done.exit_code, after.exit_code) == (1, 0, 0)
    assert "share of the bad answers: R1 0.6" in done.stderr
    assert {rule for rule, _ in errors(folder)} == {"planted-causes"}
    assert ("planted-causes", "hidden/triage.toml, R1") in errors(folder)


@pytest.mark.parametrize(
    ("place", "old", "new", "told"),
    [
        ("hidden/world.toml", "seed = 418", 'seed = "x"', "hidden/world.toml"),
        ("hidden/world.toml", "line = 8", "line = 7", "no place is taken twice"),
        ("hidden/world.toml", "chance = 0.11", "chance = 0.11\nuniform = true", "say one of"),
        ("hidden/menu.toml", "{bad by lang}", "{bad by moon}", "no column 'moon'"),
        ("proctor/tools/replay.toml", "held * shared", "gone * shared", "'stale'"),
        ("proctor/tools/replay.toml", "held * shared", "held.shared", "not offered"),
        (
            "hidden/probes/average/uses.toml",
            "offline test once more",
            "tea",
            "no check of the menu",
        ),
    ],
)
def test_what_does_not_fit_is_named_and_nothing_is_drawn(
    place: str, old: str, new: str, told: str, folder: Path
) -> None:
    swap(folder / place, old, new)
    before = everything_below([folder])

    with pytest.raises(BadExercise, match=told):
        write_tables(folder, draw_triage(folder))
    assert everything_below([folder]) == before


@pytest.mark.anyio
async def test_a_wish_finds_its_check_and_nonsense_finds_none() -> None:
    async def nothing(*_: object) -> None:
        return None

    menu, worker = read_exercise(ROOM).tools.tools["diag"], Worker()
    assert isinstance(menu, Menu)
    worker.start(nothing)
    try:
        menus = Menus(worker)
        for _ in range(12):  # a busy machine loads the model slowly
            try:
                await worker.wait_ready()
                break
            except ProctorAway:
                continue
        found = [await menus.nearest(("triage", "diag"), menu, wish) for wish, _ in WISHES]
        off = [await menus.nearest(("triage", "diag"), menu, wish) for wish in ABOUT_NOTHING]
    finally:
        await worker.close()

    ids = [one and one.cases[0].result["id"] for one in found]
    assert sum(a == b for a, (_, b) in zip(ids, WISHES, strict=True)) >= len(WISHES) - 1
    assert off == [None] * len(ABOUT_NOTHING)


def test_looking_is_proposed_first_and_what_was_mended_shows() -> None:
    exercise = read_exercise(ROOM)
    menu, tool = exercise.tools.tools["diag"], find_tool(exercise.card.tools, "diag")
    assert isinstance(menu, Menu)
    found = next(one for one in menu.checks if one.title.startswith("one question asked"))
    ask, do = (
        read_use(tool, {"look_at": "is it shared", "confirm": sure}) for sure in (False, True)
    )
    start = exercise.tools.start
    mended = {**start, "cache": {**start["cache"], "key": "house, question"}}

    assert answer(menu, ask, start, found).result["minutes"] == "5"
    assert (price(menu, ask, found).minutes, price(menu, do, found).minutes) == (0, 5)
    assert "20 times alder" in str(answer(menu, do, start, found).result)
    assert "alder: each house its own" in str(answer(menu, do, mended, found).result)
    left = words.minutes_used_up("diag", takes=found.minutes, left=found.minutes - 1,
                                 limit=exercise.card.purse.minutes or found.minutes)  # fmt: skip
    assert "would take 5 simulated minutes, and 4 of 90 are left" in str(left)


HOSTILE: list[tuple[str, dict[str, Any]]] = [
    ("diag", {"look_at": "x" * 201}), ("diag", {"look_at": ["a"]}), ("diag", {"look_at": None}),
    ("diag", {"look_at": "a", "confirm": "yes"}), ("diag", {"look_at": "a", "menu": True}),
    ("config", {"component": "vendor"}), ("config", {"component": "../cache"}),
    ("traces", {"page": 0}), ("traces", {"page": 1e9}), ("traces", {"page": True}),
    ("log", {"page": "1"}), ("replay", {"n": 10**30}), ("replay", {"n": 19}),
    ("fix", {"component": "cache", "change": {}}),
    ("fix", {"component": "moon", "change": {"a": 1}}),
    ("fix", {"component": "cache", "change": {"enabled": "no"}}),
    ("fix", {"component": "cache", "change": {"__class__": 1}}),
    ("fix", {"component": "cache", "change": {"key": {"$ne": 1}}}),
    ("fix", {"component": "cache", "change": [["key", "house"]]}),
]  # fmt: skip


@pytest.mark.parametrize(("name", "body"), HOSTILE)
def test_a_hostile_use_is_refused_in_words(name: str, body: dict[str, Any]) -> None:
    exercise = read_exercise(ROOM)
    with pytest.raises(Refusal) as refused:
        use = read_use(find_tool(exercise.card.tools, name), body)
        answer(exercise.tools.tools[name], use, exercise.tools.start, None)

    assert len(str(refused.value)) > 20


def test_a_triage_says_that_it_has_nothing_to_calibrate() -> None:
    with pytest.raises(BadExercise, match="a triage has nothing to calibrate"):
        measure_of(read_exercise(ROOM))
