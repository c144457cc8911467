"""What lab and hub keep up: brought back when it ends, and given the time to end in order."""

from __future__ import annotations

import itertools
import json
import os
import signal
import sys
import time
from pathlib import Path

import httpx
import pytest

from harness.cli.processes import Child, Restarts
from harness.cli.proctor_client import ProctorClient
from harness.cli.services import bring_back, start_proctor
from harness.core.errors import EnvironmentLacks
from harness.core.settings import ProctorSettings, Settings


def kept(tmp_path: Path, name: str, code: str) -> Child:
    return Child(
        name=name, argv=[sys.executable, "-u", "-c", "print('{}'); " + code],
        environment={"PATH": os.environ["PATH"]}, log=tmp_path / f"{name}.log",
    )  # fmt: skip


def test_what_has_ended_is_started_again_and_what_runs_is_left_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    steady = kept(tmp_path, "steady", "import time; time.sleep(60)")
    ending = kept(tmp_path, "ending", "import sys; sys.exit(0)")
    restarts = Restarts(most=2)
    try:
        steady.start()
        ending.start()
        pids = []
        for _ in range(2):
            assert ending.process is not None and steady.process is not None
            ending.process.wait(10)
            bring_back([steady, ending], restarts)
            pids.append((steady.process.pid, ending.process.pid))
        ending.process.wait(10)
        with pytest.raises(EnvironmentLacks, match=r"ending keeps ending; its log is .*ending.log"):
            bring_back([steady, ending], restarts)
    finally:
        steady.stop()
        ending.stop()

    assert len({pid for pid, _ in pids}) == 1 and len({pid for _, pid in pids}) == 2
    assert capsys.readouterr().err.count("ending ended by itself; starting it again") == 2


def test_a_proctor_that_is_told_to_end_finishes_its_stream_and_comes_back_at_its_address(
    tmp_path: Path,
) -> None:
    settings = Settings(home=tmp_path / "home", proctor=ProctorSettings(drain_s=25))
    child, word = start_proctor(settings)
    try:
        address = str(word["address"])
        operator = ProctorClient.of_home(address, settings.home)
        card = operator.open_session(("practice",), level="mid", minutes=None)
        said = {"role": "user", "content": "Write a long story about a lighthouse."}
        body = {"model": "sim-small", "stream": True, "messages": [said]}
        headers = {"Authorization": f"Bearer {card.kernel_token}"}
        with (
            httpx.Client(base_url=address, headers=headers, timeout=60) as client,
            client.stream("POST", "/v1/chat/completions", json=body) as answer,
        ):
            lines = answer.iter_lines()
            first = next(lines)
            assert child.process is not None
            child.process.send_signal(signal.SIGTERM)
            rest = list(lines)
        code = child.process.wait(40)
        bring_back([child], Restarts())
        again = httpx.get(f"{address}/healthz")
        known = operator.session(card.session)
    finally:
        began = time.monotonic()
        child.stop()
    log = (settings.home / "proctor" / "log.jsonl").read_text().splitlines()

    assert first.startswith("data: ") and "data: [DONE]" in rest
    assert (code, again.status_code) == (0, 200) and known is not None
    assert child.end_within_s == 35 and time.monotonic() - began < 35
    assert child.process.returncode == 0
    assert [json.loads(line)["said"] for line in log if "ended in order" in line]
    assert "lighthouse" not in "".join(log)


def test_what_does_not_start_is_tried_again_after_growing_pauses_and_then_given_up(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    once = tmp_path / "was-up"
    code = f"import pathlib, sys; p = pathlib.Path({str(once)!r}); p.exists() and sys.exit(3); "
    child = Child(
        name="shaky", argv=[sys.executable, "-c", code + "p.touch(); print('{}', flush=True)"],
        environment={"PATH": os.environ["PATH"]}, log=tmp_path / "shaky.log",
    )  # fmt: skip
    restarts = Restarts(most=4, waits_s=(0.0, 0.3, 0.6))
    child.start()
    assert child.process is not None
    child.process.wait(10)
    with pytest.raises(EnvironmentLacks, match=r"shaky keeps ending.* is kept"):
        while True:
            bring_back([child], restarts)
            time.sleep(0.02)
    *tries, _ = restarts._at["shaky"]
    gaps = [after - at for at, after in itertools.pairwise(tries)]

    assert len(tries) == 4
    assert gaps[0] >= 0.3 and min(gaps[1:]) >= 0.6
    assert capsys.readouterr().err.count("Trying again.") == 4
