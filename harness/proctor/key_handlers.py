"""The operator's routes for the proctor's own keys: which there are, a new one, a stolen one.

Runs in zone G. All of them take the operator's pass; no private half and no pass is ever told.
"""

from __future__ import annotations

import asyncio

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from harness.core.errors import YoursToFix
from harness.core.keyring import read_time
from harness.proctor import words
from harness.proctor.bodies import allow_only, read_object, text_field
from harness.proctor.handlers import LONGEST_SMALL_BODY, service_of


async def list_keys(request: Request) -> Response:
    """List the public halves with their times, as public.txt has them."""
    service = service_of(request)
    service.access.caller(request, "operator")
    return JSONResponse({"keys": service.signer.ring.to_text().splitlines()})


async def rotate_key(request: Request) -> Response:
    """Sign with a new key from now on."""
    service = service_of(request)
    service.access.caller(request, "operator")
    allow_only(await read_object(request, limit_bytes=LONGEST_SMALL_BODY))
    name = await asyncio.to_thread(service.signer.rotate)
    return JSONResponse({"key": name, "keys": service.signer.ring.to_text().splitlines()})


async def revoke_key(request: Request) -> Response:
    """Declare a key's signatures from a time on worthless; the key of now vouches anew."""
    service = service_of(request)
    service.access.caller(request, "operator")
    body = await read_object(request, limit_bytes=LONGEST_SMALL_BODY)
    allow_only(body, "key", "since")
    key_id = text_field(body, "key", longest=64)
    try:
        since = read_time(text_field(body, "since", longest=40), what="since")
        await asyncio.to_thread(service.signer.revoke, key_id, since)
    except YoursToFix as problem:
        raise words.bad_value(f"{problem}.") from problem
    journals = await service.witness.countersign()
    told = service.signer.ring.to_text().splitlines()
    return JSONResponse({"key": key_id, "journals": journals, "keys": told})


async def renew_operator(request: Request) -> Response:
    """Put a fresh operator's pass into its file; the one of this request is no longer good."""
    service = service_of(request)
    service.access.caller(request, "operator")
    allow_only(await read_object(request, limit_bytes=LONGEST_SMALL_BODY))
    service.tokens.renew_operator()
    return JSONResponse({"status": "renewed"})
