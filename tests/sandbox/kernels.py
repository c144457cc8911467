"""Real kernels behind real walls, started as Jupyter starts them."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jupyter_client.asynchronous.client import AsyncKernelClient
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager

from harness.core.settings import SandboxSettings
from harness.sandbox.job import SandboxJob
from harness.sandbox.notice import notice_path
from harness.sandbox.provisioner import SandboxProvisioner


@dataclass
class Result:
    """What a cell came to."""

    status: str
    text: str
    error: str = ""


@dataclass
class Cell:
    """A kernel that is up, with its manager."""

    manager: AsyncKernelManager
    client: AsyncKernelClient
    work: Path

    @property
    def provisioner(self) -> SandboxProvisioner:
        found = self.manager.provisioner
        assert isinstance(found, SandboxProvisioner)
        return found

    @property
    def notice(self) -> Path:
        provisioner = self.provisioner
        return notice_path(Path(provisioner.job_file), str(provisioner.kernel_id))

    async def run(self, code: str, *, timeout_s: float = 30) -> Result:
        """Run a cell to its end; status "dead" if the kernel ended instead."""
        said: list[str] = []
        error = ""
        request = self.client.execute(code, allow_stdin=False)
        deadline = asyncio.get_running_loop().time() + timeout_s
        while True:
            try:
                message = await self.client.get_iopub_msg(timeout=0.25)
            except Exception:
                if not await self.manager.is_alive():
                    return Result("dead", "".join(said))
                if asyncio.get_running_loop().time() > deadline:
                    return Result("timeout", "".join(said))
                continue
            if message["parent_header"].get("msg_id") != request:
                continue
            content = message["content"]
            if message["msg_type"] == "stream":
                said.append(content["text"])
            elif message["msg_type"] == "execute_result":
                said.append(content["data"]["text/plain"])
            elif message["msg_type"] == "error":
                error = f"{content['ename']}: {content['evalue']}"
            elif message["msg_type"] == "status" and content["execution_state"] == "idle":
                return Result("error" if error else "ok", "".join(said), error)


def spec(python: Path, job_file: Path) -> KernelSpec:
    return KernelSpec(
        argv=[str(python), "-m", "ipykernel_launcher", "-f", "{connection_file}",
              "--HistoryManager.enabled=False"],
        display_name="Python 3", language="python", interrupt_mode="message",
        metadata={"kernel_provisioner": {"provisioner_name": "audition-sandbox",
                                         "config": {"job_file": str(job_file)}}},
    )  # fmt: skip


def write_job(folder: Path, work: Path, **given: Any) -> Path:
    limits = SandboxSettings(**given.pop("limits", {}))
    job = SandboxJob(work=work, limits=limits, **{"rung": "bwrap+cgroup", **given})
    path = folder / "job.json"
    path.touch(mode=0o600)
    path.write_text(json.dumps(job.model_dump(mode="json")))
    return path


@asynccontextmanager
async def started(
    folder: Path, python: Path, *, ready_s: float = 60, **given: Any
) -> AsyncIterator[Cell]:
    """Start a kernel in a work folder of its own; it and its walls are gone at the end."""
    work = folder / "work"
    work.mkdir(exist_ok=True)
    cwd = given.pop("cwd", str(work))
    manager = AsyncKernelManager(kernel_name="sandboxed")
    manager._kernel_spec = spec(python, write_job(folder, work, **given))
    await manager.start_kernel(cwd=cwd, env=dict(os.environ))
    client = manager.client()
    client.start_channels()
    try:
        await client.wait_for_ready(timeout=ready_s)
        yield Cell(manager, client, work)
    finally:
        client.stop_channels()
        await manager.shutdown_kernel(now=True)
