"""`audition demo`: a recorded sitting played without a person, then verify, replay, report.

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
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import click

from grader.bench import find_exercise
from grader.demo import script, script_cost, script_prompt
from grader.demo.making import Step
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
SITTING: dict[str, Callable[[], list[Step]]] = {
    one.SLUG: one.steps for one in (script, script_prompt, script_cost)
}
"""The exercises of a sitting at the middle level, in order, and what is done in each."""


@click.command()
@click.option(
    "--out", type=click.Path(path_type=Path), metavar="DIR",
    help="Where report.html and the submissions go. Default: demo/ in Audition's home.",
)  # fmt: skip
@click.option(
    "--exercise", "chosen", multiple=True, type=click.Choice(tuple(SITTING)), metavar="SLUG",
    help="Play this one alone; may be repeated. Default: the whole sitting.",
)  # fmt: skip
def demo(out: Path | None, chosen: tuple[str, ...]) -> None:
    """Play a whole sitting without a person; prints where report and submissions lie."""
    began = time.monotonic()
    settings = load_settings()
    slugs = chosen or tuple(SITTING)
    rung = _rung(settings)
    folder = out or settings.home / "demo"
    with tempfile.TemporaryDirectory(prefix="aud-demo-", ignore_cleanup_errors=True) as name:
        own = _own_settings(settings, Path(name), rung)
        with _workspace(own, rung, slugs) as url:
            _say(f"workspace up in {time.monotonic() - began:.1f} s, {rung.title}; playing:")
            played = time.monotonic()
            for slug in slugs:
                _say(f"{slug}")
                _play(url, slug)
            _say(f"played in {time.monotonic() - played:.1f} s")
            archives = _newest(own)
        evidence = [_judge(archives[slug], own) for slug in slugs]
    names = archive_names(slugs)
    for slug in slugs:
        put(folder / names[slug], archives[slug])
    page, _ = write(evidence, folder / "report.html")
    _say(f"all of it in {time.monotonic() - began:.1f} s")
    for path in (page, *(folder / names[slug] for slug in slugs)):
        click.echo(path)


def archive_names(slugs: Sequence[str]) -> dict[str, str]:
    """Return each exercise's file: submission.zip for the first, with its name for the others."""
    return {
        slug: f"submission-{slug}.zip" if n else "submission.zip" for n, slug in enumerate(slugs)
    }


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
def _workspace(own: Settings, rung: Rung, slugs: Sequence[str]) -> Iterator[str]:
    """Start `audition lab` in a home of its own; yields its address; it has ended on return."""
    argv = [sys.executable, "-m", "harness.cli", "lab", "--no-browser", "--port", "0"]
    argv += [part for slug in slugs for part in ("--exercise", slug)]
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


def _play(url: str, slug: str) -> None:
    script = json.dumps({"url": url, "slug": slug, "steps": SITTING[slug]()})
    argv = [sys.executable, "-m", "grader.demo.player"]
    done = subprocess.run(
        argv, input=script, text=True, timeout=_PLAYS_WITHIN_S, env=plain_environment(), check=False
    )
    if done.returncode:
        raise OursToFix("the demo's candidate did not get through; its last words stand above")


def _newest(own: Settings) -> dict[str, bytes]:
    """Return each exercise's newest submission."""
    given = json.loads(next((own.home / "lab").glob("*/lab.json")).read_text(encoding="utf-8"))
    client = ProctorClient.of_home(given["proctor"], own.home)
    newest = {row["exercise"]: row["submission"] for row in client.submissions()}
    return {slug: client.submission(name) for slug, name in newest.items()}


def _judge(archive: bytes, own: Settings) -> Evidence:
    """Verify, replay, score, read the signals; say each in a line."""
    line = (own.home / "proctor" / "keys" / "public.txt").read_text(encoding="ascii")
    public = PublicKey.from_text(line)
    verdict = verify_submission(archive, public)
    if not verdict.is_whole:
        raise OursToFix(f"the demo's own submission does not verify: {verdict.alterations[0].why}")
    _say(f"verify    whole: {verdict.events} events, {verdict.calls} calls, {verdict.heads} heads")
    attempt = read_attempt(
        archive, public=public, find_exercise=lambda slug: find_exercise(own, slug)
    )
    _say(attempt.about.exercise)
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
        if evidence.score.runs:
            lost = ", ".join(run.about for run in missed(evidence.score))
            _say(f"missed    {lost or 'nothing'}")
    for signal in evidence.signals:
        _say(f"signal    {signal.title}: {signal.value or signal.why}")
    return evidence


def _say(line: str) -> None:
    click.echo(line, err=True)
