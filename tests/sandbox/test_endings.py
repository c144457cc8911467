"""How kernels end and begin again: each end has its reason, and nothing is left behind."""

from __future__ import annotations

import asyncio
import os
import socket
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from harness.sandbox import watching
from harness.sandbox.notice import read_notice
from harness.sandbox.run_folder import SOCKETS
from harness.sandbox.watching import LATEST_S, FolderLimits, FolderWatch
from tests.conftest import ROOT
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
        told = read_notice(cell.notice)
        await cell.manager.restart_kernel(now=True)
        await cell.client.wait_for_ready(timeout=60)
        again = await cell.run("print(6 * 7)")
        told_again = read_notice(cell.notice)

        assert told_again is not None and told_again.ended_because is None
        assert dead.status == "dead"
        assert why == reason
        assert told is not None and told.ended_because == reason
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
    mine = f"audition-{os.getpid()}-*"  # those of tests beside this one come and go
    before = {path.name for path in GROUPS.glob(mine)} if GROUPS.exists() else set()
    seen: dict[str, object] = {}

    async def act(cell: Cell) -> None:
        await cell.run(
            "import subprocess, sys\n"
            "subprocess.Popen(['setsid', sys.executable, '-c',"
            " 'import time; time.sleep(987654)'])"
        )
        seen["run"], seen["notice"] = cell.provisioner._run, cell.notice
        assert "987654" in _all_commands()

    during(tmp_path, candidate_python, act)
    after = {path.name for path in GROUPS.glob(mine)} if GROUPS.exists() else set()

    assert "987654" not in _all_commands()
    assert isinstance(seen["run"], Path) and not seen["run"].exists()
    assert isinstance(seen["notice"], Path) and not seen["notice"].exists()
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
        told = read_notice(cell.notice)
        full = await cell.run(write)
        await cell.run("for n in range(4): os.unlink(f'part{n}')")
        await watch.look()
        again = await cell.run(write + "; print('written')")

        assert full.status == "error" and "File too large" in full.error
        assert told is not None and told.is_folder_full and told.ended_because is None
        assert again.text.strip() == "written", again

    during(
        tmp_path, candidate_python, act,
        limits={"folder_bytes": 20 << 20, "file_bytes": 8 << 20},
    )  # fmt: skip


def test_a_folder_at_twice_its_limit_ends_the_kernel(tmp_path: Path) -> None:
    ended: list[bool] = []
    (tmp_path / "much").write_bytes(b"x" * (3 << 20))
    limits = FolderLimits(folder_bytes=1 << 20, file_bytes=1 << 20)
    watch = FolderWatch(
        tmp_path, None, limits, pids=list, end=lambda: ended.append(True), tell=lambda *_: None
    )
    asyncio.run(watch.look())

    assert ended == [True]


def test_a_kernel_starts_in_an_overfull_folder_to_tidy_up_and_may_not_add(
    tmp_path: Path, candidate_python: Path
) -> None:
    (tmp_path / "work").mkdir()
    (tmp_path / "work" / "much").write_bytes(bytes(7 << 20))

    async def act(cell: Cell) -> None:
        watch = cell.provisioner._watch
        assert watch is not None
        for _ in range(100):
            if cell.provisioner.is_folder_full:
                break
            await asyncio.sleep(0.1)
        alive = await cell.run("import os; print(os.listdir())")
        more = await cell.run(
            "import resource as r; most = r.getrlimit(r.RLIMIT_FSIZE)[1]\n"
            "r.setrlimit(r.RLIMIT_FSIZE, (most, most))\n"
            "open('more', 'wb').write(bytes(3 << 20))\nimport time; time.sleep(20)"
        )

        assert alive.text.strip() == "['much']"
        assert more.status == "dead"
        assert cell.provisioner.ended_because == "folder"

    during(tmp_path, candidate_python, act, limits={"folder_bytes": 2 << 20})


def test_a_folder_that_cannot_be_asked_for_its_room_is_looked_at_each_time(tmp_path: Path) -> None:
    limits = FolderLimits(folder_bytes=1 << 20, file_bytes=1 << 20)
    watch = FolderWatch(
        tmp_path / "gone", None, limits, pids=list, end=lambda: None, tell=lambda *_: None
    )
    watch._sealed_at = 0.0

    assert [watch._is_due(now) for now in (10.0, 10.1, 10.2)] == [True, True, True]


def test_a_quiet_disk_is_looked_at_seldom_and_a_growing_one_at_once(tmp_path: Path) -> None:
    run = tmp_path / "run"
    (run / "ipc").mkdir(parents=True)
    sockets = [socket.socket(socket.AF_UNIX) for _ in range(SOCKETS)]
    for number, one in enumerate(sockets):
        one.bind(str(run / "ipc" / f"k-{number}"))
    (tmp_path / "work").mkdir()
    looks: list[float] = []
    free = [50 << 30]

    async def act() -> tuple[int, float]:
        limits = FolderLimits(folder_bytes=1 << 30, file_bytes=1 << 20)
        watch = FolderWatch(
            tmp_path / "work", run, limits, pids=list, end=lambda: None,
            tell=lambda *_: looks.append(time.monotonic()),
        )  # fmt: skip
        watch.start()
        await asyncio.sleep(2 * LATEST_S)
        seldom = len(looks)
        free[0] -= 2 << 20
        began = time.monotonic()
        while len(looks) == seldom:
            await asyncio.sleep(0.01)
        await watch.stop()
        return seldom, looks[-1] - began

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(watching, "_room", lambda folder: free[0])
        patch.setattr(watching, "LATEST_S", 10 * LATEST_S)
        seldom, after_s = asyncio.run(act())
    for one in sockets:
        one.close()

    assert seldom == 1
    assert after_s < 5 * LATEST_S  # long before it would have looked by itself


def test_the_size_at_which_a_kernel_is_ended_follows_the_size_it_began_with() -> None:
    mib = 1 << 20
    usual = FolderLimits(folder_bytes=100 * mib, file_bytes=mib, at_start_bytes=10 * mib)
    overfull = FolderLimits(folder_bytes=100 * mib, file_bytes=mib, at_start_bytes=300 * mib)
    absurd = FolderLimits(folder_bytes=100 * mib, file_bytes=mib, at_start_bytes=9000 * mib)

    assert [one.end_bytes // mib for one in (usual, overfull, absurd)] == [200, 301, 400]


def test_files_without_a_name_are_counted_open_or_mapped(
    tmp_path: Path, candidate_python: Path
) -> None:
    hide = (
        "import ctypes, os\nopen_file = open('a', 'wb'); os.unlink('a')\n"
        "open_file.write(bytes(3 << 20)); open_file.flush()\n"
        "libc = ctypes.CDLL(None); libc.mmap.restype = ctypes.c_void_p\n"
        "with open('b', 'wb+') as file:\n"
        "    file.write(bytes(1 << 20)); file.flush()\n"
        "    libc.mmap(None, 4096, 1, 1, file.fileno(), ctypes.c_long(0))\n"
        "os.unlink('b'); print(os.listdir())"
    )

    async def act(cell: Cell) -> None:
        watch = cell.provisioner._watch
        assert watch is not None
        await watch.stop()
        before = await watch.look()
        found = await cell.run(hide)
        after = await watch.look()

        assert found.text.strip() == "[]"
        assert before is not None and after is not None
        # the mapped one counts as large as a file may be
        assert (11 << 20) - before < after - before < 12 << 20

    during(tmp_path, candidate_python, act, limits={"file_bytes": 8 << 20})


def test_a_folder_of_any_depth_is_measured_given_back_and_started_in_again(
    tmp_path: Path, candidate_python: Path
) -> None:
    async def act(cell: Cell) -> None:
        watch = cell.provisioner._watch
        assert watch is not None
        await cell.run(
            "import os\nfor n in range(2500):\n    os.mkdir('d'); os.chdir('d')\n"
            "open('deep', 'wb').write(bytes(2 << 20)); os.chdir('/home/candidate')"
        )
        size = await watch.look()
        await cell.manager.restart_kernel(now=True)
        await cell.client.wait_for_ready(timeout=60)
        again = await cell.run(
            "import subprocess; print(subprocess.run(['rm', '-r', 'd']).returncode)"
        )

        assert size is not None and size > 2 << 20
        assert again.text.strip() == "0"

    during(tmp_path, candidate_python, act)


def test_memory_is_not_blamed_for_a_kernel_that_left_after_its_child_was_ended(
    tmp_path: Path, candidate_python: Path
) -> None:
    hog = (
        "import subprocess, sys\n"
        "print(subprocess.run([sys.executable, '-c', 'x = bytearray(1 << 30)\\n"
        "for i in range(0, len(x), 4096): x[i] = 1']).returncode)"
    )

    async def act(cell: Cell) -> None:
        child = await cell.run(hog)
        await cell.run("import os; os._exit(3)")

        assert child.text.strip() == "-9", child
        assert await gone(cell) == "exit 3"

    during(tmp_path, candidate_python, act, limits={"memory_bytes": 512 << 20})


def test_a_flood_on_stderr_neither_stops_the_kernel_nor_reaches_our_log(
    tmp_path: Path, candidate_python: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    flood = (
        "import os, stat\nfor n in range(200):\n    for fd in range(3, 64):\n"
        "        try:\n"
        "            if not stat.S_ISSOCK(os.fstat(fd).st_mode):\n"
        "                os.set_blocking(fd, False); os.write(fd, b'FLOOD' * 2000)\n"
        "        except OSError: pass\n"
    )

    async def act(cell: Cell) -> None:
        await cell.run(flood, timeout_s=10)
        voice = cell.provisioner._voice

        assert voice is not None and "FLOOD" in voice.last_words
        assert len(voice.last_words) <= 4096

    during(tmp_path, candidate_python, act)

    assert "FLOOD" not in "".join(capfd.readouterr())


def test_a_kernel_that_cannot_start_leaves_its_last_words_in_the_log(
    tmp_path: Path, candidate_python: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "work").mkdir()
    (tmp_path / "work" / "ipykernel_launcher.py").write_text("raise SystemExit('no such luck')")

    async def nothing(cell: Cell) -> None:
        raise AssertionError("it started")

    with pytest.raises(RuntimeError, match="died"):
        during(tmp_path, candidate_python, nothing)

    assert "no such luck" in caplog.text


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
        limits = await cell.run(
            "import resource as r; print(r.getrlimit(r.RLIMIT_FSIZE)[1],"
            " r.getrlimit(r.RLIMIT_CORE)[1], r.getrlimit(r.RLIMIT_AS)[1] > 0)"
        )

        assert found.text.split() == [
            str((tmp_path / "work").resolve()), "http://127.0.0.1:1/v1", "a-token", "False",
        ]  # fmt: skip
        assert limits.text.split() == [str(256 << 20), "0", "True"]

    during(
        tmp_path, candidate_python, act,
        rung="none", address="http://127.0.0.1:1", kernel_token="a-token",
    )  # fmt: skip


ENDED_HARD = """
import asyncio, os, signal, sys
from pathlib import Path
from tests.sandbox.kernels import started

async def main():
    async with started(Path(sys.argv[1]), Path(sys.argv[2])) as cell:
        await cell.run("import subprocess, sys; subprocess.Popen(['setsid', sys.executable, '-c',"
                       " 'import time; time.sleep(876543)'])")
        print(cell.provisioner._run, flush=True)
        os.kill(os.getpid(), signal.SIGKILL)

asyncio.run(main())
"""


def test_when_the_server_is_killed_its_kernels_end_and_the_next_start_tidies_up(
    tmp_path: Path, candidate_python: Path
) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    first.mkdir()
    second.mkdir()
    killed = subprocess.run(
        [sys.executable, "-c", ENDED_HARD, str(first), str(candidate_python)],
        capture_output=True, text=True, cwd=ROOT, timeout=60,
    )  # fmt: skip
    left = Path(killed.stdout.strip())
    pid = left.name.split("-")[1]
    was_left = left.exists()
    for _ in range(100):
        if "876543" not in _all_commands():
            break
        time.sleep(0.05)
    still_there = "876543" in _all_commands()

    async def nothing(cell: Cell) -> None:
        pass

    during(second, candidate_python, nothing)

    assert killed.returncode == -9 and was_left, killed
    assert not still_there
    assert not left.exists()
    assert not list(GROUPS.glob(f"audition-{pid}-*"))


def test_a_process_that_is_just_ending_is_not_taken_for_ourselves(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from harness.sandbox import watching

    told = tmp_path / "proc" / "7" / "task" / "7" / "children"
    told.parent.mkdir(parents=True)
    told.write_text("12 0 13 ", encoding="ascii")
    monkeypatch.setattr(watching, "Path", lambda place: tmp_path / place.lstrip("/"))

    assert watching._children(7) == [12, 13]
