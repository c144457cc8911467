# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown] id="head" audition={"kind": "given", "part": 1}
# # Would you believe the repair desk's number
#
# 25 minutes, and 5 more that nobody holds against you. Work alone; documentation and search are fine, and so are other AI
# assistants if you write one line on what you used, in any text below. Run the cells from the top with **Shift Enter**.

# %% id="parameters" tags=["parameters"] audition={"kind": "given", "part": 1}
# Where the given files lie, and a number for anything that draws at random.
DATA, SEED = "data", 7

# %% [markdown] id="recorded" audition={"kind": "given", "part": 1}
# **On record:** the cells you run with output and errors, saves, model calls with answers and cost, questions, hypotheses,
# checks. **Never:** keystrokes, typing speed, camera, microphone, screen, other windows. At least two people read it, each alone; they
# know you by a number only, and no software decides about you.

# %% [markdown] id="story" audition={"kind": "given", "part": 1}
# ## The work
#
# **Mendwell** runs four repair cafés. Visitors leave a note on what they will bring, and a model, `bench-v3`, says which bench
# it is for: electrics, textiles or wood. Odile, who runs the cafés, wrote:
#
# > *"Our volunteer trained bench-v3 and reports 91% on 80 test notes. On Thursday I show that to the board, and then nobody
# > will look at the notes any more. Would you believe it?"*
#
# You have the whole table, the page by which people label, and the report. What would you tell Odile, and what is the number
# in truth? There is no single right way.

# %% id="load" audition={"kind": "given", "part": 1}
import csv
import json


def read_rows(name):
    with open(f"{DATA}/{name}", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


with open(f"{DATA}/report.json", encoding="utf-8") as file:
    print(json.load(file))
with open(f"{DATA}/label_guide.md", encoding="utf-8") as file:
    print(file.read())
rows = read_rows("labelled_160.csv")
for row in rows[:3]:
    print(row)

# %% [markdown] id="plan-head" audition={"kind": "given", "part": 1}
# ## Your plan, your way (about 3 minutes)
#
# How would you go about this, and what do you expect? Any form will do. Write it into the next cell, below its first line,
# and run the cell. The rest of the exercise then appears under it.

# %% id="plan" nbgrader={"grade": false, "grade_id": "plan", "locked": false, "schema_version": 3, "solution": true, "task": false} audition={"kind": "plan", "part": 1}
# %%plan
Write here instead of this line.

# %% [markdown] id="plan-after" audition={"kind": "given", "part": 1}
# *Part two comes below this line.*

# %% [markdown] id="part-two" audition={"kind": "given", "part": 2}
# ## Part two
#
# Your plan is kept. Reviewers look at: how you look at rows, whether you distrust a good number and why, whether you tell
# label from model, and what is worth doing first. Code and text count alike.

# %% [markdown] id="ask-head" audition={"kind": "given", "part": 2}
# ### Ask Odile
#
# `ask("...")` as often as you like, free. A question you do not ask is not held against you if you write down what you
# assumed. `llm("...", model="sim-medium")` asks a model anything; `hypothesis("...")` notes an idea.

# %% id="ask" audition={"kind": "given", "part": 2, "open": true}
from harness.kernel import ask, check, hypothesis, llm, submit

ask("What happens after the board has seen the number?")

# %% [markdown] id="findings-head" audition={"kind": "given", "part": 2}
# ### What is wrong, and where
#
# A *marked cell* is read on its own, from the exercise's folder: put everything it needs inside it. Files below `data/` can be
# read. One entry for each thing that is wrong: what you claim, the ids of the rows it is about, what these rows do to the
# reported number (`"up"`, `"down"` or `"unknown"`), and what you would do. Ids are compared with what is so: a row that has
# nothing to do with the claim counts against it, and one that you leave out as well.

# %% id="findings" nbgrader={"grade": true, "grade_id": "findings", "locked": false, "points": 6, "schema_version": 3, "solution": true, "task": false} audition={"kind": "artefact", "name": "findings", "part": 2}
FINDINGS = []
### BEGIN SOLUTION
import csv

with open("data/labelled_160.csv", encoding="utf-8", newline="") as file:
    rows = list(csv.DictReader(file))
told = [row["row_id"] for row in rows if row["text"].startswith("[")]
FINDINGS.append({"claim": "the label stands in the text", "row_ids": told, "effect": "up", "action": "leave out"})
### END SOLUTION

# %% [markdown] id="numbers-head" audition={"kind": "given", "part": 2}
# ### What the number is
#
# The share of notes that bench-v3 gets right, a range that holds the truth in nine of ten such cases (the truth is counted on
# notes of the months after, which nobody here has seen), and the rows you counted it on. Then up to 25 ids that you would
# have labelled again first.

# %% id="numbers" nbgrader={"grade": true, "grade_id": "numbers", "locked": false, "points": 6, "schema_version": 3, "solution": true, "task": false} audition={"kind": "artefact", "name": "numbers", "part": 2}
CORRECTED = {"accuracy": 0.0, "range": (0.0, 0.0), "on": ""}
RELABEL_FIRST = []
### BEGIN SOLUTION
CORRECTED = {"accuracy": 0.72, "range": (0.55, 0.86), "on": "test rows without twins, list and marks"}
RELABEL_FIRST = ["R004"]
### END SOLUTION

# %% [markdown] id="card" nbgrader={"grade": true, "grade_id": "card", "locked": false, "points": 4, "schema_version": 3, "solution": true, "task": false} audition={"kind": "text", "part": 2}
# *Write here: what these rows cannot tell, and whom one would have to ask: about 40 words.*

# %% [markdown] id="board" nbgrader={"grade": true, "grade_id": "board", "locked": false, "points": 4, "schema_version": 3, "solution": true, "task": false} audition={"kind": "text", "part": 2}
# *Write here: what Odile should tell the board, in two sentences, and anything your code does not say: about 40 words.*

# %% [markdown] id="check-head" audition={"kind": "given", "part": 2}
# `check()` has the notebook saved and says whether your marked cells can be read; it never says whether they are good.

# %% id="check" audition={"kind": "check", "part": 2}
check()

# %% [markdown] id="submit-head" audition={"kind": "given", "part": 2}
# `submit()` has the notebook saved, then hands it in. You can submit again; if you change
# something after it, the last save counts at the end.

# %% id="submit" audition={"kind": "given", "part": 2}
submit()
