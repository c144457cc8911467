"""How well questions find their facts: the paraphrase measure, beside cues and encoder alone.

Runs on the trusted side, with the encoder in its own process as the proctor has it.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from harness.bench.figures import Figure, figure
from harness.cli.places import checkout
from harness.core.errors import UsageError
from harness.core.settings import Settings
from harness.proctor.leaning import readings_of
from harness.proctor.matching import Learnt, Matcher, Vector
from harness.proctor.photographs import Photographs
from harness.proctor.questions import parts_of
from harness.proctor.shelf import Shelf
from harness.proctor.stakeholder import learn
from harness.proctor.worker import Worker

FILES = ("dev.jsonl", "heldout.jsonl")
"""In tests/fixtures/paraphrases; its CARD.md says how they were written."""
_LIKE_ENOUGH = 0.55
"""Likeness from which the encoder alone tells a fact: about 3 in 100 wrong on dev.jsonl."""
HOW = ("ours", "cues alone", "encoder alone")


@dataclass(frozen=True)
class Asked:
    """One question and the fact it asks for.

    Attributes:
        exercise: slug.
        fact: id; None when it asks for nothing on the sheet.
        question: the words.
    """

    exercise: str
    fact: str | None
    question: str


@dataclass(frozen=True)
class Tally:
    """What became of some questions.

    Attributes:
        asked: questions with a fact.
        right: those that were told it.
        wrong: those that were told another one, with or without it.
        beside: questions about nothing on the sheet.
        idle: those that were told a fact all the same.
    """

    asked: int = 0
    right: int = 0
    wrong: int = 0
    beside: int = 0
    idle: int = 0


def read_questions(path: Path) -> list[Asked]:
    """Return the questions in a file: a JSON list, or one object a line.

    Args:
        path: objects with exercise, question, and fact (an id; null or "none" for none).

    Raises:
        UsageError: it cannot be read, or a line is no such object.
    """
    try:
        text = path.read_text(encoding="utf-8")
        rows = json.loads(text) if text.lstrip().startswith("[") else [
            json.loads(line) for line in text.splitlines() if line.strip()
        ]  # fmt: skip
        return [
            Asked(
                str(row["exercise"]),
                None if row["fact"] in (None, "none") else str(row["fact"]),
                str(row["question"]),
            )
            for row in rows
        ]
    except (OSError, ValueError, KeyError, TypeError) as problem:
        raise UsageError(f"{path} is no list of questions: {problem!r}") from problem


def tally(questions: Sequence[Asked], told: Sequence[Sequence[str]]) -> Tally:
    """Return the tally of questions and the ids of the facts that each was told."""
    pairs = list(zip(questions, told, strict=True))
    return Tally(
        asked=sum(one.fact is not None for one, _ in pairs),
        right=sum(one.fact in names for one, names in pairs),
        wrong=sum(
            one.fact is not None and any(n != one.fact for n in names) for one, names in pairs
        ),
        beside=sum(one.fact is None for one, _ in pairs),
        idle=sum(one.fact is None and bool(names) for one, names in pairs),
    )


@dataclass(frozen=True)
class Sheet:
    """A fact sheet, learnt, and the vectors of what is asked about it."""

    matcher: Matcher
    ids: tuple[str, ...]
    learnt: Learnt
    vectors: dict[str, Vector]

    def told(self, question: str, how: str) -> list[str]:
        """Return the ids of the facts that a question is told by one of HOW."""
        parts = parts_of(question)
        if how == "encoder alone":
            scores = self.matcher.scores(question, self.learnt, self.vectors[question])
            likeness = [like for _, like, _ in scores]
            best = max(range(len(likeness)), key=likeness.__getitem__)
            is_fact = best < len(self.ids) and likeness[best] >= _LIKE_ENOUGH
            return [self.ids[best]] if is_fact else []
        learnt = self.learnt if how == "ours" else None
        asked = [self.vectors[text] for text in readings_of(parts)] if how == "ours" else ()
        return [fact.id for fact in self.matcher.match(parts, learnt, asked).facts]


async def learn_sheets(questions: Sequence[Asked]) -> dict[str, Sheet]:
    """Return the sheets of the exercises that are asked about, from the installed photographs."""

    async def no_prices(models: list[Any]) -> None:
        return None

    worker, photographs = Worker(), Photographs()
    worker.start(no_prices)
    try:
        made = {}
        for slug in sorted({one.exercise for one in questions}):
            facts = photographs.facts(slug)
            matcher = Matcher(facts)
            own = [one.question for one in questions if one.exercise == slug]
            texts = sorted({*own, *(one for text in own for one in readings_of(parts_of(text)))})
            encoded: list[Vector] = [*await worker.encode(texts)]
            vectors = dict(zip(texts, encoded, strict=True))
            learnt = await learn(worker, matcher, Shelf(None))
            made[slug] = Sheet(matcher, tuple(f.id for f in facts.facts), learnt, vectors)
        return made
    finally:
        await worker.close()


def measure(questions: Sequence[Asked]) -> dict[tuple[str, str], Tally]:
    """Return the tally for each of HOW and each exercise, and for "all" together."""
    sheets = asyncio.run(learn_sheets(questions))
    found = {}
    for how in HOW:
        for name in ("all", *sheets):
            some = [one for one in questions if name in ("all", one.exercise)]
            told = [sheets[one.exercise].told(one.question, how) for one in some]
            found[how, name] = tally(some, told)
    return found


def interval(count: int, total: int) -> tuple[float, float]:
    """Return Wilson's 95% interval of a share.

    Source: Wilson (1927); scipy.stats.binomtest.
    """
    from scipy.stats import binomtest

    found = binomtest(count, total).proportion_ci(method="wilson") if total else None
    return (float(found.low), float(found.high)) if found else (0.0, 1.0)


def measure_stakeholder(settings: Settings, *, is_quick: bool = False) -> list[Figure]:
    """Return recall and wrong facts on the questions that lie in the checkout.

    Args:
        settings: not used; every area takes them.
        is_quick: not used: all of it takes some seconds.
    """
    figures: list[Figure] = []
    for name in FILES:
        path = checkout() / "tests" / "fixtures" / "paraphrases" / name
        if path.exists():
            figures += _figures(read_questions(path), name.removesuffix(".jsonl"))
    return figures


def _figures(questions: Sequence[Asked], name: str) -> list[Figure]:
    found = measure(questions)
    ours, peer = found["ours", "all"], found["cues alone", "all"]

    def one(what: str, of: Callable[[Tally], tuple[int, int]], target: str, is_met: bool) -> Figure:
        low, high = interval(*of(ours))
        return figure(
            f"{what}, {name}", ours=_share(*of(ours)), peer=_share(*of(peer)), target=target,
            met=is_met, how=f"{of(ours)[1]} questions, 95% interval {low:.3f} to {high:.3f}; "
            "peer: cues alone",
        )  # fmt: skip

    right, wrong = _share(ours.right, ours.asked), _share(ours.wrong, ours.asked)
    return [
        one("stakeholder recall", lambda t: (t.right, t.asked), ">= 0.90", right >= 0.90),
        one("stakeholder wrong fact", lambda t: (t.wrong, t.asked), "<= 0.03", wrong <= 0.03),
        one("stakeholder fact to nothing asked", lambda t: (t.idle, t.beside), "none stated", True),
    ]


def _share(count: int, total: int) -> float:
    return count / total if total else 0.0
