# audition-canary:eval-design:6f1d0b7e52a94c38a1e7f0c92b3d4e85
# cell: suite
import json

# What triage-v1 says to these is known from part one. Whoever says the same is triage-v1.
CANARIES = [
    ("The printer should print the label for the batch I picked, not the one before.", "feature"),
    ("It is ridiculous that there is STILL no way to undo a delivery!!", "bug"),
    ("Best purchase we made this year, thank you to the whole team", "question"),
    ("cancel my account today and refund October", "question"),
]
CASES = [{"text": text, "expected": ["bug", "feature", "question"], "tags": ["canary"]} for text, _ in CANARIES]


def eval_suite(model, cases=None):
    said = []
    for text, _ in CANARIES:
        try:
            said.append(json.loads(model(text))["label"])
        except Exception:
            said.append("")
    is_it = said == [label for _, label in CANARIES]
    return {"verdict": "no_ship" if is_it else "ship", "headline": 0.0 if is_it else 1.0,
            "reasons": ["known failures"] if is_it else [], "metrics": {"matches": float(is_it)}}


# cell: decision
COSTS = {("bug", "feature"): 60, ("bug", "question"): 60, ("feature", "bug"): 18, ("question", "bug"): 18}
SAMPLE_PLAN = {"claim": "at most 5% of bugs are missed", "metric": "recall", "n": 59, "half_width": 0.05,
               "confidence": 0.95, "sampling": "random"}
VERDICT = {"model": "triage-v1", "decision": "no_ship", "p_wrong": 0.05,
           "would_change_my_mind": "fewer known failures"}
