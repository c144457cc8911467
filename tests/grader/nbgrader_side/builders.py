"""An exercise with points, submissions to it, and what each of them has to come to.

`POINTS` is the yardstick: written down before there was a grader that met it.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from grader.authoring.folder import Exercise
from grader.authoring.photograph import photograph
from harness.core.settings import Settings
from tests.grader.attempts import Built, Did, code
from tests.grader.builders import make_exercise, swap

SLUG, ASSIGNMENT = "small", "small-1.0.0"

GOOD = {
    "doubler": "def double(number):\n    return 2 * number",
    "rate": "RATE = 0.25",
    "words": "Twice as much, and a quarter of it.",
}
"""What a sound candidate wrote, by the author's id of the cell."""

POINTS: Mapping[str, tuple[float, dict[str, float | None]]] = {
    # what was handed in: (points of the check cell, points by hand that nbgrader gives by itself)
    "good": (4.0, {"doubler": None, "rate": None, "words": None}),
    "half": (2.0, {"doubler": None, "rate": None, "words": None}),
    "empty": (0.0, {"doubler": 0.0, "rate": 0.0, "words": 0.0}),
    "transformer": (0.0, {"doubler": None, "rate": 0.0, "words": 0.0}),
    "transformer-elsewhere": (0.0, {"doubler": None, "rate": 0.0, "words": 0.0}),
    "doubled": (4.0, {"doubler": None, "rate": None, "words": None}),
    "edited": (0.0, {"doubler": None, "rate": 0.0, "words": 0.0}),
    "gone": (0.0, {"doubler": 0.0, "rate": 0.0, "words": 0.0}),
}
"""4 points for two names in the check cell; None waits for a person; as given is 0."""

CHEAT = "get_ipython().input_transformers_cleanup.append(lambda lines: ['pass\\n'])"
"""Turns every later cell of a notebook into `pass`."""

RATE_CONTRACT = """
[[contract]]
name = "RATE"
kind = "float"
cell = "rate"
"""
RATE_CELL = """# %% id="rate" audition={"kind": "artefact", "name": "rate", "part": 2}
# RATE is a number.
### BEGIN SOLUTION
RATE = the_rate_nobody_should_see = 0.125
### END SOLUTION

# %% [markdown] id="words" audition={"kind": "text", "part": 2} nbgrader={"points": 5}
"""


def make_pointed(root: Path) -> Path:
    """Write the exercise `small` with points below root; return its folder."""
    folder = make_exercise(root)
    card = folder / "exercise.toml"
    card.write_text(card.read_text() + RATE_CONTRACT)
    source = folder / "source.py"
    swap(source, '# %% [markdown] id="words" audition={"kind": "text", "part": 2}\n', RATE_CELL)
    for mark, points in (('"kind": "check", "part": 2}', 4), ('"name": "doubler", "part": 2}', 3)):
        swap(source, mark, f'{mark} nbgrader={{"points": {points}}}')
    return folder


def settings_for(root: Path) -> Settings:
    """Settings that know the exercises below root, and no proctor's key."""
    return Settings(home=root.parent / "home", exercises=(root,))


def released(exercise: Exercise) -> list[dict[str, Any]]:
    """Every cell as candidates get it."""
    files = photograph(exercise)
    book = json.loads(files[f"notebooks/{SLUG}/{SLUG}.ipynb"])
    part_two = json.loads(files[f"harness/proctor/photographs/{SLUG}/part-2.json"])["cells"]
    for cell in book["cells"]:
        cell["source"] = "".join(cell["source"])
    return [*book["cells"], *part_two]


def written(cells: Iterable[Mapping[str, Any]], texts: Mapping[str, str]) -> list[dict[str, Any]]:
    """The cells with a candidate's words in some of them, by the author's id."""
    made = [copy.deepcopy(dict(cell)) for cell in cells]
    for cell in made:
        short = cell["id"].removeprefix(f"{SLUG}-")
        cell["source"] = texts.get(short, cell["source"])
    return made


def submission(
    cells: list[dict[str, Any]], *, name: str = "sub-1", did: Iterable[Did] = ()
) -> bytes:
    """An archive with these cells, its artefacts as the proctor takes them."""
    artefacts: dict[str, str] = {}
    for cell in cells:
        mark = cell["metadata"].get("audition", {})
        if mark.get("kind") == "artefact":
            before = artefacts.get(mark["name"])
            artefacts[mark["name"]] = (
                cell["source"] if before is None else f"{before}\n\n{cell['source']}"
            )
    ran = list(did) or [Did("small-load", "text = 1")]
    return Built(ran, cells=cells, artefacts=artefacts, slug=SLUG, submission=name).archive()


def handed_in(exercise: Exercise, case: str) -> list[dict[str, Any]]:
    """The cells of one row of POINTS."""
    given = released(exercise)
    bad = "def double(number):\n    return 'no'"
    tampered = {"check": "print('all fine')", "load": "double = lambda n: 2 * n"}
    by_id = {
        "good": GOOD,
        "half": {**GOOD, "doubler": bad},
        "empty": {},
        "transformer": {"doubler": f"{CHEAT}\n{bad}"},
        "transformer-elsewhere": {"doubler": bad},
        "doubled": GOOD,
        "edited": {"doubler": bad, **tampered},
        "gone": {},
    }
    cells = written(given, by_id[case])
    if case == "transformer-elsewhere":
        cells.insert(2, code("own-1", CHEAT))
    if case == "doubled":
        for place in (-1, 0):
            copied = copy.deepcopy(next(c for c in cells if c["id"] == "small-doubler"))
            cells.insert(place % len(cells), copied | {"id": f"copy{place % 7}"})
    if case == "edited":
        for cell in cells:
            if cell["id"] in ("small-load", "small-check"):
                cell["metadata"] = {}
    if case == "gone":
        cells = [c for c in cells if c["id"] not in ("small-check", "small-doubler", "small-load")]
    return cells


MARK = "hacked-by-a-candidate"
ACTS = (
    f"<script>document.title='{MARK}'</script>",
    f"<img src=x onerror=\"document.title='{MARK}'\">",
    f"<svg onload=\"document.title='{MARK}'\"></svg>",
    f"<iframe srcdoc=\"<script>parent.document.title='{MARK}'</script>\"></iframe>",
    "<a id=sly href=\"javascript:document.title='hacked'\">sly</a>",
    "[sly](javascript:document.title='hacked')",
    "<style>body{display:none}</style>",
    "<form action='https://example.com'><input name=a autofocus></form>",
    "![](https://example.com/seen.png)",
    "$\\href{javascript:document.title='hacked'}{x}$",
    "~~~\n<script>document.title='hacked'</script>\n~~~~~\n<img src=x onerror=alert(1)>",
)
"""What would act on a page that rendered it."""


def hostile(exercise: Exercise) -> list[dict[str, Any]]:
    """Cells whose every word and output tries to act on whoever looks."""
    every = "\n\n".join(ACTS)
    shows = (
        "from IPython.display import display, HTML, Javascript, SVG, Markdown, Latex\n"
        f"acts = {list(ACTS)!r}\n"
        "for one in acts:\n"
        "    display(HTML(one), Markdown(one), Latex(one))\n"
        "    print(one)\n"
        f"display(Javascript(\"document.title='{MARK}'\"))\n"
        "display({'image/svg+xml': acts[2], 'text/plain': acts[0]}, raw=True)\n"
        "display({'image/png': '\\\"><script>document.title=1</script>'}, raw=True)\n"
        "display({'text/plain': acts[1]}, raw=True)\n"
        "raise ValueError(acts[0])"
    )
    texts = {
        "doubler": f"# {ACTS[0]}\n{GOOD['doubler']}",
        "rate": f"def told(one):\n    raise ValueError({ACTS[1]!r})\ntold(1)",
        "words": every,
        "plan": f"%%plan\n{every}",
    }
    cells = written(released(exercise), texts)
    cells.insert(3, code("own-1", shows))
    for place, kind in ((2, "raw"), (4, "markdown")):
        cells.insert(
            place, {"cell_type": kind, "id": f"own-{kind}", "metadata": {}, "source": every}
        )
    return cells
