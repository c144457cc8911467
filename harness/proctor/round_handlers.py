"""The operator's and the hub's routes for rounds, invites and sittings.

Runs in zone G. All of them take the operator's pass; the hub holds it, a candidate never does.
"""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from harness.proctor.bodies import read_object
from harness.proctor.handlers import LONGEST_SMALL_BODY, service_of, told

_LONGEST_LIST = 2 << 20


async def make_round(request: Request) -> Response:
    """Make a round."""
    service = service_of(request)
    service.access.caller(request, "operator")
    body = await read_object(request, limit_bytes=LONGEST_SMALL_BODY)
    return told(await service.rounds.make(body), 201)


async def list_rounds(request: Request) -> Response:
    """List every round."""
    service = service_of(request)
    service.access.caller(request, "operator")
    return JSONResponse({"rounds": [one.to_value() for one in await service.rounds.every()]})


async def show_round(request: Request) -> Response:
    """Show one round with its purse and what became of it."""
    service = service_of(request)
    service.access.caller(request, "operator")
    return told(await service.round_purses.describe(request.path_params["round"]))


async def change_round(request: Request) -> Response:
    """Change a round's cap or its pauses."""
    service = service_of(request)
    service.access.caller(request, "operator")
    body = await read_object(request, limit_bytes=LONGEST_SMALL_BODY)
    return told(await service.round_purses.change(request.path_params["round"], body))


async def release_round(request: Request) -> Response:
    """Charge a round no longer with calls whose end was never seen."""
    service = service_of(request)
    service.access.caller(request, "operator")
    return told(await service.round_purses.release(request.path_params["round"]))


async def make_invites(request: Request) -> Response:
    """Make a link for each candidate; the one answer that holds the secrets."""
    service = service_of(request)
    service.access.caller(request, "operator")
    body = await read_object(request, limit_bytes=_LONGEST_LIST)
    made = await service.invites.make(request.path_params["round"], body)
    return JSONResponse({"invites": [one.to_value() for one in made]}, status_code=201)


async def list_invites(request: Request) -> Response:
    """List a round's links, without secrets."""
    service = service_of(request)
    service.access.caller(request, "operator")
    found = await service.invites.of_round(request.path_params["round"])
    return JSONResponse({"invites": [one.to_value() for one in found]})


async def revoke_invite(request: Request) -> Response:
    """Make a link useless."""
    service = service_of(request)
    service.access.caller(request, "operator")
    await service.invites.revoke(request.path_params["invite"])
    return JSONResponse({"status": "revoked"})


async def use_invite(request: Request) -> Response:
    """Burn a link and tell which sitting it opens."""
    service = service_of(request)
    service.access.caller(request, "operator")
    body = await read_object(request, limit_bytes=LONGEST_SMALL_BODY)
    return told(await service.invites.use(body.get("secret")))


async def list_sittings(request: Request) -> Response:
    """List every sitting."""
    service = service_of(request)
    service.access.caller(request, "operator")
    return JSONResponse({"sittings": [one.to_value() for one in await service.rounds.sittings()]})


async def open_sitting(request: Request) -> Response:
    """Give a sitting's session with fresh tokens, opened if there is none yet."""
    service = service_of(request)
    service.access.caller(request, "operator")
    return told(await service.rounds.open_session(request.path_params["sitting"]))


async def give_back_outage(request: Request) -> Response:
    """Move the ends of running boxes by the time in which the hub was away."""
    service = service_of(request)
    service.access.caller(request, "operator")
    body = await read_object(request, limit_bytes=LONGEST_SMALL_BODY)
    return JSONResponse({"moved": await service.give_back_outage(body)})
