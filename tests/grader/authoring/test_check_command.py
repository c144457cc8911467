"""`audition exercise check` as a person and a script run it."""

from __future__ import annotations

import json
import os
import queue
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from grader.authoring.watch import changes, looked_at
from tests.grader.authoring.folders import make_broken, make_tiny
from tests.grader.builders import swap

ROOT = Path(__file__).resolve().parents[3]


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "harness.cli", "exercise", "check", *arguments]


def environment(home: Path) -> dict[str, str]:
    return {"PATH": os.environ["PATH"], "HOME": str(home), "PYTHONPATH": str(ROOT)}


def run(cwd: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command(*arguments), cwd=cwd, env=environment(cwd),
        capture_output=True, text=True, timeout=120,
    )  # fmt: skip


def test_a_good_one_exits_0_and_its_warnings_are_told(tmp_path: Path) -> None:
    make_tiny(tmp_path)
    done = run(tmp_path, "tiny", "--fast")

    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(
        "tiny: 1 warning; not run: reference-contract, probes\n  warning drift  notebooks/tiny\n"
    )
    assert "→ when it is ready, run: audition exercise release tiny" in done.stdout
    assert "Traceback" not in done.stderr


def test_json_has_a_finding_with_its_five_fields_and_exits_1(tmp_path: Path) -> None:
    folder = make_broken("alias-unknown", tmp_path)
    done = run(tmp_path, str(folder), "--fast", "--json")
    found: dict[str, Any] = json.loads(done.stdout)

    assert done.returncode == 1
    assert (found["schema"], found["grade"], found["fast"]) == (1, "pilot", True)
    assert found["is_fine"] is False
    [row] = found["exercises"]
    assert (row["slug"], row["errors"], row["lacks"]) == ("tiny", 1, None)
    error = row["findings"][0]
    assert set(error) == {"rule", "severity", "place", "what", "remedy"}
    assert (error["rule"], error["severity"]) == ("aliases", "error")
    assert error["place"] == "source.py, cell 3 ('story')"


def test_slugs_paths_and_all_may_be_mixed_and_each_is_checked_once(tmp_path: Path) -> None:
    folder = make_tiny(tmp_path)
    done = run(tmp_path, "tiny", str(folder), "grader/exercises/tiny", "--fast", "--json")
    every = run(tmp_path, "--all", "--fast", "--json")

    assert [row["slug"] for row in json.loads(done.stdout)["exercises"]] == ["tiny"]
    assert [row["slug"] for row in json.loads(every.stdout)["exercises"]] == ["tiny"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), "name exercises"),
        (("tiny", "--all"), "name exercises"),
        (("huge",), "there are: tiny"),
        (("./huge",), "is no folder"),
        (("tiny", "--grade", "half"), "pilot"),
        (("tiny", "--slow"), "No such option"),
    ],
)
def test_a_wrong_word_is_a_usage_error(
    tmp_path: Path, arguments: tuple[str, ...], words: str
) -> None:
    make_tiny(tmp_path)
    done = run(tmp_path, *arguments)

    assert done.returncode == 2
    assert words in done.stderr and done.stdout == ""


def test_a_machine_without_walls_tells_the_quick_findings_and_exits_3(tmp_path: Path) -> None:
    folder = make_broken("alias-unknown", tmp_path)
    (tmp_path / "bin").mkdir()
    done = subprocess.run(
        command(str(folder)), cwd=tmp_path, capture_output=True, text=True, timeout=120,
        env={**environment(tmp_path), "PATH": str(tmp_path / "bin"),
             "AUDITION_CANDIDATE_PYTHON": str(tmp_path / "no-python")},
    )  # fmt: skip

    assert done.returncode == 3
    assert "aliases" in done.stdout
    assert "--fast" in done.stderr and "Traceback" not in done.stderr


@pytest.fixture
def watched(tmp_path: Path) -> Iterator[tuple[Path, queue.Queue[dict[str, Any]], Any]]:
    """A folder that is watched, what is said of it line by line, and the process."""
    folder = make_tiny(tmp_path)
    process = subprocess.Popen(
        command("tiny", "--fast", "--watch", "--json"), cwd=tmp_path, text=True,
        env=environment(tmp_path), stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_IGN),  # as a shell's "&" does
    )  # fmt: skip
    said: queue.Queue[dict[str, Any]] = queue.Queue()

    def listen() -> None:
        assert process.stdout is not None
        for line in process.stdout:
            said.put(json.loads(line))

    thread = threading.Thread(target=listen, daemon=True)
    thread.start()
    try:
        yield folder, said, process
    finally:
        process.kill()
        process.wait()
        thread.join(10)
        for pipe in (process.stdout, process.stderr):
            pipe.close()


@pytest.mark.timeout(240)
def test_watch_checks_again_as_a_file_changes_and_ends_on_ctrl_c(
    watched: tuple[Path, queue.Queue[dict[str, Any]], Any],
) -> None:
    folder, said, process = watched

    assert said.get(timeout=120)["is_fine"] is True
    swap(folder / "source.py", "`sim-small`", "`sim-large`")
    spoilt = said.get(timeout=60)
    swap(folder / "source.py", "`sim-large`", "`sim-small`")
    mended = said.get(timeout=60)
    process.send_signal(signal.SIGINT)

    assert spoilt["exercises"][0]["findings"][0]["rule"] == "aliases"
    assert mended["is_fine"] is True
    assert process.wait(30) == 0
    assert "Traceback" not in process.stderr.read()


def test_a_change_is_a_new_file_a_lost_one_or_other_bytes_and_a_look_is_none(
    tmp_path: Path,
) -> None:
    folder = make_tiny(tmp_path)
    done = [
        lambda: (folder / "public" / "new.csv").write_text("x"),
        lambda: (folder / "data.toml").read_text(),
        lambda: (folder / "data.toml").unlink(),
        lambda: (folder / "source.py").write_text("# %%"),
    ]
    waits = iter(done)
    seconds = []

    def pause(seconds_s: float) -> None:
        seconds.append(seconds_s)
        next(waits)()

    found = changes(looked_at([folder]), pause=pause)

    assert [next(found) for _ in range(3)] == [folder] * 3
    assert seconds == [0.5] * 4
