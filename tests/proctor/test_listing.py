"""`audition submissions`: reads what the proctor keeps, beside it or without it."""

import json
import stat
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from harness.core.errors import OursToFix, UsageError
from harness.core.submission import open_submission
from harness.core.verify import verify_submission
from harness.proctor.errors import StoreUnusable
from harness.proctor.listing import submissions
from tests.proctor.builders import proctor, settings_for
from tests.proctor.record import as_bytes, save

pytestmark = pytest.mark.anyio


def run(home: Path, *arguments: str) -> Result:
    return CliRunner().invoke(
        submissions, ["--home", str(home), *arguments], catch_exceptions=False
    )


async def submitted(tmp_path: Path, times: int = 1) -> tuple[Path, list[str], Any]:
    """A home in which so much was submitted, its ids, and the public key."""
    settings = settings_for(tmp_path)
    async with proctor(settings) as up:
        await save(up, "s1", as_bytes())
        taken = [await up.service.submissions.take(up.card.session, "practice")
                 for _ in range(times)]  # fmt: skip
        live = json.loads(run(settings.home, "--json").stdout)["submissions"]
        public = up.service.signer.public
    assert [row["number"] for row in live] == list(range(1, times + 1))
    return settings.home, [receipt.submission for receipt in taken], public


def snapshot(home: Path) -> dict[Path, bytes]:
    return {p: p.read_bytes() for p in home.rglob("*") if p.is_file()}


async def test_it_lists_what_was_submitted_and_writes_nothing(tmp_path: Path) -> None:
    home, names, _ = await submitted(tmp_path, times=2)
    before = snapshot(home)
    rows = json.loads(run(home, "--json").stdout)["submissions"]
    table = run(home).stdout.splitlines()

    assert [row["submission"] for row in rows] == names
    assert table[0].split()[:4] == ["submission", "session", "exercise", "number"]
    assert [row.split()[0] for row in table[1:]] == names
    assert snapshot(home) == before


async def test_it_hands_out_one_with_its_key_for_its_owner_alone(tmp_path: Path) -> None:
    home, (name,), public = await submitted(tmp_path)
    out = tmp_path / "out.zip"
    told = json.loads(run(home, "--json", "--out", str(out), name).stdout)
    data = out.read_bytes()

    assert told == {"submission": name, "file": str(out), "size_bytes": len(data)}
    assert verify_submission(data, public).is_whole
    assert open_submission(data).opened("notebook.sealed") == as_bytes()
    assert stat.S_IMODE(out.stat().st_mode) == 0o600


async def test_what_cannot_be_done_is_told_and_nothing_is_overwritten(tmp_path: Path) -> None:
    home, (name,), _ = await submitted(tmp_path)
    there = tmp_path / "there.zip"
    there.write_bytes(b"mine")
    for arguments, says in [
        ((name,), "give both or neither"),
        (("--out", str(tmp_path / "x")), "give both or neither"),
        (("--out", str(tmp_path / "x"), "sub-none"), "no submission 'sub-none'"),
        (("--out", str(tmp_path / "x"), "../../x"), "no submission"),
        (("--out", str(there), name), "is there already"),
        (("--out", str(tmp_path / "no" / "x"), name), "cannot be written"),
    ]:
        with pytest.raises(UsageError, match=says):
            run(home, *arguments)

    assert there.read_bytes() == b"mine"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["home", "photographs", "there.zip"]


async def test_a_home_without_a_proctor_has_nothing(tmp_path: Path) -> None:
    assert json.loads(run(tmp_path, "--json").stdout) == {"submissions": []}
    assert run(tmp_path).stdout == "Nothing has been submitted.\n"
    assert list(tmp_path.iterdir()) == []


async def test_a_database_that_is_none_and_an_archive_that_was_cut_are_named(
    tmp_path: Path,
) -> None:
    home, (name,), _ = await submitted(tmp_path)
    (file,) = (home / "proctor" / "submissions").glob("*.zip")
    file.write_bytes(file.read_bytes()[:-9])
    with pytest.raises(OursToFix, match="not on disk as it was written"):
        run(home, "--out", str(tmp_path / "x"), name)
    (home / "proctor" / "witness.sqlite").write_bytes(b"a shopping list " * 400)

    with pytest.raises(StoreUnusable, match="cannot be read"):
        run(home)


async def test_a_home_of_any_name_is_read(tmp_path: Path) -> None:
    home, names, _ = await submitted(tmp_path)
    moved = home.rename(tmp_path / "50%20 of it? #1")

    assert names[0] in run(moved).stdout
    assert run(moved, names[0], "--out", str(tmp_path / "one.zip")).exit_code == 0
