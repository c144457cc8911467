# audition-canary:practice:0807a10ee9faff8702a809b1ad397587
"""The empty probe: what is submitted when both artefact cells stay as they were given."""

# cell: sorter
from harness.kernel import llm


def classify(text):
    """Give back "request", "question" or "complaint" for one message."""
    # your code here


# cell: confidence
# CONFIDENCE is a number from 0 to 1.
# your code here
