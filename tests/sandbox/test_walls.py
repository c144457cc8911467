"""What hostile cells try behind the walls. Every attack is bounded and stays on this machine."""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.sandbox.kernels import Result, started

pytestmark = [pytest.mark.sandbox, pytest.mark.timeout(120)]

Attack = Callable[[str], Result]


@pytest.fixture(scope="module")
def attack(tmp_path_factory: pytest.TempPathFactory, candidate_python: Path) -> Iterator[Attack]:
    """One kernel for all attacks that leave it alive."""
    folder = tmp_path_factory.mktemp("walls")
    loop = asyncio.new_event_loop()
    kernel = started(folder, candidate_python)
    cell = loop.run_until_complete(kernel.__aenter__())
    os.environ["A_SECRET_OF_S"] = "hunter2"
    yield lambda code: loop.run_until_complete(cell.run(code))
    del os.environ["A_SECRET_OF_S"]
    loop.run_until_complete(kernel.__aexit__(None, None, None))
    loop.run_until_complete(loop.shutdown_asyncgens())
    loop.close()


def test_a_cell_is_nobody_special(attack: Attack) -> None:
    status = attack("print(open('/proc/self/status').read())").text
    found = {line.split(":")[0]: line.split()[1:] for line in status.splitlines() if ":" in line}

    assert found["Uid"] == ["61184"] * 4
    assert found["Gid"] == ["61184"] * 4
    assert {int(found[name][0], 16) for name in ("CapEff", "CapPrm", "CapInh", "CapBnd")} == {0}
    assert found["NoNewPrivs"] == ["1"]
    assert found["Seccomp"] == ["2"]


def test_nothing_of_the_servers_environment_is_there(attack: Attack) -> None:
    own = attack("import os; print(dict(os.environ))").text
    others = attack(
        "import glob\n"
        "for path in glob.glob('/proc/[0-9]*/environ'):\n"
        "    try: print(path, open(path, 'rb').read())\n"
        "    except OSError as problem: print(path, problem)"
    ).text

    assert "hunter2" not in own + others
    assert "JUPYTER_TOKEN" not in own and "JPY_PARENT_PID" not in own


@pytest.mark.parametrize(
    "path",
    ["/etc/shadow", "/root/.ssh", str(ROOT / "harness/proctor"), str(ROOT / "grader"),
     str(ROOT / ".git"), str(ROOT / ".venv"), "/var", "/sys", "/proc/1/root/etc/shadow"],
)  # fmt: skip
def test_what_is_ours_does_not_exist_inside(attack: Attack, path: str) -> None:
    found = attack(
        f"import os\ntry: print(os.listdir({path!r}) if os.path.isdir({path!r}) "
        f"else open({path!r}).read())\nexcept OSError as problem: print(type(problem).__name__)"
    )

    assert found.text.strip() in ("FileNotFoundError", "PermissionError")


def test_only_the_work_folder_and_private_space_can_be_written(attack: Attack) -> None:
    found = attack(
        "import os, sys\n"
        "for place in (sys.prefix, sys.base_prefix, '/usr', '/etc', '/', '/home', '/run',"
        " '/home/candidate', '/tmp', '/dev/shm'):\n"
        "    try:\n"
        "        open(os.path.join(place, 'mine'), 'w').close(); print(place, 'written')\n"
        "    except OSError: print(place, 'closed')"
    ).text
    written = {line.split()[0] for line in found.splitlines() if line.endswith("written")}

    assert written == {"/home/candidate", "/tmp", "/dev/shm"}


def test_there_is_no_way_out_but_loopback(attack: Attack) -> None:
    devices = attack("print([x.split(':')[0].strip() for x in open('/proc/net/dev')][2:])").text
    outside = attack(
        "import socket\ns = socket.socket(); s.settimeout(3)\n"
        "try: s.connect(('192.0.2.1', 80))\nexcept OSError as problem: print(problem.errno)"
    ).text

    assert devices.strip() == "['lo']"
    assert outside.strip() == "101"  # ENETUNREACH, at once: there is no route


def test_services_on_our_own_loopback_are_not_there(attack: Attack) -> None:
    with socket.socket() as ours:
        ours.bind(("127.0.0.1", 0))
        ours.listen()
        port = ours.getsockname()[1]
        found = attack(
            f"import socket\ntry: socket.create_connection(('127.0.0.1', {port}), 3)\n"
            "except OSError as problem: print(problem.errno)"
        )

    assert found.text.strip() == "111"


@pytest.mark.parametrize(
    "call",
    ["321, 0, 0, 0", "425, 8, 0", "250, 0, 0", "298, 0, 0, 0, 0, 0", "323, 0", "165, 0, 0, 0, 0, 0",
     "272, 0x10000000", "308, 0, 0", "101, 0, 0, 0, 0", "56, 0x10000011, 0, 0, 0, 0",
     "430, 0, 0", "246, 0, 0, 0, 0", "304, 0, 0, 0", "438, 0, 0, 0"],
)  # fmt: skip
def test_system_calls_that_escapes_begin_with_are_refused(attack: Attack, call: str) -> None:
    found = attack(
        "import ctypes, errno\nlibc = ctypes.CDLL(None, use_errno=True)\n"
        f"print(libc.syscall({call}), errno.errorcode[ctypes.get_errno()])"
    )

    assert found.text.strip() == "-1 EPERM"


def test_a_new_user_namespace_is_refused(attack: Attack) -> None:
    found = attack(
        "import subprocess\n"
        "print(subprocess.run(['unshare', '-Ur', 'id'], capture_output=True, text=True))"
    )

    assert "uid=0" not in found.text
    assert "Operation not permitted" in found.text


def test_signals_reach_nobody_outside(attack: Attack) -> None:
    found = attack(
        "import os\npids = [int(p) for p in os.listdir('/proc') if p.isdigit()]\n"
        "print(len(pids), max(pids) < 1000)\n"
        "try: os.kill(1, 9)\nexcept OSError as problem: print(type(problem).__name__)\n"
        "print('alive')"
    ).text

    count, small = found.split()[:2]
    assert int(count) <= 4 and small == "True"
    assert found.strip().endswith("alive")


def test_a_fork_bomb_stops_at_the_limit_and_the_kernel_lives_on(attack: Attack) -> None:
    found = attack(
        "import os, time, signal\nchildren = []\n"
        "try:\n"
        "    for _ in range(400):\n"
        "        pid = os.fork()\n"
        "        if pid == 0: time.sleep(30); os._exit(0)\n"
        "        children.append(pid)\n"
        "except OSError as problem: print(type(problem).__name__)\n"
        "print(len(children))\n"
        "for pid in children: os.kill(pid, signal.SIGKILL); os.waitpid(pid, 0)"
    ).text

    assert "BlockingIOError" in found
    assert int(found.split()[-1]) < 128
    assert attack("print(6 * 7)").text.strip() == "42"


def test_a_file_larger_than_the_limit_is_refused(attack: Attack) -> None:
    found = attack(
        "try:\n"
        "    with open('big', 'wb') as file:\n"
        "        file.truncate(300 << 20)\n"
        "except OSError as problem: print(problem.strerror)"
    )

    assert found.text.strip() == "File too large"


def test_private_space_is_capped(attack: Attack) -> None:
    found = attack(
        "import os\ntry:\n"
        "    for n in range(40):\n"
        "        with open(f'/tmp/fill{n}', 'wb') as file: file.write(bytes(10 << 20))\n"
        "except OSError as problem: print(problem.strerror, n)\n"
        "for n in range(40):\n"
        "    if os.path.exists(f'/tmp/fill{n}'): os.unlink(f'/tmp/fill{n}')"
    )

    assert found.text.startswith("No space left on device")


def test_the_usual_things_work(attack: Attack) -> None:
    found = attack(
        "import subprocess, tempfile, threading, concurrent.futures as cf, ssl, sqlite3, getpass\n"
        "import pandas as pd, numpy as np\n"
        "print(subprocess.run(['ls', '/home'], capture_output=True, text=True).stdout.strip())\n"
        "with cf.ThreadPoolExecutor(8) as pool: print(sum(pool.map(int, '12345')))\n"
        "print(getpass.getuser(), pd.DataFrame({'a': [1, 2]}).a.sum(), tempfile.gettempdir())"
    )

    assert found.status == "ok", found
    assert found.text.split() == ["candidate", "15", "candidate", "3", "/tmp"]


def test_the_kernel_starts_in_the_folder_of_its_notebook(
    tmp_path: Path, candidate_python: Path
) -> None:
    async def cwd(wanted: str) -> str:
        async with started(tmp_path, candidate_python, cwd=wanted) as cell:
            return (await cell.run("import os; print(os.getcwd())")).text.strip()

    (tmp_path / "work" / "practice").mkdir(parents=True)
    inside = asyncio.run(cwd(str(tmp_path / "work" / "practice")))
    outside = asyncio.run(cwd("/etc"))

    assert inside == "/home/candidate/practice"
    assert outside == "/home/candidate"
