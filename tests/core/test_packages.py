"""The list of packages is what is installed, and what is installed is the lock."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import pytest

from harness.core.packages import installed_packages, normal_name, read_phrases
from tests.conftest import ROOT

LOCK = (ROOT / "requirements/candidate.lock").read_text()
PINS = {normal_name(n): v for n, v in re.findall(r"^([A-Za-z0-9_.\-]+)==(\S+)", LOCK, re.M)}
ASK = """
import json
from harness.core.packages import installed_packages
print(json.dumps([[one.name, one.version, one.what] for one in installed_packages()]))
"""


@pytest.fixture(scope="module")
def told(candidate_python: Path, tmp_path_factory: pytest.TempPathFactory) -> list[list[str]]:
    """What the candidate's environment says of itself."""
    done = subprocess.run(
        [candidate_python, "-I", "-c", ASK],
        cwd=tmp_path_factory.mktemp("elsewhere"), capture_output=True, text=True, check=True,
    )  # fmt: skip
    return json.loads(done.stdout)  # type: ignore[no-any-return]


def test_what_is_listed_is_what_the_lock_pins(told: list[list[str]]) -> None:
    listed = {name: version for name, version, _ in told}

    assert {n: v for n, v in listed.items() if PINS.get(n) != v} == {}
    for needed in ("pandas", "matplotlib", "openai", "litellm", "ipywidgets", "tqdm"):
        assert listed[needed] == PINS[needed]
    assert len(listed) == len(told) > 50


def test_those_worth_knowing_come_first_and_the_rest_by_name(told: list[list[str]]) -> None:
    known = [name for name, _, what in told if what]
    rest = [name for name, _, what in told if not what]

    assert known == list(read_phrases())
    assert [name for name, _, _ in told] == known + sorted(rest)


def test_every_phrase_is_of_a_pinned_package_and_short() -> None:
    for name, what in read_phrases().items():
        assert name in PINS, f"{name} stands in packages.toml and not in candidate.lock"
        assert 5 < len(what) < 80, name


def test_what_installs_and_what_is_ours_is_left_out(told: list[list[str]]) -> None:
    names = {name for name, _, _ in told}

    assert not names & {"pip", "setuptools", "uv", "wheel"}
    assert not [name for name in names if name.startswith("audition")]


def test_a_folder_that_is_not_there_holds_no_packages(tmp_path: Path) -> None:
    assert installed_packages([str(tmp_path / "nothing")]) == ()
