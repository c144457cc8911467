"""/v1/embeddings: vectors of texts by the encoder or a provider, kept and paid like any call.

Runs in zone G and in replay; what comes in is hostile JSON. The record keeps each vector as base64
of float32; a client that asks for numbers gets the same numbers.
"""

from __future__ import annotations

import asyncio
import base64
import struct
from collections.abc import Mapping
from typing import Any

from starlette.responses import JSONResponse, Response

from harness.proctor import words
from harness.proctor.access import Caller
from harness.proctor.chat import admitted, answered
from harness.proctor.desk import Desk, settle, usage_of
from harness.proctor.wire import EMBEDDINGS, Asked, call_id_of, request_key

MOST_TEXTS = 512
_OFFERED = frozenset({"model", "input", "encoding_format", "user"})


def read_embeddings(body: Mapping[str, Any], *, call_id: str | None = None) -> tuple[Asked, bool]:
    """Return the request in a body, and whether vectors are told as numbers.

    Args:
        body: the parsed JSON object; a null is as good as absent.
        call_id: of the header x-call-id, as for a chat.

    Raises:
        Refusal: 400 with the parameter's name and what to send instead.
    """
    given = {name: value for name, value in body.items() if value is not None}
    for name in given:
        if name not in _OFFERED:
            raise words.parameter_not_offered(name)
    model, form = given.get("model"), given.get("encoding_format", "float")
    if not isinstance(model, str) or not model:
        raise words.bad_value('"model" should be the name of a model.', param="model")
    if form not in ("float", "base64"):
        raise words.bad_value(
            '"encoding_format" should be float or base64.', param="encoding_format"
        )
    texts = _texts(given.get("input"))
    canonical: dict[str, Any] = {"model": model, "input": texts}
    if call_id is not None:
        canonical["call_id"] = call_id_of(call_id)
    asked = Asked(
        model=model,
        messages=[{"role": "user", "content": text} for text in texts],
        params={},
        n=1,
        max_tokens=1,
        is_streamed=False,
        with_usage=False,
        canonical=canonical,
        key=request_key(canonical, EMBEDDINGS),
        endpoint=EMBEDDINGS,
    )
    return asked, form == "float"


async def embed(desk: Desk, caller: Caller, asked: Asked, *, as_numbers: bool) -> Response:
    """Answer one request for vectors.

    Args:
        desk: what a call needs.
        caller: a kernel.
        asked: the request.
        as_numbers: whether vectors are told as lists of numbers.

    Raises:
        Refusal: any row of the catalogue from 2 to 13.
    """
    flight = await admitted(desk, caller, asked)
    texts, provider = asked.canonical["input"], flight.called.provider
    asking = desk.providers.embed(provider, texts) if provider else desk.worker.embed(texts)
    vectors, count = await answered(desk, flight, asking)
    answer = {"usage": {"prompt_tokens": count, "completion_tokens": 0}}
    told = {
        "object": "list", "model": asked.model,
        "data": [{"object": "embedding", "index": index, "embedding": vector}
                 for index, vector in enumerate(vectors)],
        "usage": {"prompt_tokens": count, "total_tokens": count},
    }  # fmt: skip
    headers = {
        "x-call-id": flight.call.id,
        "x-cost-usd": format(usage_of(flight, answer).cost_usd, "f"),
    }
    await asyncio.shield(desk.finish(settle(desk, flight, answer, told)))
    return JSONResponse(as_numbered(told) if as_numbers else told, headers=headers)


def as_numbered(told: Mapping[str, Any]) -> dict[str, Any]:
    """Return an answer with its vectors as lists of numbers."""
    rows = [row | {"embedding": _numbers(row["embedding"])} for row in told["data"]]
    return {**told, "data": rows}


def _numbers(vector: str) -> list[float]:
    data = base64.b64decode(vector, validate=True)
    return list(struct.unpack(f"<{len(data) // 4}f", data))


def _texts(value: object) -> list[str]:
    texts = [value] if isinstance(value, str) else value
    if not isinstance(texts, list) or not 0 < len(texts) <= MOST_TEXTS:
        raise words.bad_value(
            f'"input" should be a text or a list of 1 to {MOST_TEXTS} texts.', param="input"
        )
    for index, text in enumerate(texts):
        if not isinstance(text, str) or not text:
            raise words.bad_value(
                f'"input[{index}]" should be a text that is not empty; numbers of tokens are not '
                "taken.",
                param=f"input[{index}]",
            )
    return texts
