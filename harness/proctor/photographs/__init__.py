"""The exercises as the proctor knows them: card, facts, part two, own model's profile, tools.

Runs in zone G. `release` wrote these files and a drift test holds them; they are trusted in
what they say and checked in form all the same, because a half-copied one would end sessions in
the middle. Slugs come from requests: one that is no slug never becomes a path.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, JsonValue, ValidationError

from harness.core.canonical import parse_json
from harness.core.card import ExerciseCard, tell_validation
from harness.core.errors import BadExercise, BadJournal
from harness.proctor import words
from harness.proctor.tools.sheet import ToolSheet

INSTALLED = Path(__file__).parent
LARGEST_FILE_BYTES = 8 << 20
_SLUG = re.compile(r"[a-z][a-z0-9-]{1,39}")
_frozen = ConfigDict(frozen=True, extra="forbid")
_Read = TypeVar("_Read", bound=BaseModel)


class Fact(BaseModel):
    """One thing the stakeholder knows."""

    model_config = _frozen

    id: str = Field(pattern=r"^[a-z][a-z0-9_-]{0,39}$")
    """Its name in the record."""
    topic: str = Field(min_length=1, max_length=60)
    """What it is about, in words the candidate may see."""
    cues: tuple[str, ...] = Field(min_length=1)
    """Words and phrases that point to it."""
    answer: str = Field(min_length=1, max_length=1200)
    """What the stakeholder says."""
    matters: int = Field(ge=0, le=3)
    """How much it changes the work; for reviewers."""
    phrasings: tuple[str, ...] = ()
    """Ways to ask for it, in different voices: what a question is compared with."""


class FactSheet(BaseModel):
    """All the stakeholder knows: facts.json."""

    model_config = _frozen

    schema_: int = Field(default=1, alias="schema", ge=1, le=1)
    """Version of this form."""
    stakeholder: str = Field(min_length=1, max_length=60)
    """Who answers."""
    asides: tuple[str, ...] = ()
    """Questions that none of the facts answers, for what is like them to get none."""
    facts: tuple[Fact, ...] = Field(min_length=1)
    """In the author's order."""


class PlanCell(BaseModel):
    """The open cell that part two waits for."""

    model_config = _frozen

    cell_id: str = Field(min_length=1, max_length=64)
    """Its id in the notebook."""
    given: str
    """Its source as given: running that is no plan."""


class PartTwo(BaseModel):
    """What is delivered once there is a plan: part-2.json."""

    model_config = _frozen

    schema_: int = Field(default=1, alias="schema", ge=1, le=1)
    """Version of this form."""
    after: PlanCell
    """What it waits for."""
    cells: tuple[dict[str, JsonValue], ...] = Field(min_length=1)
    """nbformat cells with ids."""


class ModelProfile(BaseModel):
    """How an exercise's own model fails: profile.json, written to fit the model worker.

    The proctor reads what it lists and reserves by and hands the whole on; the worker checks it.
    """

    model_config = ConfigDict(frozen=True, extra="allow")

    schema_: int = Field(default=1, alias="schema", ge=1, le=1)
    """Version of this form."""
    alias: str = Field(pattern=r"^[a-z][a-z0-9.-]{1,39}$")
    """What candidates call it."""
    tier: str = Field(min_length=1, max_length=60)
    """The model behind it, whose price and window it has."""
    instruction: str = Field(max_length=8_000)
    """The prompt it puts before a message, which is charged with it."""

    def to_value(self) -> dict[str, Any]:
        """Return the whole of it, as it goes to the model worker."""
        return self.model_dump(mode="json", by_alias=True)


class Photographs:
    """The proctor's side of every released exercise.

    Args:
        root: a folder with one folder an exercise; None is the installed one.
    """

    def __init__(self, root: Path | None = None) -> None:
        self._root = INSTALLED if root is None else root
        self._read: dict[tuple[str, str], BaseModel] = {}

    def card(self, slug: str) -> ExerciseCard:
        """Return an exercise's card.

        Raises:
            Refusal: 404, there is no such exercise.
            BadExercise: its card cannot be read.
        """
        card = self._load(slug, "card.json", ExerciseCard)
        if card.slug != slug:
            raise BadExercise(
                f"{self._root / slug}/card.json is the card of {card.slug!r}; release it again"
            )
        return card

    def facts(self, slug: str) -> FactSheet:
        """Return what the stakeholder of an exercise knows.

        Raises:
            Refusal: 404, there is no such exercise.
            BadExercise: the fact sheet cannot be read.
        """
        return self._load(slug, "facts.json", FactSheet)

    def part_two(self, slug: str) -> PartTwo:
        """Return part two of an exercise.

        Raises:
            Refusal: 404, there is no such exercise, or it has no part two.
            BadExercise: it cannot be read.
        """
        return self._load(slug, "part-2.json", PartTwo)

    def profile(self, slug: str) -> ModelProfile | None:
        """Return the profile of an exercise's own model; None if it has none.

        Raises:
            Refusal: 404, there is no such exercise.
            BadExercise: it cannot be read.
        """
        if not (self._folder(slug) / "profile.json").exists():
            return None
        return self._load(slug, "profile.json", ModelProfile)

    def tools(self, slug: str) -> ToolSheet:
        """Return what an exercise's tools answer from; without tools where it has none.

        Raises:
            Refusal: 404, there is no such exercise.
            BadExercise: it cannot be read.
        """
        if not (self._folder(slug) / "tools.json").exists():
            return ToolSheet(schema=1, tools={})
        return self._load(slug, "tools.json", ToolSheet)

    def _load(self, slug: str, name: str, kind: type[_Read]) -> _Read:
        known = self._read.get((slug, name))
        if isinstance(known, kind):
            return known
        folder = self._folder(slug)
        path = folder / name
        if not path.is_file():
            raise words.not_found(f"{name} of exercise {slug!r}")
        found = _read_file(path, kind)
        self._read[slug, name] = found
        return found

    def _folder(self, slug: str) -> Path:
        """Return the exercise's folder, which has to lie in ours by itself, not by a link."""
        folder = self._root / slug if _SLUG.fullmatch(slug) else None
        if folder is None or folder.is_symlink() or not folder.is_dir():
            raise words.not_found(f"exercise {slug[:60]!r}")
        return folder


def _read_file(path: Path, kind: type[_Read]) -> _Read:
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST_FILE_BYTES + 1)
        if len(data) > LARGEST_FILE_BYTES:
            raise BadExercise(f"{path} is larger than {LARGEST_FILE_BYTES >> 20} MiB")
        value: Any = parse_json(data, what=str(path))
        return kind.model_validate(value)
    except OSError as problem:
        raise BadExercise(f"{path} cannot be read: {problem.strerror}") from problem
    except BadJournal as problem:
        raise BadExercise(f"{problem}; release the exercise again") from problem
    except ValidationError as problem:
        raise BadExercise(
            f"{path}: {tell_validation(problem)}; release the exercise again"
        ) from problem
