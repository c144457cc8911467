"""What is installed where: the candidate's wheels alone cannot import what judges them."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT

HIDDEN = ["harness.proctor", "harness.models", "harness.hub", "grader"]
SHOWN = ["harness.core", "harness.cli", "harness.sandbox", "harness.kernel", "harness.lab"]

_FIND = """
import importlib.util, json, sys
sys.path[:0] = json.loads(sys.argv[1])
def there(name):
    try:
        spec = importlib.util.find_spec(name)
    except ModuleNotFoundError:
        return False
    return spec is not None and spec.origin is not None
print(json.dumps({name: there(name) for name in json.loads(sys.argv[2])}))
"""


def _importable(python: Path, *, path: list[str], flags: str, cwd: Path) -> dict[str, bool]:
    out = subprocess.run(
        [python, *flags.split(), "-c", _FIND, json.dumps(path), json.dumps(HIDDEN + SHOWN)],
        cwd=cwd,
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(out.stdout)  # type: ignore[no-any-return]


@pytest.fixture(scope="module")
def wheels(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the candidate's two wheels unpacked and nothing else."""
    target = tmp_path_factory.mktemp("site")
    source = tmp_path_factory.mktemp("source")
    for name in ("harness", "packaging"):
        subprocess.run(
            ["cp", "-r", ROOT / name, source / name], check=True
        )  # building leaves its traces in the copy
    subprocess.run(
        [ROOT / ".venv/bin/uv", "pip", "install", "--quiet", "--no-deps", "--no-index",
         "--no-build-isolation", "--python", sys.executable, "--target", target,
         source / "packaging/core", source / "packaging/candidate"],
        check=True,
    )  # fmt: skip
    return target


def test_the_candidates_wheels_alone_hold_no_proctor_models_or_grader(
    wheels: Path, tmp_path: Path
) -> None:
    found = _importable(Path(sys.executable), path=[str(wheels)], flags="-I -S", cwd=tmp_path)

    assert {name: found[name] for name in HIDDEN} == dict.fromkeys(HIDDEN, False)
    assert {name: found[name] for name in SHOWN} == dict.fromkeys(SHOWN, True)
    assert not [path for path in wheels.rglob("*") if "exercises" in path.parts]


def test_the_candidates_environment_cannot_import_them_either(
    candidate_python: Path, tmp_path: Path
) -> None:
    found = _importable(candidate_python, path=[], flags="-I", cwd=tmp_path)

    assert {name: found[name] for name in HIDDEN} == dict.fromkeys(HIDDEN, False)
    assert {name: found[name] for name in SHOWN} == dict.fromkeys(SHOWN, True)


def test_every_package_of_the_tree_is_in_exactly_one_wheel() -> None:
    import tomllib

    included: dict[str, list[str]] = {}
    for zone in ("core", "candidate", "proctor", "hub", "grader"):
        data = tomllib.loads((ROOT / f"packaging/{zone}/pyproject.toml").read_text())
        for pattern in data["tool"]["setuptools"]["packages"]["find"]["include"]:
            included.setdefault(pattern.rstrip("*"), []).append(zone)
    rooms = {
        f"harness.{p.name}" for p in (ROOT / "harness").iterdir() if (p / "__init__.py").exists()
    }

    assert rooms | {"grader"} == set(included)
    assert all(len(zones) == 1 for zones in included.values())
    assert not (ROOT / "harness/__init__.py").exists()
