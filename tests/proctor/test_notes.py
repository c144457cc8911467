"""Ideas and checks on record: claims of a kernel, bound to their cell, bounded in number."""

from pathlib import Path
from typing import Any

import pytest

from harness.proctor import notes
from tests.proctor.builders import Up, proctor, settings_for
from tests.proctor.record import an_event, journal, line, raw_journal

pytestmark = pytest.mark.anyio


async def post(up: Up, path: str, body: Any) -> tuple[int, Any]:
    async with up.kernel as kernel:
        answer = await kernel.post(path, json=body)
    return answer.status_code, answer.json()


@pytest.mark.both_stores
async def test_ideas_are_numbered_and_what_became_of_them_is_told(tmp_path: Path) -> None:
    settings = settings_for(tmp_path)
    async with proctor(settings) as up, line(up) as to:
        await to.keep(an_event("a"))
        made = [
            await post(up, "/k/hypothesis", {"text": "Long mails fail more"}),
            await post(up, "/k/hypothesis", {"text": "So do angry ones", "status": "open"}),
            await post(up, "/k/hypothesis", {"id": "h1", "status": "refuted"}),
            await post(up, "/k/hypothesis", {"text": "Angry ones do", "id": "h2",
                                             "status": "supported"}),
        ]  # fmt: skip
        events = await journal(up, "hypothesis")
    stored = b"".join(p.read_bytes() for p in (settings.home / "proctor").glob("witness*"))

    assert [(status, said["id"]) for status, said in made] == [
        (201, "h1"), (201, "h2"), (201, "h1"), (201, "h2")
    ]  # fmt: skip
    assert [event.payload for event in events] == [
        {"id": "h1", "is_new": True, "text": "Long mails fail more", "status": "open"},
        {"id": "h2", "is_new": True, "text": "So do angry ones", "status": "open"},
        {"id": "h1", "is_new": False, "text": "Long mails fail more", "status": "refuted"},
        {"id": "h2", "is_new": False, "text": "Angry ones do", "status": "supported"},
    ]
    assert {(e.exercise, e.cell_id, e.kernel_id) for e in events} == {("practice", "cell-a", "k-1")}
    assert b"mails fail" not in stored


BAD_IDEAS = [
    {}, {"text": ""}, {"text": "  "}, {"text": 7}, {"text": None}, {"text": "x" * 4001},
    {"text": "x", "status": "maybe"}, {"text": "x", "status": None, "id": 7},
    {"text": "x", "id": "../h1"}, {"text": "x", "id": "h0"}, {"text": "x", "more": 1},
    {"text": ["x"]}, {"status": "open"}, [], "x", None,
]  # fmt: skip
BAD_CHECKS = [
    {}, {"exercise": "practice"}, {"exercise": "practice", "problems": "x"},
    {"exercise": "practice", "problems": [7]}, {"exercise": "practice", "problems": ["x"] * 201},
    {"exercise": "practice", "problems": ["x" * 2001]}, {"exercise": 7, "problems": []},
    {"exercise": "practice", "problems": [], "more": 1},
]  # fmt: skip


async def test_what_is_no_idea_or_no_check_is_refused_and_nothing_changes(tmp_path: Path) -> None:
    async with proctor(settings_for(tmp_path)) as up:
        before = await raw_journal(up)
        answers = [await post(up, "/k/hypothesis", body) for body in BAD_IDEAS]
        answers += [await post(up, "/k/check", body) for body in BAD_CHECKS]
        unknown = [
            await post(up, "/k/hypothesis", {"id": "h1", "status": "open"}),
            await post(up, "/k/check", {"exercise": "nowhere", "problems": []}),
        ]
        async with up.kernel as kernel:
            raw = await kernel.post("/k/check", content=b'{"exercise": "\xff"}')
            large = await kernel.post("/k/hypothesis", json={"text": "x" * (1 << 20)})
        async with up.lab as lab:
            roles = [(await lab.post(path, json={"text": "x"})).status_code
                     for path in ("/k/hypothesis", "/k/check", "/k/ask", "/k/submit")]  # fmt: skip
        after = await raw_journal(up)

    assert {status for status, _ in answers} == {400}
    assert all(said["error"]["message"] for _, said in answers)
    assert [status for status, _ in unknown] == [404, 404]
    assert (raw.status_code, large.status_code, set(roles)) == (400, 413, {403})
    assert before == after


async def test_a_check_is_kept_as_the_kernels_claim(tmp_path: Path) -> None:
    problems = ["There is no `classify` yet. Define it in cell 9."]
    async with proctor(settings_for(tmp_path)) as up:
        answer = await post(up, "/k/check", {"exercise": "practice", "problems": problems})
        (event,) = await journal(up, "check")

    assert answer == (200, {})
    assert event.payload == {"problems": problems, "is_claim": True}


async def test_a_loop_in_a_cell_fills_no_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notes, "MOST_OF_A_KIND", 3)
    body = {"exercise": "practice", "problems": []}
    async with proctor(settings_for(tmp_path)) as up:
        ideas = [await post(up, "/k/hypothesis", {"text": "x"}) for _ in range(5)]
        checks = [(await post(up, "/k/check", body))[0] for _ in range(5)]
        asked = [(await post(up, "/k/ask", {"question": "why?"}))[0] for _ in range(5)]

    assert [status for status, _ in ideas] == [201, 201, 201, 429, 429]
    assert checks == asked == [200, 200, 200, 429, 429]
    assert ideas[4][1]["error"]["code"] == "too_many_notes"


async def test_notes_of_a_kernel_that_nobody_announced_are_kept_without_a_cell(
    tmp_path: Path,
) -> None:
    async with proctor(settings_for(tmp_path)) as up:
        await post(up, "/k/hypothesis", {"text": "x"})
        (event,) = await journal(up, "hypothesis")

    assert (event.exercise, event.kernel_id, event.cell_id) == ("practice", None, None)
