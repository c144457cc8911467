"""Rounds, invites and sittings as they cross a wire: who is asked to sit what, and who did.

Runs in zone G, at the operator's and in the hub. Candidates stand here by their pseudonymous id;
a link's secret stands nowhere but in the one answer that makes it.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AwareDatetime, Field

from harness.core.card import Slug
from harness.core.records import Identifier, Record

RoundName = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")]
Level = Literal["mid", "senior"]
InviteState = Literal["open", "used", "expired", "revoked"]


class RoundExercise(Record):
    """One exercise of a round, in the version that stood when the round was made."""

    slug: Slug
    """Which."""
    version: str = Field(pattern=r"^\d+\.\d+\.\d+$")
    """Its version; a sitting is refused when another one lies there."""


class Round(Record):
    """What everybody in one hiring round sits."""

    schema_: int = Field(default=1, alias="schema", ge=1, le=1)
    """Version of this form."""
    round: RoundName
    """Its name."""
    created_at: AwareDatetime
    """When it was made."""
    exercises: tuple[RoundExercise, ...] = Field(min_length=1, max_length=20)
    """In the order they are given."""
    level: Level = "mid"
    """Which bar applies."""
    minutes: int | None = Field(default=None, ge=1, le=600)
    """Box of each exercise instead of its own."""
    days: int = Field(default=14, ge=1, le=365)
    """How long a link is good."""
    live: bool = False
    """Whether questions go to a live interviewer first."""


class Invite(Record):
    """One link for one candidate; good once."""

    schema_: int = Field(default=1, alias="schema", ge=1, le=1)
    """Version of this form."""
    invite: Identifier
    """Its id, which opens nothing."""
    round: RoundName
    """Which round."""
    candidate: Identifier
    """For whom, by the pseudonymous id."""
    created_at: AwareDatetime
    """When it was made."""
    expires_at: AwareDatetime
    """Until when it is good."""
    state: InviteState
    """open, used, expired or revoked."""
    secret: str | None = None
    """What the link carries; only in the answer that makes it."""


class Sitting(Record):
    """One candidate in a round."""

    schema_: int = Field(default=1, alias="schema", ge=1, le=1)
    """Version of this form."""
    sitting: Identifier
    """Its id."""
    round: RoundName
    """Which round."""
    candidate: Identifier
    """Who, by the pseudonymous id."""
    begun_at: AwareDatetime
    """When the first link was used."""
    session: Identifier | None = None
    """The session that was opened for it; None until its server is started."""
    submissions: tuple[Identifier, ...] = ()
    """What was submitted in it, oldest first."""
