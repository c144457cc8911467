"""Who may answer questions: a link that is good once, then a pass in that browser alone.

Runs in zone G. Both are random and kept as SHA-256; neither opens any other door. The page
they open is served on the loopback port and nowhere a candidate's server or kernel can reach.
"""

from __future__ import annotations

import datetime as dt
import secrets
from dataclasses import dataclass

from sqlalchemy import Connection, insert, select, update
from starlette.requests import HTTPConnection, Request

from harness.core.clock import Clock
from harness.proctor import words
from harness.proctor.access import DOOR, LINE
from harness.proctor.errors import Refusal
from harness.proctor.tables import interviewers
from harness.proctor.tokens import LONGEST_TOKEN, digest
from harness.proctor.writer import Writer

COOKIE = "audition_interviewer"
PATH = "/live"
"""Where the page is, and all that the cookie is sent to."""
LINK_GOOD = dt.timedelta(hours=72)
PASS_GOOD = dt.timedelta(hours=16)
"""A day of interviews, from the use of the link."""
HEADER, WORD = "x-audition", "live"
"""Our page sends it with each request; another origin's page cannot without being let."""


@dataclass(frozen=True)
class Link:
    """A link for an interviewer; the one place its secret is shown.

    Attributes:
        interviewer: id under which answers are recorded.
        secret: what stands behind the # of the link.
        expires_at: until when it has to be used.
    """

    interviewer: str
    secret: str
    expires_at: dt.datetime


@dataclass(frozen=True)
class _Pass:
    """Whose pass it is, and until when."""

    interviewer: str
    expires_at: dt.datetime


class Interviewers:
    """Every interviewer's link and pass.

    Args:
        writer: of the witness.
        clock: where time comes from.
    """

    def __init__(self, writer: Writer, clock: Clock) -> None:
        self._writer, self._clock = writer, clock
        self._good: dict[str, _Pass] = {}

    async def load(self) -> None:
        """Read which passes are good; call it once before anything else."""
        good = interviewers.c.pass_sha256.is_not(None) & interviewers.c.revoked_at.is_(None)
        rows = await self._writer.read(lambda c: c.execute(select(interviewers).where(good)).all())
        self._good = {row.pass_sha256: _Pass(row.id, row.expires_at) for row in rows}

    async def make(self) -> Link:
        """Make a link and return it."""
        now = self._clock.now()
        link = Link(f"iv-{secrets.token_hex(4)}", secrets.token_urlsafe(32), now + LINK_GOOD)
        row = {
            "id": link.interviewer, "sha256": digest(link.secret), "created_at": now,
            "expires_at": link.expires_at,
        }  # fmt: skip
        await self._writer.do(lambda c: c.execute(insert(interviewers).values(row)) and None)
        return link

    async def enter(self, secret: object) -> str:
        """Burn a link and return the pass it gives.

        Raises:
            Refusal: 404 for a link nobody made, 410 for one that was used, ended or is too old.
        """
        if not isinstance(secret, str) or not 0 < len(secret) <= LONGEST_TOKEN:
            raise _no_link("There is no such link. Ask the operator for one.", 404)
        word, now = secrets.token_urlsafe(32), self._clock.now()
        mine = interviewers.c.sha256 == digest(secret)

        def job(connection: Connection) -> _Pass:
            row = connection.execute(select(interviewers).where(mine)).one_or_none()
            if row is None:
                raise _no_link("There is no such link. Ask the operator for one.", 404)
            if row.revoked_at is not None or (row.used_at is None and row.expires_at <= now):
                raise _no_link("This link is no longer good. Ask the operator for a new one.", 410)
            if row.used_at is not None:
                raise _no_link(
                    "This link was used already: it opens one browser. Ask the operator for "
                    "another.",
                    410,
                )
            until = now + PASS_GOOD
            values = {"used_at": now, "pass_sha256": digest(word), "expires_at": until}
            connection.execute(update(interviewers).where(mine).values(**values))
            return _Pass(row.id, until)

        self._good[digest(word)] = await self._writer.do(job)
        return word

    async def end_all(self) -> int:
        """Make every link and pass useless; return how many were good."""
        now = self._clock.now()
        good = interviewers.c.revoked_at.is_(None) & (interviewers.c.expires_at > now)
        ended = update(interviewers).where(good).values(revoked_at=now)
        count = await self._writer.do(lambda c: c.execute(ended).rowcount)
        self._good = {}
        return count

    def find(self, word: str) -> str | None:
        """Return whose pass this is; None if it is not good."""
        found = self._good.get(digest(word)) if 0 < len(word) <= LONGEST_TOKEN else None
        return found.interviewer if found and found.expires_at > self._clock.now() else None


def refuse_other_doors(connection: HTTPConnection) -> None:
    """Have no interviewer's page on the doors that candidates' servers and kernels reach.

    Raises:
        Refusal: 404.
    """
    state = connection.scope.get("state", {})
    if LINE in state or DOOR in state:
        raise words.not_found(f"door {connection.url.path[:80]}")


def interviewer_of(request: Request, known: Interviewers) -> str:
    """Return which interviewer's page asks.

    Raises:
        Refusal: 404 on a candidate's door, 403 for another page, 401 without a good pass.
    """
    refuse_other_pages(request)
    found = known.find(request.cookies.get(COOKIE, ""))
    if found is None:
        raise Refusal(
            "This browser has no pass, or its pass has ended. Open a link from the operator.",
            status=401,
            code="no_pass",
        )
    return found


def refuse_other_pages(request: Request) -> None:
    """Refuse what our own page did not send: a cookie comes along with anybody's request.

    Raises:
        Refusal: 404 on a candidate's door, 403 for another page.
    """
    refuse_other_doors(request)
    origin = request.headers.get("origin")
    is_ours = origin is None or origin.partition("://")[2] == request.headers.get("host")
    if request.headers.get(HEADER) != WORD or not is_ours:
        raise Refusal("Only the interviewer's page may ask here.", status=403, code="other_page")


def cookie_of(request: Request, word: str) -> str:
    """Return the header that keeps a pass in the browser that asked."""
    over_tls = request.headers.get("origin", "").startswith("https://")
    return (
        f"{COOKIE}={word}; Path={PATH}; Max-Age={int(PASS_GOOD.total_seconds())}; HttpOnly; "
        f"SameSite=Strict{'; Secure' if over_tls else ''}"
    )


def _no_link(message: str, status: int) -> Refusal:
    return Refusal(message, status=status, code="link_unknown" if status == 404 else "link_over")
