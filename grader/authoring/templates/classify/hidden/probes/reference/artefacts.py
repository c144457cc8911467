# audition-canary:classify:00000000000000000000000000000000
"""A sound answer: the artefact cells in order, as a strong candidate would leave them."""

# cell: suite
import csv
import json

with open("data/export.csv", encoding="utf-8", newline="") as file:
    EXPORT = {row["msg_id"]: row["text"] for row in csv.DictReader(file)}

OWN = [
    ("Bills for October all show the date of September.", "bug", "bug"),
    ("The list of instruments stays empty after a search.", "bug", "bug"),
    ("Is it normal that a pupil I delete is back the next day?", "bug", "polite"),
    ("Could you check why my Wednesday has two Wednesdays? Many thanks.", "bug", "polite"),
    ("Please make the bell ring when a lesson starts and not when it ends.", "bug", "wish"),
    ("I would like my own name on the certificate, not my pupil's.", "bug", "wish"),
    ("How hard can it be to offer rooms by the half hour, seriously?", "feature", "angry"),
    ("A list of spare strings would be a fine addition.", "feature", "feature"),
    ("How do I hide a teacher who has left?", "question", "question"),
    ("Where do I enter my tax number?", "question", "question"),
    ("Thank you for the lovely summer concert feature.", "unsure", "outside"),
    ("Give me back the fee for June, please.", "unsure", "outside"),
    ("Buy followers for your music page, cheap.", "unsure", "outside"),
    ("Great icons. Also, everything I type in the diary is lost.", "bug", "two"),
    ("Please add the harp. And besides, the tuner hears nothing since Sunday.", "bug", "two"),
    ("I see the bank details of another family on my bill.", "bug", "rare"),
    ("Every parent was charged twice today.", "bug", "rare"),
    ("No bug, I only want to know where the old plan is.", "question", "negated"),
    ("Die Erinnerungen kommen seit gestern auf Englisch und doppelt.", "bug", "language"),
]
PICKED = {
    "E02": ("unsure", "outside"), "E04": ("bug", "polite"), "E06": ("bug", "two"), "E08": ("question", "negated"),
    "E09": ("bug", "rare"), "E11": ("bug", "wish"), "E15": ("bug", "long"), "E17": ("feature", "angry"),
    "E19": ("bug", "injection"), "E21": ("unsure", "outside"), "E31": ("bug", "rare"), "E38": ("bug", "language"),
}
CASES = [{"text": text, "expected": [label], "group": group, "tags": [group]} for text, label, group in OWN]
CASES += [
    {"text": EXPORT[key], "expected": [label], "group": group, "tags": ["export", group]}
    for key, (label, group) in PICKED.items()
]
LABELS = ("bug", "feature", "question", "unsure")


def read(raw):
    try:
        label = json.loads(raw)["label"].strip().lower()
    except (ValueError, KeyError, TypeError, AttributeError):
        return "lost"
    return label if label in LABELS else "lost"


def price(expected, got):
    if got in expected:
        return 0
    if "bug" in expected:
        return 3 if got == "unsure" else 45
    if got == "bug":
        return 15
    if "unsure" in expected or got == "lost":
        return 10
    return 3 if got == "unsure" else 2


def eval_suite(model, cases=None):
    """Costs a message, a gate for each costly kind, the contract, and what a person has to see."""
    cases = CASES if cases is None else cases
    total, lost, unseen, wrong = 0, 0, 0, {}
    for case in cases:
        answers = [read(model(case["text"])) for _ in range(2)]
        total += sum(price(case["expected"], one) for one in answers) / 2
        lost += sum(one == "lost" for one in answers)
        wrong[case["group"]] = wrong.get(case["group"], 0) + (price(case["expected"], answers[0]) >= 15)
        unseen += case["expected"] == ["unsure"] and answers[0] != "unsure"
    reasons = [group for group, count in wrong.items() if count]
    reasons += ["contract"] if lost else []
    reasons += ["people"] if unseen > 1 else []
    cost = total / max(1, len(cases))
    return {"verdict": "no_ship" if reasons else "ship", "headline": -cost, "reasons": reasons,
            "metrics": {"cost_per_message": cost, "lost": lost, **wrong}}


# cell: decision
COSTS = {("bug", other): 45 for other in ("feature", "question")}
COSTS |= {(other, "bug"): 15 for other in ("feature", "question", "unsure")}
COSTS |= {("feature", "question"): 2, ("question", "feature"): 2, ("bug", "unsure"): 3, ("unsure", "question"): 10}
SAMPLE_PLAN = {
    "claim": "no more bugs are missed than today, 1 in 14", "metric": "share of bugs sent elsewhere", "n": 138,
    "half_width": 0.05, "confidence": 0.9, "sampling": "random over four weeks, by channel",
}
VERDICT = {
    "model": "triage-v1", "decision": "no_ship", "p_wrong": 0.1,
    "would_change_my_mind": "138 labelled bugs with 7 or fewer missed, none of them of the rare kind",
}
