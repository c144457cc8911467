"""What an author looks at: the record, the kinds, the planted faults, the facts.

Runs in T, on the author's own files.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from grader.authoring.checks.planted import effects
from grader.authoring.folder import Exercise
from grader.authoring.walk.shown import Shown, table
from grader.authoring.walk.unready import Unready
from grader.scoring.field_faults import field_answers
from grader.scoring.fields import FieldSheet, FieldTruth, read_planted, read_values
from grader.scoring.gold import Gold, normalised, read_gold


def fields(exercise: Exercise) -> Shown:
    """Show what a record holds, what each field may say, and what its mistakes cost.

    Raises:
        Unready: the exercise's model does not fill in records.
    """
    sheet = read_planted(exercise)
    if not isinstance(sheet, FieldSheet):
        raise Unready(f"{exercise.card.slug} does not fill in records")
    rows = [
        (
            one.name, ", ".join(one.values) or "what stands in the ticket",
            f"{one.wrong:g}", f"{one.missed:g}", f"{one.invented:g}",
        )
        for one in sheet.fields
    ]  # fmt: skip
    head = ("field", "may say, besides null", "wrong", "left out", "made up")
    return table(head, rows, note="What each mistake costs users, EUR a ticket")


def strata(exercise: Exercise) -> Shown:
    """Show how many messages there are of each kind of difficulty."""
    gold = read_gold(exercise)
    kinds = sorted(gold.strata)
    public = [row.stratum for row in gold.known.values()]
    held = [row.stratum for row in gold.holdout]
    rows = [(kind, str(public.count(kind)), str(held.count(kind))) for kind in kinds]
    note = (
        f"{len(public)} public messages (G: the twelve given ones, E: export), {len(held)} that "
        "nobody is given (H: holdout)"
    )
    return table(("kind", "public", "holdout"), rows, note=note)


def faults(exercise: Exercise) -> Shown:
    """Show every planted model, how many holdout rows it spoils, and what that costs."""
    sheet = read_planted(exercise)
    if sheet is None:
        raise Unready(f"{exercise.card.slug} has no planted faults")
    rows = [
        (
            one.model.id, one.model.about, str(one.model.group), f"{one.model.weight:g}",
            f"{one.witnesses:.1f}", f"{one.cost_eur:,.0f}",
        )
        for one in sorted(effects(sheet, read_gold(exercise)), key=lambda one: _order(one.model))
    ]  # fmt: skip
    head = ("id", "what it does", "group", "weight", "tickets spoilt", "EUR a thousand")
    note = (
        "Of the holdout. mutant: has to be refused. counted: harmless, has to be let through. "
        "shown: harmless in cost, its form is odd; told beside the measures and not counted. "
        "EUR: what its mistakes cost users on a thousand tickets."
    )
    return table(head, rows, note=note)


def say(exercise: Exercise, text: str, right: Sequence[str] = ()) -> Shown:
    """Show what is right for a text, and what each faulty model says instead.

    Args:
        exercise: whose.
        text: a message, curated or your own.
        right: for one of your own, what is right, as in add_message.

    Raises:
        Unready: the exercise's model does not fill in records.
    """
    sheet, gold = read_planted(exercise), read_gold(exercise)
    if not isinstance(sheet, FieldSheet):
        raise Unready(f"{exercise.card.slug} does not fill in records; leaf through its messages")
    held = {normalised(row.text): row for row in gold.holdout}
    own = {normalised(text): read_values(right)} if right else {}
    truth = FieldTruth(Gold(known={**gold.known, **held}), own)
    said = {one: field_answers(one, sheet, truth, 0)(text, 0) for one in sheet.models}
    sound = next(answer for one, answer in said.items() if one.fault == "same")
    off = [
        (one.id, one.about, answer)
        for one, answer in said.items()
        if one.group == "mutant" and answer != sound
    ]
    note = text if right or normalised(text) in {*held, *gold.known} else (
        f"{text}\nThis ticket is none of the exercise's, so nobody knows what is right for it: "
        'say it, right=["category=...", ...].'
    )  # fmt: skip
    return table(
        ("model", "", "what it says"), [("sound", "what is right", sound), *off], note=note
    )


def facts(exercise: Exercise) -> Shown:
    """Show what the stakeholder knows, what matters most first."""
    sheet = exercise.facts
    rows = [
        (fact.topic, str(fact.matters), str(len(fact.phrasings)), fact.answer)
        for fact in sorted(sheet.facts, key=lambda fact: -fact.matters)
    ]
    head = ("topic", "matters", "ways to ask", "what is answered")
    return table(head, rows, note=f"{sheet.stakeholder} answers what she is asked and no more.")


def _order(model: Any) -> tuple[bool, str]:
    return model.group != "mutant", str(model.id)
