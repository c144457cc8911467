# audition-canary:cost:00000000000000000000000000000000
# cell: estimate
ESTIMATE = {"daily_usd": 0.0, "daily_range": (0.0, 0.0), "monthly_usd": 0.0, "tokens_in_per_day": 0,
            "tokens_out_per_day": 0, "drivers": [], "saving_claimed": 0.0, "assumptions": []}

# cell: changes
PLAN = {}
