"""Whose signature counts where: each key in its time, and at its place in the chain.

Runs in T, within verify; pure functions of records that were read already.
"""

from __future__ import annotations

from dataclasses import dataclass

from harness.core.clock import to_wire
from harness.core.journal import head_holds
from harness.core.keyring import Keyring
from harness.core.records import Head, Receipt


@dataclass(frozen=True)
class Chain:
    """A journal that holds.

    Attributes:
        hashes: of its entries, in order.
        signs_from: (entry, key) for each entry that says which key signs from there.
    """

    hashes: list[str]
    signs_from: list[tuple[int, str]]

    def signer_at(self, seq: int, first: str) -> str:
        """Return whose signature an entry's head has to bear; first is the first head's."""
        return next((key for at, key in reversed(self.signs_from) if at <= seq), first)


def tell_late(signed: Receipt | Head, ring: Keyring) -> str:
    """Return in words that a key signed something after its end; its end must be in the ring."""
    pinned = ring.find(signed.key_id)
    assert pinned is not None and pinned.until_at is not None
    return (
        f"the key {signed.key_id} signed it at {to_wire(signed.at)} and had ended at "
        f"{to_wire(pinned.until_at)}"
    )


def head_is_off(head: Head, receipt: Receipt, ring: Keyring, due: str) -> str | None:
    """Return what is wrong with a head; None if it counts."""
    pinned = ring.find(head.key_id)
    if pinned is None or not head_holds(head, pinned.public) or head.session != receipt.session:
        return f"the head of entry {head.seq} is not signed by us"
    if pinned.is_late(head.at):
        return f"the head of entry {head.seq}: {tell_late(head, ring)}"
    if head.key_id != due:
        return f"the key {head.key_id} signed the head of entry {head.seq}, where {due} signs"
    return None


def weigh(
    receipt: Receipt, heads: list[Head], ring: Keyring, length: int
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return what rests on a revoked key alone, and what is to be known of one that was used.

    A good receipt covers the whole chain, so then nothing rests on the heads before it.
    """
    pinned = ring.find(receipt.key_id)
    if pinned is None or pinned.revoked_since is None:
        return (), ()
    since = to_wire(pinned.revoked_since)
    if not pinned.is_revoked(receipt.at):
        told = (
            f"the key {receipt.key_id} is revoked since {since} and says that it signed before; "
            "whoever stole it can say so too, so ask when this file was received"
        )
        return (), (told,)
    good = [head.seq for head in heads if not _is_revoked(head, ring)]
    from_seq = max(good) + 1 if good else 0
    rests = f"entries {from_seq} to {length - 1}" if from_seq < length else "no entry"
    told = (
        f"it rests on the key {receipt.key_id} alone, which is revoked since {since}: the receipt, "
        f"notebook, ledger and saved versions, and {rests} of the journal"
    )
    return (told,), ()


def _is_revoked(head: Head, ring: Keyring) -> bool:
    pinned = ring.find(head.key_id)
    return pinned is None or pinned.is_revoked(head.at)
