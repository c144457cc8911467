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
# # Why did the assistant get worse
#
# 60 minutes, and 5 more that nobody holds against you. Work alone; documentation and search are fine, and so are other AI
# assistants if you write one line on what you used, in any text below. Run the cells from the top with **Shift Enter**.

# %% id="parameters" tags=["parameters"] audition={"kind": "given", "part": 1}
# Where the given files lie, and a number for anything that draws at random.
DATA, SEED = "data", 7

# %% [markdown] id="recorded" audition={"kind": "given", "part": 1}
# **On record:** the cells you run with output and errors, saves, model calls and uses of tools, questions, hypotheses,
# checks. **Never:** keystrokes, typing speed, camera, microphone, screen, other windows. At least two people read it, each alone; they
# know you by a number only, and no software decides about you.

# %% [markdown] id="story" audition={"kind": "given", "part": 1}
# ## The work
#
# **Dovecote** answers questions of residents in three housing co-operatives from their handbooks. It worked. For about six
# days it has not. Noor, who runs member service for the three, wrote this morning at nine:
#
# > *"One answer in ten was rated bad, now it is about three in ten. Some say it is the new model. The board meets at six
# > tonight. What is wrong, what do you do first, and what may I tell them?"*
#
# You are on duty until then. You have an overview of the system and twelve complaints. Everything else has to be looked up,
# and looking takes time. That time is simulated: nobody waits, and there are 90 minutes of it.

# %% id="load" audition={"kind": "given", "part": 1}
import csv


def read_text(name):
    with open(f"{DATA}/{name}", encoding="utf-8") as file:
        return file.read()


def read_rows(name):
    with open(f"{DATA}/{name}", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


print(read_text("overview.md"))
for ticket in read_rows("tickets_12.csv"):
    print(ticket["id"], "day", ticket["day"], ticket["house"], ticket["complaint"])

# %% [markdown] id="plan-head" audition={"kind": "given", "part": 1}
# ## Your plan, your way (about 3 minutes)
#
# How would you go about your first minutes? What would you look at, and why in that order? Any form will do. Write it into
# the next cell, below its first line, and run the cell. The rest of the exercise then appears under it.

# %% id="plan" audition={"kind": "plan", "part": 1}
# %%plan
Write here instead of this line.

# %% [markdown] id="plan-after" audition={"kind": "given", "part": 1}
# *Part two comes below this line.*

# %% [markdown] id="part-two" audition={"kind": "given", "part": 2}
# ## Part two
#
# Your plan is kept. At least two people will read your work, each alone. They look at: the order in which you look and act,
# what your causes rest on, whether somebody else could carry out your plan, how you check a repair, and your message.

# %% id="tools" audition={"kind": "given", "part": 2}
from harness.kernel import ask, budget, check, hypothesis, submit, tools

# %% [markdown] id="suspects-head" audition={"kind": "given", "part": 2}
# ### Before you look
#
# A *marked cell* is read on its own: put everything it needs inside it. Here goes what you suspect now, with how likely each
# is, from 0 to 1. Run it before your first look. Being wrong here costs nothing.

# %% id="suspects" audition={"kind": "artefact", "name": "suspects", "part": 2}
SUSPECTS = [
    # {"name": component, "cause": what may be wrong, "p": 0.3, "why": one line}
]
### BEGIN SOLUTION
SUSPECTS = [
    {"name": "generator", "cause": "the new model is worse", "p": 0.4, "why": "came the same week"},
    {"name": "index", "cause": "pages missing", "p": 0.4, "why": "complaints are about newer pages"},
]
### END SOLUTION

# %% [markdown] id="first-ten" audition={"kind": "text", "part": 2}
# *Write here: what you do in your first ten simulated minutes, and what each result would change: about 50 words.*

# %% [markdown] id="look-head" audition={"kind": "given", "part": 2}
# ### Look, change, ask
#
# `tools` lists what there is, with prices. `tools.diag("what you want to look at")` names the nearest check and its minutes,
# free; add `confirm=True` to have it done. `tools.fix` changes the running system at once. `tools.replay` sends recorded
# questions through it. What they show has ids, such as `lg-02`. `ask("...")` asks Noor, as often as you like, free. A
# question you do not ask is not held against you if you write down what you assumed. `hypothesis("...")` notes an idea.

# %% id="look" audition={"kind": "given", "part": 2, "open": true}
tools

# %% [markdown] id="causes-head" audition={"kind": "given", "part": 2}
# ### The causes
#
# What is wrong, each with how sure you are. `evidence` holds ids that you have seen, twelve at most: the ones that prove it.
# `share` is how much of the bad answers it makes. Say too what you looked into and no longer believe, with a low `p`.

# %% id="causes" audition={"kind": "artefact", "name": "causes", "part": 2}
CAUSES = [
    # {"component": "generator", "cause": what is wrong with it, "p": 0.9, "evidence": ["lg-02"], "share": 0.2}
]
### BEGIN SOLUTION
CAUSES = [
    {"component": "index", "cause": "build stopped half way", "p": 0.95, "evidence": ["ck-32"], "share": 0.4},
    {"component": "generator", "cause": "new model is worse", "p": 0.05, "evidence": ["ck-37"], "share": 0},
]
### END SOLUTION

# %% [markdown] id="steps-head" audition={"kind": "given", "part": 2}
# ### The plan
#
# What is done tonight and tomorrow, the first step first. In the cell after it: settings that you would change, each by itself.

# %% id="steps" audition={"kind": "artefact", "name": "steps", "part": 2}
PLAN = [
    # {"step": what, "component": where, "why_now": why at this place, "minutes": 10, "owner": who,
    #  "verify": how one sees that it worked, "rollback": the way back}
]
### BEGIN SOLUTION
PLAN = [
    {"step": "build the index again", "component": "index", "why_now": "most of it", "minutes": 25,
     "owner": "on duty", "verify": "replay", "rollback": "pages-37"},
]
### END SOLUTION

# %% id="fixes" audition={"kind": "artefact", "name": "fixes", "part": 2}
FIXES = [
    # {"component": "generator", "change": {"temperature": 0.1}}
]
### BEGIN SOLUTION
FIXES = [{"component": "index", "change": {"rebuild": True}}]
### END SOLUTION

# %% [markdown] id="message" audition={"kind": "text", "part": 2}
# *Write here: five lines to Noor, who reads them on her way to the board: about 80 words.*

# %% [markdown] id="check-head" audition={"kind": "given", "part": 2}
# `check()` has the notebook saved and says whether your marked cells can be read; it never says whether they are good.

# %% id="check" audition={"kind": "check", "part": 2}
check()

# %% [markdown] id="submit-head" audition={"kind": "given", "part": 2}
# `submit()` has the notebook saved, then hands it in. You can submit again; if you change
# something after it, the last save counts at the end.

# %% id="submit" audition={"kind": "given", "part": 2}
submit()
