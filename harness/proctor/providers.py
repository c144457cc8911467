"""Models of providers' behind aliases, asked once a request: by us, or through litellm.

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
from pathlib import Path
from typing import TYPE_CHECKING, Any

from harness.core.errors import SettingsError
from harness.core.model_settings import ModelSettings
from harness.proctor import words
from harness.proctor.litellm_route import LitellmRoute
from harness.proctor.overruns import Overruns
from harness.proctor.prices import Tier
from harness.proctor.provider_answers import read_answer
from harness.proctor.vectors import MOST_BYTES, read_vectors
from harness.proctor.wire import Asked

if TYPE_CHECKING:
    from harness.proctor.provider_line import OpenStream, ProviderLine

_CHAT = "/chat/completions"
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

    @property
    def passes_streams(self) -> bool:
        """Whether a stream is its own, passed on; else a whole answer is cut."""
        return self.settings.streams and self.settings.route == "openai"

    @property
    def offers(self) -> tuple[str, ...]:
        """Parameters it takes of those that not every model does."""
        return () if self.makes_vectors else self.settings.offers

    @property
    def makes_vectors(self) -> bool:
        """Whether it is one for /v1/embeddings rather than for chats."""
        return self.settings.kind == "embeddings"

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
        self.overruns = overruns
        self._opened: ProviderLine | None = None
        self._litellm = LitellmRoute()

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
        self._refuse_closed(provider)
        body = self._body(provider, asked, max_tokens)
        if provider.settings.route == "litellm":
            return await self._litellm.chat(provider, body, asked.n)
        body |= {"stream": False}
        data = await self._line.post(provider, _CHAT, body)
        return read_answer(provider.alias, data, most_choices=asked.n)

    async def open_stream(self, provider: Provider, asked: Asked, max_tokens: int) -> OpenStream:
        """Return a provider's own stream, asked for with its usage at the end.

        Args:
            provider: whom to ask; once.
            asked: the request.
            max_tokens: the longest answer that was set aside for.

        Raises:
            Refusal: as for chat().
        """
        self._refuse_closed(provider)
        body = self._body(provider, asked, max_tokens)
        body |= {"stream": True, "stream_options": {"include_usage": True}}
        return await self._line.open_stream(provider, _CHAT, body, asked.n)

    async def embed(self, provider: Provider, texts: list[str]) -> tuple[list[str], int]:
        """Return a provider's vectors as base64 of float32, and the prompt's tokens.

        Args:
            provider: whom to ask; once.
            texts: at least one.

        Raises:
            Refusal: as for chat().
        """
        self._refuse_closed(provider)
        settings = provider.settings
        body = {"model": settings.model, "input": texts, "encoding_format": "float"}
        data = await self._line.post(provider, "/embeddings", body, most_bytes=MOST_BYTES)
        return read_vectors(provider.alias, data, count=len(texts), dimensions=settings.dimensions)

    async def open(self, alias: str) -> dict[str, Any]:
        """Open a route that was closed; the operator has looked.

        Raises:
            Refusal: 404, there is no such alias.
        """
        provider = self.find(alias)
        if provider is None:
            raise words.not_found(f"provider's model {alias[:60]!r}")
        await self.overruns.open(alias)
        return self._listed(provider)

    def start(self) -> None:
        """Load what some alias needs; what takes seconds, in the background."""
        routes = {one.settings.route for one in self._providers.values()}
        if "litellm" in routes:
            self._litellm.start()
        if "openai" in routes:
            _ = self._line

    async def close(self) -> None:
        """Hang up."""
        if self._opened is not None:
            await self._opened.close()
        await self._litellm.close()

    @property
    def _line(self) -> ProviderLine:
        """The line; its library takes 12 MB that a proctor without providers can spare."""
        if self._opened is None:
            from harness.proctor.provider_line import ProviderLine

            self._opened = ProviderLine()
        return self._opened

    def _refuse_closed(self, provider: Provider) -> None:
        if self.overruns.is_closed(provider.alias):
            raise words.route_closed(provider.alias)

    @staticmethod
    def _body(provider: Provider, asked: Asked, max_tokens: int) -> dict[str, Any]:
        settings = provider.settings
        body = asked.params | {"model": settings.model, "messages": asked.messages}
        body.pop("max_tokens", None)
        return body | {settings.length_parameter: max_tokens}

    def _listed(self, one: Provider) -> dict[str, Any]:
        return one.tier.to_value() | {
            "url": one.settings.url,
            "model": one.settings.model,
            "exercises": list(one.settings.exercises),
            "closed": self.overruns.is_closed(one.alias),
            "overrun_usd": format(self.overruns.total_usd(one.alias), "f"),
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
