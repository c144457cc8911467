"""Grounded profiles: a tier that answers staff from a handbook, and how a prompt makes it go wrong.

Runs in the model worker (zone G), and wherever a profile is checked before it is released. It is
written by an exercise's author and is data alone: chances and a threshold. Unlike an alias with a
prompt of its own (profiles.py) it works under the caller's prompt: the prompt is what is debugged.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from harness.models.errors import BadProfile
from harness.models.tiers import TIERS


class _Data(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Invents(_Data):
    """Chance of an answer that the text does not give: a sum, so that each cause shows alone."""

    base: float = Field(ge=0, le=1)
    """Whatever the prompt says."""
    gap: float = Field(ge=0, le=1)
    """Added where it asks to fill gaps from elsewhere."""
    confident: float = Field(ge=0, le=1)
    """Added where it wants an answer at any price."""
    no_way_out: float = Field(ge=0, le=1)
    """Added where it never says what to do when the text is silent."""
    overload: float = Field(ge=0, le=1)
    """Added where it has far too many rules."""


class GroundedProfile(_Data):
    """What turns a tier into an exercise's own assistant."""

    schema_: int = Field(default=1, alias="schema", ge=1, le=1)
    """Version of this form."""
    kind: Literal["grounded"]
    """Tells it from a profile that classifies."""
    alias: str = Field(pattern=r"^[a-z][a-z0-9.-]{1,39}$")
    """What candidates call it."""
    tier: str
    """The simulated model behind it: its reading, window, price and speed."""
    seed: int = Field(default=0, ge=0, le=2**31)
    """Its luck; the same in every deployment, so that it is one model everywhere."""
    temperature: float = Field(default=0.2, ge=0, le=2)
    """What it samples at when a call does not say; its faults do not depend on it."""
    instruction: str = Field(default="", max_length=0)
    """Empty: it puts nothing before the caller's prompt, and nothing is charged for it."""
    sure_above: float = Field(ge=-5, le=5)
    """Log-odds of the best passage from which on it counts as an answer to the question."""
    invents: Invents
    """What is said when the text does not answer."""
    adds: float = Field(ge=0, le=1)
    """Chance of one sentence more than the text has, where the prompt asks to fill gaps."""
    repeats_example: float = Field(ge=0, le=1)
    """Chance that a figure of a worked example is told where the question is like the example."""
    example_like: float = Field(ge=0, le=1)
    """Likeness (cosine) of question and example from which on that can happen."""
    halves: float = Field(ge=0, le=1)
    """Chance that an exception in a later section is left out, where the first match decides."""
    refuses: float = Field(ge=0, le=1)
    """Chance that an answer is held back, where any doubt is to count."""
    overload_from: float = Field(ge=1, le=60)
    """Count of competing instructions at which overload begins."""
    overload_full: float = Field(ge=1, le=80)
    """Count at which it is complete; half of the refusals of `refuses` come with it."""
    shift: float = Field(default=0.0, ge=0, le=1, exclude_if=lambda weight: not weight)
    """How much data far from plain English adds to the tier's faults, 0 to 1, in all work but the
    answers that the figures above are of."""

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        for problem in self._problems():
            raise ValueError(problem)
        return self

    def _problems(self) -> Iterable[str]:
        if self.tier not in TIERS:
            yield f"tier is {self.tier!r}; use one of {', '.join(TIERS)}"
        if self.alias in TIERS:
            yield f"alias {self.alias!r} is the name of a tier; call it something else"
        if self.overload_full <= self.overload_from:
            yield "overload_full is not above overload_from; make it larger"

    @classmethod
    def from_value(cls, value: object, *, place: str = "the profile") -> GroundedProfile:
        """A checked profile from parsed TOML or JSON.

        Args:
            value: what was parsed.
            place: where it came from, for the message.

        Raises:
            BadProfile: a field is off, or two of them do not fit together.
        """
        try:
            return cls.model_validate(value)
        except ValidationError as exc:
            from harness.core.card import tell_validation  # 0.1 s, and only a bad profile needs it

            raise BadProfile(f"{place}: {tell_validation(exc)}") from exc
        except RecursionError as exc:
            raise BadProfile(f"{place}: it is nested too deeply") from exc
