"""Part two is added once, to the right notebook, when the proctor gives it, and never before."""

from __future__ import annotations

import asyncio
import copy
from typing import Any, cast

import nbformat
import pytest
from tornado.web import HTTPError

from harness.lab import parts
from harness.lab.errors import NoAnswer, ProctorSaidNo, RefusedPath
from harness.lab.parts import Delivery, exercise_at
from harness.lab.saves import MAX_FILE_BYTES
from tests.lab.parts_proctor import part_cells

PATH = "practice/practice.ipynb"


class Sitting:
    """A sitting whose proctor answers what it is given to answer, in turn; the last stays."""

    session, rung, is_self_attested, connected = "s-1", "none", True, True

    def __init__(self, *answers: object, unsent: int = 0) -> None:
        self.answers = list(answers) or [part_cells()]
        self.unsent = unsent
        self.titles = {"practice": "Practice"}
        self.asked: list[tuple[str, int]] = []

    @property
    def door(self) -> Sitting:
        return self

    async def part(self, slug: str, number: int) -> list[dict[str, Any]]:
        self.asked.append((slug, number))
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return cast(list[dict[str, Any]], copy.deepcopy(answer))  # strange ones among them


class Notebooks:
    """A contents manager over one notebook in memory.

    Attributes:
        content: what is saved.
        saves: how often it was.
    """

    def __init__(self, content: Any, *, size: int = 100) -> None:
        self.content, self.size, self.saves = content, size, 0

    async def get(self, path: str, content: bool = True, type: str | None = None) -> Any:
        await asyncio.sleep(0)
        if isinstance(self.content, HTTPError):
            raise self.content
        return {"size": self.size, "content": copy.deepcopy(self.content) if content else None}

    async def save(self, model: dict[str, Any], path: str = "") -> Any:
        await asyncio.sleep(0)
        nbformat.validate(model["content"])
        assert (model["type"], model["format"], path) == ("notebook", "json", PATH)
        self.content, self.saves = copy.deepcopy(model["content"]), self.saves + 1

    @property
    def ids(self) -> list[str]:
        return [cell["id"] for cell in self.content["cells"]]


def _no(code: str, status: int = 409) -> ProctorSaidNo:
    return ProctorSaidNo(code, status, {"error": {"message": code, "code": code}})


def _notebook(*sources: str) -> Any:
    notebook = nbformat.v4.new_notebook(metadata={"audition": {"exercise": "practice"}})
    notebook.cells = [
        nbformat.v4.new_code_cell(source, id=f"c{place}") for place, source in enumerate(sources)
    ]
    return notebook


def _deliver(sitting: Sitting, notebooks: Notebooks, path: str = PATH) -> int:
    return asyncio.run(Delivery(sitting).deliver(path, notebooks)).added


def test_the_cells_are_appended_in_order_and_the_notebook_is_marked() -> None:
    sitting, notebooks = Sitting(), Notebooks(_notebook("a = 1", "%%plan\nRead."))
    added = _deliver(sitting, notebooks)

    assert added == 3
    assert notebooks.ids == ["c0", "c1", "p2-head", "p2-suite", "p2-words"]
    assert notebooks.content.metadata.audition == {"exercise": "practice", "parts": 2}
    assert notebooks.content.cells[3].metadata.audition.name == "suite"
    assert sitting.asked == [("practice", 2)]


def test_a_second_delivery_adds_and_saves_nothing() -> None:
    sitting, notebooks = Sitting(), Notebooks(_notebook("a = 1"))
    first, second = _deliver(sitting, notebooks), _deliver(sitting, notebooks)

    assert (first, second, notebooks.saves) == (3, 0, 1)


def test_two_deliveries_at_once_add_it_once() -> None:
    notebooks = Notebooks(_notebook("a = 1"))

    async def both() -> list[int]:
        delivery = Delivery(Sitting())
        done = await asyncio.gather(*(delivery.deliver(PATH, notebooks) for _ in range(5)))
        return [one.added for one in done]

    assert sorted(asyncio.run(both())) == [0, 0, 0, 0, 3]
    assert notebooks.ids.count("p2-suite") == 1


def test_given_cells_that_were_moved_and_edited_stay_as_they_are() -> None:
    notebook = _notebook("a = 1")
    mine = nbformat.v4.new_code_cell("SUITE = [1, 2, 3]", id="p2-suite")
    notebook.cells.insert(0, mine)
    notebooks = Notebooks(notebook)
    added = _deliver(Sitting(), notebooks)

    assert added == 2
    assert notebooks.ids == ["p2-suite", "c0", "p2-head", "p2-words"]
    assert notebooks.content.cells[0].source == "SUITE = [1, 2, 3]"


@pytest.mark.parametrize("own", ["text", 3, None, ["parts"], {"parts": "2"}, {"parts": {}}])
def test_a_mark_that_is_no_mark_is_made_one(own: object) -> None:
    notebook = _notebook("a = 1")
    notebook.metadata["audition"] = own
    notebooks = Notebooks(notebook)
    _deliver(Sitting(), notebooks)

    assert notebooks.content.metadata.audition.parts == 2


@pytest.mark.parametrize("no", [_no("plan_first"), _no("x", 404), NoAnswer("away")])
def test_nothing_is_read_or_written_when_the_proctor_does_not_give_it(no: Exception) -> None:
    notebooks = Notebooks(_notebook("a = 1"))
    with pytest.raises(type(no)):
        _deliver(Sitting(no), notebooks)

    assert (notebooks.ids, notebooks.saves) == (["c0"], 0)


def test_a_plan_still_on_its_way_is_waited_for_while_events_are_unsent() -> None:
    sitting = Sitting(_no("plan_first"), _no("plan_first"), part_cells(), unsent=2)
    added = _deliver(sitting, Notebooks(_notebook("a = 1")))

    assert added == 3
    assert len(sitting.asked) == 3


def test_with_nothing_unsent_a_plan_that_is_not_there_is_not_waited_for() -> None:
    sitting = Sitting(_no("plan_first"), part_cells())
    with pytest.raises(ProctorSaidNo):
        _deliver(sitting, Notebooks(_notebook("a = 1")))

    assert len(sitting.asked) == 1


def test_the_wait_for_a_plan_on_its_way_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts, "PLAN_ON_ITS_WAY_S", 0.3)
    with pytest.raises(ProctorSaidNo):
        _deliver(Sitting(_no("plan_first"), unsent=9), Notebooks(_notebook("a = 1")))


@pytest.mark.parametrize(
    "path",
    [
        "", "practice.ipynb", "practice/other.ipynb", "other/other.ipynb",
        "/practice/practice.ipynb", "../practice/practice.ipynb", "practice//practice.ipynb",
        "practice/../practice/practice.ipynb",
        "practice/practice.ipynb/", "practice/practice.ipynb\n", "practice/practice.ipynb\x00",
        "PRACTICE/PRACTICE.ipynb", "practice/practice-Copy1.ipynb", "practice/practice.py",
        "practice%2fpractice.ipynb", "..", "a/a.ipynb", "ｐractice/ｐractice.ipynb", "x" * 5000,
    ],
)  # fmt: skip
def test_a_path_that_is_no_exercises_own_notebook_is_refused_unasked(path: str) -> None:
    sitting, notebooks = Sitting(), Notebooks(_notebook("a = 1"))
    with pytest.raises(RefusedPath) as refused:
        _deliver(sitting, notebooks, path)

    assert refused.value.status == 404
    assert (sitting.asked, notebooks.saves) == ([], 0)
    assert len(str(refused.value)) < 800


def test_until_the_exercises_are_known_the_proctor_decides_which_there_are() -> None:
    assert exercise_at("other/other.ipynb", {}) == "other"
    with pytest.raises(RefusedPath):
        exercise_at("../..ipynb", {})


@pytest.mark.parametrize(
    "content",
    [
        None, [], "text", 7, {}, {"cells": []},
        {"cells": 1, "metadata": {}, "nbformat": 4, "nbformat_minor": 5},
        {"cells": ["x"], "metadata": {}, "nbformat": 4, "nbformat_minor": 5},
        {"cells": [], "metadata": [], "nbformat": 4, "nbformat_minor": 5},
        {"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 4},
        {"cells": [], "metadata": {}, "nbformat": "4", "nbformat_minor": 5},
        {"worksheets": [], "metadata": {}, "nbformat": 3, "nbformat_minor": 0},
        HTTPError(400, "practice/practice.ipynb cannot be read as a notebook"),
    ],
)  # fmt: skip
def test_what_is_no_notebook_is_refused_and_left_alone(content: object) -> None:
    notebooks = Notebooks(content)
    with pytest.raises(RefusedPath) as refused:
        _deliver(Sitting(), notebooks)

    assert refused.value.status == 400
    assert "practice/practice.ipynb" in str(refused.value)
    assert notebooks.saves == 0


def test_a_cell_whose_id_is_no_text_is_no_reason_to_fail() -> None:
    notebook = _notebook("a = 1", "b = 2")
    notebook.cells[0]["id"], notebook.cells[1]["id"] = ["p2-suite"], {"p2-head": 1}

    class Lenient(Notebooks):
        async def save(self, model: dict[str, Any], path: str = "") -> Any:
            self.content = model["content"]

    notebooks = Lenient(notebook)
    added = _deliver(Sitting(), notebooks)

    assert added == 3


def test_a_notebook_that_is_gone_or_too_large_is_told_so() -> None:
    with pytest.raises(RefusedPath) as gone:
        _deliver(Sitting(), Notebooks(HTTPError(404, "there is no file")))
    with pytest.raises(RefusedPath) as large:
        _deliver(Sitting(), Notebooks(_notebook(), size=MAX_FILE_BYTES + 1))

    assert (gone.value.status, large.value.status) == (404, 413)
    assert "run the plan cell again" in str(large.value)


@pytest.mark.parametrize(
    "cells",
    [
        None, 7, "text", [7], [{}], [{"id": "x"}], [part_cells()[0], part_cells()[0]],
        [{**part_cells()[0], "id": "../x"}], [{**part_cells()[0], "cell_type": "worse"}],
        [{**part_cells()[0], "source": 7}], KeyError("cells"), ValueError("not JSON"),
    ],
)  # fmt: skip
def test_strange_cells_are_no_answer_and_nothing_is_written(cells: object) -> None:
    notebooks = Notebooks(_notebook("a = 1"))
    with pytest.raises(NoAnswer):
        _deliver(Sitting(cells), notebooks)

    assert notebooks.saves == 0
