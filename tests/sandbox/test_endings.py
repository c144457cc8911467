"""How kernels end and begin again: each end has its reason, and nothing is left behind."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from harness.sandbox.watching import FolderWatch
from tests.sandbox.kernels import Cell, started

pytestmark = [pytest.mark.sandbox, pytest.mark.timeout(120)]

GROUPS = Path("/sys/fs/cgroup/memory")


def during(
    folder: Path, python: Path, act: Callable[[Cell], Awaitable[None]], **given: object
) -> None:
    async def main() -> None:
        async with started(folder, python, **given) as cell:  # type: ignore[arg-type]
            await act(cell)

    asyncio.run(main())


async def gone(cell: Cell) -> str | None:
    for _ in range(200):
        if not await cell.manager.is_alive():
            return cell.provisioner.ended_because
        await asyncio.sleep(0.05)
    return None


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("import os; os._exit(3)", "exit 3"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", "signal 9"),
        ("import ctypes; ctypes.string_at(0)", "signal 11"),
        ("x = bytearray(1 << 30)\nfor i in range(0, len(x), 4096): x[i] = 1", "memory"),
    ],
    ids=["exit", "kill", "crash", "memory"],
)
def test_a_kernel_that_ends_says_why_and_can_be_started_again(
    tmp_path: Path, candidate_python: Path, code: str, reason: str
) -> None:
    async def act(cell: Cell) -> None:
        dead = await cell.run(code)
        why = await gone(cell)
        await cell.manager.restart_kernel(now=True)
        await cell.client.wait_for_ready(timeout=60)
        again = await cell.run("print(6 * 7)")

        assert dead.status == "dead"
        assert why == reason
        assert again.text.strip() == "42"

    during(tmp_path, candidate_python, act, limits={"memory_bytes": 512 << 20})


def test_an_endless_loop_is_interrupted_and_variables_are_kept(
    tmp_path: Path, candidate_python: Path
) -> None:
    async def act(cell: Cell) -> None:
        await cell.run("kept = 'here'")
        loop = asyncio.ensure_future(cell.run("while True: pass"))
        await asyncio.sleep(1)
        await cell.manager.interrupt_kernel()
        stopped = await loop

        assert stopped.error.startswith("KeyboardInterrupt")
        assert (await cell.run("print(kept)")).text.strip() == "here"

    during(tmp_path, candidate_python, act)


def test_a_daemon_and_every_trace_are_gone_with_the_kernel(
    tmp_path: Path, candidate_python: Path
) -> None:
    before = {path.name for path in GROUPS.glob("audition-*")} if GROUPS.exists() else set()
    seen: dict[str, object] = {}

    async def act(cell: Cell) -> None:
        await cell.run(
            "import subprocess, sys\n"
            "subprocess.Popen(['setsid', sys.executable, '-c',"
            " 'import time; time.sleep(987654)'])"
        )
        seen["run"] = cell.provisioner._run
        assert "987654" in _all_commands()

    during(tmp_path, candidate_python, act)
    after = {path.name for path in GROUPS.glob("audition-*")} if GROUPS.exists() else set()

    assert "987654" not in _all_commands()
    assert isinstance(seen["run"], Path) and not seen["run"].exists()
    assert after - before == set()


def _all_commands() -> str:
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            found.append(path.read_bytes().replace(b"\0", b" ").decode("utf-8", "replace"))
        except OSError:
            continue
    return "\n".join(found)


def test_a_full_work_folder_takes_no_more_and_works_again_when_there_is_room(
    tmp_path: Path, candidate_python: Path
) -> None:
    fill = (
        "import os\nfor n in range(4):\n"
        "    with open(f'part{n}', 'wb') as file: file.write(os.urandom(6 << 20))"
    )
    write = "open('one-more', 'w').write('x' * 100_000)"

    async def act(cell: Cell) -> None:
        watch = cell.provisioner._watch
        assert watch is not None
        await watch.stop()
        await cell.run(fill)
        await watch.look()
        full = await cell.run(write)
        await cell.run("for n in range(4): os.unlink(f'part{n}')")
        await watch.look()
        again = await cell.run(write + "; print('written')")

        assert full.status == "error" and "File too large" in full.error
        assert again.text.strip() == "written", again

    during(
        tmp_path, candidate_python, act,
        limits={"folder_bytes": 20 << 20, "file_bytes": 8 << 20},
    )  # fmt: skip


def test_a_folder_at_twice_its_limit_ends_the_kernel(tmp_path: Path) -> None:
    ended: list[bool] = []
    (tmp_path / "much").write_bytes(b"x" * (3 << 20))
    watch = FolderWatch(tmp_path, 1 << 20, 1 << 20, pids=list, end=lambda: ended.append(True))
    asyncio.run(watch.look())

    assert ended == [True]


def test_on_the_lower_rung_memory_is_refused_and_the_kernel_lives_on(
    tmp_path: Path, candidate_python: Path
) -> None:
    async def act(cell: Cell) -> None:
        hog = await cell.run("x = bytearray(3 << 30)")

        assert hog.error.startswith("MemoryError")
        assert (await cell.run("print(6 * 7)")).text.strip() == "42"

    during(tmp_path, candidate_python, act, rung="bwrap+rlimits", limits={"memory_bytes": 2 << 30})


def test_without_walls_the_environment_is_still_ours_to_choose(
    tmp_path: Path, candidate_python: Path
) -> None:
    async def act(cell: Cell) -> None:
        found = await cell.run(
            "import os; print(os.getcwd(), os.environ['OPENAI_BASE_URL'],"
            " os.environ['OPENAI_API_KEY'], 'PYTEST_CURRENT_TEST' in os.environ)"
        )

        assert found.text.split() == [
            str((tmp_path / "work").resolve()), "http://127.0.0.1:1/v1", "a-token", "False",
        ]  # fmt: skip

    during(
        tmp_path, candidate_python, act,
        rung="none", address="http://127.0.0.1:1", kernel_token="a-token",
    )  # fmt: skip
