"""The clock's routes: how it stands, pause and resume, and the operator's extension.

Runs in zone G. The candidate's server asks, because a person pressed something in its panel; a
kernel may not: code could stop the clock that it uses.
"""

from __future__ import annotations

import datetime as dt

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from harness.core.card import tell_validation
from harness.proctor import words
from harness.proctor.bodies import allow_only, read_object, text_field
from harness.proctor.errors import Refusal
from harness.proctor.given_back import read_given_back, with_given_back
from harness.proctor.handlers import LONGEST_SMALL_BODY, service_of, told
from harness.proctor.service import Service


class Extension(BaseModel):
    """How much longer the operator makes what runs."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    minutes: int = Field(ge=1, le=600)
    """By how much both ends move."""


async def show_clock(request: Request) -> Response:
    """Show how the session's clock stands."""
    service = service_of(request)
    return await _clock(service, service.access.caller(request, "lab").session)


async def pause(request: Request) -> Response:
    """Stop the session's clock."""
    service = service_of(request)
    session = service.access.caller(request, "lab").session
    await service.pausing.pause(session)
    return await _clock(service, session)


async def resume(request: Request) -> Response:
    """Let the session's clock go on."""
    service = service_of(request)
    session = service.access.caller(request, "lab").session
    await service.pausing.resume(session)
    return await _clock(service, session)


async def start(request: Request) -> Response:
    """Begin an exercise's time before its first run; what has begun goes on as it is."""
    service = service_of(request)
    session = service.access.caller(request, "lab").session
    body = await read_object(request, limit_bytes=LONGEST_SMALL_BODY)
    allow_only(body, "exercise")
    card = service.sessions.card(session, text_field(body, "exercise", longest=60))
    await service.pausing.start(session, card.slug)
    return await _clock(service, session)


async def extend_sitting(request: Request) -> Response:
    """Move the ends of what runs in a sitting."""
    service = service_of(request)
    service.access.caller(request, "operator")
    body = await read_object(request, limit_bytes=LONGEST_SMALL_BODY)
    try:
        by = dt.timedelta(minutes=Extension.model_validate(body).minutes)
    except ValidationError as problem:
        raise words.bad_value(f"The extension: {tell_validation(problem)}.") from problem
    sitting = await service.rounds.find(request.path_params["sitting"])
    if sitting.session is None:
        raise Refusal(
            "Nothing has begun in this sitting, so there is nothing to extend.",
            status=409,
            code="no_clock",
        )
    return JSONResponse({"extended": await service.pausing.extend(sitting.session, by)})


async def _clock(service: Service, session: str) -> Response:
    slugs = tuple(card.slug for card in service.sessions.get(session).cards)
    key = service.sessions.key(session)
    back = await service.writer.read(lambda c: read_given_back(c, session, key))
    return told(with_given_back(service.pausing.state(session, slugs), back))
