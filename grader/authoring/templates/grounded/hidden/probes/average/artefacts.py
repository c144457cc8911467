# audition-canary:grounded:00000000000000000000000000000000
"""An average answer: questions with a clear section, one share of right answers."""

# cell: suite
import json

QUESTIONS = [
    ("What does a caravan pitch cost in June?", "26 EUR", "2"),
    ("When can we come?", "14:00", "1"),
    ("When is the gate closed?", "22:00", "1"),
    ("How much is the dryer?", "3 EUR", "9"),
    ("What is a day with the canoe?", "30 EUR", "11"),
    ("Do you take cheques?", "no", "3"),
    ("How much is wood?", "5 EUR", "6"),
    ("What does power cost?", "4 EUR", "7"),
    ("What is a child's trailer?", "6 EUR", "13"),
    ("How long does a shower run?", "5 minutes", "8"),
    ("Do you have a sauna?", "null", "null"),
]
CASES = [
    {"text": text, "expected": [f"answer={answer}", f"section={section}"], "tags": []}
    for text, answer, section in QUESTIONS
]


def eval_suite(model, cases=None):
    cases = CASES if cases is None else cases
    right = 0
    for case in cases:
        try:
            said = json.loads(model(case["text"]))
            got = {f"{k}={'null' if v is None else v}".lower() for k, v in said.items()}
        except Exception:
            got = set()
        right += {line.lower() for line in case["expected"]} <= got
    share = right / max(1, len(cases))
    return {"verdict": "ship" if share >= 0.85 else "no_ship", "headline": share,
            "reasons": [] if share >= 0.85 else ["too few right"], "metrics": {"right": share}}


# cell: decision
COSTS = {("answer", "wrong"): 10, ("answer", "invented"): 10}
SAMPLE_PLAN = {"claim": "85% are right", "metric": "share right", "n": 200, "half_width": 0.05,
               "confidence": 0.95, "sampling": "random"}
VERDICT = {"model": "sim-medium", "decision": "no_ship", "p_wrong": 0.2, "would_change_my_mind": "a better prompt"}
