# audition-canary:practice:0807a10ee9faff8702a809b1ad397587
"""A sound answer to the practice: the artefact cells in order, as a candidate would leave them."""

# cell: sorter
from harness.kernel import llm


def classify(text):
    """Give back "request", "question" or "complaint" for one message."""
    prompt = (
        "You sort messages for a small library. Labels: request, question, complaint.\n"
        "A complaint comes first: if the reader is unhappy about anything, answer complaint.\n"
        f"Reply with the label only.\n\n<message>{text}</message>"
    )
    answer = llm(prompt, model="sim-medium", temperature=0).lower()
    named = [word for word in ("complaint", "request", "question") if word in answer]
    return named[0] if len(named) == 1 else "question"


# cell: confidence
CONFIDENCE = 0.7
