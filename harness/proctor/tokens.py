"""Passes: random, kept as SHA-256 alone, replaced as a pair.

Runs in zone G. Whoever reads the database learns no token; whoever holds a token learns nothing
from it.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from sqlalchemy import Connection, insert, select, update

from harness.proctor.errors import StoreUnusable
from harness.proctor.leases import owned_only
from harness.proctor.tables import tokens
from harness.proctor.writer import Writer

Role = Literal["operator", "lab", "kernel"]
LONGEST_TOKEN = 200


@dataclass(frozen=True)
class Pass:
    """What a good token stands for.

    Attributes:
        role: whose it is.
        session: which session it opens; None for the operator.
    """

    role: Role
    session: str | None


@dataclass(frozen=True)
class Pair:
    """The two tokens of a session, in the clear: shown once, never kept.

    Attributes:
        lab: for the candidate's server.
        kernel: for the candidate's kernel.
    """

    lab: str
    kernel: str


class Tokens:
    """Every pass that is good now.

    Args:
        writer: of the witness.
        operator_file: home/proctor/operator.token; made once, mode 0600.
    """

    def __init__(self, writer: Writer, operator_file: Path) -> None:
        self._writer = writer
        self._good: dict[str, Pass] = {}
        self._operator_file = operator_file
        self._operator = digest(_read_or_make(operator_file))

    async def load(self, only: Collection[str] | None = None) -> None:
        """Read which passes are good; call it once before anything else.

        Args:
            only: sessions whose passes are read anew; None reads all.
        """
        query = select(tokens).where(tokens.c.revoked_at.is_(None))
        rows = await self._writer.read(lambda connection: connection.execute(query).all())
        kept = {} if only is None else self._good
        kept = {sha: good for sha, good in kept.items() if good.session not in (only or ())}
        fresh = {row.sha256: Pass(row.role, row.session) for row in owned_only(rows, only)}
        self._good = kept | fresh
        self._good[self._operator] = Pass("operator", None)

    def find(self, token: str) -> Pass | None:
        """Return what a token stands for; None if it is not good.

        Looked up by its hash, so that timing says nothing about a token.
        """
        return self._good.get(digest(token)) if 0 < len(token) <= LONGEST_TOKEN else None

    async def renew(self, session: str, at: dt.datetime) -> Pair:
        """Return a fresh pair for a session; the one before is no longer good."""
        pair = Pair(lab=secrets.token_urlsafe(32), kernel=secrets.token_urlsafe(32))
        fresh = {
            digest(pair.lab): Pass("lab", session),
            digest(pair.kernel): Pass("kernel", session),
        }

        def job(connection: Connection) -> None:
            old = (tokens.c.session == session) & tokens.c.revoked_at.is_(None)
            connection.execute(update(tokens).where(old).values(revoked_at=at))
            rows = [
                {"sha256": sha256, "role": good.role, "session": session, "created_at": at}
                for sha256, good in fresh.items()
            ]
            connection.execute(insert(tokens), rows)

        await self._writer.do(job)
        kept = {sha: good for sha, good in self._good.items() if good.session != session}
        self._good = kept | fresh
        return pair

    def renew_operator(self) -> None:
        """Put a fresh operator's token into its file; the one before is no longer good.

        Raises:
            OSError: the disk did not take it; the one before stays good.
        """
        fresh = digest(make_operator_token(self._operator_file))
        kept = {sha: good for sha, good in self._good.items() if good.role != "operator"}
        self._good = kept | {fresh: Pass("operator", None)}
        self._operator = fresh


def digest(token: str) -> str:
    """Return what is kept of a token."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def make_operator_token(path: Path) -> str:
    """Write a fresh token, whole or not at all, mode 0600, and return it."""
    part = path.with_suffix(".part")
    part.unlink(missing_ok=True)
    token = secrets.token_urlsafe(32)
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(token + "\n")
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
    return token


def _read_or_make(path: Path) -> str:
    token = path.read_text(encoding="ascii").strip() if path.exists() else make_operator_token(path)
    if len(token) < 32:
        raise StoreUnusable(f"{path} holds no token; delete it and start again to get a new one")
    return token
