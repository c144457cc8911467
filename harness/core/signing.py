"""The proctor's signature: who made it, and whether it holds.

The private half lives in G alone (mode 0600); everybody else holds a pinned public half.
Ed25519, RFC 8032.
"""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from harness.core.errors import BadJournal, SettingsError
from harness.core.seal import decode64, encode64

PREFIX = "audition-ed25519:"


@dataclass(frozen=True)
class PublicKey:
    """The half that checks.

    Attributes:
        raw: 32 bytes.
    """

    raw: bytes

    @property
    def key_id(self) -> str:
        """The first 16 hex digits of the key's hash: its name in heads and receipts."""
        return hashlib.sha256(self.raw).hexdigest()[:16]

    def verifies(self, message: bytes, signature: str) -> bool:
        """Tell whether the signature is ours over exactly this message.

        Args:
            message: the signed bytes.
            signature: base64 of 64 bytes; anything else is simply not a signature.
        """
        try:
            key = Ed25519PublicKey.from_public_bytes(self.raw)
            key.verify(decode64(signature, what="a signature"), message)
        except (InvalidSignature, ValueError, BadJournal):
            return False
        return True

    def to_text(self) -> str:
        """Return the one line that is pinned."""
        return PREFIX + encode64(self.raw)

    @classmethod
    def from_text(cls, text: str) -> PublicKey:
        """Return the key in one pinned line.

        Raises:
            SettingsError: the line is not a public key of ours.
        """
        line = text.strip()
        try:
            if not line.startswith(PREFIX):
                raise BadJournal("it does not begin with " + PREFIX)
            raw = decode64(line.removeprefix(PREFIX), what="the key")
            Ed25519PublicKey.from_public_bytes(raw)
        except (BadJournal, ValueError) as problem:
            raise SettingsError(
                f"the pinned public key cannot be used: {problem}; "
                "take the line from home/proctor/keys/public.txt"
            ) from problem
        return cls(raw)


@dataclass(frozen=True)
class SigningKey:
    """The half that signs.

    Attributes:
        seed: 32 secret bytes.
    """

    seed: bytes

    def __repr__(self) -> str:
        return f"SigningKey({self.public.key_id})"

    @property
    def public(self) -> PublicKey:
        """The half that checks."""
        private = Ed25519PrivateKey.from_private_bytes(self.seed)
        return PublicKey(private.public_key().public_bytes_raw())

    def sign(self, message: bytes) -> str:
        """Return the signature over message, base64."""
        return encode64(Ed25519PrivateKey.from_private_bytes(self.seed).sign(message))

    @classmethod
    def load_or_make(cls, folder: Path) -> SigningKey:
        """Return the folder's key, made once with mode 0600, its public half beside it.

        Args:
            folder: the proctor's keys folder; made if missing.

        Raises:
            SettingsError: the file is there but is not a key.
        """
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        path = folder / "signing.key"
        if not path.exists():
            _write_once(path, os.urandom(32))
        seed = path.read_bytes()
        if len(seed) != 32:
            raise SettingsError(f"{path} has {len(seed)} bytes and is not a signing key (32 bytes)")
        key = cls(seed)
        (folder / "public.txt").write_text(key.public.to_text() + "\n", encoding="ascii")
        return key


def _write_once(path: Path, data: bytes) -> None:
    part = path.with_suffix(f".{os.getpid()}.part")
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(part, path)  # whoever comes second keeps the first one's key
    except FileExistsError:
        pass
    part.unlink()
