"""The worked example, made by authoring.ipynb to the letter: from nothing to a report of a sitting.

The notebook is run cell by cell in a private root outside the checkout. What its last cell prints
is then done as it stands there: the settings are written, the commands are typed. A player that
holds the lab's address alone sits the exercise.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from scripts.authoring.__main__ import TARGET
from tests.conftest import ROOT

pytestmark = [pytest.mark.sandbox, pytest.mark.timeout(400)]
SLUG = "ticket-summaries"
HALLUCINATED, CATEGORY, LEFT_OUT, WISH = (
    "hallucinated resolution, now and then", "wrong category, 20%",
    "incomplete: order left out, 30%", "a wish taken for the deed",
)  # fmt: skip
PLAN = """%%plan
Read the export. What is a mistake of which kind worth? Then some tickets of each kind."""
SAYS_MORE = "- asked Edda what she does with the summaries; assumed that a wrong order costs most"


@dataclass
class Author:
    """Somebody at a terminal, in a folder of their own.

    Attributes:
        folder: where audition.toml lies, and all else below it.
        typed: the commands of the notebook's last cell, in order.
        said: what each printed, by command.
    """

    folder: Path
    typed: list[str] = field(default_factory=list)
    said: dict[str, str] = field(default_factory=dict)

    @property
    def root(self) -> Path:
        """The private root."""
        return self.folder / "exercises"

    def environment(self, **more: str) -> dict[str, str]:
        home = {"PATH": os.environ["PATH"], "HOME": str(self.folder), "PYTHONPATH": str(ROOT)}
        return {**home, "IPYTHONDIR": str(self.folder / "ipython"), **more}

    def run(self, command: str) -> str:
        """Type a command and return what it printed; it has to end well."""
        done = subprocess.run(
            _argv(command), cwd=self.folder, env=self.environment(), text=True,
            capture_output=True, timeout=200,
        )  # fmt: skip
        assert done.returncode == 0, command + done.stdout[-900:] + done.stderr[-900:]
        self.said[command.split()[1]] = done.stdout
        return done.stdout


def _argv(command: str) -> list[str]:
    first, *words = shlex.split(command)
    assert first == "audition"
    return [sys.executable, "-m", "harness.cli", *words]


@pytest.fixture(scope="module")
def author(tmp_path_factory: pytest.TempPathFactory) -> Author:
    """An author who ran the notebook and wrote the settings that it printed."""
    one = Author(tmp_path_factory.mktemp("worked"))
    out = one.folder / "run.ipynb"
    subprocess.run(
        [sys.executable, "-m", "papermill", "-p", "ROOT", str(one.root), "--no-progress-bar",
         str(TARGET), str(out)],
        cwd=one.folder, env=one.environment(), check=True, timeout=280,
    )  # fmt: skip
    cells = json.loads(out.read_text(encoding="utf-8"))["cells"]
    printed = next(cell for cell in cells if cell["id"] == "onward")["outputs"]
    told = "".join("".join(output["text"]) for output in printed)
    lines = told.splitlines()
    end = next(n for n, line in enumerate(lines) if line.startswith("Then on a terminal"))
    (one.folder / "audition.toml").write_text("\n".join(lines[1:end]), encoding="utf-8")
    one.typed = [line.partition("#")[0].strip() for line in lines[end + 1 :] if line]
    return one


@contextmanager
def _lab(author: Author, command: str) -> Iterator[str]:
    """Type the command that starts the lab; yields its address."""
    log = author.folder / "lab.txt"
    with log.open("w") as said:
        process = subprocess.Popen(
            [*_argv(command), "--no-browser", "--port", "0"], cwd=author.folder, text=True,
            env=author.environment(AUDITION_PROCTOR__SIMULATE_LATENCY="false"),
            stdout=subprocess.PIPE, stderr=said,
        )  # fmt: skip
    assert process.stdout is not None
    try:
        url = process.stdout.readline().strip()
        assert url.startswith("http://"), log.read_text()
        yield url
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(30)
        process.stdout.close()


def _sit(author: Author, url: str, probe: str) -> None:
    """Play a candidate who hands in what a probe of the exercise says."""
    text = (author.root / SLUG / "hidden/probes" / probe / "artefacts.py").read_text("utf-8")
    _, suite, decision = text.split("# cell: ")
    steps: list[dict[str, Any]] = [
        *(_step(name) for name in ("parameters", "load", "given")),
        {"do": "write", "cell": "plan", "source": PLAN}, _step("plan"), {"do": "parts"},
        _step("ask"),
        {"do": "write", "cell": "questions", "source": SAYS_MORE},
        {"do": "write", "cell": "suite", "source": suite.removeprefix("suite\n")}, _step("suite"),
        _step("scratch"),
        {"do": "write", "cell": "decision", "source": decision.removeprefix("decision\n")},
        _step("decision"), {"do": "save"}, _step("check"), _step("submit"),
    ]  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-m", "grader.demo.player"], text=True, cwd=ROOT, capture_output=True,
        input=json.dumps({"url": url, "slug": SLUG, "steps": steps}), timeout=200,
        env={"PATH": os.environ["PATH"]},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]


def _step(name: str) -> dict[str, Any]:
    return {"do": "run", "cell": name, "raises": False}


def _whole_way(author: Author, probe: str) -> None:
    """Do what stands in the notebook's last cell, from the lab to the report."""
    lab, listed, fetched, *rest = author.typed
    with _lab(author, lab) as url:
        _sit(author, url, probe)
        newest = author.run(listed).strip().splitlines()[-1].split()[0]
        assert re.fullmatch(r"[a-z0-9-]+", newest), author.said
        author.run(fetched.replace("ID", newest))
    for command in rest:
        author.run(command)


def _page(author: Author) -> tuple[str, dict[str, Any]]:
    page = (author.folder / "report.html").read_text("utf-8")
    evidence: dict[str, Any] = json.loads((author.folder / "report.json").read_text("utf-8"))
    return page, evidence


def test_the_last_cell_names_the_whole_way(author: Author) -> None:
    assert [command.split()[1] for command in author.typed] == [
        "lab", "submissions", "submissions", "replay", "score", "report",
    ]  # fmt: skip
    author.run(f"audition exercise check {SLUG} --fast")
    assert f"{SLUG}: as released" in author.run(
        f"audition exercise release {SLUG} --out {author.root / 'released'} --check"
    )


def test_the_worked_example_comes_to_its_report(author: Author) -> None:
    _whole_way(author, "average")
    page, evidence = _page(author)
    runs = {run["about"]: run for run in evidence["score"]["runs"]}
    missed = page.partition("missed: ")[2].partition("<")[0]

    assert "Summarise support tickets accurately" in page
    for fault in (HALLUCINATED, CATEGORY, LEFT_OUT, WISH):
        assert runs[fault]["group"] == "mutant" and fault in page, fault
    for fault in (HALLUCINATED, WISH):  # its dozen clear tickets invite neither
        assert fault in missed and fault in author.said["score"], missed
        assert set(runs[fault]["seeds"]) == {"ship"}
    assert "no_ship" in runs[CATEGORY]["seeds"] and CATEGORY not in missed
    assert evidence["replay"]["cells"]


@pytest.mark.soak
def test_a_sound_answer_to_the_worked_example_misses_nothing(author: Author) -> None:
    author.run(f"audition exercise check {SLUG}")
    author.typed[0] += " --new"
    (author.folder / "one.zip").unlink(missing_ok=True)
    _whole_way(author, "reference")
    page, evidence = _page(author)
    runs = {run["about"]: run for run in evidence["score"]["runs"]}

    assert "nothing was missed at full suite" in page
    for fault in (HALLUCINATED, CATEGORY, LEFT_OUT, WISH):
        assert "no_ship" in runs[fault]["seeds"], fault
