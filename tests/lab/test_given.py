"""lab.json is read whole or refused with the reason."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from harness.lab.errors import BadGiven
from harness.lab.given import read_given
from tests.conftest import ROOT
from tests.lab.fake_proctor import FakeProctor
from tests.lab.running import Lab


@pytest.fixture
def value(tmp_path: Path) -> dict[str, Any]:
    (tmp_path / "work").mkdir()
    return Lab(Path("python"), tmp_path, FakeProctor(1)).given()


HOSTED = {
    "listener": 3,
    "base_url": "/user/sit-0123456789abcdef/",
    "hub_api": "http+unix://%2Frun%2Fhub.sock/hub/api",
    "hub_token": "hub-token-hub-token",
    "client_id": "jupyterhub-user-sit",
    "access_scopes": ["access:servers"],
}


def hosted(value: dict[str, Any], **changed: object) -> dict[str, Any]:
    return value | {"port": None, "browser_token": None, "hosted": HOSTED | changed}


def written(tmp_path: Path, value: object) -> Path:
    path = tmp_path / "lab.json"
    path.write_text(json.dumps(value), encoding="utf-8")
    return path


def test_a_good_file_reads_back(tmp_path: Path, value: dict[str, Any]) -> None:
    given = read_given(written(tmp_path, value))

    assert given.session == "s-1"
    assert given.work == tmp_path / "work"
    assert given.is_self_attested


def test_a_good_file_of_a_hub_reads_back(tmp_path: Path, value: dict[str, Any]) -> None:
    given = read_given(written(tmp_path, hosted(value)))

    assert given.hosted is not None
    assert given.hosted.access_scopes == ("access:servers",)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda v: v | {"prot": 1}, "extra inputs"),
        (lambda v: {k: x for k, x in v.items() if k != "work"}, "work: field required"),
        (lambda v: v | {"work": "relative/work"}, "write the whole path"),
        (lambda v: v | {"work": "/nowhere/at/all"}, "there is no work folder"),
        (lambda v: v | {"proctor": "https://example.org/x"}, "proctor"),
        (lambda v: v | {"rung": "bwrap"}, "rung"),
        (lambda v: v | {"port": 0}, "port"),
        (lambda v: v | {"output_cell_bytes": -1}, "output_cell_bytes"),
        (lambda v: [], "object"),
        (lambda v: v | {"port": None, "browser_token": None}, "or hosted"),
        (lambda v: v | {"browser_token": None}, "or hosted"),
        (lambda v: v | {"hosted": HOSTED}, "or hosted"),
        (lambda v: hosted(v, listener=2), "hosted.listener"),
        (lambda v: hosted(v, base_url="/user/sit"), "hosted.base_url"),
        (lambda v: hosted(v, base_url="//elsewhere.example/"), "hosted.base_url"),
        (lambda v: hosted(v, hub_api="http://elsewhere.example/hub/api"), "hosted.hub_api"),
        (lambda v: hosted(v, hub_api=HOSTED["hub_api"] + "@elsewhere"), "hosted.hub_api"),
        (lambda v: hosted(v, hub_token="short"), "hosted.hub_token"),
        (lambda v: hosted(v, access_scopes=[]), "hosted.access_scopes"),
        (lambda v: hosted(v, admin=True), "extra inputs"),
    ],
)
def test_a_file_that_is_off_is_refused_with_the_reason(
    tmp_path: Path, value: dict[str, Any], change: Callable[[Any], Any], words: str
) -> None:
    with pytest.raises(BadGiven, match=words):
        read_given(written(tmp_path, change(value)))


def test_what_is_missing_or_no_json_is_refused(tmp_path: Path) -> None:
    (tmp_path / "half.json").write_text('{"session"', encoding="utf-8")
    (tmp_path / "long.json").write_text(" " * 70_000, encoding="utf-8")

    for name, words in (("none", "cannot be read"), ("half", "json"), ("long", "more than")):
        with pytest.raises(BadGiven, match=words):
            read_given(tmp_path / f"{name}.json")


def test_the_command_says_what_is_off_without_a_traceback(
    candidate_python: Path, tmp_path: Path
) -> None:
    argv = [str(candidate_python), "-m", "harness.lab", str(tmp_path / "none.json")]
    done = subprocess.run(argv, cwd=ROOT, capture_output=True, text=True, timeout=30)

    assert done.returncode == 2
    assert "cannot be read" in done.stderr
    assert "Traceback" not in done.stderr
