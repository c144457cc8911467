"""Attacks on the server's own API: with the browser's token, and with what a kernel leaves lying."""

from __future__ import annotations

import json
import os
import secrets
import time
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

from tests.attacks.attack import Attack
from tests.attacks.sides import FIRST, SECOND, Side, Stock

_TEXT = {"type": "file", "format": "text", "content": "overwritten"}


def _plant(side: Side, code: str) -> None:
    """Let a cell do it, as the kernel's user."""
    done = side.run(
        "os.chdir(os.path.expanduser('~') if '/home/candidate' in os.getcwd() else '..')\n" + code
    )
    assert done.status == "ok", done


def _link_read(side: Side) -> str:
    _plant(side, "for n in ('way', 'lane'):\n    if os.path.lexists(n): os.unlink(n)\n"
           "os.symlink(B['secret'], 'way'); os.symlink(B['folder'], 'lane'); os.chdir('practice')")  # fmt: skip
    paths = ("/files/way", "/files/lane/secret.txt", "/api/contents/way?type=file&format=text",
             "/api/contents/lane/secret.txt?type=file&format=text")  # fmt: skip
    seen = [str(side.lab.ask("GET", path)[1]) for path in paths]
    return "read" if side.bait.word in " ".join(seen) else ""


def _link_write(side: Side) -> str:
    victim = side.bait.folder / "to-be-kept.txt"
    victim.write_text("kept")
    _plant(side, "import json\nfor n in ('out', 'outs'):\n    if os.path.lexists(n): os.unlink(n)\n"
           "os.symlink(B['folder'] + '/to-be-kept.txt', 'out'); os.symlink(B['folder'], 'outs')\n"
           "os.chdir('practice')")  # fmt: skip
    side.lab.ask("PUT", "/api/contents/out", _TEXT)
    side.lab.ask("PUT", "/api/contents/outs/planted.txt", _TEXT)
    side.lab.ask("DELETE", "/api/contents/outs/to-be-kept.txt")
    planted = side.bait.folder / "planted.txt"
    is_hit = planted.exists() or not victim.exists() or victim.read_text() != "kept"
    planted.unlink(missing_ok=True)
    return "written outside" if is_hit else ""


def _swap(side: Side) -> str:
    """A folder that is a folder and a link by turns, while the browser saves into it."""
    target = side.bait.folder / "swapped"
    target.mkdir(exist_ok=True)
    target.chmod(0o777)
    code = (
        "import threading, time\n"
        "def swap(until=time.time() + 4):\n"
        "    os.makedirs('swap', exist_ok=True)\n    os.symlink(B['folder'] + '/swapped', 'other')\n"
        "    while time.time() < until:\n"
        "        for a, b in (('swap', 'kept'), ('other', 'swap'), ('swap', 'other'), ('kept', 'swap')):\n"
        "            try: os.rename(a, b)\n            except OSError: pass\n"
        "home = os.getcwd()\nthreading.Thread(target=swap).start()"
    )
    side.run(
        "os.chdir('/home/candidate/practice' if os.path.isdir('/home/candidate/practice') else os.getcwd())\n"
        + code
    )
    for number in range(60):
        side.lab.ask("PUT", f"/api/contents/practice/swap/{number}.txt", _TEXT)
        if any(target.iterdir()):
            break
    return "saved outside" if any(target.iterdir()) else ""


def _status(method: str, path: str, body: Any = None, wanted: tuple[int, ...] = (200, 201)) -> Any:
    def act(side: Side) -> str:
        status, said = side.lab.ask(method, path, body)
        if method == "POST" and status in wanted and isinstance(said, dict) and "id" in said:
            side.lab.ask("DELETE", f"{path}/{said['id']}")
        return f"{status}" if status in wanted else ""

    return act


def _terminal(side: Side) -> str:
    status, said = side.lab.ask("POST", "/api/terminals", {})
    if status != 200:
        return ""
    side.lab.ask("DELETE", f"/api/terminals/{said['name']}")
    return "a shell as the server's user"


def _kernelspec(side: Side) -> str:
    """A cell writes a kernelspec where Jupyter looks for them; the server then runs its command."""
    proof = side.bait.folder / "ran"
    argv = json.dumps(["/usr/bin/touch", str(proof), "{connection_file}"])
    side.run(
        "home = os.path.expanduser('~')\n"
        "for root in ('.local/share/jupyter', '.jupyter', '.ipython'):\n"
        "    place = os.path.join(home, root, 'kernels', 'evil'); os.makedirs(place, exist_ok=True)\n"
        f"    spec = {{'argv': {argv}, 'display_name': 'evil', 'language': 'python'}}\n"
        "    json.dump(spec, open(place + '/kernel.json', 'w'))"
    )
    body = {
        "path": "practice/evil.ipynb",
        "type": "notebook",
        "name": "",
        "kernel": {"name": "evil"},
    }
    side.lab.ask("POST", "/api/kernels", {"name": "evil"})
    side.lab.ask("POST", "/api/sessions", body)
    for _ in range(10):
        if proof.exists():
            break
        time.sleep(0.05)
    for kernel in side.lab.ask("GET", "/api/kernels")[1]:
        if kernel["name"] == "evil":
            side.lab.ask("DELETE", f"/api/kernels/{kernel['id']}")
    won = proof.exists()
    proof.unlink(missing_ok=True)
    return "a command ran as the server's user" if won else ""


def _shared(side: Side) -> str:
    notebook = side.notebook(SECOND)
    body = {
        "path": "practice/third.ipynb",
        "type": "notebook",
        "name": "x",
        "kernel": {"id": notebook.kernel_id},
    }
    status, said = side.lab.ask("POST", "/api/sessions", body)
    return (
        "one kernel for two notebooks"
        if status == 201 and said["kernel"]["id"] == notebook.kernel_id
        else ""
    )


def _checkpoint(side: Side) -> str:
    """A kernel rewrites the version the browser saved to be safe."""
    (side.work / FIRST).touch()
    side.lab.ask("POST", f"/api/contents/{FIRST}/checkpoints")
    side.run(
        "import glob\nfor path in glob.glob(os.path.expanduser('~') + '/**/*checkpoint*.ipynb', recursive=True)"
        " + glob.glob('.ipynb_checkpoints/*'):\n    open(path, 'w').write('rewritten')"
    )
    # os.walk passes over what goes away meanwhile: another attack may still be swapping folders.
    for base, _, names in os.walk(side.lab.folder):
        for path in (Path(base, name) for name in names if fnmatch(name, "*checkpoint*.ipynb")):
            if path.read_text(errors="replace") == "rewritten":
                path.unlink()
                return "rewritten"
    return ""


def _trusted(side: Side) -> str:
    """A kernel signs a notebook with the server's own key, so that its HTML acts when opened."""
    side.run(
        "import nbformat\nfrom nbformat.sign import NotebookNotary\n"
        "nb = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell('1', outputs=[nbformat.v4.new_output("
        "'display_data', data={'text/html': '<script>1</script>'})])])\n"
        "try: NotebookNotary().sign(nb)\nexcept Exception as problem: print(problem)\n"
        "nbformat.write(nb, 'signed.ipynb')"
    )
    _, model = side.lab.ask("GET", "/api/contents/practice/signed.ipynb")
    cells = model.get("content", {}).get("cells", [{}])
    return "trusted" if cells[0].get("metadata", {}).get("trusted") else ""


def _huge(side: Side) -> str:
    side.run("with open('huge.ipynb', 'w') as file:\n"
             "    file.write('{\"cells\":[],\"nbformat\":4,\"nbformat_minor\":5,\"metadata\":{\"x\":\"')\n"
             "    for _ in range(70): file.write('x' * (1 << 20))\n    file.write('\"}}')")  # fmt: skip
    status, _ = side.lab.ask("GET", "/api/contents/practice/huge.ipynb")
    side.run("os.unlink('huge.ipynb')")
    side.settle()
    return "read whole into memory" if status == 200 else ""


def _script_as_own(side: Side) -> str:
    """A script a kernel wrote, served as a script from the server's own origin."""
    import urllib.request

    from tests.lab.running import BROWSER_TOKEN

    side.run("open('act.js', 'w').write('1')")
    base = side.lab.url.split("/lab/", 1)[0]
    request = urllib.request.Request(
        f"{base}/files/practice/act.js", headers={"Authorization": f"token {BROWSER_TOKEN}"}
    )
    with urllib.request.urlopen(request, timeout=10) as answer:
        return "a script" if "javascript" in answer.headers["Content-Type"] else ""


def _history_file(side: Side) -> str:
    """The account of what was run, rewritten by what was run."""
    word = "w" + secrets.token_hex(8)
    side.run(f"x = 1  # {word}")
    assert side.knows(word)
    side.run(
        "import glob, sqlite3\n"
        "files = glob.glob(os.path.expanduser('~') + '/.ipython/**/history.sqlite', recursive=True)\n"
        "files += [f for f in glob.glob(B['server'] + '/**', recursive=True) if 'spool' in f]\n"
        "for name in files:\n    try:\n        base = sqlite3.connect(name, timeout=5)\n"
        "        base.execute(\"update history set source='', source_raw=''\"); base.commit()\n"
        "        base.execute('vacuum'); base.close(); print('rewritten')\n"
        "    except Exception as problem: print(problem)"
    )
    if isinstance(side.lab, Stock):
        places = [p for p in side.lab.home.rglob("history.sqlite*")]
        return "" if any(word.encode() in p.read_bytes() for p in places) else "gone"
    return "" if side.knows(word) else "gone"


ATTACKS = [
    Attack("read through a link", "a link in the work folder, read by /files and the contents API",
           "each folder opened by handle, no link followed", _link_read),
    Attack("write and delete through a link", "the same on PUT and DELETE",
           "each folder opened by handle, no link followed", _link_write),
    Attack("swap a folder for a link during a save", "be a folder when looked at, a link when written",
           "looked at and written through one handle", _swap),
    Attack("open a terminal", "a shell as the server's user", "route closed", _terminal),
    Attack("plant a kernelspec", "have the server run a command written by a cell",
           "one kernelspec, from our own folder", _kernelspec),
    Attack("start a kernel without a notebook", "cells that belong to nothing", "route closed",
           _status("POST", "/api/kernels", {"name": "python3"})),
    Attack("share a kernel between notebooks", "have one exercise's cells count for another",
           "a kernel belongs to one notebook", _shared),
    Attack("convert a notebook", "nbconvert's templates and file access in the server",
           "route closed", _status("GET", f"/nbconvert/script/{FIRST}")),
    Attack("write the server's configuration", "change how it starts the next time",
           "route closed; no configuration file is read",
           _status("PUT", "/api/config/attack", {"a": 1}, (200, 204))),
    Attack("rewrite checkpoints", "change the version kept to be safe",
           "kept in the server's own folder", _checkpoint),
    Attack("sign a hostile notebook", "have HTML act as soon as a notebook is opened",
           "the signing key is out of reach", _trusted),
    Attack("open a huge notebook", "70 MiB of JSON into the server's memory",
           "a limit on size, before it is read", _huge),
    Attack("serve a script of one's own", "a script from the server's origin, past its policy",
           "scripts are served as text", _script_as_own),
    Attack("rewrite the account of the session", "change what was run, afterwards",
           "it lies with the proctor and in the server's own folder", _history_file),
]  # fmt: skip
"""The server's doors and files."""
