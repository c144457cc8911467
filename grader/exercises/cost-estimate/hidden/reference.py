# audition-canary:cost-estimate:6d72edea97bb00507ff3c7fa4635c0e5
"""A sound answer: the whole of it, with texts, is probes/reference."""

# cell: estimate
ESTIMATE = {"daily_usd": 2520.0, "daily_range": (2150.0, 3000.0), "monthly_usd": 61900.0,
            "tokens_in_per_day": 438e6, "tokens_out_per_day": 41e6,
            "drivers": ["S3.static", "S3.out", "S1.email"], "saving_claimed": 0.5, "assumptions": []}

# cell: changes
PLAN = {"cache": True, "strip_quotes": True}
