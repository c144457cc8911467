# audition-canary:cost-estimate:6d72edea97bb00507ff3c7fa4635c0e5
# cell: estimate
ESTIMATE = {"daily_usd": 0.0, "daily_range": (0.0, 0.0), "monthly_usd": 0.0, "tokens_in_per_day": 0,
            "tokens_out_per_day": 0, "per_stage": {}, "drivers": [], "saving_claimed": 0.0, "assumptions": []}

# cell: changes
PLAN = {}
