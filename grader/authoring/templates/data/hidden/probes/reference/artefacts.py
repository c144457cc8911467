# audition-canary:data:00000000000000000000000000000000
"""A sound answer: the artefact cells in order, as a strong candidate would leave them."""

# cell: findings
import csv
from difflib import SequenceMatcher

with open("data/labelled_160.csv", encoding="utf-8", newline="") as file:
    ROWS = list(csv.DictReader(file))
TEST = [row for row in ROWS if row["split"] == "test"]
TRAIN = [row for row in ROWS if row["split"] == "train"]
TWINS = [
    (a["row_id"], b["row_id"]) for a in TEST for b in TRAIN
    if SequenceMatcher(None, a["text"].lower(), b["text"].lower()).ratio() > 0.85
]
SAME = {}
for row in ROWS:
    SAME.setdefault(row["text"], []).append(row)
TORN = [row["row_id"] for rows in SAME.values() if len({row["label"] for row in rows}) > 1 for row in rows]
MACHINES = ("machine", "iron", "overlocker", "steam", "shaver", "blanket", "dryer")
KIT = [
    row["row_id"] for row in ROWS
    if row["annotator"] == "kit" and row["label"] == "textiles" and any(one in row["text"].lower() for one in MACHINES)
]
BAGS = ("satchel", "suitcase", "belt", "rucksack", "bag", "sleeve burst", "purse")
OLD = [
    row["row_id"] for row in ROWS
    if row["label"] == "wood" and any(one in row["text"].lower() for one in BAGS)
]
LIST = [row["row_id"] for row in ROWS if row["channel"] == "shed list"]
TOLD = [row["row_id"] for row in ROWS if row["text"].startswith("[")]
FINDINGS = [
    {"claim": "test notes that train holds as well", "row_ids": sorted({one for pair in TWINS for one in pair}),
     "effect": "up", "action": "leave the test side out, part by visitor next time"},
    {"claim": "the list is all wood, and will not stay so", "row_ids": LIST, "effect": "up", "action": "leave out"},
    {"claim": "the bench is written in the note", "row_ids": TOLD, "effect": "up", "action": "leave out, cut the mark"},
    {"claim": "kit goes by use: machines are electrics", "row_ids": KIT, "effect": "down", "action": "label anew"},
    {"claim": "bags of March and April by the old page", "row_ids": OLD, "effect": "up", "action": "label anew"},
    {"claim": "one text, two benches", "row_ids": TORN, "effect": "unknown", "action": "let two people decide"},
]

# cell: numbers
# 28 rows are left; by the guide 20 of them are right; 90% by Wilson
CORRECTED = {"accuracy": 20 / 28, "range": (0.56, 0.83), "on": "28 test rows: no twin, not of the list, no mark; guide of May"}
RELABEL_FIRST = KIT + OLD
