"""What the demo's candidate does: a plan, two questions, a failing attempt, two versions, an idea.

Runs in T; handed to the player as values. The work is real: every answer comes from the live
model, and nothing in here says what it will be.
"""

from __future__ import annotations

from typing import Any

SLUG = "practice"

_PLAN = """%%plan
Read all six and put a tray beside each by hand. Two of them can be read in two ways: ask Tove.
Then a first prompt, run it on the six, look at each slip, change one thing, run again.
A complaint that is missed is worse than one too many."""

_FAILS = """from harness.kernel import llm
trays = [llm("Request, question or complaint? One word.\\n\\nMessage: " + row["text"],
             model="sim-medium", temperature=0) for row in messages]
by_tray = {tray: trays.count(tray) for tray in trays}
print(by_tray["angry"])"""

_FIRST = '''from harness.kernel import llm


def classify(text):
    """Give back "request", "question" or "complaint" for one message."""
    prompt = (
        "Classify the message of a library's reader as request, question or complaint. "
        "Answer with one word.\\n\\n"
        f"Message: {text}"
    )
    answer = llm(prompt, model="sim-medium", temperature=0).lower()
    words = ("complaint", "request", "question")
    return next((word for word in words if word in answer), "question")'''

_SECOND = '''from harness.kernel import llm


def classify(text):
    """Give back "request", "question" or "complaint" for one message."""
    prompt = (
        "Classify the message of a library's reader as request, question or complaint. "
        "If the reader is unhappy it is a complaint, whatever else it asks. "
        "Answer with one word.\\n\\n"
        f"Message: {text}"
    )
    answer = llm(prompt, model="sim-medium", temperature=0).lower()
    words = ("complaint", "request", "question")
    return next((word for word in words if word in answer), "question")'''

_IDEA = """from harness.kernel import hypothesis
idea = hypothesis("The prompt does not say that a complaint comes first.")"""

_LOOK = """for row in messages:
    print(row["message_id"], classify(row["text"]), row["text"][:60])"""

_TEXT = (
    "- Tove wants every unhappy reader in the complaints: asked, and the prompt says so.\n- Six \
messages are too few to trust a share. I would label 50 more before I say more than 0.6."
)


def steps() -> list[dict[str, Any]]:
    """Return the demo's steps, in order."""
    run = [{"do": "run", "cell": name} for name in ("parameters", "messages", "first-call")]
    return [
        *run,
        {"do": "write", "cell": "plan", "source": _PLAN},
        {"do": "run", "cell": "plan"},
        {"do": "parts"},
        {"do": "run", "cell": "ask"},
        _insert(
            "demo-asks", "ask('What if a message is a complaint and a request at once?')", "ask"
        ),
        {"do": "run", "cell": "demo-asks"},
        _insert("demo-fails", _FAILS, "demo-asks"),
        {"do": "run", "cell": "demo-fails", "raises": True},
        {"do": "write", "cell": "sorter", "source": _FIRST},
        {"do": "run", "cell": "sorter"},
        {"do": "save"},
        _insert("demo-look", _LOOK, "sorter"),
        {"do": "run", "cell": "demo-look"},
        _insert("demo-idea", _IDEA, "demo-look"),
        {"do": "run", "cell": "demo-idea"},
        {"do": "write", "cell": "sorter", "source": _SECOND},
        {"do": "run", "cell": "sorter"},
        {"do": "run", "cell": "demo-look"},
        {"do": "write", "cell": "confidence", "source": "CONFIDENCE = 0.8"},
        {"do": "run", "cell": "confidence"},
        {"do": "write", "cell": "confidence", "source": "CONFIDENCE = 0.6"},
        {"do": "run", "cell": "confidence"},
        {"do": "write", "cell": "words", "source": _TEXT},
        {"do": "save"},
        {"do": "run", "cell": "check"},
        {"do": "run", "cell": "purse"},
        {"do": "save"},
        {"do": "run", "cell": "submit"},
    ]


def _insert(name: str, source: str, after: str) -> dict[str, Any]:
    return {"do": "insert", "cell": name, "source": source, "after": after}
