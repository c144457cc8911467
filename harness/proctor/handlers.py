"""The core's own routes: health, sessions, models, prices, chat, budget.

Runs in zone G. A handler asks who is there, reads the body, and calls the one function that
does the thing.
"""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import Receive, Scope, Send

from harness.core.card import ExerciseCard
from harness.core.records import Record, SessionCard
from harness.proctor import words
from harness.proctor.bodies import read_object
from harness.proctor.chat import complete
from harness.proctor.embeddings import embed, read_embeddings
from harness.proctor.errors import WorkerAway
from harness.proctor.metrics import CONTENT_TYPE, figures, ready
from harness.proctor.prices import Tier
from harness.proctor.response_events import RESPONSES
from harness.proctor.responses import read_response_request
from harness.proctor.wire import CALL_ID_HEADER, read_chat

if TYPE_CHECKING:
    from harness.proctor.service import Service

LONGEST_SMALL_BODY = 64 << 10


def service_of(request: Request) -> Service:
    """Return the service behind a request."""
    found: Service = request.app.state.service
    return found


def told(record: Record, status: int = 200) -> Response:
    """Return a record as an answer, in its canonical bytes."""
    return Response(record.to_bytes(), status_code=status, media_type="application/json")


async def health(request: Request) -> Response:
    """Say that we are up, and whether a model call would be answered at once."""
    state = service_of(request).worker.state
    return JSONResponse({"status": "ok", "model": state, "version": _version()})


async def readiness(request: Request) -> Response:
    """Say whether a candidate could work now: 200 if so, else 503; which part is not, in words."""
    state = await ready(service_of(request))
    return JSONResponse(state, status_code=200 if state["ready"] else 503)


async def metrics(request: Request) -> Response:
    """Tell figures in Prometheus's form, to who holds the operator's pass."""
    service = service_of(request)
    service.access.caller(request, "operator")
    return Response(await figures(service), headers={"content-type": CONTENT_TYPE})


async def open_session(request: Request) -> Response:
    """Open a session."""
    service = service_of(request)
    service.access.caller(request, "operator")
    body = await read_object(request, limit_bytes=LONGEST_SMALL_BODY)
    return told(await service.sessions.open(body), 201)


async def list_sessions(request: Request) -> Response:
    """List every session, without tokens."""
    service = service_of(request)
    service.access.caller(request, "operator")
    cards = await service.sessions.list()
    return JSONResponse({"sessions": [card.to_value() for card in cards]})


async def show_session(request: Request) -> Response:
    """Show one session, without tokens."""
    service = service_of(request)
    service.access.caller(request, "operator")
    return told(await service.sessions.describe(request.path_params["session"]))


async def renew_tokens(request: Request) -> Response:
    """Give a session fresh tokens; the old ones are no longer good."""
    service = service_of(request)
    service.access.caller(request, "operator")
    return told(await service.sessions.renew_tokens(request.path_params["session"]))


async def own_session(request: Request) -> Response:
    """Show the caller's own session, without tokens; part two's contract only with part two."""
    service = service_of(request)
    caller = service.access.caller(request, "lab", "kernel")
    return told(without_contracts(await service.sessions.describe(caller.session)))


def without_contracts(card: SessionCard) -> SessionCard:
    """Return a session in which no exercise tells what its second part asks for too early."""
    states = tuple(
        state
        if state.parts_delivered > 1
        else state.model_copy(update={"card": state.card.without_part_two()})
        for state in card.exercises
    )
    return card.model_copy(update={"exercises": states})


async def list_models(request: Request) -> Response:
    """List the models of the caller's exercises, marked as simulated."""
    tiers = await _own_tiers(request)
    return JSONResponse({"object": "list", "data": [_model_value(tier) for tier in tiers]})


async def show_model(request: Request) -> Response:
    """Show one model of the caller's exercises."""
    name = request.path_params["model"]
    tiers = {tier.name: tier for tier in await _own_tiers(request)}
    if name not in tiers:
        raise words.no_such_model(name, tuple(tiers))
    return JSONResponse(_model_value(tiers[name]))


async def list_prices(request: Request) -> Response:
    """List what the caller's models cost; money as text."""
    tiers = await _own_tiers(request)
    return JSONResponse({"currency": "USD", "models": [tier.to_value() for tier in tiers]})


async def list_providers(request: Request) -> Response:
    """List the operator's own models: where, what price, open or closed; no key."""
    service = service_of(request)
    service.access.caller(request, "operator")
    reserve = service.overruns.listed()
    return JSONResponse(
        {
            "models": [*service.providers.listed(), *service.embedded.listed(service.prices)],
            "reserve": reserve,
        }
    )


async def open_provider(request: Request) -> Response:
    """Open a provider's route that was closed."""
    service = service_of(request)
    service.access.caller(request, "operator")
    return JSONResponse(await service.providers.open(request.path_params["model"]))


async def acknowledge_overruns(request: Request) -> Response:
    """Make the operator's reserve whole again: what was borne so far has been looked at."""
    service = service_of(request)
    service.access.caller(request, "operator")
    await service.overruns.acknowledge()
    return JSONResponse(service.overruns.listed())


class CompleteChat:
    """Answers a chat request; a class, so that the router hands it the request as it came."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one."""
        request = Request(scope, receive)
        service = service_of(request)
        caller = service.access.caller(request, "kernel")
        body = await read_object(request, limit_bytes=service.settings.proctor.max_body_bytes)
        asked = read_chat(body, call_id=request.headers.get(CALL_ID_HEADER))
        response = await complete(service.desk, caller, asked)
        await response(scope, receive, send)


async def create_embeddings(request: Request) -> Response:
    """Answer a request for vectors."""
    service = service_of(request)
    caller = service.access.caller(request, "kernel")
    body = await read_object(request, limit_bytes=service.settings.proctor.max_body_bytes)
    asked, as_numbers = read_embeddings(body, call_id=request.headers.get(CALL_ID_HEADER))
    return await embed(service.desk, caller, asked, as_numbers=as_numbers)


async def create_response(request: Request) -> Response:
    """Answer a chat request in OpenAI's other spelling."""
    service = service_of(request)
    caller = service.access.caller(request, "kernel")
    limit = service.settings.proctor.max_body_bytes
    body = await read_object(request, limit_bytes=limit)
    asked = read_response_request(body, call_id=request.headers.get(CALL_ID_HEADER))
    return await complete(service.desk, caller, asked, spelling=RESPONSES)


async def show_budget(request: Request) -> Response:
    """Show the purse of the exercise that the caller's kernel is at work on."""
    service = service_of(request)
    caller = service.access.caller(request, "kernel")
    place = service.running.place(caller.session, caller.kernel_id)
    card = service.sessions.card_at(caller.session, place.exercise)
    found = service.purse.budget(caller.session, card)
    return told(service.tools.budget(caller.session, card, found))


async def _own_tiers(request: Request) -> list[Tier]:
    service = service_of(request)
    caller = service.access.caller(request, "kernel")
    return await tiers_of(service, service.sessions.get(caller.session).cards)


async def tiers_of(service: Service, cards: tuple[ExerciseCard, ...]) -> list[Tier]:
    """Return every model of some exercises, once it is known what the embedded ones cost.

    Raises:
        Refusal: 503, the models are away and were never here.
    """
    if not service.prices.is_known:
        try:
            await service.worker.wait_ready()
        except WorkerAway as problem:
            raise words.models_away() from problem
    return service.aliases.listed(cards)


def _model_value(tier: Tier) -> dict[str, Any]:
    return {
        "id": tier.name,
        "object": "model",
        "created": 0,
        "owned_by": "audition, simulated" if tier.is_simulated else "audition",
        "simulated": tier.is_simulated,
        "context_window": tier.window,
    }


def _version() -> str:
    try:
        return version("audition-proctor")
    except PackageNotFoundError:
        return "unknown"
