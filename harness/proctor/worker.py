"""The client of the model worker: one process, one line a request, one line an answer.

Runs in zone G. The worker is ours but reads candidates' text, so its answers are checked for
shape, a call never waits for ever, and a worker that ends or hangs is started again. It is
started in the background: the proctor answers health before the model is loaded.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import ctypes
import json
import logging
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Literal

from harness.proctor.errors import WorkerAway, WorkerBroken, WorkerRefused, WorkerSlow

ARGV = (sys.executable, "-m", "harness.models.worker")
READY_WITHIN_S = 60.0
ANSWER_WITHIN_S = 60.0
MOST_WAITING = 1_000
"""Calls that may wait for the worker; more are told to come back."""
_LONGEST_LINE = 64 << 20
_STEADY_S = 30.0
_LONGEST_PAUSE_S = 10.0
_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None)  # loaded before any fork
_log = logging.getLogger(__name__)

OnReady = Callable[[list[Any]], Awaitable[None]]


class Worker:
    """The model worker, kept running.

    Args:
        argv: how it is started.
        answer_within_s: how long one call may take, its wait in the worker's queue included.
        ready_within_s: how long a call waits for a worker that is loading.
    """

    def __init__(
        self,
        argv: Sequence[str] = ARGV,
        *,
        answer_within_s: float = ANSWER_WITHIN_S,
        ready_within_s: float = READY_WITHIN_S,
    ) -> None:
        self._argv = tuple(argv)
        self.answer_within_s = answer_within_s
        self._ready_within_s = ready_within_s
        self._process: Process | None = None
        self._waiting: dict[str, asyncio.Future[dict[str, Any]]] = {}
        self._ready = asyncio.Event()
        self._sent = self._answered = 0
        self._keeper: asyncio.Task[None] | None = None

    @property
    def state(self) -> Literal["loading", "ready"]:
        """Whether a call would be answered now."""
        return "ready" if self._ready.is_set() else "loading"

    @property
    def pid(self) -> int | None:
        """The worker's process id; None while there is none."""
        return self._process.pid if self._process else None

    def start(self, on_ready: OnReady) -> None:
        """Start the worker in the background and keep it running.

        Args:
            on_ready: takes the worker's list of models, each time before calls are let in.
        """
        self._keeper = asyncio.create_task(self._keep(on_ready), name="model worker")

    async def close(self) -> None:
        """End the worker: by the end of its input, then by force. Twice is fine."""
        if self._keeper is not None:
            self._keeper.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._keeper
            self._keeper = None

    async def wait_ready(self) -> None:
        """Wait until calls are let in.

        Raises:
            WorkerAway: it is not ready in time.
        """
        if self._ready.is_set():
            return
        try:
            async with asyncio.timeout(self._ready_within_s):
                await self._ready.wait()
        except TimeoutError as problem:
            raise WorkerAway("the model worker is not ready") from problem

    async def chat(
        self,
        model: str,
        messages: list[dict[str, Any]],
        params: dict[str, Any],
        *,
        profile: dict[str, Any] | None = None,
    ) -> dict[str, Any]:
        """Return the worker's answer: choices, usage, understood.

        Args:
            model: name of a tier, or the profile's alias.
            messages: oldest first.
            params: sampling and output options.
            profile: of the exercise's own model, when that is called.

        Raises:
            WorkerRefused: the model said no.
            WorkerAway: there is no worker, or it ended meanwhile.
            WorkerSlow: no answer in time.
        """
        about = _with_profile(model, messages, profile)
        answer = await self.ask("chat", **about, params=params)
        _check_chat(answer)
        return answer

    async def count(
        self,
        model: str,
        messages: list[dict[str, Any]],
        *,
        profile: dict[str, Any] | None = None,
    ) -> int:
        """Return how many tokens the messages have, counted as the model counts them.

        Raises:
            WorkerRefused: the messages cannot be counted.
            WorkerAway: there is no worker.
            WorkerSlow: no answer in time.
        """
        about = _with_profile(model, messages, profile)
        found = (await self.ask("count", **about)).get("prompt_tokens")
        if not isinstance(found, int) or isinstance(found, bool) or found < 0:
            raise WorkerBroken("the model worker's count is no number")
        return found

    async def encode(self, texts: Sequence[str]) -> list[list[float]]:
        """Return a unit vector for each text.

        Raises:
            WorkerRefused: the texts cannot be encoded.
            WorkerAway: there is no worker.
            WorkerSlow: no answer in time.
        """
        vectors = (await self.ask("encode", texts=list(texts))).get("vectors")
        if not isinstance(vectors, list) or len(vectors) != len(texts):
            raise WorkerBroken("the model worker's vectors are not one for each text")
        return vectors

    async def learn(
        self,
        vectors: bytes,
        classes: Sequence[int],
        weights: Sequence[float],
        *,
        ridge: float,
    ) -> tuple[list[float], list[list[float]]]:
        """Return a mean and, for each class, a direction, learnt from packed vectors.

        How much a text leans to a class is the product of its direction and the text's vector
        less the mean.

        Raises:
            WorkerRefused: nothing can be learnt from these.
            WorkerAway: there is no worker.
            WorkerSlow: no answer in time.
        """
        asked = {"classes": list(classes), "weights": list(weights), "ridge": ridge}
        told = base64.b64encode(vectors).decode("ascii")
        answer = await self.ask("learn", vectors=told, **asked)
        mean, head = answer.get("mean"), answer.get("head")
        is_sound = isinstance(mean, list) and isinstance(head, list)
        if not is_sound or len(head or ()) != len(set(classes)):
            raise WorkerBroken("the model worker's head is not one direction for each class")
        return list(mean or ()), list(head or ())

    async def embed(self, texts: Sequence[str]) -> tuple[list[str], int]:
        """Return a unit vector for each text, base64 of float32, and the texts' tokens.

        Raises:
            WorkerRefused: a text is too long to be read whole.
            WorkerAway: there is no worker.
            WorkerSlow: no answer in time.
        """
        answer = await self.ask("embed", texts=list(texts))
        vectors, count = answer.get("vectors"), answer.get("prompt_tokens")
        is_sound = isinstance(vectors, list) and len(vectors) == len(texts)
        if not is_sound or type(count) is not int or count < 0:
            raise WorkerBroken("the model worker's vectors are not one for each text")
        return list(vectors or ()), count

    async def ask(self, op: str, **fields: Any) -> dict[str, Any]:
        """Return the answer to one request of the worker's wire.

        Cancelling the caller is safe: the late answer is dropped.

        Raises:
            WorkerRefused: it said no; its code says why.
            WorkerAway: there is no worker, or it ended meanwhile.
            WorkerSlow: no answer in time.
        """
        await self.wait_ready()
        return await self._exchange(op, fields)

    async def _exchange(self, op: str, fields: dict[str, Any]) -> dict[str, Any]:
        process = self._process
        if process is None or process.stdin is None or len(self._waiting) >= MOST_WAITING:
            raise WorkerAway("the model worker takes no more calls at this moment")
        self._sent += 1
        name, answered_before = f"q{self._sent}", self._answered
        line = json.dumps({"id": name, "op": op, **fields}, allow_nan=False).encode("ascii")
        future: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        self._waiting[name] = future
        try:
            process.stdin.write(line + b"\n")
            async with asyncio.timeout(self.answer_within_s):
                answer = await future
        except TimeoutError as problem:
            if self._answered == answered_before:  # not one answer meanwhile: it hangs
                self._end(process, "answers_nothing")
            raise WorkerSlow("the model worker did not answer in time") from problem
        except (OSError, RuntimeError) as problem:
            raise WorkerAway("the model worker's pipe is closed") from problem
        finally:
            self._waiting.pop(name, None)
        return _read_answer(answer)

    async def _keep(self, on_ready: OnReady) -> None:
        pause_s, loop = 0.1, asyncio.get_running_loop()
        while True:
            began = loop.time()
            try:
                await self._live(on_ready)
            except asyncio.CancelledError:
                raise
            except Exception:
                _log.exception("the model worker could not be kept")
            pause_s = 0.1 if loop.time() - began > _STEADY_S else min(pause_s * 2, _LONGEST_PAUSE_S)
            _log.warning("the model worker ended; it is started again in %.1f s", pause_s)
            await asyncio.sleep(pause_s)

    async def _live(self, on_ready: OnReady) -> None:
        """One life of the process, from start to end."""
        process = await asyncio.create_subprocess_exec(
            *self._argv, stdin=PIPE, stdout=PIPE, limit=_LONGEST_LINE, preexec_fn=_end_with_parent
        )
        self._process = process
        greeting: asyncio.Task[None] | None = None
        try:
            assert process.stdout is not None
            async for line in process.stdout:
                word = _read_word(line)
                if word.get("ready") is True and greeting is None:
                    greeting = asyncio.create_task(self._greet(on_ready))
                    continue
                self._answered += 1
                future = self._waiting.pop(str(word.get("id")), None)
                if future is not None and not future.done():
                    future.set_result(word)
        finally:
            self._ready.clear()
            self._process = None
            if greeting is not None:
                greeting.cancel()
            self._fail_waiting()
            await asyncio.shield(_bury(process))

    async def _greet(self, on_ready: OnReady) -> None:
        try:
            models = (await self._exchange("models", {})).get("models")
            if not isinstance(models, list):
                raise WorkerBroken("the model worker listed no models")
            await on_ready(models)
        except Exception:
            _log.exception("the model worker is of no use")
            if self._process is not None:
                self._end(self._process, "lists_no_models")
            return
        self._ready.set()
        _log.info("the model worker is ready: %s models", len(models))

    def _fail_waiting(self) -> None:
        waiting, self._waiting = self._waiting, {}
        for future in waiting.values():
            if not future.done():
                future.set_exception(WorkerAway("the model worker ended during the call"))

    def _end(self, process: Process, why: str) -> None:
        _log.warning("the model worker is ended: %s", why)
        self._ready.clear()  # nobody is sent to it any more
        with contextlib.suppress(ProcessLookupError):
            process.kill()


def _with_profile(
    model: str, messages: list[dict[str, Any]], profile: dict[str, Any] | None
) -> dict[str, Any]:
    about: dict[str, Any] = {"model": model, "messages": messages}
    return about if profile is None else {**about, "profile": profile}


def _end_with_parent() -> None:
    _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


async def _bury(process: Process) -> None:
    """See a worker out: close its input, give it a second, then kill it."""
    if process.stdin is not None:
        process.stdin.close()
    try:
        async with asyncio.timeout(1.0):
            await process.wait()
    except TimeoutError:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()


def _read_word(line: bytes) -> dict[str, Any]:
    try:
        word = json.loads(line)
    except ValueError as problem:
        raise WorkerBroken(f"the model worker said {line[:80]!r}") from problem
    if not isinstance(word, dict):
        raise WorkerBroken(f"the model worker said {line[:80]!r}")
    return word


def _read_answer(answer: dict[str, Any]) -> dict[str, Any]:
    if answer.get("ok") is True:
        return answer
    code, message = answer.get("code"), answer.get("message")
    param = answer.get("param")
    raise WorkerRefused(
        str(message),
        code=code if isinstance(code, str) else "internal",
        param=param if isinstance(param, str) else None,
    )


def _check_chat(answer: dict[str, Any]) -> None:
    try:
        usage = answer["usage"]
        is_sound = (
            all(
                isinstance(choice["text"], str) and isinstance(choice["finish_reason"], str)
                for choice in answer["choices"]
            )
            and len(answer["choices"]) > 0
            and all(
                type(usage[name]) is int and usage[name] >= 0
                for name in ("prompt_tokens", "completion_tokens")
            )
        )
    except (KeyError, TypeError) as problem:
        raise WorkerBroken("the model worker's answer has another shape") from problem
    if not is_sound:
        raise WorkerBroken("the model worker's answer has another shape")
