"""One model call from its arrival to its last byte: set aside, written down, asked, settled.

Runs in zone G. The order is the promise: nobody is asked before the worst case is set aside and
the row is committed as open, and no last byte leaves before the row is committed as it ended.
The reading the embedded model makes of a prompt goes into the record, never to the kernel.
"""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Awaitable
from dataclasses import replace
from typing import Any, TypeVar

from starlette.responses import JSONResponse, Response

from harness.core.card import ExerciseCard
from harness.core.records import Call
from harness.proctor import wire, words
from harness.proctor.access import Caller
from harness.proctor.called import Called
from harness.proctor.completion import usage_value, whole
from harness.proctor.desk import Desk, Flight, fail, open_call, settle, simulated_s, usage_of
from harness.proctor.errors import Refusal, WorkerAway, WorkerBroken, WorkerRefused, WorkerSlow
from harness.proctor.functions import PARAMETERS
from harness.proctor.passing import PassedStream
from harness.proctor.prices import Tier
from harness.proctor.purse import Worst
from harness.proctor.spelling import CHAT, Spelling
from harness.proctor.streaming import EventStream

T = TypeVar("T")
DEFAULT_MAX_TOKENS = 4_096
"""The longest answer of the embedded model when a request states no max_tokens."""


async def complete(
    desk: Desk, caller: Caller, asked: wire.Asked, *, spelling: Spelling = CHAT
) -> Response:
    """Answer one chat request.

    Args:
        desk: what a call needs.
        caller: a kernel.
        asked: the request.
        spelling: how the answer is told.

    Raises:
        Refusal: any row of the catalogue from 2 to 13.
    """
    flight = await admitted(desk, caller, asked)
    provider = flight.called.provider
    if asked.is_streamed and provider is not None and provider.passes_streams:
        longest = _longest(asked, flight.called.tier)
        return PassedStream(desk, flight, provider, longest=longest, spelling=spelling)
    return await _answer(desk, flight, await _ask(desk, flight), spelling)


async def admitted(desk: Desk, caller: Caller, asked: wire.Asked) -> Flight:
    """Set a call's worst case aside, write it down as open and return it; nobody is asked yet.

    Args:
        desk: what a call needs.
        caller: a kernel.
        asked: the request.

    Raises:
        Refusal: no such model, no money, no time, or the models are away.
    """
    began, at = time.monotonic(), desk.clock.now()
    place = desk.running.place(caller.session, caller.kernel_id)
    card = desk.sessions.card_at(caller.session, place.exercise)
    called = await _called(desk, card, asked)
    _check_needs(desk, card, asked, called)
    desk.deadlines.admit(caller.session, card)
    desk.purse.begin(caller.session, card)
    worst = await _worst(desk, caller.session, card, asked, called)
    reservation = await desk.purse.reserve(caller.session, card, worst)
    call = Call.of_checked(
        schema_=1,
        id=f"call-{secrets.token_hex(12)}",
        session=caller.session,
        exercise=card.slug,
        at=at,
        kernel_id=place.kernel_id,
        cell_id=place.cell_id,
        msg_id=place.msg_id,
        alias=asked.model,
        route=called.route,
        key=asked.key,
        occurrence=0,
        status="open",
        http_status=None,
        streamed=asked.is_streamed,
        reserved_usd=worst.usd,
        usage=None,
        latency_s=None,
        request=asked.canonical,
        response=None,
    )
    return await open_call(desk, Flight(asked, call, called, reservation, began))


async def _called(desk: Desk, card: ExerciseCard, asked: wire.Asked) -> Called:
    """Return the model as this exercise has it, once the models are ready to answer."""
    makes_vectors = asked.endpoint == wire.EMBEDDINGS
    is_kind = desk.aliases.makes_vectors
    known = tuple(name for name in card.models if is_kind(name) == makes_vectors)
    if asked.model not in known:
        raise words.no_such_model(asked.model, known)
    found = desk.aliases.find(card, asked.model)
    if found is not None and (found.provider is not None or desk.worker.state == "ready"):
        return found
    try:
        await desk.worker.wait_ready()
    except WorkerAway as problem:
        raise words.models_away() from problem
    called = desk.aliases.find(card, asked.model)
    if called is None:
        known = tuple(name for name in known if desk.aliases.find(card, name))
        raise words.no_such_model(asked.model, known)
    return called


def _check_needs(desk: Desk, card: ExerciseCard, asked: wire.Asked, called: Called) -> None:
    """Refuse a parameter that this model does not take, and say which models do."""
    for name in asked.needs:
        if name not in called.offers:
            others = ((other, desk.aliases.find(card, other)) for other in card.models)
            have = tuple(other for other, one in others if one and name in one.offers)
            if name == "images":
                raise words.reads_text_only(asked.model, "messages", have)
            raise words.model_lacks(asked.model, name, have)


async def _worst(
    desk: Desk, session: str, card: ExerciseCard, asked: wire.Asked, called: Called
) -> Worst:
    """Return the most a call can take; counted by the model only when the bound is too wide."""
    if asked.endpoint == wire.EMBEDDINGS and called.provider is not None:
        each = replace(called.tier, window=called.tier.window * len(asked.messages))
        return _most(asked, each, asked.most_prompt_tokens)  # its window is that of one text
    bound = _most(asked, called.tier, called.most_prompt_tokens(asked))
    if asked.endpoint != wire.ENDPOINT:
        return bound
    if called.provider is not None or desk.purse.has_room(session, card, bound):
        return bound  # a provider counts by itself: no count of ours is an upper bound
    try:
        counted = await desk.worker.count(
            called.worker_name, asked.messages, profile=called.profile
        )
        return _most(asked, called.tier, counted)
    except (WorkerRefused, WorkerBroken):
        return bound
    except (WorkerAway, WorkerSlow) as problem:
        raise words.models_away() from problem


def _most(asked: wire.Asked, tier: Tier, prompt_tokens: int) -> Worst:
    prompt = min(prompt_tokens, tier.window)
    answer = asked.n * _longest(asked, tier)
    return Worst(usd=tier.cost_usd(prompt, answer), tokens=prompt + answer)


def _longest(asked: wire.Asked, tier: Tier) -> int:
    """Return the most tokens of one choice."""
    return min(asked.max_tokens or DEFAULT_MAX_TOKENS, tier.window)


async def _ask(desk: Desk, flight: Flight) -> dict[str, Any]:
    asked, provider = flight.asked, flight.called.provider
    if provider is not None:
        longest = _longest(asked, flight.called.tier)
        return await answered(desk, flight, desk.providers.chat(provider, asked, longest))
    params = {name: value for name, value in asked.params.items() if name not in PARAMETERS}
    called = flight.called
    asking = desk.worker.chat(called.worker_name, asked.messages, params, profile=called.profile)
    return await answered(desk, flight, asking)


async def answered(desk: Desk, flight: Flight, asking: Awaitable[T]) -> T:
    """Return a model's answer; a call that has none is written as failed and given back.

    Args:
        desk: what a call needs.
        flight: the call.
        asking: the model, asked.

    Raises:
        Refusal: what the kernel is told instead.
    """
    try:
        return await asking
    except Refusal as no:
        await asyncio.shield(desk.finish(fail(desk, flight, no)))
        raise
    except (WorkerRefused, WorkerAway, WorkerSlow, WorkerBroken) as problem:
        refusal = _translate(problem, flight.asked.model, desk.worker.answer_within_s)
        await asyncio.shield(desk.finish(fail(desk, flight, refusal)))
        raise refusal from problem
    except BaseException:
        desk.finish(fail(desk, flight, words.models_away()))
        raise


def _translate(problem: Exception, model: str, waited_s: float) -> Refusal:
    """Return the catalogue's words for what the worker's client raised."""
    if isinstance(problem, WorkerSlow):
        return words.too_slow(model, waited_s=waited_s)
    if isinstance(problem, WorkerRefused) and problem.code != "internal":
        return Refusal(str(problem), status=400, code=problem.code, param=problem.param)
    return words.models_away()


async def _answer(
    desk: Desk, flight: Flight, answer: dict[str, Any], spelling: Spelling
) -> Response:  # fmt: skip
    completed = whole(
        flight.call.id, flight.asked.model, answer["choices"],
        created=int(flight.call.at.timestamp()), usage=usage_value(answer["usage"]),
        system_fingerprint=answer.get("fingerprint", "simulated"),
    )  # fmt: skip
    usage = usage_of(flight, answer)
    headers = {
        "x-call-id": flight.call.id,
        "x-cost-usd": format(usage.cost_usd, "f"),
    }
    takes_s = simulated_s(desk, flight, answer)
    if flight.asked.is_streamed:

        async def settle_as(told: dict[str, Any]) -> None:
            await settle(desk, flight, answer, told, usage)

        return EventStream(
            completed, headers=headers, takes_s=takes_s, flight=flight, desk=desk,
            spelling=spelling, settle=settle_as,
        )  # fmt: skip
    await asyncio.shield(desk.finish(settle(desk, flight, answer, completed, usage)))
    if (early_s := flight.began + takes_s - time.monotonic()) > 0:
        await asyncio.sleep(early_s)
    return JSONResponse(spelling.whole(flight.asked, completed), headers=headers)
