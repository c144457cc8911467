"""Ratings on disk: every one is added and none is changed, and a locked stage takes no more.

Runs in T. One SQLite file; each word is committed before it counts as saved. A rater sees no
rating but the own until both are locked.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from grader.records import Moment
from grader.review.errors import CannotRate
from grader.rubric import Rubric, Stage
from harness.core.clock import Clock, SystemClock, to_wire
from harness.core.errors import EnvironmentLacks

_SCHEMA = """
CREATE TABLE IF NOT EXISTS ratings (
  number INTEGER PRIMARY KEY, submission TEXT NOT NULL, rater TEXT NOT NULL,
  dimension TEXT NOT NULL, level INTEGER NOT NULL CHECK (level BETWEEN 1 AND 4),
  moment TEXT, reason TEXT NOT NULL DEFAULT '', at TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS locks (
  submission TEXT NOT NULL, rater TEXT NOT NULL, stage TEXT NOT NULL, at TEXT NOT NULL,
  PRIMARY KEY (submission, rater, stage));
"""


@dataclass(frozen=True)
class Rating:
    """A level that a rater gave.

    Attributes:
        dimension: which.
        level: 1 to 4.
        moment: what it rests on; None while nothing is pinned.
        reason: why it was corrected after the lock; "" for a plain rating.
    """

    dimension: str
    level: int
    moment: Moment | None = None
    reason: str = ""


class ReviewStore:
    """One rater's view of the ratings of one submission.

    Args:
        path: the file; made if missing.
        submission: which.
        rater: who, by a pseudonym.
        rubric: what is rated.
        clock: where time comes from.
    """

    def __init__(
        self, path: Path, *, submission: str, rater: str, rubric: Rubric,
        clock: Clock | None = None,
    ) -> None:  # fmt: skip
        self._path, self._submission, self._rater = path, submission, rater
        self._rubric, self._clock = rubric, clock or SystemClock()
        path.parent.mkdir(parents=True, exist_ok=True)
        with self._opened() as connection:
            connection.executescript(_SCHEMA)

    def rate(self, rating: Rating) -> None:
        """Keep a level, at once; the newest counts.

        Raises:
            CannotRate: no such dimension or level, the stage is locked, or not open yet.
        """
        found = self._rubric.find(rating.dimension)
        if found is None or rating.level not in (1, 2, 3, 4):
            raise CannotRate(f"there is no {rating.dimension[:40]!r} at level {rating.level}")
        if self.is_locked(found.kind):
            raise CannotRate(
                f"{found.name} is locked; a correction is added beside it, with a reason"
            )
        if found.kind == "artefact" and not self.is_locked("text"):
            raise CannotRate("the text dimensions come first: rate and lock them")
        self._add(rating)

    def correct(self, rating: Rating) -> None:
        """Add a correction beside a locked level; the locked one stands as it was.

        Raises:
            CannotRate: it is not locked, or there is no reason.
        """
        found = self._rubric.find(rating.dimension)
        if found is None or not self.is_locked(found.kind):
            raise CannotRate(f"{rating.dimension[:40]!r} is not locked; just rate it")
        if not rating.reason.strip():
            raise CannotRate("a correction needs a reason")
        self._add(rating)

    def current(self) -> dict[str, Rating]:
        """Return the newest rating of each dimension, by its id; corrections apart."""
        return {one.dimension: one for one in self._all() if not one.reason}

    def corrections(self) -> list[Rating]:
        """Return corrections, oldest first."""
        return [one for one in self._all() if one.reason]

    def missing(self, stage: Stage) -> list[str]:
        """Return what a lock still needs, in words."""
        now, told = self.current(), []
        for one in self._rubric.of(stage):
            rating = now.get(one.id)
            if rating is None:
                told.append(f"{one.name}: no level yet")
            elif rating.moment is None:
                told.append(f"{one.name}: no moment pinned yet")
        return told

    def lock(self, stage: Stage) -> None:
        """Lock a stage for good.

        Raises:
            CannotRate: a level or a moment is missing, or the text stage is not locked yet.
        """
        if stage == "artefact" and not self.is_locked("text"):
            raise CannotRate("the text dimensions come first: rate and lock them")
        if told := self.missing(stage):
            raise CannotRate("; ".join(told))
        with self._opened() as connection:
            connection.execute(
                "INSERT OR IGNORE INTO locks VALUES (?, ?, ?, ?)",
                (self._submission, self._rater, stage, to_wire(self._clock.now())),
            )

    def is_locked(self, stage: Stage) -> bool:
        """Whether this rater has locked a stage."""
        with self._opened() as connection:
            row = connection.execute(
                "SELECT 1 FROM locks WHERE submission = ? AND rater = ? AND stage = ?",
                (self._submission, self._rater, stage),
            ).fetchone()
        return row is not None

    def others(self) -> dict[str, dict[str, int]]:
        """Return the levels of other raters who have locked everything, by rater and dimension.

        Empty until this rater has locked everything.
        """
        stages = {one.kind for one in self._rubric.dimension}
        if not all(self.is_locked(stage) for stage in stages):
            return {}
        with self._opened() as connection:
            rows = connection.execute(
                "SELECT rater, dimension, level FROM ratings WHERE submission = ? AND rater != ? "
                "AND reason = '' AND rater IN (SELECT rater FROM locks WHERE submission = ? "
                "GROUP BY rater HAVING COUNT(DISTINCT stage) >= ?) ORDER BY number",
                (self._submission, self._rater, self._submission, len(stages)),
            ).fetchall()
        found: dict[str, dict[str, int]] = {}
        for rater, dimension, level in rows:
            found.setdefault(rater, {})[dimension] = level
        return found

    def _add(self, rating: Rating) -> None:
        moment = None if rating.moment is None else json.dumps(rating.moment.to_value())
        with self._opened() as connection:
            connection.execute(
                "INSERT INTO ratings (submission, rater, dimension, level, moment, reason, at) "
                "VALUES (?, ?, ?, ?, ?, ?, ?)",
                (
                    self._submission, self._rater, rating.dimension, rating.level, moment,
                    rating.reason, to_wire(self._clock.now()),
                ),
            )  # fmt: skip

    def _all(self) -> list[Rating]:
        with self._opened() as connection:
            rows = connection.execute(
                "SELECT dimension, level, moment, reason FROM ratings "
                "WHERE submission = ? AND rater = ? ORDER BY number",
                (self._submission, self._rater),
            ).fetchall()
        return [
            Rating(
                dimension=name,
                level=level,
                moment=None if moment is None else Moment.from_value(json.loads(moment)),
                reason=reason,
            )
            for name, level, moment, reason in rows
        ]

    @contextmanager
    def _opened(self) -> Iterator[sqlite3.Connection]:
        try:
            connection = sqlite3.connect(self._path, timeout=10)
            try:
                connection.execute("PRAGMA journal_mode = WAL")
                connection.execute("PRAGMA synchronous = FULL")
                with connection:
                    yield connection
            finally:
                connection.close()
        except sqlite3.Error as problem:
            raise EnvironmentLacks(
                f"ratings cannot be kept in {self._path}: {problem}"
            ) from problem
