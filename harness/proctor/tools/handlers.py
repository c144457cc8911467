"""The routes of the tools: list them, use one.

Runs in zone G. A handler asks who is there, reads the body, and calls the one function that
does the thing.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from harness.core.card import ExerciseCard
from harness.core.tools import Tool
from harness.proctor.bodies import read_object
from harness.proctor.handlers import LONGEST_SMALL_BODY, service_of
from harness.proctor.wire import CALL_ID_HEADER


async def list_tools(request: Request) -> Response:
    """List the tools of the exercise that the caller's kernel is at work on, with prices."""
    service = service_of(request)
    caller = service.access.caller(request, "kernel")
    card, tools = await service.tools.listed(caller)
    used = service.tools.accounts.minutes_used(caller.session, card)
    return JSONResponse(listing(card, tools, used))


async def use_tool(request: Request) -> Response:
    """Use a tool."""
    service = service_of(request)
    caller = service.access.caller(request, "kernel")
    body = await read_object(request, limit_bytes=LONGEST_SMALL_BODY)
    call_id = request.headers.get(CALL_ID_HEADER)
    call = await service.tools.use(caller, request.path_params["tool"], body, call_id)
    return JSONResponse(call.response, headers={"x-call-id": call.id, "x-cost-usd": "0"})


def listing(card: ExerciseCard, tools: tuple[Tool, ...], used: Decimal) -> dict[str, Any]:
    """Return what GET /tools tells.

    Args:
        card: the exercise.
        tools: those that are open, in the author's order.
        used: simulated minutes that were taken.
    """
    limit = card.purse.minutes
    left = None if limit is None else f"{limit - used:f}"
    rows = []
    for tool in tools:
        row = tool.model_dump(mode="json", exclude={"part"})
        rows.append(row | {"price": tool.price.tell()})
    return {"exercise": card.slug, "minutes_left": left, "tools": rows}
