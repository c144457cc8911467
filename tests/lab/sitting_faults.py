"""Rounds of faults on a whole sitting: browser, kernel, server and proctor die by real signals.

The workspace is `audition lab` as a person starts it; what dies is brought back by it alone. Each
round plays one exercise from opening the notebook to the receipt, with kills drawn from its seed,
and writes down what its client was told. What has to hold is read from the proctor's store.
"""

from __future__ import annotations

import hashlib
import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
from websockets.exceptions import WebSocketException

from harness.bench.jupyter_wire import Notebook, Reply
from harness.core.errors import EnvironmentLacks
from harness.core.keyring import Keyring
from harness.core.records import Event
from harness.core.submission import open_call, open_submission
from harness.core.verify import verify_submission
from tests.conftest import ROOT
from tests.workspace import Started, events_of

TAB = Path(__file__).with_name("one_tab.py")
KILL, TERM, STOP = signal.SIGKILL, signal.SIGTERM, signal.SIGSTOP
WAYS = (
    ("browser", KILL), ("kernel", KILL), ("server", KILL), ("server", TERM), ("server", STOP),
    ("proctor", KILL), ("proctor", TERM), ("proctor", STOP),
)  # fmt: skip
CREDITED = (("server", KILL), ("server", TERM), ("proctor", KILL), ("proctor", TERM),
            ("proctor", STOP))  # fmt: skip
KILLS = 3
"""Kills in a round."""
GIVES_UP_S = 90.0
"""How long a step is tried again."""
ANSWER_S = 15.0
"""How long a cell's next word may take before its tab is loaded anew."""
CALL = (
    "from openai import OpenAI\n"
    "r = OpenAI().chat.completions.with_raw_response.create(model='sim-small', messages=["
    "{'role': 'user', 'content': 'one word'}])\n"
    "print('CALL', r.headers['x-call-id'])"
)
SLOW = "import time\nfor i in range(4):\n    print('tick', i, flush=True); time.sleep(0.3)"
SUBMIT = (
    "from harness.kernel import submit\n"
    "r = submit()\n"
    "print('RECEIPT', r.submission, r.manifest_sha256)"
)
_BROKEN = (OSError, WebSocketException, EnvironmentLacks, urllib.error.URLError, TimeoutError)


@dataclass
class Told:
    """What the client was told is done.

    Attributes:
        cells: request id to source, of each cell whose reply came.
        saves: SHA-256 of each save that was answered.
        calls: ids of model calls whose answer arrived.
        ideas: ids of hypotheses.
        questions: questions that were answered.
        receipts: submission to manifest's SHA-256.
    """

    cells: dict[str, str] = field(default_factory=dict)
    saves: set[str] = field(default_factory=set)
    calls: set[str] = field(default_factory=set)
    ideas: set[str] = field(default_factory=set)
    questions: set[str] = field(default_factory=set)
    receipts: dict[str, str] = field(default_factory=dict)


@dataclass
class Found:
    """What a round came to.

    Attributes:
        seed: of the round.
        exercise: which was played.
        kills: what was killed how and at which step; when the next cell ran, and when the record
            was whole again, in seconds from the kill.
        told: how many of each kind the client was told.
        lost: what it was told and the proctor does not hold, or holds otherwise.
        given_back_s: by how much the box ends later.
        away_s: how long somebody was away for whose absence time is given back; measured outside.
        whole_s: from the first kill to the end of the round.
    """

    seed: int
    exercise: str
    kills: list[dict[str, Any]] = field(default_factory=list)
    told: dict[str, int] = field(default_factory=dict)
    lost: list[str] = field(default_factory=list)
    given_back_s: float = 0.0
    away_s: float = 0.0
    whole_s: float = 0.0

    @property
    def is_sound(self) -> bool:
        return not self.lost and self.away_s - 2.5 * len(self.kills) <= self.given_back_s <= (
            self.whole_s + 1
        )


class Tab(Notebook):
    """A notebook in a browser that loads anew when it has to, and remembers its last request."""

    last = ""

    def _send(self, channel: str, kind: str, content: object, metadata: object) -> str:
        self.last = super()._send(channel, kind, content, metadata)
        return self.last

    def again(self) -> None:
        """Come back to the same kernel, as a browser does whose line broke."""
        with suppress(*_BROKEN):
            self._socket.close_timeout = 0.2
            self._socket.close()
        self._socket = self._connect()


class Sitting:
    """One round: who sits there, what they are told, who dies meanwhile.

    Args:
        lab: the workspace, up.
        seed: draws who dies how and when.
        exercise: slug; fresh in this session.
    """

    def __init__(self, lab: Started, seed: int, exercise: str) -> None:
        self.lab, self.exercise = lab, exercise
        self.draw, self.found, self.told = random.Random(seed), Found(seed, exercise), Told()
        self.path = f"{exercise}/{exercise}.ipynb"
        self._tab: Tab | None = None
        self._count = 0
        self._given = json.loads(next((lab.home / "lab").glob("*/lab.json")).read_text())

    def play(self) -> Found:
        """Play the round and look at what it left."""
        steps: list[Callable[[], bool]] = [
            self._cell, self._call, self._save_text, self._plan, self._part_two, self._ask,
            self._idea, self._save_notebook, self._submit, self._call, self._save_text,
        ]  # fmt: skip
        deaths = dict(zip(
            self.draw.sample(range(len(steps)), KILLS), self.draw.sample(WAYS, KILLS), strict=True
        ))  # fmt: skip
        self._until(self._call)  # so that the client is imported before anybody dies
        self._until(self._all_sent)
        before, began = self._ends_at(), time.monotonic()  # None: it has no box
        for number, step in enumerate(steps):
            if number in deaths:
                self._under_fire(step, *deaths[number])
            else:
                self._until(step)
        self._until(self._all_sent)
        cells = dict(self.told.cells)
        self._until(self._submit)
        self.told.cells = cells  # what submits runs still while its submission is made
        self.found.whole_s = time.monotonic() - began
        if before is not None:
            self.found.given_back_s = (self._ends_at() or 0.0) - before
        else:
            self.found.away_s = 0.0
        self._judge()
        if self._tab is not None:
            self._tab.close()
        return self.found

    # what a candidate does; True once it was told that it is done

    def _run(self, code: str) -> Reply:
        self._count += 1
        cell_id = f"s{self.found.seed}-{self._count}"
        if self._tab is None:
            self._tab = Tab(self.lab.url, path=self.path)
        reply = self._tab.run(code, cell_id=cell_id, within_s=ANSWER_S)
        if reply.status == "ok":  # an error is the server's own word that the kernel ended
            self.told.cells[self._tab.last] = code
        return reply

    def _word(self, code: str, sign: str) -> list[str]:
        """Run code that prints a line beginning with a sign; the words after it, else none."""
        for line in self._run(code).text.splitlines():
            if line.startswith(sign + " "):
                return line.split()[1:]
        return []

    def _cell(self) -> bool:
        return self._run(f"print({self._count} + 1)").status == "ok"

    def _call(self) -> bool:
        found = self._word(CALL, "CALL")
        self.told.calls |= set(found)
        return bool(found)

    def _ask(self) -> bool:
        question = f"How many people write in a day, round {self.found.seed}?"
        code = f"from harness.kernel import ask\nr = ask({question!r})\nprint('ASKED yes')"
        if not self._word(code, "ASKED"):
            return False
        self.told.questions.add(question)
        return True

    def _idea(self) -> bool:
        code = "from harness.kernel import hypothesis\nh = hypothesis('it is the dates')\n"
        found = self._word(code + "print('IDEA', h.id)", "IDEA")
        self.told.ideas |= set(found)
        return bool(found)

    def _plan(self) -> bool:
        return self._run(f"%%plan\nBy hand first, round {self.found.seed}.").status == "ok"

    def _part_two(self) -> bool:
        self._ask_server("POST", "/audition/api/parts", {"path": self.path})
        return True

    def _save_text(self) -> bool:
        self._count += 1
        text = f"note {self._count} of round {self.found.seed}\n"
        body = {"type": "file", "format": "text", "content": text}
        self._ask_server("PUT", f"/api/contents/{self.exercise}/notes.txt", body)
        self.told.saves.add(hashlib.sha256(text.encode()).hexdigest())
        return True

    def _save_notebook(self) -> bool:
        where = f"/api/contents/{self.path}"
        content = self._ask_server("GET", f"{where}?type=notebook&content=1")["content"]
        name = f"own-{self.found.seed}"
        content["cells"] = [cell for cell in content["cells"] if cell["id"] != name]
        content["cells"].append({"id": name, "cell_type": "markdown", "metadata": {},
                                 "source": f"Mine, {self._count}."})  # fmt: skip
        self._ask_server("PUT", where, {"type": "notebook", "format": "json", "content": content})
        self.told.saves.add(self._ask_server("GET", f"{where}?content=0&hash=1")["hash"])
        return True

    def _submit(self) -> bool:
        found = self._word(SUBMIT, "RECEIPT")
        self.told.receipts |= {found[0]: found[1]} if found else {}
        return bool(found)

    def _all_sent(self) -> bool:
        now = self._ask_server("GET", "/audition/api/status")
        return bool(now["connected"] and now["unsent"] == 0)

    def _ask_server(self, method: str, path: str, body: object = None) -> Any:
        base, _, query = self.lab.url.partition("?")
        request = urllib.request.Request(
            base.split("/lab", 1)[0] + path, method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Authorization": query.replace("=", " "), "Content-Type": "application/json"},
        )  # fmt: skip
        with urllib.request.urlopen(request, timeout=ANSWER_S) as answer:
            return json.loads(answer.read())

    def _until(self, step: Callable[[], bool]) -> None:
        """Do a step, as a patient person does it again when something was away."""
        give_up = time.monotonic() + GIVES_UP_S
        while True:
            with suppress(*_BROKEN):
                if step():
                    return
            assert time.monotonic() < give_up, f"{step.__name__} did not go on"
            time.sleep(0.05)
            with suppress(*_BROKEN):
                if self._tab is not None:
                    self._tab.again()

    # who dies

    def _under_fire(self, step: Callable[[], bool], who: str, how: signal.Signals) -> None:
        """Do a step while somebody dies, and see how long it takes until work goes on."""
        if who == "browser":
            self._kill_a_tab()
            self._until(step)
            return
        died: dict[str, float] = {}
        wait_s, stop_s = self.draw.uniform(0.0, 0.6), self.draw.uniform(3.5, 5.0)

        def kill() -> None:
            time.sleep(wait_s)
            victim = self._victim(who)
            died["at"] = time.monotonic()
            victim.send_signal(how)
            if how == STOP:
                time.sleep(stop_s)
                died["away"] = time.monotonic() - died["at"]
                victim.send_signal(signal.SIGCONT)
            elif who != "kernel":
                died["away"] = self._away_s(died["at"], who, victim)

        killing = threading.Thread(target=kill)
        killing.start()
        is_done = False
        with suppress(*_BROKEN):
            is_done = step()
        while "at" not in died:
            time.sleep(0.01)
        self._until(self._cell)
        works_s = time.monotonic() - died["at"]
        killing.join()
        self._until(self._all_sent)
        whole_s = time.monotonic() - died["at"]
        if (who, how) in CREDITED:
            self.found.away_s += died["away"]
        self.found.kills.append({
            "who": who, "how": how.name, "during": step.__name__.strip("_"),
            "next_cell_s": round(works_s, 2), "record_whole_s": round(whole_s, 2),
        })  # fmt: skip
        if not is_done:
            self._until(step)

    def _away_s(self, since: float, who: str, victim: psutil.Process) -> float:
        """Wait until a server answers again, or a proctor is on the line; how long it was away."""
        with suppress(psutil.Error):
            victim.wait(60)
        self._until_quietly(self._answers if who == "server" else self._is_on_the_line)
        return time.monotonic() - since

    def _is_on_the_line(self) -> bool:
        return bool(self._ask_server("GET", "/audition/api/status")["connected"])

    def _answers(self) -> bool:
        return bool(self._ask_server("GET", "/audition/api/status"))

    def _until_quietly(self, step: Callable[[], bool]) -> None:
        give_up = time.monotonic() + GIVES_UP_S
        while time.monotonic() < give_up:
            with suppress(*_BROKEN):
                if step():
                    return
            time.sleep(0.02)

    def _kill_a_tab(self) -> None:
        """Let a second tab begin a cell and kill it in the middle; the cell goes on."""
        assert self._tab is not None
        argv = [sys.executable, str(TAB), self.lab.url, self.path, self._tab.kernel_id, SLOW]
        cell_id = f"s{self.found.seed}-tab"
        with subprocess.Popen(
            [*argv, cell_id],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
            env={"PYTHONPATH": str(ROOT)},
        ) as tab:
            assert tab.stdout is not None
            request = tab.stdout.readline().strip()
            at = time.monotonic()
            tab.send_signal(KILL)
        assert request
        self._until(self._cell)  # behind the tab's cell, so that one has ended
        works_s = time.monotonic() - at
        self.told.cells[request] = SLOW
        self._until(self._all_sent)
        self.found.kills.append({
            "who": "browser", "how": KILL.name, "during": "a cell of its own",
            "next_cell_s": round(works_s, 2), "record_whole_s": round(time.monotonic() - at, 2),
        })  # fmt: skip

    def _victim(self, who: str) -> psutil.Process:
        """Find who is to die; wait for it if it is being started."""
        while True:
            with suppress(psutil.Error, StopIteration):
                main = psutil.Process(self.lab.process.pid)
                if who != "kernel":
                    name = {"server": "harness.lab", "proctor": "harness.proctor"}[who]
                    return next(one for one in main.children() if name in one.cmdline())
                kernels = [one for one in main.children(recursive=True) if _is_kernel(one)]
                if kernels:
                    return kernels[-1]
            time.sleep(0.02)

    # what is left

    def _ends_at(self) -> float | None:
        give_up = time.monotonic() + GIVES_UP_S
        while True:
            card = None
            with suppress(Exception):
                card = self.lab.client.session(self._given["session"])
            if card is not None:
                box = next(one for one in card.exercises if one.card.slug == self.exercise)
                return box.ends_at.timestamp() if box.ends_at else None
            assert time.monotonic() < give_up, "the proctor does not answer"
            time.sleep(0.1)

    def _judge(self) -> None:
        """Compare what the client was told with what the proctor holds."""
        told, lost = self.told, self.found.lost
        name = list(told.receipts)[-1]
        data = self.lab.client.submission(name)
        opened = open_submission(data)
        assert opened.key is not None
        events = events_of(opened)
        calls = {
            call.id: call
            for line in opened.members["ledger.jsonl"].splitlines()
            for call in [open_call(line, opened.key)]
        }
        _judge_cells(told, events, lost)
        lost += [f"save {one}" for one in told.saves - _saved(events)]
        lost += [f"bytes of save {one}" for one in told.saves if not self._has_bytes(one)]
        lost += [f"call {one}" for one in told.calls if one not in calls]
        ideas = {event.payload.get("id") for event in events if event.kind == "hypothesis"}
        lost += [f"hypothesis {one}" for one in told.ideas - ideas]
        asked = {event.payload.get("question") for event in events if event.kind == "ask"}
        lost += [f"question {one}" for one in told.questions - asked]
        self._judge_receipts()
        self._judge_notebook(json.loads(opened.opened("notebook.sealed")))
        self.found.told = {kind: len(value) for kind, value in vars(told).items()}

    def _judge_receipts(self) -> None:
        ring = Keyring.from_text((self.lab.home / "proctor/keys/public.txt").read_text())
        for name, manifest in self.told.receipts.items():
            data = self.lab.client.submission(name)
            if open_submission(data).receipt.manifest_sha256 != manifest:
                self.found.lost.append(f"receipt {name} names other bytes")
            if not verify_submission(data, ring).is_whole:
                self.found.lost.append(f"submission {name} does not verify")
        file = self.lab.home / f"{name}.zip"
        file.write_bytes(data)
        argv = [sys.executable, "-m", "harness.cli", "verify", str(file), "--key",
                str(self.lab.home / "proctor/keys/public.txt")]  # fmt: skip
        if subprocess.run(argv, cwd=ROOT, capture_output=True).returncode != 0:
            self.found.lost.append(f"audition verify finds {name} altered")

    def _judge_notebook(self, notebook: dict[str, Any]) -> None:
        cells = [cell["id"] for cell in notebook["cells"]]
        parts = [cell["metadata"].get("audition", {}).get("part") for cell in notebook["cells"]]
        if len(cells) != len(set(cells)) or f"own-{self.found.seed}" not in cells:
            self.found.lost.append("the candidate's own cell, or part two came twice")
        if 2 not in parts:
            self.found.lost.append("part two")

    def _has_bytes(self, sha256: str) -> bool:
        request = urllib.request.Request(
            f"{self._given['proctor']}/s/blobs/{sha256}",
            headers={"Authorization": f"Bearer {self._given['lab_token']}"},
        )
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return hashlib.sha256(answer.read()).hexdigest() == sha256
        except urllib.error.HTTPError:
            return False


def _saved(events: list[Event]) -> set[str]:
    return {str(event.payload["sha256"]) for event in events if event.kind == "save"}


def _judge_cells(told: Told, events: list[Event], lost: list[str]) -> None:
    """Each cell that was answered has one request with its whole source, and one reply."""
    for msg_id, source in told.cells.items():
        mine = [event for event in events if event.msg_id == msg_id]
        asked = [event.payload["source"] for event in mine if event.kind == "execute_request"]
        replies = [event for event in mine if event.kind == "execute_reply"]
        if asked != [source]:
            lost.append(f"request {msg_id}: {asked}")
        if len(replies) != 1:
            lost.append(f"reply of {msg_id}: {len(replies)}; {source!r}; {[e.kind for e in mine]}")
        if source == SLOW:
            text = "".join(str(e.payload["text"]) for e in mine if e.kind == "stream")
            if text != "".join(f"tick {n}\n" for n in range(4)):
                lost.append(f"outputs of {msg_id}: {text!r}")
    ids = [event.id for event in events]
    if len(ids) != len(set(ids)):
        lost.append("an event stands twice")


def _is_kernel(process: psutil.Process) -> bool:
    """Tell whether a process is a notebook's kernel; one that is prepared and waits is none yet."""
    told = " ".join(process.cmdline())
    if "python" not in process.exe():
        return False
    if "harness.sandbox.waiting" in told:  # it listens on a pipe until it is taken
        return Path(f"/proc/{process.pid}/fd/0").readlink() == Path(os.devnull)
    return "ipykernel" in told
