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


def written(tmp_path: Path, value: object) -> Path:
    path = tmp_path / "lab.json"
    path.write_text(json.dumps(value), encoding="utf-8")
    return path


def test_a_good_file_reads_back(tmp_path: Path, value: dict[str, Any]) -> None:
    given = read_given(written(tmp_path, value))

    assert given.session == "s-1"
    assert given.work == tmp_path / "work"
    assert given.is_self_attested


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
