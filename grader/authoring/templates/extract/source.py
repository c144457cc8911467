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
# # Summarise support tickets accurately
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
# **Hollin** makes reading lamps and sells them by post. Its support desk closes some forty tickets a day. Edda, who leads
# the desk, wrote:
#
# > *"In the evening I read every ticket again to know where we stand. A model should do that for me and write a summary of
# > each ticket, four fields, always the same. It should summarise support tickets accurately."*
#
# A colleague wrote a first version, `summarise(text)`, with `sim-medium` inside. Build the eval that you would want before
# Edda relies on these summaries, run it, and say whether this should ship.
#
# There is no single right answer. A small suite that you can defend is better than a long one.

# %% id="load" audition={"kind": "given", "part": 1}
import csv
import json
import re

from openai import OpenAI

CATEGORY = """Classify the support ticket.
- delivery: a parcel is late, lost, or in the wrong place
- defect: a lamp is broken or does not work
- invoice: a bill, a payment, a price
- other: anything else
Answer with one word."""
RESOLUTION = """Classify what the desk has done about the support ticket.
- refunded: money was paid back
- replaced: a new lamp was sent
- explained: a question was answered
- none: nothing yet
Answer with one word."""


def read_rows(name):
    with open(f"{DATA}/{name}", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def asked(prompt, text):
    messages = [{"role": "user", "content": f"{prompt}\n\n<ticket>\n{text}\n</ticket>"}]
    reply = OpenAI().chat.completions.create(model="sim-medium", temperature=0, messages=messages)
    word = reply.choices[0].message.content.strip().lower()
    return None if word == "none" else word


def summarise(text):
    """Give back the summary of one ticket, as JSON. Two questions to the model, two lines of code."""
    order = re.search(r"H-\d{4}", text)
    last = text.splitlines()[-1]
    record = {
        "category": asked(CATEGORY, text),
        "order": order[0] if order else None,
        "resolution": asked(RESOLUTION, text),
        "next": "desk" if last.startswith("Customer") else "customer" if "?" in last else None,
    }
    return json.dumps(record)


print(summarise("Customer: The stand of H-1999 came without screws."))

# %% id="given" audition={"kind": "given", "part": 1}
given = read_rows("given_12.csv")
for row in given:
    print(row["msg_id"], row["text"], "", sep="\n")

# %% [markdown] id="export-note" audition={"kind": "given", "part": 1}
# `read_rows("export.csv")` opens an export of four weeks, 40 tickets as they stood in the evening.

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
# Your plan is kept. Reviewers look at: how the wish becomes measurable, what which error costs, the cases, and the decision.
# Code and text count alike.
#
# **The record.** `category` is `delivery`, `defect`, `invoice` or `other`. `order` is like `H-1234`. `resolution` is what the
# desk *has done*: `refunded`, `replaced`, `explained`. `next` is `desk` or `customer`. Each may be null. The consumer reads
# strict JSON and ignores case, spaces and further keys; anything else is lost.

# %% [markdown] id="ask-head" audition={"kind": "given", "part": 2}
# ### Ask Edda
#
# `ask("...")` as often as you like, free. A question you do not ask is not held against you if you write down what you
# assumed. `llm("...", model="sim-large")` asks any model anything; `hypothesis("...")` notes an idea.

# %% id="ask" audition={"kind": "given", "part": 2, "open": true}
from harness.kernel import ask, check, hypothesis, llm, submit

ask("What do you do with the summaries?")

# %% [markdown] id="questions" nbgrader={"grade": true, "grade_id": "questions", "locked": false, "points": 4, "schema_version": 3, "solution": true, "task": false} audition={"kind": "text", "part": 2}
# *Write here: questions, answers, and the assumptions you keep: a few bullets.*

# %% [markdown] id="success" nbgrader={"grade": true, "grade_id": "success", "locked": false, "points": 4, "schema_version": 3, "solution": true, "task": false} audition={"kind": "text", "part": 2}
# *Write here: what "accurate" means here, and anything your code does not say: about 40 words.*

# %% [markdown] id="suite-head" audition={"kind": "given", "part": 2}
# ### The suite
#
# The next cell is yours to fill. `CASES` are your *cases*: each is one text, and the values that you accept for it.
# `eval_suite` gives them to a model and ends in a *verdict* on that model: ship or not, and why.
#
# A *marked cell* like this one is read on its own, from the exercise's folder: put everything it needs inside it. Files below
# `data/` can be read. `model(text)` gives back the raw answer as a string; call it as often as you like, here out of your
# purse. Your suite will meet other models than this one, and other cases than all of yours: it takes `cases` and judges
# those.

# %% id="suite" nbgrader={"grade": true, "grade_id": "suite", "locked": false, "points": 6, "schema_version": 3, "solution": true, "task": false} audition={"kind": "artefact", "name": "suite", "part": 2}
# Each case is a dict: "text"; "expected", a list like ["category=defect", "order=H-1234",
# "resolution=null", "next=desk"], where a field may stand twice if two values are acceptable;
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

    def lines_of(raw):
        try:
            return {f"{key}={'null' if said is None else said}" for key, said in json.loads(raw).items()}
        except (ValueError, AttributeError):
            return set()

    right = sum(set(case["expected"]) <= lines_of(model(case["text"])) for case in cases)
    share = right / max(1, len(cases))
    verdict = "ship" if share > 0.95 else "no_ship"
    return {"verdict": verdict, "headline": share, "reasons": [], "metrics": {"all_right": share}}
    ### END SOLUTION

# %% [markdown] id="scratch-head" audition={"kind": "given", "part": 2}
# Run it here, and look at what comes out. Add cells as you like.

# %% id="scratch" audition={"kind": "given", "part": 2, "open": true}
eval_suite(summarise)

# %% [markdown] id="decision-head" audition={"kind": "given", "part": 2}
# ### The decision
#
# `COSTS[("field", "error")]` is EUR a ticket; an error is `wrong`, `missed` (empty, though the ticket says it) or `invented`.
# `SAMPLE_PLAN` says how many tickets you would want before you trust which number. `VERDICT` is yours.

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
    "model": "sim-medium",
    "decision": "",
    "p_wrong": 0.5,
    "would_change_my_mind": "",
}
### BEGIN SOLUTION
COSTS = {("resolution", "invented"): 25, ("order", "wrong"): 15, ("category", "wrong"): 4, ("next", "missed"): 7}
SAMPLE_PLAN["n"] = 138
VERDICT["decision"] = "no_ship"
### END SOLUTION

# %% [markdown] id="verdict" nbgrader={"grade": true, "grade_id": "verdict", "locked": false, "points": 4, "schema_version": 3, "solution": true, "task": false} audition={"kind": "text", "part": 2}
# *Write here: ship or not, why, how many tickets would settle it, what you could not test: about 60 words.*

# %% [markdown] id="check-head" audition={"kind": "given", "part": 2}
# `check()` has the notebook saved and says whether your marked cells can be read; it never says whether they are good.

# %% id="check" nbgrader={"grade": true, "grade_id": "check", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false} audition={"kind": "check", "part": 2}
check()

# %% [markdown] id="submit-head" audition={"kind": "given", "part": 2}
# `submit()` has the notebook saved, then hands it in. You can submit again; if you change
# something after it, the last save counts at the end.

# %% id="submit" audition={"kind": "given", "part": 2}
submit()
