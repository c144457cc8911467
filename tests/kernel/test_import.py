"""What importing the client costs, told by what it does not load."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HEAVY = ("pydantic", "httpx", "openai", "IPython", "click", "nbformat", "cryptography", "asyncio")
ASK = (
    "import json, sys\n"
    "from harness.kernel import llm, ask, hypothesis, check, budget, submit, tools\n"
    "import harness.kernel.startup\n"
    f"print(json.dumps([name for name in {HEAVY!r} if name in sys.modules]))\n"
)


def test_importing_the_client_loads_nothing_heavy() -> None:
    done = subprocess.run(
        [sys.executable, "-c", ASK], capture_output=True, text=True, check=True, cwd=ROOT
    )

    assert json.loads(done.stdout) == []


def test_each_verb_is_a_function_though_a_module_has_its_name() -> None:
    import harness.kernel.check
    import harness.kernel.checking
    import harness.kernel.submit

    assert all(callable(getattr(harness.kernel, name)) for name in harness.kernel.__all__)
