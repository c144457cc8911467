"""The models an exercise's card names: tiers by their own name, and the exercise's own alias.

Runs in zone G. Beside them stand the operator's own: models of providers', and tiers by another
name. An exercise's alias is a tier with a fault profile; it is known in the exercise whose profile
it is and nowhere else, and costs what its tier costs. A tier's name is never taken by an alias.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from harness.core.card import ExerciseCard
from harness.proctor.called import Called, PriceTable, added_tokens
from harness.proctor.embedded_aliases import EmbeddedAliases
from harness.proctor.photographs import ModelProfile, Photographs
from harness.proctor.prices import Tier
from harness.proctor.providers import Providers
from harness.proctor.wire import EMBEDDER


class Aliases:
    """Names to models.

    Args:
        photographs: the exercises.
        prices: what tiers cost.
        providers: models of somebody else's.
        embedded: tiers by the operator's names.
    """

    def __init__(
        self,
        photographs: Photographs,
        prices: PriceTable,
        providers: Providers,
        embedded: EmbeddedAliases,
    ) -> None:
        self._photographs, self._prices = photographs, prices
        self._providers, self._embedded = providers, embedded

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
        if name in self._embedded:
            has = self._embedded.has(name, card.slug)
            return self._embedded.find(name, self._prices) if has else None
        profile = self._photographs.profile(card.slug)
        if profile is None or profile.alias != name:
            return None
        return self._aliased(profile)

    def of_exercise(self, slug: str) -> tuple[str, ...]:
        """Return the operator's aliases that an exercise may call beside its own models."""
        return (*self._providers.of_exercise(slug), *self._embedded.of_exercise(slug))

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
        named = replace(tier, name=profile.alias)
        return Called(named, profile.to_value(), added_tokens(profile))
