"""Fit the few numbers of harness/proctor/matching.py, and try each sheet's on the others.

`python -m scripts.fit_matching FILE`; prints what to write there. FILE as scripts.paraphrases.
"""

from __future__ import annotations

import asyncio
import math
import sys
from collections.abc import Sequence
from pathlib import Path

from scipy.optimize import minimize

from harness.bench.stakeholder import Asked, Sheet, learn_sheets, read_questions

Row = tuple[list[tuple[float, ...]], int]
"""The scores of each class, and the class it should be."""
_TRIED = (0.35, 0.4, 0.45, 0.5, 0.55)


def main(path: Path) -> None:
    """Print fitted numbers, with and without an encoder."""
    questions = read_questions(path)
    sheets = asyncio.run(learn_sheets(questions))
    for words_alone in (False, True):
        rows = {slug: _rows(questions, slug, sheet, words_alone) for slug, sheet in sheets.items()}
        print("words alone:" if words_alone else "head, likeness, words; aside:")
        print("  all  ", [round(x, 2) for x in fit([row for of in rows.values() for row in of])])
        unseen: list[tuple[list[float], int]] = []
        for slug, own in rows.items():
            numbers = fit([row for other, of in rows.items() if other != slug for row in of])
            print(f"  without {slug}:", [round(x, 2) for x in numbers])
            unseen += [(shares(scores, numbers), of) for scores, of in own]
        for threshold in _TRIED:
            print(f"  from {threshold}, sheets unseen:", tell(unseen, threshold))


def fit(rows: Sequence[Row]) -> list[float]:
    """Return a number for each score and one for the class of no fact: the likeliest ones."""

    def loss(numbers: Sequence[float]) -> float:
        lost = sum(-math.log(shares(scores, numbers)[of] + 1e-12) for scores, of in rows)
        return lost / len(rows) + 0.001 * sum(x * x for x in numbers)

    start = [1.0] * (len(rows[0][0][0]) + 1)
    return [float(x) for x in minimize(loss, start, method="BFGS").x]


def shares(scores: Sequence[tuple[float, ...]], numbers: Sequence[float]) -> list[float]:
    """Return the classes' shares of belief."""
    *weights, aside = numbers
    logits = [sum(w * x for w, x in zip(weights, one, strict=True)) for one in scores]
    logits[-1] += aside
    powers = [math.exp(one - max(logits)) for one in logits]
    return [one / sum(powers) for one in powers]


def tell(rows: Sequence[tuple[list[float], int]], threshold: float) -> str:
    """Return recall, wrong facts and facts to nothing asked, in words."""
    right = wrong = asked = idle = beside = 0
    for found, of in rows:
        told = {n for n, share in enumerate(found[:-1]) if share >= threshold}
        if of == len(found) - 1:
            beside, idle = beside + 1, idle + bool(told)
        else:
            asked, right, wrong = asked + 1, right + (of in told), wrong + bool(told - {of})
    return f"recall {right / asked:.3f}, wrong {wrong / asked:.3f}, idle {idle} of {beside}"


def _rows(questions: Sequence[Asked], slug: str, sheet: Sheet, words_alone: bool) -> list[Row]:
    rows: list[Row] = []
    for one in questions:
        if one.exercise == slug:
            scores = sheet.matcher.scores(one.question, sheet.learnt, sheet.vectors[one.question])
            of = len(sheet.ids) if one.fact is None else sheet.ids.index(one.fact)
            rows.append(([s[2:] if words_alone else s for s in scores], of))
    return rows


if __name__ == "__main__":
    main(Path(sys.argv[1]))
