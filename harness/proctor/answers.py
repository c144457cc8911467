"""Errors as they leave: `{"error": {message, type, param, code}}` and whether to ask again.

Runs in zone G. Nothing of a traceback, a path or another's data is ever in an answer.
"""

from __future__ import annotations

import math
from http import HTTPStatus
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from harness.proctor import words
from harness.proctor.errors import Refusal


def error_value(refusal: Refusal) -> dict[str, Any]:
    """Return a refusal's body."""
    return {
        "error": {
            "message": str(refusal),
            "type": refusal.kind,
            "param": refusal.param,
            "code": refusal.code,
        }
    }


def error_response(refusal: Refusal) -> Response:
    """Return a refusal as it leaves, with the word on whether a retry helps."""
    headers = {"x-should-retry": "false"}
    if refusal.retry_after_s is not None:
        headers = {
            "x-should-retry": "true",
            "retry-after": str(max(1, math.ceil(refusal.retry_after_s))),
        }
    return JSONResponse(error_value(refusal), status_code=refusal.status, headers=headers)


def raw_answer(response: Response) -> bytes:
    """Return an answer as bytes for a connection that no HTTP server has taken yet."""
    phrase = HTTPStatus(response.status_code).phrase
    head = [f"HTTP/1.1 {response.status_code} {phrase}".encode("ascii")]
    head += [name + b": " + value for name, value in response.raw_headers]
    return b"\r\n".join([*head, b"connection: close", b"", bytes(response.body)])


async def tell_refusal(request: Request, problem: Exception) -> Response:
    """Answer a Refusal raised in a handler."""
    assert isinstance(problem, Refusal)
    return error_response(problem)


async def tell_http(request: Request, problem: Exception) -> Response:
    """Answer what the router itself refuses: no such path, no such method."""
    assert isinstance(problem, HTTPException)
    if problem.status_code == 405:
        return error_response(Refusal(
            f"{request.method[:16]} is not taken here.", status=405, code="method_not_allowed"
        ))  # fmt: skip
    if problem.status_code == 404:
        return error_response(words.not_found(f"door {request.url.path[:80]}"))
    return error_response(
        Refusal(str(problem.detail), status=problem.status_code, code="bad_request")
    )


async def tell_unwritten(request: Request, problem: Exception) -> Response:
    """Answer a write that did not reach the disk: nothing of it is kept, so a retry is right."""
    return error_response(words.models_away(retry_after_s=2.0))


async def tell_defect(request: Request, problem: Exception) -> Response:
    """Answer a defect of ours; the traceback goes to the log alone."""
    return error_response(words.broken_inside())
