"""The proctor's keys: made once, private, rotated with overlap, revoked, never lost to a crash."""

from __future__ import annotations

import asyncio
import datetime as dt
import os
import signal
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from harness.core.clock import SteppedClock, to_wire
from harness.core.errors import SettingsError, UsageError
from harness.core.keyring import Keyring
from harness.core.settings import Settings
from harness.core.signing import PublicKey, SigningKey
from harness.core.verify import verify_submission
from harness.proctor.backup import back_up, restore
from harness.proctor.errors import Refusal
from harness.proctor.keys_command import keys
from harness.proctor.service import hold_home
from harness.proctor.signer import OVERLAP, Signer
from tests.proctor.builders import Up, operator_token, proctor, settings_for
from tests.proctor.record import as_bytes, heads, journal, save

CLOCK = SteppedClock()


def test_the_key_is_made_once_and_is_private(tmp_path: Path) -> None:
    first, second = (Signer(tmp_path / "keys", CLOCK) for _ in range(2))

    assert first.current == second.current
    assert (tmp_path / "keys/signing.key").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "keys").stat().st_mode & 0o777 == 0o700
    line = (tmp_path / "keys/public.txt").read_text()
    assert PublicKey.from_text(line) == first.public
    assert Keyring.from_text(line) == first.ring


@pytest.mark.parametrize(
    ("name", "data", "word"),
    [
        ("signing.key", b"short", "5 bytes"),
        ("public.txt", b"\xff\xfe", "take it from a backup"),
        ("public.txt", b"audition-ed25519:AAAA\n", "take it from a backup"),
        ("public.txt", b"", "take it from a backup"),
    ],
)
def test_a_damaged_file_is_named(tmp_path: Path, name: str, data: bytes, word: str) -> None:
    (tmp_path / name).write_bytes(data)

    with pytest.raises(SettingsError, match=word):
        Signer(tmp_path, CLOCK)


def test_a_list_of_one_key_as_it_was_before_there_were_several_is_taken(tmp_path: Path) -> None:
    old = SigningKey(b"\5" * 32)
    (tmp_path / "signing.key").write_bytes(old.seed)
    (tmp_path / "public.txt").write_text(old.public.to_text() + "\n")
    signer = Signer(tmp_path, CLOCK)
    signer.rotate()

    first, second = signer.ring.keys
    assert (first.public, first.from_at) == (old.public, None)
    assert first.until_at == CLOCK.now() + OVERLAP
    assert (second.public, second.from_at) == (signer.public, CLOCK.now())


def test_a_key_put_there_by_hand_joins_and_one_that_has_ended_does_not_sign_again(
    tmp_path: Path,
) -> None:
    before = Signer(tmp_path, CLOCK).current
    (tmp_path / "signing.key").write_bytes(b"\7" * 32)
    joined = Signer(tmp_path, CLOCK)
    (tmp_path / "signing.key").write_bytes(before.seed)
    after = Signer(tmp_path, CLOCK)

    assert [one.public for one in joined.ring.keys] == [before.public, joined.public]
    assert after.public not in (before.public, joined.public)
    assert [one.until_at is None for one in after.ring.keys] == [False, False, True]


def test_what_cannot_be_revoked_is_told(tmp_path: Path) -> None:
    signer = Signer(tmp_path, CLOCK)

    with pytest.raises(UsageError, match="there is no key"):
        signer.revoke("0" * 16, CLOCK.now())
    with pytest.raises(UsageError, match="has been"):
        signer.revoke(signer.public.key_id, CLOCK.now() + dt.timedelta(seconds=1))


@pytest.mark.parametrize(
    "line",
    [
        "{key} until=tomorrow", "{key} since=2026-01-01", "{key}\n{key}", "{key} from=9999999",
        "{key} until=2026-01-01 until=2026-01-02", "{key} {key}", "# none", "", "ssh-rsa AAAA",
        "{key}\nnonsense", "{key} revoked=", "{key} from=0001-01-01T00:00:00+23:00",
    ],
)  # fmt: skip
def test_a_list_that_is_off_is_refused_with_the_line_it_is(line: str) -> None:
    key = SigningKey(b"\1" * 32).public.to_text()

    with pytest.raises(SettingsError, match="public key"):
        Keyring.from_text(line.format(key=key))


def rotate_until(folder: Path, step: int) -> int:
    """Rotate in a process that is killed before its step-th word to the disk; return its end."""
    child = os.fork()
    if child:
        return os.waitpid(child, 0)[1]
    left = step

    def counted(does: Any) -> Any:
        def one(*args: Any, **named: Any) -> Any:
            nonlocal left
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)
            return does(*args, **named)

        return one

    try:
        keys = Signer(folder, CLOCK)
        os.open, os.fsync, os.fchmod = counted(os.open), counted(os.fsync), counted(os.fchmod)
        Path.replace = counted(Path.replace)  # type: ignore[method-assign]
        keys.rotate()
        os._exit(0)
    finally:
        os._exit(1)


def test_a_kill_at_any_step_of_a_rotation_leaves_one_key_that_signs(tmp_path: Path) -> None:
    first = Signer(tmp_path / "0", CLOCK).current
    was_rotated, step = [], 0
    while True:
        step += 1
        folder = tmp_path / str(step)
        folder.mkdir()
        (folder / "signing.key").write_bytes(first.seed)
        (folder / "public.txt").write_text(first.public.to_text() + "\n")
        done = rotate_until(folder, step)
        again = Signer(folder, CLOCK)
        was_rotated.append(again.public != first.public)

        assert again.ring.keys[-1].public == again.public
        assert again.ring.find(first.public.key_id) is not None
        assert [one.until_at is None for one in again.ring.keys].count(True) == 1
        assert not list(folder.glob("next.key")) and not list(folder.glob("*.part"))
        assert Signer(folder, CLOCK).current == again.current
        again.rotate()
        assert again.ring.keys[-1].public == again.public
        if done == 0:
            break
        assert done == signal.SIGKILL

    assert step > 10 and was_rotated[0] is False and was_rotated[-1] is True
    assert was_rotated == sorted(was_rotated)  # not done, then done: nothing in between


@pytest.mark.parametrize("name", ["next.key.part", "public.txt.part"])
def test_a_disk_that_does_not_take_it_leaves_the_key_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    signer = Signer(tmp_path, CLOCK)
    before, whole = signer.current, os.open

    def full(path: Any, *args: Any, **named: Any) -> int:
        if Path(path).name == name:
            raise OSError(28, "No space left on device")
        return whole(path, *args, **named)

    with monkeypatch.context() as broken:
        broken.setattr(os, "open", full)
        with pytest.raises(OSError, match="No space"):
            signer.rotate()
        assert signer.current == before and signer.ring.keys[-1].until_at is None

    assert Signer(tmp_path, CLOCK).current == before
    signer.rotate()
    assert signer.current != before and len(signer.ring.keys) == 2


async def post(up: Up, path: str, body: Any = None) -> Any:
    async with up.operator as client:
        answer = await client.post(path, json=body or {})
    assert answer.status_code < 300, answer.text
    return answer.json()


async def submitted(up: Up) -> bytes:
    """What a submission taken now is."""
    receipt = await post(up, f"/sessions/{up.card.session}/submit", {"exercise": "practice"})
    async with up.operator as client:
        return (await client.get(f"/submissions/{receipt['submission']}")).content


def ring_of(settings: Settings) -> Keyring:
    return Keyring.from_text((settings.home / "proctor/keys/public.txt").read_text())


@pytest.mark.anyio
async def test_a_running_proctor_takes_the_new_key_and_what_the_old_one_signed_verifies(
    tmp_path: Path,
) -> None:
    settings = settings_for(tmp_path)
    async with proctor(settings) as up:
        old = up.service.signer.public
        await save(up, "s1", as_bytes())
        first = await submitted(up)
        told = await post(up, "/keys/rotate")
        await save(up, "s2", as_bytes({"cells": []}))
        second = await submitted(up)
        new = up.service.signer.public
        signed = await heads(up)
        (mark,) = await journal(up, "signing_key")
    ring = ring_of(settings)
    async with proctor(settings) as again:  # and it is the same after a restart
        assert again.service.signer.public == new
        again.card = up.card
        third = await submitted(again)

    verdicts = [verify_submission(data, ring) for data in (first, second, third)]
    assert all(verdict.is_whole for verdict in verdicts), [v.why for v in verdicts]
    assert [verdict.key_id for verdict in verdicts] == [old.key_id, new.key_id, new.key_id]
    assert verdicts[1].signers == (old.key_id, new.key_id) and told["key"] == new.key_id
    assert mark.payload == {"key_id": new.key_id, "public": new.to_text()}
    assert {h.key_id for h in signed if h.seq < mark.seq} == {old.key_id}
    assert {h.key_id for h in signed if h.seq >= mark.seq} == {new.key_id}
    assert not verify_submission(second, Keyring.of(old)).is_whole
    assert not verify_submission(second, Keyring.of(new)).is_whole  # heads before are the old one's


@pytest.mark.anyio
async def test_a_stolen_key_is_revoked_and_what_rests_on_it_alone_is_told(tmp_path: Path) -> None:
    settings = settings_for(tmp_path)
    clock = SteppedClock()
    async with proctor(settings, clock=clock) as up:
        stolen = up.service.signer.public.key_id
        await save(up, "s1", as_bytes())
        before = await submitted(up)
        clock.advance(100)
        since = clock.now()
        await save(up, "s2", as_bytes({"cells": []}))
        resting = await submitted(up)
        told = await post(up, "/keys/revoke", {"key": stolen, "since": to_wire(since)})
        anew = await submitted(up)
    ring = ring_of(settings)

    found = [verify_submission(data, ring) for data in (before, resting, anew)]
    assert [verdict.is_whole for verdict in found] == [True, False, True]
    assert "ask when this file was received" in found[0].notes[0]
    assert f"rests on the key {stolen} alone" in found[1].distrusted[0] and not found[1].alterations
    assert found[1].why == found[1].distrusted[0]
    assert not found[2].notes and found[2].key_id == up.service.signer.public.key_id
    assert told["journals"] == 1 and ring.keys[0].revoked_since == since


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("body", "word"),
    [
        ({}, "key"), ({"key": "x"}, "since"), ({"key": "x", "since": "soon"}, "is no time"),
        ({"key": "0" * 16, "since": "2026-01-01"}, "there is no key"),
        ({"key": 5, "since": "2026-01-01"}, "key"), ({"key": "x", "since": "2026", "y": 1}, "y"),
    ],
)  # fmt: skip
async def test_a_revocation_that_cannot_be_is_a_clear_400(
    tmp_path: Path, body: dict[str, Any], word: str
) -> None:
    async with proctor(settings_for(tmp_path)) as up:
        async with up.operator as client, up.lab as lab, up.kernel as kernel:
            answer = await client.post("/keys/revoke", json=body)
            asked = [await one.post("/keys/rotate", json={}) for one in (lab, kernel)]
        assert len(up.service.signer.ring.keys) == 1

    assert answer.status_code == 400 and word in answer.json()["error"]["message"]
    assert [one.status_code for one in asked] == [403, 403]


@pytest.mark.anyio
async def test_rotations_amid_submissions_and_events_leave_every_receipt_and_head_good(
    tmp_path: Path,
) -> None:
    settings = settings_for(tmp_path)
    async with proctor(settings) as up:
        await save(up, "s1", as_bytes())

        async def rotating() -> None:
            for _ in range(5):
                await post(up, "/keys/rotate")

        async def submitting() -> list[bytes]:
            return [await submitted(up) for _ in range(6)]

        taken, _ = await asyncio.gather(submitting(), rotating())
        taken.append(await submitted(up))
    ring = ring_of(settings)
    found = [verify_submission(data, ring) for data in taken]

    assert [verdict.why for verdict in found if not verdict.is_whole] == []
    assert len(ring.keys) == 6 and found[-1].key_id == ring.keys[-1].key_id


@pytest.mark.anyio
async def test_an_erased_candidates_journal_keeps_nobody_elses_head_waiting(tmp_path: Path) -> None:
    settings = settings_for(tmp_path)
    async with proctor(settings) as up:
        await save(up, "s1", as_bytes())
        other = await up.service.sessions.open({"exercises": ["practice"]})
        await up.service.writer.do(lambda c: up.service.witness.sign(c, up.card.session))
        key = up.service.witness._key_of

        def gone(session: str) -> Any:
            if session == up.card.session:
                raise Refusal("erased", status=410, code="erased")
            return key(session)

        up.service.witness._key_of = gone
        up.service.witness._unsigned.add(up.card.session)
        await post(up, "/keys/rotate")
        await up.service.writer.do(up.service.witness._sign_all)
        done = await up.service.witness.countersign()
        mine = up.card
        up.card = other
        signed = await heads(up)
        up.card = mine

    assert done == 1 and signed[-1].key_id == up.service.signer.public.key_id


@pytest.mark.anyio
async def test_a_backup_keeps_several_keys_and_signs_on_after_it(tmp_path: Path) -> None:
    settings = settings_for(tmp_path)
    async with proctor(settings) as up:
        await save(up, "s1", as_bytes())
        first = await submitted(up)
        await post(up, "/keys/rotate")
        second = await submitted(up)
        back_up(settings.home / "proctor", tmp_path / "b.tar", made_at=CLOCK.now(),
                tell=lambda *_: None)  # fmt: skip
    elsewhere = settings.model_copy(update={"home": tmp_path / "elsewhere"})
    restore(tmp_path / "b.tar", elsewhere.home / "proctor", tell=lambda *_: None)
    async with proctor(elsewhere) as again:
        again.card = up.card
        third = await submitted(again)
        assert again.service.signer.ring == up.service.signer.ring

    verdicts = [verify_submission(data, ring_of(elsewhere)) for data in (first, second, third)]
    assert all(verdict.is_whole for verdict in verdicts), [v.why for v in verdicts]
    assert (elsewhere.home / "proctor/keys/signing.key").stat().st_mode & 0o777 == 0o600


@pytest.mark.anyio
async def test_a_fresh_operators_pass_ends_the_one_before(tmp_path: Path) -> None:
    settings = settings_for(tmp_path)
    async with proctor(settings) as up:
        async with up.operator as client:
            first = await client.post("/keys/operator", json={})
            then = await client.get("/sessions")
        async with up.operator as client:
            now = await client.get("/sessions")
    async with proctor(settings) as again, again.operator as client:
        later = await client.get("/sessions")

    path = settings.home / "proctor" / "operator.token"
    assert [one.status_code for one in (first, then, now, later)] == [200, 401, 200, 200]
    assert operator_token(settings) not in first.text
    assert path.stat().st_mode & 0o777 == 0o600


def run(settings: Settings, *args: str) -> Any:
    env = {"AUDITION_HOME": str(settings.home)}
    return CliRunner().invoke(keys, list(args), env=env)


@pytest.mark.anyio
async def test_the_commands_work_with_a_proctor_that_is_up_and_without_one(tmp_path: Path) -> None:
    settings = settings_for(tmp_path)
    nothing = run(settings, "rotate")
    async with proctor(settings) as up:
        first = up.service.signer.public.key_id
        (settings.home / "proctor" / "address").write_text(up.url + "\n")
        rotated = await asyncio.to_thread(run, settings, "rotate")
        second = up.service.signer.public.key_id
        revoked = await asyncio.to_thread(run, settings, "revoke", second, "--since", "2026-01-01")
        (settings.home / "proctor" / "address").unlink()
        held = await asyncio.to_thread(run, settings, "rotate")
    alone = run(settings, "rotate")
    fresh = run(settings, "operator")
    listed = run(settings, "list")
    with hold_home(settings.home / "proctor"):
        pass

    assert "no proctor's home" in str(nothing.exception)
    assert rotated.exit_code == 0 and second in rotated.output
    assert revoked.exit_code == 0 and "journals" in revoked.output
    assert "another proctor is at work" in str(held.exception)
    assert alone.exit_code == 0 and fresh.exit_code == 0, alone.output
    lines = listed.output.splitlines()
    assert len(lines) == 4 and lines[0].startswith(first)
    assert "revoked since 2026-01-01" in lines[1] and lines[3].endswith("signs now")
