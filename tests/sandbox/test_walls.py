"""What hostile cells try behind the walls. Every attack is bounded and stays on this machine."""

from __future__ import annotations

import asyncio
import os
import socket
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.sandbox.kernels import Result, started

pytestmark = [pytest.mark.sandbox, pytest.mark.timeout(120)]

Attack = Callable[[str], Result]


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the work folder lies, and the job beside it."""
    return tmp_path_factory.mktemp("walls")


@pytest.fixture(scope="module")
def attack(room: Path, candidate_python: Path) -> Iterator[Attack]:
    """One kernel for all attacks that leave it alive."""
    loop = asyncio.new_event_loop()
    kernel = started(room, candidate_python)
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


def test_what_lies_beside_the_work_folder_cannot_be_reached(attack: Attack, room: Path) -> None:
    beside = room / "job.json"
    assert beside.exists()
    found = attack(
        f"import os\nos.symlink({str(beside)!r}, 'way')\n"
        f"for path in ({str(beside)!r}, '../job.json', '../../job.json', 'way',"
        f" '/proc/1/root{beside}', '/proc/1/cwd/job.json'):\n"
        "    try: print(open(path).read())\n"
        "    except OSError as problem: print(type(problem).__name__)\nos.unlink('way')"
    )

    assert set(found.text.split()) <= {"FileNotFoundError", "PermissionError"}


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


@pytest.mark.parametrize(
    ("kind", "reason"),
    [("40, 1, 0", "EAFNOSUPPORT"), ("38, 5, 0", "EAFNOSUPPORT"), ("17, 3, 0", "EAFNOSUPPORT"),
     ("15, 3, 2", "EAFNOSUPPORT"), ("30, 1, 0", "EAFNOSUPPORT"), ("16, 3, 6", "EPROTONOSUPPORT"),
     ("16, 3, 12", "EPROTONOSUPPORT"), ("2, 1, 132", "EPROTONOSUPPORT"),
     ("10, 1, 262", "EPROTONOSUPPORT"), ("2, 3, 1", "EPROTONOSUPPORT")],
    ids=["vsock", "alg", "packet", "key", "tipc", "xfrm", "netfilter", "sctp", "mptcp", "raw"],
)  # fmt: skip
def test_sockets_that_no_network_namespace_holds_cannot_be_had(
    attack: Attack, kind: str, reason: str
) -> None:
    found = attack(
        f"import socket, errno\ntry: socket.socket({kind}); print('open')\n"
        "except OSError as problem: print(errno.errorcode[problem.errno])"
    )

    assert found.text.strip() == reason


def test_the_usual_sockets_can_be_had(attack: Attack) -> None:
    found = attack(
        "import socket\nfor kind in ((1, 1, 0), (2, 1, 0), (2, 2, 17), (10, 1, 6), (16, 3, 0)):\n"
        "    socket.socket(*kind).close()\n"
        "a, b = socket.socketpair(); a.send(b'x'); print(b.recv(1), socket.getaddrinfo("
        "'localhost', 80)[0][4][0])\na.close(); b.close()"
    )

    assert found.text.split() in (["b'x'", "127.0.0.1"], ["b'x'", "::1"]), found


def test_what_a_program_looks_up_in_etc_is_there(attack: Attack) -> None:
    found = attack(
        "import os, pwd, grp, ssl\nprint(pwd.getpwuid(os.getuid()).pw_name,"
        " grp.getgrgid(os.getgid()).gr_name, os.path.expanduser('~candidate'),"
        " len(ssl.create_default_context().get_ca_certs()) > 0 or not os.path.exists("
        "'/etc/ssl/certs/ca-certificates.crt'))"
    )

    assert found.text.split() == ["candidate", "candidate", "/home/candidate", "True"]


def test_a_call_by_another_architectures_door_ends_who_makes_it(attack: Attack) -> None:
    if os.uname().machine != "x86_64":
        pytest.skip("int 0x80 is x86's")
    found = attack(
        "import ctypes, mmap, os\npid = os.fork()\nif pid == 0:\n"
        "    page = mmap.mmap(-1, 4096, prot=7)\n"
        "    page.write(bytes([0xb8, 20, 0, 0, 0, 0xcd, 0x80, 0xc3]))  # getpid of i386\n"
        "    code = ctypes.addressof(ctypes.c_char.from_buffer(page))\n"
        "    ctypes.CFUNCTYPE(ctypes.c_int)(code)()\n    os._exit(0)\n"
        "print(os.WTERMSIG(os.waitpid(pid, 0)[1]))"
    )

    assert found.text.strip() in ("31", "11")  # the filter; a Linux that has no such door


def test_space_cannot_be_reserved_beyond_what_a_file_shows(attack: Attack) -> None:
    found = attack(
        "import ctypes, errno, os\nlibc = ctypes.CDLL(None, use_errno=True)\n"
        "fd = os.open('reserved', os.O_RDWR | os.O_CREAT)\n"
        "print(libc.fallocate(fd, 1, ctypes.c_long(0), ctypes.c_long(600 << 20)),"
        " errno.errorcode[ctypes.get_errno()])\n"
        "os.posix_fallocate(fd, 0, 1 << 20); print(os.fstat(fd).st_size)\n"
        "os.close(fd); os.unlink('reserved')"
    )

    assert found.text.split() == ["-1", "ENOTSUP", str(1 << 20)]  # Linux's other name for it


def test_no_file_of_ours_is_open_in_the_kernel(attack: Attack) -> None:
    found = attack(
        "import glob, os, stat\nfor path in glob.glob('/proc/self/fd/*'):\n"
        "    try:\n"
        "        found = os.stat(path)\n"
        "        if stat.S_ISREG(found.st_mode) and found.st_dev != os.stat('/tmp').st_dev:"
        " print(os.readlink(path))\n"
        "    except OSError: pass"
    )

    assert stat.S_ISREG(os.fstat(2).st_mode), "the test must have a file for its stderr"
    assert found.text == ""


def test_the_folder_of_sockets_is_closed_once_they_are_there(attack: Attack) -> None:
    found = attack(
        "import os, time\nfrom ipykernel.kernelapp import IPKernelApp\n"
        "ipc = os.path.dirname(IPKernelApp.instance().connection_file)[:-4] + 'ipc'\n"
        "time.sleep(1)\n"
        "for act in (lambda: open(ipc + '/mine', 'w'), lambda: os.unlink(ipc + '/k-1'),"
        " lambda: os.rename(ipc + '/k-1', ipc + '/k-9'), lambda: os.chmod(ipc, 0o777)):\n"
        "    try: act(); print('done')\n    except OSError as problem: print(problem.errno)"
    ).text

    if os.geteuid() == 0:
        assert set(found.split()) <= {"1", "13"}, found


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
            found = await cell.run("import os; print(os.getcwd(), os.environ['PWD'])")
            folder, told = found.text.split()
            assert folder == told
            return folder

    (tmp_path / "work" / "practice").mkdir(parents=True)
    inside = asyncio.run(cwd(str(tmp_path / "work" / "practice")))
    outside = asyncio.run(cwd("/etc"))

    assert inside == "/home/candidate/practice"
    assert outside == "/home/candidate"


@pytest.mark.parametrize(("mode", "starts_in"), [(0o700, "/home/candidate"), (0o000, "/tmp")])
def test_a_kernel_starts_again_in_a_folder_its_owner_has_closed(
    tmp_path: Path, candidate_python: Path, mode: int, starts_in: str
) -> None:
    async def main() -> str:
        async with started(tmp_path, candidate_python) as cell:
            await cell.run(f"import os; os.chmod('/home/candidate', {mode})")
            await cell.manager.restart_kernel(now=True)
            await cell.client.wait_for_ready(timeout=60)
            return (await cell.run("import os; print(os.getcwd())")).text.strip()

    assert asyncio.run(main()) == starts_in
