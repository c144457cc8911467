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
HYPOTHESES = [
    {'hypothesis': 'The line on gaps asks for inventions.', 'test': 'O5 and a question on parking, with the line and with a way out', 'prediction': 'Parking is declined once there is a way out.', 'result': 'It was declined.', 'change': "'If the handbook extract is short on detail, fill in the gaps' now says what to reply when the extract does not say it", 'call_ids': ['call-1', 'call-2']},
    {'hypothesis': "The example's 48 hours leak.", 'test': 'a question on cancelling, with the example and without', 'prediction': '72 and 24 hours without it', 'result': '72 and 24 hours.', 'change': 'took out the lines Example, Question: Can a customer cancel a tent on Thursday for Saturday, Answer: booking can be cancelled free of charge up to 48 hours', 'call_ids': ['call-3', 'call-4']},
    {'hypothesis': 'build_context loses sections of two digits.', 'test': "printed the headings of build_context(doc, '')", 'prediction': 'section 10 is not there', 'result': 'It ends with 9.', 'change': 'build_context gives back the whole handbook', 'cell_ids': ['hallucination-debug-scratch']},
    {'hypothesis': 'The first section that matches hides exceptions.', 'test': 'late return when our driver collects', 'prediction': '12 an hour with the line, no charge without', 'result': 'As expected.', 'change': "'Use the first section that matches the question' became 'Read every section that touches the question'; 'Always give a complete and confident answer' is out", 'call_ids': ['call-5', 'call-6']},
]

# cell: fixed_prompt
from pathlib import Path

FIXED_PROMPT = Path("data/prompt.txt").read_text(encoding="utf-8")
CHANGES = {
    "Always give a complete and confident answer; staff do not like to be left without one.\n": "",
    "If the handbook extract is short on detail, fill in the gaps from your general knowledge of the hire trade.\n": 'If the handbook extract does not say it, reply: "The handbook does not say."\n',
    "Use the first section that matches the question.\n": "Read every section that touches the question, exceptions included.\n",
    "Example\nQuestion: Can a customer cancel a tent on Thursday for Saturday?\nAnswer: Yes. A booking can be cancelled free of charge up to 48 hours before the start. [4]\n\n": "",
}
for old, new in CHANGES.items():
    FIXED_PROMPT = FIXED_PROMPT.replace(old, new)


def build_context(doc, question):
    return doc
