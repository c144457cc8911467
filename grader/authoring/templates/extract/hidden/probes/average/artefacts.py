# audition-canary:extract:00000000000000000000000000000000
"""An average answer: a dozen clear tickets, one share of records that are right in every field."""

# cell: suite
import json

TICKETS = [
    ("Customer: My parcel H-5001 has not come.", "delivery", "H-5001", "null", "desk"),
    ("Customer: H-5002 is broken.", "defect", "H-5002", "null", "desk"),
    ("Customer: H-5003 has the wrong bill.", "invoice", "H-5003", "null", "desk"),
    ("Customer: H-5004 broke. Desk: We sent a new lamp today.", "defect", "H-5004", "replaced", "null"),
    ("Customer: H-5005 was too expensive. Desk: The difference was paid back today.", "invoice", "H-5005", "refunded", "null"),
    ("Customer: What bulb do I need? Desk: E14.", "other", "null", "explained", "null"),
    ("Customer: The glass of H-5007 has a scratch, please send a new one.", "defect", "H-5007", "null", "desk"),
    ("Customer: H-5008 went to my old address.", "delivery", "H-5008", "null", "desk"),
    ("Customer: Can I get a bill for H-5009?", "invoice", "H-5009", "null", "desk"),
    ("Customer: Where is H-5010? Desk: What is your address?", "delivery", "H-5010", "null", "customer"),
]
FIELDS = ("category", "order", "resolution", "next")
CASES = [
    {"text": text, "expected": [f"{name}={value}" for name, value in zip(FIELDS, values)], "tags": []}
    for text, *values in TICKETS
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
    return {"verdict": "ship" if share >= 0.8 else "no_ship", "headline": share,
            "reasons": [] if share >= 0.8 else ["too few right"], "metrics": {"all_right": share}}


# cell: decision
COSTS = {("resolution", "invented"): 10, ("category", "wrong"): 5}
SAMPLE_PLAN = {"claim": "80% of records are right", "metric": "all fields right", "n": 200, "half_width": 0.05,
               "confidence": 0.95, "sampling": "random"}
VERDICT = {"model": "sim-medium", "decision": "no_ship", "p_wrong": 0.2, "would_change_my_mind": "a better prompt"}
