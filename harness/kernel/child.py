"""The clean Python in which check() reads the marked cells. Run as a script, never imported.

Runs in K, in a process of its own, from its path alone and with the standard library alone, so
that a cell finds here what it would find anywhere else and nothing of the notebook. It reads one
job (JSON) from stdin and writes findings, one JSON object a line, to the pipe whose number is its
only argument. The cells run in this very process: they can write to that pipe too, and would
fool nobody but whoever wrote them. The parent keeps the time and ends us.
"""

from __future__ import annotations

import ast
import builtins
import ctypes
import json
import linecache
import math
import numbers
import os
import re
import resource
import signal
import sys
import types
from collections.abc import Callable, Iterator
from functools import partial
from itertools import islice
from typing import Any

MEMORY_BYTES = 2 << 30
MAX_TEXT = 200
MAX_VALUES = 20_000
_PR_SET_PDEATHSIG = 1
_MAGIC = re.compile(r"^\s*(?:%|!|\?)|=\s*[%!]|\?\s*$")
_CELL_FILE = re.compile(r"<cell (\d+)>\Z")
_SPACE = vars(builtins)
_BUILTINS = _SPACE.copy()

Found = dict[str, Any] | None


def main() -> None:
    """Read the job, run every step of it, say what was found, and end at once."""
    job = json.load(sys.stdin.buffer)
    report = _Report(int(sys.argv[1]))
    _settle(job["cpu_s"])
    home = types.ModuleType("__main__")
    sys.modules["__main__"] = home
    sys.argv = [""]
    for cell in job["cells"]:
        report.step({"cell": cell["number"]}, partial(_run_cell, vars(home), **cell))
    for rule in job["rules"]:
        report.step({"name": rule["name"]}, partial(_look_at, vars(home), rule))
    report.say({"end": True})
    os._exit(0)  # threads and exit handlers of the cells are not waited for


class _Report:
    """The way back to check()."""

    def __init__(self, handle: int) -> None:
        os.set_inheritable(handle, False)  # what a cell starts must not hold the pipe open
        self._handle, self._owner = handle, os.getpid()

    def step(self, what: dict[str, Any], look: Callable[[], Found]) -> None:
        """Say what begins, do it, and say what was found."""
        self.say({"begin": what})
        self.say({"done": what, "found": look()})

    def say(self, value: dict[str, Any]) -> None:
        """Write one line. A copy of us that a cell forked has nothing to say and ends here."""
        if os.getpid() != self._owner:
            os._exit(0)
        data = json.dumps(value).encode("ascii") + b"\n"
        while data:
            data = data[os.write(self._handle, data) :]


class _TheirBuiltins:
    """While their code runs, builtins are as they left them; while ours does, the true ones.

    So a cell may put something else in place of `print` or `isinstance`: nothing here is called
    by a name it could have changed.
    """

    def __init__(self) -> None:
        self._kept = _BUILTINS

    def __enter__(self) -> None:
        _SPACE.update(self._kept)

    def __exit__(self, *about: object) -> None:
        self._kept = _SPACE.copy()
        _SPACE.update(_BUILTINS)


_THEIRS = _TheirBuiltins()
_exec = exec


def _settle(cpu_s: int) -> None:
    """Take nothing in, leave no core behind, and be the first to go when memory is short."""
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    os.close(null)
    _lower(resource.RLIMIT_CORE, 0)
    _lower(resource.RLIMIT_CPU, cpu_s)
    _lower(resource.RLIMIT_AS, MEMORY_BYTES)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)  # a kernel that ends ends us
    try:
        with open("/proc/self/oom_score_adj", "w") as file:  # noqa: PTH123  no pathlib wanted here
            file.write("1000")
    except OSError:
        pass  # another system: then the kernel's own luck decides


def _lower(which: int, to: int) -> None:
    soft, hard = resource.getrlimit(which)
    lowest = min([to, *(one for one in (soft, hard) if one != resource.RLIM_INFINITY)])
    resource.setrlimit(which, (lowest, hard))


def _run_cell(space: dict[str, Any], number: int, source: str) -> Found:
    """Run one cell and return what stopped it; None if nothing did."""
    name = f"<cell {number}>"
    linecache.cache[name] = (len(source), None, source.splitlines(keepends=True), name)
    try:
        code = compile(ast.parse(source, name), name, "exec", dont_inherit=True)
    except SyntaxError as problem:
        line = problem.lineno or 1
        return {"what": "magic", "line": line} if _is_magic(source, line) else _tell(problem)
    except BaseException as problem:  # too deep for the parser, a null byte
        return _tell(problem)
    try:
        with _THEIRS:
            _exec(code, space)
    except BaseException as problem:
        return _tell(problem)
    return None


def _is_magic(source: str, line: int) -> bool:
    lines = source.split("\n")
    return 0 < line <= len(lines) and _MAGIC.search(lines[line - 1].split("#")[0]) is not None


def _look_at(space: dict[str, Any], rule: dict[str, Any]) -> Found:
    """Return what is odd about one name; None if we can read it."""
    name = rule["name"]
    if name not in space:
        return {"what": "missing"}
    try:
        if rule["kind"] != "function":
            return _judge(space[name], rule["kind"], rule, name)
        if not callable(space[name]):
            return {"what": "kind", "got": _kind(space[name])}
    except BaseException as problem:
        return _tell(problem)
    for index, call in enumerate(rule["calls"]):
        try:
            given, function = json.loads(call), space[name]
            if rule["model"]:
                given.insert(0, _answering(rule["model"]))
            with _THEIRS:
                value = function(*given)
            found = _judge(value, rule["returns"], rule, f"{name}(…)")
        except BaseException as problem:
            found = _tell(problem)
        if found is not None:
            return {**found, "example": index}
    return None


def _answering(answer: str) -> Callable[[str], str]:
    """Return a stand-in for a model that says the same to every text."""

    def model(text: str) -> str:
        return answer

    return model


def _judge(value: Any, kind: str | None, rule: dict[str, Any], shown: str) -> Found:
    one_of = rule["one_of"]
    if kind is not None and not _is(value, kind):
        return {"what": "kind", "got": _kind(value)}
    for key in rule["keys"]:
        if isinstance(value, dict) and key not in value:
            return {"what": "key", "missing": key}
    if one_of and isinstance(value, str) and str(value) not in one_of:
        return {"what": "word", "got": str(value)[:MAX_TEXT]}
    for place, number in _numbers(value, shown):
        if not math.isfinite(number):
            what = "nan" if math.isnan(number) else "infinite"
            return {"what": what, "at": place[:MAX_TEXT]}
    return None


def _is(value: Any, kind: str) -> bool:
    is_truth = isinstance(value, bool) or type(value).__name__ == "bool_"
    if kind in ("int", "float"):
        wanted = numbers.Integral if kind == "int" else numbers.Real
        return isinstance(value, wanted) and not is_truth
    if kind == "bool":
        return is_truth or (type(value).__module__, type(value).__name__) == ("numpy", "bool")
    return isinstance(value, {"str": str, "list": list, "dict": dict}[kind])


def _kind(value: Any) -> str:
    """Return what a value is: a word of ours, or the name of its type behind a colon."""
    if value is None:
        return "None"
    for kind in ("bool", "int", "float", "str", "list", "dict"):
        if type(value).__name__ == kind and _is(value, kind):
            return kind
    if isinstance(value, types.FunctionType):
        return "function"
    return ":" + str(type(value).__name__)[:MAX_TEXT]


def _numbers(value: Any, shown: str) -> Iterator[tuple[str, float]]:
    """Yield the numbers in a value with their place, as far as MAX_VALUES go."""
    todo, room = [(shown, value)], MAX_VALUES
    while todo:
        place, one = todo.pop()
        if isinstance(one, float):
            yield place, one
        elif isinstance(one, numbers.Real) and not isinstance(one, numbers.Rational):
            yield place, float(one)
        elif isinstance(one, dict):
            rows = list(islice(one.items(), room))
            todo += [(f"{place}[{str(key)[:40]!r}]", below) for key, below in reversed(rows)]
            room -= len(rows)
        elif isinstance(one, (list, tuple)):
            some = list(enumerate(islice(one, room)))
            todo += [(f"{place}[{index}]", below) for index, below in reversed(some)]
            room -= len(some)


def _tell(problem: BaseException) -> dict[str, Any]:
    """Return an exception as a finding, with the cell and line it came from if there is one."""
    if isinstance(problem, SystemExit):
        return {"what": "exit"}
    found: dict[str, Any] = {"what": "raised", "error": _name(problem)}
    cell, line, is_innermost = _place(problem)
    if cell is not None:
        found |= {"cell": cell, "line": line}
    missing = getattr(problem, "name", None)
    if type(problem) is NameError and is_innermost and isinstance(missing, str):
        found |= {"what": "unnamed", "missing": missing[:MAX_TEXT]}
    return found


def _place(problem: BaseException) -> tuple[int | None, int | None, bool]:
    cell, line, is_innermost = None, None, False
    step = problem.__traceback__
    while step is not None:
        match = _CELL_FILE.match(step.tb_frame.f_code.co_filename)
        is_innermost = match is not None
        if match is not None:
            cell, line = int(match[1]), step.tb_lineno
        step = step.tb_next
    if cell is None and isinstance(problem, SyntaxError):
        match = _CELL_FILE.match(str(problem.filename))
        if match is not None:
            return int(match[1]), problem.lineno, True
    return cell, line, is_innermost


def _name(problem: BaseException) -> str:
    name = str(type(problem).__name__)[:MAX_TEXT]
    try:
        said = problem.msg if isinstance(problem, SyntaxError) else str(problem)
        said = str(said).strip().split("\n")[0][:MAX_TEXT]
    except BaseException:
        said = ""
    return f"{name} ({said})" if said else name


if __name__ == "__main__":
    main()
