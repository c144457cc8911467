"""The front door: verbs are found, errors become words, exit codes hold."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

import harness.cli.doctor as doctor_module
from harness.cli.lab import free_port
from harness.cli.main import front_door
from harness.cli.proctor_client import ProctorClient
from harness.core.errors import ProctorAway
from harness.core.private import write_private
from harness.core.settings import Settings
from tests.conftest import ROOT
from tests.core.builders import a_submission


def run(tmp_path: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), **variables}
    return subprocess.run(
        [sys.executable, "-m", "harness.cli", *arguments],
        cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60,
    )  # fmt: skip


def test_every_verb_of_the_trusted_side_loads_and_explains_itself(tmp_path: Path) -> None:
    helped = run(tmp_path, "--help")
    verbs = [line.split()[0] for line in helped.stdout.split("Commands:")[1].splitlines() if line]
    asked = {verb: CliRunner().invoke(front_door, [verb, "--help"]) for verb in verbs}

    assert {"bench", "doctor", "exercise", "lab", "model", "proctor", "verify"} <= set(verbs)
    assert {verb: str(done.exception) for verb, done in asked.items() if done.exit_code} == {}
    assert all(f" {verb} " in done.stdout for verb, done in asked.items())


def test_doctor_names_postgres_where_it_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor_module, "postgres_programs", lambda: None)
    found = doctor_module._postgres(Settings())

    assert (found.is_fine, found.weight, found.remedy) == (False, "wanted", "make system")
    assert "its tests are skipped" in found.says


@pytest.mark.parametrize(
    ("arguments", "variables", "code", "words"),
    [
        (["nosuchverb"], {}, 2, "No such command"),
        (["lab", "--port", "99999"], {}, 2, "port"),
        (["lab", "--minutes", "0"], {}, 2, "minutes"),
        (["lab", "--level", "king"], {}, 2, "level"),
        (["verify", "there-is-no-such-file.zip"], {}, 2, "audition"),
        (["doctor"], {"AUDITION_NOSUCH": "1"}, 2, "nosuch"),
        (["doctor"], {"AUDITION_SANDBOX__PROCESSES": "many"}, 2, "sandbox.processes"),
    ],
)
def test_a_wrong_word_gets_a_message_without_a_traceback(
    tmp_path: Path, arguments: list[str], variables: dict[str, str], code: int, words: str
) -> None:
    done = run(tmp_path, *arguments, **variables)

    assert done.returncode == code, done.stderr
    assert words in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


def test_a_private_file_is_ours_alone_and_replaced_whole(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "lab.json"
    write_private(path, {"token": "one"})
    (path.parent / "lab.json.part").write_text("left over from a crash")
    write_private(path, {"token": "two"})

    assert json.loads(path.read_text()) == {"token": "two"}
    assert path.stat().st_mode & 0o777 == 0o600
    assert [found.name for found in path.parent.iterdir()] == ["lab.json"]


def test_a_busy_port_is_passed_over() -> None:
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]

        assert free_port(port) != port


def test_a_proctor_that_is_not_there_is_named_with_the_next_step() -> None:
    client = ProctorClient(address=f"http://127.0.0.1:{free_port(0)}", token="none")
    with pytest.raises(ProctorAway, match="audition lab"):
        client.submissions()


def test_verify_returns_1_to_the_shell_for_an_altered_submission(tmp_path: Path) -> None:
    made = a_submission(length=12, heads_at=())
    altered = bytearray(made.archive)
    altered[len(altered) // 2] ^= 1
    (tmp_path / "whole.zip").write_bytes(made.archive)
    (tmp_path / "altered.zip").write_bytes(altered)
    (tmp_path / "key.txt").write_text(made.signer.public.to_text() + "\n")
    codes = [
        run(tmp_path, "verify", str(tmp_path / name), "--key", str(tmp_path / "key.txt")).returncode
        for name in ("whole.zip", "altered.zip")
    ]

    assert codes == [0, 1]
