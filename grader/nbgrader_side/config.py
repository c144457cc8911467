"""What nbgrader is told, in every way it can be started: by us, by its own command, by formgrader.

Runs in T; imports nothing of nbgrader, since nbgrader_config.py calls this while nbgrader starts.
Classes are named by words. Whatever else a config file says, `settle` has the last word on who
runs code (nobody) and who writes pages (we).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

FILE = "nbgrader_config.py"
EXCHANGE = "exchange"
"""nbgrader wants a folder for handing things to and fro; nothing of ours goes that way."""
TEXT = '''"""How nbgrader works in this course. Options of your own go above the last line.

Candidates' code is run by `audition nbgrader autograde`, in its sandbox, and nowhere else.
"""

from grader.nbgrader_side.config import settle

c = get_config()  # noqa: F821  nbgrader puts it there

settle(c, __file__)
'''

_STEPS = "grader.nbgrader_side.steps"
_NBGRADER = "nbgrader.preprocessors"
GENERATE = [
    f"{_NBGRADER}.LockCells",
    f"{_STEPS}.CutSolutions",
    f"{_NBGRADER}.ClearOutput",
    f"{_NBGRADER}.CheckCellMetadata",
    f"{_NBGRADER}.ComputeChecksums",
    f"{_NBGRADER}.SaveCells",
    f"{_NBGRADER}.CheckCellMetadata",
]
"""Source to release: a marker that is misspelt, and a test in a cell, stop it."""
AUTOGRADE = [
    f"{_STEPS}.TakeReplay",
    f"{_NBGRADER}.SaveAutoGrades",
    f"{_STEPS}.NoteContract",
    f"{_NBGRADER}.AssignLatePenalties",
    f"{_NBGRADER}.CheckCellMetadata",
    f"{_STEPS}.MakeInert",
]
"""Submitted to autograded: the replay's outputs are taken, nothing is run."""
FEEDBACK = [f"{_STEPS}.TakeGrades"]
NO_KERNEL = "audition-runs-nothing-here"
"""No kernel has this name: what of nbgrader's still wants to run a notebook (validate) cannot."""
PAGE = f"{_STEPS}.InertPage"


def settle(c: Any, config_file: str | Path) -> None:
    """Write our options into a traitlets config.

    Args:
        c: nbgrader's configuration.
        config_file: nbgrader_config.py; the course is the folder it lies in.
    """
    from grader.nbgrader_side.course import read_gradebook_url  # the course knows its gradebook

    root = Path(config_file).resolve().parent
    c.CourseDirectory.root = str(root)
    c.CourseDirectory.course_id = "audition"
    c.CourseDirectory.db_url = read_gradebook_url(root)
    c.Exchange.root = str(root / EXCHANGE)
    c.CourseDirectory.directory_structure = "{nbgrader_step}/{student_id}/{assignment_id}"
    c.GenerateAssignment.preprocessors = GENERATE
    c.Autograde.autograde_preprocessors = AUTOGRADE
    c.GenerateFeedback.preprocessors = FEEDBACK
    c.GenerateFeedback.exporter_class = PAGE
    c.HTMLExporter.sanitize_html = True
    c.Execute.kernel_name = NO_KERNEL
