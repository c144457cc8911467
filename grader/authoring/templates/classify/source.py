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
# # Sort the feedback of a lesson app
#
# 35 minutes, and 5 more that nobody holds against you. Work alone; documentation and search are fine, and so are other AI
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
# **Ottavo** is an app with which some 600 small music schools plan lessons, rooms and fees. Teachers and parents write to
# it every day, from the app, by mail and in store reviews. Marit, who leads support, wrote:
#
# > *"I would like a model that tells bug reports, feature requests and questions apart, so that each message reaches the
# > right desk by itself. It has to be reliable. Twelve messages are below, so that you know what people write."*
#
# A first model, `triage-v1`, is there for you to call. Build the eval that you would want before this goes live, run it,
# and say whether `triage-v1` should ship.
#
# There is no single right answer. A small suite that you can defend is better than a long one.

# %% id="load" audition={"kind": "given", "part": 1}
import csv

from openai import OpenAI


def read_rows(name):
    with open(f"{DATA}/{name}", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def triage(text):
    """Give back what triage-v1 says to one message, as it comes."""
    reply = OpenAI().chat.completions.create(
        model="triage-v1", temperature=0, messages=[{"role": "user", "content": text}]
    )
    return reply.choices[0].message.content


print(triage("The list of rooms does not open."))

# %% id="given" audition={"kind": "given", "part": 1}
given = read_rows("given_12.csv")
for row in given:
    print(f"{row['msg_id']}  {row['text']}")

# %% [markdown] id="export-note" audition={"kind": "given", "part": 1}
# `read_rows("export.csv")` opens an export of four weeks, 40 messages as they came in.

# %% [markdown] id="plan-head" audition={"kind": "given", "part": 1}
# ## Your plan, your way (about 3 minutes)
#
# How would you go about this? Any form will do. Write it into the next cell, below its first line, and run the cell. The
# rest of the exercise then appears under it.

# %% id="plan" nbgrader={"grade": false, "grade_id": "plan", "locked": false, "schema_version": 3, "solution": true, "task": false} audition={"kind": "plan", "part": 1}
# %%plan
Write here instead of this line.

# %% [markdown] id="plan-after" audition={"kind": "given", "part": 1}
# *Part two comes below this line.*

# %% [markdown] id="part-two" audition={"kind": "given", "part": 2}
# ## Part two
#
# Your plan is kept. Reviewers look at: how the wish becomes measurable, what which error costs, the cases, sample size and
# uncertainty, and the decision. Code and text count alike.
#
# **The consumer.** The model returns JSON such as `{"label": "bug"}`. The consumer reads strict JSON, ignores case and
# spaces in the label, and knows `bug`, `feature`, `question` and `unsure` (a person looks). Anything else is lost.

# %% [markdown] id="ask-head" audition={"kind": "given", "part": 2}
# ### Ask Marit
#
# `ask("...")` as often as you like, free. A question you do not ask is not held against you if you write down what you
# assumed. `llm("...", model="sim-medium")` asks any model anything; `hypothesis("...")` notes an idea.

# %% id="ask" audition={"kind": "given", "part": 2, "open": true}
from harness.kernel import ask, check, hypothesis, llm, submit

ask("What happens to a message once it has a label?")

# %% [markdown] id="questions" nbgrader={"grade": true, "grade_id": "questions", "locked": false, "points": 4, "schema_version": 3, "solution": true, "task": false} audition={"kind": "text", "part": 2}
# *Write here: questions, answers, and the assumptions you keep: a few bullets.*

# %% [markdown] id="success" nbgrader={"grade": true, "grade_id": "success", "locked": false, "points": 4, "schema_version": 3, "solution": true, "task": false} audition={"kind": "text", "part": 2}
# *Write here: what "reliable" means here, and anything your code does not say: about 40 words.*

# %% [markdown] id="suite-head" audition={"kind": "given", "part": 2}
# ### The suite
#
# The next cell is yours to fill. `CASES` are your *cases*: each is one message, and the label or labels that you accept for
# it. `eval_suite` sorts them with a model and ends in a *verdict* on that model: ship or not, and why.
#
# A *marked cell* like this one is read on its own, from the exercise's folder: put everything it needs inside it. Files below
# `data/` can be read. `model(text)` gives back the raw answer as a string; call it as often as you like, here out of your
# purse. Your suite will meet other models than `triage-v1`, and other cases than all of yours: it takes `cases` and judges
# those.

# %% id="suite" nbgrader={"grade": true, "grade_id": "suite", "locked": false, "points": 6, "schema_version": 3, "solution": true, "task": false} audition={"kind": "artefact", "name": "suite", "part": 2}
# Each case is a dict: "text"; "expected", a label or a list of all acceptable ones;
# "tags", a list; and "group" if you like.
CASES = []


def eval_suite(model, cases=None):
    """Judge a model by cases, all of yours or those that are handed in.

    Give back a dict: "verdict", which is "ship" or "no_ship"; "headline", a number,
    higher is better; "reasons", a list of strings; "metrics", a dict of numbers.
    """
    cases = CASES if cases is None else cases
    ### BEGIN SOLUTION
    import json

    def label_of(raw):
        try:
            return str(json.loads(raw)["label"]).strip().lower()
        except (ValueError, KeyError, TypeError):
            return "lost"

    right = sum(label_of(model(case["text"])) in case["expected"] for case in cases)
    share = right / max(1, len(cases))
    verdict = "ship" if share > 0.95 else "no_ship"
    return {"verdict": verdict, "headline": share, "reasons": [], "metrics": {"accuracy": share}}
    ### END SOLUTION

# %% [markdown] id="scratch-head" audition={"kind": "given", "part": 2}
# Run it here, and look at what comes out. Add cells as you like.

# %% id="scratch" audition={"kind": "given", "part": 2, "open": true}
eval_suite(triage)

# %% [markdown] id="decision-head" audition={"kind": "given", "part": 2}
# ### The decision
#
# `COSTS[("gold", "got")]` is EUR a message: `("bug", "feature")` is a bug taken for a feature. What is right costs 0 and can
# be left out. `SAMPLE_PLAN` says how many messages you would want before you trust which number. `VERDICT` is yours.

# %% id="decision" nbgrader={"grade": true, "grade_id": "decision", "locked": false, "points": 4, "schema_version": 3, "solution": true, "task": false} audition={"kind": "artefact", "name": "decision", "part": 2}
COSTS = {}
SAMPLE_PLAN = {
    "claim": "",
    "metric": "",
    "n": 0,
    "half_width": 0.0,
    "confidence": 0.95,
    "sampling": "",
}
# "decision" is "ship" or "no_ship"; "p_wrong", from 0 to 1, is how likely it is to be wrong.
VERDICT = {
    "model": "triage-v1",
    "decision": "",
    "p_wrong": 0.5,
    "would_change_my_mind": "",
}
### BEGIN SOLUTION
COSTS = {("bug", "feature"): 45, ("bug", "question"): 45, ("feature", "bug"): 15, ("question", "bug"): 15}
SAMPLE_PLAN["n"] = 138
VERDICT["decision"] = "no_ship"
### END SOLUTION

# %% [markdown] id="verdict" nbgrader={"grade": true, "grade_id": "verdict", "locked": false, "points": 4, "schema_version": 3, "solution": true, "task": false} audition={"kind": "text", "part": 2}
# *Write here: ship or not, why, how many messages would settle it, what you could not test: about 60 words.*

# %% [markdown] id="check-head" audition={"kind": "given", "part": 2}
# `check()` has the notebook saved and says whether your marked cells can be read; it never says whether they are good.

# %% id="check" nbgrader={"grade": true, "grade_id": "check", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false} audition={"kind": "check", "part": 2}
check()

# %% [markdown] id="submit-head" audition={"kind": "given", "part": 2}
# `submit()` has the notebook saved, then hands it in. You can submit again; if you change
# something after it, the last save counts at the end.

# %% id="submit" audition={"kind": "given", "part": 2}
submit()
