"""The model worker: newline-delimited JSON on stdin and stdout.

Runs as a process of its own in zone G, started by the proctor as `python -m harness.models.worker`.
Lines come from the proctor but carry candidates' text, so each is treated as hostile: a bad line
gets an error line, never an end. End of input ends the worker.
"""

from __future__ import annotations

import base64
import gc
import importlib
import json
import logging
import os
import select
import sys
from collections.abc import Mapping
from typing import IO, TYPE_CHECKING, Any

from harness.core import logs
from harness.models import thrift

if TYPE_CHECKING:
    from harness.models.engine import Engine
    from harness.models.layers import Matrix
    from harness.models.profiles import AnyProfile

_LONGEST_LINE = 64 * 1024 * 1024
_MOST_TEXTS = 2_048
_TIDY_EVERY = 50
"""Answers until free memory is given back: 3 MB by then, and it takes a millisecond."""
_NO_PLUGINS = "PYDANTIC_DISABLE_PLUGINS"
_COUNTED = ("model", "messages")
_log = logging.getLogger(__name__)


def serve(engine: Engine, source: IO[bytes], sink: IO[bytes]) -> None:
    """Answer every line of source on sink until source ends; warm up while none comes."""
    _say(sink, {"ready": True})
    _warm(engine, source)
    answered = 0
    while True:
        line = source.readline(_LONGEST_LINE)
        if not line:
            return
        if not line.endswith(b"\n") and len(line) >= _LONGEST_LINE:
            while line and not line.endswith(b"\n"):
                line = source.readline(_LONGEST_LINE)
            _say(sink, _refusal(None, "bad_request", "the line is longer than 64 MiB"))
            continue
        if line.strip():
            _say(sink, answer(engine, line))
            answered += 1
            if answered % _TIDY_EVERY == 0:
                thrift.give_back()


def _warm(engine: Engine, source: IO[bytes]) -> None:
    """Do what a first call would wait for; a failure of it is no failure of any call."""
    try:
        door = source.fileno()
    except (OSError, ValueError):  # bytes in memory, all of them there at once
        return
    try:
        importlib.import_module("harness.models.doing")  # the half of the rules that do the work
        from harness.models.warming import warm

        warm(engine, lambda within_s: bool(select.select([door], [], [], within_s)[0]))
    except Exception:
        _log.exception("warming up failed")


def answer(engine: Engine, line: bytes) -> dict[str, Any]:
    """The reply to one line; every failure becomes an error object."""
    from harness.models.errors import BadRequest, ModelRefused

    name: object = None
    try:
        asked = _parse(line)
        name = asked.get("id")
        return {"id": name, "ok": True, **_perform(engine, asked)}
    except ModelRefused as exc:
        return {**_refusal(name, exc.code, str(exc)), "param": exc.param}
    except RecursionError:
        return _refusal(name, BadRequest.code, "the line is nested too deeply")
    except Exception:
        _log.exception("a call failed")
        return _refusal(name, "internal", "the embedded model failed on this call; see its log")


def _parse(line: bytes) -> Mapping[str, Any]:
    from harness.models.errors import BadRequest

    try:
        asked = json.loads(line)
    except (ValueError, UnicodeDecodeError) as exc:
        raise BadRequest("the line is not JSON") from exc
    if not isinstance(asked, dict):
        raise BadRequest("the line is JSON but not an object")
    return asked


def _perform(engine: Engine, asked: Mapping[str, Any]) -> dict[str, Any]:
    from harness.models.errors import BadRequest
    from harness.models.request import ChatRequest

    op = asked.get("op")
    if op == "chat":
        profile, params = _profile(asked), asked.get("params")
        if profile is not None and (params is None or isinstance(params, Mapping)):
            params = {"temperature": profile.temperature, **_given(params)}
        request = ChatRequest.from_wire(asked.get("model"), asked.get("messages"), params)
        return engine.chat(request, profile).model_dump(mode="json")
    if op == "count":
        request = ChatRequest.from_wire(*map(asked.get, _COUNTED))
        return {"prompt_tokens": engine.count(request, _profile(asked))}
    if op == "encode":
        return {"vectors": engine.encode(_texts(asked)).tolist()}
    if op == "embed":
        vectors, count = engine.embed(_texts(asked))
        told = [base64.b64encode(row.astype("<f4").tobytes()).decode() for row in vectors]
        return {"vectors": told, "prompt_tokens": count}
    if op == "learn":
        return _learn(asked)
    if op == "models":
        return {"models": _models()}
    if op == "ping":
        return {}
    raise BadRequest(
        f"op is {str(op)[:40]!r}; use chat, count, embed, encode, learn, models or ping"
    )


def _learn(asked: Mapping[str, Any]) -> dict[str, Any]:
    """A head learnt from vectors, signed bytes in base64, with their classes and weights."""
    from harness.models.errors import BadRequest
    from harness.models.learning import learn_head

    rows, classes, weights = _rows(asked), asked.get("classes"), asked.get("weights")
    ridge = asked.get("ridge")
    is_sound = (
        isinstance(classes, list)
        and isinstance(weights, list)
        and 0 < len(rows) == len(classes) == len(weights)
        and all(type(one) is int for one in classes)
        and set(classes) == set(range(len(set(classes))))
        and all(isinstance(one, float) and 0 < one < 1e6 for one in [*weights, ridge])
    )
    if not is_sound:
        raise BadRequest(
            "each vector has a class, counted from 0, and a weight above 0; so has ridge"
        )
    mean, head = learn_head(rows, classes or (), weights or (), ridge=float(ridge or 1))
    return {"mean": mean.tolist(), "head": head.T.tolist()}


def _rows(asked: Mapping[str, Any]) -> Matrix:
    import numpy as np

    from harness.models.errors import BadRequest
    from harness.models.layers import WIDTH

    try:
        data = base64.b64decode(asked.get("vectors") or "", validate=True)
    except (TypeError, ValueError) as exc:
        raise BadRequest("vectors should be base64") from exc
    if not data or len(data) % WIDTH or len(data) > _MOST_TEXTS * WIDTH:
        raise BadRequest(f"vectors should be at most {_MOST_TEXTS} times {WIDTH} bytes")
    rows = np.frombuffer(data, np.int8).reshape(-1, WIDTH).astype(np.float32)
    length = np.linalg.norm(rows, axis=1, keepdims=True)
    unit: Matrix = rows / np.maximum(length, 1)
    return unit


def _profile(asked: Mapping[str, Any]) -> AnyProfile | None:
    """The fault profile that came with a call to an exercise's alias."""
    from harness.models.profiles import profile_of_wire

    value = asked.get("profile")
    return None if value is None else profile_of_wire(value)


def _texts(asked: Mapping[str, Any]) -> list[str]:
    from harness.models.errors import BadRequest

    texts = asked.get("texts")
    if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
        raise BadRequest("texts must be a list of strings")
    if len(texts) > _MOST_TEXTS:
        raise BadRequest(f"texts has {len(texts)} entries; send at most {_MOST_TEXTS}")
    return texts


def _given(params: Mapping[str, Any] | None) -> dict[str, Any]:
    return {name: value for name, value in (params or {}).items() if value is not None}


def _models() -> list[dict[str, Any]]:
    """The tiers as the proctor lists and prices them, and the encoder."""
    from harness.models.tiers import EMBEDDER, EMBEDDER_USD_PER_MILLION, EMBEDDER_WINDOW, TIERS

    encoder = {
        "name": EMBEDDER, "simulated": True, "window": EMBEDDER_WINDOW * _MOST_TEXTS,
        "usd_in_per_million": str(EMBEDDER_USD_PER_MILLION), "usd_out_per_million": "0",
        "first_token_s": 0.05, "tokens_per_s": 1_000.0,
    }  # fmt: skip
    tiers = [
        {
            "name": tier.name,
            "simulated": True,
            "window": tier.window,
            "usd_in_per_million": str(tier.usd_in_per_million),
            "usd_out_per_million": str(tier.usd_out_per_million),
            "first_token_s": tier.first_token_s,
            "tokens_per_s": tier.tokens_per_s,
        }
        for tier in TIERS.values()
    ]
    return [*tiers, encoder]


def _refusal(name: object, code: str, message: str) -> dict[str, Any]:
    return {"id": name, "ok": False, "code": code, "message": message}


def _say(sink: IO[bytes], reply: Mapping[str, Any]) -> None:
    sink.write(json.dumps(reply, allow_nan=False).encode("ascii") + b"\n")
    sink.flush()


def main() -> int:
    """Serve until end of input. Nothing but replies ever reaches the real stdout."""
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ.setdefault(name, "1")  # noqa: TID251 - read by numpy's libraries at import
    os.environ.setdefault(_NO_PLUGINS, "__all__")  # noqa: TID251 - read by pydantic; 50 ms
    thrift.in_one_arena()
    thrift.without_openssl()
    gc.disable()  # what is loaded now stays: looking through it takes a twentieth of the start
    sink = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # a stray print lands on stderr
    logs.begin()
    try:
        from harness.models import tokens

        tokens.warm()  # first: what its making frees is used again by what comes after
        from harness.models.engine import Engine

        engine = Engine()
        engine.warm()
        gc.freeze()
        gc.enable()
        thrift.give_back()
        serve(engine, sys.stdin.buffer, sink)
    except (BrokenPipeError, KeyboardInterrupt):
        return 0
    return 0


if __name__ == "__main__":
    sys.exit(main())
