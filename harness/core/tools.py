"""What an exercise's own tools are to everyone: name, arguments with their bounds, price.

Runs in every zone; pure values. What a tool answers with is not here: that lies with the proctor.
"""

from __future__ import annotations

import keyword
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, JsonValue, model_validator

_frozen = ConfigDict(frozen=True, extra="forbid")
_NAME = r"^[a-z][a-z0-9_]{0,39}$"
_FIELD = r"^[A-Za-z_][A-Za-z0-9_.-]{0,39}$"
NUMBERS = ("integer", "number")


class Argument(BaseModel):
    """One argument of a tool, or one field of an argument that is an object."""

    model_config = _frozen

    name: str = Field(pattern=_FIELD)
    """What it is called."""
    type: Literal["string", "integer", "number", "boolean", "array", "object"]
    """Its type, by JSON's names; an array holds texts."""
    about: str = Field(default="", max_length=200)
    """What it is, in words for the candidate."""
    minimum: float | None = None
    """For a number: the least it may be."""
    maximum: float | None = None
    """For a number: the most it may be."""
    longest: int = Field(default=200, ge=1, le=20_000)
    """For a string: most characters; for an array or an object without fields: most entries."""
    choices: tuple[str, ...] = ()
    """For a string or an array's entries: what they may be; empty for anything."""
    fields: tuple[Argument, ...] = ()
    """For an object: what it may hold; without any it takes every name, with plain values."""
    default: JsonValue = None
    """What stands for it when it is left out; without one it is wanted."""

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if self.choices and self.type not in ("string", "array"):
            raise ValueError(f"{self.name}: choices are for a string or an array")
        if self.fields and self.type != "object":
            raise ValueError(f"{self.name}: fields are for an object")
        bounds = [bound for bound in (self.minimum, self.maximum) if bound is not None]
        if bounds and self.type not in NUMBERS:
            raise ValueError(f"{self.name}: minimum and maximum are for numbers")
        if len(bounds) == 2 and bounds[0] > bounds[1]:
            raise ValueError(f"{self.name}: its minimum is above its maximum")
        refuse_doubles("field", [one.name for one in self.fields])
        return self


@dataclass(frozen=True)
class Took:
    """What one use of a tool takes.

    Attributes:
        calls: of the exercise's calls.
        tokens: of its tokens.
        minutes: of its simulated minutes.
    """

    calls: int = 0
    tokens: int = 0
    minutes: Decimal = Decimal(0)

    def to_value(self) -> dict[str, Any]:
        """Return it as plain JSON values; minutes as text, like money."""
        return {"calls": self.calls, "tokens": self.tokens, "minutes": f"{self.minutes:f}"}


class Price(BaseModel):
    """What one use of a tool costs; nothing unless said."""

    model_config = _frozen

    calls: int = Field(default=0, ge=0, le=1_000)
    """Of the exercise's calls."""
    tokens: int = Field(default=0, ge=0, le=10_000_000)
    """Of the exercise's tokens; whoever takes tokens takes a call too."""
    minutes: Decimal = Field(default=Decimal(0), ge=0, le=10_000, decimal_places=2)
    """Simulated minutes: counted, never waited."""
    per: str | None = None
    """A whole-number argument that the price is multiplied by."""
    each: int = Field(default=1, ge=1, le=1_000_000)
    """The price is for so many of `per`; begun ones count whole."""
    varies: bool = False
    """The tool itself says how many minutes, before it takes them."""

    def of(self, arguments: Mapping[str, Any]) -> Took:
        """Return what a use with these arguments takes.

        Args:
            arguments: as read, so that `per` is there and a whole number.
        """
        times = 1
        if self.per is not None:
            share = Decimal(int(arguments[self.per])) / self.each
            times = max(0, int(share.to_integral_value(rounding=ROUND_CEILING)))
        return Took(self.calls * times, self.tokens * times, self.minutes * times)

    def tell(self) -> str:
        """Return the price in words: "1 call", "3 simulated minutes for each 30 of n", "free"."""
        if self.varies:
            return "simulated minutes, told before they are taken"
        parts = [
            f"{amount:f} {unit}{'' if amount == 1 else 's'}"
            for amount, unit in (
                (Decimal(self.calls), "call"),
                (Decimal(self.tokens), "token"),
                (self.minutes, "simulated minute"),
            )
            if amount
        ]
        if not parts:
            return "free"
        each = f" {self.each}" if self.each > 1 else ""
        return " and ".join(parts) + (f" for each{each} of {self.per}" if self.per else "")


class Tool(BaseModel):
    """One instrument of an exercise, as the candidate sees it."""

    model_config = _frozen

    name: str = Field(pattern=_NAME)
    """What it is called in Python."""
    summary: str = Field(min_length=1, max_length=300)
    """What it gives back, in a sentence or two."""
    part: Literal[1, 2] = 2
    """From which part on it may be used; a menu that gives the answer away belongs to two."""
    arguments: tuple[Argument, ...] = Field(default=(), max_length=12)
    """In the order in which they may be given without their names."""
    price: Price = Price()
    """What one use costs."""
    most: int = Field(default=500, ge=1, le=5_000)
    """How often it may be used in a session."""
    example: str = Field(default="", max_length=200)
    """What a person could write."""

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if self.price.tokens and not self.price.calls:
            raise ValueError(f"{self.name}: a price in tokens has calls too, 1 or more")
        names = [one.name for one in self.arguments]
        refuse_doubles("argument", names)
        wanted = [one.default is None for one in self.arguments]
        if wanted != sorted(wanted, reverse=True):
            raise ValueError(f"{self.name}: arguments with a default stand after those without")
        for name in (self.name, *names):
            if not name.isidentifier() or keyword.iskeyword(name):
                raise ValueError(f"{name!r} cannot be written as a name in Python")
        if self.price.per is not None:
            found = next((one for one in self.arguments if one.name == self.price.per), None)
            if found is None or found.type != "integer" or (found.minimum or 0) < 1:
                raise ValueError(
                    f"{self.name}: price.per names an integer argument with a minimum of 1 or more"
                )
        return self


def refuse_doubles(what: str, names: list[str]) -> None:
    """Refuse names of which one stands twice.

    Raises:
        ValueError: naming it.
    """
    for name in names:
        if names.count(name) > 1:
            raise ValueError(f"the {what} {name!r} stands twice")
