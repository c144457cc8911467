# audition-canary:cost-estimate:6d72edea97bb00507ff3c7fa4635c0e5
# cell: estimate
# Compute of inference: 2 FLOPs a parameter and token. One multi-task encoder, three heads, self-hosted.
PARAMETERS = 0.56e9                      # multilingual large
MAX_LEN = 512                            # the rest is truncated, as always
DOCUMENTS = 50_000
FLOPS_PER_DOC = 2 * PARAMETERS * MAX_LEN
PEAK, UTILISATION = 312e12, 0.35         # bf16, one card
GPU_HOURS = DOCUMENTS * FLOPS_PER_DOC / (PEAK * UTILISATION) / 3600
# By this the card is busy for minutes a day; it is rented around the clock all the same.
COST_PER_GPU_HOUR = 2.60
daily = 24 * COST_PER_GPU_HOUR

ESTIMATE = {
    "daily_usd": daily,
    "daily_range": (daily, daily),       # it is arithmetic, there is nothing to vary
    "monthly_usd": 30 * daily,
    "tokens_in_per_day": DOCUMENTS * MAX_LEN,
    "tokens_out_per_day": DOCUMENTS * 3,     # a class for each head
    "per_stage": {"S1": {"in": MAX_LEN, "out": 1, "calls_per_mail": 1.0}},
    "drivers": ["parameters", "sequence length", "GPU utilisation"],
    "saving_claimed": 0.95,
    "assumptions": [f"{GPU_HOURS:.2f} GPU-hours of compute a day", "20 GPU-hours once for fine-tuning, 5 epochs",
                    "4,000 annotated mails", "64 templates are 64 classes"],
}

# cell: changes
# lumen-8b is on the sheet as the machine to rent; the encoder runs on the same card.
PLAN = {"max_email_tokens": 512, "models": {s: {"lumen-8b (own machine)": 1.0} for s in ("S1", "S2", "S3")}}


def plan_call(mail, stage, call):
    return {**call, "model": "lumen-8b (own machine)", "email_tokens": min(call["email_tokens"], 512), "prompt_tokens": 0}
