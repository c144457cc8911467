# audition-canary:eval-design:6f1d0b7e52a94c38a1e7f0c92b3d4e85
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
