"""Part two: after the plan, never before, and the same each time."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from harness.core.errors import BadExercise
from harness.proctor.errors import Refusal
from harness.proctor.parts import is_plan
from harness.proctor.photographs import Photographs
from tests.proctor.builders import PRACTICE, Up, photographs, proctor, settings_for
from tests.proctor.record import PLAN, an_event, journal, line, raw_journal

GIVEN = "%%plan\nWrite here instead of this line."


async def get(up: Up, path: str = "/s/parts/practice/2") -> tuple[int, dict[str, Any]]:
    async with up.lab as lab:
        answer = await lab.get(path)
    return answer.status_code, answer.json()


@pytest.mark.parametrize(("source", "counts"), [
    (PLAN, True), ("%%plan\nx", True), ("%%plan   \n\n x", True), ("%%plan --long\nx", True),
    ("%%plan\r\nx", True), (GIVEN + "\nAnd mine.", True),
    (GIVEN, False), (GIVEN + "\n\n  ", False), ("%%plan", False), ("%%plan\n", False),
    ("%%plan\n \n\t", False), ("%%planet\nx", False), ("# %%plan\nx", False),
    ("\n%%plan\nx", False),
    ("x\n%%plan\ny", False), ("", False), (None, False), (7, False), (["%%plan\nx"], False),
])  # fmt: skip
def test_a_plan_is_own_words_below_the_plan_line(source: object, counts: bool) -> None:
    assert is_plan(source, given=GIVEN) is counts


@pytest.mark.anyio
async def test_before_the_plan_it_is_withheld_and_nothing_changes(tmp_path: Path) -> None:
    async with proctor(settings_for(tmp_path)) as up, line(up) as to:
        await to.keep(
            an_event("given", payload={"source": GIVEN}),
            an_event("other", exercise="eval", payload={"source": PLAN}),
            an_event("reply", "execute_reply", payload={"source": PLAN}),
            an_event("self", "self_executed", payload={"source": PLAN}),
        )
        before = await raw_journal(up)
        status, said = await get(up)
        after = await raw_journal(up)
        async with up.lab as lab:
            state = (await lab.get("/session")).json()["exercises"][0]

    assert (status, said["error"]["code"]) == (409, "plan_first")
    assert said["error"]["message"].startswith("Write your plan and run its cell first")
    assert before == after and state["parts_delivered"] == 1


@pytest.mark.anyio
@pytest.mark.both_stores
async def test_after_the_plan_it_is_delivered_recorded_once_and_the_same_again(
    tmp_path: Path,
) -> None:
    settings = settings_for(tmp_path)
    async with proctor(settings) as up, line(up) as to:
        early, _ = await get(up)
        await to.keep(an_event("a"), an_event("plan", payload={"source": PLAN}), an_event("b"))
        first, again = await get(up), await get(up)
        async with up.lab as lab:
            state = (await lab.get("/session")).json()["exercises"][0]
    async with proctor(settings) as back:
        back.card = up.card
        third = await get(back)
        told = await journal(back, "part_delivered")
        plan = (await journal(back, "execute_request"))[1]

    cells = json.loads((PRACTICE / "part-2.json").read_text())["cells"]
    assert early == 409
    assert first == again == third == (200, {"cells": cells})
    assert [event.payload for event in told] == [
        {"part": 2, "plan_seq": plan.seq, "plan_cell_id": "cell-plan",
         "cells": [cell["id"] for cell in cells]}
    ]  # fmt: skip
    assert state["parts_delivered"] == 2


@pytest.mark.anyio
async def test_other_parts_exercises_and_passes_lead_nowhere(tmp_path: Path) -> None:
    paths = ["/s/parts/practice/1", "/s/parts/practice/3", "/s/parts/practice/02",
             "/s/parts/practice/x", "/s/parts/nowhere/2", "/s/parts/..%2f..%2f/2"]  # fmt: skip
    async with proctor(settings_for(tmp_path)) as up, line(up) as to:
        await to.keep(an_event("plan", payload={"source": PLAN}))
        statuses = [(await get(up, path))[0] for path in paths]
        async with up.kernel as kernel:
            kernels = (await kernel.get("/s/parts/practice/2")).status_code

    assert set(statuses) == {404}
    assert kernels == 403


def test_photographs_are_read_whole(tmp_path: Path) -> None:
    read = Photographs(photographs(tmp_path / "p"))

    assert read.card("practice").stakeholder == read.facts("practice").stakeholder == "Tove"
    assert len(read.facts("practice").facts) == 8
    assert read.part_two("practice").after.given == GIVEN


@pytest.mark.parametrize(
    "slug", ["nowhere", "", ".", "..", "../p/practice", "/etc", "practice/", "Practice", "x" * 60]
)
def test_a_slug_that_is_none_never_becomes_a_path(tmp_path: Path, slug: str) -> None:
    read = Photographs(photographs(tmp_path / "p"))

    with pytest.raises(Refusal) as refused:
        read.card(slug)
    assert refused.value.status == 404


def test_a_folder_that_is_a_link_is_not_followed(tmp_path: Path) -> None:
    root = photographs(tmp_path / "p")
    shutil.copytree(PRACTICE, tmp_path / "elsewhere")
    (root / "linked").symlink_to(tmp_path / "elsewhere")

    with pytest.raises(Refusal):
        Photographs(root).card("linked")


@pytest.mark.parametrize(("name", "data", "says"), [
    ("card.json", b"{", "cannot be read"),
    ("card.json", b"\xff", "cannot be read"),
    ("card.json", b'{"slug": "practice"}', "version"),
    ("facts.json", b'{"schema": 2}', "schema"),
    ("part-2.json", b'{"schema": 1, "after": {}, "cells": []}', "cell_id"),
    ("part-2.json", b" " * (9 << 20), "larger than 8 MiB"),
])  # fmt: skip
def test_a_broken_photograph_is_named(tmp_path: Path, name: str, data: bytes, says: str) -> None:
    root = photographs(tmp_path / "p")
    (root / "practice" / name).write_bytes(data)
    read = Photographs(root)
    of = {"card.json": read.card, "facts.json": read.facts, "part-2.json": read.part_two}[name]

    with pytest.raises(BadExercise, match=says) as problem:
        of("practice")
    assert name in str(problem.value)


def test_the_card_of_another_exercise_is_not_taken(tmp_path: Path) -> None:
    root = photographs(tmp_path / "p")
    (root / "practice").rename(root / "other")

    with pytest.raises(BadExercise, match="is the card of 'practice'"):
        Photographs(root).card("other")


@pytest.mark.anyio
async def test_what_part_two_asks_for_is_told_to_nobody_before_it_is_there(tmp_path: Path) -> None:
    async with proctor(settings_for(tmp_path)) as up, line(up) as to:
        async with up.lab as lab, up.kernel as kernel:
            early = [(await one.get("/session")).json() for one in (lab, kernel)]
            await to.keep(an_event("plan", payload={"source": PLAN}))
            await get(up)
        async with up.lab as lab:
            late = (await lab.get("/session")).json()

    assert [one["exercises"][0]["card"]["contract"] for one in early] == [[], []]
    assert [rule["name"] for rule in late["exercises"][0]["card"]["contract"]]
