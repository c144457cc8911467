"""Runs a candidate's suite against models behind a pipe. Read as text and run in the sandbox.

Runs inside, with the candidate's interpreter; standard library alone. Loads the artefact cells
once and then forks one child a run, so that no run knows of another. The models are not in here:
a child writes the text it wants answered and reads the answer. Nothing in here, and nothing that
comes over the pipe, says which model it is, how many there are, or what is wanted.
"""

from __future__ import annotations

import contextlib
import json
import os
import resource
import shutil
import signal
import sys
import time
import traceback
import types
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, NoReturn

MOST_CASES, MOST_TEXT, MOST_REASONS = 2000, 20000, 50
_MOST_HEADLINE = 1e18
_DEEPEST = 4


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
    """The way to whoever started us."""

    def __init__(self) -> None:
        self.given = os.fdopen(os.dup(0), "rb")
        self.out = os.dup(1)
        nothing = os.open(os.devnull, os.O_RDWR)
        for handle in (0, 1, 2):
            os.dup2(nothing, handle)

    def say(self, value: dict[str, Any]) -> None:
        """Write one line."""
        data = json.dumps(value).encode("ascii", "replace") + b"\n"
        while data:
            data = data[os.write(self.out, data) :]

    def hear(self) -> dict[str, Any]:
        """Return the next line; end with whoever started us."""
        line = self.given.readline()
        if not line:
            os._exit(0)
        heard: dict[str, Any] = json.loads(line)
        return heard


def main() -> NoReturn:
    """Load the cells, then run whatever is ordered."""
    pipe = Pipe()
    order = pipe.hear()
    home = types.ModuleType("__main__")
    sys.modules["__main__"] = home
    sys.argv = [""]
    kept = names()
    problem: str | None = None
    signal.signal(signal.SIGALRM, late)
    signal.alarm(order["load_s"])
    for cell in order["cells"]:
        try:
            code = compile(cell["source"], f"<cell {cell['name']}>", "exec")
            exec(code, vars(home))  # noqa: S102  what this process is for
        except BaseException as error:
            problem = problem or tell(error)
    signal.alarm(0)
    suite, cases = vars(home).get("eval_suite"), plain_cases(vars(home).get("CASES"))
    values = {name: plain(vars(home).get(name)) for name in order["names"]}
    pipe.say({"cases": cases, "values": values, "has_suite": callable(suite), "problem": problem})
    while True:
        run(pipe, pipe.hear(), suite, vars(home).get("CASES"), kept)


def run(
    pipe: Pipe, order: dict[str, Any], suite: Any, cases: Any, kept: dict[str, set[str]]
) -> None:
    """Fork one run; wait for it as long as it may take; leave nothing of it."""
    began = time.monotonic()
    child = os.fork()
    if child == 0:
        try:
            os.setsid()
            resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            pipe.say({"done": play(pipe, order, suite, cases)})
        except BaseException as error:
            pipe.say({"done": {"problem": tell(error)}})
        finally:
            os._exit(0)
    status = None
    while status is None and time.monotonic() - began < order["run_s"]:
        found, code = os.waitpid(child, os.WNOHANG)
        status = code if found else None
        if status is None:
            time.sleep(0.0005)
    is_late = status is None
    kill(child)
    if is_late:
        os.waitpid(child, 0)
    sweep(kept)
    pipe.say({"over": True, "late": is_late, "status": status})


def play(pipe: Pipe, order: dict[str, Any], suite: Any, cases: Any) -> dict[str, Any]:
    """Call the suite on its cases, then on each resample of them."""
    calls = [0]

    def ask(text: str, turn: int) -> str:
        calls[0] += 1
        pipe.say({"ask": text[:MOST_TEXT], "turn": turn})
        return str(pipe.hear()["say"])

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
    """Return a value as JSON can hold it; keys of a dict that are tuples become "a|b"."""
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


def late(signum: int, frame: object) -> NoReturn:
    """End what takes too long."""
    raise TimeoutError("the cells took longer than they may")


def tell(error: BaseException) -> str:
    """Return an error in one line, with the line of the cell it came from."""
    trace = traceback.extract_tb(error.__traceback__)
    lines = [frame.lineno for frame in trace if frame.filename.startswith("<cell")]
    where = f" on line {lines[-1]}" if lines else ""
    return f"{type(error).__name__}: {error}"[:300] + where


def kill(child: int) -> None:
    """End a run with everything it started. In a sandbox nobody else is here."""
    mine = {1, os.getpid(), os.getppid()}
    with contextlib.suppress(OSError):
        os.killpg(child, signal.SIGKILL)
    if Path.cwd().is_relative_to("/home/candidate"):
        for _ in range(200):  # until the last of them is gone from the list
            others = {int(path.name) for path in Path("/proc").iterdir() if path.name.isdigit()}
            if not others - mine - {child}:
                break
            for other in others - mine:
                with contextlib.suppress(OSError):
                    os.kill(other, signal.SIGKILL)
            time.sleep(0.001)


def names() -> dict[str, set[str]]:
    """Return what lies where a run may leave things."""
    places = ("/tmp", "/dev/shm", ".")  # noqa: S108  the sandbox's own
    return {place: listed(place) for place in places if Path(place).is_dir()}


def listed(place: str) -> set[str]:
    """Return the names in a folder."""
    return {path.name for path in Path(place).iterdir()}


def sweep(kept: dict[str, set[str]]) -> None:
    """Remove what a run left, so that it tells the next one nothing."""
    for place, before in kept.items():
        for name in listed(place) - before:
            path = Path(place) / name
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path, ignore_errors=True)
            else:
                with contextlib.suppress(OSError):
                    path.unlink()


main()
