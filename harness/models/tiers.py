"""The three simulated models: ability, window, speed and price.

Runs in zone G; pure values. Prices are invented, in the range of real ones.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from harness.models.errors import BadRequest

_MILLION = Decimal(1_000_000)


@dataclass(frozen=True)
class Tier:
    """One simulated model.

    Attributes:
        ability: added against every fault's logit; 0 is the medium tier.
        capacity: how many instructions it follows before they dilute each other.
        noise: spread of its label judgements, in units of a typical margin.
        window: context window in tokens, prompt and reply together.
        usd_in_per_million: price of prompt tokens.
        usd_out_per_million: price of completion tokens.
        first_token_s: simulated time to the first token, in seconds.
        tokens_per_s: simulated speed after that.
    """

    name: str
    ability: float
    capacity: int
    noise: float
    window: int
    usd_in_per_million: Decimal
    usd_out_per_million: Decimal
    first_token_s: float
    tokens_per_s: float

    def cost_usd(self, prompt_tokens: int, completion_tokens: int) -> Decimal:
        """Price of one call by this table, in USD."""
        paid_in = prompt_tokens * self.usd_in_per_million
        paid_out = completion_tokens * self.usd_out_per_million
        return (paid_in + paid_out) / _MILLION

    def latency_s(self, completion_tokens: int) -> float:
        """Simulated duration of one call, in seconds; the server may sleep it or not."""
        return self.first_token_s + completion_tokens / self.tokens_per_s


TIERS: dict[str, Tier] = {
    tier.name: tier
    for tier in (
        Tier("sim-small", -0.9, 4, 0.55, 8_192, Decimal("0.15"), Decimal("0.60"), 0.15, 180),
        Tier("sim-medium", 0.0, 7, 0.25, 32_768, Decimal("0.80"), Decimal("3.20"), 0.3, 110),
        Tier("sim-large", 0.9, 11, 0.1, 131_072, Decimal("3.00"), Decimal("15.00"), 0.6, 60),
    )
}


EMBEDDER, EMBEDDER_WINDOW = "sim-embed", 126
"""The encoder as a model: 384 numbers a text, and the longest text in pieces of words."""
EMBEDDER_USD_PER_MILLION = Decimal("0.02")


def tier_named(name: str) -> Tier:
    """The tier of that name.

    Raises:
        BadRequest: no such tier.
    """
    if name not in TIERS:
        raise BadRequest(f"model {name!r} does not exist; choose one of {', '.join(TIERS)}")
    return TIERS[name]
