"""The routes of live questions: the kernel's that waits, the interviewer's page, the operator's.

Runs in zone G.

    wait_for_answer              GET /k/ask/{question}
    show_page                    GET /live
    enter                        POST /live/enter
    show_state                   GET /live/state
    answer_question              POST /live/questions/{question}/answer
    make_interviewer             POST /interviewers
    end_interviewers             POST /interviewers/end
"""

from __future__ import annotations

import secrets
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from harness.core.clock import to_wire
from harness.proctor import words
from harness.proctor.bodies import allow_only, read_object
from harness.proctor.handlers import LONGEST_SMALL_BODY, service_of
from harness.proctor.interviewers import (
    cookie_of,
    interviewer_of,
    refuse_other_doors,
    refuse_other_pages,
)
from harness.proctor.live import SIMULATED
from harness.proctor.live_questions import Question
from harness.proctor.stakeholder import UNKNOWN, Said, tell_facts

if TYPE_CHECKING:
    from harness.proctor.service import Service

POLL_S = 20.0
"""How long one request waits for news; then it is asked again."""
LONGEST_ANSWER = 1_200
MOST_NEAR, MOST_RECENT = 4, 10
_HEADERS = {
    "cache-control": "no-store",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}
_CSP = (
    "default-src 'none'; script-src 'nonce-{nonce}'; style-src 'nonce-{nonce}'; "
    "connect-src 'self'; img-src data:; form-action 'none'; base-uri 'none'; "
    "frame-ancestors 'none'"
)


async def wait_for_answer(request: Request) -> Response:
    """Give the answer to a question that is with the interviewer, or say that it still is."""
    service = service_of(request)
    caller = service.access.caller(request, "kernel")
    question = await service.live.find(caller.session, request.path_params["question"])
    await service.live.wait(question, POLL_S, request.is_disconnected)
    if await request.is_disconnected():
        return Response(status_code=204)  # nobody reads it, and the answer stays to be fetched
    return await tell_question(service, question)


async def tell_question(service: Service, question: Question) -> Response:
    """Return a question's answer as it goes to the kernel; 202 while it waits."""
    if question.answer is None:
        if service.draining.is_on:  # else whoever waits would ask again at once, and again
            raise service.draining.refusal()
        return JSONResponse({"waiting": question.id}, status_code=202)
    await service.live.deliver(question)
    return JSONResponse(question.answer.value)


async def show_page(request: Request) -> Response:
    """Give the interviewer's page, which holds nothing yet."""
    refuse_other_doors(request)
    nonce = secrets.token_urlsafe(16)
    headers = _HEADERS | {"content-security-policy": _CSP.format(nonce=nonce)}
    page = _page().replace("{{ nonce }}", nonce)
    return Response(page, headers=headers, media_type="text/html; charset=utf-8")


async def enter(request: Request) -> Response:
    """Burn a link and keep the pass it gives in the browser that came with it."""
    refuse_other_pages(request)
    service = service_of(request)
    body = await read_object(request, limit_bytes=LONGEST_SMALL_BODY)
    allow_only(body, "secret")
    word = await service.interviewers.enter(body.get("secret"))
    headers = _HEADERS | {"set-cookie": cookie_of(request, word)}
    return JSONResponse({"entered": True}, headers=headers)


async def show_state(request: Request) -> Response:
    """Give what waits and what was answered; with ?seen=VERSION, once that has changed."""
    service = service_of(request)
    who = interviewer_of(request, service.interviewers)
    await service.live.change(request.query_params.get("seen", ""), POLL_S)
    if service.draining.is_on:
        raise service.draining.refusal()
    return JSONResponse(_state(service, who), headers=_HEADERS)


async def answer_question(request: Request) -> Response:
    """Take an interviewer's answer: facts of the sheet, typed words, or that it is not known."""
    service = service_of(request)
    who = interviewer_of(request, service.interviewers)
    body = await read_object(request, limit_bytes=LONGEST_SMALL_BODY)
    allow_only(body, "facts", "text", "unknown")
    kept = await service.live.answer(
        request.path_params["question"], who, lambda question: _said(service, question, body)
    )
    return JSONResponse({"text": kept.value["text"], "at": to_wire(kept.at)}, headers=_HEADERS)


async def make_interviewer(request: Request) -> Response:
    """Make a link for an interviewer; the one answer that holds its secret."""
    service = service_of(request)
    service.access.caller(request, "operator")
    link = await service.interviewers.make()
    told = {"interviewer": link.interviewer, "secret": link.secret,
            "expires_at": to_wire(link.expires_at)}  # fmt: skip
    return JSONResponse(told, status_code=201)


async def end_interviewers(request: Request) -> Response:
    """Make every interviewer's link and pass useless."""
    service = service_of(request)
    service.access.caller(request, "operator")
    return JSONResponse({"ended": await service.interviewers.end_all()})


def _said(service: Service, question: Question, body: dict[str, Any]) -> Said:
    """Return what an interviewer chose to say.

    Raises:
        Refusal: 400, it is not exactly one answer, or one that cannot be used.
    """
    if len(body) != 1:
        raise words.bad_value('An answer is one of "facts", "text" and "unknown".')
    if body.get("unknown") is True:
        return Said(UNKNOWN)
    names, text = body.get("facts"), body.get("text")
    if isinstance(text, str):
        shown = "".join(char for char in text if char in "\n\t" or char.isprintable()).strip()
        if not shown or len(shown) > LONGEST_ANSWER:
            raise words.bad_value(
                f"An answer has from 1 to {LONGEST_ANSWER} characters and this one has "
                f"{len(shown)}.",
                param="text",
            )
        return Said(shown)
    known = {fact.id: fact for fact in service.stakeholders.sheet(question.exercise).facts}
    is_sound = isinstance(names, list) and 1 <= len(names) <= 2
    if not is_sound or not all(isinstance(name, str) and name in known for name in names or ()):
        raise words.bad_value('"facts" names one or two facts of the sheet.', param="facts")
    return tell_facts(tuple(known[name] for name in names or ()))


def _state(service: Service, who: str) -> dict[str, Any]:
    now, live = service.clock.now(), service.live
    return {
        "version": live.version,
        "within_s": live.within_s,
        "longest_answer": LONGEST_ANSWER,
        "unknown": UNKNOWN,
        "open": [
            _about(service, one)
            | {
                "waited_s": (now - one.at).total_seconds(),
                "left_s": max(0.0, (one.until - now).total_seconds()),
                "is_waited_for": one.is_waited_for(now),
                "suggestion": _suggestion(one),
            }
            for one in live.open()
        ],
        "recent": [
            _about(service, one)
            | {
                "text": one.answer.value["text"],
                "by": "sheet" if one.answer.by == SIMULATED
                else "you" if one.answer.by == who else "other",
                "took_s": (one.answer.at - one.at).total_seconds(),
            }
            for one in live.recent(MOST_RECENT)
            if one.answer is not None
        ],
    }  # fmt: skip


def _about(service: Service, question: Question) -> dict[str, Any]:
    opened = service.sessions.get(question.session)
    title = service.sessions.card(question.session, question.exercise).title
    return {
        "id": question.id,
        "candidate": opened.candidate,
        "exercise": title,
        "stakeholder": service.stakeholders.sheet(question.exercise).stakeholder,
        "question": question.text,
    }


def _suggestion(question: Question) -> dict[str, Any] | None:
    """Return what the sheet would say and what is near it; None while it is looked for."""
    if question.found is None:
        return None
    match = question.found.match
    told = [fact.id for fact in match.facts]
    near = [
        {"fact": fact.id, "topic": fact.topic, "answer": fact.answer, "score": round(score, 2)}
        for fact, score in match.ranked
        if fact.id in told or score > 0
    ]
    return {
        "by": question.found.by,
        "told": told,
        "is_everything": match.is_everything,
        "near": near[:MOST_NEAR],
    }


@cache
def _page() -> str:
    page = resources.files("harness.proctor") / "pages" / "live.html"
    return page.read_text(encoding="utf-8")
