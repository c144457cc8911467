"""What a call needs around it, and how its row is opened and closed.

Runs in zone G. Each change of a call is one job of the writer: the ledger's row, the purse and
the journal change together or not at all.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection

from harness.core.clock import Clock
from harness.core.records import Call, Usage
from harness.proctor import ledger, wire
from harness.proctor.aliases import Aliases
from harness.proctor.answers import error_value
from harness.proctor.called import Called
from harness.proctor.deadline import Deadlines
from harness.proctor.errors import Refusal, WriteFailed
from harness.proctor.mending import Mender
from harness.proctor.overruns import Overrun, keep_overrun
from harness.proctor.providers import Providers
from harness.proctor.purse import Purse, Reservation, keep
from harness.proctor.running import Running
from harness.proctor.worker import Worker
from harness.proctor.writer import Writer

if TYPE_CHECKING:
    from harness.proctor.sessions import Sessions
    from harness.proctor.witness import Witness


@dataclass(frozen=True)
class Desk:
    """What a call needs around it.

    Attributes:
        clock: where time comes from.
        sessions: cards and keys.
        running: which cell a kernel is running.
        deadlines: the boxes.
        purse: the purses.
        aliases: names to models and prices.
        worker: the model.
        providers: models of somebody else's.
        writer: of the witness.
        witness: the journal.
        mender: looks after calls whose writing failed.
        simulates_latency: whether an answer takes as long as a hosted model's would.
        ending: settlements under way, kept so that none is lost with its request.
    """

    clock: Clock
    sessions: Sessions
    running: Running
    deadlines: Deadlines
    purse: Purse
    aliases: Aliases
    worker: Worker
    providers: Providers
    writer: Writer
    witness: Witness
    mender: Mender
    simulates_latency: bool = True
    ending: set[asyncio.Task[Any]] = field(default_factory=set)

    def finish(self, ending: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Run something to its end, whatever becomes of the request it belongs to."""
        task = asyncio.create_task(ending)
        self.ending.add(task)
        task.add_done_callback(self.ending.discard)
        return task


@dataclass(frozen=True)
class Flight:
    """A call under way.

    Attributes:
        asked: the request.
        call: the row as it was opened.
        called: the model, with its prices and speed.
        reservation: what was set aside.
        began: when it arrived, on the machine's steady clock.
    """

    asked: wire.Asked
    call: Call
    called: Called
    reservation: Reservation
    began: float


async def open_call(desk: Desk, flight: Flight) -> Flight:
    """Commit a call's row as open and return the flight with its counted row.

    Args:
        desk: what it needs.
        flight: its row not yet written; what was set aside is given back if it cannot be.
    """
    key, call = desk.sessions.key(flight.call.session), flight.call

    def job(connection: Connection) -> Call:
        return ledger.open_row(connection, call, key, flight.reservation.worst.tokens)

    try:
        counted = await desk.writer.do(job)
    except BaseException:
        desk.purse.release(flight.reservation)
        _mend_released(desk, flight)  # its row may be there all the same
        raise
    return replace(flight, call=counted)


def simulated_s(desk: Desk, flight: Flight, answer: dict[str, Any]) -> float:
    """Return the seconds a hosted model would take; choices are written side by side."""
    if not desk.simulates_latency or flight.called.provider is not None:
        return 0.0
    each: float = answer["usage"]["completion_tokens"] / flight.asked.n
    return flight.called.tier.first_token_s + each / flight.called.tier.tokens_per_s


def usage_of(flight: Flight, answer: dict[str, Any]) -> Usage:
    """Return what a call took; its price is never above what was set aside."""
    prompt, completed = (answer["usage"][name] for name in ("prompt_tokens", "completion_tokens"))
    cost = min(flight.called.tier.cost_usd(prompt, completed), flight.reservation.worst.usd)
    return Usage.of_checked(prompt_tokens=prompt, completion_tokens=completed, cost_usd=cost)


async def settle(
    desk: Desk, flight: Flight, answer: dict[str, Any], told: dict[str, Any],
    usage: Usage | None = None,
) -> None:  # fmt: skip
    """Charge a call and commit row, purse and journal together.

    Args:
        desk: what it needs.
        flight: the call.
        answer: the worker's.
        told: what the kernel got.
        usage: what usage_of() says; None works it out.
    """
    usage = usage or usage_of(flight, answer)
    above = flight.called.tier.cost_usd(usage.prompt_tokens, usage.completion_tokens)
    over = None
    if flight.called.provider is not None and above > usage.cost_usd:
        round_ = desk.purse.round_of(flight.call.session)
        over = desk.providers.overruns.note(flight.call, round_, above - usage.cost_usd)
    tokens = usage.prompt_tokens + usage.completion_tokens
    row = desk.purse.settle(flight.reservation, usd=usage.cost_usd, tokens=tokens)
    takes_s = simulated_s(desk, flight, answer)
    call = flight.call.model_copy(
        update={
            "status": "settled",
            "http_status": 200,
            "usage": usage,
            "latency_s": round(max(time.monotonic() - flight.began, takes_s), 6),
            "response": told,
        }
    )
    try:
        await desk.writer.do(_closing(desk, call, answer.get("understood"), row, over))
    except WriteFailed:
        charged = partial(
            desk.purse.mend, flight.reservation, usd=usage.cost_usd, tokens=tokens
        )  # fmt: skip
        desk.mender.note(call.id, charged)
        raise


async def fail(desk: Desk, flight: Flight, refusal: Refusal) -> None:
    """Give a call back and commit row and journal together.

    Args:
        desk: what it needs.
        flight: the call.
        refusal: what the kernel is told.
    """
    desk.purse.release(flight.reservation)
    call = flight.call.model_copy(
        update={
            "status": "failed",
            "http_status": refusal.status,
            "latency_s": round(time.monotonic() - flight.began, 6),
            "response": error_value(refusal),
        }
    )
    try:
        await desk.writer.do(_closing(desk, call, None, None))
    except WriteFailed:
        _mend_released(desk, flight)
        raise


def _mend_released(desk: Desk, flight: Flight) -> None:
    desk.mender.note(flight.call.id, partial(desk.purse.abandon, flight.reservation))


def _closing(
    desk: Desk, call: Call, understood: Any, row: dict[str, Any] | None,
    over: Overrun | None = None,
) -> Callable[[Connection], None]:  # fmt: skip
    key = desk.sessions.key(call.session)

    def job(connection: Connection) -> None:
        plain = ledger.close_row(connection, call, key)
        if row is not None:
            keep(connection, row)
        if over is not None:
            keep_overrun(connection, over)
        ledger.witness_call(connection, desk.witness, call, understood, plain=plain)

    return job
