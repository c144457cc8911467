"""Plays a candidate: holds a URL with its login token, and nothing else.

Runs in a process of its own, started by `audition demo`. Speaks to the JupyterLab server over
REST and websocket as a browser does, and imports nothing of lab or proctor. Reads the script
(JSON) on stdin; prints one line a step on stderr.
"""

from __future__ import annotations

import json
import re
import sys
import time
from collections.abc import Mapping
from typing import Any

from harness.bench.jupyter_wire import Notebook

_PATIENCE_S = 30.0
_CITED = re.compile(r"@call:([a-z0-9-]+):(\d+)@")


class Player:
    """One candidate at one notebook.

    Args:
        url: the lab's address with its login token.
        slug: the exercise.
    """

    def __init__(self, url: str, slug: str) -> None:
        self._path = f"{slug}/{slug}.ipynb"
        self._slug = slug
        self._notebook = Notebook(url, path=self._path)
        self._book = self._read()
        self._said: dict[str, str] = {}

    def play(self, steps: list[Mapping[str, Any]]) -> None:
        """Take every step in order.

        Raises:
            SystemExit: a step did not end as the script says.
        """
        for step in steps:
            began = time.monotonic()
            told = self._take(step)
            name = step.get("cell") or step["do"]
            say(f"  {step['do']:<9} {name:<22} {told}  {time.monotonic() - began:.1f} s")
        self._notebook.close()

    def _take(self, step: Mapping[str, Any]) -> str:
        what = step["do"]
        if what == "write":
            self._cell(step["cell"])["source"] = self._with_calls(step["source"])
            return "written"
        if what == "insert":
            self._insert(step["cell"], step["source"], step["after"])
            return "inserted"
        if what == "save":
            self._save()
            return "saved"
        if what == "parts":
            self._save()
            answer = self._notebook.ask("POST", "/audition/api/parts", {"path": self._path})
            self._book = self._read()
            return f"{answer['added']} cells"
        return self._run(step)

    def _run(self, step: Mapping[str, Any]) -> str:
        cell = self._cell(step["cell"])
        reply = self._notebook.run(_text(cell), cell_id=cell["id"])
        wanted = "error" if step.get("raises") else "ok"
        if reply.status != wanted:
            sys.exit(f"cell {step['cell']} ended {reply.status}, not {wanted}: {reply.text[-400:]}")
        self._said[str(step["cell"])] = reply.text
        return reply.status

    def _with_calls(self, source: str) -> str:
        """Put in the ids of calls that cells have printed: `@call:CELL:N@`."""
        return _CITED.sub(self._cited, source)

    def _cited(self, found: re.Match[str]) -> str:
        lines = self._said.get(found[1], "").splitlines()
        ids = [line.partition(" | ")[0] for line in lines if " | " in line]
        if len(ids) < int(found[2]):
            sys.exit(f"cell {found[1]} printed {len(ids)} calls, and the script cites {found[0]}")
        return ids[int(found[2]) - 1]

    def _cell(self, name: str) -> dict[str, Any]:
        for cell in self._book["cells"]:
            if cell["id"] in (name, f"{self._slug}-{name}"):
                found: dict[str, Any] = cell
                return found
        sys.exit(f"there is no cell {name} in the notebook")

    def _insert(self, name: str, source: str, after: str) -> None:
        place = self._book["cells"].index(self._cell(after)) + 1
        cell: dict[str, Any] = {
            "cell_type": "code", "id": name, "metadata": {}, "source": source,
            "outputs": [], "execution_count": None,
        }  # fmt: skip
        self._book["cells"].insert(place, cell)

    def _read(self) -> dict[str, Any]:
        ends_at = time.monotonic() + _PATIENCE_S
        while True:
            found = self._notebook.ask("GET", f"/api/contents/{self._path}?content=1")
            if found.get("content") or time.monotonic() > ends_at:
                book: dict[str, Any] = found["content"]
                return book
            time.sleep(0.2)

    def _save(self) -> None:
        body = {"type": "notebook", "format": "json", "content": self._book}
        self._notebook.ask("PUT", f"/api/contents/{self._path}", body)


def say(line: str) -> None:
    """Tell whoever watches."""
    sys.stderr.write(line + "\n")
    sys.stderr.flush()


def _text(cell: Mapping[str, Any]) -> str:
    source = cell["source"]
    return "".join(source) if isinstance(source, list) else str(source)


def main() -> None:
    """Play the script on stdin at the address in it."""
    script = json.load(sys.stdin)
    Player(script["url"], script["slug"]).play(script["steps"])


if __name__ == "__main__":
    main()
