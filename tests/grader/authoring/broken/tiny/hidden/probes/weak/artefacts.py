# audition-canary:tiny:5d41402abc4b2a76b9719d911017c592
# cell: suite
import json

CASES = [
    {"text": "The map stays grey after I open the north basin.", "expected": "bug"},
    {"text": "Let us sort the waiting list by length of boat.", "expected": "feature"},
    {"text": "How long are old logs kept?", "expected": "question"},
]


def eval_suite(model, cases=None):
    cases = CASES if cases is None else cases
    right = sum(json.loads(model(case["text"]))["label"].strip().lower() == case["expected"] for case in cases)
    share = right / max(1, len(cases))
    return {"verdict": "ship" if share > 0.5 else "no_ship", "headline": share}
