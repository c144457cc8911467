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
from pathlib import Path

FIXED_PROMPT = Path("data/prompt.txt").read_text(encoding="utf-8").replace(
    "Example\n",
    "Facts: No deposit for a canoe is asked of members of the paddle club. Between 72 and 24 hours half is refunded. "
    "If the river level board shows red, canoe hires are cancelled by us and refunded in full whatever the notice.\nExample\n",
)
