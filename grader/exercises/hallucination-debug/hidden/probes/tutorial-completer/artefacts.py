# audition-canary:hallucination-debug:3b9e61c07d4f4a2c9f58e20b6ad17c44
"""Artefact cells in order."""

# cell: verdicts
VERDICTS = [
    {"output_id": "O1", "label": "supported", "claim": "", "evidence_quote": "asked of members of the paddle club"},
    {"output_id": "O2", "label": "unsupported", "claim": "", "evidence_quote": "Between 72 and 24 hours half is refunded."},
    {"output_id": "O3", "label": "supported", "claim": "", "evidence_quote": "pays the repair up to the deposit and no more"},
    {"output_id": "O4", "label": "unsupported", "claim": "", "evidence_quote": "full day"},
    {"output_id": "O5", "label": "unsupported", "claim": "", "evidence_quote": ""},
]

# cell: log
HYPOTHESES = []

# cell: fixed_prompt
FIXED_PROMPT = """You are a world-class expert assistant with 20 years of experience. Take a deep breath and think step by step.
You are honest, helpful and harmless. Do not hallucinate. Be accurate, precise and professional at all times.
Give a complete and confident answer to every question.

Context:
{context}

Question: {question}
Answer:"""
