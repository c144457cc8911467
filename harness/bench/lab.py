"""`audition bench lab`: the recorded, sandboxed lab beside stock JupyterLab, in one run.

Runs on the trusted side and starts both as a person would. Round trips are interleaved, so
that a noisy minute falls on both.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from harness.bench.bare_kernel import measure_beside_a_kernel
from harness.bench.figures import Figure, figure, median_ms
from harness.bench.jupyter_wire import Notebook
from harness.cli.lab import free_port
from harness.cli.places import candidate_python, checkout, trusted_python
from harness.core.errors import EnvironmentLacks
from harness.core.settings import Settings

CELLS, FEW_CELLS = 300, 30
WARM_UP = 20
CODE = "print('hello world')\n1 + 1"
STARTS, FEW_STARTS = 5, 2
PREPARED_AFTER_S = 8.0
"""How long a server is left alone before its next kernel is asked for, or its cells are timed."""
FIRST_RESULT = "import pandas as pd\nfrom harness.kernel import llm\nprint(pd.Series([1, 2]).sum())"
FLOOD = "for _ in range(200):\n    print('x' * (1 << 20), flush=True)"
FIRST_ANSWER = (
    "from openai import OpenAI\n"
    "r = OpenAI().chat.completions.create(model='sim-medium',"
    " messages=[{'role': 'user', 'content': 'bug or question? The page is blank.'}])\n"
    "print(r.choices[0].message.content)"
)


@dataclass(frozen=True)
class Running:
    """A server that is up.

    Attributes:
        url: address with its login token.
        pid: of the Jupyter server's process.
        seconds_to_address: from starting to the address.
    """

    url: str
    pid: int
    seconds_to_address: float


def measure_lab(settings: Settings, *, is_quick: bool = False) -> list[Figure]:
    """Return the lab's figures.

    Args:
        settings: where the candidate's environment is.
        is_quick: few cells, for a first look.
    """
    cells = FEW_CELLS if is_quick else CELLS
    with tempfile.TemporaryDirectory() as folder:
        with _stock(settings, Path(folder)) as stock, _ours(Path(folder)) as ours:
            return [
                *_starts(stock, ours),
                _first_results(stock, ours, FEW_STARTS if is_quick else STARTS),
                *_round_trips(stock, ours, cells),
                *measure_beside_a_kernel(candidate_python(settings), ours.url, CODE, cells),
                _beside_a_flood(stock, ours),
                _first_answer(ours),
            ]


def _starts(stock: Running, ours: Running) -> list[Figure]:
    return [
        figure(
            "start to address, s",
            ours=ours.seconds_to_address,
            peer=stock.seconds_to_address,
            target="seconds",
            met=ours.seconds_to_address < 15,
            how="one start each, environments made; ours also starts proctor and model worker",
        )
    ]


def _first_results(stock: Running, ours: Running, starts: int) -> Figure:
    """From asking for a notebook's kernel to its first result, pandas and our client imported."""
    times: list[list[float]] = [[], []]
    _load_page(ours)
    for _ in range(starts):
        time.sleep(PREPARED_AFTER_S)
        for index, (server, path) in enumerate(
            ((stock, "bench.ipynb"), (ours, "practice/practice.ipynb"))
        ):
            began = time.perf_counter()
            notebook = Notebook(server.url, path=path)
            reply = notebook.run(FIRST_RESULT)
            times[index].append(time.perf_counter() - began)
            notebook.close()
            if reply.text != "3\n":
                raise EnvironmentLacks(f"a fresh kernel did not work: {reply.text[:300]}")
    peer, own = (statistics.median(samples) for samples in times)
    return figure(
        "kernel start to first result, s", ours=own, peer=peer, target="≤ 0.5 s",
        met=own <= 0.5, how=f"{starts} starts each in turn, median; from POST /api/sessions to the "
        "result of a cell that imports pandas and our client; ours takes the kernel that waits, "
        f"prepared since {PREPARED_AFTER_S:g} s, in its own sandbox",
    )  # fmt: skip


def _load_page(server: Running) -> None:
    urllib.request.urlopen(server.url, timeout=30).close()  # noqa: S310  loopback


def _round_trips(stock: Running, ours: Running, cells: int) -> list[Figure]:
    notebooks = [
        Notebook(stock.url, path="bench.ipynb"),
        Notebook(ours.url, path="practice/practice.ipynb"),
    ]
    servers = [stock, ours]
    times: list[list[float]] = [[], []]
    _warm_up(notebooks)
    time.sleep(PREPARED_AFTER_S)
    _warm_up(notebooks)
    before = [_cpu_s(server.pid) for server in servers]
    for _ in range(cells):
        for index, notebook in enumerate(notebooks):
            times[index].append(notebook.run(CODE).seconds)
    spent = [
        (_cpu_s(server.pid) - was) / cells * 1000
        for server, was in zip(servers, before, strict=True)
    ]
    for notebook in notebooks:
        notebook.close()
    trip = [median_ms(samples) for samples in times]
    how = (
        f"{cells} cells each in turn, one client on loopback, median; begun {PREPARED_AFTER_S:g} s "
        "after their kernel was taken, when the one after it is prepared"
    )
    return [
        figure(
            "cell round trip, ms", ours=trip[1], peer=trip[0], target="≤ 6 ms",
            met=trip[1] <= 6, how=how,
        ),
        figure(
            "server CPU a cell, ms", ours=spent[1], peer=spent[0], target="≤ 1 ms over stock",
            met=spent[1] - spent[0] <= 1, how=f"{how}; user and system time of the Jupyter server",
        ),
    ]  # fmt: skip


def _warm_up(notebooks: Iterable[Notebook]) -> None:
    for notebook in notebooks:
        for _ in range(WARM_UP):
            notebook.run(CODE)


def _beside_a_flood(stock: Running, ours: Running) -> Figure:
    """Measure a notebook's cells while another's prints 200 MB, at one server, then the other."""
    worst = []
    for server, path in ((stock, "bench.ipynb"), (ours, "practice/practice.ipynb")):
        loud = Notebook(server.url, path=path)
        calm = Notebook(server.url, path=path.replace(".ipynb", "-calm.ipynb"))
        flooding = threading.Thread(target=lambda loud=loud: loud.run(FLOOD, within_s=300))
        flooding.start()
        times = [calm.run(CODE, within_s=300).seconds]
        while flooding.is_alive():
            times.append(calm.run(CODE, within_s=300).seconds)
        flooding.join()
        loud.close()
        calm.close()
        worst.append(sorted(times)[int(len(times) * 0.95)] * 1000)
    return figure(
        "cell round trip beside a flood, p95, ms", ours=worst[1], peer=worst[0],
        target="≤ 250 ms", met=worst[1] <= 250,
        how="cells of one notebook while another's cell prints 200 MB; one flood each",
    )  # fmt: skip


def _first_answer(ours: Running) -> Figure:
    began = time.perf_counter()
    notebook = Notebook(ours.url, path="practice/practice.ipynb")
    reply = notebook.run(FIRST_ANSWER)
    seconds = time.perf_counter() - began
    notebook.close()
    if reply.status != "ok":
        raise EnvironmentLacks(f"the first model call did not work: {reply.text[:300]}")
    return figure(
        "address to first answer, s", ours=seconds, peer=None, target="seconds", met=seconds < 10,
        how="new kernel, import openai, one call to sim-medium with simulated latency, one run",
    )  # fmt: skip


@contextmanager
def _stock(settings: Settings, folder: Path) -> Iterator[Running]:
    python, port = candidate_python(settings), free_port(0)
    home = folder / "stock"
    home.mkdir()
    (home / "bench.ipynb").write_text(
        '{"cells":[],"metadata":{},"nbformat":4,"nbformat_minor":5}', encoding="utf-8"
    )
    argv = [
        str(python), "-m", "jupyterlab", "--no-browser", "--allow-root", f"--port={port}",
        "--ServerApp.port_retries=0", "--IdentityProvider.token=bench",
        f"--ServerApp.root_dir={home}",
    ]  # fmt: skip
    began = time.monotonic()
    process = subprocess.Popen(argv, env=_environment(home), cwd=home, stderr=subprocess.DEVNULL)
    try:
        _wait_for(f"http://127.0.0.1:{port}/api/status?token=bench", process)
        url = f"http://127.0.0.1:{port}/lab?token=bench"
        yield Running(url=url, pid=process.pid, seconds_to_address=time.monotonic() - began)
    finally:
        process.terminate()
        process.wait()


@contextmanager
def _ours(folder: Path) -> Iterator[Running]:
    home = folder / "ours"
    home.mkdir()
    argv = [str(trusted_python()), "-m", "harness.cli", "lab", "--no-browser", "--port", "0"]
    environment = _environment(home) | {"AUDITION_HOME": str(home / "state")}
    began = time.monotonic()
    process = subprocess.Popen(
        argv,
        env=environment,
        cwd=checkout(),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        if not url:
            raise EnvironmentLacks("our lab did not start; run: audition lab --no-browser")
        yield Running(
            url=url, pid=_server_pid(process.pid), seconds_to_address=time.monotonic() - began
        )
    finally:
        process.terminate()
        process.communicate()


def _environment(home: Path) -> dict[str, str]:
    path = os.environ["PATH"]  # noqa: TID251  handed on, not read as a setting
    return {"PATH": path, "HOME": str(home), "LANG": "C.UTF-8"}


def _wait_for(url: str, process: subprocess.Popen[bytes]) -> None:
    for _ in range(1200):
        if process.poll() is not None:
            break
        try:
            urllib.request.urlopen(url, timeout=5).close()  # noqa: S310  loopback
            return
        except (urllib.error.URLError, OSError):
            time.sleep(0.05)
    raise EnvironmentLacks("stock JupyterLab did not start within a minute")


def _cpu_s(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace")
    user, system = fields.rsplit(")", 1)[1].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def _server_pid(parent: int) -> int:
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            command = (stat.parent / "cmdline").read_bytes().split(b"\0")
            owner = int(stat.read_text(errors="replace").rsplit(")", 1)[1].split()[1])
        except OSError:
            continue
        if owner == parent and b"harness.lab" in command:
            return int(stat.parent.name)
    raise EnvironmentLacks("the lab's server process was not found")
