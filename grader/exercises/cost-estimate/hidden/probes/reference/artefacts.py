# audition-canary:cost-estimate:6d72edea97bb00507ff3c7fa4635c0e5
# cell: estimate
import csv
import statistics

# All 200 mails counted with count_tokens: 240,276 tokens in 687,448 characters
with open("data/mails_200.csv", encoding="utf-8", newline="") as f:
    MAILS = list(csv.DictReader(f))
SIZES = [(len(m["subject"]) + len(m["body"]) + 2) for m in MAILS]
TOKENS_A_CHAR = 240_276 / 687_448
mean_mail = statistics.mean(SIZES) * TOKENS_A_CHAR
STATIC = {"S1": 796, "S2": 614, "S3": 3464}
# mean of 8 metered mails a stage, spread over the lengths: 13, 122, 56, 185, 89, 87, 20, 94
OUT = {"S1": 212, "S2": 63, "S3": 464}
CALLS = {"S1": 1.03, "S2": 1.01, "S3": 1.06}
MAILS_A_DAY = 50_000

tin = MAILS_A_DAY * sum(CALLS[s] * (STATIC[s] + mean_mail) for s in STATIC)
tout = MAILS_A_DAY * sum(CALLS[s] * OUT[s] for s in STATIC)
usd = (tin * 4 + tout * 20) / 1e6
# the mean of 200 such lengths is uncertain by about 17 %, which is 7 % of the total; answers by 5 %
ESTIMATE = {
    "daily_usd": usd, "daily_range": (usd * 0.86, usd * 1.18),
    "monthly_usd": usd * (22 + 8 * 0.32),
    "tokens_in_per_day": tin, "tokens_out_per_day": tout,
    "per_stage": {s: {"in": STATIC[s] + mean_mail, "out": OUT[s], "calls_per_mail": CALLS[s]} for s in STATIC},
    "drivers": ["S3.static", "S3.out", "S3.email"],
    "saving_claimed": 0.45,
    "assumptions": ["50,000 is a weekday, weekends 16,000 (asked)", "repeats send the whole call again"],
}

# cell: changes
PLAN = {"cache": True, "strip_quotes": True}
