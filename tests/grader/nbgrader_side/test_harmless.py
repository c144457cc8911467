"""Outputs and cells, put right without a kernel: what stays, is cut, is never believed."""

from __future__ import annotations

import base64
import copy
import json
from typing import Any

import nbformat
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from grader.intake import read_attempt
from grader.nbgrader_side.outputs import BOOK, CELL_TEXT, Room, fenced, harmless
from grader.nbgrader_side.restoring import restore
from tests.grader.nbgrader_side.builders import (
    GOOD,
    handed_in,
    released,
    submission,
    written,
)
from tests.grader.nbgrader_side.conftest import Hands

PNG = base64.b64encode(b"\x89PNG\r\n\x1a\n" + b"x" * 30).decode()


def kept(*outputs: dict[str, Any], end: str = "done", cut: int = 0) -> list[dict[str, Any]]:
    return harmless(outputs, end=end, cut_bytes=cut, room=Room())


def shows(data: dict[str, Any]) -> dict[str, Any]:
    return {"output_type": "display_data", "data": data, "metadata": {"a": "<b>"}}


@pytest.mark.parametrize(
    "kind",
    ["text/html", "image/svg+xml", "application/javascript", "text/latex", "text/markdown",
     "application/vnd.jupyter.widget-view+json"],
)  # fmt: skip
def test_of_what_a_page_would_render_the_plain_text_is_kept(kind: str) -> None:
    both = kept(shows({kind: "<script>", "text/plain": "words"}))
    alone = kept(shows({kind: "<script>"}))

    assert both == [
        {"output_type": "display_data", "metadata": {}, "data": {"text/plain": "words"}}
    ]
    assert alone[0]["data"] == {"text/plain": f"[{kind}: not shown]"}


def test_markdown_that_a_cell_displayed_is_kept_as_the_words_it_is() -> None:
    plain = "<IPython.core.display.Markdown object>"
    found = kept(shows({"text/plain": plain, "text/markdown": "**Your plan** <b>is kept</b>"}))

    assert found[0]["data"] == {"text/plain": "**Your plan** <b>is kept</b>"}


@pytest.mark.parametrize(
    "given_as",
    ['"><script>', PNG + '"><script>', base64.b64encode(b"<svg onload=1>").decode(), 7, None],
)
def test_a_picture_that_is_none_is_not_kept(given_as: object) -> None:
    found = kept(shows({"image/png": given_as, "text/plain": "words"}))

    assert [one["data"] for one in found] == [{"text/plain": "words"}]


def test_a_picture_is_kept_once_and_small_ones_before_large_ones() -> None:
    large = base64.b64encode(b"\x89PNG\r\n\x1a\n" + b"x" * (1 << 20)).decode()
    found = kept(shows({"image/png": [PNG[:8], PNG[8:]]}), shows({"image/png": large}))

    assert found[0]["data"] == {"image/png": PNG}
    assert found[1]["text"] == f"[{len(large)} bytes cut]\n"


def test_codes_of_a_terminal_and_signs_that_hide_are_shown_or_gone() -> None:
    text = "\x1b[31mred\x1b[0m \u202eright to left"
    found = kept({"output_type": "stream", "name": "stdout", "text": text})

    assert found[0]["text"] == "red [U+202E]right to left"


def test_a_cell_and_a_notebook_keep_so_much_and_say_what_was_cut() -> None:
    loud = {"output_type": "stream", "name": "stderr", "text": "x" * (CELL_TEXT + 5)}
    room = Room()
    every = [harmless([loud], end="done", cut_bytes=1, room=room) for _ in range(80)]
    size = sum(len(one["text"]) for outputs in every for one in outputs)

    assert every[0][0]["name"] == "stderr"
    assert every[0][-1]["text"] == "[6 bytes cut]\n"
    assert every[-1][-1]["text"] == f"[{CELL_TEXT + 6} bytes cut]\n"
    assert size < BOOK + 80 * 40


@pytest.mark.parametrize("end", ["timed_out", "dead", "not_reached"])
def test_how_a_cell_ended_is_said(end: str) -> None:
    assert kept(end=end)[0]["text"].startswith("[it ") or kept(end=end)[0]["text"].startswith(
        "[the kernel"
    )


_ODD = st.one_of(
    st.none(), st.integers(), st.text(max_size=9), st.lists(st.text(max_size=9), max_size=2),
    st.dictionaries(st.sampled_from(["image/png", "text/plain", "text/html"]), st.just(PNG)),
    st.dictionaries(st.sampled_from(["image/png", "text/plain"]), st.lists(st.text(max_size=9))),
)  # fmt: skip
_KINDS = ["stream", "error", "display_data", "execute_result"]
_MORE = dict.fromkeys(("data", "text", "name", "ename", "evalue", "traceback"), _ODD)


@given(
    st.lists(
        st.fixed_dictionaries({"output_type": st.sampled_from(_KINDS)}, optional=_MORE), max_size=3
    )
)
@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
def test_whatever_a_kernel_sends_becomes_outputs_that_nbformat_knows(outputs: list[Any]) -> None:
    cell = {
        "cell_type": "code", "id": "a", "metadata": {}, "source": "", "execution_count": None,
        "outputs": harmless(outputs, end="done", cut_bytes=0, room=Room()),
    }  # fmt: skip
    book = {"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}

    nbformat.validate(book)
    assert {kind for one in cell["outputs"] for kind in one.get("data", {})} <= {  # type: ignore[attr-defined]
        "text/plain", "image/png", "image/jpeg",
    }  # fmt: skip


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.text(alphabet="~`\n <a>x\r", max_size=60))
def test_no_words_get_out_of_their_fence(words: str) -> None:
    rows = fenced(words).split("\n")
    fence = rows[-1]

    assert rows[0] == f"{fence}text"
    assert set(fence) == {"~"}
    assert not any(fence in row for row in rows[1:-1])


# cells ----------------------------------------------------------------------------------------


def put_right(hands: Hands, cells: list[dict[str, Any]]) -> list[dict[str, Any]]:
    attempt = read_attempt(submission(cells), public=None, find_exercise=lambda _: hands.exercise)
    return restore(attempt, released(hands.exercise))


def test_a_sound_notebook_stays_as_it_is(shared: Hands) -> None:
    cells = handed_in(shared.exercise, "good")

    assert put_right(shared, cells) == cells


def test_nothing_a_notebook_says_of_marks_points_or_locks_is_believed(shared: Hands) -> None:
    cells = handed_in(shared.exercise, "good")
    wanted = copy.deepcopy(cells)
    for cell in cells:
        cell["metadata"]["nbgrader"] = {
            "grade_id": "check", "grade": True, "solution": False, "locked": False, "points": 99,
            "schema_version": 3,
        }  # fmt: skip
        cell["metadata"]["hide_input"] = "<script>"

    assert put_right(shared, cells) == wanted


def test_an_artefact_that_was_cut_and_pasted_is_still_the_artefact(shared: Hands) -> None:
    cells = written(released(shared.exercise), GOOD)
    for cell in cells:
        if cell["id"] == "small-doubler":
            cell["id"] = "pasted-anew"
    found = {cell["id"]: cell["source"] for cell in put_right(shared, cells)}

    assert found["small-doubler"] == GOOD["doubler"]
    assert "pasted-anew" not in found


@pytest.mark.parametrize("odd", ["", "../../etc/passwd", "a b", "x" * 100, None, 7])
def test_an_id_that_is_none_becomes_one_of_ours(shared: Hands, odd: object) -> None:
    cells = handed_in(shared.exercise, "good")
    own = {"cell_type": "code", "id": odd, "metadata": {}, "source": "1", "outputs": []}
    cells.insert(1, own | {"execution_count": None})
    made = put_right(shared, cells)

    assert made[1]["id"] == "cell-2"
    assert len({cell["id"] for cell in made}) == len(cells)
    nbformat.validate({"cells": made, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})


def test_an_empty_notebook_is_the_released_one(shared: Hands) -> None:
    made = put_right(shared, [])

    assert made == released(shared.exercise)
    assert json.dumps(made)
