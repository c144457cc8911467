"""Small jobs that the worker gives itself while nobody asks: what a first call would wait for.

Runs in the model worker. Rules keep their patterns where they are used, and lists of words are
read when they are first needed: a first call of a kind pays for that with up to a tenth of a
second. Nothing of an answer is kept.
"""

from __future__ import annotations

from collections.abc import Callable

from harness.models.engine import Engine
from harness.models.request import ChatRequest

_TEXT = (
    "Harbour notice. The ferry to Skerry leaves at 7:40 and at 16:15, from May to September. A "
    "ticket costs 14 euros, children under 12 pay half. Bicycles are taken along for 3 euros. Dogs "
    "may not come on board. The office opens on 4 March 2024; ask Mrs Alder for group prices."
)
_ASKED = f"Answer only from the notice. If it does not say, reply 'not stated'.\n\n{_TEXT}\n\n"
JOBS = (
    f"{_ASKED}Question: What does a ticket for a child of 10 cost?\nAnswer:",
    f"{_ASKED}Question: How many ferries does the line have?\nAnswer:",
    f"{_ASKED}Question: May I bring my dog along?\nAnswer:",
    f"{_ASKED}Question: Until when can one go on a Sunday?\nAnswer:",
    "Sort the message into berth, fuel or weather. Give one of them, no more.\n\nMessage: the pump "
    "on the north pier gave us nothing this morning",
    'Give JSON {"name": string, "date": string, "amount": number} for: Mr Bo Lindahl paid 45.50 '
    "euros on 3 April 2024.",
    f"Summarise in one sentence.\n\n{_TEXT}",
    "Rewrite it politely: send me the papers now, I am waiting",
    f"Source: {_TEXT}\nClaim: Dogs travel for 3 euros.\nSupported or contradicted?",
    "A crate holds 24 jars and a van takes 30 crates. How many jars are in two vans?",
    "Sort these by price and drop the dearest: oar 30, rope 12, anchor 95",
    "Which answer is better, and why? A: We open at nine. B: Soon. It was asked when you open.",
    "Write a short note to Ada: thank her for the oars, ask whether she comes on Sunday.",
    "Members may borrow up to 3 oars if over 16. Ana is 15, Bo is 17. Who may borrow them?",
    "Wie viel kostet die Karte? Die Karte kostet 8 Euro, ermäßigt 5 Euro.",
    "Hello, who are you and what can you do?",
    "P = price, T = time, O = other. One letter. Text: how long is the crossing?",
)
"""One of each kind of work, of texts that stand nowhere else."""


_AT_FIRST_S, _BETWEEN_S = 2.0, 0.05
"""What starts beside the worker, a kernel and a page, comes first."""


def warm(engine: Engine, is_awaited: Callable[[float], bool]) -> int:
    """Do the small jobs, one after the other, until there is real work.

    Args:
        engine: whose first calls are to be no slower than others.
        is_awaited: whether somebody waits for an answer, or comes to wait within so many seconds;
            asked before each job.

    Returns:
        How many were done.
    """
    for done, job in enumerate(JOBS):
        if is_awaited(_BETWEEN_S if done else _AT_FIRST_S):
            return done
        message = {"role": "user", "content": job}
        engine.chat(ChatRequest.from_wire("sim-medium", [message], {"temperature": 0}))
    return len(JOBS)
