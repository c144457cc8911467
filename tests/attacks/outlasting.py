"""Attacks that wait: what outlives its kernel, or gets into another one."""

from __future__ import annotations

import secrets
import time
from pathlib import Path

from tests.attacks.attack import Attack
from tests.attacks.sides import FIRST, SECOND, Side

_PLACES = (
    "usercustomize.py", "sitecustomize.py", "ipykernel_launcher.py", "ipython_config.py",
    "ipython_kernel_config.py", "jupyter_config.py", ".pdbrc", "matplotlibrc",
)  # fmt: skip
_GO_ON = "import ipykernel.kernelapp as a; a.launch_new_instance()"
"""What a false launcher does next, so that nobody notices."""


def _plants(side: Side) -> str:
    """Files under names that a starting Python, IPython or Jupyter might run; then a fresh kernel."""
    mark = "m" + secrets.token_hex(6)
    code = f"import sys as _s; _s.{mark} = 1"
    names = repr(_PLACES)
    side.run(
        f"home, code = os.path.expanduser('~'), {code!r}\nhere = os.getcwd()\n"
        f"places = [os.path.join(root, n) for root in (here, home) for n in {names}]\n"
        "user = home + f'/.local/lib/python{sys.version_info[0]}.{sys.version_info[1]}/site-packages/'\n"
        "places += [user + 'usercustomize.py', user + 'x.pth', home + '/.jupyter/jupyter_config.py']\n"
        "for root in {os.environ.get('IPYTHONDIR', home + '/.ipython'), home + '/.ipython', here + '/.ipython'}:\n"
        "    places += [root + '/profile_default/startup/00-x.py',"
        " root + '/profile_default/ipython_kernel_config.py']\n"
        "made = []\nfor place in places:\n"
        "    if os.path.exists(place): continue\n"
        "    os.makedirs(os.path.dirname(place), exist_ok=True)\n"
        f"    more = {_GO_ON!r} if 'launcher' in place else ''\n"
        "    open(place, 'w').write(code + '\\n' + more); made.append(place)\n"
        "json.dump(made, open('made.json', 'w'))",
        path=SECOND,
    )
    side.close(SECOND)
    said = side.run(
        f"_found = hasattr(sys, {mark!r})\n"
        "for place in json.load(open('made.json')):\n"
        "    if os.path.exists(place): os.unlink(place)\n"
        "print('FOUND' if _found else 'fresh')",
        path=SECOND,
    ).text  # fmt: skip
    assert "FOUND" in said or "fresh" in said, said
    return "ran before the first cell" if "FOUND" in said else ""


def _daemon(side: Side) -> str:
    mark = "9" + str(secrets.randbelow(10**8)).zfill(8)
    side.run(
        "import subprocess\nsubprocess.Popen([sys.executable, '-S', '-c',"
        f" 'import time; time.sleep({mark})'], start_new_session=True)",
        path=SECOND,
    )
    side.close(SECOND)
    for _ in range(40):
        found = _with(mark)
        if not found:
            return ""
        time.sleep(0.05)
    for pid in found:
        import os
        import signal

        os.kill(pid, signal.SIGKILL)
    return "still there"


def _with(mark: str) -> list[int]:
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if mark.encode() in path.read_bytes():
                found.append(int(path.parent.name))
        except OSError:
            continue
    return found


def _other_kernel(side: Side) -> str:
    """Find another notebook's connection file and run code in its kernel, past the browser."""
    mark = "m" + secrets.token_hex(6)
    side.run("pass", path=SECOND)
    side.run(
        "import glob, time\nfrom jupyter_client import BlockingKernelClient\n"
        "own = get_ipython().kernel.config.IPKernelApp.connection_file\n"
        "places = glob.glob(os.path.expanduser('~') + '/.local/share/jupyter/runtime/kernel-*.json')\n"
        "places += glob.glob('/tmp/aud-*/conn/kernel.json') + glob.glob('/tmp/.jupyter/*.json')\n"
        "places.sort(key=os.path.getmtime, reverse=True)  # the old ones are of kernels that died\n"
        "until = time.monotonic() + 25\n"
        "for place in places:\n    if os.path.basename(place) in own or place == own: continue\n"
        "    if time.monotonic() > until: break\n"
        "    client = BlockingKernelClient(connection_file=place); client.load_connection_file()\n"
        f"    client.start_channels(); client.execute('import sys; sys.{mark} = 1')\n"
        "    try:\n        client.get_shell_msg(timeout=8)  # closed at once, it may never go out\n"
        "    except Exception:\n        pass\n"
        "    client.stop_channels()",
        path=FIRST,
    )
    said = side.run(f"print('FOUND' if hasattr(sys, {mark!r}) else 'alone')", path=SECOND).text
    return "ran in another's kernel" if "FOUND" in said else ""


def _shared_memory(side: Side) -> str:
    name = "m" + secrets.token_hex(6)
    side.run(f"open('/dev/shm/{name}', 'w').write('x')", path=FIRST)
    said = side.run(
        f"print('FOUND' if os.path.exists('/dev/shm/{name}') else 'alone')", path=SECOND
    )
    side.run(f"os.path.exists('/dev/shm/{name}') and os.unlink('/dev/shm/{name}')", path=FIRST)
    return "two kernels meet" if "FOUND" in said.text else ""


def _log(side: Side) -> str:
    """Write into the server's log through a handle the kernel was born with."""
    word = "w" + secrets.token_hex(8)
    side.run(
        f"word = {word[:8]!r} + {word[8:]!r}\nfor fd in range(3):\n"
        "    try:\n        with open(f'/proc/self/fd/{fd}', 'a') as file: file.write(word)\n"
        "    except OSError: pass\n"
        "import glob\nfor fd in glob.glob('/proc/self/fd/*'):\n"
        "    try:\n        import stat\n        if not stat.S_ISREG(os.stat(fd).st_mode): continue\n"
        "        with open(fd, 'a') as file: file.write(word)\n    except OSError: pass"
    )
    log = (side.lab.folder / "lab.log").read_bytes()
    return "the log says what a cell wants" if word.encode() in log else ""


ATTACKS = [
    Attack("lie in wait for the next kernel",
           "startup files, .pth, sitecustomize, configuration and modules under our names",
           "private settings folder; no import from the work folder before the first cell", _plants),
    Attack("leave a daemon", "go on after the kernel was shut down",
           "process namespace, dies with its parent", _daemon),
    Attack("run code in another notebook's kernel", "its connection file and key",
           "mounts, a folder for each kernel", _other_kernel),
    Attack("meet in shared memory", "two kernels that exchange files past the work folder",
           "/dev/shm of one's own", _shared_memory),
    Attack("write into the server's log", "by a handle the kernel inherited", "a pipe", _log),
]  # fmt: skip
"""What outlives, and what gets across."""
