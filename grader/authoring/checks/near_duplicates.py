"""What: no two public texts are near-duplicates, but those declared as one incident.

Why: twins count twice in every share, and only planted ones are there to be noticed.
Wrong: a message pasted twice with a comma moved.
Right: `"incident": "pump"` in the gold of both, or other words. A file whose rows resemble one
another by nature (a log, a form letter) says why in data.toml: `alike = "..."`. Twins that are
planted are named one by one, as `pairs` of a defect in hidden/defects.toml.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, combinations, islice

from grader.authoring.checks.hidden_files import hidden_file, rows_in, table_in
from grader.authoring.checks.likeness import MOST_TEXTS, are_alike, likeness, passages
from grader.authoring.checks.room import Room
from grader.authoring.checks.rule import Rule
from grader.authoring.problem import Problem
from grader.scoring.data_truth import PLACE as DEFECTS

TWINS = 0.6


def find(room: Room) -> Iterator[Problem]:
    """Yield the second of each pair that nobody declared."""
    incident = {
        str(row.get("msg_id")): row["incident"]
        for file in room.hidden if file.place.endswith(".jsonl")
        for row in rows_in(file) if row.get("incident")
    }  # fmt: skip
    planted = _planted(room)
    unlike = [given for given in room.given if not given.said.alike]
    every = chain.from_iterable(map(passages, unlike))
    public = list(islice(every, MOST_TEXTS + 1))
    if len(public) > MOST_TEXTS:
        what = f"there are more than {MOST_TEXTS} texts, and only so many were compared"
        yield Problem("public/", what, "compare the others yourself", "warning")
    for one, other in combinations(public[:MOST_TEXTS], 2):
        if are_alike(one, other, TWINS) and frozenset((one.id, other.id)) not in planted:
            named = incident.get(one.id)
            if named is None or named != incident.get(other.id):
                yield Problem(
                    other.place,
                    f"it resembles {one.id} ({likeness(one, other):.2f})",
                    "declare both as one incident, say `alike` in data.toml, or reword one",
                )


def _planted(room: Room) -> set[frozenset[str]]:
    """Return the pairs that a data exercise names as planted; `planted-defects` looks at them."""
    defects = table_in(hidden_file(room, DEFECTS)).get("defects")
    found = set()
    for one in defects if isinstance(defects, list) else ():
        pairs = one.get("pairs") if isinstance(one, dict) else None
        for pair in pairs if isinstance(pairs, list) else ():
            if isinstance(pair, list):
                found.add(frozenset(map(str, pair)))
    return found


RULE = Rule("near-duplicates", find, needs=("given", "hidden"))
