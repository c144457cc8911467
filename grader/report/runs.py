"""What was run, when, and what it printed: the moments that everything else links to.

Runs in T; pure. Sources and outputs are a candidate's; they stand in frames.
"""

from __future__ import annotations

from collections import Counter, defaultdict

from pydantic import Field

from grader.attempt import Attempt
from grader.records import Moment
from harness.core.records import Event, Record

_MOST_RUNS = 80
_MOST_SOURCE, _MOST_OUTPUT = 20_000, 3_000


class Ran(Record):
    """One run of a cell that the candidate wrote or changed."""

    seq: int = Field(ge=0)
    """The journal's entry."""
    cell_id: str
    """The cell; "" for one without an id."""
    share: float = Field(ge=0, le=1)
    """When, as a share of own time."""
    is_before: bool
    """Whether part two had not come yet."""
    source: str
    """What was run, capped."""
    output: str
    """What it printed or raised, capped."""
    raised: bool
    """Whether it ended in an error."""
    calls: int = Field(ge=0)
    """Model calls during it."""
    uses: int = Field(default=0, ge=0)
    """Uses of the exercise's tools during it."""
    times: int = Field(default=1, ge=1)
    """How often it was run like this, with the same output; calls and uses are of all of them."""


def read_runs(attempt: Attempt) -> tuple[Ran, ...]:
    """Return runs of the candidate's own cells, oldest first; a given cell as given is none.

    A cell run again unchanged, with the same output, is told once, by its last run.
    """
    form = next((event.at for event in attempt.events if event.kind == "part_delivered"), None)
    given = {cell.id for cell in attempt.cells if cell.kind in ("given", "check")}
    outputs, raised = _outputs(attempt)
    calls = Counter(call.msg_id for call in attempt.model_calls)
    uses = Counter(call.msg_id for call in attempt.tool_calls)
    asks = {event.msg_id for event in attempt.events if event.kind == "ask"}
    found: dict[tuple[str, str, str], Ran] = {}
    for event in attempt.events:
        source = str(event.payload.get("source") or "")
        if event.kind != "execute_request" or not source.strip():
            continue
        does_ask = bool(calls[event.msg_id] or uses[event.msg_id] or event.msg_id in asks)
        if event.cell_id in given and not does_ask:
            continue
        output = outputs[event.msg_id][:_MOST_OUTPUT]
        key = (event.cell_id or "", source, output)
        before = found.pop(key, None)
        found[key] = Ran(
            seq=event.seq,
            cell_id=event.cell_id or "",
            share=round(attempt.own_time.share(event.at), 4),
            is_before=form is None or event.at < form,
            source=source[:_MOST_SOURCE],
            output=output,
            raised=event.msg_id in raised,
            calls=calls[event.msg_id] + (before.calls if before else 0),
            uses=uses[event.msg_id] + (before.uses if before else 0),
            times=1 + (before.times if before else 0),
        )
    return tuple(list(found.values())[-_MOST_RUNS:])


def run_of(moment: Moment, runs: tuple[Ran, ...]) -> Ran | None:
    """Return the run that a moment lies in; None where none is shown."""
    own = [run for run in runs if run.cell_id == (moment.cell_id or "")]
    if moment.seq is not None:
        own = [run for run in own if run.seq <= moment.seq]
    elif moment.share is not None:
        own = [run for run in own if run.share <= moment.share]
    return own[-1] if own else None


def _outputs(attempt: Attempt) -> tuple[dict[str | None, str], set[str | None]]:
    texts: dict[str | None, str] = defaultdict(str)
    raised: set[str | None] = set()
    for event in attempt.events:
        if event.kind in ("stream", "execute_result", "display_data", "error"):
            texts[event.msg_id] += _text_of(event)
        if event.kind == "error":
            raised.add(event.msg_id)
    return texts, raised


def _text_of(event: Event) -> str:
    load = event.payload
    if event.kind == "error":
        return f"{load.get('ename') or 'error'}: {load.get('evalue') or ''}\n"
    if event.kind == "stream":
        return str(load.get("text") or "")
    data = load.get("data")
    shown = data.get("text/plain") if isinstance(data, dict) else None
    return f"{shown}\n" if shown else ""
