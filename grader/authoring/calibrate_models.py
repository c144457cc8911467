"""The model that an exercise is tried on, behind one door: asked, counted, kept.

Runs in T, on the author's machine. The embedded model answers in this process, seeded; a model of
a provider's is asked as the proctor asks it, and what it answered is kept, since it was paid for.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol

from harness.core.canonical import canonical_json
from harness.core.card import Slug
from harness.core.errors import EnvironmentLacks, UsageError
from harness.core.model_settings import EMBEDDED_TIERS, EmbeddedModel, ModelSettings
from harness.core.settings import Settings
from harness.models.engine import Engine
from harness.models.errors import ModelRefused
from harness.models.grounded_profile import GroundedProfile
from harness.models.profiles import AnyProfile, Profile
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
_PASSED = ("temperature", "top_p", "max_tokens", "stop", "response_format", "seed")
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
        told = {"seed": SEED} | {key: params[key] for key in _PASSED if key in params}
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
        told = {key: params[key] for key in _PASSED if key in params}
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


@dataclass
class KeptDoor:
    """Another door, each different request asked once; answers of a paid one outlive a stop.

    Attributes:
        door: who answers.
        file: JSON lines, key and answer; None keeps nothing.
        calls: requests that were answered, kept ones too.
        fresh: those of them that were really asked now.
        usd: what the fresh ones cost.
    """

    door: Door
    file: Path | None = None
    calls: int = 0
    fresh: int = 0
    tokens_in: int = 0
    tokens_out: int = 0
    usd: Decimal = Decimal(0)
    _known: dict[str, Reply] = field(default_factory=dict)
    _is_cut: bool = False

    def __post_init__(self) -> None:
        """Read what was kept; a line that a stop cut short is passed over."""
        if self.file is None or not self.file.is_file():
            return
        said = self.file.read_text(encoding="utf-8", errors="replace")
        self._is_cut = not said.endswith("\n") and said != ""
        for line in said.splitlines():
            with suppress(ValueError, KeyError, TypeError, ArithmeticError):
                row = json.loads(line)
                self._known[str(row["key"])] = Reply(
                    str(row["text"]), int(row["in"]), int(row["out"]), Decimal(row["usd"])
                )

    @property
    def alias(self) -> str:
        """What it is called."""
        return self.door.alias

    @property
    def kept(self) -> int:
        """How many answers there are."""
        return len(self._known)

    def ask(self, messages: Messages, params: Mapping[str, Any]) -> Reply:
        """Return the answer to a request, kept or asked for now.

        Raises:
            RowRefused: the model does not take it.
            EnvironmentLacks: it stopped answering; the message says how to go on.
        """
        told = {key: params[key] for key in _PASSED if key in params}
        value = {"alias": self.alias, "messages": [dict(one) for one in messages], **told}
        key = hashlib.sha256(canonical_json(value)).hexdigest()
        if key not in self._known:
            self._known[key] = self._asked(key, messages, told)
        self.calls += 1
        return self._known[key]

    def _asked(self, key: str, messages: Messages, told: Mapping[str, Any]) -> Reply:
        try:
            reply = self.door.ask(messages, told)
        except EnvironmentLacks as problem:
            where = f" in {self.file}" if self.file is not None else ""
            raise EnvironmentLacks(
                f"{problem}. {self.kept} answers are kept{where}; run the same command again, and "
                "it goes on from there"
            ) from problem
        self.fresh += 1
        self.tokens_in += reply.tokens_in
        self.tokens_out += reply.tokens_out
        self.usd += reply.usd
        if self.file is not None:
            row = {"key": key, "text": reply.text, "in": reply.tokens_in, "out": reply.tokens_out,
                   "usd": str(reply.usd)}  # fmt: skip
            self.file.parent.mkdir(parents=True, exist_ok=True)
            with self.file.open("a", encoding="utf-8") as file:
                # What a stop cut short keeps a line of its own; the next answer is not lost to it.
                file.write(("\n" if self._is_cut else "") + json.dumps(row) + "\n")
                file.flush()
                os.fsync(file.fileno())
            self._is_cut = False
        return reply

    def has(self, messages: Messages, params: Mapping[str, Any]) -> bool:
        """Tell whether the answer to a request is kept."""
        told = {key: params[key] for key in _PASSED if key in params}
        value = {"alias": self.alias, "messages": [dict(one) for one in messages], **told}
        return hashlib.sha256(canonical_json(value)).hexdigest() in self._known


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


def addressed(
    door: Door | KeptDoor, own: AnyProfile | None, model: str, messages: Messages
) -> Messages:
    """Return the messages for the model on trial, where the exercise's code asks another.

    Args:
        door: the model on trial.
        own: the exercise's own model's profile.
        model: whom the exercise's code asks.
        messages: what it says.
    """
    if isinstance(own, Profile) and model == own.alias and door.alias != own.alias:
        inner = door.door if isinstance(door, KeptDoor) else door
        if not (isinstance(inner, EmbeddedDoor) and inner.profile is not None):
            return ({"role": "system", "content": own.instruction}, *messages)
    return messages


def grounded_profile(door: Door | KeptDoor) -> GroundedProfile | None:
    """Return the profile of a model that answers from a text; None for any other model."""
    inner = door.door if isinstance(door, KeptDoor) else door
    profile = inner.profile if isinstance(inner, EmbeddedDoor) else None
    return profile if isinstance(profile, GroundedProfile) else None


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
