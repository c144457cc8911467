# audition-canary:eval-design:6f1d0b7e52a94c38a1e7f0c92b3d4e85
# cell: suite
CASES = [
    {"text": "The app crashes on start.", "expected": "bug"},
    {"text": "There is an error when I save.", "expected": "bug"},
    {"text": "Login does not work.", "expected": "bug"},
    {"text": "The page is broken.", "expected": "bug"},
    {"text": "Please add dark mode.", "expected": "feature"},
    {"text": "I want an export to Excel.", "expected": "feature"},
    {"text": "Please support tablets.", "expected": "feature"},
    {"text": "Add a search box.", "expected": "feature"},
    {"text": "How do I reset my password?", "expected": "question"},
    {"text": "Where are my invoices?", "expected": "question"},
    {"text": "What is the price?", "expected": "question"},
    {"text": "Can I change the language?", "expected": "question"},
]


def eval_suite(model, cases=None):
    cases = CASES if cases is None else cases
    n = 0
    for case in cases:
        if case["expected"] in model(case["text"]).lower():
            n += 1
    acc = n / len(cases)
    return {"verdict": "ship" if acc >= 0.8 else "no_ship", "headline": acc, "reasons": [], "metrics": {}}


# cell: decision
COSTS = {}
SAMPLE_PLAN = {"claim": "it is accurate", "metric": "accuracy", "n": 12, "half_width": 0.05}
VERDICT = {"model": "triage-v1", "decision": "ship", "p_wrong": 0.1, "would_change_my_mind": "errors"}
