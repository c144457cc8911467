"""The tape: recorded answers, given again by the rule "that cell's last run first".

Runs in T, within a replay; writes nothing and asks nobody. Requests come from a hostile kernel:
they are only ever compared with what is recorded.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from grader.attempt import Attempt
from grader.records import Miss
from grader.replay.nearest import Known, nearest
from grader.replay.recording import Run
from harness.core.records import Call
from harness.proctor.embeddings import read_embeddings
from harness.proctor.errors import Refusal
from harness.proctor.wire import KEY_VERSION, key_version, read_chat

MOST_MISSES = 50
"""How many misses of one cell are named; a loop may ask for ever."""
_LONGEST_NEAREST = 4_000


@dataclass(frozen=True)
class Take:
    """One recorded exchange.

    Attributes:
        key: what was asked, as it is compared.
        what: which door: chat, tool, ask, hypothesis.
        msg_id: the execution it belongs to.
        asked: the request, for a diff.
        answer: what was answered.
        call: the ledger's row, for a chat and a tool.
    """

    key: str
    what: str
    msg_id: str | None
    asked: Any
    answer: Any
    call: Call | None = None


@dataclass
class CellAccount:
    """What one cell asked of the tape in this replay.

    Attributes:
        answered: requests that got a recorded answer.
        fallbacks: of these, by the session's order instead of this cell's own record.
        reused: of these, with an answer that had been given already: it asked more often.
        misses: requests that got none.
    """

    answered: int = 0
    fallbacks: int = 0
    reused: int = 0
    misses: list[Miss] = field(default_factory=list)


class Tape:
    """Recorded exchanges with a place in them for each cell and for the session.

    Args:
        attempt: the submission.
        runs: each cell's last recorded run.
    """

    def __init__(self, attempt: Attempt, runs: dict[str, Run]) -> None:
        keyed = [_keyed(call) for call in attempt.calls]
        self._takes = [*_chats(keyed), *_notes(attempt)]
        self._unanswered = {one.key for one in keyed if one.call.response is None}
        self._known: list[Known] | None = None
        self.rekeyed_calls = sum(one.is_anew for one in keyed)
        self.unread_versions = tuple(sorted({one.unread for one in keyed if one.unread}))
        self.unread_calls = sum(bool(one.unread) for one in keyed)
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
            own = self._last.get(self._cell)
            take = self._next(key, own) if own is not None else None
            if take is None:
                take = self._next(key, None, beside=own)
                account.fallbacks += take is not None
            if take is None:
                take = self._again(key)
                account.reused += take is not None
            if take is not None:
                account.answered += 1
                return take
            if len(account.misses) >= MOST_MISSES:  # a loop that asks for ever costs us nothing
                return account.misses[-1]
            account.misses.append(self._miss(key, what, asked))
            return account.misses[-1]

    def _next(self, key: str, msg_id: str | None, beside: str | None = None) -> Take | None:
        """Return the next equal exchange of an execution, or of the session for None.

        Args:
            key: of the request.
            msg_id: the execution.
            beside: an execution whose exchanges have been given already.
        """
        mine = self._by_key.get((msg_id, key), [])
        place = self._places.get((msg_id, key), 0)
        while beside is not None and place < len(mine) and mine[place].msg_id == beside:
            place += 1
        if place >= len(mine):
            return None
        self._places[msg_id, key] = place + 1
        return mine[place]

    def _again(self, key: str) -> Take | None:
        """Return the last equal exchange of the cell's own run, or else of the session."""
        own = self._by_key.get((self._last.get(self._cell), key), [])
        every = self._by_key.get((None, key), [])
        return next(iter([*own[-1:], *every[-1:]]), None)

    def _miss(self, key: str, what: str, asked: Any) -> Miss:
        model = asked.get("model") or asked.get("tool") if isinstance(asked, dict) else None
        return Miss(
            cell_id=self._cell[:200] or None,
            what=what,
            model=str(model)[:100] if model else None,
            key=key if what in ("chat", "tool") else None,
            nearest=self._tell_nearest(key, what, asked),
        )

    def _tell_nearest(self, key: str, what: str, asked: Any) -> str:
        if key in self._unanswered:
            return "it was asked in the session, and no answer is on record: the call was cut off"
        if self._known is None:  # each distinct request once; most replays miss nothing
            distinct = {take.key: take for take in self._takes}
            self._known = [Known.of(take.what, take.asked) for take in distinct.values()]
        told = nearest(self._known, what, asked)
        if what != "chat" or not self.unread_calls:
            return told
        versions = ", ".join(self.unread_versions)
        unread = (
            f"{self.unread_calls} recorded requests are keyed by {versions}, which this program "
            f"does not read ({KEY_VERSION} is its own): it may be one of them"
        )
        return f"{unread}\n{told}".strip()[:_LONGEST_NEAREST]


@dataclass(frozen=True)
class _Keyed:
    """A recorded call under the key by which this program compares.

    Attributes:
        call: the ledger's row.
        key: of its request.
        is_anew: it was recorded under another version's key and read anew.
        unread: the version of a request that cannot be read here; empty if it can.
    """

    call: Call
    key: str
    is_anew: bool = False
    unread: str = ""


def _keyed(call: Call) -> _Keyed:
    """Key a call as a request that comes now is keyed.

    The ledger keeps the whole canonical request beside its key. One that our own reader takes word
    for word is the same request, whichever version keyed it.
    """
    version = key_version(call.key)
    if version == KEY_VERSION:
        return _Keyed(call, call.key)
    own = _own_key(call.request)
    if own is None:
        return _Keyed(call, call.key, unread=version[:20] or "no version")
    return _Keyed(call, own, is_anew=True)


def _own_key(request: Mapping[str, Any]) -> str | None:
    body = {name: value for name, value in request.items() if name != "call_id"}
    call_id = request.get("call_id")
    try:
        named = call_id if call_id is None or isinstance(call_id, str) else ""
        if "input" in body:
            asked = read_embeddings(body, call_id=named)[0]
        else:
            asked = read_chat(body, call_id=named)
    except Refusal:
        return None
    return asked.key if asked.canonical == dict(request) else None


def _chats(keyed: Iterable[_Keyed]) -> Iterator[Take]:
    for one in keyed:
        call = one.call
        if call.response is not None:
            what = "tool" if call.is_tool else "chat"
            yield Take(one.key, what, call.msg_id, call.request, call.response, call)


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
