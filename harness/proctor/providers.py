"""Models of providers': OpenAI-compatible addresses behind aliases, asked once a request.

Runs in zone G. Keys are read from files at the start and go into one header. What a provider says
beside a whole answer is not relayed and not logged: there may be a key in it. A provider whose
usage is above what was set aside is closed until the operator has looked.
"""

from __future__ import annotations

import logging
import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from harness.core.errors import SettingsError
from harness.core.settings import ModelSettings
from harness.proctor import words
from harness.proctor.overruns import Overruns
from harness.proctor.prices import Tier
from harness.proctor.provider_answers import MOST_BYTES, no_answer, read_answer, refused
from harness.proctor.wire import Asked

if TYPE_CHECKING:
    import httpx

_CONNECT_WITHIN_S = 10.0
_LONGEST_KEY = 4096
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Provider:
    """One alias and what stands behind it.

    Attributes:
        alias: what candidates call it.
        settings: where it is and what it costs.
        key: for the Authorization header; empty sends none.
    """

    alias: str
    settings: ModelSettings
    key: str

    @property
    def tier(self) -> Tier:
        """Its row of the price table."""
        return Tier(
            name=self.alias,
            is_simulated=False,
            window=self.settings.window,
            usd_in_per_million=self.settings.usd_in_per_million,
            usd_out_per_million=self.settings.usd_out_per_million,
            first_token_s=0.0,
            tokens_per_s=1.0,
        )

    def has(self, exercise: str) -> bool:
        """Tell whether an exercise may call it."""
        return not self.settings.exercises or exercise in self.settings.exercises


class Providers:
    """Every alias of a provider's.

    Args:
        models: of the settings.
        overruns: which routes are closed.

    Raises:
        SettingsError: a key file cannot be used.
    """

    def __init__(self, models: Mapping[str, ModelSettings], overruns: Overruns) -> None:
        self._providers = {
            alias: Provider(alias, one, _read_key(alias, one.key_file))
            for alias, one in models.items()
        }
        self._overruns = overruns
        self._client: httpx.AsyncClient | None = None

    def find(self, alias: str) -> Provider | None:
        """Return an alias's provider; None if it has none."""
        return self._providers.get(alias)

    def of_exercise(self, slug: str) -> tuple[str, ...]:
        """Return the aliases an exercise may call beside its own models."""
        return tuple(alias for alias, one in self._providers.items() if one.has(slug))

    def listed(self) -> list[dict[str, Any]]:
        """Return every alias for the operator, without keys."""
        return [self._listed(one) for one in self._providers.values()]

    async def chat(self, provider: Provider, asked: Asked, max_tokens: int) -> dict[str, Any]:
        """Return a provider's answer in the worker's form: choices and usage.

        Args:
            provider: whom to ask; once.
            asked: the request.
            max_tokens: the longest answer that was set aside for.

        Raises:
            Refusal: 400 for what the provider does not take, 502 for an answer that is none,
                503 for an outage or a closed route, 504 for no answer in time.
        """
        import httpx  # 5 MB and an eighth of the start: only for who has a provider

        if self._overruns.is_closed(provider.alias):
            raise words.route_closed(provider.alias)
        settings = provider.settings
        body = asked.params | {
            "model": settings.model, "messages": asked.messages, "stream": False,
        }  # fmt: skip
        body.pop("max_tokens", None)
        body[settings.length_parameter] = max_tokens
        try:
            status, data = await self._post(provider, body)
        except httpx.TimeoutException as problem:
            raise words.too_slow(provider.alias, waited_s=settings.answer_within_s) from problem
        except httpx.HTTPError as problem:
            _log.warning("provider of %s: %s", provider.alias, type(problem).__name__)
            raise words.models_away() from None  # its text may hold what we sent
        if status != 200:
            _log.warning("provider of %s: status %s", provider.alias, status)
            raise refused(provider.alias, status, data)
        return read_answer(provider.alias, data, most_choices=asked.n)

    def note_overrun(self, alias: str, above_usd: Decimal) -> None:
        """Close a route whose usage was above what was set aside, by so much."""
        _log.error("provider of %s took more than was set aside; its route is closed", alias)
        self._overruns.close(alias, above_usd)

    def open(self, alias: str) -> dict[str, Any]:
        """Open a route that was closed; the operator has looked.

        Raises:
            Refusal: 404, there is no such alias.
        """
        provider = self.find(alias)
        if provider is None:
            raise words.not_found(f"provider's model {alias[:60]!r}")
        self._overruns.open(alias)
        return self._listed(provider)

    async def close(self) -> None:
        """Hang up."""
        if self._client is not None:
            await self._client.aclose()
            self._client = None

    async def _post(self, provider: Provider, body: dict[str, Any]) -> tuple[int, bytes]:
        """Return status and body of the one request; a body without end is cut."""
        import httpx

        if self._client is None:
            from harness.proctor.provider_transport import ProviderTransport

            self._client = httpx.AsyncClient(
                trust_env=False, follow_redirects=False, transport=ProviderTransport()
            )
        settings = provider.settings
        headers = {"Authorization": f"Bearer {provider.key}"} if provider.key else {}
        timeout = httpx.Timeout(settings.answer_within_s, connect=_CONNECT_WITHIN_S)
        url = settings.url.rstrip("/") + "/chat/completions"
        data = bytearray()
        async with self._client.stream(
            "POST", url, json=body, headers=headers, timeout=timeout
        ) as answer:
            async for piece in answer.aiter_bytes():
                data += piece
                if len(data) > MOST_BYTES:
                    raise no_answer(provider.alias, "too long")
        return answer.status_code, bytes(data)

    def _listed(self, one: Provider) -> dict[str, Any]:
        return one.tier.to_value() | {
            "url": one.settings.url,
            "exercises": list(one.settings.exercises),
            "closed": self._overruns.is_closed(one.alias),
            "overrun_usd": format(self._overruns.total_usd(one.alias), "f"),
        }


def _read_key(alias: str, path: Path | None) -> str:
    if path is None:
        return ""
    try:
        with path.open("rb") as file:
            found = os.fstat(file.fileno())
            data = file.read(_LONGEST_KEY + 1)
    except OSError as problem:
        raise SettingsError(
            f"models.{alias}.key_file: {path} cannot be read ({problem.strerror}); put the key "
            "there on one line, mode 0600"
        ) from problem
    if stat.S_IMODE(found.st_mode) & 0o077:
        raise SettingsError(f"models.{alias}.key_file: others can read {path}; run: chmod 600")
    key = data.decode("ascii", "replace").strip()
    if not key or len(data) > _LONGEST_KEY or not key.isprintable() or " " in key:
        raise SettingsError(f"models.{alias}.key_file: {path} should hold one key on one line")
    return key
