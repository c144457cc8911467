# %% [markdown] id="head" audition={"kind": "given", "part": 1}
# # A small eval for a harbour's mail
#
# 30 minutes. Documentation and search are fine. Run the cells from the top.
#
# **On record:** the cells you run, saves, model calls and questions. **Never:** keystrokes or camera.

# %% id="parameters" tags=["parameters"] audition={"kind": "given", "part": 1}
DATA, SEED = "data", 7

# %% [markdown] id="story" audition={"kind": "given", "part": 1}
# ## The work
#
# Runa runs a harbour office. A model, `sim-small`, shall sort the mail about her app: bug, feature or question. Say whether
# it is good enough. Twelve messages lie in [given_12.csv](data/given_12.csv), forty more in `export.csv`.

# %% id="load" audition={"kind": "given", "part": 1}
import csv

with open(f"{DATA}/given_12.csv", encoding="utf-8", newline="") as file:
    given = list(csv.DictReader(file))

# %% id="plan" audition={"kind": "plan", "part": 1}
# %%plan
Write here instead of this line.

# %% [markdown] id="part-two" audition={"kind": "given", "part": 2}
# ## Part two
#
# Write the eval. `model(text)` gives back JSON such as `{"label": "bug"}`.

# %% id="suite" nbgrader={"points": 6} audition={"kind": "artefact", "name": "suite", "part": 2}
CASES = []


def eval_suite(model, cases=None):
    """Give back a dict with "verdict" (ship or no_ship) and "headline" (a number)."""
    cases = CASES if cases is None else cases
    ### BEGIN SOLUTION
    import json

    right = sum(json.loads(model(case["text"]))["label"] == case["expected"] for case in cases)
    return {"verdict": "no_ship", "headline": right / max(1, len(cases))}
    ### END SOLUTION

# %% [markdown] id="words" nbgrader={"points": 4} audition={"kind": "text", "part": 2}
# *Write here: what your code does not say, about 40 words.*

# %% id="check" nbgrader={"points": 2} audition={"kind": "check", "part": 2}
check()
