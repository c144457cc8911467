"""What the embedded model costs a machine: start, memory, time a call, and the same bytes.

Runs on the trusted side. The worker is started as the proctor starts it, and asked over its pipe,
a call at a time; another one runs with another processor's arithmetic, and has to answer alike.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from harness.bench.figures import Figure, figure
from harness.models.bench import PROMPTS, questions

OLD_KERNEL = {
    "OPENBLAS_CORETYPE": "Nehalem",
    "NPY_DISABLE_CPU_FEATURES": "X86_V3 X86_V4 AVX512_ICL",  # names of numpy 2.4
}
"""Arithmetic of a processor of 2008: other sums, in another order, than a new one makes."""
_STARTS = 5
_EVERY = 4
_STILL_S = 3.0
"""A worker that waits to become warm stands still for two."""


@dataclass(frozen=True)
class Worn:
    """A worker that has been asked everything.

    Attributes:
        start_s: from its start to its ready line, in seconds.
        calls_s: each call, in seconds, the first left out.
        used_s: processor time of each of them, on all cores together.
        resident_mb: after the last call, in 10^6 bytes.
        has_torch: whether a file of torch is mapped into it.
        answers: in order.
    """

    start_s: float
    calls_s: tuple[float, ...]
    used_s: tuple[float, ...]
    resident_mb: float
    has_torch: bool
    answers: tuple[str, ...]


def measure_footprint(*, is_quick: bool = False) -> list[Figure]:
    """Return the figures of the embedded model's worker.

    Args:
        is_quick: one start and a quarter of the prompts.
    """
    asked = _prompts()[:: _EVERY if is_quick else 1]
    ours = worn(asked)
    starts = [ours.start_s, *(_start_s() for _ in range(0 if is_quick else _STARTS - 1))]
    old = worn(asked, OLD_KERNEL)
    differ = sum(a != b for a, b in zip(ours.answers, old.answers, strict=True))
    p95_ms, used_ms = (
        1000 * statistics.quantiles(times, n=20)[-1] for times in (ours.calls_s, ours.used_s)
    )
    calls = (
        f"{len(asked)} different prompts, one after the other over the pipe of a worker that was "
        "left alone for some seconds first"
    )
    start_s = statistics.median(starts)
    return [
        _own("start, s", start_s, "< 1", start_s < 1, f"median of {len(starts)}, to ready"),
        _own("warm call p95, ms", p95_ms, "≤ 30", p95_ms <= 30, f"{calls}; the first left out"),
        _own(
            "warm call p95, ms of processor time", used_ms, "≤ 60", used_ms <= 60,
            "the same calls; 60 are what two cores have in 30 ms. Other work changes it little",
        ),
        _own(
            "resident, MB", ours.resident_mb, "≤ 150", ours.resident_mb <= 150, f"after {calls}"
        ),
        _own("files of torch mapped", ours.has_torch, "0", not ours.has_torch, "/proc/PID/maps"),
        _own(
            "answers at temperature 0 that differ with another processor's arithmetic",
            differ, "0", differ == 0,
            f"{len(asked)} answers with {' '.join('='.join(pair) for pair in OLD_KERNEL.items())}",
        ),
    ]  # fmt: skip


def worn(asked: Sequence[str], variables: dict[str, str] | None = None) -> Worn:
    """Return a worker after all prompts.

    Args:
        asked: prompts, each a user message to sim-medium at temperature 0.
        variables: of its environment, beside ours.
    """
    with _worker(variables) as (process, start_s):
        _warmed(process.pid)
        calls_s, used_s, answers = [], [], []
        for prompt in asked:
            began, used = time.perf_counter(), _used_s(process.pid)
            answers.append(_answer(process, prompt))
            calls_s.append(time.perf_counter() - began)
            used_s.append(_used_s(process.pid) - used)
        place = Path("/proc") / str(process.pid)
        pages = int((place / "statm").read_text(encoding="ascii").split()[1])
        resident_mb = pages * os.sysconf("SC_PAGE_SIZE") / 1e6
        has_torch = "/torch/" in (place / "maps").read_text(encoding="utf-8", errors="replace")
    calls = tuple(calls_s[1:]), tuple(used_s[1:])
    return Worn(start_s, *calls, resident_mb, has_torch, tuple(answers))


def _warmed(pid: int) -> None:
    """Wait until a worker that nobody asks has made itself warm: until it has stood still."""
    used, still_s = _used_s(pid), 0.0
    while still_s < _STILL_S:
        time.sleep(_STILL_S / 10)
        used, before = _used_s(pid), used
        still_s = still_s + _STILL_S / 10 if used == before else 0.0


def _used_s(pid: int) -> float:
    """Processor time that all threads of a process have used, in seconds."""
    return time.clock_gettime(~pid << 3 | 2)  # what clock_getcpuclockid(3) gives on Linux


def _start_s() -> float:
    with _worker() as (_, start_s):
        return start_s


@contextmanager
def _worker(
    variables: dict[str, str] | None = None,
) -> Iterator[tuple[subprocess.Popen[bytes], float]]:
    """A worker that is ready, and how long that took; it has ended when the block is left.

    It calculates as this processor does, whatever our own environment says of that.
    """
    inherited = {name: told for name, told in os.environ.items() if name not in OLD_KERNEL}  # noqa: TID251 - handed on, not read
    began = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "harness.models.worker"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**inherited, **(variables or {})},
    )
    try:
        told = _line(process)
        start_s = time.perf_counter() - began
        if told != {"ready": True}:
            raise RuntimeError(f"the model worker said {str(told)[:80]} instead of ready")
        yield process, start_s
    finally:
        process.communicate()


def _answer(process: subprocess.Popen[bytes], prompt: str) -> str:
    message = {"role": "user", "content": prompt}
    asked = {"id": 1, "op": "chat", "model": "sim-medium", "messages": [message]}
    assert process.stdin is not None
    process.stdin.write(json.dumps({**asked, "params": {"temperature": 0}}).encode() + b"\n")
    process.stdin.flush()
    return str(_line(process)["choices"][0]["text"])


def _line(process: subprocess.Popen[bytes]) -> dict[str, Any]:
    assert process.stdout is not None
    found: dict[str, Any] = json.loads(process.stdout.readline() or b"{}")
    return found


def _prompts() -> list[str]:
    """Questions about a text under eight wordings, and the text's own lines to sort or shorten."""
    held = questions()
    every = [*(question for question, _ in held.answerable), *held.unanswerable]
    asked = [
        f"{told}\n\nHouse rules:\n{held.document}\n\nQuestion: {every[at % len(every)]}\nAnswer:"
        for at, told in enumerate([*PROMPTS.values()] * 5)
    ]
    lines = [line for line in held.document.splitlines() if line.strip()]
    sort = "Label the rule as times, money or conduct. Label only.\n\nRule: "
    return [*asked, *(f"{sort}{line}" for line in lines), f"Summarise:\n\n{held.document}"]


def _own(name: str, ours: float, target: str, met: bool, how: str) -> Figure:
    full = f"embedded model, {name}"
    return figure(full, ours=float(ours), peer=None, target=target, met=met, how=how)
