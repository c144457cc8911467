# audition-canary:cost:00000000000000000000000000000000
# cell: estimate
# a usual message has 30 tokens; answers metered once a stage
n = 12_000
tin = n * (366 + 178 + 1059 + 3 * 30)
tout = n * (88 + 30 + 150)
usd = tin / 1e6 * 3 + tout / 1e6 * 15
ESTIMATE = {"daily_usd": usd, "daily_range": (usd * 0.9, usd * 1.1), "monthly_usd": usd * 30,
            "tokens_in_per_day": tin, "tokens_out_per_day": tout,
            "drivers": ["S3.static", "S1.static", "S2.static"], "saving_claimed": 0.2, "assumptions": []}

# cell: changes
PLAN = {"template_top_k": 8}
