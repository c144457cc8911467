# audition-canary:cost-estimate:6d72edea97bb00507ff3c7fa4635c0e5
# cell: estimate
n = 50_000
tin, tout = n * (4974 + 3.4 * 1100), n * 800
usd = (tin * 4 + tout * 20) / 1e6
ESTIMATE = {"daily_usd": usd, "daily_range": (100, 50_000), "monthly_usd": usd * 24.56,
            "tokens_in_per_day": tin, "tokens_out_per_day": tout,
            "drivers": ["S3.static", "S3.out", "S3.email"], "saving_claimed": 0.45, "assumptions": []}

# cell: changes
PLAN = {"cache": True, "strip_quotes": True}
