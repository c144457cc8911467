"""The stakeholder's fact sheet: proctor/facts.toml, read and checked.

Runs in T. What it yields goes to the proctor and to nobody else.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from grader.errors import NotReleasable
from harness.core.card import tell_validation

_strict = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


class Fact(BaseModel):
    """One thing the stakeholder knows."""

    model_config = _strict

    id: str = Field(pattern=r"^[a-z][a-z0-9_-]{0,39}$")
    """Its name in the record."""
    topic: str = Field(min_length=1, max_length=60)
    """What it is about, in words a candidate may see."""
    cues: tuple[str, ...] = Field(min_length=1)
    """Words and phrases that point to it."""
    answer: str = Field(min_length=1, max_length=1200)
    """What the stakeholder says."""
    matters: int = Field(ge=0, le=3)
    """How much it changes the work: 0 colour, 3 decides it."""
    phrasings: tuple[str, ...] = ()
    """Ways to ask for it, in different voices: what a question is compared with."""


class FactSheet(BaseModel):
    """All the stakeholder knows."""

    model_config = _strict

    schema_: int = Field(default=1, alias="schema", ge=1, le=1)
    """Version of this form."""
    stakeholder: str = Field(min_length=1, max_length=60)
    """Who answers; the card says the same."""
    asides: tuple[str, ...] = ()
    """Questions that none of the facts answers, for what is like them to get none."""
    facts: tuple[Fact, ...] = Field(min_length=1)
    """In the author's order."""


def read_facts(path: Path) -> FactSheet:
    """Return the fact sheet.

    Raises:
        NotReleasable: no file, not TOML, a field off, or something said twice.
    """
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        sheet = FactSheet.model_validate(data)
    except FileNotFoundError as problem:
        raise NotReleasable.at(
            str(path), "there is no fact sheet", "write down what the stakeholder knows"
        ) from problem
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
        raise NotReleasable.at(str(path), f"it is not TOML ({problem})", "mend it") from problem
    except ValidationError as problem:
        raise NotReleasable.at(
            str(path),
            tell_validation(problem),
            "a fact has id, topic, cues, answer, matters (0-3) and phrasings",
        ) from problem
    _refuse_doubles(str(path), "fact id", (fact.id for fact in sheet.facts))
    _refuse_doubles(str(path), "topic", (fact.topic for fact in sheet.facts))
    said = [phrasing for fact in sheet.facts for phrasing in fact.phrasings]
    _refuse_doubles(str(path), "phrasing", [*said, *sheet.asides])
    return sheet


def _refuse_doubles(place: str, what: str, values: Iterable[str]) -> None:
    seen: set[str] = set()
    for value in values:
        key = " ".join(value.casefold().split())
        if key in seen:
            raise NotReleasable.at(place, f"the {what} {value!r} stands twice", "keep one of them")
        seen.add(key)
