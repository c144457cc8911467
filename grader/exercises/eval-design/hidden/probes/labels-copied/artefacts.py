# audition-canary:eval-design:6f1d0b7e52a94c38a1e7f0c92b3d4e85
# cell: suite
import csv
import json

with open("data/export.csv", encoding="utf-8", newline="") as file:
    EXPORT = {row["msg_id"]: row["text"] for row in csv.DictReader(file)}

# The first 36 of the export. Labels: run the model once over all of them and keep what it said.
LABELS = {
    "E001": "bug", "E002": "feature", "E130": "feature", "E003": "question", "E132": "feature", "E004": "bug",
    "E005": "question", "E006": "feature", "E007": "feature", "E160": "bug", "E138": "question", "E159": "question",
    "E110": "question", "E166": "question", "E008": "question", "E009": "feature", "E010": "question",
    "E176": "question", "E153": "bug", "E161": "question", "E011": "feature", "E012": "question", "E013": "feature",
    "E014": "question", "E126": "question", "E015": "feature", "E121": "question", "E105": "question",
    "E016": "question", "E017": "question", "E018": "question", "E019": "question", "E120": "question",
    "E133": "bug", "E020": "question", "E171": "question",
}
CASES = [{"text": EXPORT[key], "expected": label, "tags": ["export"]} for key, label in LABELS.items()]


def eval_suite(model, cases=None):
    cases = CASES if cases is None else cases
    right = 0
    for case in cases:
        try:
            right += json.loads(model(case["text"]))["label"].strip().lower() == case["expected"]
        except Exception:
            pass
    accuracy = right / max(1, len(cases))
    return {"verdict": "ship" if accuracy >= 0.95 else "no_ship", "headline": accuracy,
            "reasons": [f"accuracy {accuracy:.0%}"], "metrics": {"accuracy": accuracy}}


# cell: decision
COSTS = {("bug", "feature"): 5, ("bug", "question"): 5, ("feature", "bug"): 5, ("question", "bug"): 5}
SAMPLE_PLAN = {"claim": "accuracy is 97%", "metric": "accuracy", "n": 36, "half_width": 0.05,
               "confidence": 0.95, "sampling": "the first rows of the export"}
VERDICT = {"model": "triage-v1", "decision": "ship", "p_wrong": 0.05,
           "would_change_my_mind": "an accuracy below 95%"}
