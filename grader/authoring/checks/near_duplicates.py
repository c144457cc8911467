"""What: no two public texts are near-duplicates, but those declared as one incident.

Why: twins count twice in every share, and only planted ones are there to be noticed.
Wrong: a message pasted twice with a comma moved.
Right: `"incident": "pump"` in the gold of both, or other words. A file whose rows resemble one
another by nature (a log, a form letter) says why in data.toml: `alike = "..."`.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, combinations, islice

from grader.authoring.checks.hidden_files import rows_in
from grader.authoring.checks.likeness import MOST_TEXTS, are_alike, likeness, passages
from grader.authoring.checks.room import Room
from grader.authoring.checks.rule import Rule
from grader.authoring.problem import Problem

TWINS = 0.6


def find(room: Room) -> Iterator[Problem]:
    """Yield the second of each pair that nobody declared."""
    incident = {
        str(row.get("msg_id")): row["incident"]
        for file in room.hidden if file.place.endswith(".jsonl")
        for row in rows_in(file) if row.get("incident")
    }  # fmt: skip
    unlike = [given for given in room.given if not given.said.alike]
    every = chain.from_iterable(map(passages, unlike))
    public = list(islice(every, MOST_TEXTS + 1))
    if len(public) > MOST_TEXTS:
        what = f"there are more than {MOST_TEXTS} texts, and only so many were compared"
        yield Problem("public/", what, "compare the others yourself", "warning")
    for one, other in combinations(public[:MOST_TEXTS], 2):
        if are_alike(one, other, TWINS):
            named = incident.get(one.id)
            if named is None or named != incident.get(other.id):
                yield Problem(
                    other.place,
                    f"it resembles {one.id} ({likeness(one, other):.2f})",
                    "declare both as one incident, say `alike` in data.toml, or reword one",
                )


RULE = Rule("near-duplicates", find, needs=("given", "hidden"))
