"""`audition keys`: the proctor's own keys: list them, sign with a new one, revoke a stolen one.

Runs on the operator's machine, beside a proctor that is up, which takes the change at once, or
without one, holding its home meanwhile.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import click

from harness.cli.proctor_client import ProctorClient
from harness.core.clock import SystemClock, to_wire
from harness.core.errors import EnvironmentLacks, ProctorAway, UsageError
from harness.core.keyring import Keyring, PinnedKey, read_time
from harness.core.settings import load_settings
from harness.proctor.service import hold_home
from harness.proctor.signer import Signer
from harness.proctor.tokens import make_operator_token


@click.group("keys")
def keys() -> None:
    """The keys the proctor signs with, and the operator's pass."""


@keys.command("list")
def list_keys() -> None:
    """List the public halves, oldest first: what a reviewer pins is keys/public.txt, whole."""
    path = _folder() / "keys" / "public.txt"
    try:
        ring = Keyring.from_text(path.read_text(encoding="ascii"))
    except (OSError, UnicodeDecodeError) as problem:
        raise EnvironmentLacks(
            f"{path} cannot be read; a proctor makes it at its start"
        ) from problem
    click.echo("\n".join(_tell(one) for one in ring.keys))


@keys.command("rotate")
def rotate() -> None:
    """Sign with a new key from now on. What the old one signed still verifies.

    Hand the new keys/public.txt to whoever verifies: a line joined it.
    """

    def alone(folder: Path) -> str:
        return Signer(folder / "keys", SystemClock()).rotate()

    name = _change(lambda proctor: str(proctor.post("/keys/rotate", {})["key"]), alone)
    click.echo(f"{name} signs from now on")
    click.echo(f"Hand {_folder() / 'keys' / 'public.txt'} to whoever verifies.", err=True)


@keys.command("revoke")
@click.argument("key_id", metavar="KEY")
@click.option("--since", required=True, metavar="TIME", help="As 2026-03-01T09:00:00Z.")
def revoke(key_id: str, since: str) -> None:
    """Declare what KEY signed from TIME on worthless; `audition verify` then says what rests on it.

    The key that signs now is rotated first. The new one vouches for every journal as it stands; of
    a submission with the stolen key's receipt, take a new one with `POST /sessions/…/submit`.
    """
    at = read_time(since, what="--since")

    def ask(proctor: ProctorClient) -> str:
        told = proctor.post("/keys/revoke", {"key": key_id, "since": to_wire(at)})
        return f"{told['journals']} journals have been signed anew"

    def alone(folder: Path) -> str:
        Signer(folder / "keys", SystemClock()).revoke(key_id, at)
        return "journals are signed anew when the proctor starts"

    click.echo(f"{key_id} is revoked since {to_wire(at)}; {_change(ask, alone)}")
    click.echo(f"Hand {_folder() / 'keys' / 'public.txt'} to whoever verifies.", err=True)


@keys.command("operator")
def operator() -> None:
    """Make a fresh operator's pass; the one before opens nothing any more."""

    def alone(folder: Path) -> str:
        make_operator_token(folder / "operator.token")
        return ""

    _change(lambda proctor: str(proctor.post("/keys/operator", {})), alone)
    click.echo(f"a fresh pass lies in {_folder() / 'operator.token'}")


def _folder() -> Path:
    return load_settings().home / "proctor"


def _change(ask: Callable[[ProctorClient], str], alone: Callable[[Path], str]) -> str:
    """Have the proctor that is up do it, or do it where none is."""
    folder = _folder()
    if not (folder / "keys").is_dir():
        raise UsageError(f"there is no proctor's home in {folder}")
    try:
        address = (folder / "address").read_text(encoding="ascii").strip()
        return ask(ProctorClient.of_home(address, folder.parent))
    except (OSError, ProctorAway):
        with hold_home(folder):  # says so if one is up after all
            return alone(folder)


def _tell(one: PinnedKey) -> str:
    state = "signs now" if one.until_at is None else f"until {to_wire(one.until_at)}"
    begun = f"from {to_wire(one.from_at)}" if one.from_at else "from its first day"
    lost = f", revoked since {to_wire(one.revoked_since)}" if one.revoked_since else ""
    return f"{one.key_id}  {begun}, {state}{lost}"
