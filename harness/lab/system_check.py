"""The system check: does everything a candidate will need work, from here on.

Runs in zone S. A kernel is really started, by the same provisioner and behind the same walls as a
notebook's, but in an empty folder of its own and without a line to the proctor: the candidate's
files cannot run in it, and it is none of the candidate's kernels. What is left of the check in the
record is one event that says it is one.
"""

from __future__ import annotations

import asyncio
import logging
import os
import secrets
import shutil
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, Literal

from jupyter_client.manager import AsyncKernelManager
from pydantic import BaseModel, ConfigDict, Field
from tornado.web import authenticated

from harness.core.errors import AuditionError
from harness.lab.api import ApiHandler
from harness.lab.errors import NoAnswer, ProctorSaidNo
from harness.lab.given import Given
from harness.lab.kernelspec import NAME, QUIET, OneKernel, write_kernelspec
from harness.lab.state import LabState
from harness.sandbox.job import SandboxJob

KERNEL_S = 40.0
"""How long a kernel may take to begin and count to two."""
KEPT_S = 5.0
"""How long a result is told again instead of checking anew."""
MODEL_S = 75.0
"""How long the model may take; its worker may be loading."""
_SAVED = os.urandom(64 << 10)
_log = logging.getLogger(__name__)
Name = Literal["server", "proctor", "kernel", "model"]
State = Literal["good", "slow", "fail"]
SLOW_MS: dict[Name, float] = {"server": 500.0, "proctor": 500.0, "kernel": 3000.0, "model": 5000.0}
"""From which time on something works, but slowly."""
AWAY = (
    "The service that keeps your record cannot be reached. Check again in a minute; if it stays "
    "so, tell whoever invited you. Your date moves with you."
)
NO_KERNEL = (
    "No Python could be started here. Check again in a minute; if it stays so, tell whoever "
    "invited you. Your date moves with you."
)
NO_ANSWER = "The model did not answer a test call. Check again in a minute."
CALLED = "Answered a test call. Not charged to you."
NOT_CALLED = "Ready. The provider's model was not called: its calls cost money."
"""When every model of the exercises is a provider's."""
NOT_ASKED = "Not asked, because the service in between cannot be reached."
FULL = "This workspace cannot save ({why}). Tell whoever invited you before you start."


class Step(BaseModel):
    """One thing that was tried."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Name
    """What."""
    state: State
    """Whether it works."""
    ms: float = Field(ge=0)
    """How long it took."""
    words: str
    """What that means, for the candidate."""


class SystemCheck:
    """Checks, one at a time.

    Args:
        lab: the sitting's server.
    """

    def __init__(self, lab: LabState) -> None:
        self._lab = lab
        self._turn = asyncio.Lock()
        self._last: tuple[float, list[Step]] | None = None
        self._was_called = False

    async def run(self) -> list[Step]:
        """Return what works, in the order server, proctor, kernel, model."""
        async with self._turn:
            if self._last is None or time.monotonic() - self._last[0] > KEPT_S:
                steps = await self._try_all()
                self._last = (time.monotonic(), steps)
                self._record(steps)
            return self._last[1]

    async def _try_all(self) -> list[Step]:
        server = await _timed("server", self._save, "Answers, and can save.")
        proctor = await _timed("proctor", self._ask_proctor, "Your record is kept.")
        kernel = await _timed("kernel", self._start_kernel, "Started in {s:.1f} s.")
        if proctor.state == "fail":
            return [
                server,
                proctor,
                kernel,
                Step(name="model", state="fail", ms=0, words=NOT_ASKED),
            ]
        model = await _timed("model", self._ask_model, CALLED)
        if model.state == "good" and not self._was_called:
            model = model.model_copy(update={"words": NOT_CALLED})
        return [server, proctor, kernel, model]

    def _record(self, steps: list[Step]) -> None:
        """Leave the one trace: that a check was made, and what came of it."""
        told = [{"name": one.name, "state": one.state, "ms": one.ms} for one in steps]
        payload = {"msg_type": "system_check", "from": "panel", "steps": told}
        self._lab.recorder.note("other_request", payload)

    async def _save(self) -> str | None:
        try:
            await asyncio.to_thread(_write_and_read, self._lab.given.home)
        except OSError as problem:
            return FULL.format(why=problem.strerror)
        return None

    async def _ask_proctor(self) -> str | None:
        try:
            await self._lab.door.get("/session", timeout_s=10.0)
        except ProctorSaidNo as no:
            return str(no)
        except (NoAnswer, ValueError):
            return AWAY
        return None

    async def _start_kernel(self) -> str | None:
        try:
            async with asyncio.timeout(KERNEL_S):
                is_right = await count_to_two(self._lab.given)
        except (AuditionError, OSError, RuntimeError, TimeoutError) as problem:
            _log.warning("the system check's kernel did not start: %s", problem)
            return NO_KERNEL
        return None if is_right else NO_KERNEL

    async def _ask_model(self) -> str | None:
        try:
            tried = await self._lab.door.post("/s/model-check", {}, timeout_s=MODEL_S)
            self._was_called = isinstance(tried, dict) and tried.get("model") is not None
        except ProctorSaidNo as no:
            return str(no) if no.body else NO_ANSWER
        except (NoAnswer, ValueError):
            return NO_ANSWER
        return None


async def count_to_two(given: Given) -> bool:
    """Start a kernel as a notebook's is started, have it add one and one, and end it.

    Args:
        given: the sitting's.

    Raises:
        AuditionError: the walls cannot be had.
        RuntimeError: the kernel ended, or did not answer.
    """
    folder = given.home / "checks" / secrets.token_hex(8)
    try:
        spec = await asyncio.to_thread(_prepare, given, folder)
        kernels = OneKernel(place=str(spec), ensure_native_kernel=False)
        manager = AsyncKernelManager(kernel_name=NAME, kernel_spec_manager=kernels)
        manager.connection_file = str(folder / "kernel.json")
        manager.shutdown_wait_time = 1.0
        try:
            await manager.start_kernel(cwd=str(folder / "work"), env={})
            return await _has_two(manager)
        finally:
            if manager.has_kernel:
                await manager.shutdown_kernel(now=True)
    finally:
        await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)


async def _has_two(manager: AsyncKernelManager) -> bool:
    client = manager.client()
    client.start_channels()
    try:
        await client.wait_for_ready(timeout=KERNEL_S)
        reply = await client.execute(
            "", user_expressions={"sum": "1+1"}, store_history=False, reply=True, timeout=KERNEL_S
        )
        found = reply["content"].get("user_expressions", {}).get("sum", {})
        return bool(found.get("data", {}).get("text/plain") == "2")
    finally:
        client.stop_channels()


def _prepare(given: Given, folder: Path) -> Path:
    """Write the job and the kernelspec of the check's kernel; return the kernelspec's folder."""
    (folder / "work").mkdir(parents=True, mode=0o700)
    job = SandboxJob(rung=given.rung, work=folder / "work", limits=given.sandbox, environment=QUIET)
    path = folder / "job.json"
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(job.model_dump_json(by_alias=True))
    provisioner = {"provisioner_name": "audition-sandbox", "config": {"job_file": str(path)}}
    return write_kernelspec(folder / "kernels", provisioner)


def _write_and_read(folder: Path) -> None:
    """Save something as a notebook would be saved, and read it back."""
    path = folder / f"check-{secrets.token_hex(4)}"
    try:
        with path.open("xb") as file:
            file.write(_SAVED)
            file.flush()
            os.fsync(file.fileno())
        if path.read_bytes() != _SAVED:
            raise OSError(5, "what was written reads back otherwise")
    finally:
        path.unlink(missing_ok=True)


async def _timed(name: Name, work: Callable[[], Awaitable[str | None]], good: str) -> Step:
    """Return a step: what work says is wrong, else whether it was quick."""
    began = time.monotonic()
    wrong = await work()
    ms = round((time.monotonic() - began) * 1000, 1)
    if wrong is not None:
        return Step(name=name, state="fail", ms=ms, words=wrong)
    if ms < SLOW_MS[name]:
        return Step(name=name, state="good", ms=ms, words=good.format(s=ms / 1000))
    slow = f"It took {ms / 1000:.1f} s. If something stalls, lost time comes back."
    return Step(name=name, state="slow", ms=ms, words=slow)


class SystemCheckHandler(ApiHandler):
    """GET /audition/api/system-check."""

    def initialize(self, check: SystemCheck) -> None:
        """Take who checks."""
        self._check = check

    @authenticated  # type: ignore[untyped-decorator]
    async def get(self) -> None:
        """Answer with what works."""
        await self.answer(self._run())

    async def _run(self) -> Any:
        return {"steps": [step.model_dump() for step in await self._check.run()]}
