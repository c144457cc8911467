"""What an exercise has to keep before it may be photographed: one list, one rule a file.

Runs in T. `audition exercise check` has these and more; a release goes by these alone, since what
it makes is what some of the others look at.
"""

from __future__ import annotations

from itertools import chain

from grader.authoring.checks import (
    contract_cells,
    contract_examples,
    contract_names,
    given_code,
    headings,
    ids,
    marker,
    models,
    parameters,
    parts,
    paths,
    plan,
    stakeholder,
    tool_data,
    tool_minutes,
    tool_names,
)
from grader.authoring.checks.room import room_of
from grader.authoring.checks.rule import Rule
from grader.authoring.folder import Exercise
from grader.authoring.problem import refuse_first

RELEASE_RULES: tuple[Rule, ...] = (
    ids.RULE,
    parts.RULE,
    plan.RULE,
    parameters.RULE,
    headings.RULE,
    marker.RULE,
    given_code.RULE,
    paths.RULE,
    contract_cells.RULE,
    contract_examples.RULE,
    contract_names.RULE,
    stakeholder.RULE,
    models.RULE,
    tool_minutes.RULE,
    tool_names.RULE,
    tool_data.RULE,
)


def check_rules(exercise: Exercise) -> None:
    """Hold an exercise to every rule of a release.

    Raises:
        NotReleasable: the first rule it does not keep.
    """
    room = room_of(exercise)
    refuse_first(chain.from_iterable(rule.find(room) for rule in RELEASE_RULES))
