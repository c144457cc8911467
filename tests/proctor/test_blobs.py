"""Saved files: whole or not at all, sealed on disk, and named by saves only once they are here."""

import asyncio
import hashlib
import stat
from pathlib import Path

import pytest

from harness.core.settings import Settings
from harness.proctor import blobs
from harness.proctor.blobs import LARGEST_BLOB_BYTES
from harness.proctor.errors import Refusal
from tests.proctor.builders import Up, proctor, settings_for
from tests.proctor.record import a_save, as_bytes, journal, line, put, raw_journal

pytestmark = pytest.mark.anyio


def name_of(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def files(settings: Settings) -> list[Path]:
    return [p for p in (settings.home / "proctor" / "blobs").rglob("*") if p.is_file()]


async def put_as(up: Up, name: str, data: bytes) -> tuple[int, str]:
    async with up.lab as client:
        answer = await client.put(f"/s/blobs/{name}", content=data)
    return answer.status_code, answer.json().get("error", {}).get("code", "")


@pytest.mark.both_stores
async def test_a_blob_comes_back_as_it_was_sent_and_the_second_time_is_no_second_blob(
    tmp_path: Path,
) -> None:
    settings = settings_for(tmp_path)
    data = bytes(range(256)) * 9_000
    async with proctor(settings) as up, up.lab as lab:
        statuses = [await put(up, data), await put(up, data), await put(up, b"")]
        back = [(await lab.get(f"/s/blobs/{name_of(d)}")).content for d in (data, b"")]

    assert statuses == [201, 200, 201]
    assert back == [data, b""]
    assert len(files(settings)) == 2


async def test_on_disk_it_is_sealed_private_and_not_named_by_its_hash(tmp_path: Path) -> None:
    settings = settings_for(tmp_path)
    data = b"the candidate's own words " * 50
    async with proctor(settings) as up:
        await put(up, data)
        key = up.service.sessions.key(up.card.session)
    (file,) = files(settings)

    assert file.name == key.blob_id(data) != name_of(data)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert b"own words" not in file.read_bytes()
    place = f"{up.card.session}|blob|{file.name}"
    assert key.open(file.read_bytes(), place=place) == data


async def test_other_bytes_than_the_address_says_are_refused_and_leave_nothing(
    tmp_path: Path,
) -> None:
    settings = settings_for(tmp_path)
    async with proctor(settings) as up, up.lab as lab:
        wrong = await put_as(up, name_of(b"one"), b"two")
        gone = await lab.get(f"/s/blobs/{name_of(b'one')}")

    assert wrong == (400, "hash_mismatch")
    assert gone.status_code == 404
    assert files(settings) == []


@pytest.mark.parametrize(
    "name", ["x", "A" * 64, "0" * 63, "0" * 65, "..%2f..%2fetc", "%00" * 64, "0" * 64 + "%0a"]
)
async def test_an_address_that_is_no_hash_leads_nowhere(tmp_path: Path, name: str) -> None:
    settings = settings_for(tmp_path)
    async with proctor(settings) as up, up.lab as lab:
        answers = [
            await lab.put(f"/s/blobs/{name}", content=b"x"),
            await lab.get(f"/s/blobs/{name}"),
        ]

    assert {answer.status_code for answer in answers} <= {400, 404}
    assert files(settings) == []


async def test_too_many_bytes_are_refused_whether_or_not_they_are_announced(
    tmp_path: Path,
) -> None:
    settings = settings_for(tmp_path)

    async def endless(pieces: int):
        for _ in range(pieces):
            yield bytes(1 << 20)

    async with proctor(settings) as up:
        with pytest.raises(Refusal) as refused:
            await up.service.blobs.put(up.card.session, "0" * 64, endless(65))
        as_large_as_may_be = bytes(LARGEST_BLOB_BYTES)
        status = await put(up, as_large_as_may_be)
        with pytest.raises(Refusal) as full:
            await up.service.blobs.put(up.card.session, name_of(as_large_as_may_be), endless(65))

    assert (refused.value.status, full.value.status, status) == (413, 413, 201)
    assert len(files(settings)) == 1


async def test_a_session_has_so_much_room_and_no_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(blobs, "MOST_SESSION_BYTES", 1000)
    async with proctor(settings_for(tmp_path)) as up:
        answers = [await put(up, b"a" * 900), await put(up, b"b" * 101), await put(up, b"c" * 100),
                   await put(up, b"d"), await put(up, b"a" * 900)]  # fmt: skip

    assert answers == [201, 413, 201, 413, 200]


async def test_a_sender_that_goes_away_leaves_nothing(tmp_path: Path) -> None:
    settings = settings_for(tmp_path)
    async with proctor(settings) as up:
        host, port = up.url.removeprefix("http://").split(":")
        _, writer = await asyncio.open_connection(host, int(port))
        head = f"PUT /s/blobs/{'0' * 64} HTTP/1.1\r\nhost: x\r\ncontent-length: 1000000\r\n"
        writer.write(f"{head}authorization: Bearer {up.card.lab_token}\r\n\r\n".encode())
        writer.write(b"x" * 500_000)
        await writer.drain()
        await asyncio.sleep(0.2)
        writer.transport.abort()
        await asyncio.sleep(0.2)
        left = files(settings)

    assert left == []


async def test_a_full_disk_is_worth_a_retry_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(file: object) -> None:
        raise OSError(28, "No space left on device")

    settings = settings_for(tmp_path)
    async with proctor(settings) as up:
        with monkeypatch.context() as patched:
            patched.setattr(blobs, "_sync", full)
            refused = await put_as(up, name_of(b"x"), b"x")
        left = files(settings)
        after = await put(up, b"x")

    assert refused == (503, "storage_unavailable")
    assert (left, after) == ([], 201)


async def test_what_a_killed_proctor_left_half_written_is_cleared_away(tmp_path: Path) -> None:
    settings = settings_for(tmp_path)
    async with proctor(settings) as up:
        await put(up, b"x")
    (file,) = files(settings)
    file.with_name(".part-0123").write_bytes(b"half")
    async with proctor(settings):
        left = files(settings)

    assert left == [file]


async def test_blobs_and_saves_are_the_candidates_servers_alone(tmp_path: Path) -> None:
    async with proctor(settings_for(tmp_path)) as up:
        await put(up, b"mine")
        other = await up.service.sessions.open({"exercises": ["practice"]})
        async with up.kernel as kernel, up.http(other.lab_token) as stranger:
            address = f"/s/blobs/{name_of(b'mine')}"
            statuses = [
                (await kernel.put(address, content=b"mine")).status_code,
                (await kernel.get(address)).status_code,
                (await kernel.get("/s/saves/practice")).status_code,
                (await stranger.get(address)).status_code,
                (await stranger.get("/s/saves/nowhere")).status_code,
            ]

    assert statuses == [403, 403, 403, 404, 404]


async def test_a_save_without_its_bytes_is_refused_for_now_and_taken_once_they_are_here(
    tmp_path: Path,
) -> None:
    data = as_bytes()
    async with proctor(settings_for(tmp_path)) as up, line(up) as to:
        before = await raw_journal(up)
        await to.keep(a_save("s1", data))
        unchanged = await raw_journal(up)
        await put(up, data)
        await to.keep(a_save("s1", data), a_save("s1", data))

    assert to.codes == ["blob_missing"] and to.refused[0][1]["should_retry"] is True
    assert before == unchanged
    assert to.durable == ["s1", "s1"]


@pytest.mark.both_stores
async def test_a_save_that_names_nothing_usable_is_refused(tmp_path: Path) -> None:
    data = as_bytes()
    bad = [{"path": ""}, {"path": None}, {"path": "x" * 2000}, {"path": "a\0b"}, {"sha256": "xyz"},
           {"sha256": 7}, {"size_bytes": 1}, {"size_bytes": -1}, {"size_bytes": "12"}]  # fmt: skip
    async with proctor(settings_for(tmp_path)) as up, line(up) as to:
        await put(up, data)
        await to.keep(*(a_save(f"s{n}", data, **about) for n, about in enumerate(bad)))
        events = await journal(up, "save")

    assert (to.durable, events) == ([], [])
    assert to.codes == ["bad_request"] * len(bad)


@pytest.mark.both_stores
async def test_saves_are_listed_newest_last_and_can_be_fetched(tmp_path: Path) -> None:
    versions = [as_bytes({"cells": [], "v": n}) for n in range(3)]
    async with proctor(settings_for(tmp_path)) as up, line(up) as to, up.lab as lab:
        for number, data in enumerate(versions):
            await put(up, data)
            await to.keep(a_save(f"s{number}", data))
        await to.keep(a_save("other", versions[0], path="practice/second.ipynb"))
        listed = (await lab.get("/s/saves/practice")).json()["saves"]
        back = (await lab.get(f"/s/blobs/{listed[2]['sha256']}")).content

    assert [save["id"] for save in listed] == ["s0", "s1", "s2", "other"]
    assert listed[3]["path"] == "practice/second.ipynb"
    assert back == versions[2]
