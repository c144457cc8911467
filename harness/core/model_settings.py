"""The tables [models.ALIAS] of audition.toml: a provider's model, or an embedded tier, by a name.

Read in zone G. Which of the two a table is, its `route` says.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Discriminator,
    Field,
    Tag,
    model_validator,
)

from harness.core.card import Slug

EMBEDDED_TIERS = ("sim-small", "sim-medium", "sim-large")
"""Names of the embedded model's tiers, the smallest first."""


def _is_not_a_tier(name: str) -> str:
    if name.startswith("sim-"):
        raise ValueError("names that begin with sim- are the embedded model's; choose another")
    return name


Alias = Annotated[
    str, Field(pattern=r"^[a-z][a-z0-9.-]{0,39}$"), AfterValidator(_is_not_a_tier)
]  # fmt: skip
"""What candidates call a model; names of the embedded tiers are taken."""
_frozen = ConfigDict(frozen=True, extra="forbid")


class ModelSettings(BaseModel):
    """A model of a provider's, behind an alias; its table is [models.ALIAS]."""

    model_config = _frozen

    route: Literal["openai", "litellm"] = "openai"
    """Who asks it: we, where its interface is OpenAI-compatible, or litellm; "embedded" is a table
    of its own kind."""
    url: str | None = Field(default=None, pattern=r"^https?://[^\s/@?#]+(/[^\s?#]*)?$")
    """Where its interface is, as a rule ending in /v1; None is litellm's own for the model."""
    model: str = Field(min_length=1, max_length=200)
    """What the provider calls it; for litellm with its provider before it (anthropic/claude-…)."""
    kind: Literal["chat", "embeddings"] = "chat"
    """Whether it answers chats or makes vectors."""
    dimensions: int | None = Field(default=None, ge=1, le=65_536)
    """Numbers in a vector; an answer with another count is none. None takes what comes."""
    key_file: Path | None = None
    """File with the key on one line, mode 0600; None sends none."""
    window: int = Field(ge=16, le=100_000_000)
    """Tokens of prompt and answer together."""
    usd_in_per_million: Decimal = Field(ge=0, le=1_000_000)
    """US dollars for a million prompt tokens. There is no default: no price, no call."""
    usd_out_per_million: Decimal = Field(ge=0, le=1_000_000)
    """US dollars for a million answer tokens."""
    exercises: tuple[Slug, ...] = ()
    """Exercises that have it; none named is all."""
    length_parameter: Literal["max_tokens", "max_completion_tokens"] = "max_tokens"
    """How the provider calls the longest answer."""
    answer_within_s: float = Field(default=120.0, gt=0, le=3600)
    """How long an answer may take, from the request to its last byte, in seconds."""
    offers: tuple[Literal["tools", "response_format", "logprobs", "n", "seed", "images"], ...] = (
        "tools", "response_format", "n", "seed",
    )  # fmt: skip
    """What it takes beside messages and lengths; logprobs and images only if named."""
    image_tokens: int = Field(default=5_000, ge=1, le=1_000_000)
    """Most prompt tokens that the provider counts for one picture; set aside before the call."""
    streams: bool = True
    """Whether its own stream is passed on; false, and litellm, ask for whole answers and cut them
    here."""

    @model_validator(mode="after")
    def _fits_its_route(self) -> ModelSettings:
        if self.route == "openai" and self.url is None:
            raise ValueError("url is missing; only a model of route litellm can do without")
        if self.route == "litellm" and self.kind == "embeddings":
            raise ValueError("kind embeddings needs an OpenAI-compatible address, not litellm")
        return self


class EmbeddedModel(BaseModel):
    """A tier of the embedded model behind an alias, as it is or with an exercise's faults."""

    model_config = _frozen

    route: Literal["embedded"]
    """Says that the embedded model answers."""
    model: Literal["sim-small", "sim-medium", "sim-large"]
    """The tier."""
    profile: Slug | None = None
    """Exercise whose own model's prompt and faults it has; None is the tier as it is."""
    exercises: tuple[Slug, ...] = ()
    """Exercises that have it; none named is all."""
    usd_in_per_million: Decimal | None = Field(default=None, ge=0, le=1_000_000)
    """US dollars for a million prompt tokens; None is the tier's own price."""
    usd_out_per_million: Decimal | None = Field(default=None, ge=0, le=1_000_000)
    """US dollars for a million answer tokens; None is the tier's own price."""

    @model_validator(mode="after")
    def _has_both_prices_or_none(self) -> EmbeddedModel:
        if (self.usd_in_per_million is None) != (self.usd_out_per_million is None):
            raise ValueError("give both prices, or neither for the tier's own")
        return self

    def has(self, exercise: str) -> bool:
        """Tell whether an exercise may call it."""
        return not self.exercises or exercise in self.exercises


_KINDS = {"openai": "(provider)", "litellm": "(provider)", "embedded": "(embedded)"}


def _kind(value: object) -> str:
    if isinstance(value, EmbeddedModel):
        return "(embedded)"
    route = value.get("route") if isinstance(value, Mapping) else None
    return _KINDS.get(route, "") if isinstance(route, str) else "(provider)"


AnyModel = Annotated[
    Annotated[ModelSettings, Tag("(provider)")] | Annotated[EmbeddedModel, Tag("(embedded)")],
    Discriminator(
        _kind,
        custom_error_type="route",
        custom_error_message='route has to be "openai", "litellm" or "embedded"',
    ),
]
"""What one table is, by its route; without one, a provider's."""
