"""What a log line may hold: ids, numbers, kinds and our own lines of code, never words."""

from __future__ import annotations

import asyncio
import io
import json
import logging
import os
import subprocess
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from harness.core import logs
from harness.core.errors import BadJournal
from harness.core.keyring import Keyring
from tests.conftest import ROOT

SECRET = "CANARY said nobody"


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """A log on its own; what was set up before is set up again."""
    root, out = logging.getLogger(), io.StringIO()
    before, level = list(root.handlers), root.level
    hooks = sys.excepthook, sys.unraisablehook, logging.raiseExceptions
    root.handlers = []
    logs.begin(stream=out)
    yield out
    root.handlers, root.level = before, level
    sys.excepthook, sys.unraisablehook, logging.raiseExceptions = hooks
    logging.captureWarnings(False)


def lines(out: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in out.getvalue().splitlines()]


def test_our_own_words_are_written_with_ids_and_numbers_and_nothing_else(
    written: io.StringIO,
) -> None:
    log = logging.getLogger("harness.proctor.submissions")
    log.info("session %s: %s submitted, number %s in %.1f s", "s-1f", "practice", 3, 0.25)
    log.info("a question: %s", SECRET)
    log.error("it broke: %s", BadJournal(SECRET))
    log.error("the disk: %s", OSError(28, SECRET))
    log.info("a place: %s", Path("/home/ada/names.csv"))
    log.debug("not wanted")

    told = lines(written)
    assert [one["said"] for one in told] == [
        "session s-1f: practice submitted, number 3 in 0.2 s",
        "a question: [18 characters]",
        "it broke: harness.core.errors.BadJournal",
        "the disk: OSError ENOSPC",
        "a place: [PosixPath]",
    ]
    assert told[0]["event"] == "proctor.submissions" and told[0]["level"] == "info"
    assert told[0]["at"].endswith("Z") and "CANARY" not in written.getvalue()


def test_an_error_is_its_kind_and_our_lines_with_the_kinds_of_its_causes(
    written: io.StringIO,
) -> None:
    try:
        try:
            Keyring.from_text(SECRET)
        except Exception as problem:
            raise ValueError(SECRET) from problem
    except ValueError:
        logging.getLogger("harness.proctor.x").exception("it broke")

    (told,) = lines(written)
    assert (told["error"], told["causes"][0]) == ("ValueError", "harness.core.errors.SettingsError")
    assert "CANARY" not in written.getvalue()


def test_our_frames_are_named_by_file_and_line(written: io.StringIO) -> None:
    try:
        Keyring.from_text(SECRET)
    except Exception:
        logging.getLogger("harness.proctor.x").exception("it broke")

    frames = lines(written)[0]["frames"]
    assert frames[0].startswith("harness/core/keyring.py:") and all(":" in one for one in frames)


def test_what_a_library_says_is_told_by_where_it_was_said_alone(written: io.StringIO) -> None:
    logging.getLogger("their.server").error("Exception: " + SECRET)
    logging.getLogger("httpx").info("HTTP Request: POST %s", SECRET)
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.showwarning(SECRET, UserWarning, "their.py", 1)
    sys.excepthook(RuntimeError, RuntimeError(SECRET), None)

    async def left_behind() -> None:
        async def fails() -> None:
            raise RuntimeError(SECRET)

        task = asyncio.create_task(fails(), name=SECRET)
        await asyncio.wait({task})
        del task

    asyncio.run(left_behind())
    told = lines(written)

    assert "CANARY" not in written.getvalue()
    assert [one["event"] for one in told][:3] == ["their.server", "py.warnings", "uncaught"]
    assert "said" not in told[0] and told[0]["where"].startswith("test_logs:")
    assert told[2]["error"] == "RuntimeError" and told[3]["event"] == "asyncio"


def test_a_record_that_cannot_be_put_together_is_still_one_line(written: io.StringIO) -> None:
    log = logging.getLogger("harness.x")
    log.info("%d things for %s", SECRET, 1)
    log.info("%s and %s", 1)  # noqa: PLE1206  that is what is tried
    log.info("%(name)s", {"name": SECRET})

    assert [one["said"] for one in lines(written)] == [
        "%d things for %s", "%s and %s", "%(name)s",
    ]  # fmt: skip


def test_a_file_is_private_and_begun_anew_when_it_is_full(tmp_path: Path) -> None:
    program = (
        "import logging, sys; from pathlib import Path; from harness.core import logs\n"
        "logs.MOST_BYTES, logs.MOST_FILES = 2000, 2\n"
        "logs.begin(path=Path(sys.argv[1]))\n"
        "for n in range(100): logging.getLogger('harness.x').info('line %s', n)\n"
        "raise SystemExit(sys.argv[2] != 'fall') if sys.argv[2] != 'fall' else ValueError(1)"
    )
    path = tmp_path / "log.jsonl"
    done = subprocess.run(
        [sys.executable, "-c", program, str(path), "fall"], cwd=ROOT, capture_output=True,
        text=True, timeout=60, env={"PATH": os.environ["PATH"]},
    )  # fmt: skip
    files = sorted(tmp_path.iterdir())
    kept = [json.loads(line) for file in files for line in file.read_text().splitlines()]

    assert [file.name for file in files] == ["log.jsonl", "log.jsonl.1", "log.jsonl.2"]
    assert all(file.stat().st_mode & 0o777 == 0o600 for file in files)
    assert all(file.stat().st_size <= 2000 for file in files)
    assert {"uncaught", "x"} == {one["event"] for one in kept}
    assert json.loads(done.stderr)["error"] == "ValueError" and done.returncode == 1
