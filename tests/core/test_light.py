"""The grammar that takes seconds is left out, and what depends on it still works."""

import subprocess
import sys

import pytest

LOOK = """
import sys
import {package}
import jupyter_events, nbformat
from jsonschema import FormatChecker
assert sys.modules.get("rfc3987_syntax") is None, "it was imported"
nbformat.validate(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("1")]))
assert FormatChecker().conforms("http://127.0.0.1/a", "uri")
assert not FormatChecker().conforms("no address", "uri")
"""


@pytest.mark.parametrize("package", ["harness.lab", "harness.hub", "grader"])
def test_nothing_of_ours_pays_for_it(package: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", LOOK.format(package=package)], capture_output=True, text=True
    )

    assert done.returncode == 0, done.stderr


def test_what_is_imported_already_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    from harness.core.light import leave_out_slow_grammars

    monkeypatch.setitem(sys.modules, "rfc3987_syntax", sys)
    leave_out_slow_grammars()

    assert sys.modules["rfc3987_syntax"] is sys
