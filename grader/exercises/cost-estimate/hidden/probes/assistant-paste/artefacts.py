# audition-canary:cost-estimate:6d72edea97bb00507ff3c7fa4635c0e5
# cell: estimate
# === Cost model for a three-stage LLM pipeline ===
# A language model's estimate from the notebook's text alone: no file was opened, no mail metered.
from dataclasses import dataclass


@dataclass
class Stage:
    name: str
    prompt_tokens: int
    output_tokens: int


STAGES = [Stage("S1", 900, 150), Stage("S2", 700, 40), Stage("S3", 4000, 250)]
AVERAGE_MAIL_TOKENS = 300
MAILS = 50_000
tin = MAILS * sum(s.prompt_tokens + AVERAGE_MAIL_TOKENS for s in STAGES) * 1.02
tout = MAILS * sum(s.output_tokens for s in STAGES) * 1.02
daily = tin / 1e6 * 4.00 + tout / 1e6 * 20.00
ESTIMATE = {
    "daily_usd": round(daily, 2), "daily_range": (round(daily * 0.7, 2), round(daily * 1.4, 2)),
    "monthly_usd": round(daily * 30, 2), "tokens_in_per_day": tin, "tokens_out_per_day": tout,
    "per_stage": {s.name: {"in": s.prompt_tokens + AVERAGE_MAIL_TOKENS, "out": s.output_tokens,
                           "calls_per_mail": 1.02} for s in STAGES},
    "drivers": ["S3.static", "S3.out", "S1.static"], "saving_claimed": 0.6,
    "assumptions": ["Average mail of 300 tokens", "2% repeats", "Uniform volume on all days"],
}

# cell: changes
PLAN = {"cache": True, "merge_s1_s2": True, "template_top_k": 16,
        "models": {"S2": {"atlas-mini": 0.7, "atlas-large": 0.3}}}
