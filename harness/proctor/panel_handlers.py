"""The routes behind the candidate's own pages: the side panel, the plain page, the pre-brief.

Runs in zone G. The candidate's server asks, for a person who pressed something; what is written
down this way goes through the same functions as what a kernel sends, and says where it came from.

    show_sitting                 GET /s/sitting
    show_purse                   GET /s/purse/{slug}
    list_own_models              GET /s/models/{slug}
    list_questions, ask          GET /s/questions/{slug}, POST /s/ask
    wait_for_answer              GET /s/ask/{question}
    list_ideas, note_idea        GET and POST /s/hypotheses[/{slug}]
    list_receipts                GET /s/receipts/{slug}
    give_record                  GET /s/record
    try_model                    POST /s/model-check
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse

from harness.core import promises
from harness.core.card import ExerciseCard
from harness.core.errors import AuditionError
from harness.core.records import Budget, ExerciseState, Receipt
from harness.proctor import notes, panel_views
from harness.proctor.access import Caller
from harness.proctor.bodies import allow_only, read_object, text_field
from harness.proctor.errors import Refusal
from harness.proctor.handlers import LONGEST_SMALL_BODY, service_of, tiers_of
from harness.proctor.live_handlers import POLL_S
from harness.proctor.live_questions import Question
from harness.proctor.own_record import OwnRecord
from harness.proctor.panel_views import Whose, question_value
from harness.proctor.running import Place
from harness.proctor.saves import notebook_path
from harness.proctor.stakeholder import read_question

if TYPE_CHECKING:
    from harness.proctor.service import Service

PANEL = "panel"
"""What the record calls the candidate's own pages; all of them, so that it tells nobody which."""


async def show_sitting(request: Request) -> Response:
    """Show what is sat, what was submitted, and what is promised."""
    service, caller = _asked(request)
    opened = service.sessions.get(caller.session)
    card = await service.sessions.describe(caller.session)
    last = await service.writer.read(lambda c: panel_views.last_receipts(c, caller.session))
    exercises = [
        _sitting_value(service, caller, number, state, last.get(state.card.slug))
        for number, state in enumerate(card.exercises, 1)
    ]
    return JSONResponse(
        {
            "session": caller.session,
            "exercises": exercises,
            "recorded": promises.RECORDED,
            "seen_by_reviewers": promises.SEEN_BY_REVIEWERS,
            "never_seen": promises.NEVER_SEEN,
            "help_policy": promises.HELP_POLICY,
            "live": opened.is_live,
        }
    )


async def show_purse(request: Request) -> Response:
    """Show what is left in the purse of an exercise, and what the last call cost."""
    service, caller = _asked(request)
    card = _card(service, caller, request)
    found = service.tools.budget(caller.session, card, service.purse.budget(caller.session, card))
    last = await service.writer.read(lambda c: panel_views.last_call(c, caller.session, card.slug))
    left = max(found.usd_limit - found.usd_spent - found.usd_reserved, found.usd_limit * 0)
    return JSONResponse(
        {
            "usd_purse": format(found.usd_limit, "f"),
            "usd_spent": format(found.usd_spent, "f"),
            "usd_left": format(left, "f"),
            "calls_limit": found.calls_limit,
            "calls_left": max(0, found.calls_limit - found.calls_made),
            "tokens_limit": found.tokens_limit,
            "tokens_left": max(0, found.tokens_limit - found.tokens_used),
            "calls_per_minute": card.purse.calls_per_minute,
            "last_call": last,
            **_minutes(found),
        }
    )


def _minutes(found: Budget) -> dict[str, str | None]:
    limit, used = found.minutes_limit, found.minutes_used
    if limit is None or used is None:
        return {"minutes_limit": None, "minutes_left": None}
    return {"minutes_limit": f"{limit:f}", "minutes_left": f"{max(limit - used, limit * 0):f}"}


async def list_own_models(request: Request) -> Response:
    """List the models of an exercise with their prices."""
    service, caller = _asked(request)
    card = _card(service, caller, request)
    tiers = await tiers_of(service, (card,))
    makes_vectors = service.aliases.makes_vectors
    return JSONResponse(
        {
            "models": [
                {
                    "name": tier.name,
                    "window": tier.window,
                    "usd_in_per_million": format(tier.usd_in_per_million, "f"),
                    "usd_out_per_million": format(tier.usd_out_per_million, "f"),
                    "kind": "embeddings" if makes_vectors(tier.name) else "chat",
                }
                for tier in tiers
            ]
        }
    )


async def list_questions(request: Request) -> Response:
    """List the questions of an exercise, wherever they were asked from."""
    service, caller = _asked(request)
    whose = _whose(service, caller, _card(service, caller, request))
    topics = _topics(service, whose.exercise)
    found = await service.writer.read(
        lambda c: panel_views.list_questions(c, whose, lambda name: topics.get(name, name))
    )
    return JSONResponse({"questions": found})


async def ask(request: Request) -> Response:
    """Answer a question to the stakeholder; in a live session it waits for the interviewer."""
    service, caller = _asked(request)
    body = await read_object(request, limit_bytes=LONGEST_SMALL_BODY)
    allow_only(body, "exercise", "question")
    card = service.sessions.card(caller.session, text_field(body, "exercise", longest=60))
    question = read_question(body.get("question"))
    service.deadlines.refuse_paused(caller.session)
    service.deadlines.refuse_unstarted(caller.session, card.slug)
    book, place = _book(service, caller), Place(exercise=card.slug)
    if service.sessions.get(caller.session).is_live:
        return await _tell(service, await service.live.put(book, place, question))
    done = await service.stakeholders.answer_on_record(book, place, question)
    value = question_value(done.id, done.at, done.question, done.said.to_kernel())
    return JSONResponse(value, status_code=201)


async def wait_for_answer(request: Request) -> Response:
    """Give a question that is with the interviewer, once it is answered or after a while."""
    service, caller = _asked(request)
    question = await service.live.find(caller.session, request.path_params["question"])
    await service.live.wait(question, POLL_S, request.is_disconnected)
    if await request.is_disconnected():
        return Response(status_code=204)  # nobody reads it, and the answer stays to be fetched
    return await _tell(service, question)


async def list_ideas(request: Request) -> Response:
    """List the ideas of an exercise as they stand."""
    service, caller = _asked(request)
    whose = _whose(service, caller, _card(service, caller, request))
    found = await service.writer.read(lambda c: panel_views.list_ideas(c, whose))
    return JSONResponse({"hypotheses": found})


async def note_idea(request: Request) -> Response:
    """Put an idea on record, or what became of an earlier one of the same exercise."""
    service, caller = _asked(request)
    body = await read_object(request, limit_bytes=LONGEST_SMALL_BODY)
    allow_only(body, "exercise", "text", "status", "id")
    card = service.sessions.card(caller.session, text_field(body, "exercise", longest=60))
    idea, book = notes.read_idea(body), _book(service, caller)
    place = Place(exercise=card.slug)

    def job(connection: Any) -> dict[str, Any]:
        if idea.id is not None:
            notes.refuse_elsewhere(connection, caller.session, card.slug, idea.id)
        return notes.note_idea(connection, book, place, idea)

    made = await service.writer.do(job)
    whose = _whose(service, caller, card)
    found = await service.writer.read(lambda c: panel_views.list_ideas(c, whose))
    return JSONResponse(next(one for one in found if one["id"] == made["id"]), status_code=201)


async def list_receipts(request: Request) -> Response:
    """List the receipts of an exercise, oldest first."""
    service, caller = _asked(request)
    slug = _card(service, caller, request).slug
    found = await service.writer.read(lambda c: panel_views.list_receipts(c, caller.session, slug))
    return JSONResponse({"receipts": found})


async def give_record(request: Request) -> Response:
    """Give everything that is on record of the session, as a zip that is made while it is sent."""
    service, caller = _asked(request)
    record = OwnRecord(
        writer=service.writer,
        blobs=service.blobs,
        session=caller.session,
        key=service.sessions.key(caller.session),
        at=service.clock.now(),
    )
    headers = {"content-disposition": f'attachment; filename="{record.name}"'}
    return StreamingResponse(record.pieces(), headers=headers, media_type="application/zip")


async def try_model(request: Request) -> Response:
    """Call the model once, for nobody's purse and nobody's record."""
    service, caller = _asked(request)
    allow_only(await read_object(request, limit_bytes=LONGEST_SMALL_BODY))
    return JSONResponse((await service.trials.run(caller.session)).to_value())


def _asked(request: Request) -> tuple[Service, Caller]:
    service = service_of(request)
    return service, service.access.caller(request, "lab")


def _card(service: Service, caller: Caller, request: Request) -> ExerciseCard:
    return service.sessions.card(caller.session, request.path_params["slug"])


def _whose(service: Service, caller: Caller, card: ExerciseCard) -> Whose:
    return Whose(caller.session, card.slug, service.sessions.key(caller.session))


def _book(service: Service, caller: Caller) -> notes.Notepad:
    return notes.Notepad(
        witness=service.witness,
        clock=service.clock,
        session=caller.session,
        key=service.sessions.key(caller.session),
        origin=PANEL,
    )


async def _tell(service: Service, question: Question) -> Response:
    """Return a live question as the pages show it; `waiting` says that it is to be asked for."""
    answer = question.answer
    told = answer.value if answer else None
    value = question_value(question.id, question.at, question.text, told)
    if answer is None:
        if service.draining.is_on:  # else whoever waits would ask again at once, and again
            raise service.draining.refusal()
        return JSONResponse(value | {"waiting": question.id}, status_code=202)
    await service.live.deliver(question)
    return JSONResponse(value)


def _sitting_value(
    service: Service, caller: Caller, number: int, state: ExerciseState, last: Receipt | None
) -> dict[str, Any]:
    card = state.card
    submitted = last and {
        name: last.to_value()[name] for name in ("number", "at", "submission", "manifest_sha256")
    }
    return {
        "slug": card.slug,
        "title": card.title,
        "number": number,
        "path": notebook_path(card.slug),
        "minutes": service.deadlines.minutes(caller.session, card.slug),
        "is_timed": card.minutes is not None,
        "has_part_two": state.parts_delivered > 1,
        "submitted": submitted,
        "stakeholder": _stakeholder(service, card.slug),
    }


def _stakeholder(service: Service, slug: str) -> str | None:
    try:
        return service.photographs.facts(slug).stakeholder
    except Refusal:  # it has no fact sheet
        return None


def _topics(service: Service, slug: str) -> dict[str, str]:
    try:
        return {fact.id: fact.topic for fact in service.photographs.facts(slug).facts}
    except AuditionError:
        return {}
