"""`audition verify` as a person types it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from harness.cli.main import front_door, main
from harness.core.keyring import Keyring
from harness.core.signing import SigningKey
from tests.core.builders import START, Made, a_submission


@pytest.fixture(scope="module")
def made() -> Made:
    return a_submission(length=12, heads_at=())


@pytest.fixture
def here(tmp_path: Path, made: Made, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "a.zip").write_bytes(made.archive)
    (tmp_path / "key.txt").write_text(made.signer.public.to_text() + "\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*args: str) -> Result:
    return CliRunner().invoke(front_door, ["verify", *args])


def test_a_whole_submission_exits_0_and_says_what_it_holds(here: Path) -> None:
    result = run("a.zip", "--key", "key.txt")

    assert result.exit_code == 0
    assert "whole: a.zip" in result.output
    assert "12 events, 3 calls, 1 signed heads" in result.output


def test_an_altered_submission_exits_1_and_says_where(here: Path, made: Made) -> None:
    altered = bytearray(made.archive)
    altered[700] ^= 4
    (here / "b.zip").write_bytes(altered)
    result = run("b.zip", "--key", "key.txt", "--json")

    assert result.exit_code == 1
    assert json.loads(result.output)["alterations"][0]["offset"] == 700


def test_the_key_of_this_machines_proctor_is_found_by_itself(here: Path, made: Made) -> None:
    keys = here / ".audition/proctor/keys"
    keys.mkdir(parents=True)
    (keys / "public.txt").write_text(made.signer.public.to_text())

    assert run("a.zip").exit_code == 0


def test_several_keys_are_pinned_line_by_line_and_a_revoked_one_is_told(
    here: Path, made: Made
) -> None:
    other, mine = SigningKey(b"\x09" * 32).public, made.signer.public
    ring = Keyring.of(other, mine)
    (here / "ring.txt").write_text("# ours\n" + ring.to_text())
    (here / "revoked.txt").write_text(ring.revoked(mine.key_id, START).to_text())
    (here / "audition.toml").write_text(f"public_key = {json.dumps(ring.to_text())}")

    whole, pinned = run("a.zip", "--key", "ring.txt"), run("a.zip")
    bad, as_json = (run("a.zip", "--key", "revoked.txt", *more) for more in ([], ["--json"]))
    assert (whole.exit_code, pinned.exit_code, bad.exit_code) == (0, 0, 1)
    assert f"signed by {mine.key_id}" in whole.output
    assert "not to be relied on: a.zip" in bad.output
    assert f"it rests on the key {mine.key_id} alone" in bad.output
    told = json.loads(as_json.output)
    assert told["is_whole"] is False and told["alterations"] == [] and len(told["distrusted"]) == 1


@pytest.mark.parametrize(
    ("args", "code", "words"),
    [
        (["a.zip"], 3, "no public key is pinned here"),
        (["nothing.zip", "--key", "key.txt"], 2, "cannot be read"),
        ([".", "--key", "key.txt"], 2, "cannot be read"),
        (["a.zip", "--key", "a.zip"], 3, "no public key"),
        (["--nonsense"], 2, "No such option"),
    ],
)
def test_what_cannot_be_done_says_the_next_step(
    here: Path, capsys: pytest.CaptureFixture[str], args: list[str], code: int, words: str
) -> None:
    with pytest.raises(SystemExit) as left:
        main(["verify", *args])

    assert left.value.code == code
    assert words in capsys.readouterr().err


def test_the_front_door_lists_the_verbs_installed_here() -> None:
    result = CliRunner().invoke(front_door, ["--help"])

    assert result.exit_code == 0
    assert "verify" in result.output
