"""budget use: what the calls went into, equal calls, and what was left."""

from __future__ import annotations

from decimal import Decimal

from grader.attempt import Attempt, tool_took
from grader.records import Signal
from grader.signals.moments import artefact_began, at_call

_MISLEADS = "Repeats to see how stable an answer is are good work. Nobody gains by spending more."


def budget_use(attempt: Attempt) -> Signal:
    """Return calls before and after the first artefact, equal ones, and the share unspent."""
    calls = attempt.model_calls
    spent = sum((call.usage.cost_usd for call in calls if call.usage), Decimal(0))
    began = artefact_began(attempt)
    before = sum(began is None or call.at < began.at for call in calls)
    again = [call for call in calls if call.occurrence > 0]
    parts = []
    if calls or not attempt.tool_calls:  # where there are tools alone, their line says all
        parts.append(
            f"{before} calls before the first artefact, {len(calls) - before} from then on"
        )
    if again:
        parts.append(f"{len(again)} sent again unchanged")
    if attempt.card is not None and parts:
        share = 1 - spent / attempt.card.purse.usd
        is_whole = share < 1 and f"{share:.0%}" == "100%"
        told = "over 99%" if is_whole else f"{max(Decimal(0), share):.0%}"
        parts.append(f"{told} unspent")
    if attempt.tool_calls:
        minutes = sum((tool_took(call).minutes for call in attempt.tool_calls), Decimal(0))
        taken = sum(tool_took(call).calls for call in attempt.tool_calls)
        times = len(attempt.tool_calls)
        told = f"tools used {times} time{'' if times == 1 else 's'}"
        told += f", {taken} of their calls" if taken else ""
        told += f", {minutes:f} simulated minute{'' if minutes == 1 else 's'}" if minutes else ""
        parts.append(told)
    refused = sum((call.http_status or 200) >= 400 for call in calls)
    why = f"{refused} calls were refused or failed" if refused else "from the ledger"
    moments = []
    if calls:
        moments.append(at_call(attempt, calls[0], "first call"))
    if again:
        moments.append(at_call(attempt, again[0], "first call that was sent again unchanged"))
    return Signal(
        name="budget_use",
        title="Use of the budget",
        status="scored" if attempt.calls else "unscored",
        value="; ".join(parts)[:200] if attempt.calls else "",
        why=why if attempt.calls else "no model was called",
        misleads=_MISLEADS,
        moments=tuple(moments),
    )
