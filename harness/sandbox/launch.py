"""How Python is started for a kernel: nothing of the work folder is imported before the first cell.

Runs where kernels are started. Both -m and -c put the current folder, which is the candidate's,
in front of everything, so that a file called random.py there would stop a kernel from starting.
-P would keep it out for good, and IPython adds it for cells, behind the standard library, only
where it is not kept out.
"""

from __future__ import annotations

_FIRST = "import sys; sys.path[:] = [place for place in sys.path if place]; "
KERNEL = (
    "-c", _FIRST + "sys.argv[0] = 'ipykernel_launcher'; "
    "from ipykernel import kernelapp; kernelapp.launch_new_instance()",
)  # fmt: skip
"""Behind the interpreter: a kernel; its arguments follow."""
WAITING = ("-c", _FIRST + "from harness.sandbox.waiting import main; main(sys.argv[1:])")
"""Behind the interpreter: a kernel that waits; names of modules follow."""
