"""`audition demo`: a recorded session played without a person, then verify, replay, report.

Runs in T, on a machine that has all zones. Starts the real workspace in a home of its own; the
player is another process that holds its URL alone.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from grader.bench import find_exercise
from grader.demo.script import SLUG, steps
from grader.intake import read_attempt
from grader.pictures.kills import missed
from grader.report.command import evidence_of, write
from grader.report.evidence import Evidence
from grader.writing import put
from harness.cli.places import candidate_python
from harness.cli.proctor_client import ProctorClient
from harness.cli.services import plain_environment
from harness.core.errors import EnvironmentLacks, OursToFix
from harness.core.settings import Settings, load_settings
from harness.core.signing import PublicKey
from harness.core.verify import verify_submission
from harness.sandbox.ladder import NONE, Rung, choose, probe

_PLAYS_WITHIN_S = 300


@click.command()
@click.option(
    "--out", type=click.Path(path_type=Path), metavar="DIR",
    help="Where report.html and submission.zip go. Default: demo/ in Audition's home.",
)  # fmt: skip
def demo(out: Path | None) -> None:
    """Play the whole interview without a person; prints where report and submission lie."""
    began = time.monotonic()
    settings = load_settings()
    rung = _rung(settings)
    folder = out or settings.home / "demo"
    with tempfile.TemporaryDirectory(prefix="aud-demo-", ignore_cleanup_errors=True) as name:
        own = _own_settings(settings, Path(name), rung)
        with _workspace(own, rung) as url:
            _say(f"workspace up in {time.monotonic() - began:.1f} s, {rung.title}; playing:")
            played = time.monotonic()
            _play(url)
            _say(f"played in {time.monotonic() - played:.1f} s")
            archive = _newest(own)
        evidence = _judge(archive, own)
    put(folder / "submission.zip", archive)
    page, _ = write(evidence, folder / "report.html")
    _say(f"all of it in {time.monotonic() - began:.1f} s")
    click.echo(page)
    click.echo(folder / "submission.zip")


def _rung(settings: Settings) -> Rung:
    """Return this machine's walls; the demo's own code may do without, and says so."""
    ladder = probe(settings.sandbox, python=candidate_python(settings))
    try:
        return choose(ladder, trust_code=False)
    except EnvironmentLacks as problem:
        _say(f"no sandbox here ({problem}). The demo runs its own code without: self-attested.")
        return NONE


def _own_settings(settings: Settings, home: Path, rung: Rung) -> Settings:
    sandbox = settings.sandbox.model_copy(update={"trust_code": not rung.is_sandboxed})
    fresh = {"home": home, "public_key": None, "sandbox": sandbox}
    return settings.model_copy(update=fresh)


@contextmanager
def _workspace(own: Settings, rung: Rung) -> Iterator[str]:
    """Start `audition lab` in a home of its own; yields its address; it has ended on return."""
    argv = [sys.executable, "-m", "harness.cli", "lab", "--no-browser", "--port", "0"]
    argv += ["--exercise", SLUG]
    argv += [] if rung.is_sandboxed else ["--i-trust-this-code"]
    environment = plain_environment() | {
        "HOME": str(own.home),
        "AUDITION_HOME": str(own.home),
        "AUDITION_PROCTOR__SIMULATE_LATENCY": "false",
    }
    log = own.home / "lab.txt"
    with log.open("w") as said:
        process = subprocess.Popen(
            argv, env=environment, stdout=subprocess.PIPE, stderr=said, text=True
        )
        assert process.stdout is not None
        try:
            url = process.stdout.readline().strip()
            if not url.startswith("http://"):
                raise EnvironmentLacks(f"the workspace did not start: {log.read_text()[-600:]}")
            yield url
        finally:
            process.terminate()
            process.wait(30)
            process.stdout.close()


def _play(url: str) -> None:
    script = json.dumps({"url": url, "slug": SLUG, "steps": steps()})
    argv = [sys.executable, "-m", "grader.demo.player"]
    done = subprocess.run(
        argv, input=script, text=True, timeout=_PLAYS_WITHIN_S, env=plain_environment(), check=False
    )
    if done.returncode:
        raise OursToFix("the demo's candidate did not get through; its last words stand above")


def _newest(own: Settings) -> bytes:
    given = json.loads(next((own.home / "lab").glob("*/lab.json")).read_text(encoding="utf-8"))
    client = ProctorClient.of_home(given["proctor"], own.home)
    return client.submission(client.submissions()[-1]["submission"])


def _judge(archive: bytes, own: Settings) -> Evidence:
    """Verify, replay, read the signals; say each in a line."""
    line = (own.home / "proctor" / "keys" / "public.txt").read_text(encoding="ascii")
    public = PublicKey.from_text(line)
    verdict = verify_submission(archive, public)
    if not verdict.is_whole:
        raise OursToFix(f"the demo's own submission does not verify: {verdict.alterations[0].why}")
    _say(f"verify    whole: {verdict.events} events, {verdict.calls} calls, {verdict.heads} heads")
    attempt = read_attempt(
        archive, public=public, find_exercise=lambda slug: find_exercise(own, slug)
    )
    began = time.monotonic()
    evidence = evidence_of(attempt, own)
    replay = evidence.replay
    if replay is None:
        raise OursToFix(f"the demo could not be run again: {evidence.replay_why}")
    counts = Counter(cell.word.replace("_", " ") for cell in replay.cells)
    told = ", ".join(f"{count} {word}" for word, count in counts.most_common())
    _say(f"replay    {told} (with the score {time.monotonic() - began:.1f} s)")
    if evidence.score is not None and evidence.score.components:
        shown = {name: one.value for name, one in evidence.score.components.items()}
        told = ", ".join(f"{k} {'–' if v is None else format(v, '.2f')}" for k, v in shown.items())
        _say(f"score     {told}")
        lost = ", ".join(run.about for run in missed(evidence.score))
        _say(f"missed    {lost or 'nothing'}")
    for signal in evidence.signals:
        _say(f"signal    {signal.title}: {signal.value or signal.why}")
    return evidence


def _say(line: str) -> None:
    click.echo(line, err=True)
