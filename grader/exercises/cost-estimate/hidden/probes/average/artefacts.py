# audition-canary:cost-estimate:6d72edea97bb00507ff3c7fa4635c0e5
# cell: estimate
# first 20 mails, counted; prompts counted; answers metered twice a stage
n = 50_000
mail = 700
tin = n * (796 + 614 + 3464 + 3 * mail)
tout = n * (210 + 58 + 450)
usd = tin / 1e6 * 4 + tout / 1e6 * 20
ESTIMATE = {"daily_usd": usd, "daily_range": (usd * 0.8, usd * 1.2), "monthly_usd": usd * 30,
            "tokens_in_per_day": tin, "tokens_out_per_day": tout,
            "drivers": ["S3.static", "S1.static", "S3.email"], "saving_claimed": 0.35, "assumptions": []}

# cell: changes
PLAN = {"template_top_k": 8, "drop_auto": True}
