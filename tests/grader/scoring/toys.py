"""A small exercise with curated rows and planted models, for the scorer's own tests."""

from __future__ import annotations

import csv
import dataclasses
import io
import json
from typing import Any

from grader.attempt import Attempt
from grader.authoring.folder import Exercise, Hidden
from grader.intake import read_attempt
from tests.grader.attempts import SIGNER, Built, code, here

ROWS = {
    "T01": ("The app closes itself when I count bottles.", "bug", "clear_bug"),
    "T02": ("Orders vanish after I press send.", "bug", "clear_bug"),
    "T03": ("Is it normal that my total changes by itself?", "bug", "polite_bug"),
    "T04": ("Could you check why the scale shows minus numbers?", "bug", "polite_bug"),
    "T05": ("The list should show what I picked, not what was there before.", "bug", "wish_bug"),
    "T06": ("Please add a night mode.", "feature", "clear_feature"),
    "T07": ("An export to a spreadsheet would be welcome.", "feature", "clear_feature"),
    "T08": ("STILL no undo, this is ridiculous!!", "feature", "angry_feature"),
    "T09": ("How do I change the day of delivery?", "question", "clear_question"),
    "T10": ("Where do I find last month?", "question", "clear_question"),
    "T11": ("Thank you all, lovely work.", "unsure", "outside"),
    "T12": ("Cancel my account and refund me.", "unsure", "outside"),
}
CANARY = "audition-canary:practice:0807a10ee9faff8702a809b1ad397587"
SHEET = """
schema = 1
[costs]
bug_missed = 60
false_page = 18
swap = 3
unsure = 4
person_missed = 12
[[models]]
id = "M01"
about = "polite bug to question"
group = "mutant"
weight = 3
fault = "swap"
trigger = "polite_bug"
to = "question"
[[models]]
id = "M03"
about = "angry feature to bug"
group = "mutant"
weight = 2
fault = "swap"
trigger = "angry_feature"
to = "bug"
[[models]]
id = "M04"
about = "never abstains"
group = "mutant"
weight = 2
fault = "swap"
trigger = "outside"
to = "question"
[[models]]
id = "M11"
about = "fenced or chatty"
group = "mutant"
weight = 2
fault = "chatty"
rate = 0.5
[[models]]
id = "B1"
about = "the same"
group = "shown"
fault = "same"
[[models]]
id = "B2"
about = "other case and spaces"
group = "shown"
fault = "spaced"
[[models]]
id = "B7"
about = "cheap swaps, 4%"
group = "counted"
fault = "cheap_swap"
rate = 0.04
"""


def toy_exercise(sheet: str = SHEET) -> Exercise:
    """The practice with curated rows of our own."""
    own = here("practice")
    table = io.StringIO()
    writer = csv.writer(table)
    writer.writerow(["msg_id", "text"])
    writer.writerows([key, text] for key, (text, _, _) in ROWS.items())
    given = dataclasses.replace(own.given[0], data=table.getvalue().encode())
    gold = [{"canary": CANARY}]
    gold += [
        {"msg_id": key, "accept": [label], "stratum": stratum}
        for key, (_, label, stratum) in ROWS.items()
    ]  # type: ignore[misc]
    holdout = [
        {"msg_id": f"H{key}", "text": f"{text} ({key})", "accept": [label], "stratum": stratum}
        for key, (text, label, stratum) in ROWS.items()
    ]
    hidden = (
        Hidden("hidden/export_gold.jsonl", _lines(gold)),
        Hidden("hidden/holdout.jsonl", _lines(holdout)),
        Hidden("hidden/mutants.toml", sheet.encode()),
    )
    return dataclasses.replace(own, given=(given,), hidden=hidden)


def toy_attempt(suite: str, sheet: str = SHEET, **more: Any) -> Attempt:
    """An attempt at it with this suite."""
    cells = [code("practice-a", suite, kind="artefact", name="suite")]
    built = Built(cells=cells, artefacts={"suite": suite}, **more)
    return read_attempt(
        built.archive(), public=SIGNER.public, find_exercise=lambda _: toy_exercise(sheet)
    )


def _lines(rows: list[Any]) -> bytes:
    return "".join(json.dumps(row) + "\n" for row in rows).encode()
