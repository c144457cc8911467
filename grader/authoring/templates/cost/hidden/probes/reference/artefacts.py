# audition-canary:cost:00000000000000000000000000000000
# cell: estimate
import csv

# count_tokens over all 40: 7,253 tokens in 20,315 characters of subject, line end and body
with open("data/messages_40.csv", encoding="utf-8", newline="") as f:
    chars = [len(row["subject"]) + 1 + len(row["body"]) for row in csv.DictReader(f)]
message = sum(chars) / len(chars) * 7_253 / 20_315
STATIC = {"S1": 366, "S2": 178, "S3": 1059}
OUT = {"S1": 92, "S2": 30, "S3": 157}      # mean of the metered ones
SENT = {"S1": 1.02, "S2": 1.01, "S3": 1.05}
tin = 12_000 * sum(SENT[s] * (STATIC[s] + message) for s in STATIC)
tout = 12_000 * sum(SENT[s] * OUT[s] for s in STATIC)
usd = tin / 1e6 * 3 + tout / 1e6 * 15
ESTIMATE = {"daily_usd": usd, "daily_range": (usd * 0.85, usd * 1.2), "monthly_usd": usd * (8 + 22 * 7 / 12),
            "tokens_in_per_day": tin, "tokens_out_per_day": tout, "drivers": ["S3.static", "S3.out", "S1.out"],
            "saving_claimed": 0.55, "assumptions": ["7,000 on a workday (asked)", "a repeat sends all again"]}

# cell: changes
PLAN = {"cache": True, "batch": ["S3"]}
