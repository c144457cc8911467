"""Every rule of `audition exercise check`, in the order they look; what runs code comes last.

What cannot be read at all is told before them, under `layout`, `card`, `source`, `facts`, `data`,
`hidden`, `profile` or `tools` (`room.READINGS`).
"""

from __future__ import annotations

from grader.authoring.checks import (
    aliases,
    alt_text,
    canary,
    canary_elsewhere,
    drift,
    equivalents,
    facts_askable,
    forms,
    gold,
    help_and_time,
    hidden_readable,
    holdout_distance,
    leaked_fact,
    leaked_hidden,
    leaked_part_two,
    leaked_solution,
    licence,
    links,
    metered_day,
    mutants,
    near_duplicates,
    needs_fact,
    personal_data,
    planted_causes,
    planted_defects,
    points,
    probes,
    probes_there,
    purse,
    reading_level,
    record_said,
    reference_contract,
    rubric,
    sizes,
    time_box,
)
from grader.authoring.checks.rule import Rule
from grader.authoring.rules import RELEASE_RULES

RULES: tuple[Rule, ...] = (
    *RELEASE_RULES,
    # what must not leave
    canary.RULE,
    canary_elsewhere.RULE,
    leaked_solution.RULE,
    leaked_hidden.RULE,
    leaked_fact.RULE,
    leaked_part_two.RULE,
    personal_data.RULE,
    # what people are told, and can read
    record_said.RULE,
    help_and_time.RULE,
    time_box.RULE,
    points.RULE,
    aliases.RULE,
    links.RULE,
    alt_text.RULE,
    reading_level.RULE,
    # facts and data
    facts_askable.RULE,
    licence.RULE,
    near_duplicates.RULE,
    # what is measured
    hidden_readable.RULE,
    gold.RULE,
    holdout_distance.RULE,
    sizes.RULE,
    mutants.RULE,
    equivalents.RULE,
    metered_day.RULE,
    planted_causes.RULE,
    planted_defects.RULE,
    needs_fact.RULE,
    rubric.RULE,
    probes_there.RULE,
    forms.RULE,
    purse.RULE,
    drift.RULE,
    # what runs code
    reference_contract.RULE,
    probes.RULE,
)
