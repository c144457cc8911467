"""Invites: a random secret for one candidate, kept as a hash, good once and for some days.

Runs in zone G. Looking at a link burns nothing: it is used when the hub hands in its secret, which
the page does after a button was pressed.
"""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from sqlalchemy import Connection, insert, select, update

from harness.core.card import tell_validation
from harness.core.clock import Clock
from harness.core.rounds import Invite, InviteState, Sitting
from harness.proctor import words
from harness.proctor.errors import Refusal
from harness.proctor.identity import Identity
from harness.proctor.round_tables import invites, sittings
from harness.proctor.rounds import Rounds
from harness.proctor.tokens import LONGEST_TOKEN, digest
from harness.proctor.writer import Writer

MOST_AT_ONCE = 5_000


class Asked(BaseModel):
    """Whom the operator invites."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    candidates: tuple[str, ...] = Field(min_length=1, max_length=MOST_AT_ONCE)
    """As the operator writes them; kept in identity alone."""
    again: bool = False
    """A new link for whoever has one already: another device, or a link that was lost."""
    extra_time: Decimal | None = Field(default=None, ge=1, le=4, max_digits=4, decimal_places=2)
    """By how much their boxes are longer; kept in identity alone. None leaves what was said."""


class Invites:
    """Every link.

    Args:
        store: writer of the rounds' database.
        clock: where time comes from.
        identity: who is who.
        rounds: the rounds.
    """

    def __init__(self, store: Writer, clock: Clock, identity: Identity, rounds: Rounds) -> None:
        self._store, self._clock, self._identity, self._rounds = store, clock, identity, rounds

    async def make(self, name: str, body: object) -> list[Invite]:
        """Make a link for each candidate, for all of them or for none; in the order given.

        Args:
            name: the round.
            body: the operator's JSON (Asked).

        Raises:
            Refusal: 404, no such round; 400 for names that cannot be used; 409 for candidates
                who have a link already, unless `again`.
        """
        held = await self._rounds.get(name)
        asked = _read(body)
        ids = [await self._identity.find_or_make(candidate) for candidate in asked.candidates]
        now = self._clock.now()
        until = now + dt.timedelta(days=held.days)
        tokens = [secrets.token_urlsafe(32) for _ in ids]
        rows = [
            {"id": f"inv-{secrets.token_hex(8)}", "sha256": digest(token), "round": name,
             "candidate": candidate, "created_at": now, "expires_at": until}
            for token, candidate in zip(tokens, ids, strict=True)
        ]  # fmt: skip

        def job(connection: Connection) -> set[str]:
            mine = (invites.c.round == name) & invites.c.candidate.in_(ids)
            known = set(connection.execute(select(invites.c.candidate).where(mine)).scalars())
            if known and not asked.again:
                return known
            _revoke(connection, mine, now)
            connection.execute(insert(invites), rows)
            return set()

        if known := await self._store.do(job):
            names = [n for n, i in zip(asked.candidates, ids, strict=True) if i in known]
            raise _invited_already(names)
        if asked.extra_time is not None:
            await self._identity.set_extra_time(ids, asked.extra_time)
        return [
            _as_invite(row, "open").model_copy(update={"secret": token})
            for row, token in zip(rows, tokens, strict=True)
        ]

    async def of_round(self, name: str) -> list[Invite]:
        """Return a round's links without their secrets, oldest first.

        Raises:
            Refusal: 404, no such round.
        """
        await self._rounds.get(name)
        mine = select(invites).where(invites.c.round == name)
        query = mine.order_by(invites.c.created_at, invites.c.id)
        rows = await self._store.read(lambda c: c.execute(query).mappings().all())
        return [_as_invite(dict(row), _state(row, self._clock.now())) for row in rows]

    async def revoke(self, invite: str) -> None:
        """Make a link useless; a sitting that was begun with it goes on.

        Raises:
            Refusal: 404, there is no such link.
        """
        mine, now = invites.c.id == invite, self._clock.now()

        def job(connection: Connection) -> bool:
            found = connection.execute(select(invites.c.id).where(mine)).scalar_one_or_none()
            _revoke(connection, mine, now)
            return found is not None

        if not await self._store.do(job):
            raise words.not_found(f"invite {invite[:60]!r}")

    async def use(self, secret: object) -> Sitting:
        """Burn a link and return the sitting it opens, the same one for each of a candidate's.

        Args:
            secret: what the link carries, from the page.

        Raises:
            Refusal: 404 `link_unknown`; 410 `link_used`, `link_expired` or `link_revoked`.
        """
        if not isinstance(secret, str) or not 0 < len(secret) <= LONGEST_TOKEN:
            raise _not_good("unknown")
        now, new = self._clock.now(), f"sit-{secrets.token_hex(8)}"

        def job(connection: Connection) -> tuple[InviteState | None, dict[str, Any]]:
            query = select(invites).where(invites.c.sha256 == digest(secret))
            row = connection.execute(query).mappings().one_or_none()
            if row is None:
                return None, {}
            if (state := _state(row, now)) != "open":
                return state, {}
            mine = update(invites).where(invites.c.id == row["id"]).values(used_at=now)
            connection.execute(mine)
            return state, _sitting(connection, row, new, now)

        state, row = await self._store.do(job)
        if state != "open":
            raise _not_good(state or "unknown")
        held = await self._rounds.get(row["round"])
        return Sitting(
            sitting=row["id"], round=row["round"], candidate=row["candidate"],
            begun_at=row["begun_at"], session=row["session"], staff=held.staff,
        )  # fmt: skip


def _sitting(
    connection: Connection, invite: Any, new: str, now: dt.datetime
) -> dict[str, Any]:  # fmt: skip
    """Return the row of the sitting a link belongs to, begun now if there is none."""
    whose = (sittings.c.round == invite["round"]) & (sittings.c.candidate == invite["candidate"])
    found = connection.execute(select(sittings).where(whose)).mappings().one_or_none()
    if found is not None:
        return dict(found)
    row = {"id": new, "round": invite["round"], "candidate": invite["candidate"],
           "begun_at": now, "session": None}  # fmt: skip
    connection.execute(insert(sittings).values(row))
    return row


def _revoke(connection: Connection, which: Any, now: dt.datetime) -> None:
    is_open = invites.c.used_at.is_(None) & invites.c.revoked_at.is_(None)
    connection.execute(update(invites).where(which & is_open).values(revoked_at=now))


def _state(row: Any, now: dt.datetime) -> InviteState:
    if row["used_at"] is not None:
        return "used"
    if row["revoked_at"] is not None:
        return "revoked"
    return "expired" if now >= row["expires_at"] else "open"


def _as_invite(row: dict[str, Any], state: InviteState) -> Invite:
    return Invite(
        invite=row["id"], round=row["round"], candidate=row["candidate"],
        created_at=row["created_at"], expires_at=row["expires_at"], state=state,
    )  # fmt: skip


def _read(body: object) -> Asked:
    try:
        asked = Asked.model_validate(body)
    except ValidationError as problem:
        told = tell_validation(problem)
        raise words.bad_value(f"Nobody can be invited: {told}.") from problem
    names = asked.candidates
    if odd := [name for name in names if not 0 < len(name) <= 200 or not name.isprintable()]:
        raise words.bad_value(
            f"{odd[0][:40]!r} is no name of a candidate: 1 to 200 printable characters.",
            param="candidates",
        )
    if len(set(names)) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise words.bad_value(f"{twice[:40]!r} is named twice. Name each once.", param="candidates")
    return asked


def _invited_already(names: Sequence[str]) -> Refusal:
    more = f" and {len(names) - 3} more" if len(names) > 3 else ""
    return Refusal(
        f"{', '.join(names[:3])}{more} {'has' if len(names) == 1 else 'have'} a link in this "
        "round already; nobody was invited. --again makes a new link and revokes the old one.",
        status=409,
        code="invited_already",
    )


def _not_good(state: str) -> Refusal:
    """Row 44: a link that opens nothing (any more)."""
    told = {
        "unknown": "This link is not whole. Open it again from your invitation, or copy all of it.",
        "revoked": "This link was replaced by a newer one. Use that one, or ask for a new one; "
        "nothing is lost.",
    }.get(state, "This link has been used or is too old. Ask for a new one; nothing is lost.")
    status = 404 if state == "unknown" else 410
    return Refusal(told, status=status, code=f"link_{state}")
