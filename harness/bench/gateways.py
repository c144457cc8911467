"""The two gateways that are measured, each started as a process and known by a few facts.

Runs on the trusted side, all of it on loopback. Each has passes for several sessions, two
models (one that answers at once, one behind the upstream) and a ledger that can be counted.
"""

from __future__ import annotations

import json
import os
import re
import secrets
import shutil
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from harness.bench import instant, instant_proctor
from harness.cli.lab import free_port
from harness.cli.places import checkout
from harness.core.card import ExerciseCard, PurseLimits
from harness.core.errors import EnvironmentLacks

SESSIONS = 16
EXERCISE = "bench"
PEER = "litellm-proxy"
_READY_WITHIN_S = 300.0
_INSTALL_WITHIN_S = 1_800.0
_NEVER_EMPTY = PurseLimits(
    usd=Decimal(1000), calls=100_000, tokens=10**12, calls_per_minute=100_000
)
_OFFLINE = {"LITELLM_LOCAL_MODEL_COST_MAP": "True", "HF_HUB_OFFLINE": "1", "DO_NOT_TRACK": "1",
            "LITELLM_LOG": "ERROR", "NO_COLOR": "1"}  # fmt: skip


@dataclass(frozen=True)
class Gateway:
    """A gateway that is up.

    Attributes:
        name: what it is called in the figures.
        port: on 127.0.0.1.
        process: takes the requests.
        ready_s: from its start until it answers health, in seconds.
        tokens: a pass for each session.
        instant: name of the model that answers at once.
        through: name of the model behind the upstream.
        ledger: its SQLite file.
        settled: the query that counts the calls it has answered.
    """

    name: str
    port: int
    process: subprocess.Popen[bytes]
    ready_s: float
    tokens: tuple[str, ...]
    instant: str
    through: str
    ledger: Path
    settled: str

    def cpu_s(self) -> float:
        """Return the processor time its process has taken, in seconds; 0 once it has ended."""
        try:
            path = Path(f"/proc/{self.process.pid}/stat")
            text = path.read_text(encoding="utf-8", errors="replace")
        except OSError:
            return 0.0
        user, system = text.rpartition(")")[2].split()[11:13]
        return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")

    def how_it_ended(self) -> str:
        """Return how its process ended, in words; empty while it runs."""
        code = self.process.poll()
        if code is None:
            return ""
        return f"signal {-code}" if code < 0 else f"code {code}"

    def rows(self) -> int:
        """Return how many answered calls its ledger holds."""
        with sqlite3.connect(f"file:{self.ledger}?mode=ro", uri=True) as base:
            return int(base.execute(self.settled).fetchone()[0])

    def resident_mb(self) -> float:
        """Return how much memory the process holds, in MB (10**6 bytes)."""
        status = Path(f"/proc/{self.process.pid}/status").read_text(encoding="utf-8")
        found = re.search(r"VmRSS:\s+(\d+) kB", status)
        return int(found[1]) * 1024 / 1e6 if found else 0.0


@contextmanager
def upstream() -> Iterator[int]:
    """Start the responder and yield its port."""
    argv = [sys.executable, "-m", "harness.bench.responder"]
    with _process(argv, cwd=checkout(), stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        yield int(process.stdout.readline())


@contextmanager
def proctor(folder: Path, upstream_port: int) -> Iterator[Gateway]:
    """Start the proctor over the instant model and open its sessions.

    Args:
        folder: empty; home and photographs go there.
        upstream_port: of the responder.
    """
    home, root = folder / "home", folder / "photographs"
    _write_card(root / EXERCISE)
    url = f"http://127.0.0.1:{upstream_port}/v1"
    argv = [sys.executable, "-m", "harness.bench.instant_proctor", str(home), str(root), url]
    began = time.perf_counter()
    with _process(argv, cwd=checkout(), stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        if not line:
            raise EnvironmentLacks("the proctor did not start; run: audition proctor")
        address = str(json.loads(line)["address"])
        _wait_for("the proctor", f"{address}/healthz", process)
        ready_s = time.perf_counter() - began
        _wait_for("the proctor", f"{address}/readyz", process)
        yield Gateway(
            name="proctor", port=int(address.rpartition(":")[2]), process=process, ready_s=ready_s,
            tokens=_open_sessions(address, home), instant=instant.NAME,
            through=instant_proctor.ALIAS, ledger=home / "proctor" / "witness.sqlite",
            settled="SELECT count(*) FROM calls WHERE status = 'settled'",
        )  # fmt: skip


@contextmanager
def litellm_proxy(folder: Path, upstream_port: int) -> Iterator[Gateway]:
    """Start LiteLLM Proxy with the proctor's duties, in an environment of its own.

    Args:
        folder: empty; its configuration and its ledger go there.
        upstream_port: of the responder.

    Raises:
        EnvironmentLacks: it cannot be installed or does not start.
    """
    program = install_peer()
    port, passes = free_port(0), [secrets.token_urlsafe(32) for _ in range(SESSIONS)]
    _write_configuration(folder, upstream_port)
    ledger = folder / "ledger.sqlite"
    given = {
        "sessions": {one: f"s-{number}" for number, one in enumerate(passes)},
        "ledger": str(ledger), "text": instant.TEXT,
        "prompt_tokens": instant.PROMPT_TOKENS, "completion_tokens": instant.COMPLETION_TOKENS,
        "usd_in": float(instant.USD_IN) / 1e6, "usd_out": float(instant.USD_OUT) / 1e6,
    }  # fmt: skip
    own = {"BENCH_PEER": json.dumps(given), "LITELLM_MASTER_KEY": f"sk-{secrets.token_hex(16)}"}
    argv = [str(program), "--config", "proxy.yaml", "--host", "127.0.0.1", "--port", str(port),
            "--num_workers", "1", "--telemetry", "False"]  # fmt: skip
    began = time.perf_counter()
    with (
        (folder / "log").open("wb") as log,
        _process(argv, cwd=folder, stdout=log, environment=_environment(folder) | _OFFLINE | own)
        as process,
    ):  # fmt: skip
        _wait_for("LiteLLM Proxy", f"http://127.0.0.1:{port}/health/liveliness", process)
        yield Gateway(
            name=PEER, port=port, process=process, ready_s=time.perf_counter() - began,
            tokens=tuple(passes), instant="instant", through="through", ledger=ledger,
            settled="SELECT count(*) FROM calls",
        )  # fmt: skip


def install_peer() -> Path:
    """Return the proxy's program, installed from its lock if it is not there yet.

    Raises:
        EnvironmentLacks: it cannot be installed.
    """
    root = checkout()
    program = root / ".venv-peers" / PEER / "bin" / "litellm"
    try:
        done = subprocess.run(
            [str(root / "scripts" / "peers.sh"), PEER], stdout=subprocess.DEVNULL,
            timeout=_INSTALL_WITHIN_S, check=False,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired) as problem:
        raise EnvironmentLacks(f"{PEER} could not be installed: {problem}") from problem
    if done.returncode != 0 or not program.exists():
        raise EnvironmentLacks(f"{PEER} could not be installed; run: scripts/peers.sh {PEER}")
    return program


def _write_card(folder: Path) -> None:
    card = ExerciseCard(
        slug=EXERCISE, version="1.0.0", title="Bench", minutes=600, kept=False,
        models=(instant.NAME,), purse=_NEVER_EMPTY,
    )  # fmt: skip
    folder.mkdir(parents=True)
    (folder / "card.json").write_text(card.model_dump_json(by_alias=True), encoding="utf-8")


def _write_configuration(folder: Path, upstream_port: int) -> None:
    """Write proxy.yaml (JSON is YAML) and the hooks beside it, where the proxy looks for them."""
    shutil.copy(Path(__file__).with_name("peer_hooks.py"), folder / "peer_hooks.py")
    through = {"model": "openai/instant", "api_key": "sk-none",
               "api_base": f"http://127.0.0.1:{upstream_port}/v1"}  # fmt: skip
    value = {
        "model_list": [
            {"model_name": "instant", "litellm_params": {"model": "bench/instant"}},
            {"model_name": "through", "litellm_params": through},
        ],
        "general_settings": {"custom_auth": "peer_hooks.user_api_key_auth"},
        "litellm_settings": {
            "callbacks": ["peer_hooks.duties"],
            "custom_provider_map": [
                {"provider": "bench", "custom_handler": "peer_hooks.instant"}
            ],
        },
        "router_settings": {"num_retries": 0},
    }  # fmt: skip
    (folder / "proxy.yaml").write_text(json.dumps(value), encoding="utf-8")


def _open_sessions(address: str, home: Path) -> tuple[str, ...]:
    operator = (home / "proctor" / "operator.token").read_text(encoding="ascii").strip()
    head = {"Authorization": f"Bearer {operator}", "Content-Type": "application/json"}
    body = json.dumps({"exercises": [EXERCISE]}).encode()
    tokens = []
    for _ in range(SESSIONS):
        request = urllib.request.Request(f"{address}/sessions", data=body, headers=head)  # noqa: S310
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310  loopback
            tokens.append(str(json.load(answer)["kernel_token"]))
    return tuple(tokens)


@contextmanager
def _process(
    argv: Sequence[str], *, cwd: Path, stdout: object, environment: dict[str, str] | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    """A process that has ended when the block is left."""
    process: subprocess.Popen[bytes] = subprocess.Popen(
        argv, cwd=cwd, env=environment or _environment(cwd), stdout=stdout,  # type: ignore[call-overload]
        stderr=subprocess.STDOUT if stdout is not subprocess.PIPE else subprocess.DEVNULL,
    )  # fmt: skip
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if process.stdout is not None:
            process.stdout.close()


def _environment(home: Path) -> dict[str, str]:
    path = os.environ["PATH"]  # noqa: TID251  handed on, not read as a setting
    return {"PATH": path, "HOME": str(home), "LANG": "C.UTF-8"}


def _wait_for(what: str, url: str, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + _READY_WITHIN_S
    while time.monotonic() < until and process.poll() is None:
        try:
            urllib.request.urlopen(url, timeout=5).close()  # noqa: S310  loopback
            return
        except (urllib.error.URLError, OSError):
            time.sleep(0.005)
    raise EnvironmentLacks(f"{what} did not answer within {_READY_WITHIN_S:.0f} s")
