# audition-canary:tiny:5d41402abc4b2a76b9719d911017c592
# cell: suite
import csv
import json

with open("data/export.csv", encoding="utf-8", newline="") as file:
    TEXTS = [row["text"] for row in csv.DictReader(file)]
LABELS = (
    ["bug"] * 5 + ["feature"] * 5 + ["question"] * 6 + ["bug"] * 7 + ["feature"] * 3
    + ["unsure"] * 5 + ["bug"] * 9
)
GROUPS = (
    ["bug"] * 5 + ["feature"] * 5 + ["question"] * 6 + ["polite"] * 4 + ["wish"] * 3
    + ["angry"] * 3 + ["person"] * 5 + ["two"] * 4 + ["rare"] * 3 + ["bug"] * 2
)
CASES = [
    {"text": text, "expected": label, "group": group}
    for text, label, group in zip(TEXTS, LABELS, GROUPS, strict=True)
]


def read(raw):
    try:
        return json.loads(raw)["label"].strip().lower()
    except (ValueError, KeyError, AttributeError):
        return "lost"


def eval_suite(model, cases=None):
    cases = CASES if cases is None else cases
    groups = {}
    for case in cases:
        groups.setdefault(case.get("group"), []).append(read(model(case["text"])) == case["expected"])
    shares = {name: sum(found) / len(found) for name, found in groups.items()}
    ship = all(share >= 0.6 for share in shares.values())
    headline = sum(shares.values()) / max(1, len(shares))
    return {"verdict": "ship" if ship else "no_ship", "headline": headline, "reasons": [], "metrics": shares}
