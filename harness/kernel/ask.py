"""`ask` and `hypothesis`: what the candidate says to people, put on record by the proctor.

Runs in K. What comes back is the stakeholder's text; it is printed, never run or rendered.
"""

from __future__ import annotations

import re
import textwrap
import time
from dataclasses import dataclass

from harness.kernel import words
from harness.kernel.errors import AnswerKept, LineDown, Misuse, NoLine, Refused
from harness.kernel.wire import Answered, Line, open_line

STATUSES = ("open", "supported", "refuted")
LONGEST_SILENCE_S = 120.0
"""How long the line may be lost while an answer is waited for."""
_QUESTION = re.compile(r"[A-Za-z0-9-]{1,64}")


class Said:
    """Mixed into what was printed already: the notebook does not show it a second time."""

    def _ipython_display_(self) -> None:
        return None


@dataclass(frozen=True)
class Fact(Said):
    """One thing the stakeholder told.

    Attributes:
        topic: what it is about.
        answer: the words.
    """

    topic: str
    answer: str


@dataclass(frozen=True)
class Reply(Said):
    """What came back to a question.

    Attributes:
        text: the words as printed.
        facts: the facts in it; empty when nothing matched.
        nearest: at most two topics close to the question.
    """

    text: str
    facts: tuple[Fact, ...] = ()
    nearest: tuple[str, ...] = ()

    def __str__(self) -> str:
        """Return the words as printed."""
        return self.text


@dataclass(frozen=True)
class Hypothesis(Said):
    """An idea on record.

    Attributes:
        id: name to change its status by.
        text: the idea.
        status: open, supported or refuted.
    """

    id: str
    text: str
    status: str


def ask(question: str) -> Reply:
    """Ask the stakeholder; print what comes back and return it. Free, no limit.

    Args:
        question: in your own words.

    Raises:
        Misuse: there is no question.
        Refused: the proctor said no.
        LineDown: the question did not get through, or its answer is still to be fetched.
    """
    if not isinstance(question, str) or not question.strip():
        raise Misuse(words.ASK_EMPTY)
    try:
        reply = _read_reply(_put(open_line(), question))
    except (NoLine, AnswerKept):
        raise
    except LineDown as problem:
        raise LineDown(words.ASK_LOST) from problem
    print(_in_lines(reply.text))  # noqa: T201  printing is what it is for
    return reply


def _put(line: Line, question: str) -> Answered:
    """Return the answer to a question; where a person answers, say so and wait.

    Raises:
        Refused: the proctor said no.
        LineDown: the question did not get through.
        AnswerKept: the line was lost after it had.
    """
    answered = line.post("/k/ask", {"question": question})
    waiting = answered.word("waiting", _QUESTION)
    if waiting or answered.is_true("live"):
        print(words.ASK_WAITS, flush=True)  # noqa: T201
    heard_at = time.monotonic()
    while waiting:
        try:
            answered = line.get(f"/k/ask/{waiting}")
            heard_at = time.monotonic()
            waiting = answered.word("waiting", _QUESTION)
        except (LineDown, Refused) as problem:
            if isinstance(problem, Refused) and (problem.status or 0) < 500:
                raise
            if time.monotonic() - heard_at > LONGEST_SILENCE_S:
                raise AnswerKept(words.ASK_KEPT) from problem
            time.sleep(1)
    return answered


def hypothesis(text: str, status: str = "open", *, id: str | None = None) -> Hypothesis:
    """Put an idea on record before testing it, or change what became of it.

    Args:
        text: the idea.
        status: "open", "supported" or "refuted".
        id: the name of an earlier one, to change it.

    Raises:
        Misuse: no text, or another status.
        Refused: the proctor said no.
        LineDown: it did not get through.
    """
    if status not in STATUSES:
        raise Misuse(words.NO_STATUS.format(status=status))
    if not isinstance(text, str) or not text.strip():
        raise Misuse(words.NO_IDEA)
    body = {"text": text, "status": status} | ({"id": id} if id is not None else {})
    noted = Hypothesis(open_line().post("/k/hypothesis", body).text("id"), text, status)
    print(words.NOTED.format(id=noted.id, status=noted.status))  # noqa: T201
    return noted


def _in_lines(text: str, width: int = 88) -> str:
    """Return text broken between words: the notebook would break it inside them."""
    return "\n".join(textwrap.fill(line, width) for line in text.split("\n"))


def _read_reply(answered: Answered) -> Reply:
    facts = tuple(
        Fact(topic=str(row.get("topic", "")), answer=str(row.get("answer", "")))
        for row in answered.rows("answers")
        if isinstance(row, dict)
    )
    nearest = tuple(str(topic) for topic in answered.rows("nearest")[:2])
    text = answered.text("text")
    if nearest and not all(topic in text for topic in nearest):
        text = f"{text}\n{words.NEAREST.format(topics=' · '.join(nearest))}"
    return Reply(text=text, facts=facts, nearest=nearest)
