"""A model as it was called: who answers, at what price, with what beside the caller's words.

Runs in zone G; pure values.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, Protocol

from harness.proctor.photographs import ModelProfile
from harness.proctor.prices import Tier
from harness.proctor.providers import Provider
from harness.proctor.wire import EMBEDDER, Asked

SIMULATED_OFFERS = ("response_format", "n", "seed", "truncation")
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
        behind: the tier as the model worker calls it; "" where it goes by the called name there.
    """

    tier: Tier
    profile: dict[str, Any] | None = None
    added_tokens: int = 0
    provider: Provider | None = None
    behind: str = ""

    def most_prompt_tokens(self, asked: Asked) -> int:
        """Return an upper bound of a prompt's tokens at this model, pictures included."""
        each = self.provider.settings.image_tokens if self.provider is not None else 0
        return asked.most_prompt_tokens + self.added_tokens + asked.pictures * each

    @property
    def worker_name(self) -> str:
        """What the model worker is asked for."""
        return self.behind or self.tier.name

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


class PriceTable(Protocol):
    """What tiers cost, as far as names need it."""

    def tier(self, name: str) -> Tier | None:
        """Return a model's row; None if there is no such model, or no table yet."""
        ...


def added_tokens(profile: ModelProfile) -> int:
    """Return the most prompt tokens that a profile's own prompt adds to a caller's."""
    return len(profile.instruction.encode("utf-8")) + _FRAME_TOKENS
