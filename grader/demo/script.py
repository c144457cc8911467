"""What the demo's candidate does in exercise 1: a plan, questions, an error, two suites.

Runs in T; handed to the player as values. The work is real: every answer comes from the live
model, and nothing in here says what it will be.
"""

from __future__ import annotations

from pathlib import Path

from grader.demo.making import Step, own, run, sitting, write

SLUG = "eval-design"
_SUITES = Path(__file__).with_name("suites")

_PLAN = """%%plan
Read thirty of the export before I write one case. Polite bugs, wishes that are bugs, anger that is
a wish, other languages, thank-you notes. Ask what a wrong label costs. Then a few cases of each
kind, a gate for each kind that hurts, and the model three times on one text."""

_LOOK = """export = read_rows("export.csv")
for row in export[:30]:
    print(row["msg_id"], row["text"][:90].replace("\\n", " "))"""

_FAILS = """import collections
said = {row["msg_id"]: triage(row["text"]) for row in given}
print(collections.Counter(answer["label"] for answer in said.values()))"""

_IDEA = """idea = hypothesis("It takes courtesy for a question: polite bugs are lost.")"""
_HELD = """hypothesis(idea.text, "supported", id=idea.id)"""

_SHIP = """COSTS = {("bug", "feature"): 60, ("bug", "question"): 60}
SAMPLE_PLAN = {"claim": "right in 8 of 10", "metric": "accuracy", "n": 100, "half_width": 0.08,
               "confidence": 0.95, "sampling": "random over four weeks"}
VERDICT = {"model": "triage-v1", "decision": "ship", "p_wrong": 0.3,
           "would_change_my_mind": "a kind of bug that is always missed"}"""
_NO_SHIP = """COSTS = {("bug", "feature"): 60, ("bug", "question"): 60, ("feature", "bug"): 18,
         ("question", "bug"): 18, ("feature", "question"): 3, ("question", "feature"): 3}
SAMPLE_PLAN = {"claim": "at most 8% of bugs are missed", "metric": "missed bugs", "n": 138,
               "half_width": 0.05, "confidence": 0.9, "sampling": "random over four weeks"}
VERDICT = {"model": "triage-v1", "decision": "no_ship", "p_wrong": 0.1,
           "would_change_my_mind": "138 labelled bugs with 8% missed or fewer"}"""

_TEXTS = {
    "questions": "- Ines: a bug pages the engineer, a missed one costs about 60 EUR, a false page "
    "18.\n- Assumed: who says thank you has to reach a person.",
    "success": "No kind of bug that people write may be missed more often than today.",
    "sample": "138 bugs for 5 points either way at 90%. My 24 cases show kinds, no rate.",
    "verdict": "Do not ship: polite bugs and wishes that are bugs get lost, and it never says "
    "unsure. Not tested: a month of real traffic.",
}


def steps() -> list[Step]:
    """Return the demo's steps, in order."""
    work = [
        run("ask"),
        *own("demo-asks", 'ask("Which mistake hurts most?")', "ask"),
        *own("demo-look", _LOOK, "demo-asks"),
        *own("demo-fails", _FAILS, "demo-look", raises=True),
        *write("suite", _suite("first")),
        {"do": "save"},
        run("scratch"),
        *own("demo-idea", _IDEA, "scratch"),
        *write("suite", _suite("second")),
        run("scratch"),
        *own("demo-held", _HELD, "demo-idea"),
        *write("decision", _SHIP),
        *write("decision", _NO_SHIP),
    ]
    opening = [run(name) for name in ("parameters", "load", "given")]
    return sitting(opening, _PLAN, work, _TEXTS)


def _suite(name: str) -> str:
    return (_SUITES / f"{name}.py.txt").read_text(encoding="utf-8").rstrip("\n")
