"""`audition verify SUBMISSION`: is it whole, and if not, where was it altered.

Runs on any machine that holds the proctor's public keys. The file is hostile bytes.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import click

from harness.core.archive import MAX_ARCHIVE_BYTES
from harness.core.errors import BadSubmission, EnvironmentLacks, UsageError
from harness.core.keyring import LONGEST_TEXT, Keyring
from harness.core.settings import Settings, load_settings
from harness.core.verify import Verdict, verify_submission


@click.command()
@click.argument("submission", type=click.Path(path_type=Path))
@click.option(
    "--key",
    "key_file",
    type=click.Path(path_type=Path),
    help="The proctor's public.txt, a line for each of its keys. Default: the pinned ones.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.pass_context
def verify(ctx: click.Context, submission: Path, key_file: Path | None, as_json: bool) -> None:
    """Tell whether SUBMISSION is what the proctor signed.

    Exit 0 if it is whole; 1 if it was altered, saying where, or if it rests on a revoked key alone.
    """
    data = read_submission(submission)
    verdict = verify_submission(data, pinned_keys(load_settings(), key_file))
    if as_json:
        click.echo(json.dumps({"is_whole": verdict.is_whole, **asdict(verdict)}, indent=2))
    else:
        click.echo(tell(verdict, submission))
    ctx.exit(0 if verdict.is_whole else 1)


def read_submission(path: Path) -> bytes:
    """Return a submission's bytes, capped.

    Raises:
        UsageError: there is no such file.
        BadSubmission: it is larger than any submission.
    """
    try:
        if path.stat().st_size > MAX_ARCHIVE_BYTES + (64 << 20):
            raise BadSubmission(f"{path} is larger than any submission (512 MiB)")
        return path.read_bytes()
    except OSError as problem:
        raise UsageError(f"{path} cannot be read: {problem.strerror}") from problem


def pinned_keys(settings: Settings, key_file: Path | None) -> Keyring:
    """Return the public keys to check against: named, set, or this machine's own proctor's.

    Raises:
        EnvironmentLacks: none is pinned here.
        SettingsError: what is pinned is no list of keys.
    """
    own = settings.home / "proctor" / "keys" / "public.txt"
    try:
        if key_file is None and settings.public_key is not None:
            return Keyring.from_text(settings.public_key)
        with (key_file or own).open(encoding="ascii") as file:
            return Keyring.from_text(file.read(LONGEST_TEXT + 1))
    except (OSError, UnicodeDecodeError) as problem:
        raise EnvironmentLacks(
            "no public key is pinned here, so nothing can be said of this submission; name the "
            "proctor's with --key FILE, or set public_key in audition.toml"
        ) from problem


def tell(verdict: Verdict, path: Path) -> str:
    """Return the verdict in words."""
    if not verdict.is_whole:
        lines = [f"{'altered' if verdict.alterations else 'not to be relied on'}: {path}"]
        lines += [f"  {found.where}: {found.why}" for found in verdict.alterations]
        return "\n".join([*lines, *(f"  {told}" for told in verdict.distrusted)])
    sealed = "" if verdict.has_key else ", payloads sealed (no key inside)"
    words = [
        f"whole: {path}",
        f"  submission {verdict.submission} of {verdict.exercise}, session {verdict.session}",
        f"  {verdict.events} events, {verdict.calls} calls, {verdict.heads} signed heads" + sealed,
        f"  signed by {', '.join(verdict.signers)}",
        *(f"  {told}" for told in verdict.notes),
    ]
    if not verdict.is_recorded:
        words.append("  unrecorded: made from plain files, nobody watched")
    if verdict.is_self_attested:
        words.append("  self-attested: the kernel ran without a sandbox")
    return "\n".join(words)
