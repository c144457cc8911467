"""Request bodies, read with a cap and parsed by the one strict reader.

Runs in zone G. Every byte is hostile: size first, then UTF-8, JSON, doubled keys, numbers that
are none, depth; each failure is a sentence that says what to send instead.
"""

from __future__ import annotations

import asyncio
from typing import Any

from starlette.requests import Request

from harness.core.canonical import parse_json
from harness.core.errors import BadJournal
from harness.proctor import words

_DEEPEST = 48
_PARSED_AT_ONCE_BYTES = 64 << 10


async def read_body(request: Request, *, limit_bytes: int) -> bytes:
    """Return the body.

    Args:
        request: its body not yet read.
        limit_bytes: more than this is refused, before it is read where the length is stated.

    Raises:
        Refusal: 413 for too much; 400 when the sender went away in the middle.
    """
    stated = request.headers.get("content-length", "0")
    if not stated.isascii() or not stated.isdecimal() or int(stated[:18]) > limit_bytes:
        raise words.body_too_large(limit_bytes)
    pieces: list[bytes] = []
    size, is_whole = 0, False
    while not is_whole:
        message = await request.receive()
        if message["type"] == "http.disconnect":
            raise words.bad_value("The request was cut short.")
        piece = message.get("body", b"")
        pieces.append(piece)
        size += len(piece)
        if size > limit_bytes:
            raise words.body_too_large(limit_bytes)
        is_whole = not message.get("more_body", False)
    return b"".join(pieces)


async def read_object(request: Request, *, limit_bytes: int) -> dict[str, Any]:
    """Return the JSON object in the body.

    Args:
        request: its body not yet read.
        limit_bytes: as for read_body.

    Raises:
        Refusal: 413, or 400 with what is off and where.
    """
    body = await read_body(request, limit_bytes=limit_bytes)
    if len(body) > _PARSED_AT_ONCE_BYTES:
        return await asyncio.to_thread(parse_object, body)  # others are served meanwhile
    return parse_object(body)


def parse_object(body: bytes) -> dict[str, Any]:
    """Return the JSON object in these bytes.

    Raises:
        Refusal: 400 with what is off and where.
    """
    try:
        value = parse_json(body, what="the request's body", max_depth=_DEEPEST)
    except BadJournal as problem:
        raise words.bad_value(f"{_capital(str(problem))}. Send one JSON object.") from problem
    if not isinstance(value, dict):
        raise words.bad_value("The request's body is JSON but not an object. Send one JSON object.")
    return value


def allow_only(body: dict[str, Any], *names: str) -> None:
    """Refuse a body with fields this route does not have.

    Raises:
        Refusal: 400 naming the first of them.
    """
    for name in body:
        if name not in names:
            raise words.parameter_not_offered(name)


def text_field(body: dict[str, Any], name: str, *, longest: int) -> str:
    """Return a field that has to be a text with something in it.

    Args:
        body: the object.
        name: the field.
        longest: most characters.

    Raises:
        Refusal: 400 for a field that is missing, blank, too long, or no text.
    """
    value = body.get(name)
    if not isinstance(value, str) or not value.strip():
        raise words.bad_value(f'"{name}" should be a text and is {_kind(value)}.', param=name)
    if len(value) > longest:
        raise words.bad_value(
            f'"{name}" has {len(value)} characters; at most {longest} are read.', param=name
        )
    return value


def _kind(value: object) -> str:
    if value is None:
        return "missing"
    return "blank" if isinstance(value, str) else f"a {type(value).__name__}"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
