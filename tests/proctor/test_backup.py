"""A proctor in one file and back: taken while it works, whole or refused, nothing written over."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import tarfile
from pathlib import Path
from typing import Any

import httpx
import pytest

from harness.bench.postgres import Postgres
from harness.core.clock import SteppedClock
from harness.core.errors import UsageError
from harness.core.settings import ProctorSettings
from harness.proctor.backup import back_up, restore
from tests.proctor.builders import Up, ask, proctor, settings_for

pytestmark = pytest.mark.anyio


def silent(path: str, size_bytes: int) -> None:
    return


async def sat(up: Up) -> dict[str, Any]:
    """A call, a saved file and a submission; what the purse says afterwards."""
    async with up.kernel as kernel, up.lab as lab:
        assert (await kernel.post("/v1/chat/completions", json=ask("hello"))).status_code == 200
        data = b'{"cells":[],"metadata":{},"nbformat":4,"nbformat_minor":5}'
        import hashlib

        name = hashlib.sha256(data).hexdigest()
        put = await lab.put(f"/s/blobs/{name}", content=data)
        assert put.status_code in (200, 201), put.text
        found: dict[str, Any] = (await kernel.get("/k/budget")).json()
    return found


@pytest.fixture
async def made(tmp_path: Path) -> tuple[Path, dict[str, Any], str, str]:
    """A backup taken while its proctor is up; budget, session and kernel token."""
    out = tmp_path / "backup.tar"
    async with proctor(settings_for(tmp_path)) as up:
        budget = await sat(up)
        back_up(up.service.folder, out, made_at=SteppedClock().now(), tell=silent)
        return out, budget, up.card.session, up.card.kernel_token or ""


async def test_what_was_backed_up_while_it_worked_works_again(
    tmp_path: Path, made: tuple[Path, dict[str, Any], str, str]
) -> None:
    out, budget, session, token = made
    settings = settings_for(tmp_path).model_copy(update={"home": tmp_path / "again"})
    restore(out, settings.home / "proctor", tell=silent)
    async with proctor(settings) as up:
        async with up.http(token) as kernel:
            again = (await kernel.get("/k/budget")).json()
            called = await kernel.post("/v1/chat/completions", json=ask("hello again"))
        key = up.service.sessions.key(session)
        blobs = [path for path in (up.service.folder / "blobs").rglob("*") if path.is_file()]
    modes = {path.stat().st_mode & 0o077 for path in (settings.home / "proctor").rglob("*")}

    assert again == budget and called.status_code == 200 and key
    assert len(blobs) == 1
    assert out.stat().st_mode & 0o077 == 0
    assert (settings.home / "proctor").stat().st_mode & 0o077 == 0
    assert modes <= {0, 0o011, 0o055, 0o066}  # what the running proctor itself opens: its doors


async def test_nothing_is_written_over(
    tmp_path: Path, made: tuple[Path, dict[str, Any], str, str]
) -> None:
    folder = settings_for(tmp_path).home / "proctor"
    before = (folder / "operator.token").read_bytes()

    with pytest.raises(UsageError, match="nothing is written over"):
        restore(made[0], folder, tell=silent)
    with pytest.raises(UsageError, match="choose another name"):
        back_up(folder, made[0], made_at=SteppedClock().now(), tell=silent)
    assert (folder / "operator.token").read_bytes() == before


async def test_every_flipped_byte_of_a_file_is_noticed(
    tmp_path: Path, made: tuple[Path, dict[str, Any], str, str]
) -> None:
    whole = made[0].read_bytes()
    with tarfile.open(made[0]) as archive:
        places = [(one.offset_data, one.size) for one in archive if one.size]
    for start, size in places:
        altered = bytearray(whole)
        altered[start + size // 2] ^= 4
        made[0].write_bytes(bytes(altered))
        with pytest.raises(UsageError):
            restore(made[0], tmp_path / "again" / "proctor", tell=silent)

        assert not list((tmp_path / "again").iterdir())


@pytest.mark.parametrize("share", [0.0, 0.2, 0.5, 0.9, 0.999])
async def test_a_backup_that_is_cut_short_is_refused_and_leaves_nothing(
    tmp_path: Path, made: tuple[Path, dict[str, Any], str, str], share: float
) -> None:
    whole = made[0].read_bytes()
    made[0].write_bytes(whole[: int(len(whole) * share * 0.9)])

    with pytest.raises(UsageError):
        restore(made[0], tmp_path / "again" / "proctor", tell=silent)
    assert not list((tmp_path / "again").iterdir())


def tar_of(*members: tarfile.TarInfo) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for member in members:
            archive.addfile(member, io.BytesIO(b"x" * member.size))
    return out.getvalue()


def member(name: str, *, kind: bytes = tarfile.REGTYPE, to: str = "", size: int = 1) -> Any:
    about = tarfile.TarInfo(name)
    about.type, about.linkname, about.size = kind, to, size if kind == tarfile.REGTYPE else 0
    return about


HOSTILE = {
    "climbs": tar_of(member("../evil")),
    "climbs-inside": tar_of(member("blobs/../../evil")),
    "absolute": tar_of(member("/tmp/evil-backup")),
    "link": tar_of(member("blobs/a", kind=tarfile.SYMTYPE, to="/etc/passwd")),
    "hard-link": tar_of(member("keys/a", kind=tarfile.LNKTYPE, to="operator.token")),
    "device": tar_of(member("blobs/a", kind=tarfile.CHRTYPE)),
    "folder": tar_of(member("blobs", kind=tarfile.DIRTYPE)),
    "strange": tar_of(member("authorized_keys")),
    "hidden": tar_of(member("keys/.hidden")),
    "twice": tar_of(member("operator.token"), member("operator.token")),
    "no-list": tar_of(member("operator.token")),
    "list-no-json": tar_of(member("backup.json", size=3)),
    "empty-list": b"",
    "no-tar": b"PK\x03\x04 not a tar" * 100,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_no_backup_is_refused_and_leaves_nothing(tmp_path: Path, name: str) -> None:
    source = tmp_path / "x.tar"
    source.write_bytes(HOSTILE[name])

    with pytest.raises(UsageError):
        restore(source, tmp_path / "home" / "proctor", tell=silent)
    assert list((tmp_path / "home").iterdir()) == []
    assert sorted(path.name for path in tmp_path.iterdir()) == ["home", "x.tar"]
    assert not Path("/tmp/evil-backup").exists()


@pytest.mark.parametrize("to_server", [True, False], ids=["there", "and-back"])
async def test_a_backup_leads_from_one_engine_to_the_other(
    tmp_path: Path, postgres: Postgres, to_server: bool
) -> None:
    plain = settings_for(tmp_path)
    own = plain.proctor.model_copy(update={"database": postgres.database()})
    hosted = plain.model_copy(update={"proctor": own, "home": tmp_path / "hosted"})
    source, target = (plain, hosted) if to_server else (hosted, plain)
    out, name = tmp_path / "backup.tar", "Ada Example"
    async with proctor(source, candidate=name) as up:
        budget, card = await sat(up), up.card
        with pytest.raises(UsageError, match="is there already"):
            restore(out, up.service.folder, tell=silent, own=source.proctor)
        back_up(
            up.service.folder, out, made_at=SteppedClock().now(), tell=silent, own=source.proctor
        )
    restore(out, target.home / "proctor", tell=silent, own=target.proctor)
    async with proctor(target, candidate=name) as up:
        again = up.service.sessions.get(up.card.session).candidate
        up.card = card
        async with up.kernel as kernel:
            kept = (await kernel.get("/k/budget")).json()
            called = await kernel.post("/v1/chat/completions", json=ask("hello"))
        calls = await up.calls()
        candidate = up.service.sessions.get(card.session).candidate

    assert kept == budget and called.status_code == 200 and candidate == again
    assert [call.occurrence for call in calls] == [0, 1]
    assert bool(list((target.home / "proctor").glob("*.sqlite"))) is not to_server


async def test_a_backup_is_not_restored_over_a_server_that_holds_something(
    tmp_path: Path, postgres: Postgres, made: tuple[Path, dict[str, Any], str, str]
) -> None:
    own = ProctorSettings(database=postgres.database())
    restore(made[0], tmp_path / "one" / "proctor", tell=silent, own=own)

    with pytest.raises(UsageError, match="is not empty, and nothing is written over"):
        restore(made[0], tmp_path / "two" / "proctor", tell=silent, own=own)
    assert list((tmp_path / "two").iterdir()) == []


def test_the_commands_say_what_they_did(tmp_path: Path) -> None:
    def run(*argv: str, home: Path) -> subprocess.CompletedProcess[str]:
        environment = {"PATH": os.environ["PATH"], "AUDITION_HOME": str(home)}
        return subprocess.run(
            [sys.executable, "-m", "harness.cli", *argv], env=environment, cwd=tmp_path,
            capture_output=True, text=True, timeout=60,
        )  # fmt: skip

    nothing = run("backup", "b.tar", home=tmp_path / "nowhere")
    started = subprocess.Popen(
        [sys.executable, "-m", "harness.proctor", "--home", str(tmp_path / "one"), "--port", "0"],
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    assert started.stdout is not None
    address = json.loads(started.stdout.readline())["address"]
    assert httpx.get(f"{address}/healthz").status_code == 200
    made = run("backup", "b.tar", home=tmp_path / "one")
    started.terminate()
    started.communicate(timeout=20)
    back = run("restore", "b.tar", home=tmp_path / "two")
    twice = run("restore", "b.tar", home=tmp_path / "two")

    assert nothing.returncode == 2 and "nothing to back up" in nothing.stderr
    assert made.returncode == 0 and "files" in made.stdout, made.stderr
    assert back.returncode == 0 and "as of" in back.stdout, back.stderr
    assert twice.returncode == 2 and "Traceback" not in twice.stderr
