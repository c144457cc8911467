"""What: the probes of all forms of an exercise come to nearly the same, within 5 points.

Why: who happens to get the harder form would be measured by that.
Wrong: the reference at 94 in one form and at 83 in another.
Right: `hidden/forms.toml` with a `[[form]]` of `slug` and `index` for each form, this one included.
Source: amendment 14 of the exercises' specification.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from grader.authoring.checks.hidden_files import hidden_file, table_in
from grader.authoring.checks.room import Room
from grader.authoring.checks.rule import Rule
from grader.authoring.problem import Problem

PLACE = "hidden/forms.toml"
MOST_APART = 5.0


def find(room: Room) -> Iterator[Problem]:
    """Yield each form whose probes stand apart from this one's."""
    if hidden_file(room, PLACE) is None:
        return
    forms = read_forms(table_in(hidden_file(room, PLACE)))
    own = forms.get(room.card.slug)
    if own is None:
        what = f"it has no form {room.card.slug!r} with an index for each probe"
        yield Problem(PLACE, what, 'write [[form]] slug = "...", index = { reference = 90.0 }')
        return
    for slug, index in forms.items():
        for probe in sorted({*own, *index}):
            place = f"{PLACE}, {slug}"
            if probe not in own or probe not in index:
                yield Problem(place, f"only one form has the probe {probe!r}", "measure both")
            elif abs(own[probe] - index[probe]) > MOST_APART:
                yield Problem(
                    place,
                    f"{probe} comes to {index[probe]:g} there and to {own[probe]:g} here",
                    f"bring them within {MOST_APART:g} points: easier or harder rows",
                )


def read_forms(table: dict[str, Any]) -> dict[str, dict[str, float]]:
    """Return slug to probe to index, as far as it can be read."""
    listed = table.get("form")
    found: dict[str, dict[str, float]] = {}
    for form in listed if isinstance(listed, list) else ():
        index = form.get("index") if isinstance(form, dict) else None
        if isinstance(index, dict) and isinstance(form.get("slug"), str):
            found[form["slug"]] = {
                str(name): float(value) for name, value in index.items()
                if isinstance(value, int | float) and math.isfinite(value)
            }  # fmt: skip
    return found


RULE = Rule("forms", find, needs=("card", "hidden"))
