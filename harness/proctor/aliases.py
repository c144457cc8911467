"""The models an exercise's card names: tiers by their own name, and the exercise's own alias.

Runs in zone G. Beside them stand the operator's own: models of providers'. An exercise's alias is a
tier with a fault profile; it is known in the exercise whose profile
it is and nowhere else, and costs what its tier costs. A tier's name is never taken by an alias.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, Literal

from harness.core.card import ExerciseCard
from harness.proctor.photographs import ModelProfile, Photographs
from harness.proctor.prices import Prices, Tier
from harness.proctor.providers import Provider, Providers
from harness.proctor.wire import EMBEDDER

SIMULATED_OFFERS = ("response_format", "n", "seed")
"""Parameters the embedded model takes of those that not every model does."""

_FRAME_TOKENS = 16
"""Above the frame that one more message has: the count's upper bound stays one."""


@dataclass(frozen=True)
class Called:
    """A model as it was called.

    Attributes:
        tier: its price, window and speed, under the name it was called by.
        profile: what the model worker gets with each call; None for a tier itself.
        added_tokens: most prompt tokens that the alias adds to a caller's own.
        provider: who answers instead of the embedded model; None for that.
    """

    tier: Tier
    profile: dict[str, Any] | None = None
    added_tokens: int = 0
    provider: Provider | None = None

    @property
    def route(self) -> Literal["simulated", "provider", "litellm"]:
        """Who answers, in the ledger's words."""
        if self.provider is None:
            return "simulated"
        return "litellm" if self.provider.settings.route == "litellm" else "provider"

    @property
    def offers(self) -> tuple[str, ...]:
        """Parameters it takes of those that not every model does."""
        if self.provider is not None:
            return self.provider.offers
        return () if self.tier.name == EMBEDDER else SIMULATED_OFFERS


class Aliases:
    """Names to models.

    Args:
        photographs: the exercises.
        prices: what tiers cost.
        providers: models of somebody else's.
    """

    def __init__(self, photographs: Photographs, prices: Prices, providers: Providers) -> None:
        self._photographs, self._prices, self._providers = photographs, prices, providers

    def find(self, card: ExerciseCard, name: str) -> Called | None:
        """Return the model of that name in an exercise; None if the exercise has none.

        Raises:
            BadExercise: the exercise's profile cannot be read.
        """
        if name not in card.models:
            return None
        tier = self._prices.tier(name)
        if tier is not None:
            return Called(tier)
        provider = self._providers.find(name)
        if provider is not None:
            return Called(provider.tier, provider=provider) if provider.has(card.slug) else None
        profile = self._photographs.profile(card.slug)
        if profile is None or profile.alias != name:
            return None
        return self._aliased(profile)

    def makes_vectors(self, name: str) -> bool:
        """Tell whether a model is one for /v1/embeddings rather than for chats."""
        provider = self._providers.find(name)
        return name == EMBEDDER if provider is None else provider.makes_vectors

    def listed(self, cards: Iterable[ExerciseCard]) -> list[Tier]:
        """Return every model of some exercises in their order, each name once."""
        found: dict[str, Tier] = {}
        for card in cards:
            for name in card.models:
                called = None if name in found else self.find(card, name)
                if called is not None:
                    found[name] = called.tier
        return list(found.values())

    def _aliased(self, profile: ModelProfile) -> Called | None:
        tier = self._prices.tier(profile.tier)
        if tier is None:
            return None
        return Called(
            replace(tier, name=profile.alias),
            profile.to_value(),
            len(profile.instruction.encode("utf-8")) + _FRAME_TOKENS,
        )
