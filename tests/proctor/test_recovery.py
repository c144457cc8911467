"""A proctor that is killed, and what the one after it finds: real processes, real signals."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest
from sqlalchemy import create_engine, select

from harness.core.journal import Break, Link, read_chain
from harness.core.records import Entry
from harness.core.submission import open_call
from harness.proctor import tables
from tests.conftest import ROOT
from tests.proctor.builders import ask, operator_token, proctor, settings_for

LAUNCH = Path(__file__).with_name("launch.py")


@contextmanager
def process(*argv: str, cwd: Path) -> Iterator[tuple[subprocess.Popen[bytes], dict[str, Any]]]:
    """A proctor of its own process, with its first word; killed at the end if it still runs."""
    environ = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")]),
    }
    started = subprocess.Popen(
        [sys.executable, *argv],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=cwd,
        env=environ,
    )
    try:
        assert started.stdout is not None
        yield started, json.loads(started.stdout.readline() or b"null")
    finally:
        if started.poll() is None:
            started.kill()
        started.communicate(timeout=20)


def open_session(address: str, token: str) -> dict[str, Any]:
    headers = {"Authorization": f"Bearer {token}"}
    answer = httpx.post(f"{address}/sessions", json={"exercises": ["practice"]}, headers=headers)
    found: dict[str, Any] = answer.json()
    return found


def stored(home: Path, table: Any) -> list[Any]:
    engine = create_engine(f"sqlite:///{home / 'proctor' / 'witness.sqlite'}")
    with engine.connect() as connection:
        rows = list(connection.execute(select(table)))
    engine.dispose()
    return rows


@pytest.mark.anyio
async def test_a_call_cut_by_a_kill_is_kept_as_abandoned_and_given_back(tmp_path: Path) -> None:
    settings = settings_for(tmp_path)
    home, root = settings.home, settings.proctor.photographs
    with process(str(LAUNCH), str(home), str(root), cwd=tmp_path) as (killed, word):
        card = open_session(word["address"], operator_token(settings))
        headers = {"Authorization": f"Bearer {card['kernel_token']}"}
        with httpx.Client(base_url=word["address"], headers=headers, timeout=30) as client:
            client.post("/v1/chat/completions", json=ask("paid for"))
            with pytest.raises(httpx.TimeoutException):
                client.post("/v1/chat/completions", json=ask("sleep 60"), timeout=1.0)
        assert [row.status for row in stored(home, tables.calls)] == ["settled", "open"]
        children = psutil.Process(killed.pid).children(recursive=True)
        killed.send_signal(signal.SIGKILL)
        killed.wait(10)
    psutil.wait_procs(children, timeout=10)
    assert children and not any(child.is_running() for child in children)

    async with proctor(settings) as up:
        session = card["session"]
        key = up.service.sessions.key(session)
        budget = up.service.purse.budget(session, up.service.sessions.card(session, "practice"))
        calls = [open_call(row.sealed, key) for row in stored(home, tables.calls)]
    rows = [row for row in stored(home, tables.entries) if row.session == session]
    links = [Link(Entry.model_validate_json(r.body), r.body, r.hash) for r in rows]
    chain = list(read_chain(b"".join(x.line() + b"\n" for x in links), session=session))

    assert [(c.status, c.http_status) for c in calls] == [("settled", 200), ("abandoned", None)]
    assert calls[0].usage and budget.usd_spent == calls[0].usage.cost_usd
    assert (budget.usd_reserved, budget.calls_made) == (0, 1)
    assert not any(isinstance(found, Break) for found in chain)
    assert [row.kind for row in rows].count("llm_call") == 2


def test_the_proctor_answers_at_once_and_its_model_soon_and_ends_politely(tmp_path: Path) -> None:
    home = tmp_path / "home"
    argv = ("-m", "harness.proctor", "--home", str(home), "--port", "0")
    with process(*argv, cwd=tmp_path) as (running, word):
        address = word["address"]
        first = httpx.get(f"{address}/healthz").json()
        card = open_session(address, (home / "proctor" / "operator.token").read_text().strip())
        headers = {"Authorization": f"Bearer {card['kernel_token']}"}
        body = ask("Say hello in one word.", model="sim-medium", temperature=0)
        answer = httpx.post(
            f"{address}/v1/chat/completions", json=body, headers=headers, timeout=60
        )
        children = psutil.Process(running.pid).children(recursive=True)
        began = time.monotonic()
        running.send_signal(signal.SIGTERM)
        code = running.wait(10)
        took_s = time.monotonic() - began
        assert running.stderr is not None
        log = running.stderr.read().decode()
    _, alive = psutil.wait_procs(children, timeout=5)

    assert (first["status"], first["model"]) == ("ok", "loading")
    assert Path(word["kernel_socket"]).parent.name == "doors"
    assert answer.status_code == 200 and answer.json()["choices"][0]["message"]["content"]
    assert float(answer.headers["x-cost-usd"]) > 0
    assert code == 0 and took_s < 8 and not alive
    assert "Traceback" not in log and "hello" not in log.lower()


def test_a_proctor_that_cannot_start_says_why_in_one_line(tmp_path: Path) -> None:
    home = tmp_path / "home"
    (home / "proctor").mkdir(parents=True)
    (home / "proctor" / "witness.sqlite").write_bytes(b"not a database " * 100)
    argv = ("-m", "harness.proctor", "--home", str(home))
    with process(*argv, cwd=tmp_path) as (running, word):
        code = running.wait(30)
        assert running.stderr is not None
        said = running.stderr.read().decode()

    assert (word, code) == (None, 3)
    assert "witness.sqlite cannot be opened" in said and "Traceback" not in said
