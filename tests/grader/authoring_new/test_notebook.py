"""authoring.ipynb: what its source makes, and a walk that ends in a release."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from scripts.authoring.__main__ import TARGET, made
from tests.conftest import ROOT


@pytest.fixture(scope="module")
def walked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, dict[str, str]]]:
    """Run the notebook top to bottom in a private root; what each cell showed, as words."""
    folder = tmp_path_factory.mktemp("walk")
    root, out = folder / "private", folder / "run.ipynb"
    environment = {
        "PATH": os.environ["PATH"], "HOME": str(folder), "PYTHONPATH": str(ROOT),
        "AUDITION_HOME": str(folder / "home"), "IPYTHONDIR": str(folder / "ipython"),
    }  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-m", "papermill", "-p", "ROOT", str(root), "-p", "NAME", "ticket-notes",
         "--no-progress-bar", str(TARGET), str(out)],
        cwd=ROOT, env=environment, capture_output=True, text=True, timeout=280,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    book = json.loads(out.read_text(encoding="utf-8"))
    yield root, {cell["id"]: _words(cell) for cell in book["cells"] if cell["cell_type"] == "code"}


def _words(cell: dict[str, Any]) -> str:
    said = []
    for output in cell["outputs"]:
        data = output.get("data", {}).get("text/plain", "")
        said += ["".join(output.get("text", "")), "".join(data)]
    return "\n".join(said)


def test_the_committed_notebook_is_what_its_source_makes() -> None:
    assert TARGET.read_text(encoding="utf-8") == made()


def test_the_notebook_has_no_output_and_stable_ids() -> None:
    cells = json.loads(TARGET.read_text(encoding="utf-8"))["cells"]

    assert all(not cell.get("outputs") for cell in cells)
    assert all(cell.get("execution_count") is None for cell in cells)
    assert len({cell["id"] for cell in cells}) == len(cells)
    assert [cell["id"] for cell in cells if cell["metadata"].get("tags")] == ["parameters"]


@pytest.mark.sandbox
@pytest.mark.timeout(300)
def test_the_walk_goes_from_nothing_to_a_release(walked: tuple[Path, dict[str, str]]) -> None:
    root, said = walked
    folder = root / "ticket-notes"

    assert f"{folder}\n" in said["new"]
    assert "H41 was added to holdout" in said["add"]
    assert "M09 was added to hidden/fields.toml" in said["add-fault"]
    assert "a wish taken for the deed" in said["say"]
    assert "reference: " in said["probes"] and "outside" not in said["probes"]
    assert "(exit" not in said["check"] + said["release"] + said["new"]
    assert "wrote   notebooks/ticket-notes/ticket-notes.ipynb" in said["release"]
    assert "ticket-notes.ipynb" in said["released"]
    assert (root / "released/notebooks/ticket-notes/ticket-notes.ipynb").is_file()
    assert not list((root / "released").rglob("hidden*"))


@pytest.mark.sandbox
@pytest.mark.timeout(300)
def test_the_walk_starts_no_preview_by_itself(walked: tuple[Path, dict[str, str]]) -> None:
    root, said = walked

    assert "disabled=True" not in said["preview"].partition("Open the preview")[2].split(")")[0]
    assert not (root.parent / "home" / "preview").exists()
