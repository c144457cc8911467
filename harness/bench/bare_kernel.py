"""The lab's cells beside a kernel alone, one after another and after a pause.

A kernel without server, record and walls is the least a cell can take. After a pause of what a
cell takes at stock JupyterLab the processes have fallen asleep, and a core that wakes costs every
hand-over something: so a pause is measured with both.
"""

from __future__ import annotations

import subprocess
import time
from pathlib import Path

from harness.bench.figures import Figure, figure, median_ms
from harness.bench.jupyter_wire import Notebook
from harness.core.errors import EnvironmentLacks

PAUSE_S = 0.045
"""What a trivial cell takes at stock JupyterLab: how long ours waits when both run in turn."""
_WARM_UP = 20
_PREPARED_AFTER_S = 8.0
"""A kernel was taken: in this time the server prepares the next one, once."""
_CELLS_OF_A_KERNEL = """import sys, time
from jupyter_client.manager import start_new_kernel
manager, client = start_new_kernel(kernel_name="python3")
for _ in range(int(sys.argv[2])):
    time.sleep(float(sys.argv[3]))
    began = time.perf_counter()
    client.execute_interactive(sys.argv[1], output_hook=lambda message: None)
    print(time.perf_counter() - began)
client.stop_channels()
manager.shutdown_kernel(now=True)
"""


def measure_beside_a_kernel(python: Path, url: str, code: str, cells: int) -> list[Figure]:
    """Return what a cell takes in the lab and in a kernel alone.

    Args:
        python: the candidate's interpreter.
        url: address of the lab with its login token.
        code: source of the cell.
        cells: how many of each.

    Raises:
        EnvironmentLacks: the kernel did not work.
    """
    figures = []
    for pause_s, name in ((0.0, "one after another"), (PAUSE_S, "after a pause")):
        bare = median_ms(_bare(python, code, cells, pause_s))
        own = median_ms(_own(url, code, cells, pause_s))
        over = bare if pause_s else 0.0  # a kernel that has slept may need the six by itself
        one = figure(
            f"cell round trip, {name}, ms",
            ours=own,
            peer=bare,
            target="≤ 6 ms over it" if over else "≤ 6 ms",
            met=own - over <= 6,
            how=f"{cells} cells, {pause_s * 1000:g} ms between them, median; the peer is a client "
            "on a kernel's own sockets",
        )
        figures.append(one)
    return figures


def _bare(python: Path, code: str, cells: int, pause_s: float) -> list[float]:
    argv = [str(python), "-I", "-c", _CELLS_OF_A_KERNEL, code]
    argv += [str(cells + _WARM_UP), str(pause_s)]
    done = subprocess.run(argv, capture_output=True, text=True, timeout=300, check=False)
    if done.returncode != 0:
        raise EnvironmentLacks(f"a bare kernel did not work: {done.stderr[-300:]}")
    return [float(line) for line in done.stdout.split()][_WARM_UP:]


def _own(url: str, code: str, cells: int, pause_s: float) -> list[float]:
    notebook = Notebook(url, path="practice/practice.ipynb")
    notebook.run(code)
    time.sleep(_PREPARED_AFTER_S)
    taken = []
    for _ in range(cells + _WARM_UP):
        time.sleep(pause_s)
        taken.append(notebook.run(code).seconds)
    notebook.close()
    return taken[_WARM_UP:]
