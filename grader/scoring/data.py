"""The data exercise's scorer: findings and a corrected number against what is planted.

Runs in T; the candidate's cells run in the sandbox and hand over plain values, which are claims.
Pure but for the arena it is given; seeded.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from grader.attempt import Attempt
from grader.records import Component, Flag, Moment, Score
from grader.scoring import data_measures as formulas
from grader.scoring.arena import Arena
from grader.scoring.cost_flags import reaches
from grader.scoring.data_claims import MOST_RELABELLED, read_claims
from grader.scoring.data_flags import flags_of
from grader.scoring.data_measures import Drawing
from grader.scoring.data_telling import Work, facts_of, held_of, seen_in, whys
from grader.scoring.data_truth import Table
from grader.scoring.measures import component
from grader.scoring.scored import scored, values_of

NAMES = ("FINDINGS", "CORRECTED", "RELABEL_FIRST")
IN_INDEX = ("F", "KP", "EF", "C", "RG", "RL")
_FROM = {"F": "FINDINGS", "KP": "FINDINGS", "EF": "FINDINGS", "C": "CORRECTED", "RG": "CORRECTED",
         "RL": "RELABEL_FIRST"}  # fmt: skip
"""Measure to the name of the contract that it is read from."""


@dataclass(frozen=True)
class DataScorer:
    """What it is made of; another value is another version.

    What fools it: rows that were listed without knowing why (no measure reads a claim); a number
    guessed by somebody who found half of the defects. What the card says is for people.

    Attributes:
        resamples: drawings of rows, defects and the second table, for the intervals.
        seed: of the drawings.
    """

    resamples: int = 200
    seed: int = 20261129
    name: str = "data"
    version: str = "1.0.0"

    def score(self, attempt: Attempt, arena: Arena, table: Table) -> Score:
        """Return all measures of an attempt.

        Args:
            attempt: the submission.
            arena: its cells, loaded with NAMES.
            table: what is so.
        """
        loaded = arena.loaded
        if all(loaded.values.get(name) is None for name in NAMES):
            why = loaded.problem or f"none of {', '.join(NAMES)} is there"
            unread = Component(value=None, status="error", why=why[:600])
            flag = Flag(code="unreadable", message=f"The cells could not be read ({why[:300]}). "
                        "Help me understand what they were to do.")  # fmt: skip
            return self._made(attempt, {"F": unread, "C": unread}, (flag, *reaches(attempt)))
        work = _read(attempt, arena, table)
        drawn = self._draw(table)
        components = _components(work, drawn)
        first, seen = drawn[0], seen_in(work)
        flags = flags_of(work.claims, table, seen, truth=first.truth, width=work.width,
                         found=formulas.finds(work.held, first)[0])  # fmt: skip
        score = self._made(attempt, components, (*flags, *reaches(attempt)))
        held = held_of(work, first, seen)
        return score.model_copy(update={"data": held, "facts": facts_of(work)})

    def _draw(self, table: Table) -> list[Drawing]:
        """Return each row and defect once, then both drawn anew, again and again."""
        left, lived = table.mended(), np.array(table.lived(), dtype=float)
        ids = list(table.rows)
        is_left = np.array([float(one in left) for one in ids])
        is_right = np.array([float(left.get(one, False)) for one in ids])
        generator = np.random.default_rng(self.seed)
        rows, defects, fresh = (
            generator.multinomial(size, np.full(size, 1 / size), self.resamples).astype(float)
            for size in (len(ids), len(table.sheet.defects), len(lived))
        )
        whole = float(is_right.sum() / is_left.sum())
        found = [Drawing(np.ones(len(ids)), np.ones(defects.shape[1]), float(lived.mean()), whole)]
        for row, defect, one in zip(rows, defects, fresh, strict=True):
            count = float(row @ is_left)
            mended = float(row @ is_right) / count if count else whole
            found.append(Drawing(row, defect, float(one @ lived) / len(lived), mended))
        return found

    def _made(
        self, attempt: Attempt, components: dict[str, Component], flags: tuple[Flag, ...]
    ) -> Score:
        values = values_of(components)
        is_whole = all(values.get(name) is not None for name in IN_INDEX)
        return scored(
            self, attempt, components, index=formulas.index(values), flags=flags,
            is_partial=not is_whole or not attempt.about.recorded,
        )  # fmt: skip


def _read(attempt: Attempt, arena: Arena, table: Table) -> Work:
    claims = read_claims(arena.loaded.values, frozenset(table.rows))
    held = formulas.hold(claims, table)
    rules = {} if attempt.card is None else {one.name: one.cell for one in attempt.card.contract}
    where = {
        name: tuple(
            Moment(label=name, cell_id=cell.id)
            for cell in attempt.cells if cell.kind == "artefact" and cell.name == rules.get(name)
        )
        for name in NAMES
    }  # fmt: skip
    return Work(
        claims=claims, table=table, held=held,
        near=formulas.overlaps(held, np.ones(len(table.rows))),
        width=formulas.honest_width(list(table.mended().values())), where=where,
    )  # fmt: skip


def _components(work: Work, drawn: list[Drawing]) -> dict[str, Component]:
    own, headline = work.claims.corrected, work.table.sheet.headline
    found_here = formulas.finds(work.held, drawn[0])[0]
    counts = formulas.behind(found_here)
    measures: dict[str, Callable[[Drawing], float]] = {
        "F": lambda one: formulas.finds(work.held, one)[0],
        "KP": lambda one: formulas.keeps(work.held, one),
        "EF": lambda one: formulas.finds(work.held, one)[1],
        "C": lambda one: counts * formulas.corrects(own, headline, one),
        "RG": lambda one: counts * formulas.ranges(own, one.truth, work.width),
        "RL": lambda one: formulas.relabels(work.held, one, MOST_RELABELLED),
    }
    why, found = whys(work, drawn[0], counts), {}
    for name, measure in measures.items():
        place = work.where[_FROM[name]]
        if _FROM[name] in work.claims.broken:
            found[name] = Component(value=None, status="error", evidence=place,
                                    why=work.claims.broken[_FROM[name]])  # fmt: skip
            continue
        made = component(measure(drawn[0]), why[name], [measure(one) for one in drawn[1:]])
        found[name] = made.model_copy(update={"evidence": place})
    return found
