"""A reviewer at work: what is chosen, pinned, locked; every word is on disk before it is said.

Runs in T. Knows nothing of widgets: messages come in as values, parts of the screen go out as
markup. What a reviewer may not see yet is not in that markup.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from grader.records import Moment
from grader.review import looking, screen
from grader.review.case import Case
from grader.review.errors import CannotRate
from grader.review.shown import Shown, read_shown
from grader.review.store import Rating, ReviewStore
from grader.rubric import Stage
from harness.core.clock import Clock
from harness.core.errors import AuditionError

Parts = dict[str, Any]
STAGES: tuple[Stage, ...] = ("text", "artefact")


class ReviewDesk:
    """All cases of one rater.

    Args:
        cases: in the order they are shown.
        ratings: the file of ratings.
        rater: who, by a pseudonym.
        amiss: what could not be read, for the queue.
        clock: where time comes from.
    """

    def __init__(
        self, cases: list[Case], *, ratings: Path, rater: str, amiss: list[str] | None = None,
        clock: Clock | None = None,
    ) -> None:  # fmt: skip
        self._cases, self._rater, self._amiss = cases, rater, amiss or []
        self._stores = {
            case.id: ReviewStore(
                ratings, submission=case.id, rater=rater, rubric=case.rubric, clock=clock
            )
            for case in cases
        }
        self._case: Case | None = None
        self._shown: list[Shown] = []
        self._pinned: dict[str, Moment] = {}
        self._asks: Stage | None = None
        if cases:
            self._open({"case": next((c.id for c in cases if not self._is_done(c)), cases[0].id)})

    def parts(self) -> Parts:
        """Return every part of the screen."""
        if self._case is None:
            empty = screen.empty(self._amiss)
            return {"bar": "", "queue": "", "evidence": empty, "rubric": "", "pins": {}}
        return self._parts_of(self._case, self._stores[self._case.id])

    def act(self, message: Mapping[str, Any]) -> tuple[str, bool]:
        """Do what a message asks for.

        Args:
            message: "do" and what belongs to it: open (case), rate (dimension, level), pin
                (dimension, moment), unpin (dimension), ask_lock, stay, lock (stage), correct
                (dimension, level, reason).

        Returns:
            What to say, and whether it was done.
        """
        acts: dict[str, Callable[[Mapping[str, Any]], str]] = {
            "open": self._open, "rate": self._rate, "pin": self._pin, "unpin": self._unpin,
            "ask_lock": self._ask_lock, "stay": self._stay, "lock": self._lock,
            "correct": self._correct,
        }  # fmt: skip
        act = acts.get(str(message.get("do")))
        if act is None or (self._case is None and act != self._open):
            return "There is nothing to do that to.", False
        try:
            return act(message), True
        except (AuditionError, KeyError, TypeError, ValueError) as problem:
            told = str(problem) if isinstance(problem, AuditionError) else "that cannot be read"
            return f"Not saved: {told}.", False

    def call(self, number: int) -> str:
        """Return a model call's request and answer as markup; empty if there is none."""
        calls = self._case.attempt.model_calls if self._case is not None else ()
        return looking.one_call(calls[number - 1], number) if 0 < number <= len(calls) else ""

    @property
    def _store(self) -> ReviewStore:
        assert self._case is not None
        return self._stores[self._case.id]

    def _open(self, message: Mapping[str, Any]) -> str:
        case = next((c for c in self._cases if c.id == message["case"]), None)
        if case is None:
            raise CannotRate("that submission is not on this desk")
        self._case, self._shown, self._asks = case, read_shown(case), None
        self._pinned = {
            name: rating.moment
            for name, rating in self._store.current().items()
            if rating.moment is not None
        }
        return f"Opened {screen.name_of(case)}."

    def _rate(self, message: Mapping[str, Any]) -> str:
        name = str(message["dimension"])
        rating = Rating(name, int(message["level"]), self._pinned.get(name))
        self._store.rate(rating)
        self._asks = None
        where = "" if rating.moment is None else f", pinned to {rating.moment.label}"
        return f"Saved: {self._title(name)}, level {rating.level}{where}."

    def _pin(self, message: Mapping[str, Any]) -> str:
        name, shown = str(message["dimension"]), self._find(str(message["moment"]))
        now = self._store.current().get(name)
        if now is None:
            self._check_open(name)
            self._pinned[name] = shown.moment
            return f"{shown.id} is kept for {self._title(name)}; choose a level to save it."
        self._store.rate(Rating(name, now.level, shown.moment))
        self._pinned[name] = shown.moment
        return f"Saved: {shown.id} pinned to {self._title(name)}, level {now.level}."

    def _unpin(self, message: Mapping[str, Any]) -> str:
        name = str(message["dimension"])
        now = self._store.current().get(name)
        if now is not None:
            self._store.rate(Rating(name, now.level))
        self._pinned.pop(name, None)
        return f"Saved: nothing is pinned to {self._title(name)} now."

    def _ask_lock(self, message: Mapping[str, Any]) -> str:
        stage = self._stage()
        if stage is None:
            raise CannotRate("everything is locked already")
        if told := self._store.missing(stage):
            raise CannotRate("; ".join(told))
        self._asks = stage
        return "Lock for good? Press Lock for good, or Not yet."

    def _stay(self, message: Mapping[str, Any]) -> str:
        self._asks = None
        return "Nothing was locked."

    def _lock(self, message: Mapping[str, Any]) -> str:
        stage = self._asks
        if stage is None:
            raise CannotRate("press Lock first")
        self._store.lock(stage)
        self._asks = None
        opens = "Measures and process evidence are open." if stage == "text" else "Done."
        return f"Locked and saved. {opens}"

    def _correct(self, message: Mapping[str, Any]) -> str:
        name = str(message["dimension"])
        reason = str(message["reason"])[:2000]
        locked = self._store.current().get(name)
        moment = None if locked is None else locked.moment
        self._store.correct(Rating(name, int(message["level"]), moment, reason))
        return f"Saved: a correction stands beside {self._title(name)}."

    def _check_open(self, name: str) -> None:
        found = self._case.rubric.find(name) if self._case is not None else None
        if found is None or found.kind != self._stage():
            raise CannotRate("that dimension is not open now")

    def _find(self, moment: str) -> Shown:
        stage = self._stage()
        for one in self._shown:
            if one.id == moment and (one.stage == "text" or stage != "text"):
                return one
        raise CannotRate(f"there is no moment {moment[:20]!r} to pin")

    def _title(self, name: str) -> str:
        found = self._case.rubric.find(name) if self._case is not None else None
        return name[:40] if found is None else found.name

    def _stage(self) -> Stage | None:
        return self._stage_of(self._store)

    @staticmethod
    def _stage_of(store: ReviewStore) -> Stage | None:
        return next((stage for stage in STAGES if not store.is_locked(stage)), None)

    def _is_done(self, case: Case) -> bool:
        return self._stage_of(self._stores[case.id]) is None

    def _parts_of(self, case: Case, store: ReviewStore) -> Parts:
        stage = self._stage_of(store)
        seen = screen.Seen(
            case=case, stage=stage, ratings=store.current(), pinned=dict(self._pinned),
            corrections=store.corrections(), shown=self._shown,
            missing=[] if stage is None else store.missing(stage), asks=self._asks,
            others=store.others(),
        )  # fmt: skip
        queue = [
            (one, self._stage_of(s), bool(s.current()), one.id == case.id)
            for one in self._cases
            for s in (self._stores[one.id],)
        ]
        return {
            "bar": screen.bar(seen, self._rater),
            "queue": screen.queue(queue, self._amiss),
            "evidence": looking.evidence(seen),
            "rubric": screen.rubric(seen),
            "pins": screen.pins(seen),
        }
