"""The model that an exercise is tried on, behind one door.

Runs in T, on the author's machine. The embedded model answers in this process, seeded; a model of
a provider's is asked as the proctor asks it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from typing import Any, Protocol

from harness.core.card import Slug
from harness.core.errors import EnvironmentLacks, UsageError
from harness.core.model_settings import EMBEDDED_TIERS, EmbeddedModel, ModelSettings
from harness.core.settings import Settings
from harness.models.engine import Engine
from harness.models.errors import ModelRefused
from harness.models.profiles import AnyProfile
from harness.models.request import ChatRequest
from harness.models.tiers import tier_named
from harness.proctor.errors import Refusal
from harness.proctor.overruns import Overruns
from harness.proctor.providers import Provider, Providers
from harness.proctor.wire import read_chat

Messages = Sequence[Mapping[str, Any]]
SEED = 7
"""Of the embedded model, so that it says the same every time."""
LONGEST_ANSWER = 1_024
PASSED = ("temperature", "top_p", "max_tokens", "stop", "response_format", "seed")
"""Parameters that go on to the model."""


class RowRefused(Exception):
    """The model does not take this one request; the others may do."""


@dataclass(frozen=True)
class Reply:
    """One answer.

    Attributes:
        text: what the model said.
        tokens_in: of the prompt, as it counts them.
        tokens_out: of the answer.
        usd: by the price table.
    """

    text: str
    tokens_in: int
    tokens_out: int
    usd: Decimal


class Door(Protocol):
    """A model that can be asked."""

    @property
    def alias(self) -> str:
        """What it is called."""

    @property
    def is_paid(self) -> bool:
        """Whether asking it costs money outside this machine."""

    def ask(self, messages: Messages, params: Mapping[str, Any]) -> Reply:
        """Return its answer.

        Raises:
            RowRefused: it does not take this request.
            EnvironmentLacks: it does not answer.
        """

    def cost_usd(self, tokens_in: int, tokens_out: int) -> Decimal:
        """Return what that many tokens cost."""


@dataclass(frozen=True)
class EmbeddedDoor:
    """A tier of the embedded model, as it is or as an exercise's own.

    Attributes:
        alias: what it is called.
        name: what the engine calls it.
        profile: prompt and faults; None is the tier as it is.
        rates: USD a million tokens in and out; None is the tier's own price.
    """

    alias: str
    name: str
    profile: AnyProfile | None = None
    rates: tuple[Decimal, Decimal] | None = None
    is_paid: bool = False

    def ask(self, messages: Messages, params: Mapping[str, Any]) -> Reply:
        """Return its answer; the same each time."""
        told = {"seed": SEED} | {key: params[key] for key in PASSED if key in params}
        try:
            request = ChatRequest.from_wire(self.name, [dict(one) for one in messages], told)
            reply = engine().chat(request, self.profile)
        except ModelRefused as problem:
            raise RowRefused(str(problem)) from problem
        used = reply.usage
        usd = self.cost_usd(used.prompt_tokens, used.completion_tokens)
        return Reply(reply.choices[0].text, used.prompt_tokens, used.completion_tokens, usd)

    def cost_usd(self, tokens_in: int, tokens_out: int) -> Decimal:
        """Return what that many tokens cost."""
        if self.rates is not None:
            return (tokens_in * self.rates[0] + tokens_out * self.rates[1]) / Decimal(1_000_000)
        tier = self.profile.tier if self.profile is not None else self.name
        return tier_named(tier).cost_usd(tokens_in, tokens_out)


@dataclass(frozen=True)
class ProviderDoor:
    """A model of a provider's, through the proctor's own way to it; a context manager."""

    provider: Provider
    providers: Providers
    runner: asyncio.Runner = field(default_factory=asyncio.Runner)

    @property
    def alias(self) -> str:
        """What it is called."""
        return self.provider.alias

    @property
    def is_paid(self) -> bool:
        """Whether it has a price."""
        settings = self.provider.settings
        return bool(settings.usd_in_per_million or settings.usd_out_per_million)

    def ask(self, messages: Messages, params: Mapping[str, Any]) -> Reply:
        """Return its answer, asked for once."""
        told = {key: params[key] for key in PASSED if key in params}
        for name in ("seed", "response_format"):
            if name not in self.provider.offers:
                told.pop(name, None)
        try:
            asked = read_chat({"model": self.alias, "messages": list(messages), **told})
            longest = int(told.get("max_tokens") or LONGEST_ANSWER)
            answer = self.runner.run(self.providers.chat(self.provider, asked, longest))
        except Refusal as no:
            if no.status in (400, 413, 422):
                raise RowRefused(str(no)) from no
            raise EnvironmentLacks(
                f"{self.alias} does not answer (status {no.status}): {no}"
            ) from no
        used = answer["usage"]
        count = int(used["prompt_tokens"]), int(used["completion_tokens"])
        return Reply(_text_of(answer), *count, self.cost_usd(*count))

    def cost_usd(self, tokens_in: int, tokens_out: int) -> Decimal:
        """Return what that many tokens cost by the operator's table."""
        return self.provider.tier.cost_usd(tokens_in, tokens_out)

    def close(self) -> None:
        """Hang up."""
        self.runner.run(self.providers.close())
        self.runner.close()


def find_door(alias: str, settings: Settings, slug: Slug, own: AnyProfile | None) -> Door:
    """Return the model of a name: the exercise's own, a tier, or one of audition.toml.

    Args:
        alias: what it is called.
        settings: name the operator's models.
        slug: the exercise.
        own: its own model's profile.

    Raises:
        UsageError: there is no such model, or it makes vectors.
        SettingsError: its key file cannot be used.
    """
    if own is not None and alias == own.alias:
        return EmbeddedDoor(alias, alias, own)
    if alias in EMBEDDED_TIERS:
        return EmbeddedDoor(alias, alias)
    made = settings.models.get(alias)
    if isinstance(made, EmbeddedModel):
        return _embedded(alias, made, slug, own)
    if isinstance(made, ModelSettings) and made.kind == "chat":
        providers = Providers({alias: made}, Overruns())
        found = providers.find(alias)
        assert found is not None
        return ProviderDoor(found, providers)
    if made is not None:
        raise UsageError(f"{alias} makes vectors and answers nothing; name a model for chats")
    names = [*([own.alias] if own is not None else []), *EMBEDDED_TIERS, *settings.models]
    raise UsageError(
        f"there is no model {alias!r}; there are {', '.join(dict.fromkeys(names))}. Another one "
        "is written into audition.toml by: audition init"
    )


def _embedded(alias: str, made: EmbeddedModel, slug: str, own: AnyProfile | None) -> Door:
    rates = None
    if made.usd_in_per_million is not None and made.usd_out_per_million is not None:
        rates = made.usd_in_per_million, made.usd_out_per_million
    if made.profile is None:
        return EmbeddedDoor(alias, made.model, None, rates)
    if own is None or made.profile != slug:
        raise UsageError(
            f"{alias} fails as the model of {made.profile!r} does; name a model of {slug!r}, or a "
            "tier as it is"
        )
    changed = own.model_copy(update={"alias": alias, "tier": made.model})
    return EmbeddedDoor(alias, alias, changed, rates)


@lru_cache(maxsize=1)
def engine() -> Engine:
    """Return the embedded model, loaded once."""
    return Engine()


def _text_of(answer: Mapping[str, Any]) -> str:
    """Return the text of an answer in the worker's form; "" where it has none."""
    choice = answer["choices"][0]
    message = choice.get("message")
    said = message.get("content") if isinstance(message, dict) else choice.get("text")
    return str(said or "")
