"""Attacks that are the code of one cell: reading, reaching out, harming others, taking too much."""

from __future__ import annotations

from collections.abc import Callable

from tests.attacks.attack import Attack, cell
from tests.attacks.sides import SECOND, Side

_TALK = (
    "import socket\ns = socket.socket({kind})\ns.settimeout(3)\n"
    "s.connect({address})\nprint(s.recv(100).decode())"
)
_FIND = (
    "import glob\ndef victims():\n    for one in glob.glob('/proc/[0-9]*/cmdline'):\n"
    "        try:\n            if B['mark'].encode() in open(one, 'rb').read():"
    " yield int(one.split('/')[2])\n        except OSError: pass\n"
)
_NO_MOUNT, _NO_NET, _OWN_PIDS = "mounts", "network namespace", "process namespace"


def _token(side: Side) -> str:
    from tests.lab.running import BROWSER_TOKEN

    said = side.run(
        "import glob\nseen = b''\n"
        "for one in [*glob.glob('/proc/[0-9]*/cmdline'), *glob.glob('/proc/[0-9]*/environ'),"
        " *glob.glob(B['server'] + '/**', recursive=True)]:\n"
        "    try: seen += open(one, 'rb').read(100_000)\n    except OSError: pass\n"
        "import re; print(re.findall(rb'browser-token-[a-z-]+', seen)[:1])"
    ).text
    return said if BROWSER_TOKEN in said else ""


def _kill(side: Side) -> str:
    side.bait.restore_victim()
    side.run(_FIND + "for pid in victims(): os.kill(pid, 9)")
    assert side.bait.victim is not None
    try:
        return f"ended with {side.bait.victim.wait(2)}"
    except Exception:
        return ""


def _says_won(code: str, *, within_s: float = 40) -> object:
    def act(side: Side) -> str:
        said = side.run(code, path=SECOND, within_s=within_s)
        if said.status == "died":
            side._notebooks.pop(SECOND)._socket.close()
        return said.text if "WON" in said.text and said.status == "ok" else ""

    return act


def _then_settle(code: str) -> Callable[[Side], str]:
    """Return the attack, after which every kernel may write again; one that died is gone."""

    def act(side: Side) -> str:
        won = _says_won(code)(side)  # type: ignore[operator]
        for path in (side.work / "practice").glob("fill*"):
            path.unlink()
        side.settle()
        return str(won)

    return act


def _taking(name: str, tries: str, stopped_by: str, code: str) -> Attack:
    return Attack(name, tries, stopped_by, _says_won(code))  # type: ignore[arg-type]


ATTACKS = [
    cell("read a file of the server's user", "a secret outside the work folder", _NO_MOUNT,
         "print(open(B['secret']).read())"),
    cell("read another candidate's work", "the folder beside one's own", _NO_MOUNT,
         "print(open(B['neighbour']).read())"),
    cell("climb through /proc/1/root and /proc/*/cwd", "files past one's own mounts",
         "mounts, process namespace, uid",
         "import glob\nfor root in [*glob.glob('/proc/[0-9]*/root'), *glob.glob('/proc/[0-9]*/cwd')]:\n"
         "    try: print(open(root + '/../' * 12 + B['secret']).read()); break\n"
         "    except OSError: pass\n"
         "    try: print(open(root + B['secret']).read()); break\n    except OSError: pass"),
    cell("read the server's environment", "secrets in variables, its own and the parent's",
         "an environment of our own, process namespace",
         "import glob\nprint(os.environ.get(B['env']))\nfor one in glob.glob('/proc/[0-9]*/environ'):\n"
         "    try: print([x for x in open(one, 'rb').read().split(b'\\0') if B['env'].encode() in x])\n"
         "    except OSError: pass"),
    Attack("find the browser's token", "to speak to the server as the browser, from a cell",
           "mounts, process namespace; no route from inside", _token),
    cell("read a neighbour process's memory", "what another process holds",
         "process namespace, system call filter",
         _FIND + "for pid in victims():\n    for line in open(f'/proc/{pid}/maps'):\n"
         "        span, mode = line.split()[:2]\n        low, high = (int(x, 16) for x in span.split('-'))\n"
         "        if 'r' in mode and ('heap' in line or 'stack' in line or len(line.split()) == 5):\n"
         "            with open(f'/proc/{pid}/mem', 'rb') as memory:\n"
         "                memory.seek(low); data = memory.read(min(high - low, 8 << 20))\n"
         "            at = data.find(b'won-')\n            if at >= 0: print(data[at:at + 30]); break"),
    Attack("kill a neighbour process", "to end what runs beside the kernel", _OWN_PIDS, _kill),
    cell("reach a service on the machine's loopback", "proctor, databases, other servers by TCP",
         _NO_NET, _TALK.format(kind="", address="('127.0.0.1', B['port'])")),
    cell("reach a service by its socket file", "whatever listens on a path", _NO_MOUNT,
         _TALK.format(kind="socket.AF_UNIX", address="B['socket']")),
    cell("reach an abstract socket", "whatever listens without a path", _NO_NET,
         _TALK.format(kind="socket.AF_UNIX", address="'\\0' + B['mark']")),
    _taking("have a network", "a device but loopback, so that there may be a way out",
            "network namespace",
            "names = [x.split(':')[0].strip() for x in list(open('/proc/net/dev'))[2:]]\n"
            "print('WON' if set(names) - {'lo'} else names)"),
    _taking("change the installed packages", "to have other kernels run one's own code",
            "read-only mounts",
            "place = os.path.join(sys.prefix, 'lib', 'audition-attack.tmp')\n"
            "open(place, 'x').close(); os.unlink(place); print('WON')"),
    _taking("write outside the work folder", "to leave something where others read it", _NO_MOUNT,
            "place = os.path.join(B['folder'], 'planted')\n"
            "open(place, 'x').close(); os.unlink(place); print('WON')"),
    _taking("make a user namespace", "to be root somewhere, where escapes begin",
            "system call filter",
            "import ctypes\npid = os.fork()\nif pid == 0:\n"
            "    os._exit(0 if ctypes.CDLL(None).unshare(0x10000000) == 0 else 1)\n"
            "print('WON' if os.waitpid(pid, 0)[1] == 0 else 'no')"),
    _taking("trace a process of one's own", "ptrace, which undoes filters and reads anything",
            "system call filter",
            "import ctypes\npid = os.fork()\nif pid == 0:\n"
            "    os._exit(0 if ctypes.CDLL(None).ptrace(0, 0, 0, 0) == 0 else 1)\n"
            "print('WON' if os.waitpid(pid, 0)[1] == 0 else 'no')"),
    _taking("open kernel doors few programs need", "io_uring, keys, userfaultfd, perf, bpf",
            "system call filter",
            "import ctypes\nlibc = ctypes.CDLL(None)\ngot = []\n"
            "for name, call in (('keyctl', (250, 0, -3, 1)), ('uring', (425, 4, ctypes.create_string_buffer(128)))):\n"
            "    if libc.syscall(*call) >= 0: got.append(name)\nprint('WON' if got else 'no', got)"),
    _taking("fork without end", "400 processes at once, to stop the machine",
            "control group, or RLIMIT_NPROC",
            "import signal, time\nchildren = []\ntry:\n    for _ in range(400):\n        pid = os.fork()\n"
            "        if pid == 0: time.sleep(30); os._exit(0)\n        children.append(pid)\n"
            "    print('WON')\nexcept OSError as problem: print(problem.errno)\nfinally:\n"
            "    for pid in children: os.kill(pid, signal.SIGKILL); os.waitpid(pid, 0)"),
    _taking("take more memory than allowed", "1.3 GiB where 1 GiB is allowed",
            "control group, or RLIMIT_AS",
            "x = bytearray(1300 << 20)\nfor i in range(0, len(x), 4096): x[i] = 1\ndel x\nprint('WON')"),
    _taking("write one huge file", "300 MiB where 256 MiB are allowed", "RLIMIT_FSIZE",
            "with open('huge', 'wb') as file: file.truncate(300 << 20)\nos.unlink('huge'); print('WON')"),
    Attack("fill the disk", "go on writing past the work folder's limit", "folder watch", _then_settle(
            "import time\ntry:\n    for n in range(110):\n"
            "        with open(f'fill{n}', 'wb') as file: file.write(os.urandom(2 << 20))\n"
            "        time.sleep(0.05)\n    print('WON')\nexcept OSError as problem: print(problem)\n"
            "finally:\n    for n in range(110):\n        if os.path.exists(f'fill{n}'): os.unlink(f'fill{n}')")),
    _taking("fill /tmp", "300 MiB of what the whole machine shares", "tmpfs with a size",
            "import tempfile\nplace = tempfile.mkdtemp()\ntry:\n    for n in range(6):\n"
            "        with open(f'{place}/fill{n}', 'wb') as file: file.write(bytes(50 << 20))\n"
            "    print('WON')\nexcept OSError as problem: print(problem)\n"
            "finally:\n    import shutil; shutil.rmtree(place)"),
]  # fmt: skip
"""Read, reach, harm, take."""
