"""The proctor's signature: who made it, and whether it holds.

The private half lives in G alone (mode 0600); everybody else holds a pinned public half.
Ed25519, RFC 8032.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

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
        """Return the key in one pinned line; the times beside it are the ring's to read.

        Raises:
            SettingsError: the line is not a public key of ours, or there are several.
        """
        line, *beside = text.split() or [""]
        try:
            if not line.startswith(PREFIX):
                raise BadJournal("it does not begin with " + PREFIX)
            if any(word.startswith(PREFIX) for word in beside):
                raise BadJournal("there are several; write one on each line")
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
