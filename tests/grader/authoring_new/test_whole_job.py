"""A private exercise from new to report, and a preview that is a staff run and counts nowhere."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from harness.cli.proctor_client import ProctorClient
from tests.conftest import ROOT
from tests.grader.authoring_new.conftest import Audition, audition_for

pytestmark = [pytest.mark.sandbox, pytest.mark.timeout(300), pytest.mark.xdist_group("preview")]
SLUG = "lesson-mail"


@dataclass(frozen=True)
class Sat:
    """A preview that was sat by a player who holds its address alone.

    Attributes:
        audition: the author's command line.
        home: the home the preview keeps its state in.
        client: its proctor's operator, while it is up.
        archive: what was submitted.
        said: what the command said.
    """

    audition: Audition
    home: Path
    client: ProctorClient
    archive: Path
    said: str


@pytest.fixture(scope="module")
def sat(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sat]:
    folder = tmp_path_factory.mktemp("job")
    root = folder / "private"
    root.mkdir()
    audition = audition_for(root, folder / "home")
    assert audition("exercise", "new", SLUG, "--kind", "classify").returncode == 0
    log = folder / "said.txt"
    environment = {
        "PATH": os.environ["PATH"], "HOME": str(folder), "AUDITION_HOME": str(folder / "home"),
        "AUDITION_EXERCISES": str(root), "AUDITION_PROCTOR__SIMULATE_LATENCY": "false",
    }  # fmt: skip
    argv = [sys.executable, "-m", "harness.cli", "exercise", "preview", SLUG]
    with log.open("w") as said:
        process = subprocess.Popen(
            [*argv, "--no-browser", "--port", "0"], cwd=ROOT, env=environment, text=True,
            stdout=subprocess.PIPE, stderr=said,
        )  # fmt: skip
    assert process.stdout is not None
    try:
        url = process.stdout.readline().strip()
        assert url.startswith("http://"), log.read_text()
        _play(url, root / SLUG / "hidden" / "probes" / "reference" / "artefacts.py")
        home = folder / "home" / "preview"
        client = ProctorClient.running(home)
        archive = folder / "submission.zip"
        archive.write_bytes(client.submission(client.submissions()[-1]["submission"]))
        yield Sat(audition, home, client, archive, log.read_text())
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(30)
        process.stdout.close()


def _play(url: str, reference: Path) -> None:
    _, suite, decision = reference.read_text("utf-8").split("# cell: ")
    cells = {
        "suite": suite.removeprefix("suite\n"),
        "decision": decision.removeprefix("decision\n"),
    }
    steps: list[dict[str, Any]] = [
        *({"do": "run", "cell": name, "raises": False} for name in ("parameters", "load", "given")),
        {
            "do": "write",
            "cell": "plan",
            "source": "%%plan\nRead the export, then costs, then cases.",
        },
        {"do": "run", "cell": "plan", "raises": False},
        {"do": "parts"},
        {"do": "run", "cell": "ask", "raises": False},
    ]
    for name, source in cells.items():
        steps += [
            {"do": "write", "cell": name, "source": source},
            {"do": "run", "cell": name, "raises": False},
        ]
    steps += [
        {"do": "run", "cell": "scratch", "raises": False},
        {"do": "save"},
        {"do": "run", "cell": "check", "raises": False},
        {"do": "run", "cell": "submit", "raises": False},
    ]
    script = json.dumps({"url": url, "slug": SLUG, "steps": steps})
    done = subprocess.run(
        [sys.executable, "-m", "grader.demo.player"], input=script, text=True, cwd=ROOT,
        env={"PATH": os.environ["PATH"]}, capture_output=True, timeout=200,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]


def test_a_preview_says_that_it_counts_nowhere(sat: Sat) -> None:
    assert "counted nowhere" in sat.said


def test_a_preview_is_a_staff_sitting_and_left_out_unless_asked_for(sat: Sat) -> None:
    theirs = audition_for(sat.archive.parent / "private", sat.home)
    plain = json.loads(theirs("sittings", "--json").stdout)["sittings"]
    all_of_them = json.loads(theirs("sittings", "--staff", "--json").stdout)["sittings"]

    assert plain == []
    assert "Nobody has begun yet." in theirs("sittings").stdout
    assert [one["staff"] for one in all_of_them] == [True]
    assert all_of_them[0]["round"].startswith("staff-")
    assert len(all_of_them[0]["submissions"]) == 1


def test_a_preview_leaves_the_homes_own_rounds_alone(sat: Sat) -> None:
    assert [path.name for path in sat.home.parent.iterdir()] == ["preview"]


def test_what_was_submitted_goes_through_the_whole_of_the_main_job(
    sat: Sat, tmp_path: Path
) -> None:
    key = sat.home / "proctor" / "keys" / "public.txt"
    verified = sat.audition("verify", sat.archive, "--key", key)
    replayed = sat.audition("replay", sat.archive, "--key", key, "--json")
    scored = sat.audition("score", sat.archive, "--key", key, "--json")
    page = tmp_path / "report.html"
    reported = sat.audition("report", sat.archive, "--key", key, "--out", page)

    replay = json.loads(replayed.stdout)
    alike = ("same", "not_run")  # submit() closes the record: its own end is never in it
    told = [cell for cell in replay["cells"] if cell["word"] not in alike]
    assert told == [], json.dumps(told, indent=1)[:6000]
    for done in (verified, replayed, scored, reported):
        assert done.returncode == 0, done.stdout[-800:] + done.stderr[-800:]
    found = json.loads(scored.stdout)
    assert found["exercise"] == SLUG
    assert found["diagnostic"]["index"] > 75
    assert "lesson app" in page.read_text("utf-8")


def test_the_private_exercise_checks_and_releases_outside_the_checkout(
    sat: Sat, tmp_path: Path
) -> None:
    released = sat.audition("exercise", "release", SLUG, "--out", tmp_path / "out")

    assert released.returncode == 0, released.stderr
    assert (tmp_path / "out/notebooks" / SLUG / f"{SLUG}.ipynb").is_file()
    assert not (ROOT / "notebooks" / SLUG).exists()
