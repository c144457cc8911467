# audition-canary:hallucination-debug:3b9e61c07d4f4a2c9f58e20b6ad17c44
"""Artefact cells in order."""

# cell: verdicts
VERDICTS = []

# cell: log
HYPOTHESES = []

# cell: fixed_prompt
FIXED_PROMPT = ""
