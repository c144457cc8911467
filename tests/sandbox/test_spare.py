"""A prepared kernel: as tight as any, told once what it is for, gone with its server."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from jupyter_client.asynchronous.client import AsyncKernelClient
from jupyter_client.multikernelmanager import AsyncMultiKernelManager

from harness.core.settings import SandboxSettings
from harness.sandbox.job import read_job
from harness.sandbox.ladder import choose, probe
from harness.sandbox.spare import SpareKernel
from tests.conftest import lacking
from tests.sandbox.kernels import Cell, spec, write_job
from tests.sandbox.test_endings import _all_commands

pytestmark = [pytest.mark.sandbox, pytest.mark.timeout(180)]


@pytest.fixture(scope="module")
def rung() -> str:
    try:
        return choose(probe(SandboxSettings()), trust_code=False).name
    except Exception as problem:
        lacking("a sandbox", str(problem))
    return ""


class Kernels(AsyncMultiKernelManager):  # type: ignore[misc]  # untyped to us
    """A manager that keeps a prepared kernel, as the lab's does."""

    spare_kernel: SpareKernel


@asynccontextmanager
async def shelf(folder: Path, python: Path, rung: str) -> AsyncIterator[Kernels]:
    (folder / "work" / "practice").mkdir(parents=True)
    job_file = write_job(folder, folder / "work", rung=rung)
    kernels = Kernels()
    kernels.spare_kernel = SpareKernel(lambda: read_job(job_file), python)
    kernels.job_spec = spec(python, job_file)
    try:
        yield kernels
    finally:
        await kernels.spare_kernel.stop()
        await kernels.shutdown_all(now=True)


async def ready(kernels: Kernels) -> int:
    """Wait until a kernel is prepared; return its bubblewrap's pid."""
    kernels.spare_kernel.prepare()
    for _ in range(1200):
        found = kernels.spare_kernel._spare
        if found is not None and found.is_ready:
            return found.process.pid
        await asyncio.sleep(0.05)
    raise AssertionError("none was prepared")


@asynccontextmanager
async def started(kernels: Kernels, cwd: Path) -> AsyncIterator[Cell]:
    manager = kernels.kernel_manager_factory(kernel_name="sandboxed", parent=kernels)
    manager._kernel_spec = kernels.job_spec
    await manager.start_kernel(cwd=str(cwd), env=dict(os.environ))
    client: AsyncKernelClient = manager.client()
    client.start_channels()
    try:
        await client.wait_for_ready(timeout=60)
        yield Cell(manager, client, cwd)
    finally:
        client.stop_channels()
        await manager.shutdown_kernel(now=True)


def test_a_start_takes_the_prepared_kernel_and_a_second_start_does_not(
    tmp_path: Path, candidate_python: Path, rung: str
) -> None:
    async def main() -> None:
        async with shelf(tmp_path, candidate_python, rung) as kernels:
            pid = await ready(kernels)
            practice = tmp_path / "work" / "practice"
            async with started(kernels, practice) as first, started(kernels, practice) as second:
                looked = (
                    "import os, sys; print(os.getcwd(), os.environ['PWD'], 'pandas' in sys.modules)"
                )
                assert first.provisioner.process.pid == pid
                assert second.provisioner.process.pid != pid
                home = "/home/candidate/practice"
                assert (await first.run(looked)).text.split() == [home, home, "True"]
                assert (await second.run(looked)).text.split() == [home, home, "False"]

    asyncio.run(main())


def test_a_restart_takes_it_too_and_the_old_sockets_serve(
    tmp_path: Path, candidate_python: Path, rung: str
) -> None:
    async def main() -> None:
        async with shelf(tmp_path, candidate_python, rung) as kernels:
            async with started(kernels, tmp_path / "work") as cell:
                await cell.run("kept = 1")
                for _ in range(2):
                    pid = await ready(kernels)
                    await cell.manager.restart_kernel(now=True)
                    await cell.client.wait_for_ready(timeout=60)

                    assert cell.provisioner.process.pid == pid
                    assert (await cell.run("kept")).error.startswith("NameError")
                    assert (await cell.run("print(6 * 7)")).text.strip() == "42"

    asyncio.run(main())


def test_it_stands_behind_the_same_walls_and_its_limits_hold(
    tmp_path: Path, candidate_python: Path, rung: str
) -> None:
    look = (
        "import os, resource as r\n"
        "print(os.getuid(), os.getgid(), *[x.split()[1] for x in open('/proc/self/status')"
        " if x.startswith(('CapEff', 'CapPrm', 'CapBnd', 'NoNewPrivs', 'Seccomp:'))])\n"
        "print([r.getrlimit(x) for x in (r.RLIMIT_FSIZE, r.RLIMIT_NOFILE, r.RLIMIT_CORE)])\n"
        "print(sorted(os.environ.items()))\n"
        "print([x.split(':')[0].strip() for x in list(open('/proc/net/dev'))[2:]])\n"
        "print(sorted(os.listdir('/')), os.listdir('/home'), os.path.exists('/etc/shadow'))\n"
        "import sys; print(sys.argv[0], '' in sys.path)"
    )

    async def main() -> None:
        async with shelf(tmp_path, candidate_python, rung) as kernels:
            await ready(kernels)
            async with started(kernels, tmp_path / "work") as prepared:
                async with started(kernels, tmp_path / "work") as fresh:
                    seen = (await prepared.run(look)).text
                    wanted = (await fresh.run(look)).text
                    assert seen.splitlines()[:-1] == wanted.splitlines()[:-1]
                    assert seen.splitlines()[-1].endswith("True")

    asyncio.run(main())


def test_it_is_gone_with_whoever_kept_it(tmp_path: Path, candidate_python: Path, rung: str) -> None:
    async def main() -> Path:
        async with shelf(tmp_path, candidate_python, rung) as kernels:
            await ready(kernels)
            assert kernels.spare_kernel._spare is not None
            assert str(tmp_path) in _all_commands()
            return kernels.spare_kernel._spare.run

    run = asyncio.run(main())

    assert not run.exists()
    assert str(tmp_path) not in _all_commands()


def test_one_that_ended_while_it_waited_is_not_taken_and_another_is_made(
    tmp_path: Path, candidate_python: Path, rung: str
) -> None:
    async def main() -> None:
        async with shelf(tmp_path, candidate_python, rung) as kernels:
            pid = await ready(kernels)
            os.kill(pid, 9)
            assert kernels.spare_kernel._spare is not None
            kernels.spare_kernel._spare.process.wait()
            async with started(kernels, tmp_path / "work") as cell:
                assert cell.provisioner.process.pid != pid
                assert (await cell.run("print(6 * 7)")).text.strip() == "42"
            assert await ready(kernels) != pid

    asyncio.run(main())


def test_none_is_taken_before_it_is_ready(
    tmp_path: Path, candidate_python: Path, rung: str
) -> None:
    async def main() -> None:
        async with shelf(tmp_path, candidate_python, rung) as kernels:
            kernels.spare_kernel.prepare()
            assert kernels.spare_kernel.take() is None
            await ready(kernels)
            spare = kernels.spare_kernel.take()
            assert spare is not None and kernels.spare_kernel.take() is None
            await spare.end()

    asyncio.run(main())
