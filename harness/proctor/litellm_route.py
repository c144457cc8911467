"""Models that litellm knows how to ask: the one file that imports it.

Runs in zone G. litellm takes seconds and 160 MB, so it is loaded in the background, and only where
an alias wants it; loaded and asked it reaches for nothing but the model. One call is one request:
its own retries are off. What it says of a failure holds the provider's text, so only the kind and
the status of an error are looked at, and its log is shut.
"""

from __future__ import annotations

import asyncio
import logging
import os
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from harness.proctor import words
from harness.proctor.errors import Refusal
from harness.proctor.provider_answers import answer_of, no_answer, refused

if TYPE_CHECKING:
    from harness.proctor.providers import Provider

_OFFLINE = {
    "LITELLM_LOCAL_MODEL_COST_MAP": "True", "HF_HUB_OFFLINE": "1", "DO_NOT_TRACK": "1",
}  # fmt: skip
"""Without these, importing asks a web server for prices, and counting a tokenizer's for files."""
_ONCE = {"num_retries": 0, "max_retries": 0, "_skip_mcp_handler": True, "stream": False}
"""One request a call, and no hosted tools: its handler of those wants a package we do not have."""
_log = logging.getLogger(__name__)


class LitellmRoute:
    """litellm, loaded when it is first wanted."""

    def __init__(self) -> None:
        self._loading: asyncio.Task[Any] | None = None

    def start(self) -> None:
        """Begin to load; calls wait for it."""
        if self._loading is None:
            self._loading = asyncio.create_task(asyncio.to_thread(_load), name="litellm")

    async def chat(self, provider: Provider, body: dict[str, Any], n: int) -> dict[str, Any]:
        """Return a model's answer in the worker's form.

        Args:
            provider: whose; its model is litellm's name, its address the operator's or None.
            body: model, messages and parameters, by allow-list.
            n: how many choices were asked for.

        Raises:
            Refusal: as for any provider.
        """
        self.start()
        assert self._loading is not None
        settings, alias = provider.settings, provider.alias
        try:
            async with asyncio.timeout(settings.answer_within_s):
                litellm = await asyncio.shield(self._loading)
                answer = await litellm.acompletion(
                    **body, **_ONCE, api_key=provider.key or None, api_base=settings.url,
                    timeout=settings.answer_within_s,
                )  # fmt: skip
                value = answer.model_dump()
        except TimeoutError:
            raise words.too_slow(alias, waited_s=settings.answer_within_s) from None
        except Exception as problem:
            _log.warning("provider of %s: %s", alias, type(problem).__name__)
            raise _translated(provider, problem) from None  # its text may hold the key
        found = answer_of(value, n, lambda how: no_answer(alias, how))
        if not found["usage"]["prompt_tokens"]:  # that is how it tells a usage that was missing
            raise no_answer(alias, "without its usage")
        return found

    async def close(self) -> None:
        """Wait for a loading that was begun: a thread cannot be ended."""
        if self._loading is not None:
            await asyncio.gather(self._loading, return_exceptions=True)


def listed_price(model: str) -> tuple[Decimal, Decimal, int] | None:
    """Return what litellm's own table says of a model; None if it is not in it.

    Args:
        model: as litellm calls it.

    Returns:
        US dollars for a million prompt tokens and for a million answer tokens, and the window.
    """
    litellm = _load()
    try:
        about = litellm.get_model_info(model)
    except Exception:  # litellm raises a bare Exception for what it does not know
        return None
    prices = [about.get(f"{side}_cost_per_token") for side in ("input", "output")]
    window = about.get("max_input_tokens") or about.get("max_tokens")
    if not all(prices) or not window:
        return None  # a price of 0 in a table of prices is a gap
    usd_in, usd_out = (Decimal(str(price)) * 1_000_000 for price in prices)
    return usd_in.normalize(), usd_out.normalize(), int(window)


def _load() -> Any:
    os.environ.update(_OFFLINE)  # noqa: TID251  read by litellm alone, at import and after
    import litellm

    litellm.disable_hf_tokenizer_download = True
    litellm.suppress_debug_info = True
    litellm.telemetry = False
    for name in ("LiteLLM", "LiteLLM Router", "LiteLLM Proxy"):
        logging.getLogger(name).disabled = True
    _follow_no_redirect(litellm)
    return litellm


def _follow_no_redirect(litellm: Any) -> None:
    """Keep keys from addresses that a provider names: both ways litellm has would go there."""
    import httpx
    from litellm.llms.custom_httpx import http_handler

    if litellm.aclient_session is not None:
        return
    litellm.aclient_session = httpx.AsyncClient(
        trust_env=False, follow_redirects=False, limits=httpx.Limits(max_connections=256)
    )
    theirs = http_handler.AsyncHTTPHandler

    class Straight(theirs):  # type: ignore[misc, valid-type]
        """Their client, going where it was sent and no further."""

        def __init__(self, *args: Any, **more: Any) -> None:
            super().__init__(*args, **more | {"follow_redirects": False})

    http_handler.AsyncHTTPHandler = Straight


def _translated(provider: Provider, problem: Exception) -> Refusal:
    """Return our words for litellm's error, by its kind and status alone."""
    import litellm

    alias, status = provider.alias, getattr(problem, "status_code", None)
    if isinstance(problem, litellm.ContextWindowExceededError):
        return words.too_long_for_provider(alias)
    if isinstance(problem, litellm.Timeout):
        return words.too_slow(alias, waited_s=provider.settings.answer_within_s)
    if type(status) is not int:
        return words.models_away()
    return refused(alias, status, b"")
