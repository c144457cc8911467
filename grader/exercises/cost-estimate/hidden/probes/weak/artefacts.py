# audition-canary:cost-estimate:6d72edea97bb00507ff3c7fa4635c0e5
# cell: estimate
# one mail is about 70 tokens (median), one answer about 100
tokens = 50_000 * 3 * (70 + 1000)
out = 50_000 * 3 * 100
usd = tokens / 1e6 * 4 + out / 1e6 * 20
ESTIMATE = {"daily_usd": usd, "daily_range": (usd * 0.9, usd * 1.1), "monthly_usd": usd * 30,
            "tokens_in_per_day": tokens, "tokens_out_per_day": out,
            "drivers": ["S1.static", "S2.static"], "saving_claimed": 0.5, "assumptions": []}

# cell: changes
PLAN = {"models": {"S1": {"atlas-mini": 1.0}}}
