"""The keys folder: the key that signs now, and the public halves of all that ever did.

Runs in zone G. `signing.key` is the one private half, `public.txt` the list that others pin. A
rotation is three writes, each whole or not at all: `next.key` is written, `public.txt` lists it,
`next.key` takes the place of `signing.key`. Whoever finds a `next.key` knows from the list which
of the two keys signs, so a crash between any two leaves one that does. The old private half is
not kept: what it signed is checked with its public one.
"""

from __future__ import annotations

import datetime as dt
import logging
import os
import threading
from contextlib import suppress
from pathlib import Path

from harness.core.clock import Clock
from harness.core.errors import SettingsError, UsageError
from harness.core.keyring import LONGEST_TEXT, Keyring
from harness.core.signing import PublicKey, SigningKey
from harness.proctor.blobs import sync_folder

OVERLAP = dt.timedelta(minutes=10)
"""How long after a rotation the old key's signature still counts, for what was under way."""
_SEED_BYTES = 32
_log = logging.getLogger(__name__)


class Signer:
    """The proctor's signature.

    Args:
        folder: home/proctor/keys; made if missing, a key in it made once, mode 0600.
        clock: where time comes from.

    Raises:
        SettingsError: a file is there but holds no key, or public.txt is no list of keys.
    """

    def __init__(self, folder: Path, clock: Clock) -> None:
        self._clock = clock
        self._private, self._next = folder / "signing.key", folder / "next.key"
        self._public = folder / "public.txt"
        self._turn = threading.Lock()
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        for left in folder.glob("*.part"):  # of one who was killed while it wrote
            left.unlink()
        known = _read_ring(self._public)
        if not self._finish(known) and not self._private.exists():
            _write_whole(self._private, os.urandom(_SEED_BYTES), 0o600)
        self._current = _read_seed(self._private)
        self._ring = known or Keyring(())
        self._list_current()

    @property
    def current(self) -> SigningKey:
        """The key that signs now; ask for it anew for each signature."""
        return self._current

    @property
    def public(self) -> PublicKey:
        """The public half of the key that signs now."""
        return self._current.public

    @property
    def ring(self) -> Keyring:
        """Every public half, oldest first, with its times: what others pin."""
        return self._ring

    def rotate(self) -> str:
        """Make a new key that signs from now on, and return its name.

        Runs in any thread. A rotation that a failing disk broke off is brought to its end instead.

        Raises:
            OSError: the disk did not take it; the key before signs on.
        """
        with self._turn:
            self._rotate()
            return self.public.key_id

    def revoke(self, key_id: str, since: dt.datetime) -> Keyring:
        """Declare a key's signatures from a time on worthless; return the ring.

        The key that signs now is rotated first.

        Raises:
            UsageError: no such key, or a time in the future.
            OSError: the disk did not take it.
        """
        with self._turn:
            if self._ring.find(key_id) is None:
                names = ", ".join(one.key_id for one in self._ring.keys)
                raise UsageError(f"there is no key {key_id[:64]!r}; there are {names}")
            if since > self._clock.now():
                raise UsageError(
                    "a key is revoked since a time that has been, not from one to come"
                )
            if key_id == self.public.key_id:
                self._rotate()
            self._publish(self._ring.revoked(key_id, since))
            _log.warning("the key %s is revoked", key_id)
            return self._ring

    def _rotate(self) -> None:
        before = self.public.key_id
        if not self._finish(self._ring):
            fresh = SigningKey(os.urandom(_SEED_BYTES))
            now = self._clock.now()
            _write_whole(self._next, fresh.seed, 0o600)
            listed = self._ring
            try:
                self._publish(self._ring.succeeded(fresh.public, at=now, until=now + OVERLAP))
                self._take_next()
            except OSError:
                with suppress(OSError):  # the key before has no end then
                    self._publish(listed)
                raise
        self._current = _read_seed(self._private)
        _log.warning("the key %s signs from now on, after %s", self.public.key_id, before)

    def _finish(self, ring: Keyring | None) -> bool:
        """Bring a rotation that was broken off to its end, or undo it; True if one was ended."""
        if not self._next.exists():
            return False
        listed = None
        with suppress(SettingsError):
            listed = ring and ring.find(_read_seed(self._next).public.key_id)
        if listed is None:  # nobody has heard of it
            self._next.unlink()
            return False
        self._take_next()
        return True

    def _take_next(self) -> None:
        self._next.replace(self._private)
        sync_folder(self._private.parent)

    def _publish(self, ring: Keyring) -> None:
        _write_whole(self._public, ring.to_text().encode("ascii"), 0o644)
        self._ring = ring

    def _list_current(self) -> None:
        """See to it that the key that signs is the last one listed.

        One that was put there by hand joins the list. One that has ended, as a copy taken in the
        middle of a rotation can hold, does not sign again: a new one follows.
        """
        names = [one.key_id for one in self._ring.keys]
        if self.public.key_id not in names:
            now = self._clock.now()
            self._publish(self._ring.succeeded(self.public, at=now, until=now + OVERLAP))
        elif self.public.key_id != names[-1]:
            self._rotate()


def _read_seed(path: Path) -> SigningKey:
    seed = path.read_bytes()
    if len(seed) != _SEED_BYTES:
        raise SettingsError(
            f"{path} has {len(seed)} bytes and is not a signing key ({_SEED_BYTES} bytes)"
        )
    return SigningKey(seed)


def _read_ring(path: Path) -> Keyring | None:
    """Return the list in public.txt; None if there is none."""
    try:
        with path.open(encoding="ascii") as file:
            return Keyring.from_text(file.read(LONGEST_TEXT + 1))
    except FileNotFoundError:
        return None
    except (UnicodeDecodeError, SettingsError) as problem:
        raise SettingsError(
            f"{path} cannot be read ({problem}); take it from a backup, or remove it to list the "
            "key that signs now and no other"
        ) from problem


def _write_whole(path: Path, data: bytes, mode: int) -> None:
    """Write a file whole or not at all, durable before it has its name."""
    part = path.with_name(f"{path.name}.part")
    part.unlink(missing_ok=True)
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    with os.fdopen(handle, "wb") as file:
        os.fchmod(file.fileno(), mode)
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
    sync_folder(path.parent)
