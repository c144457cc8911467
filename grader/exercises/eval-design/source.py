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
# # Build a small eval from a vague spec
#
# 35 minutes, and 5 more that nobody holds against you. Work alone; documentation and search are fine, and so are other AI
# assistants if you write one line on what you used, in any text below. Any style of Python will do. Run the cells from the
# top with **Shift Enter**.

# %% id="parameters" tags=["parameters"] audition={"kind": "given", "part": 1}
# Where the given files lie, and a number for anything that draws at random.
DATA, SEED = "data", 7

# %% [markdown] id="recorded" audition={"kind": "given", "part": 1}
# **On record:** cells you run with output and errors, saves, model calls with answers and cost, questions, hypotheses,
# checks, pauses (unseen by reviewers). **Never:** keystrokes, typing speed, camera, microphone, screen, other windows.
# At least two people read it, each alone; they know you by a number only; no software decides about you.

# %% [markdown] id="story" audition={"kind": "given", "part": 1}
# ## The work
#
# **Pantrel** makes a stock and ordering app for about 1,900 restaurants and cafes. Feedback arrives from the app, by mail
# and from store reviews. Two colleagues read it all. The product manager, Ines, wrote:
#
# > *"We want a model that sorts every feedback message into bug report, feature request or general question, so that it
# > lands with the right team. It should be accurate. Here are twelve messages I picked to give you an idea."*
#
# A first model, `triage-v1`, is there for you to call. Build the eval that you would want before this goes live, run it,
# and say whether `triage-v1` should ship.
#
# There is no single right answer. Breadth beats bulk: a small suite that you can defend is better than a long one.

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


print(triage("The list of suppliers does not open."))

# %% id="given" audition={"kind": "given", "part": 1}
given = read_rows("given_12.csv")
for row in given:
    print(f"{row['msg_id']}  {row['text']}")

# %% [markdown] id="export-note" audition={"kind": "given", "part": 1}
# `read_rows("export.csv")` opens an export of five weeks, 180 messages as they came in.

# %% [markdown] id="plan-head" audition={"kind": "given", "part": 1}
# ## Your plan, your way (about 3 minutes)
#
# How would you go about this? Any form will do. Write it into the next cell, below its first line, and run the cell. The
# rest of the exercise then appears under it.

# %% id="plan" audition={"kind": "plan", "part": 1}
# %%plan
Write here instead of this line.

# %% [markdown] id="plan-after" audition={"kind": "given", "part": 1}
# *Part two comes below this line.*

# %% [markdown] id="part-two" audition={"kind": "given", "part": 2}
# ## Part two
#
# Your plan is kept. At least two people will read your work, each alone. They look at: how the spec becomes measurable,
# what each kind of error costs, the cases, sample size and uncertainty, and the decision. Code and text count alike.
#
# **The consumer.** The model returns JSON such as `{"label": "bug"}`. The consumer reads strict JSON, ignores case and
# spaces in the label, and knows `bug`, `feature`, `question` and `unsure` (a person looks). Anything else is lost.

# %% id="tools" audition={"kind": "given", "part": 2}
import json

from harness.kernel import ask, budget, check, hypothesis, llm, submit

with open(f"{DATA}/english.json", encoding="utf-8") as file:
    ENGLISH = json.load(file)


def translate(msg_id):
    """Give back a message of the export in English; free."""
    return ENGLISH.get(msg_id, "This message is in English already.")

# %% [markdown] id="ask-head" audition={"kind": "given", "part": 2}
# ### Ask Ines
#
# `ask("...")` as often as you like, free. A question you do not ask is not held against you if you write down what you
# assumed. `llm("...", model="sim-medium")` asks any model anything; `hypothesis("...")` notes an idea.
#
# Not all of the export is in English. `translate("E008")` gives back the message of that `msg_id` in English; the
# translations lie in `data/english.json`.

# %% id="ask" audition={"kind": "given", "part": 2, "open": true}
ask("What happens with a message after it was sorted?")

# %% [markdown] id="questions" audition={"kind": "text", "part": 2}
# *Write here: questions, answers, and the assumptions you keep: a few bullets.*

# %% [markdown] id="success" audition={"kind": "text", "part": 2}
# *Write here: what "accurate" means here, and anything your code does not say: about 40 words.*

# %% [markdown] id="suite-head" audition={"kind": "given", "part": 2}
# ### The suite
#
# `CASES` are your *cases*: one message each, with the label or labels you accept. `eval_suite` sorts them with a model and
# ends in a *verdict* on it: ship or not.
#
# A *marked cell* is read on its own, from the exercise's folder: put everything it needs inside it; it can read `data/`.
# `model(text)` gives back the raw answer; call it as often as you like, here out of your purse. Your suite will meet other
# models than `triage-v1`, and is run on a part of your cases too.
#
# - A case may have `"tags"`, words to count by, and a `"group"`, one word shared by cases that belong together.
# - `"headline"` is one number that sums it up; `"metrics"` are the numbers behind it; `"reasons"` say why, in words.

# %% id="suite" audition={"kind": "artefact", "name": "suite", "part": 2}
# Each case is a dict: "text"; "expected", a label or a list of all acceptable ones;
# and "tags" (a list) or "group" if you like.
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
# Run it here.

# %% id="scratch" audition={"kind": "given", "part": 2, "open": true}
eval_suite(triage)

# %% [markdown] id="decision-head" audition={"kind": "given", "part": 2}
# ### The decision
#
# Fill in what stands in the next cell; what code you add is up to you.
#
# - `COSTS`: what a mistake costs, in EUR a message. The key is the right label (`unsure`: a person looks), then what
#   the model said, a label or `lost`. So `("bug", "feature")` is a bug taken for a feature. Leave out what is right.
# - `SAMPLE_PLAN`: one `claim` that you would want to make, and the `metric` it rests on, in words. `n`: how many messages that metric's
#   denominator must hold for plus or minus `half_width` at that `confidence`; `sampling`: how to draw them.
# - `VERDICT`: your `decision`; `p_wrong`, from 0 to 1, how likely it is to be wrong; and `would_change_my_mind`, in words, what
#   you would have to see to decide otherwise.

# %% id="decision" audition={"kind": "artefact", "name": "decision", "part": 2}
COSTS = {}
SAMPLE_PLAN = {
    "claim": "",
    "metric": "",
    "n": 0,
    "half_width": 0.0,
    "confidence": 0.95,
    "sampling": "",
}
# "decision" is "ship" or "no_ship".
VERDICT = {
    "model": "triage-v1",
    "decision": "",
    "p_wrong": 0.5,
    "would_change_my_mind": "",
}
### BEGIN SOLUTION
COSTS = {("bug", "feature"): 60, ("bug", "question"): 60, ("feature", "bug"): 18, ("question", "bug"): 18}
SAMPLE_PLAN["n"] = 138
VERDICT["decision"] = "no_ship"
### END SOLUTION

# %% [markdown] id="sample" audition={"kind": "text", "part": 2}
# *Write here: why that sample, and what your results cannot show: about 40 words.*

# %% [markdown] id="verdict" audition={"kind": "text", "part": 2}
# *Write here: ship or not, why, what you could not test, what surprised you: about 40 words.*

# %% [markdown] id="check-head" audition={"kind": "given", "part": 2}
# `check()` has the notebook saved and says whether your marked cells can be read; it never says whether they are good.

# %% id="check" audition={"kind": "check", "part": 2}
check()

# %% [markdown] id="submit-head" audition={"kind": "given", "part": 2}
# `submit()` has the notebook saved, then hands it in. You can submit again; if you change
# something after it, the last save counts at the end.

# %% id="submit" audition={"kind": "given", "part": 2}
submit()
