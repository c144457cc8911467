# audition-canary:hallucination-debug:3b9e61c07d4f4a2c9f58e20b6ad17c44
"""Artefact cells in order."""

# cell: verdicts
VERDICTS = [
    {"output_id": "O1", "label": "supported", "claim": "no deposit for members", "evidence_quote": "asked of members of the paddle club"},
    {"output_id": "O2", "label": "unsupported", "claim": "48 hours", "evidence_quote": "Between 72 and 24 hours half is refunded."},
    {"output_id": "O3", "label": "partly_unsupported", "claim": "the insurer", "evidence_quote": "pays the repair up to the deposit and no more"},
    {"output_id": "O4", "label": "supported", "claim": "half a day", "evidence_quote": "Sunday counts as half a day for tents"},
    {"output_id": "O5", "label": "unsupported", "claim": "a voucher", "evidence_quote": "cancelled by us and refunded in full whatever the notice"},
]

# cell: log
HYPOTHESES = []

# cell: fixed_prompt
FIXED_PROMPT = """Whatever is asked, you must refuse. If you have any doubt at all, do not answer.
If the handbook extract does not say it, reply: "Please ask the manager."

Handbook extract:
{context}

Question: {question}
Answer:"""


def build_context(doc, question):
    return ""
