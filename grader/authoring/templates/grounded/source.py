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
# # Answers from the handbook, and nothing else
#
# 40 minutes, and 5 more that nobody holds against you. Work alone; documentation and search are fine, and so are other AI
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
# **Fernhollow** is a campsite by a lake with a small desk and many questions. Ragna, the warden, wrote:
#
# > *"Guests ask the same things all summer, and it is all in our handbook. A model should answer for us, from the handbook,
# > and say in which section it stands. The answers have to be right, of course."*
#
# A colleague wrote a first version, `reply_to(question)`, with `sim-medium` inside. Build the eval that you would want before
# guests get these answers, run it, and say whether this should ship.
#
# There is no single right answer. A small suite that you can defend is better than a long one.

# %% id="load" audition={"kind": "given", "part": 1}
import csv
import json
from pathlib import Path

from openai import OpenAI

HANDBOOK = Path(f"{DATA}/handbook.md").read_text(encoding="utf-8")
PROMPT = """Answer the guest's question from the handbook.

<handbook>
HANDBOOK
</handbook>

Question: """


def read_rows(name):
    with open(f"{DATA}/{name}", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def section_of(answer):
    """Give back the number of the section in which a sentence stands; None for none."""
    for section in HANDBOOK.replace("\n", " ").split("## ")[1:]:
        if answer.rstrip(".") in section:
            return section.split()[0]
    return None


def reply_to(question):
    """Give back the reply to one question, as JSON. The model answers, code finds the section."""
    messages = [{"role": "user", "content": PROMPT.replace("HANDBOOK", HANDBOOK) + question}]
    reply = OpenAI().chat.completions.create(model="sim-medium", temperature=0, messages=messages)
    answer = reply.choices[0].message.content.strip()
    is_open = "does not state" in answer or "could not find" in answer
    return json.dumps({"answer": None if is_open else answer, "section": section_of(answer)})


print(reply_to("When does the shop close in the evening?"))

# %% id="given" audition={"kind": "given", "part": 1}
given = read_rows("given_12.csv")
for row in given:
    print(f"{row['msg_id']}  {row['text']}")

# %% [markdown] id="export-note" audition={"kind": "given", "part": 1}
# `read_rows("export.csv")` opens an export of four weeks, 40 questions as they came in. `print(HANDBOOK)` shows the handbook,
# about 400 words.

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
# Your plan is kept. Reviewers look at: how "right" becomes measurable, what which error costs, the cases, and the decision.
# Code and text count alike.
#
# **The consumer.** It reads strict JSON with `answer`, a few words, and `section`, a number. Both may be null: then a person
# answers. It ignores case, spaces and further keys; anything else is lost. Where one section changes another, `section` is
# the one that holds now.

# %% [markdown] id="ask-head" audition={"kind": "given", "part": 2}
# ### Ask Ragna
#
# `ask("...")` as often as you like, free. A question you do not ask is not held against you if you write down what you
# assumed. `llm("...", model="sim-large")` asks any model anything; `hypothesis("...")` notes an idea.

# %% id="ask" audition={"kind": "given", "part": 2, "open": true}
from harness.kernel import ask, check, hypothesis, llm, submit

ask("Who reads the answers?")

# %% [markdown] id="questions" nbgrader={"grade": true, "grade_id": "questions", "locked": false, "points": 4, "schema_version": 3, "solution": true, "task": false} audition={"kind": "text", "part": 2}
# *Write here: questions, answers, and the assumptions you keep: a few bullets.*

# %% [markdown] id="success" nbgrader={"grade": true, "grade_id": "success", "locked": false, "points": 4, "schema_version": 3, "solution": true, "task": false} audition={"kind": "text", "part": 2}
# *Write here: what "right" means here, and anything your code does not say: about 40 words.*

# %% [markdown] id="suite-head" audition={"kind": "given", "part": 2}
# ### The suite
#
# The next cell is yours to fill. `CASES` are your *cases*: each is one question, and the answers that you accept for it.
# `eval_suite` puts them to a model and ends in a *verdict* on that model: ship or not, and why.
#
# A *marked cell* like this one is read on its own, from the exercise's folder: put everything it needs inside it. Files below
# `data/` can be read. `model(text)` gives back the raw answer as a string; call it as often as you like, here out of your
# purse. Your suite will meet other models than this one, and other cases than all of yours: it takes `cases` and judges
# those.

# %% id="suite" nbgrader={"grade": true, "grade_id": "suite", "locked": false, "points": 6, "schema_version": 3, "solution": true, "task": false} audition={"kind": "artefact", "name": "suite", "part": 2}
# Each case is a dict: "text"; "expected", a list like ["answer=8 EUR", "section=11"], where a
# field may stand twice if two values are acceptable; "tags", a list; and "group" if you like.
# An entry has 40 characters at most: expect the words that count.
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
eval_suite(reply_to)

# %% [markdown] id="decision-head" audition={"kind": "given", "part": 2}
# ### The decision
#
# `COSTS[("field", "error")]` is EUR a question; an error is `wrong`, `missed` (null, though the handbook says it) or `invented`.
# `SAMPLE_PLAN` says how many questions you would want before you trust which number. `VERDICT` is yours.

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
COSTS = {("answer", "invented"): 20, ("answer", "wrong"): 20, ("answer", "missed"): 4, ("section", "wrong"): 5}
SAMPLE_PLAN["n"] = 138
VERDICT["decision"] = "no_ship"
### END SOLUTION

# %% [markdown] id="verdict" nbgrader={"grade": true, "grade_id": "verdict", "locked": false, "points": 4, "schema_version": 3, "solution": true, "task": false} audition={"kind": "text", "part": 2}
# *Write here: ship or not, why, how many questions would settle it, what you could not test: about 60 words.*

# %% [markdown] id="check-head" audition={"kind": "given", "part": 2}
# `check()` has the notebook saved and says whether your marked cells can be read; it never says whether they are good.

# %% id="check" nbgrader={"grade": true, "grade_id": "check", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false} audition={"kind": "check", "part": 2}
check()

# %% [markdown] id="submit-head" audition={"kind": "given", "part": 2}
# `submit()` has the notebook saved, then hands it in. You can submit again; if you change
# something after it, the last save counts at the end.

# %% id="submit" audition={"kind": "given", "part": 2}
submit()
