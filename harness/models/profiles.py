"""Fault profiles: a tier with a prompt of its own and a documented way to fail, under an alias.

Runs in the model worker (zone G), and wherever a profile is checked before it is released. A
profile is written by an exercise's author and is data alone: word lists, labels and
probabilities, nothing that runs. It is checked here in full, so nothing behind this module meets
a fault that names what is not there.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterable, Mapping
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from harness.models.cues import FORMS, hits, needle_of, words_of
from harness.models.errors import BadProfile
from harness.models.grounded_profile import GroundedProfile
from harness.models.tiers import TIERS

BLANK = "..."
"""Stands in the output form where the label goes."""
ANY_OTHER = "*"
"""As what a fault says: some other label, by the item's luck."""
LARGEST_FILE_BYTES = 256 << 10

Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,59}$")]
LabelName = Annotated[str, Field(pattern=r"^[A-Za-z][\w -]{0,47}$")]


class _Data(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Cue(_Data):
    """A list of words that point to something in a text."""

    words: tuple[Annotated[str, Field(min_length=1, max_length=60)], ...] = Field(
        min_length=1, max_length=300, strict=False
    )
    """Words and phrases, in any case; a star at the end leaves the last word open."""
    at_least: int = Field(default=1, ge=1, le=20)
    """How many of them have to occur."""

    @cached_property
    def needles(self) -> tuple[str, ...]:
        """The words as they are looked for."""
        return tuple(needle_of(word) for word in self.words)

    def is_in(self, words: str) -> bool:
        """Whether a text's words (words_of) show the cue."""
        return hits(self.needles, words) >= self.at_least


class Fault(_Data):
    """One way in which the alias goes wrong."""

    name: Name
    """What reviewers see when it was drawn."""
    about: str = Field(min_length=1, max_length=300)
    """What it does, in a sentence."""
    when: tuple[str, ...] = Field(default=(), max_length=8, strict=False)
    """Cues that all have to be there; none of them means every text."""
    unless: tuple[str, ...] = Field(default=(), max_length=8, strict=False)
    """Cues of which none may be there."""
    instead_of: tuple[LabelName, ...] = Field(default=(), max_length=20, strict=False)
    """Labels it replaces; none of them means any."""
    says: LabelName | Annotated[str, Field(pattern=r"^\*$")]
    """The label it gives; a star is some other label than the model's."""
    chance: float = Field(ge=0, le=1)
    """How often it happens to the texts it can happen to."""


class Profile(_Data):
    """What turns a tier into an exercise's own model."""

    schema_: int = Field(default=1, alias="schema", ge=1, le=1)
    """Version of this form."""
    alias: str = Field(pattern=r"^[a-z][a-z0-9.-]{1,39}$")
    """What candidates call it."""
    tier: str
    """The simulated model behind it: its reading, window, price and speed."""
    seed: int = Field(default=0, ge=0, le=2**31)
    """Its luck; the same in every deployment, so that it is one model everywhere."""
    temperature: float = Field(default=0.0, ge=0, le=2)
    """What it samples at when a call does not say."""
    instruction: str = Field(min_length=20, max_length=8_000)
    """The system text put before the caller's message."""
    labels: tuple[LabelName, ...] = Field(min_length=2, max_length=20, strict=False)
    """What it sorts into; the instruction names each."""
    output: str = Field(default='{"label": "..."}', max_length=400)
    """The answer: a JSON object in which one text is "...", where the label goes."""
    cues: dict[Name, Cue] = Field(default_factory=dict, max_length=40)
    """Word lists by name."""
    faults: tuple[Fault, ...] = Field(default=(), max_length=40, strict=False)
    """In order: the first that is drawn decides."""
    shift: float = Field(default=0.0, ge=0, le=1, exclude_if=lambda weight: not weight)
    """How much data far from plain English adds to the faults: 0, as its own model it, to 1."""

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        for problem in _problems(self):
            raise ValueError(problem)
        return self

    @classmethod
    def from_value(cls, value: object, *, place: str = "the profile") -> Profile:
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

    def written(self, label: str) -> str:
        """The answer for a label."""
        form = json.loads(self.output)
        return json.dumps(
            {key: label if value == BLANK else value for key, value in form.items()},
            ensure_ascii=False,
        )

    def possible(self, text: str) -> tuple[Fault, ...]:
        """The faults that a text sets off, in the profile's order, whatever is drawn."""
        words = words_of(text)
        shown = {name for name, cue in self.cues.items() if cue.is_in(words)}
        shown |= {name for name, is_shown in FORMS.items() if is_shown(text)}
        return tuple(
            fault
            for fault in self.faults
            if shown.issuperset(fault.when) and shown.isdisjoint(fault.unless)
        )


AnyProfile = Profile | GroundedProfile
"""One that classifies under a prompt of its own, or one that answers under the caller's."""


def profile_of(value: object, *, place: str) -> AnyProfile:
    """A checked profile of either kind, told apart by its `kind`.

    Raises:
        BadProfile: a field is off, or two of them do not fit together.
    """
    is_grounded = isinstance(value, Mapping) and value.get("kind") == "grounded"
    kind = GroundedProfile if is_grounded else Profile
    return kind.from_value(value, place=place)


def read_profile(path: Path) -> AnyProfile:
    """The profile in a file, profile.toml as written or profile.json as photographed.

    Raises:
        BadProfile: no file, too large, neither TOML nor JSON, or not a profile.
    """
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST_FILE_BYTES + 1)
        if len(data) > LARGEST_FILE_BYTES:
            raise BadProfile(f"{path} is larger than {LARGEST_FILE_BYTES >> 10} KiB")
        text = data.decode("utf-8")
        value: Any = json.loads(text) if path.suffix == ".json" else tomllib.loads(text)
    except OSError as exc:
        raise BadProfile(f"{path} cannot be read: {exc.strerror}; name a profile") from exc
    except (ValueError, RecursionError) as exc:
        kind = "JSON" if path.suffix == ".json" else "TOML"
        raise BadProfile(f"{path} is not {kind}: {str(exc)[:200]}") from exc
    return profile_of(value, place=str(path))


def profile_of_wire(value: object) -> AnyProfile:
    """The profile that came with a call; the same one is checked once.

    Raises:
        BadProfile: it is no profile.
    """
    if not isinstance(value, Mapping):
        raise BadProfile("the call's profile is no object")
    return _checked(json.dumps(value, sort_keys=True))


@lru_cache(maxsize=32)
def _checked(text: str) -> AnyProfile:
    return profile_of(json.loads(text), place="the call's profile")


def _problems(profile: Profile) -> Iterable[str]:
    if profile.tier not in TIERS:
        yield f"tier is {profile.tier!r}; use one of {', '.join(TIERS)}"
    if profile.alias in TIERS:
        yield f"alias {profile.alias!r} is the name of a tier; call it something else"
    folded = [label.casefold() for label in profile.labels]
    if len(set(folded)) < len(folded):
        yield "labels has one label twice; keep one of them"
    told = words_of(profile.instruction)
    for label in profile.labels:
        if words_of(label) not in told:
            yield f"the instruction does not name the label {label!r}; say what it means"
    yield from _output_problems(profile.output)
    yield from _cue_problems(profile)
    yield from _fault_problems(profile)


def _output_problems(output: str) -> Iterable[str]:
    try:
        form = json.loads(output)
    except (ValueError, RecursionError):
        form = None
    if not isinstance(form, dict) or list(form.values()).count(BLANK) != 1:
        yield f"output is {output[:60]!r}; write a JSON object with one text {BLANK!r} in it"


def _cue_problems(profile: Profile) -> Iterable[str]:
    for name, cue in profile.cues.items():
        empty = [word for word in cue.words if not needle_of(word)]
        if empty:
            yield f"cue {name!r} has {empty[0]!r}, which holds no word; take it out"
        if cue.at_least > len(set(cue.needles)):
            yield f"cue {name!r} wants {cue.at_least} of {len(set(cue.needles))} words"


def _fault_problems(profile: Profile) -> Iterable[str]:
    names = [fault.name for fault in profile.faults]
    known = {*profile.cues, *FORMS}
    for index, fault in enumerate(profile.faults):
        if fault.name in names[:index]:
            yield f"fault {fault.name!r} stands twice; give each its own name"
        for cue in (*fault.when, *fault.unless):
            if cue not in known:
                yield f"fault {fault.name!r} names the cue {cue[:60]!r}, which is not there"
        for label in (*fault.instead_of, fault.says):
            if label not in (*profile.labels, ANY_OTHER):
                yield f"fault {fault.name!r} names the label {label!r}, which is not there"
