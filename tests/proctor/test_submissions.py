"""Submissions: out of the proctor's own record, whole, numbered, and proved by verify."""

import asyncio
import json
import os
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection

from harness.core.clock import SteppedClock
from harness.core.errors import OursToFix
from harness.core.journal import Link, open_link, read_chain
from harness.core.records import Receipt
from harness.core.submission import Opened, open_call, open_submission
from harness.core.verify import verify_submission
from harness.proctor import recorded
from harness.proctor import submissions as module
from harness.proctor.artefacts import LARGEST_NOTEBOOK_BYTES, read_artefacts
from harness.proctor.errors import Refusal, WriteFailed
from tests.proctor.builders import Up, ask, proctor, settings_for
from tests.proctor.record import (
    NOTEBOOK,
    a_save,
    an_event,
    as_bytes,
    journal,
    line,
    put,
    raw_journal,
    save,
)
from tests.proctor.test_kernel_door import http, say
from tests.proctor.test_kernel_door import line as door_line

SANDBOXED = {"rung": "bwrap+rlimits", "self_attested": False}


async def submit(up: Up, door: str = "/k/submit", body: Any = None) -> tuple[int, Any]:
    client = up.lab if door.startswith("/s/") else up.kernel
    client = up.operator if door.startswith("/sessions") else client
    async with client as to:
        answer = await to.post(door, json={"exercise": "practice"} if body is None else body)
    return answer.status_code, answer.json()


async def fetch(up: Up, name: str) -> bytes:
    async with up.operator as operator:
        return (await operator.get(f"/submissions/{name}")).content


async def taken(up: Up) -> tuple[Opened, bytes]:
    """Submit, and return what the grader gets; it must be whole."""
    status, receipt = await submit(up)
    assert status == 201, receipt
    data = await fetch(up, receipt["submission"])
    verdict = verify_submission(data, up.service.signer.public)
    assert verdict.is_whole and verdict.has_key, verdict
    return open_submission(data), data


def events_of(opened: Opened) -> list[Any]:
    assert opened.key is not None
    links = read_chain(opened.members["journal.jsonl"], session=opened.manifest.session)
    return [open_link(found, opened.key) for found in links if isinstance(found, Link)]


@pytest.mark.anyio
@pytest.mark.both_stores
async def test_a_sitting_is_submitted_whole(tmp_path: Path) -> None:
    async with proctor(settings_for(tmp_path)) as up, line(up) as to, up.openai() as client:
        await to.keep(
            an_event("start", "session_start", payload=SANDBOXED), an_event("a"),
        )  # fmt: skip
        await client.chat.completions.create(**ask("hello there"))
        await save(up, "s1", as_bytes())
        opened, data = await taken(up)
        listed = await up.service.submissions.describe_all()
        submitted = (await journal(up, "submit"))[0]

    assert opened.key is not None
    assert opened.opened("notebook.sealed") == as_bytes()
    assert json.loads(opened.opened("artefacts.sealed")) == {
        "sorter": "def classify(text):\n    return 'question'\n"
    }
    assert [event.kind for event in events_of(opened)] == [
        "session_open", "session_start", "execute_request", "llm_call", "save"
    ]  # fmt: skip
    calls = [open_call(x, opened.key) for x in opened.members["ledger.jsonl"].splitlines()]
    assert [(call.status, call.cell_id) for call in calls] == [("settled", "cell-a")]
    assert calls[0].request["messages"] == [{"role": "user", "content": "hello there"}]
    assert (opened.manifest.rung, opened.manifest.self_attested) == ("bwrap+rlimits", False)
    assert opened.manifest.recorded and opened.receipt.head_seq == 4
    assert listed[0]["size_bytes"] < len(data)
    assert submitted.payload["manifest_sha256"] == opened.receipt.manifest_sha256
    assert submitted.payload["artefacts"] == ["sorter"] and submitted.payload["problem"] is None


@pytest.mark.anyio
async def test_two_submits_are_number_1_and_2_and_both_stay(tmp_path: Path) -> None:
    later = {**NOTEBOOK, "metadata": {"later": True}}
    async with proctor(settings_for(tmp_path)) as up:
        await save(up, "s1", as_bytes())
        first, first_data = await taken(up)
        await save(up, "s2", as_bytes(later))
        second, _ = await taken(up)
        again = await fetch(up, first.manifest.submission)
        async with up.operator as operator:
            listed = (await operator.get("/submissions")).json()["submissions"]
        async with up.lab as lab:
            state = (await lab.get("/session")).json()["exercises"][0]

    assert (first.receipt.number, second.receipt.number) == (1, 2)
    assert again == first_data
    assert [(row["submission"], row["number"]) for row in listed] == [
        (first.manifest.submission, 1), (second.manifest.submission, 2)
    ]  # fmt: skip
    assert second.opened("notebook.sealed") == as_bytes(later)
    versions = [name for name in second.members if name.startswith("versions/")]
    assert sorted(second.opened(name) for name in versions) == sorted([as_bytes(), as_bytes(later)])
    assert "submit" in [event.kind for event in events_of(second)]
    assert state["submissions"] == 2


@pytest.mark.anyio
@pytest.mark.both_stores
async def test_many_submits_at_once_are_numbered_without_gap_or_double(tmp_path: Path) -> None:
    async with proctor(settings_for(tmp_path)) as up:
        await save(up, "s1", as_bytes())
        doors = ["/k/submit", "/s/submit", f"/sessions/{up.card.session}/submit"] * 3
        answers = await asyncio.gather(*(submit(up, door) for door in doors))
        verdicts = [
            verify_submission(await fetch(up, said["submission"]), up.service.signer.public)
            for _, said in answers
        ]

    assert {status for status, _ in answers} == {201}
    assert sorted(said["number"] for _, said in answers) == list(range(1, 10))
    assert all(verdict.is_whole for verdict in verdicts)


@pytest.mark.anyio
async def test_a_cut_or_flipped_submission_is_located(tmp_path: Path) -> None:
    async with proctor(settings_for(tmp_path)) as up:
        await save(up, "s1", as_bytes())
        _, data = await taken(up)
        public = up.service.signer.public

    cut = verify_submission(data[:-7], public)
    found = []
    for offset in range(60, len(data), len(data) // 25):
        altered = bytearray(data)
        altered[offset] ^= 0x10
        found.append((offset, verify_submission(bytes(altered), public).alterations))
    assert cut.alterations
    assert all(alterations for _, alterations in found)
    located = [a[0].offset == offset for offset, a in found if a[0].is_exact]
    assert len(located) >= 20 and all(located)


@pytest.mark.anyio
async def test_what_cannot_be_submitted_is_refused_and_the_journal_is_as_it_was(
    tmp_path: Path,
) -> None:
    bodies: list[Any] = [{}, {"exercise": ""}, {"exercise": 7}, {"exercise": None}, [], "x"]
    async with proctor(settings_for(tmp_path)) as up, line(up) as to:
        await put(up, as_bytes())
        await to.keep(a_save("other", as_bytes(), path="practice/second.ipynb"))
        before = await raw_journal(up)
        nothing = [await submit(up, door) for door in ("/k/submit", "/s/submit")]
        bad = [await submit(up, body=body) for body in bodies]
        elsewhere = [
            await submit(up, body={"exercise": "nowhere"}),
            await submit(up, "/sessions/s-none/submit"),
        ]
        async with up.kernel as kernel:
            foreign = [
                (await kernel.get("/submissions")).status_code,
                (await kernel.post(f"/sessions/{up.card.session}/submit", json={})).status_code,
                (await kernel.post("/s/submit", json={"exercise": "practice"})).status_code,
            ]
        async with up.operator as operator:
            missing = [(await operator.get(f"/submissions/{name}")).status_code
                       for name in ("sub-none", "..%2f..%2foperator.token", "x" * 500)]  # fmt: skip
        after = await raw_journal(up)
        left = list((up.service.folder / "submissions").iterdir())

    assert {(status, said["error"]["code"]) for status, said in nothing} == {(409, "nothing_saved")}
    assert "Save the notebook" in nothing[0][1]["error"]["message"]
    assert {status for status, _ in bad} == {400}
    assert [status for status, _ in elsewhere] == [404, 404]
    assert foreign == [403, 403, 403]
    assert set(missing) == {404}
    assert before == after and left == []


HOSTILE = [
    b"", b"\x00\xff\xfe", b"{", b"null", b"[]", b'{"cells": 7}', b'{"cells": {"a": 1}}',
    b'{"cells": [1, null, "x", []]}', b"[" * 100_000, b'{"cells": [{}], "cells": []}',
    b'{"cells": [{"cell_type": "code", "metadata": {"audition": 7}, "source": "x"}]}',
    b'{"cells": [{"cell_type": "code", "metadata": [], "source": "x"}]}',
    b'{"cells": [{"cell_type": "code", "source": "x"}], "n": NaN}',
]  # fmt: skip


@pytest.mark.anyio
async def test_a_broken_notebook_is_submitted_all_the_same_without_artefacts(
    tmp_path: Path,
) -> None:
    async with proctor(settings_for(tmp_path)) as up:
        for number, data in enumerate(HOSTILE):
            await save(up, f"s{number}", data)
            opened, _ = await taken(up)

            assert opened.opened("notebook.sealed") == data
            assert json.loads(opened.opened("artefacts.sealed")) == {}
            assert opened.receipt.number == number + 1


def cell(name: object, source: object, **about: Any) -> dict[str, Any]:
    mark = {"kind": "artefact", "name": name}
    return {"cell_type": "code", "source": source, "metadata": {"audition": mark}} | about


def test_artefacts_are_found_by_their_mark_and_by_nothing_else() -> None:
    cells = [
        cell("one", "A = 1"), cell("two", ["B = 2\n", "C = 3"]), cell("one", "D = 4"),
        cell("text", "x", cell_type="markdown"), cell(7, "x"), cell("../up", "x"), cell("", "x"),
        cell("x" * 65, "x"), cell("none", None), cell("mixed", ["x", 7]), cell("map", {"a": "b"}),
        {"cell_type": "code", "source": "x", "metadata": {"audition": {"kind": "given",
                                                                       "name": "given"}}},
    ]  # fmt: skip
    found = read_artefacts(json.dumps({"cells": cells}).encode())

    assert found.sources == {"one": "A = 1\n\nD = 4", "two": "B = 2\nC = 3"}
    assert found.problem is None


def test_a_notebook_that_is_too_large_is_not_looked_into() -> None:
    found = read_artefacts(b" " * (LARGEST_NOTEBOOK_BYTES + 1))

    assert found.sources == {} and "not looked into" in str(found.problem)


@pytest.mark.anyio
@pytest.mark.parametrize(("said", "rung", "is_claim"), [
    ([], "unknown", True),
    ([SANDBOXED], "bwrap+rlimits", False),
    ([SANDBOXED, {"rung": "bwrap+cgroup", "self_attested": False}], "bwrap+rlimits", False),
    ([SANDBOXED, {"rung": "none", "self_attested": True}, SANDBOXED], "none", True),
    ([SANDBOXED, {"rung": "bwrap+cgroup"}], "bwrap+rlimits", True),
    ([{"rung": 7, "self_attested": False}], "unknown", True),
    ([{"rung": "moon", "self_attested": False}], "moon", True),
])  # fmt: skip
async def test_one_kernel_without_a_sandbox_makes_the_record_a_claim(
    tmp_path: Path, said: list[dict[str, Any]], rung: str, is_claim: bool
) -> None:
    async with proctor(settings_for(tmp_path)) as up, line(up) as to:
        await to.keep(*(an_event(f"e{n}", "session_start", payload=p) for n, p in enumerate(said)))
        await to.keep(an_event("k", "kernel_start", payload={"folder": "practice"}))
        await save(up, "s1", as_bytes())
        opened, _ = await taken(up)

    assert (opened.manifest.rung, opened.manifest.self_attested) == (rung, is_claim)


@pytest.mark.anyio
async def test_the_hard_end_submits_once_and_nothing_can_be_handed_in_after_it(
    tmp_path: Path,
) -> None:
    clock = SteppedClock()
    async with proctor(settings_for(tmp_path), clock=clock, minutes=30) as up, line(up) as to:
        await save(up, "s1", as_bytes())
        await to.keep(an_event("a"))
        clock.advance(36 * 60)
        async with asyncio.timeout(10):
            while not up.service.deadlines.box(up.card.session, "practice").closed_at:
                await asyncio.sleep(0.05)
        by_itself = await up.service.submissions.describe_all()
        again = await up.service.submissions.take(up.card.session, "practice", is_automatic=True)
        late = [await submit(up), await submit(up, "/s/submit")]
        operators, _ = await submit(up, f"/sessions/{up.card.session}/submit")
        events = await journal(up, "submit")

    assert [(row["number"], row["is_automatic"]) for row in by_itself] == [(1, True)]
    assert again.submission == by_itself[0]["submission"]
    assert {(status, said["error"]["code"]) for status, said in late} == {
        (403, "session_deadline_exceeded")
    }
    assert operators == 201
    assert [event.payload["is_automatic"] for event in events] == [True, False]


@pytest.mark.anyio
async def test_the_receipt_says_when_the_state_in_it_was_saved(tmp_path: Path) -> None:
    clock = SteppedClock()
    async with proctor(settings_for(tmp_path), clock=clock) as up, line(up) as to:
        await put(up, as_bytes())
        saved = a_save("s1", as_bytes()) | {"at": "2025-12-31T23:59:00.000000Z"}
        await to.keep(saved)
        receipt = Receipt.from_value((await submit(up))[1])

    assert receipt.at - receipt.saved_at == timedelta(minutes=1)
    assert up.service.signer.public.verifies(receipt.signed_bytes(), receipt.signature)


@pytest.mark.anyio
async def test_a_commit_that_fails_leaves_no_submission_and_the_next_one_has_its_number(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with proctor(settings_for(tmp_path)) as up:
        await save(up, "s1", as_bytes())
        enter = up.service.submissions._enter

        def break_commit(connection: Connection, *about: Any) -> None:
            enter(connection, *about)
            connection.exec_driver_sql("ROLLBACK")  # as SQLite does by itself on a full disk

        with monkeypatch.context() as patched:
            patched.setattr(up.service.submissions, "_enter", break_commit)
            with pytest.raises(WriteFailed):
                await up.service.submissions.take(up.card.session, "practice")
        left = list((up.service.folder / "submissions").iterdir())
        opened, _ = await taken(up)

    assert left == []
    assert opened.receipt.number == 1


@pytest.mark.anyio
async def test_an_archive_that_was_altered_on_our_disk_is_not_handed_out(tmp_path: Path) -> None:
    async with proctor(settings_for(tmp_path)) as up:
        await save(up, "s1", as_bytes())
        _, receipt = await submit(up)
        (file,) = (up.service.folder / "submissions").glob("*.zip")
        data = file.read_bytes()
        file.write_bytes(data[:-100])
        async with up.operator as operator:
            answer = await operator.get(f"/submissions/{receipt['submission']}")
        with pytest.raises(OursToFix, match="not on disk as it was written"):
            await up.service.submissions.archive(receipt["submission"])

    assert answer.status_code == 500


@pytest.mark.anyio
async def test_of_an_erased_candidate_the_archive_comes_without_a_key_and_still_verifies(
    tmp_path: Path,
) -> None:
    async with proctor(settings_for(tmp_path)) as up:
        await save(up, "s1", as_bytes())
        _, receipt = await submit(up)
        await up.service.identity.destroy_key(up.service.sessions.get(up.card.session).candidate)
        data = await fetch(up, receipt["submission"])
        verdict = verify_submission(data, up.service.signer.public)
        refused, _ = await submit(up)

    assert verdict.is_whole and not verdict.has_key
    assert open_submission(data).key is None
    assert refused == 410


@pytest.mark.anyio
async def test_a_loop_of_submits_fills_no_disk_and_the_operator_still_can(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOST_BY_A_CANDIDATE", 2)
    async with proctor(settings_for(tmp_path)) as up:
        await save(up, "s1", as_bytes())
        answers = [await submit(up, door) for door in ("/k/submit", "/s/submit", "/k/submit")]
        operators, receipt = await submit(up, f"/sessions/{up.card.session}/submit")

    assert [status for status, _ in answers] == [201, 201, 429]
    assert answers[2][1]["error"]["code"] == "too_many_submissions"
    assert (operators, receipt["number"]) == (201, 3)


@pytest.mark.anyio
async def test_a_record_too_large_for_a_submission_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recorded, "MOST_JOURNAL_BYTES", 10_000)
    async with proctor(settings_for(tmp_path)) as up, line(up) as to:
        await save(up, "s1", as_bytes())
        ok, _ = await submit(up)
        await to.keep(an_event("a", payload={"source": "x" * 10_000}))
        status, said = await submit(up)

    assert (ok, status, said["error"]["code"]) == (201, 413, "record_too_large")


@pytest.mark.anyio
async def test_the_newest_versions_travel_along_as_far_as_there_is_room(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    versions = [os.urandom(400) for _ in range(6)]
    monkeypatch.setattr(module, "MOST_VERSION_BYTES", 1_300)
    async with proctor(settings_for(tmp_path)) as up:
        for number, data in enumerate(versions):
            await save(up, f"s{number}", data)
        opened, _ = await taken(up)

    names = [name for name in opened.members if name.startswith("versions/")]
    assert {opened.opened(name) for name in names} == set(versions[3:])


@pytest.mark.anyio
async def test_another_sessions_exercise_cannot_be_submitted_with_this_pass(
    tmp_path: Path,
) -> None:
    settings = settings_for(tmp_path, ("practice", "eval"))
    async with proctor(settings) as up:
        await up.service.sessions.open({"exercises": ["eval"]})
        status, _ = await submit(up, body={"exercise": "eval"})
        with pytest.raises(Refusal):
            await up.service.submissions.take(up.card.session, "eval")

    assert status == 404


@pytest.mark.anyio
async def test_a_kernels_submission_waits_for_the_cell_that_asks_and_what_ran_before(
    tmp_path: Path,
) -> None:
    ask_for_it = http("POST", "/k/submit", {"exercise": "practice"})
    async with proctor(settings_for(tmp_path)) as up:
        await save(up, "s1", as_bytes())
        asked = asyncio.ensure_future(say(up, door_line(up, "k-1") + ask_for_it))
        await asyncio.sleep(0.5)
        early = asked.done()
        async with line(up) as to:  # S is back, and sends in order what it spooled
            await to.keep(an_event("away"), an_event("away-end", "execute_reply", msg_id="m-away"))
            await to.keep(an_event("asks"))
        answer = await asked
        (listed,) = await up.service.submissions.describe_all()
        archive = await fetch(up, listed["submission"])

    assert not early
    assert answer.startswith(b"HTTP/1.1 201")
    assert [e.cell_id for e in events_of(open_submission(archive))][-1] == "cell-asks"
