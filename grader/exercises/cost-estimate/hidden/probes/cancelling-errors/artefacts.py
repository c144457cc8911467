# audition-canary:cost-estimate:6d72edea97bb00507ff3c7fa4635c0e5
# cell: estimate
# mails by their median (70 tokens), answers by a wide margin to be safe
tin = 50_000 * (796 + 614 + 3464 + 3 * 70)
tout = 50_000 * 1_560
usd = (tin * 4 + tout * 20) / 1e6
ESTIMATE = {"daily_usd": usd, "daily_range": (usd * 0.8, usd * 1.25), "monthly_usd": usd * 24.56,
            "tokens_in_per_day": tin, "tokens_out_per_day": tout,
            "drivers": ["S3.out", "S3.static", "S1.out"], "saving_claimed": 0.4, "assumptions": []}

# cell: changes
PLAN = {"cache": True, "strip_quotes": True}
