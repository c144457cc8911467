"""`audition hub` where it cannot be had, and what it does with what it finds."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from harness.cli.places import checkout
from harness.core.errors import EnvironmentLacks
from harness.core.settings import HubSettings, ProctorSettings, Settings
from harness.hub.command import end_keepers, given_of
from harness.hub.keeper import birth_of
from harness.hub.places import HubGiven, Places
from harness.hub.proxy import make_proxy
from harness.hub.trial import Trial, try_walls
from tests.conftest import ROOT
from tests.lab.running import free_port


def test_without_root_it_says_what_to_do(
    candidate_python: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)

    with pytest.raises(EnvironmentLacks, match="takes root; start it with: sudo"):
        try_walls(HubSettings(), candidate_python)


@pytest.mark.sandbox
def test_an_interpreter_that_does_not_run_is_told_with_its_last_words(can_host: None) -> None:
    with pytest.raises(EnvironmentLacks, match="walls do not stand here"):
        try_walls(HubSettings(), Path("/usr/bin/false"))


@pytest.mark.sandbox
def test_a_port_that_is_taken_ends_with_a_next_step(can_host: None, tmp_path: Path) -> None:
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        environment = {
            "PATH": os.environ["PATH"], "HOME": str(tmp_path), "AUDITION_HOME": str(tmp_path / "s"),
            "AUDITION_HUB__PORT": str(taken.getsockname()[1]),
        }  # fmt: skip
        done = subprocess.run(
            [sys.executable, "-m", "harness.cli", "hub"], cwd=ROOT, env=environment,
            capture_output=True, text=True, timeout=90,
        )  # fmt: skip

    assert done.returncode == 3
    assert "or set hub.port" in done.stderr and "Traceback" not in done.stderr


@pytest.mark.parametrize("name", ["AUDITION_HUB__CPUS", "AUDITION_HUB__PORT"])
def test_a_setting_that_cannot_be_is_refused(name: str, tmp_path: Path) -> None:
    environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), name: "-1"}
    done = subprocess.run(
        [sys.executable, "-m", "harness.cli", "hub"], cwd=tmp_path, env=environment,
        capture_output=True, text=True, timeout=60,
    )  # fmt: skip

    assert done.returncode == 2 and "hub." in done.stderr and "Traceback" not in done.stderr


def test_the_proxy_that_was_not_installed_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "prefix", str(tmp_path))

    with pytest.raises(EnvironmentLacks, match="run: make env"):
        make_proxy(HubSettings(port=free_port()), Places(tmp_path), {})


NO_SITTINGS = [
    "", "..", "sit-1", "sit-0123456789ABCDEF", "sit-0123456789abcdef/x",
    "../sit-0123456789abcdef", "sit-0123456789abcdef\n",
]  # fmt: skip


@pytest.mark.parametrize("sitting", NO_SITTINGS)
def test_only_a_sittings_id_becomes_a_folder(tmp_path: Path, sitting: str) -> None:
    with pytest.raises(EnvironmentLacks, match="not the id of a sitting"):
        Places(tmp_path).candidate(sitting)


def test_a_note_that_names_somebody_elses_process_ends_nobody(tmp_path: Path) -> None:
    places = Places(tmp_path)
    places.make()
    with subprocess.Popen(["sleep", "60"]) as bystander:
        for name, text in (("a", f"{bystander.pid} 1"), ("b", "x"), ("c", ""), ("d", "0 0")):
            folder = places.candidates / name
            folder.mkdir()
            (folder / "keeper.pid").write_text(text)
        end_keepers(places)
        alive = bystander.poll() is None
        born = birth_of(bystander.pid)
        bystander.kill()

    assert alive and born and birth_of(bystander.pid) == ""


def test_what_the_hub_is_started_with_goes_over_a_file_and_back(tmp_path: Path) -> None:
    given = HubGiven(
        settings=Settings(home=tmp_path), proctor="http://127.0.0.1:1",
        kernel_socket=tmp_path / "k", lab_socket=tmp_path / "l", candidate_python=tmp_path / "p",
        checkout=tmp_path, rung="bwrap+cgroup", has_groups=True, proxy_token="t" * 43,
    )  # fmt: skip
    text = json.dumps(given.model_dump(mode="json"))

    assert HubGiven.model_validate_json(text) == given


def test_a_private_release_is_what_hosted_candidates_are_given(tmp_path: Path) -> None:
    (tmp_path / "released" / "notebooks").mkdir(parents=True)
    photographs = tmp_path / "released" / "harness" / "proctor" / "photographs"
    private = Settings(
        home=tmp_path / "home", candidate_python=Path(sys.executable),
        proctor=ProctorSettings(photographs=photographs),
    )  # fmt: skip
    public = private.model_copy(update={"proctor": ProctorSettings()})
    trial = Trial(rung="bwrap", why_no_groups="none here")

    given = given_of(private, trial, "http://127.0.0.1:1", "t" * 43)

    assert given.checkout == tmp_path / "released" and not given.has_groups
    assert given_of(public, trial, "http://127.0.0.1:1", "t" * 43).checkout == checkout()
