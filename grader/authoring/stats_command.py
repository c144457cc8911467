"""`audition exercise stats`: how an exercise did in a round.

Runs in T: a thin shell over `stats`. The proctor that is up hands out the round's submissions, or
they lie in a folder.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

import click
from tqdm import tqdm

from grader.attempt import Attempt
from grader.authoring.folder import read_exercise
from grader.authoring.roots import find_places, place_named
from grader.authoring.stats import Quartiles, Share, Stats, make_stats
from grader.authoring.stats_items import FEWEST, Item
from grader.authoring.stats_picture import draw_stats
from grader.authoring.stats_reading import Handed, Left, Sat, read_sittings
from grader.bench import Bench
from grader.page.markup import visible
from grader.records import Score
from grader.scoring.mutation import MutationScorer
from grader.scoring.scoring import score as score_attempt
from grader.writing import put
from harness.cli.places import checkout
from harness.cli.proctor_client import ProctorClient
from harness.cli.verify import pinned_keys, read_submission
from harness.core.errors import EnvironmentLacks, UsageError
from harness.core.keyring import Keyring
from harness.core.settings import Settings, load_settings


@click.command("stats")
@click.argument("name", metavar="SLUG")
@click.option("--round", "round_", metavar="R", help="The round, of the proctor that is up.")
@click.option(
    "--from", "folder", type=click.Path(path_type=Path), help="Submissions in a folder instead."
)
@click.option("--picture", type=click.Path(path_type=Path), metavar="FILE.svg", help="Draw it too.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.pass_context
def stats_(
    ctx: click.Context, name: str, round_: str | None, folder: Path | None, picture: Path | None,
    as_json: bool,
) -> None:  # fmt: skip
    """Tell how SLUG did in a round, and which of its parts to keep, drop or rewrite.

    Of each sitting the last submission counts; staff runs do not. Exit 1 if an item is to be
    dropped or rewritten, or a submission could not be read.
    """
    if (round_ is None) == (folder is None):
        raise UsageError("say which sittings: --round R, or --from FOLDER with submissions")
    settings = load_settings()
    places = find_places(checkout() / "grader" / "exercises", settings.exercises)
    room = read_exercise(place_named(places, name).folder)
    if folder is not None:
        handed = in_folder(folder)
    else:
        handed = of_round(ProctorClient.running(settings.home), str(round_), name)
    sat, left = _read(handed, settings, room.folder)
    found = make_stats(room.card, sat, left, round_)
    if picture is not None:
        put(picture, draw_stats(found).encode())
        put(picture.with_suffix(".txt"), (tell(found) + "\n").encode())
    shown = found.model_dump_json(by_alias=True, indent=2) if as_json else visible(tell(found))
    click.echo(shown)
    ctx.exit(1 if left or any(one.advice != "keep" for one in found.items) else 0)


def of_round(client: ProctorClient, round_: str, slug: str) -> list[Handed]:
    """Return the last submission of an exercise from each sitting of a round.

    Raises:
        UsageError: there is no such round, or the exercise is not in it.
        ProctorAway: the proctor does not answer.
    """
    rounds = {one["round"]: one for one in client.get("/rounds")["rounds"]}
    if round_ not in rounds:
        raise UsageError(f"there is no round {round_!r}; there are: {', '.join(rounds) or 'none'}")
    held = [one["slug"] for one in rounds[round_]["exercises"]]
    if slug not in held:
        raise UsageError(f"{slug} is not in the round {round_}; in it are {', '.join(held)}")
    of = {one["submission"]: one["exercise"] for one in client.submissions()}
    found = []
    for sitting in client.get("/sittings")["sittings"]:
        if sitting["round"] == round_ and not sitting["staff"]:
            mine = [one for one in sitting["submissions"] if of.get(one) == slug]
            found += [Handed(one, partial(client.submission, one)) for one in mine[-1:]]
    return found


def in_folder(folder: Path) -> list[Handed]:
    """Return the submissions in a folder, by name; of one sitting put the last one there alone.

    Raises:
        UsageError: it is no folder.
    """
    if not folder.is_dir():
        raise UsageError(f"{folder} is no folder; put submissions (.zip) into one")
    files = [path for path in sorted(folder.glob("*.zip")) if not path.is_symlink()]
    return [Handed(path.name, partial(read_submission, path)) for path in files]


def _read(handed: Sequence[Handed], settings: Settings, room: Path) -> tuple[list[Sat], list[Left]]:
    if not handed:
        return [], []
    bench = Bench.of(settings)

    def scorer(attempt: Attempt) -> Score:
        # resamples make intervals of one person's measures alone: not wanted here
        return score_attempt(
            attempt, bench=bench, scorer=MutationScorer(seed=bench.seed, resamples=0)
        )

    with tqdm(total=len(handed), desc="sittings", unit="sitting", disable=None) as bar:

        def move(done: int, _: int) -> None:
            bar.update(done - bar.n)

        return read_sittings(
            handed, read_exercise(room), scorer,
            public=_public(settings), kept=settings.home / "stats" / room.name,
            progress=move,
        )  # fmt: skip


def _public(settings: Settings) -> Keyring | None:
    try:
        return pinned_keys(settings, None)
    except EnvironmentLacks:
        return None


def tell(found: Stats) -> str:
    """Return the figures as lines."""
    where = f" in round {found.round}" if found.round else ""
    lines = [f"{found.exercise} {found.version}{where}: {found.sittings} sittings"]
    lines += [f"  note: {one}" for one in found.notes]
    lines += [f"  left out: {one.submission}: {one.why}" for one in found.left_out]
    if not found.sittings:
        return "\n".join(lines)
    hard = found.difficulty
    if hard.mean is not None:
        spread = "" if hard.spread is None else f", spread {hard.spread:.1f}"
        between = "" if hard.low is None else f" ({hard.low:.1f} to {hard.high:.1f})"
        lines.append(f"  Difficulty: mean {hard.mean:.1f} of 100{between}{spread}; at the floor "
                     f"{_share(hard.floor)}, at the ceiling {_share(hard.ceiling)}")  # fmt: skip
    lines += [line for one in found.items for line in _item(one, found)]
    for harmless in found.harmless:
        lines.append(f"  {harmless.id} {harmless.about}: refused by {_share(harmless.refused)}")
    return "\n".join(lines + _session(found))


def _item(one: Item, found: Stats) -> list[str]:
    if one.kind == "fault":
        lived = f"let live by {one.survived} of {one.n}"
        lived += "" if one.low is None else f" ({one.low:.0%} to {one.high:.0%})"
    elif one.mean is None:
        lived = "no value"
    else:
        between = "" if one.low is None else f" ({one.low:.2f} to {one.high:.2f})"
        lived = f"mean {one.mean:.2f} of 1{between}, n = {one.n}"
    head = f"  {one.advice:8}{one.name} {one.about}: {lived}; with the rest {one.rest_says}"
    return [head] if found.sittings < FEWEST else [head, f"          {one.why}"]


def _session(found: Stats) -> list[str]:
    lines = [f"  {found.unrecorded} of them have no record: no minutes, calls or questions"]
    lines = lines * bool(found.unrecorded)
    for name, one in found.minutes.items():
        lines.append(f"  Minutes, {name}: {_four(one, '.1f')}")
    if found.calls is not None and found.usd is not None and found.asked is not None:
        lines.append(f"  Calls: {_four(found.calls, '.0f')} of {found.purse_calls}")
        lines.append(f"  US dollars: {_four(found.usd, '.4f')} of {found.purse_usd:g}")
        lines.append(f"  Nine tenths of the purse were used by {_share(found.near_empty)}")
        lines.append(f"  Questions: {_four(found.asked, '.0f')}; no fact was found for "
                     f"{_share(found.no_fact)}")  # fmt: skip
    return lines


def _four(one: Quartiles, how: str) -> str:
    return f"median {one.median:{how}} ({one.q1:{how}} to {one.q3:{how}}, n = {one.n})"


def _share(one: Share) -> str:
    if not one.of:
        return "0 of 0"
    return f"{one.count} of {one.of} ({one.low:.0%} to {one.high:.0%})"
