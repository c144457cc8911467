# audition-canary:tiny:5d41402abc4b2a76b9719d911017c592
# cell: suite
CASES = []


def eval_suite(model, cases=None):
    cases = CASES if cases is None else cases
    # your code here
