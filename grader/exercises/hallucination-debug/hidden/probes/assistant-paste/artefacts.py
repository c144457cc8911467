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
FIXED_PROMPT = """You are the help desk assistant of Marram Outdoor Hire. Counter staff ask you questions about hire terms.

Rules:
- Answer only with information that is stated in the handbook extract below.
- If the extract does not contain the answer, reply exactly: "The handbook does not say."
- Consider every section that applies, including exceptions.
- Use at most three sentences.
- End with the section number in brackets, like [4].

<handbook>
{context}
</handbook>

Question: {question}
Answer:"""


def build_context(doc, question):
    return doc
