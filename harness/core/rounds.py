"""Rounds, invites and sittings as they cross a wire: who is asked to sit what, and who did.

Runs in zone G, at the operator's and in the hub. Candidates stand here by their pseudonymous id;
a link's secret stands nowhere but in the one answer that makes it.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field, JsonValue

from harness.core.card import Slug
from harness.core.records import Identifier, Record

RoundName = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")]
Level = Literal["mid", "senior"]
InviteState = Literal["open", "used", "expired", "revoked"]


class RoundCap(Record):
    """What all who sit a round may spend together; None is no limit."""

    usd: Decimal | None = Field(default=None, gt=0, le=1_000_000)
    """US dollars by the proctor's price table."""
    tokens: int | None = Field(default=None, ge=1, le=10**15)
    """Prompt and answer tokens."""
    calls: int | None = Field(default=None, ge=1, le=10**12)
    """Model calls."""
    calls_per_minute: int | None = Field(default=None, ge=1, le=10**9)
    """Calls that may begin in any 60 seconds."""


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
    pause_minutes: int = Field(default=10, ge=0, le=600)
    """How long each sitting's clock may stand still, in all; 0 is no pauses."""
    cap: RoundCap = RoundCap()
    """What all who sit it may spend together; the operator may change it."""
    days: int = Field(default=14, ge=1, le=365)
    """How long a link is good."""
    live: bool = False
    """Whether questions go to a live interviewer first."""
    staff: bool = False
    """Whether it is staff who sit it: a try, which counts nowhere."""


class RoundPurse(Record):
    """What the purse of a round holds."""

    usd_spent: Decimal
    """Settled, in US dollars."""
    usd_reserved: Decimal
    """Set aside by calls under way."""
    usd_unsettled: Decimal
    """Set aside when the proctor died, never settled, and still charged."""
    tokens_spent: int
    """Tokens of settled calls."""
    tokens_reserved: int
    """Set aside by calls under way."""
    tokens_unsettled: int
    """Set aside when the proctor died."""
    calls_made: int
    """Settled calls."""
    calls_open: int
    """Calls under way."""
    calls_unsettled: int
    """Calls whose end was never seen."""


class RoundRelease(Record):
    """Calls whose end was never seen, no longer charged to their round by the operator's word."""

    at: AwareDatetime
    """When."""
    calls: int = Field(ge=0)
    """How many."""
    usd: Decimal
    """What they had set aside, in US dollars."""
    tokens: int = Field(ge=0)
    """Likewise, in tokens."""


class RoundChange(Record):
    """What the operator changed of a round."""

    at: AwareDatetime
    """When."""
    values: dict[str, JsonValue]
    """Name to new value."""


class RoundCard(Record):
    """A round with its purse and what became of it."""

    schema_: int = Field(default=1, alias="schema", ge=1, le=1)
    """Version of this form."""
    round: Round
    """As it stands now."""
    purse: RoundPurse
    """What it holds."""
    changes: tuple[RoundChange, ...] = ()
    """Oldest first."""
    releases: tuple[RoundRelease, ...] = ()
    """Oldest first."""


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
    staff: bool = False
    """Whether it is a staff run, which counts nowhere."""
