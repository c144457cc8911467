# audition-canary:grounded:00000000000000000000000000000000
"""The empty probe: what is submitted when both artefact cells stay as they were given."""

# cell: suite
CASES = []


def eval_suite(model, cases=None):
    cases = CASES if cases is None else cases
    # your code here


# cell: decision
COSTS = {}
SAMPLE_PLAN = {}
VERDICT = {}
