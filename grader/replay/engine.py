"""Papermill with one change: it goes on after an error, a timeout or sys.exit, and keeps all.

Runs in T; the one file that imports papermill. The kernel it drives is in the sandbox. Stock
papermill stops at the first error and raises when it is done, losing the notebook; here every
cell is run and nothing is raised for what a cell does.
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import nbformat
from jupyter_client.manager import AsyncKernelManager
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import NBClientEngine, NotebookExecutionManager

CELL_OUTPUT_BYTES = 1 << 20
"""How much of one cell's output is kept; the rest is counted."""
_GRACE_S = 5.0
_LAST_WORDS_S = 30
"""How long after its end a cell's outputs may still come; on a busy machine 100 MB take a while."""


@dataclass(frozen=True)
class Pace:
    """How long things may take.

    Attributes:
        cell_s: one cell, in seconds.
        notebook_s: all of them.
    """

    cell_s: float = 60.0
    notebook_s: float = 900.0


@dataclass
class Ran:
    """One cell as it was run.

    Attributes:
        outputs: nbformat outputs, capped.
        end: done, error, timed_out, dead (the kernel went away in it), not_reached.
        cut_bytes: output that was not kept.
    """

    outputs: list[dict[str, Any]] = field(default_factory=list)
    end: str = "not_reached"
    cut_bytes: int = 0


class _Client(PapermillNotebookClient):  # type: ignore[misc]  # untyped to us
    """A client that runs every cell it can."""

    pace: Pace
    before: Callable[[str], None]
    ran: dict[str, Ran]
    _kept = 0
    _now: Ran

    def execute(self, **kwargs: Any) -> Any:
        """Start the kernel, run the cells, end the kernel, whatever became of it."""
        self.reset_execution_trackers()
        with self.setup_kernel(cleanup_kc=True):
            self.papermill_execute_cells()
        return self.nb

    def papermill_execute_cells(self) -> None:
        """Run the cells in order; what one does ends at most that one."""
        ends_at = time.monotonic() + self.pace.notebook_s
        is_dead = False
        for index, cell in enumerate(self.nb.cells):
            if cell.cell_type != "code":
                continue
            now = self._now = self.ran[cell.id] = Ran()
            self._kept = 0
            left_s = ends_at - time.monotonic()
            if is_dead or left_s <= 0 or not cell.source.strip():
                now.end = "not_reached" if cell.source.strip() else "done"
                continue
            self.before(cell.id)
            now.end = self._run(cell, index, min(self.pace.cell_s, left_s))
            is_dead = now.end == "dead"
            now.outputs = [dict(output) for output in cell.outputs]

    def _run(self, cell: Any, index: int, limit_s: float) -> str:
        self.timeout = max(1, int(limit_s))
        process = self.km.provisioner.process
        guard = threading.Timer(limit_s + _GRACE_S, process.kill)  # for what ignores an interrupt
        guard.daemon = True
        guard.start()
        began = time.monotonic()
        try:
            self.nb_man.cell_start(cell, index)
            self.execute_cell(cell, index)
            end = "done"
        except CellTimeoutError:
            end = "timed_out"
        except CellExecutionError:
            end = "error"
        except DeadKernelError:
            end = "dead"
        finally:
            guard.cancel()
        if end in ("error", "done") and time.monotonic() - began >= limit_s:
            return "timed_out"
        return end

    def output(self, outs: Any, msg: Any, display_id: str, cell_index: int) -> Any:
        """Keep an output while there is room for it."""
        size = len(str(msg.get("content")))
        if self._kept + size > CELL_OUTPUT_BYTES:
            self._now.cut_bytes += size
            return None
        self._kept += size
        return super().output(outs, msg, display_id, cell_index)


class ReplayEngine(NBClientEngine):  # type: ignore[misc]  # untyped to us
    """Papermill's engine over our client."""

    @classmethod
    def execute_managed_notebook(cls, nb_man: Any, kernel_name: str, **kwargs: Any) -> Any:
        """Run the managed notebook with the client in kwargs' `make`."""
        client = kwargs["make"](nb_man)
        client.execute()
        return nb_man.nb


def run_notebook(
    book: dict[str, Any], manager: AsyncKernelManager, *, folder: str, pace: Pace,
    before: Callable[[str], None],
) -> dict[str, Ran]:  # fmt: skip
    """Run a notebook's code cells in a kernel; return what each did, by cell id.

    Args:
        book: nbformat 4.5 as plain values, cell ids unique.
        manager: of a kernel that is not started yet; it is ended on return.
        folder: where the kernel starts, on this side of the walls.
        pace: how long things may take.
        before: called with a cell's id before it is run.

    Raises:
        RuntimeError, OSError: the kernel did not start.
    """
    node = nbformat.from_dict(book)
    node.metadata["papermill"] = {}  # what papermill's own reader of files puts in
    for cell in node.cells:
        cell.metadata.update({"tags": [], "papermill": {}})
    ran: dict[str, Ran] = {}

    def make(nb_man: Any) -> _Client:
        client = _Client(
            nb_man, km=manager, timeout=int(pace.cell_s), interrupt_on_timeout=True,
            allow_errors=False, shutdown_kernel="immediate", startup_timeout=60,
            resources={"metadata": {"path": folder}}, store_widget_state=False,
            iopub_timeout=_LAST_WORDS_S,
        )  # fmt: skip
        client.pace, client.before, client.ran = pace, before, ran
        return client

    managed = NotebookExecutionManager(
        node, output_path=None, progress_bar=False, autosave_cell_every=0
    )
    managed.notebook_start()
    with contextlib.suppress(DeadKernelError):
        ReplayEngine.execute_managed_notebook(managed, "", make=make)
    managed.cleanup_pbar()
    return ran
