"""A key per candidate: what is sealed with it dies with it.

Runs where the record is written (G) and where it is read (T). AES-256-GCM: whoever changes
one bit of a sealed payload is found out, and so is whoever moves it to another place.
Source: NIST SP 800-38D (2007), random 96-bit nonces, far below 2**32 messages a key.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import os
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from harness.core.errors import BadJournal

KEY_BYTES = 32
NONCE_BYTES = 12


@dataclass(frozen=True)
class ContentKey:
    """The secret under which one candidate's payloads are sealed.

    Attributes:
        secret: 32 random bytes.
    """

    secret: bytes

    def __post_init__(self) -> None:
        if len(self.secret) != KEY_BYTES:
            raise BadJournal(f"a content key has {len(self.secret)} bytes; it needs {KEY_BYTES}")

    def __repr__(self) -> str:
        return f"ContentKey(check={self.check()[:8]}…)"

    @classmethod
    def new(cls) -> ContentKey:
        """Return a fresh random key."""
        return cls(os.urandom(KEY_BYTES))

    @classmethod
    def from_text(cls, text: str) -> ContentKey:
        """Return the key written as strict base64.

        Raises:
            BadJournal: the text is not base64 of 32 bytes.
        """
        return cls(decode64(text, what="the content key"))

    def to_text(self) -> str:
        """Return the key as base64."""
        return encode64(self.secret)

    def check(self) -> str:
        """Return a value that tells this key from any other without giving it away."""
        return hmac.new(self.secret, b"audition key check", hashlib.sha256).hexdigest()

    def blob_id(self, content: bytes) -> str:
        """Return the id of a blob: a keyed hash, so that nobody can guess at contents by it.

        Args:
            content: the blob's plain bytes.
        """
        return self.blob_id_of(hashlib.sha256(content).hexdigest())

    def blob_id_of(self, sha256: str) -> str:
        """Return the id of the blob with this hash, for whoever has not its bytes at hand.

        Args:
            sha256: of the blob's plain bytes, 64 hexadecimal digits.
        """
        return hmac.new(self.secret, bytes.fromhex(sha256), hashlib.sha256).hexdigest()

    def seal(self, plain: bytes, *, place: str) -> bytes:
        """Return nonce and ciphertext, bound to the place it stands in.

        Args:
            plain: what to seal.
            place: where it will stand; opening it elsewhere is refused.
        """
        nonce = os.urandom(NONCE_BYTES)
        return nonce + AESGCM(self.secret).encrypt(nonce, plain, place.encode())

    def sealer(self, *, place: str) -> Sealer:
        """Return what seals a long content piece by piece; open() takes all of it together.

        Args:
            place: where it will stand.
        """
        return Sealer(self.secret, place)

    def open(self, sealed: bytes, *, place: str) -> bytes:
        """Return what was sealed for this place.

        Raises:
            BadJournal: another key, another place, or an altered byte.
        """
        try:
            nonce, body = sealed[:NONCE_BYTES], sealed[NONCE_BYTES:]
            return AESGCM(self.secret).decrypt(nonce, body, place.encode())
        except (InvalidTag, ValueError) as problem:
            raise BadJournal(
                f"{place} does not open: it was altered, moved, or sealed under another key"
            ) from problem


class Sealer:
    """Seals one content piece by piece: what begin, add and end give, joined, is one sealing.

    Args:
        secret: the content key's.
        place: where it will stand.
    """

    def __init__(self, secret: bytes, place: str) -> None:
        self._nonce = os.urandom(NONCE_BYTES)
        self._encryptor = Cipher(algorithms.AES(secret), modes.GCM(self._nonce)).encryptor()
        self._encryptor.authenticate_additional_data(place.encode())

    def begin(self) -> bytes:
        """Return what stands before the first piece."""
        return self._nonce

    def add(self, piece: bytes) -> bytes:
        """Return the next piece, sealed."""
        return self._encryptor.update(piece)

    def end(self) -> bytes:
        """Return what stands after the last piece."""
        return self._encryptor.finalize() + self._encryptor.tag


def encode64(data: bytes) -> str:
    """Return data as base64 text."""
    return base64.b64encode(data).decode("ascii")


def decode64(text: str, *, what: str) -> bytes:
    """Return the bytes of strict base64: the one spelling encode64 gives.

    Args:
        text: the base64 text.
        what: what it is, for the message.

    Raises:
        BadJournal: other characters, missing padding, or stray bits in the last character.
    """
    try:
        data = base64.b64decode(text.encode("ascii"), validate=True)
    except (binascii.Error, ValueError) as problem:
        raise BadJournal(f"{what} is not base64: {problem}") from problem
    if encode64(data) != text:
        raise BadJournal(f"{what} is base64 in a second spelling")
    return data
