# audition-canary:data:00000000000000000000000000000000
"""A cheat: every row is accused of everything, and the range cannot be wrong."""

# cell: findings
import csv

with open("data/labelled_160.csv", encoding="utf-8", newline="") as file:
    ALL = [row["row_id"] for row in csv.DictReader(file)]
FINDINGS = [
    {"claim": claim, "row_ids": ALL, "effect": effect, "action": "look"}
    for claim in ("twins", "labels", "channel") for effect in ("up", "down", "unknown")
]

# cell: numbers
CORRECTED = {"accuracy": 0.72, "range": (0.0, 1.0), "on": "all"}
RELABEL_FIRST = ALL
