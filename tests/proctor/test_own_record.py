"""A candidate's own record as a zip: all that is theirs, and nothing that is not."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
from pathlib import Path
from typing import Any

import pytest

from harness.core.records import Receipt
from harness.proctor import own_record
from harness.proctor.own_record import WITHHELD
from tests.proctor.builders import Up, ask, proctor, settings_for
from tests.proctor.record import PLAN, a_save, an_event, as_bytes, journal, line, put, save
from tests.proctor.test_live import answer, come_in, live
from tests.proctor.test_panel import post, whole_record

pytestmark = pytest.mark.anyio


def lines(data: bytes) -> list[Any]:
    return [json.loads(one) for one in data.splitlines()]


async def test_it_holds_events_calls_versions_and_receipts_in_the_clear(tmp_path: Path) -> None:
    async with proctor(settings_for(tmp_path)) as up, line(up) as to:
        await to.keep(an_event("plan", payload={"source": PLAN}))
        async with up.kernel as kernel:
            await kernel.post("/v1/chat/completions", json=ask("one two three"))
        await save(up, "s1", as_bytes())
        csv_file = b"a,b\n1,2\n"
        await put(up, csv_file)
        await to.keep(a_save("s2", csv_file, path='practice/my "own", file.csv',
                             sha256=hashlib.sha256(csv_file).hexdigest()))  # fmt: skip
        _, receipt = await post(up, "/s/submit", {"exercise": "practice"})
        found = await whole_record(up)
        events = await journal(up)
        calls = await up.calls()
    table = list(csv.DictReader(io.StringIO(found["versions.csv"].decode())))

    assert [one["id"] for one in lines(found["events.jsonl"])] == [one.id for one in events]
    assert lines(found["events.jsonl"])[1]["payload"] == {"source": PLAN}
    assert [one["request"] for one in lines(found["calls.jsonl"])] == [calls[0].request]
    assert [found[row["file"]] for row in table] == [as_bytes(), csv_file]
    assert table[1]["path"] == 'practice/my "own", file.csv'
    assert re.fullmatch(
        r"versions/practice-\d{4}-\d\d-\d\d-\d{6}-[0-9a-f]{12}\.ipynb", table[0]["file"]
    )
    assert re.fullmatch(
        r"versions/practice-my-own-file-[-\d]{17}-[0-9a-f]{12}\.csv", table[1]["file"]
    )
    assert all(row["sha256"].startswith(row["file"].split("-")[-1][:12]) for row in table)
    kept = Receipt.model_validate_json(found["receipts/practice-1.json"])
    assert kept.to_value() == receipt
    assert b"Your own record" in found["README.txt"]


async def test_what_would_answer_the_exercise_is_left_out_and_so_is_every_key(
    tmp_path: Path,
) -> None:
    async with live(tmp_path) as up, come_in(up) as browser:
        async with up.kernel as kernel:
            await kernel.post("/v1/chat/completions", json=ask("hello"))
        _, asked = await post(up, "/s/ask", {"exercise": "practice", "question": "Who pays?"})
        await answer(browser, asked["id"], facts=["money"])
        found = await whole_record(up)
        recorded = {event.kind: event.payload for event in await journal(up)}
        key = up.service.sessions.key(up.card.session).to_text()
        passes = [up.card.lab_token or "", up.card.kernel_token or ""]
    everything = b"".join(found.values())
    told = {one["kind"]: one["payload"] for one in lines(found["events.jsonl"])}

    for kind, names in WITHHELD.items():
        assert not set(names) & set(told[kind])
        assert set(recorded[kind]) - set(told[kind]) <= set(names)
    assert "understood" in recorded["llm_call"] and "interviewer" in recorded["ask"]
    assert b"for reviewers alone" not in everything and b"iv-" not in everything
    assert told["ask"]["question"] == "Who pays?" and told["ask"]["text"]
    for secret in (key, *passes):
        assert secret and secret.encode() not in everything


async def test_a_record_of_many_pages_is_whole_and_in_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(own_record, "PAGE_BYTES", 200)
    async with proctor(settings_for(tmp_path)) as up, line(up) as to:
        await to.keep(*[an_event(f"e{n}") for n in range(60)])
        async with up.kernel as kernel:
            for text in ("one", "two", "three"):
                await kernel.post("/v1/chat/completions", json=ask(text))
        found = await whole_record(up)

    assert [one["seq"] for one in lines(found["events.jsonl"])] == list(range(64))
    said = [one["request"]["messages"][0]["content"] for one in lines(found["calls.jsonl"])]
    assert said == ["one", "two", "three"]


async def test_an_empty_record_is_a_record(tmp_path: Path) -> None:
    async with proctor(settings_for(tmp_path)) as up:
        found = await whole_record(up)

    assert [one["kind"] for one in lines(found["events.jsonl"])] == ["session_open"]
    assert (found["calls.jsonl"], found["versions.csv"]) == (b"", b"at,path,sha256,file\n")


async def test_a_version_that_cannot_be_read_is_named_and_takes_nothing_with_it(
    tmp_path: Path,
) -> None:
    async with proctor(settings_for(tmp_path)) as up:
        await save(up, "s1", as_bytes())
        await save(up, "s2", b"{}")
        broken, _ = await _blobs(up)
        broken.write_bytes(b"x")
        found = await whole_record(up)
    table = list(csv.DictReader(io.StringIO(found["versions.csv"].decode())))
    name, other = (row["file"] for row in table)

    assert name not in found and found[other] == b"{}"
    assert name.encode() in found["README.txt"]


async def test_a_hostile_name_leads_nowhere_and_bytes_saved_twice_lie_there_once(
    tmp_path: Path,
) -> None:
    async with proctor(settings_for(tmp_path)) as up, line(up) as to:
        await put(up, b"{}")
        sha256 = hashlib.sha256(b"{}").hexdigest()
        for number, path in enumerate(("practice/..evil..\\C:x/ü/.ipynb", "practice/b.ipynb")):
            await to.keep(a_save(f"s{number}", b"{}", path=path, sha256=sha256))
        found = await whole_record(up)
    files = [name for name in found if name.startswith("versions/")]

    assert len(files) == 1 and re.fullmatch(r"versions/[A-Za-z0-9.-]+", files[0])
    assert ".." not in files[0]


async def _blobs(up: Up) -> list[Path]:
    folder = up.service.settings.home / "proctor" / "blobs"
    return sorted((p for p in folder.rglob("*") if p.is_file()), key=lambda p: -p.stat().st_size)
