"""The routes of the record: history, blobs, saves, parts, questions, notes, submissions.

Runs in zone G. A handler asks who is there, reads the body, and calls the one function that
does the thing.

    put_blob, get_blob      PUT and GET /s/blobs/{sha256}
    list_saves              GET /s/saves/{slug}
    deliver_part            GET /s/parts/{slug}/{n}
    history                 WS /s/history
    lab_submit              POST /s/submit
    ask, note_hypothesis    POST /k/ask, /k/hypothesis
    note_check              POST /k/check
    kernel_submit           POST /k/submit
    operator_submit         POST /sessions/{session}/submit
    list_submissions        GET /submissions
    show_submission         GET /submissions/{submission}
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace
from typing import TYPE_CHECKING

from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.websockets import WebSocket

from harness.proctor import notes, words
from harness.proctor.access import Caller
from harness.proctor.answers import error_response
from harness.proctor.bodies import allow_only, read_object, text_field
from harness.proctor.errors import Refusal
from harness.proctor.handlers import LONGEST_SMALL_BODY, service_of, told
from harness.proctor.history import Book, Conversation
from harness.proctor.live_handlers import tell_question
from harness.proctor.running import Place
from harness.proctor.saves import list_saves as read_saves
from harness.proctor.tokens import Role

if TYPE_CHECKING:
    from harness.proctor.service import Service

_LONGEST_CHECK = 1 << 20
_BYTES = "application/octet-stream"
_log = logging.getLogger(__name__)


async def put_blob(request: Request) -> Response:
    """Take a saved file's bytes: 201 when they are new, 200 when they were there."""
    service = service_of(request)
    caller = service.access.caller(request, "lab")
    sha256 = request.path_params["sha256"]
    try:
        is_new = await service.blobs.put(caller.session, sha256, request.stream())
    except ClientDisconnect as problem:
        raise words.bad_value("The bytes were cut short. Send them again.") from problem
    return JSONResponse({"sha256": sha256}, status_code=201 if is_new else 200)


async def get_blob(request: Request) -> Response:
    """Give back a saved file's bytes."""
    service = service_of(request)
    caller = service.access.caller(request, "lab")
    data = await service.blobs.get(caller.session, request.path_params["sha256"])
    return Response(data, media_type=_BYTES)


async def list_saves(request: Request) -> Response:
    """List the saves of an exercise, newest last."""
    service = service_of(request)
    caller = service.access.caller(request, "lab")
    slug = service.sessions.card(caller.session, request.path_params["slug"]).slug
    key = service.sessions.key(caller.session)
    found = await service.writer.read(lambda c: read_saves(c, caller.session, slug, key))
    return JSONResponse({"saves": found})


async def deliver_part(request: Request) -> Response:
    """Give part two of an exercise, once there is a plan."""
    service = service_of(request)
    caller = service.access.caller(request, "lab")
    slug = service.sessions.card(caller.session, request.path_params["slug"]).slug
    cells = await service.parts.deliver(caller.session, slug, request.path_params["n"])
    return JSONResponse({"cells": cells})


async def history(socket: WebSocket) -> None:
    """Take what the candidate's server saw, for as long as the line holds."""
    service: Service = socket.app.state.service
    try:
        caller = service.access.caller(socket, "lab")
        service.sessions.key(caller.session)
    except Refusal as no:
        await socket.send_denial_response(error_response(no))
        return
    await socket.accept()
    for card in service.sessions.get(caller.session).cards:
        service.stakeholders.warm(card.slug)
    book = Book(
        writer=service.writer,
        witness=service.witness,
        running=service.running,
        deadlines=service.deadlines,
        pausing=service.pausing,
        key_of=service.sessions.key,
    )
    conversation = Conversation(book, socket, caller.session, lambda: _is_good(service, socket))
    running = asyncio.create_task(_converse(service, conversation, caller.session), name="history")
    service.histories.add(running)
    running.add_done_callback(service.histories.discard)
    await asyncio.shield(running)


async def _converse(service: Service, conversation: Conversation, session: str) -> None:
    """Take what comes, and take note of when the session's server came and went."""
    coming = asyncio.create_task(service.absences.came(session), name="came back")
    coming.add_done_callback(_tell_failure)
    try:
        await conversation.run()
    finally:
        service.absences.went(session)
        await asyncio.wait([coming])


async def lab_submit(request: Request) -> Response:
    """Submit an exercise because the candidate's server asks."""
    return await _submit(request, "lab")


async def kernel_submit(request: Request) -> Response:
    """Submit an exercise because the candidate's kernel asks, once its cell is on record."""
    service = service_of(request)
    caller = service.access.caller(request, "kernel")
    await _wait_for_its_cell(service, caller)
    return await _submit(request, "kernel")


async def operator_submit(request: Request) -> Response:
    """Submit an exercise because the operator asks."""
    service = service_of(request)
    service.access.caller(request, "operator")
    body = await read_object(request, limit_bytes=LONGEST_SMALL_BODY)
    session, exercise = request.path_params["session"], text_field(body, "exercise", longest=60)
    await service.live.settle(session, exercise)
    return told(await service.submissions.take(session, exercise), 201)


async def list_submissions(request: Request) -> Response:
    """List everything that was submitted, oldest first."""
    service = service_of(request)
    service.access.caller(request, "operator")
    return JSONResponse({"submissions": await service.submissions.describe_all()})


async def show_submission(request: Request) -> Response:
    """Give one submission's archive, with its content key."""
    service = service_of(request)
    service.access.caller(request, "operator")
    archive = await service.submissions.archive(request.path_params["submission"])
    return Response(archive, media_type=_BYTES)


async def ask(request: Request) -> Response:
    """Answer a question to the stakeholder; in a live session 202, it is with the interviewer."""
    service = service_of(request)
    caller = service.access.caller(request, "kernel")
    body = await read_object(request, limit_bytes=LONGEST_SMALL_BODY)
    allow_only(body, "question")
    service.deadlines.refuse_paused(caller.session)
    book, place = _book(service, caller), _place(service, caller)
    if service.sessions.get(caller.session).is_live:
        return await tell_question(
            service, await service.live.put(book, place, body.get("question"))
        )
    return JSONResponse(await service.stakeholders.answer(book, place, body.get("question")))


async def note_hypothesis(request: Request) -> Response:
    """Put an idea on record, or what became of an earlier one."""
    service = service_of(request)
    caller = service.access.caller(request, "kernel")
    body = await read_object(request, limit_bytes=LONGEST_SMALL_BODY)
    allow_only(body, "text", "status", "id")
    idea = notes.read_idea(body)
    book, place = _book(service, caller), _place(service, caller)
    return JSONResponse(
        await service.writer.do(lambda c: notes.note_idea(c, book, place, idea)), status_code=201
    )


async def note_check(request: Request) -> Response:
    """Put on record what check() says it found."""
    service = service_of(request)
    caller = service.access.caller(request, "kernel")
    body = await read_object(request, limit_bytes=_LONGEST_CHECK)
    allow_only(body, "exercise", "problems")
    exercise = text_field(body, "exercise", longest=60)
    card = service.sessions.card(caller.session, exercise)
    problems = notes.read_problems(body)
    book = _book(service, caller)
    place = replace(_place(service, caller), exercise=card.slug)
    await service.writer.do(lambda c: notes.note_check(c, book, place, problems))
    return JSONResponse({})


async def _wait_for_its_cell(service: Service, caller: Caller) -> None:
    """Wait until the cell that asks is on record, ten seconds at most.

    After an outage S sends what it spooled in order: when the asking cell has come, so has all
    that was run before it, and the submission holds it.
    """
    before = None
    for _ in range(200 if caller.kernel_id is not None else 0):
        now = service.running.place(caller.session, caller.kernel_id).msg_id
        if now is not None and now == before:  # twice the same: nothing older is still coming in
            return
        before = now
        await asyncio.sleep(0.05)


async def _submit(request: Request, role: Role) -> Response:
    service = service_of(request)
    caller = service.access.caller(request, role)
    body = await read_object(request, limit_bytes=LONGEST_SMALL_BODY)
    exercise = text_field(body, "exercise", longest=60)
    await service.submissions.admit(caller.session, exercise)
    await service.live.settle(caller.session, exercise)
    return told(await service.submissions.take(caller.session, exercise), 201)


def _tell_failure(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and task.exception() is not None:
        _log.error("time away was not given back: %s", task.exception())


def _is_good(service: Service, socket: WebSocket) -> bool:
    try:
        service.access.caller(socket, "lab")
    except Refusal as no:
        return no.status == 503  # the pass is good and the session is not ours: the write says so
    return True


def _book(service: Service, caller: Caller) -> notes.Notepad:
    return notes.Notepad(
        witness=service.witness,
        clock=service.clock,
        session=caller.session,
        key=service.sessions.key(caller.session),
    )


def _place(service: Service, caller: Caller) -> Place:
    """Return where a kernel's request comes from, with an exercise of the session's."""
    place = service.running.place(caller.session, caller.kernel_id)
    card = service.sessions.card_at(caller.session, place.exercise)
    return replace(place, exercise=card.slug)
