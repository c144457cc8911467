"""Puts an exercise's picture where the author finds it and nothing else takes it.

Runs in T, on the author's machine. It lies in Audition's home, which git leaves out and no shot of
the photograph reads: a picture of the probes tells what hidden/ holds.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from pathlib import Path

from grader.authoring.folder import Exercise, read_exercise
from grader.authoring.picture import Drawn, draw, probes_of, tell
from grader.authoring.picture_scores import (
    Kept,
    Progress,
    content_of,
    read_kept,
    score_probes,
)
from grader.bench import Bench
from grader.hidden import hidden_bytes
from grader.writing import put
from harness.core.errors import BadExercise

TABLE = "hidden/probes.toml"
PICTURE, SCORES = "probes.svg", "scores.json"


def place_of(home: Path, slug: str) -> Path:
    """Return the folder of an exercise's picture in Audition's home."""
    return home / "pictures" / slug


def make_picture(
    folder: Path, home: Path, *, out: Path | None = None, bench: Callable[[], Bench] | None = None,
    progress: Progress | None = None,
) -> Path:  # fmt: skip
    """Draw an exercise's probes and return the picture's path; its words lie beside it.

    Args:
        folder: the exercise's.
        home: Audition's.
        out: a folder to draw into instead; scores stay in the home.
        bench: gives the place where probes run; None runs nothing and draws what is known.
        progress: called with probes done, in all, and the next one's name.

    Raises:
        BadExercise: the folder or its table of probes cannot be read, or a probe not be scored.
        EnvironmentLacks: the walls cannot be had, or the picture cannot be written.
    """
    exercise = read_exercise(folder)
    table = _table(exercise)
    names = [one.name for one in probes_of(table, {})]
    own = place_of(home, exercise.card.slug)
    kept: Kept | None
    if bench is not None:
        kept = score_probes(exercise, names, bench, own / SCORES, progress)
    else:
        kept = read_kept(own / SCORES)
    scores = kept.scores if kept is not None else {}
    is_current = kept is not None and kept.content == content_of(folder)
    card = exercise.card
    drawn = Drawn(f"{card.slug} {card.version}", probes_of(table, scores), is_current)
    picture = (out or own) / PICTURE
    picture.parent.mkdir(parents=True, exist_ok=True)
    put(picture, draw(drawn).encode())
    put(picture.with_suffix(".txt"), (tell(drawn) + "\n").encode())
    return picture


def _table(exercise: Exercise) -> dict[str, object]:
    try:
        return tomllib.loads((hidden_bytes(exercise, TABLE) or b"").decode("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
        raise BadExercise(f"{TABLE} is not TOML: {problem}") from problem
