"""The proctor's public keys as they are pinned: which one signed from when until when.

Runs in T and wherever something is checked; pure values. `public.txt` has one line a key, oldest
first: `audition-ed25519:BASE64 from=TIME until=TIME revoked=TIME`, each time only where it holds.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace

from harness.core.clock import to_wire
from harness.core.errors import SettingsError
from harness.core.signing import PublicKey

LONGEST_TEXT = 256 << 10
"""Bytes of a list of keys; more is not a list of ours."""
SIGNS = "g:signs:"
"""How the id of a `signing_key` entry begins; the key's name follows. It can be read without the
candidate's key, so a chain tells who signs it from where even after an erasure."""
_FIELDS = {"from": "from_at", "until": "until_at", "revoked": "revoked_since"}


@dataclass(frozen=True)
class PinnedKey:
    """A public key and the time in which its signature counts.

    Attributes:
        public: the key.
        from_at: when it began to sign; None for one that was pinned without a time.
        until_at: what it signs later does not count; None for the one that signs now.
        revoked_since: what it signs from then on counts for nothing; None if it is trusted.
    """

    public: PublicKey
    from_at: dt.datetime | None = None
    until_at: dt.datetime | None = None
    revoked_since: dt.datetime | None = None

    @property
    def key_id(self) -> str:
        """Its name in heads and receipts."""
        return self.public.key_id

    def is_late(self, at: dt.datetime) -> bool:
        """Tell whether something signed at that time is later than the key's end."""
        return self.until_at is not None and at > self.until_at

    def is_revoked(self, at: dt.datetime) -> bool:
        """Tell whether something signed at that time is worth nothing."""
        return self.revoked_since is not None and at >= self.revoked_since

    def to_text(self) -> str:
        """Return its line."""
        times = {name: getattr(self, field) for name, field in _FIELDS.items()}
        told = [f"{name}={to_wire(at)}" for name, at in times.items() if at is not None]
        return " ".join([self.public.to_text(), *told])


@dataclass(frozen=True)
class Keyring:
    """Every key that is pinned, oldest first; at least one.

    Attributes:
        keys: no key twice.
    """

    keys: tuple[PinnedKey, ...]

    @classmethod
    def of(cls, *public: PublicKey) -> Keyring:
        """Return a ring of keys without times, oldest first."""
        return cls(tuple(PinnedKey(one) for one in public))

    def find(self, key_id: str) -> PinnedKey | None:
        """Return the key of that name; None if it is not pinned."""
        return next((one for one in self.keys if one.key_id == key_id), None)

    def is_older(self, key_id: str, than: str) -> bool:
        """Tell whether a key stands before another one; both must be pinned."""
        names = [one.key_id for one in self.keys]
        return names.index(key_id) < names.index(than)

    def succeeded(
        self, public: PublicKey, *, at: dt.datetime, until: dt.datetime
    ) -> Keyring:  # fmt: skip
        """Return the ring with a new key at its end.

        Args:
            public: the key that signs from now on.
            at: when it begins.
            until: when the keys end that had no end yet.
        """
        ended = (one if one.until_at else replace(one, until_at=until) for one in self.keys)
        return Keyring((*ended, PinnedKey(public, from_at=at)))

    def revoked(self, key_id: str, since: dt.datetime) -> Keyring:
        """Return the ring with a key revoked; of two times the earlier one counts."""

        def told(one: PinnedKey) -> PinnedKey:
            if one.key_id != key_id:
                return one
            return replace(one, revoked_since=min(since, one.revoked_since or since))

        return Keyring(tuple(told(one) for one in self.keys))

    def to_text(self) -> str:
        """Return what public.txt holds."""
        return "".join(one.to_text() + "\n" for one in self.keys)

    @classmethod
    def from_text(cls, text: str) -> Keyring:
        """Return the keys in pinned lines; empty lines and those that begin with # say nothing.

        Raises:
            SettingsError: a line is not a public key of ours, or there is none.
        """
        if len(text) > LONGEST_TEXT:
            raise SettingsError("the pinned public key cannot be used: the file is too long")
        lines = [line.strip() for line in text.splitlines()]
        keys = tuple(_read(line) for line in lines if line and not line.startswith("#"))
        names = [one.key_id for one in keys]
        if twice := _first_twice(names):
            raise SettingsError(f"the pinned public key {twice} stands there twice; keep one line")
        if not keys:
            PublicKey.from_text(text)  # says what a line of ours looks like
        return cls(keys)


def _read(line: str) -> PinnedKey:
    public = PublicKey.from_text(line)
    found: dict[str, dt.datetime] = {}
    for word in line.split()[1:]:
        name, _, value = word.partition("=")
        field = _FIELDS.get(name)
        if field is None or field in found:
            raise SettingsError(
                f"the pinned public key {public.key_id} has {word[:60]!r} beside it; known, once "
                f"each: {', '.join(_FIELDS)}"
            )
        found[field] = read_time(value, what=f"{name} of the pinned public key {public.key_id}")
    return PinnedKey(public, **found)


def read_time(text: str, *, what: str) -> dt.datetime:
    """Return an ISO 8601 time; one without a zone is UTC.

    Raises:
        SettingsError: it is no time.
    """
    try:
        at = dt.datetime.fromisoformat(text)
        at = at if at.tzinfo is not None else at.replace(tzinfo=dt.UTC)
        to_wire(at)
    except (ValueError, OverflowError) as problem:
        raise SettingsError(
            f"{what}: {text[:60]!r} is no time; write it as 2026-03-01T09:00:00Z"
        ) from problem
    return at


def _first_twice(names: Iterable[str]) -> str | None:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            return name
        seen.add(name)
    return None


def ring_of(pinned: Keyring | PublicKey) -> Keyring:
    """Return a ring, made of one key where one key is what there is."""
    return pinned if isinstance(pinned, Keyring) else Keyring.of(pinned)
