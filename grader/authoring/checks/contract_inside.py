"""Looks at cells as check() does, with models that always say the same. Run in the sandbox.

Runs inside, with the candidate's interpreter, as text; standard library alone. It reads one job
(JSON, a line) from stdin, lets the kernel's own child look at it, and passes on what that says,
line by line. A stand-in for models comes before the cells, since nothing can be called in there.
"""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys

STAND_IN = """
import sys as _sys, types as _types


class _Said(str):
    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return self if name in ("content", "text", "output_text") else _Said(self)

    def __call__(self, *given, **named):
        return self

    def __getitem__(self, key):
        return self if isinstance(key, (int, str)) else str.__getitem__(self, key)


_kernel = _types.ModuleType("harness.kernel")
for _name in ("llm", "ask", "hypothesis", "check", "budget", "tools", "submit"):
    setattr(_kernel, _name, _Said(ANSWER))
_openai = _types.ModuleType("openai")
_openai.OpenAI = _openai.AsyncOpenAI = lambda *given, **named: _Said(ANSWER)
_sys.modules.update({"harness.kernel": _kernel, "openai": _openai})
"""


def main() -> None:
    """Let the child look, and say what it says."""
    job = json.loads(sys.stdin.buffer.readline())
    first = {"number": 0, "source": STAND_IN.replace("ANSWER", repr(job.pop("answer")))}
    job["cells"].insert(0, first)
    spec = importlib.util.find_spec("harness.kernel.child")
    if spec is None or spec.origin is None:
        raise SystemExit("the kernel's child is not installed")
    reads, writes = os.pipe()
    child = subprocess.Popen(
        [sys.executable, spec.origin, str(writes)], stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, pass_fds=(writes,),
    )  # fmt: skip
    os.close(writes)
    assert child.stdin is not None
    child.stdin.write(json.dumps(job).encode())
    child.stdin.close()
    with os.fdopen(reads, "rb") as lines:
        for line in lines:
            sys.stdout.buffer.write(line)
            sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
