"""The tape: recorded answers, given again by the rule "that cell's last run first".

Runs in T, within a replay; writes nothing and asks nobody. Requests come from a hostile kernel:
they are only ever compared with what is recorded.
"""

from __future__ import annotations

import difflib
import json
import threading
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from grader.attempt import Attempt
from grader.records import Miss
from grader.replay.recording import Run
from harness.core.records import Call

MOST_MISSES = 50
"""How many misses of one cell are named; a loop may ask for ever."""
_LONGEST_DIFF, _LONGEST_COMPARED, _MOST_LINES_COMPARED = 4_000, 40_000, 400


@dataclass(frozen=True)
class Take:
    """One recorded exchange.

    Attributes:
        key: what was asked, as it is compared.
        what: which door: chat, ask, hypothesis.
        msg_id: the execution it belongs to.
        asked: the request, for a diff.
        answer: what was answered.
        call: the ledger's row, for a chat.
    """

    key: str
    what: str
    msg_id: str | None
    asked: Any
    answer: Any
    call: Call | None = None


@dataclass
class CellAccount:
    """What one cell asked of the tape in this replay."""

    answered: int = 0
    fallbacks: int = 0
    misses: list[Miss] = field(default_factory=list)


class Tape:
    """Recorded exchanges with a place in them for each cell and for the session.

    Args:
        attempt: the submission.
        runs: each cell's last recorded run.
    """

    def __init__(self, attempt: Attempt, runs: dict[str, Run]) -> None:
        self._takes = [*_chats(attempt), *_notes(attempt)]
        self._by_key: dict[tuple[str | None, str], list[Take]] = {}
        for take in self._takes:
            for msg_id in dict.fromkeys((take.msg_id, None)):
                self._by_key.setdefault((msg_id, take.key), []).append(take)
        self._last = {run.cell_id: run.msg_id for run in runs.values()}
        self._lock = threading.Lock()
        self._places: dict[tuple[str | None, str], int] = {}
        self._accounts: dict[str, CellAccount] = {}
        self._cell: str = ""
        self.recorded_calls = sum(take.call is not None for take in self._takes)

    def turn_to(self, cell_id: str) -> None:
        """Say which cell is run next."""
        with self._lock:
            self._cell = cell_id
            self._accounts.setdefault(cell_id, CellAccount())

    @property
    def msg_id(self) -> str | None:
        """The recorded execution that the running cell stands for; None if it has none."""
        return self._last.get(self._cell)

    def account(self, cell_id: str) -> CellAccount:
        """Return what a cell asked."""
        return self._accounts.get(cell_id, CellAccount())

    def play(self, key: str, what: str, asked: Any) -> Take | Miss:
        """Return the recorded exchange for a request, or the miss it is.

        Args:
            key: as recorded.
            what: which door.
            asked: the request, for the diff of a miss.
        """
        with self._lock:
            account = self._accounts.setdefault(self._cell, CellAccount())
            take = self._next(key, self._last.get(self._cell))
            if take is None:
                take = self._next(key, None)
                account.fallbacks += take is not None
            if take is not None:
                account.answered += 1
                return take
            if len(account.misses) >= MOST_MISSES:  # a loop that asks for ever costs us nothing
                return account.misses[-1]
            account.misses.append(self._miss(key, what, asked))
            return account.misses[-1]

    def _next(self, key: str, msg_id: str | None) -> Take | None:
        """Return the next equal exchange of an execution, or of the session for None."""
        mine = self._by_key.get((msg_id, key), [])
        place = self._places.get((msg_id, key), 0)
        if place >= len(mine):
            return None
        self._places[msg_id, key] = place + 1
        return mine[place]

    def _miss(self, key: str, what: str, asked: Any) -> Miss:
        model = asked.get("model") if isinstance(asked, dict) else None
        known = len(self._by_key.get((None, key), ()))
        nearest = (
            f"recorded {known} times, asked once more" if known else self._nearest(what, asked)
        )
        return Miss(
            cell_id=self._cell[:200] or None,
            what=what,
            model=str(model)[:100] if model else None,
            key=key if what == "chat" else None,
            nearest=nearest[:_LONGEST_DIFF],
        )

    def _nearest(self, what: str, asked: Any) -> str:
        """Return the diff between the nearest recorded request of this door and this one."""
        text = _lines(asked)
        best, ratio = None, -1.0
        for take in self._takes:
            if take.what == what:
                matcher = difflib.SequenceMatcher(None, _lines(take.asked), text, autojunk=False)
                found = matcher.quick_ratio()
                best, ratio = (take, found) if found > ratio else (best, ratio)
        if best is None:
            return ""
        return "\n".join(
            difflib.unified_diff(_lines(best.asked), text, "recorded", "asked", lineterm="", n=1)
        )


def _lines(value: Any) -> list[str]:
    text = json.dumps(value, indent=1, sort_keys=True, ensure_ascii=False, default=str)
    rows = text[:_LONGEST_COMPARED].replace("\\n", "\n").splitlines()
    return rows[:_MOST_LINES_COMPARED]


def _chats(attempt: Attempt) -> Iterable[Take]:
    for call in attempt.calls:
        if call.response is not None:
            yield Take(call.key, "chat", call.msg_id, call.request, call.response, call)


def _notes(attempt: Attempt) -> Iterable[Take]:
    facts = attempt.exercise.facts.facts if attempt.exercise else ()
    known = {fact.id: {"topic": fact.topic, "answer": fact.answer} for fact in facts}
    for event in attempt.events:
        load = event.payload
        if event.kind == "ask":
            asked = {"question": load.get("question")}
            named = load.get("facts")
            names = named if isinstance(named, list) else []
            answers = [known[one] for one in names if isinstance(one, str) and one in known]
            near = load.get("nearest")
            nearest = [str(one) for one in near] if isinstance(near, list) else []
            answer = {
                "answers": answers,
                "nearest": [known[one]["topic"] if one in known else one for one in nearest],
                "text": load.get("text") or "",
                "live": load.get("live") is True,
            }
            yield Take(note_key("ask", asked), "ask", event.msg_id, asked, answer)
        elif event.kind == "hypothesis":
            asked = {"text": load.get("text"), "status": load.get("status", "open")}
            answer = {"id": load.get("id") or "h0", "at": event.to_value()["at"]}
            yield Take(note_key("hypothesis", asked), "hypothesis", event.msg_id, asked, answer)


def note_key(what: str, asked: Any) -> str:
    """Return the key under which a question or an idea is compared."""
    return f"{what}:{json.dumps(asked, sort_keys=True, ensure_ascii=False)}"
