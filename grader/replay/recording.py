"""What each cell did in the session: its last run, what it showed, what it asked.

Runs in T; pure functions of an Attempt. Outputs in the record were capped there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from grader.attempt import Attempt
from harness.core.records import Event

OUTPUTS = ("stream", "execute_result", "display_data", "error")


@dataclass(frozen=True)
class Run:
    """One recorded execution of a cell.

    Attributes:
        cell_id: the cell.
        msg_id: the request.
        seq: its entry.
        source: what was run.
        outputs: (kind, payload) as recorded, oldest first.
        status: ok, error, aborted; None when its end is not on record.
    """

    cell_id: str
    msg_id: str
    seq: int
    source: str
    outputs: tuple[tuple[str, Mapping[str, Any]], ...]
    status: str | None

    @property
    def has_raised(self) -> bool:
        """Whether it ended in an error."""
        return self.status == "error" or any(kind == "error" for kind, _ in self.outputs)


def last_runs(attempt: Attempt) -> dict[str, Run]:
    """Return each cell's last recorded run, by cell id, in the order they were run.

    Runs in other notebooks of the exercise's folder are left out: a cell copied into the scratch
    notebook may keep its id, and what is defined there was never defined here.
    """
    last: dict[str, Event] = {}
    for event in _in_its_own_notebook(attempt):
        if event.kind == "execute_request" and event.cell_id and event.msg_id:
            last.pop(event.cell_id, None)
            last[event.cell_id] = event
    by_request: dict[str, list[Event]] = {}
    for event in attempt.events:
        if event.msg_id:
            by_request.setdefault(event.msg_id, []).append(event)
    return {cell: _run(event, by_request[str(event.msg_id)]) for cell, event in last.items()}


def _in_its_own_notebook(attempt: Attempt) -> Iterator[Event]:
    """Yield the events but those of kernels that served another notebook at that time."""
    slug = attempt.about.exercise
    elsewhere: set[str] = set()
    for event in attempt.events:
        kernel = event.kernel_id
        if kernel and event.payload.get("msg_type") == "kernel_notebook":
            is_own = event.payload.get("path") == f"{slug}/{slug}.ipynb"
            (elsewhere.discard if is_own else elsewhere.add)(kernel)
        if kernel not in elsewhere:
            yield event


def _run(asked: Event, events: list[Event]) -> Run:
    outputs = tuple((e.kind, e.payload) for e in events if e.kind in OUTPUTS)
    replies = [e.payload.get("status") for e in events if e.kind == "execute_reply"]
    status = replies[-1] if replies else None
    return Run(
        cell_id=str(asked.cell_id),
        msg_id=str(asked.msg_id),
        seq=asked.seq,
        source=str(asked.payload.get("source", "")),
        outputs=outputs,
        status=status if isinstance(status, str) else None,
    )
