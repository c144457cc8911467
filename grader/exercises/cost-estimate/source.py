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
# # What does this pipeline cost
#
# 30 minutes, and 5 more that nobody holds against you. Work alone; documentation and search are fine, and so are other AI
# assistants if you write one line on what you used, in any text below. Any style of Python will do. Run the cells from the
# top with **Shift Enter**.

# %% id="parameters" tags=["parameters"] audition={"kind": "given", "part": 1}
# Where the given files lie, and a number for anything that draws at random.
DATA, SEED = "data", 7

# %% [markdown] id="recorded" audition={"kind": "given", "part": 1}
# **On record:** cells you run with output and errors, saves, model calls and uses of tools, questions, hypotheses,
# checks, pauses (unseen by reviewers). **Never:** keystrokes, typing speed, camera, microphone, screen, other windows.
# At least two people read it, each alone; they know you by a number only; no software decides about you.

# %% [markdown] id="story" audition={"kind": "given", "part": 1}
# ## The work
#
# **Loxley Lockers** runs parcel lockers. Dario, who leads operations, wrote:
#
# > *"We get 50,000 customer mails a day. We want the root cause, a priority and a suggested reply template for each, with
# > an LLM."*
#
# A colleague has sketched it in `pipeline.yaml`: three calls per mail, all on `atlas-large`. You have 200 mails of one day,
# the three prompts and the price sheet.
#
# What will it cost per day and per month? Where does the money go? Guess first if you like: we enjoy seeing the guess and
# the correction. Give a range that you would bet on, not one number. There is no single right way.

# %% id="load" audition={"kind": "given", "part": 1}
import csv

import tiktoken


def read_text(name):
    with open(f"{DATA}/{name}", encoding="utf-8") as file:
        return file.read()


def read_rows(name):
    with open(f"{DATA}/{name}", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def count_tokens(text):
    """Give back how many tokens a text is, the same for every atlas model; free."""
    return len(tiktoken.get_encoding("o200k_base").encode(text, disallowed_special=()))


mails = read_rows("mails_200.csv")
for mail in mails[:3]:
    print(mail["mail_id"], mail["subject"], "\n", mail["body"], "\n")

# %% [markdown] id="files-note" audition={"kind": "given", "part": 1}
# `print(read_text("pipeline.yaml"))` shows the sketch; `prices.csv`, `s1_cause.txt`, `s2_priority.txt` and
# `s3_template.txt` open alike. A call sends the stage's prompt, then the mail's subject and body.

# %% [markdown] id="plan-head" audition={"kind": "given", "part": 1}
# ## Your plan, your way (about 3 minutes)
#
# How would you go about this? What would you look at, and what is your guess? Any form will do. Write it into the next
# cell, below its first line, and run the cell. The rest of the exercise then appears under it.

# %% id="plan" audition={"kind": "plan", "part": 1}
# %%plan
Write here instead of this line.

# %% [markdown] id="plan-after" audition={"kind": "given", "part": 1}
# *Part two comes below this line.*

# %% [markdown] id="part-two" audition={"kind": "given", "part": 2}
# ## Part two
#
# Your plan is kept. At least two people read your work, each alone. They look at: the structure of the estimate, contact
# with the data, what drives the cost, what you would change and how you would check it, whether it is worth it.

# %% id="tools" audition={"kind": "given", "part": 2}
from harness.kernel import ask, budget, check, hypothesis, submit, tools

# %% [markdown] id="meter-head" audition={"kind": "given", "part": 2}
# ### Measure and ask
#
# `tools.meter(stage, mail_id)` sends one of the 200 mails through one stage, for one of your 60 calls; tokens are those of
# all tries. `ask("...")` asks Dario, as often as you like, free. What you do not ask is not held against you if you write
# down what you assumed. `hypothesis("...")` notes an idea.

# %% id="meter" audition={"kind": "given", "part": 2, "open": true}
tools.meter("S1", 2)

# %% [markdown] id="estimate-head" audition={"kind": "given", "part": 2}
# ### The estimate
#
# A *marked cell* is read on its own: put everything it needs inside it, numbers that you measured too; it can read `data/`.
# Tokens are those of a whole day, all stages, repeats counted. The range should hold the truth in four of five such cases.

# %% id="estimate" audition={"kind": "artefact", "name": "estimate", "part": 2}
ESTIMATE = {
    "daily_usd": 0.0,
    "daily_range": (0.0, 0.0),
    "monthly_usd": 0.0,
    "tokens_in_per_day": 0,
    "tokens_out_per_day": 0,
    # For each stage, if you like: tokens of one call, and calls for each mail:
    # {"S1": {"in": 0, "out": 0, "calls_per_mail": 1.0}, ...}
    "per_stage": {},
    # What costs most, up to three of S1 S2 S3 x static (the prompt), email, out: "S2.out"
    "drivers": [],
    # Share of the daily cost that PLAN below saves, from 0 to 1.
    "saving_claimed": 0.0,
    "assumptions": [],
}
### BEGIN SOLUTION
fixed, spoken, tries = (796, 614, 3464), (220, 60, 495), (1.03, 1.01, 1.06)
tin = 50_000 * sum(t * (f + 1201) for f, t in zip(fixed, tries))
tout = 50_000 * sum(t * s for s, t in zip(spoken, tries))
usd = (tin * 4 + tout * 20) / 1e6
ESTIMATE.update(
    daily_usd=usd, daily_range=(usd * 0.85, usd * 1.2), monthly_usd=usd * 24.56,
    tokens_in_per_day=tin, tokens_out_per_day=tout, drivers=["S3.static", "S3.out", "S1.email"],
)
### END SOLUTION

# %% [markdown] id="drivers" audition={"kind": "text", "part": 2}
# *Write here: what surprised you against your guess, what the range rests on, what your code does not say: about 30 words.*

# %% [markdown] id="plan-changes-head" audition={"kind": "given", "part": 2}
# ### The changes
#
# Propose two changes, or more: every one counts. `tools.try_plan(PLAN, n)` runs the first n (20 to 40) of the mails in
# `labels_40.csv` under your plan; it takes n/4 calls, six times at most. The menu:
#
# - `"cache": True` - each prompt's fixed beginning at the cached price, where it is found there
# - `"drop_auto": True` - automatic mails are sorted out by their headers and cost nothing
# - `"strip_quotes": True` - quoted history is cut off first
# - `"merge_s1_s2": True` - cause and priority in one call, on S1's model
# - `"template_top_k": 16` - a search puts the k likeliest of the 64 templates into S3's prompt, others for each mail
# - `"max_email_tokens": 2000` - longer mails are cut at their end
# - `"models": {"S2": {"atlas-mini": 0.7, "atlas-large": 0.3}}` - shares by stage; in S1 and S2 the larger model gets what
#   the smaller one is unsure of, in S3 chance decides
# - `"batch": ["S1"]` - these stages at the batch price, answered within 24 hours
#
# Where that does not do, define `plan_call(mail, stage, call)` beside PLAN: mail is a row of `mails_200.csv`, stage `"S1"`,
# `"S2"` or `"S3"`, call `{"model": "atlas-large", "email_tokens": n, "prompt_tokens": n, "cached": False, "batch": False}`;
# give back the call as it should be, or None. It is priced; people judge its quality.

# %% id="changes" audition={"kind": "artefact", "name": "changes", "part": 2}
# One or several of the menu; what you leave out stays as it is sketched.
PLAN = {}
### BEGIN SOLUTION
PLAN = {"cache": True, "strip_quotes": True}
### END SOLUTION

# %% id="try" audition={"kind": "given", "part": 2, "open": true}
# tools.try_plan(PLAN, 20)
budget()

# %% [markdown] id="plan-why" audition={"kind": "text", "part": 2}
# *Write here, for each change: what it saves, what it may cost in quality, how you would check, when it would not work:
# about 50 words.*

# %% [markdown] id="check-head" audition={"kind": "given", "part": 2}
# `check()` has the notebook saved and says whether your marked cells can be read; it never says whether they are good.

# %% id="check" audition={"kind": "check", "part": 2}
check()

# %% [markdown] id="submit-head" audition={"kind": "given", "part": 2}
# `submit()` has the notebook saved, then hands it in. You can submit again; if you change
# something after it, the last save counts at the end.

# %% id="submit" audition={"kind": "given", "part": 2}
submit()
