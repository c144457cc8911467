"""What: what is planted in a triage exercise can be seen, mended and told from what only looks so.

Why: a cause whose evidence no tool shows cannot be found, and a fix that changes nothing cannot
count; the candidate would pay for it.
Wrong: an evidence id that stands nowhere; a look that no tool shows; a share that replay denies.
Right: after any change `audition exercise draw SLUG`, and `share` as it prints it.
"""

from __future__ import annotations

from collections.abc import Iterator

from grader.authoring.checks.room import WHOLE, Room
from grader.authoring.checks.rule import Rule
from grader.authoring.problem import Problem
from grader.scoring.triage_record import holds, minutes_of
from grader.scoring.triage_sheet import PLACE, Cause, Triage, read_triage
from grader.scoring.triage_world import World, shares
from harness.core.errors import BadExercise

FEWEST = {"pilot": (3, 2), "full": (5, 3)}
"""Causes and herrings by grade."""
MOST_OFF = 0.05
"""How far a share may lie from what the held-out requests give."""


def find(room: Room) -> Iterator[Problem]:
    """Yield what cannot be seen, mended, contained or paid for."""
    try:
        exercise = room.exercise()
        triage = read_triage(exercise)
        world = World(exercise, triage) if triage is not None else None
    except BadExercise as problem:
        yield Problem(PLACE, str(problem)[:300], "mend it, or draw the world anew")
        return
    if triage is None or world is None:
        return
    yield from _of_sizes(room, triage)
    yield from _of_ids(triage)
    yield from _of_looks(room, triage)
    yield from _of_harm(triage, world)
    try:
        yield from _of_fixes(triage, world)
    except BadExercise as problem:
        yield Problem(PLACE, str(problem)[:300], "draw the world anew, or mend the formula")


def _of_sizes(room: Room, triage: Triage) -> Iterator[Problem]:
    """Yield what there is too little of."""
    sheet, name = triage.sheet, room.grade.name
    there = {"causes": len(sheet.causes), "herrings": len(sheet.herrings)}
    for (what, count), least in zip(there.items(), FEWEST[name], strict=True):
        if count < least:
            said = f"there are {count} {what}, {name} asks for {least}"
            yield Problem(PLACE, said, "plant more, or check against another grade")


def _of_ids(triage: Triage) -> Iterator[Problem]:
    """Yield each id that no tool and no public file has."""
    sheet = triage.sheet
    named = {f"{PLACE}, harm": sheet.harm.signs}
    for one in sheet.everything:
        named[f"{PLACE}, {one.id}"] = one.evidence if isinstance(one, Cause) else one.against
    for place, ids in named.items():
        for id_ in ids:
            if id_.casefold() not in triage.known:
                yield Problem(place, f"{id_[:40]!r} stands in nothing that can be seen",
                              "name an id that a tool or a public file shows")  # fmt: skip
    if not set(sheet.harm.signs) & set(_cause(triage).evidence):
        yield Problem(f"{PLACE}, harm", "no sign of it is evidence of its cause", "let one be both")


def _cause(triage: Triage) -> Cause:
    return next(one for one in triage.sheet.causes if one.id == triage.sheet.harm.cause)


def _of_looks(room: Room, triage: Triage) -> Iterator[Problem]:
    prices = {tool.name: tool.price.minutes for tool in room.card.tools}
    for look in triage.sheet.looks:
        place = f"{PLACE}, look {look.id}"
        minutes = minutes_of(look, room.tools, prices)
        if minutes is None:
            what = f"nothing that {look.tool[:40]!r} answers shows this id"
            yield Problem(place, what, "name the tool and an id in its result")
        elif minutes <= 0:
            yield Problem(place, "it takes no minutes", "price it: what is free is no choice")
    informed = {name for look in triage.sheet.looks for name in look.informs}
    for one in triage.sheet.everything:
        if one.id not in informed:
            what = "no look informs it"
            yield Problem(f"{PLACE}, {one.id}", what, "say which look tells of it, and how surely")


def _of_harm(triage: Triage, world: World) -> Iterator[Problem]:
    formula, cause = triage.sheet.harm.contained, _cause(triage)
    if holds(formula, world.start):
        yield Problem(f"{PLACE}, harm", "it is contained before anybody does anything",
                      "let `contained` fail with the settings at the start")  # fmt: skip
    if not holds(formula, world.changed(cause.fix)):
        yield Problem(f"{PLACE}, harm", f"the fix of {cause.id} does not contain it",
                      "let `contained` hold after it")  # fmt: skip


def _of_fixes(triage: Triage, world: World) -> Iterator[Problem]:
    fixes = {one.id: one.fix for one in triage.sheet.causes}
    before = world.bad(world.start).sum()
    for one in triage.sheet.causes:
        place = f"{PLACE}, {one.id}"
        unknown = [f"{name}.{key}" for name, change in one.fix.items() for key in change
                   if key not in world.start.get(name, {})]  # fmt: skip
        if unknown:
            yield Problem(place, f"its fix changes {unknown[0][:60]!r}, which is no setting",
                          "name component and key as the settings tool has them")  # fmt: skip
        elif world.bad(world.changed(one.fix)).sum() >= before:
            yield Problem(place, "its fix leaves as many bad answers as before",
                          "let the trial's formulas go by it")  # fmt: skip
    found = shares(world, fixes)
    for one in triage.sheet.causes:
        if abs(found[one.id] - one.share) > MOST_OFF:
            what = f"share is {one.share:g}, and the held-out requests give {found[one.id]:.2f}"
            yield Problem(f"{PLACE}, {one.id}", what, "write what the draw prints")


RULE = Rule("planted-causes", find, needs=WHOLE)
