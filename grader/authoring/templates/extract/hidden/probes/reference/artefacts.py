# audition-canary:extract:00000000000000000000000000000000
"""A sound answer: the artefact cells in order, as a strong candidate would leave them."""

# cell: suite
import csv
import json

with open("data/export.csv", encoding="utf-8", newline="") as file:
    EXPORT = {row["msg_id"]: row["text"] for row in csv.DictReader(file)}

FIELDS = ("category", "order", "resolution", "next")
OWN = [
    ("plain", "Customer: The box of H-6001 was empty.", "delivery", "H-6001", "null", "desk"),
    ("plain", "Customer: H-6002 blinks when I sneeze.", "defect", "H-6002", "null", "desk"),
    ("plain", "Customer: The bill of H-6003 is in dollars, I pay in euros.", "invoice", "H-6003", "null", "desk"),
    ("promised", "Customer: H-6004 is cracked. Desk: You will have your money back by Friday.", "defect", "H-6004", "null", "desk"),
    ("promised", "Customer: H-6005 is lost. Desk: We are going to send another one.", "delivery", "H-6005", "null", "desk"),
    ("promised", "Customer: I paid H-6006 twice. Desk: That shall be returned next week.", "invoice", "H-6006", "null", "desk"),
    ("wish", "Customer: I demand a refund for H-6007, it never came.", "delivery", "H-6007", "null", "desk"),
    ("wish", "Customer: Replace H-6008, will you, it is bent.", "defect", "H-6008", "null", "desk"),
    ("done", "Customer: H-6009 went dark. Desk: The new one was handed to you today. Customer: Yes!", "defect", "H-6009", "replaced", "null"),
    ("done", "Customer: Shipping on H-6010 was to be free. Desk: True, 5 euros went back to you.", "invoice", "H-6010", "refunded", "null"),
    ("none", "Customer: Do you have a shop in Ghent? Desk: We do not, only by post.", "other", "null", "explained", "null"),
    ("none", "Customer: It does not dim. Desk: Which order is it?", "defect", "null", "null", "customer"),
    ("long", "Customer: " + "We have a long hall, and in that hall a long table, and on it your lamps in a row. " * 5
     + "One of them, of order H-6013, stays dark. What can be done?", "defect", "H-6013", "null", "desk"),
    ("long", "Customer: " + "It was a wet autumn and the roads were bad, I know, and I do not blame the drivers. " * 5
     + "But H-6014 is five weeks late. Desk: Would you look into the shed, please?", "delivery", "H-6014", "null", "customer"),
    ("long", "Customer: " + "Our treasurer is a man of habits and he likes one sheet of paper a month, not more. " * 5
     + "Could H-6015 be put on the bill of May?", "invoice", "H-6015", "null", "desk"),
]
PICKED = {
    "E03": ("promised", "defect", "H-3003", "null", "desk"), "E04": ("waits", "delivery", "H-3004", "null", "customer"),
    "E08": ("wish", "delivery", "H-3008", "null", "desk"), "E11": ("two", "defect", "H-3012", "null", "desk"),
    "E12": ("injection", "invoice", "H-3013", "null", "desk"), "E13": ("negated", "delivery", "H-3014", "explained", "null"),
    "E19": ("promised", "invoice", "H-3020", "null", "desk"), "E20": ("long", "defect", "H-3021", "null", "desk"),
    "E21": ("trap", "delivery", "H-3022", "null", "desk"), "E24": ("language", "delivery", "H-3025", "null", "desk"),
    "E31": ("promised", "delivery", "H-3033", "null", "customer"), "E36": ("long", "delivery", "H-3038", "null", "customer"),
}
CASES = [
    {"text": text, "expected": [f"{name}={value}" for name, value in zip(FIELDS, values)], "tags": [group], "group": group}
    for group, text, *values in OWN
]
CASES += [
    {"text": EXPORT[key], "expected": [f"{name}={value}" for name, value in zip(FIELDS, values)],
     "tags": ["export", group], "group": group}
    for key, (group, *values) in PICKED.items()
]
PRICE = {
    "category": {"wrong": 4, "missed": 4, "invented": 4}, "order": {"wrong": 15, "missed": 3, "invented": 15},
    "resolution": {"wrong": 12, "missed": 6, "invented": 25}, "next": {"wrong": 7, "missed": 7, "invented": 2},
}


def read(raw):
    try:
        said = json.loads(raw)
        return {name: " ".join(str(said.get(name)).split()).lower() for name in FIELDS}
    except (ValueError, AttributeError):
        return None


def errors(expected, got):
    """Yield (field, kind) for each field that is not as it should be."""
    right = {}
    for line in expected:
        name, _, value = line.partition("=")
        right.setdefault(name, set()).add(value.lower())
    for name, values in right.items():
        said = "null" if got[name] in ("none", "null", "") else got[name]
        if said not in values:
            yield name, "missed" if said == "null" else "invented" if "null" in values else "wrong"


def eval_suite(model, cases=None):
    """Costs a ticket, a gate for each kind of error that hurts, the contract, and stability."""
    cases = CASES if cases is None else cases
    total, lost, unstable, found = 0, 0, 0, {}
    for case in cases:
        answers = [read(model(case["text"])) for _ in range(4)]
        lost += sum(one is None for one in answers)
        known = [one for one in answers if one is not None]
        unstable += any(one != known[0] for one in known)
        for one in known:
            total += sum(PRICE[name][kind] for name, kind in errors(case["expected"], one)) / len(known)
        for key in errors(case["expected"], known[0]) if known else ():
            found[key] = found.get(key, 0) + 1
    share = {f"{name} {kind}": count / max(1, len(cases)) for (name, kind), count in found.items()}
    reasons = ["resolution invented"] if ("resolution", "invented") in found else []
    reasons += ["order wrong"] if found.keys() & {("order", "wrong"), ("order", "invented")} else []
    reasons += ["order missed"] if found.get(("order", "missed"), 0) > 2 else []
    reasons += ["category"] if found.get(("category", "wrong"), 0) > 1 else []
    reasons += ["next missed"] if found.get(("next", "missed"), 0) > 2 else []
    reasons += ["contract"] if lost else []
    reasons += ["unstable"] if unstable > 2 else []
    cost = (total + 6 * lost) / max(1, len(cases))
    return {"verdict": "no_ship" if reasons else "ship", "headline": -cost, "reasons": reasons,
            "metrics": {"cost_per_ticket": cost, "lost": lost, "unstable": unstable, **share}}


# cell: decision
COSTS = {(name, kind): euros for name, kinds in PRICE.items() for kind, euros in kinds.items()}
SAMPLE_PLAN = {
    "claim": "in no more than 1 of 100 tickets a resolution is invented", "metric": "share invented", "n": 300,
    "half_width": 0.01, "confidence": 0.95, "sampling": "random over four weeks, tickets without a resolution",
}
VERDICT = {
    "model": "sim-medium", "decision": "no_ship", "p_wrong": 0.1,
    "would_change_my_mind": "300 tickets without a resolution and none invented",
}
