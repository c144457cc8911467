"""Runs a candidate's suite against models behind a pipe. Read as text and run in the sandbox.

Runs inside, with the candidate's interpreter; standard library alone, and one file though it is
longer than 400 lines, since its text is handed over whole and can import nothing of ours. This
process runs nothing of the candidate's: it forks one child a run, which loads the artefact cells
anew and calls the suite, and it passes on what that child asks. A child never holds the pipe to
whoever started us, only one of its own to us, and whatever it leaves behind is removed; so no run
can know of another. The models are not in here, and nothing says which one it is, how many there
are, or what is wanted.
"""

from __future__ import annotations

import contextlib
import ctypes
import importlib
import json
import os
import resource
import select
import shutil
import signal
import sys
import time
import traceback
import types
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import Any, NoReturn

MOST_CASES, MOST_TEXT, MOST_REASONS = 2000, 20000, 50
_MOST_HEADLINE = 1e18
_DEEPEST = 4
_LONGEST_LINE = 32 << 20
_NOT_DUMPABLE, _IPC_RMID = 4, 0
_IPC = (("shm", "shmctl", 2), ("msg", "msgctl", 2), ("sem", "semctl", 3))
"""System V kind, the call that removes one, and at which of its arguments the command stands."""


class Model:
    """Answers a text as the model under test would."""

    __slots__ = ("_ask", "_known", "_seen")

    def __init__(self, ask: Callable[[str, int], str]) -> None:
        self._ask = ask
        self._known: dict[tuple[str, int], str] = {}
        self._seen: dict[str, int] = {}

    def __call__(self, text: object) -> str:
        """Return the answer to a text."""
        asked = str(text)
        turn = self._seen.get(asked, 0)
        self._seen[asked] = turn + 1
        if (asked, turn) not in self._known:
            self._known[asked, turn] = self._ask(asked, turn)
        return self._known[asked, turn]

    def again(self) -> None:
        """Begin to count turns anew: the suite is called once more."""
        self._seen = {}


class Pipe:
    """The way to whoever started us; no child has it."""

    def __init__(self) -> None:
        self._given = os.fdopen(os.dup(0), "rb")
        self._out = os.dup(1)
        nothing = os.open(os.devnull, os.O_RDWR)
        for handle in (0, 1, 2):
            os.dup2(nothing, handle)

    def say(self, value: dict[str, Any]) -> None:
        """Write one line."""
        write_all(self._out, json.dumps(value).encode("ascii") + b"\n")

    def hear(self) -> dict[str, Any]:
        """Return the next line; end with whoever started us."""
        line = self._given.readline()
        if not line:
            os._exit(0)
        heard: dict[str, Any] = json.loads(line)
        return heard

    def close(self) -> None:
        """Let go of it: we are a child now."""
        os.close(self._given.fileno())
        os.close(self._out)


class Line:
    """A child's way to us, and ours to it."""

    def __init__(self, reads: int, writes: int) -> None:
        self._reads, self._writes, self._rest = reads, writes, b""

    def say(self, value: dict[str, Any]) -> None:
        """Write one line."""
        write_all(self._writes, json.dumps(value).encode("ascii") + b"\n")

    def say_until(self, value: dict[str, Any], ends_at: float) -> bool:
        """Write one line to whoever may not read; False when it has not by then."""
        data = json.dumps(value).encode("ascii") + b"\n"
        while data:
            try:
                data = data[os.write(self._writes, data) :]
            except BlockingIOError:
                left_s = ends_at - time.monotonic()
                if left_s <= 0 or not select.select((), (self._writes,), (), left_s)[1]:
                    return False
            except OSError:
                return False
        return True

    def hear(self) -> dict[str, Any]:
        """Return the next line; end when there is none."""
        heard = self.hear_until(float("inf"))
        if heard is None:
            os._exit(0)
        return heard

    def hear_until(self, ends_at: float) -> dict[str, Any] | None:
        """Return the next line as an object; None at its end, in time, or when it is none."""
        while b"\n" not in self._rest:
            left_s = ends_at - time.monotonic()
            wait_s = None if left_s == float("inf") else max(0.0, left_s)
            if not select.select((self._reads,), (), (), wait_s)[0]:
                return None
            piece = os.read(self._reads, 1 << 16)
            if not piece or len(self._rest) > _LONGEST_LINE:
                return None
            self._rest += piece
        line, _, self._rest = self._rest.partition(b"\n")
        try:
            value = json.loads(line)
        except (ValueError, RecursionError):
            return None
        return value if isinstance(value, dict) else None

    def close(self) -> None:
        """Let go of both ends."""
        os.close(self._reads)
        os.close(self._writes)


def write_all(handle: int, data: bytes) -> None:
    """Write every byte."""
    while data:
        data = data[os.write(handle, data) :]


def main() -> NoReturn:
    """Say what the cells come to, then run whatever is ordered."""
    ctypes.CDLL(None).prctl(_NOT_DUMPABLE, 0, 0, 0, 0)  # our memory and handles are not theirs
    pipe = Pipe()
    task = pipe.hear()
    for name in task["imports"]:  # heavy libraries once, not once a run
        with contextlib.suppress(Exception):
            importlib.import_module(name)
    kept = names() if task["is_walled"] else {}
    pipe.say(fork(pipe, {"run_s": task["load_s"]}, kept, partial(load, task=task)))
    while True:
        order = pipe.hear()
        work = call_each if "call" in order else play
        pipe.say(fork(pipe, order, kept, partial(work, order=order, task=task)))


def fork(
    pipe: Pipe,
    order: dict[str, Any],
    kept: dict[str, set[str]],
    work: Callable[[Line], dict[str, Any]],
) -> dict[str, Any]:
    """Do work in a child for as long as it may take; leave nothing of it.

    Returns:
        {"over": True, "late": whether its time ran out, "done": what it came to, or None}.
    """
    ends_at = time.monotonic() + order["run_s"]
    (from_us, to_child), (from_child, to_us) = os.pipe(), os.pipe()
    child = os.fork()
    if child == 0:
        os.close(to_child)
        os.close(from_child)
        pipe.close()
        be_child(Line(from_us, to_us), work)
    os.close(from_us)
    os.close(to_us)
    os.set_blocking(to_child, False)
    line = Line(from_child, to_child)
    done = pass_on(pipe, line, ends_at)
    is_late = done is None and time.monotonic() >= ends_at
    line.close()
    kill(child, is_walled=bool(kept))
    os.waitpid(child, 0)
    sweep(kept)
    return {"over": True, "late": is_late, "done": done}


def be_child(line: Line, work: Callable[[Line], dict[str, Any]]) -> NoReturn:
    """Do the work, say what it came to, and end at once."""
    try:
        os.setsid()
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        line.say({"done": work(line)})
    except BaseException as error:
        line.say({"done": {"problem": tell(error)}})
    finally:
        os._exit(0)


def pass_on(pipe: Pipe, line: Line, ends_at: float) -> dict[str, Any] | None:
    """Pass questions and answers between a child and whoever started us; return what it came to."""
    while True:
        said = line.hear_until(ends_at)
        if said is None:
            return None
        if set(said) == {"done"} and isinstance(said["done"], dict):
            found: dict[str, Any] = said["done"]
            return found
        if not isinstance(said.get("ask"), str) or not isinstance(said.get("turn"), int):
            return None
        pipe.say({"ask": said["ask"][:MOST_TEXT], "turn": said["turn"]})
        if not line.say_until({"say": pipe.hear()["say"]}, ends_at):
            return None


def home_of(task: dict[str, Any]) -> tuple[dict[str, Any], str | None]:
    """Run the artefact cells in a fresh main module; return its names, and what went wrong."""
    home = types.ModuleType("__main__")
    sys.modules["__main__"] = home
    sys.argv = [""]
    problem: str | None = None
    for cell in task["cells"]:
        try:
            code = compile(cell["source"], f"<cell {cell['name']}>", "exec")
            exec(code, vars(home))  # noqa: S102  what this process is for
        except BaseException as error:
            problem = problem or tell(error)
    return vars(home), problem


def load(_: Line, task: dict[str, Any]) -> dict[str, Any]:
    """Return what the cells come to, as plain values."""
    home, problem = home_of(task)
    return {
        "cases": plain_cases(home.get("CASES")),
        "values": {name: plain(home.get(name)) for name in task["names"]},
        "has_suite": callable(home.get("eval_suite")),
        "functions": [name for name in task["functions"] if callable(home.get(name))],
        "problem": problem,
    }


def play(line: Line, order: dict[str, Any], task: dict[str, Any]) -> dict[str, Any]:
    """Call the suite on its cases, then on each resample of them."""
    home, _ = home_of(task)
    suite, cases = home["eval_suite"], home.get("CASES")
    calls = [0]

    def ask(text: str, turn: int) -> str:
        calls[0] += 1
        line.say({"ask": text[:MOST_TEXT], "turn": turn})
        return str(line.hear()["say"])

    model = Model(ask)
    whole = judged(suite(model))
    whole["calls"] = calls[0]
    rows = list(as_rows(cases)) if order["resamples"] else []
    again: list[list[Any]] = []
    for picked in order["resamples"]:
        model.again()
        try:
            found = judged(suite(model, cases=[rows[n] for n in picked]))
            again.append([found["verdict"], found["headline"]])
        except Exception:
            again.append(["error", None])
    whole["resamples"] = again
    return whole


def call_each(_: Line, order: dict[str, Any], task: dict[str, Any]) -> dict[str, Any]:
    """Call a function of the cells on each list of arguments; an error ends it with what it was."""
    function = home_of(task)[0][order["call"]]
    return {"results": [plain(function(*arguments)) for arguments in order["each"]]}


def judged(found: Any) -> dict[str, Any]:
    """Return a suite's answer as plain values; raises with plain words when it is none."""
    if not isinstance(found, dict):
        raise TypeError(f"eval_suite returned {type(found).__name__}, not a dict")
    verdict, headline = found.get("verdict"), found.get("headline")
    if verdict not in ("ship", "no_ship"):
        raise ValueError(f"eval_suite returned {str(verdict)[:40]!r} as verdict")
    try:
        headline = float(headline)  # type: ignore[arg-type]  # whatever it is
        headline = headline if abs(headline) < _MOST_HEADLINE else None  # no NaN is below it
    except (TypeError, ValueError):
        headline = None
    reasons, metrics = found.get("reasons"), found.get("metrics")
    told = [str(one)[:200] for one in reasons[:MOST_REASONS]] if isinstance(reasons, list) else []
    shown = [str(key)[:80] for key in list(metrics)[:200]] if isinstance(metrics, dict) else []
    return {"verdict": verdict, "headline": headline, "reasons": told, "metrics": shown}


def as_rows(cases: Any) -> Iterable[Any]:
    """Return the rows of a list or a DataFrame."""
    if hasattr(cases, "to_dict") and hasattr(cases, "columns"):
        rows: list[Any] = cases.to_dict("records")
        return rows
    if hasattr(cases, "__iter__") and not isinstance(cases, (str, bytes, dict)):
        return list(cases)
    return []


def plain_cases(cases: Any) -> list[dict[str, Any]] | str:
    """Return CASES as plain values, or why they cannot be: text, expected, tags, group."""
    try:
        found = []
        for row in list(as_rows(cases))[:MOST_CASES]:
            if not isinstance(row, dict):
                row = vars(row)
            wanted = row.get("expected")
            wanted = list(wanted) if isinstance(wanted, (list, tuple, set)) else [wanted]
            tags = row.get("tags")
            tags = list(tags)[:20] if isinstance(tags, (list, tuple, set)) else []
            found.append(
                {
                    "text": str(row.get("text"))[:MOST_TEXT],
                    "expected": sorted(str(one)[:40] for one in wanted[:10]),
                    "tags": [str(tag)[:40] for tag in tags],
                    "group": None if row.get("group") is None else str(row.get("group"))[:80],
                }
            )
        return found
    except Exception as error:
        return tell(error)


def plain(value: Any, depth: int = 0) -> Any:
    """Return a value as JSON can hold it; keys of a dict that are tuples become "a|b".

    A number of numpy's becomes one of Python's; one that is not finite becomes a word.
    """
    if type(value).__module__ == "numpy" and hasattr(value, "tolist"):
        value = value.tolist()
    if isinstance(value, float):
        return value if abs(value) < float("inf") else str(value)
    if value is None or isinstance(value, (bool, int, float, str)):
        return value if not isinstance(value, str) else value[:2000]
    if depth > _DEEPEST:
        return str(value)[:200]
    if isinstance(value, dict):
        return {
            "|".join(map(str, key)) if isinstance(key, tuple) else str(key)[:80]: plain(
                item, depth + 1
            )
            for key, item in list(value.items())[:200]
        }
    if isinstance(value, (list, tuple, set)):
        return [plain(item, depth + 1) for item in list(value)[:200]]
    return str(value)[:200]


def tell(error: BaseException) -> str:
    """Return an error in one line, with the line of the cell it came from."""
    trace = traceback.extract_tb(error.__traceback__)
    lines = [frame.lineno for frame in trace if frame.filename.startswith("<cell")]
    where = f" on line {lines[-1]}" if lines else ""
    return f"{type(error).__name__}: {error}"[:300] + where


def kill(child: int, *, is_walled: bool) -> None:
    """End a run with everything it started. In a sandbox nobody else is here."""
    mine = {1, os.getpid(), os.getppid()}
    with contextlib.suppress(OSError):
        os.killpg(child, signal.SIGKILL)
    with contextlib.suppress(OSError):
        os.kill(child, signal.SIGKILL)  # had it not got as far as its own group
    for _ in range(200 if is_walled else 0):  # until the last of them is gone from the list
        others = {int(path.name) for path in Path("/proc").iterdir() if path.name.isdigit()}
        if not others - mine - {child}:
            break
        for other in others - mine:
            with contextlib.suppress(OSError):
                os.kill(other, signal.SIGKILL)
        time.sleep(0.001)


def names() -> dict[str, set[str]]:
    """Return what lies where a run could leave things; the work folder cannot be written."""
    places = ("/tmp", "/dev/shm")  # noqa: S108  the sandbox's own
    return {place: listed(place) for place in places}


def listed(place: str) -> set[str]:
    """Return the names in a folder."""
    return {path.name for path in Path(place).iterdir()}


def sweep(kept: dict[str, set[str]]) -> None:
    """Remove what a run left, so that it tells the next one nothing. Only ever in a sandbox."""
    for place, before in kept.items():
        for name in listed(place) - before:
            path = Path(place) / name
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path, ignore_errors=True)
            else:
                with contextlib.suppress(OSError):
                    path.unlink()
    if kept:
        sweep_ipc()


def sweep_ipc() -> None:
    """Remove System V segments, queues and semaphores: they outlive whoever made them."""
    libc = ctypes.CDLL(None)
    for kind, call, command_at in _IPC:
        with contextlib.suppress(OSError):
            for row in Path(f"/proc/sysvipc/{kind}").read_text().splitlines()[1:]:
                number = int(row.split()[1])
                given = [number, 0, _IPC_RMID] if command_at == 3 else [number, _IPC_RMID]
                getattr(libc, call)(*given, None)


main()
