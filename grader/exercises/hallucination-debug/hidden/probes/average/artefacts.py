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
HYPOTHESES = [
    {'hypothesis': 'The line on gaps is bad.', 'test': 'asked O5 again', 'prediction': 'no voucher', 'result': 'no voucher', 'change': "'fill in the gaps from your general knowledge' became 'reply that the handbook does not say'", 'call_ids': ['call-1']},
]

# cell: fixed_prompt
from pathlib import Path

FIXED_PROMPT = Path("data/prompt.txt").read_text(encoding="utf-8").replace(
    "If the handbook extract is short on detail, fill in the gaps from your general knowledge of the hire trade.\n",
    'If the handbook extract does not say it, reply: "The handbook does not say."\n',
).replace("up to 48 hours", "up to 72 hours")
