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
# # What will the garden desk cost
#
# 35 minutes, and 5 more that nobody holds against you. Work alone; documentation and search are fine, and so are other AI
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
# **Greenfold** runs 900 community gardens. Ines, who leads the garden desk, wrote:
#
# > *"Members write to us 12,000 times a day in the season. I want a topic, how soon we have to look, and a draft of the reply
# > for each, from a model. What will that cost us?"*
#
# A colleague sketched it in `pipeline.yaml`: three calls for each message, all on `willow-large`. You have 40 messages of one
# day, the three prompts and the price card. What does a day cost, and a month? Where does the money go? Write down a guess
# first, if you like, and give a range that you would bet on. There is no single right way.

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
    """Give back how many tokens a text is, the same for every willow model; free."""
    return len(tiktoken.get_encoding("o200k_base").encode(text, disallowed_special=()))


messages = read_rows("messages_40.csv")
for message in messages[:3]:
    print(message["mail_id"], message["subject"], "\n", message["body"], "\n")

# %% [markdown] id="files-note" audition={"kind": "given", "part": 1}
# `read_text("pipeline.yaml")`, `read_text("s1_topic.txt")`, `read_text("s2_soon.txt")`, `read_text("s3_reply.txt")`,
# `read_rows("prices.csv")` and `read_rows("labels_12.csv")` open the rest. A call sends the stage's prompt, then subject and
# body of the message.

# %% [markdown] id="plan-head" audition={"kind": "given", "part": 1}
# ## Your plan, your way (about 3 minutes)
#
# How would you go about this? What would you look at first, and what is your guess? Any form will do. Write it into the next
# cell, below its first line, and run the cell. The rest of the exercise then appears under it.

# %% id="plan" audition={"kind": "plan", "part": 1}
# %%plan
Write here instead of this line.

# %% [markdown] id="plan-after" audition={"kind": "given", "part": 1}
# *Part two comes below this line.*

# %% [markdown] id="part-two" audition={"kind": "given", "part": 2}
# ## Part two
#
# Your plan is kept. At least two people will read your work, each alone. They look at: what the estimate is made of, contact
# with the data, what drives the cost, what you would change and how you would check it, and whether it is worth it.

# %% id="tools" audition={"kind": "given", "part": 2}
from harness.kernel import ask, budget, check, hypothesis, submit, tools

# %% [markdown] id="meter-head" audition={"kind": "given", "part": 2}
# ### Measure and ask
#
# `tools.meter(stage, mail_id)` sends one of the 40 messages through one stage and takes one of your 60 calls. `ask("...")`
# asks Ines, as often as you like, free. A question you do not ask is not held against you if you write down what you
# assumed. `hypothesis("...")` notes an idea.

# %% id="meter" audition={"kind": "given", "part": 2, "open": true}
tools.meter("S1", 2)

# %% [markdown] id="estimate-head" audition={"kind": "given", "part": 2}
# ### The estimate
#
# A *marked cell* is read on its own, from the exercise's folder: put everything it needs inside it, numbers that you measured
# too. Files below `data/` can be read. Tokens are those of a day of 12,000 messages, all stages, repeats counted. The range is
# one that holds the truth in four of five such cases.

# %% id="estimate" audition={"kind": "artefact", "name": "estimate", "part": 2}
ESTIMATE = {
    "daily_usd": 0.0,
    "daily_range": (0.0, 0.0),
    "monthly_usd": 0.0,
    "tokens_in_per_day": 0,
    "tokens_out_per_day": 0,
    # What costs most, up to three of S1 S2 S3 x static (the prompt), email (the message), out: "S2.out"
    "drivers": [],
    # Share of the daily cost that PLAN below saves, from 0 to 1.
    "saving_claimed": 0.0,
    "assumptions": [],
}
### BEGIN SOLUTION
prompt, answer, sent = (366, 178, 1059), (90, 30, 160), (1.02, 1.01, 1.05)
each_in = sum(t * (p + 181) for p, t in zip(prompt, sent))
each_out = sum(t * a for a, t in zip(answer, sent))
ESTIMATE["tokens_in_per_day"], ESTIMATE["tokens_out_per_day"] = 12_000 * each_in, 12_000 * each_out
ESTIMATE["daily_usd"] = 12_000 * (each_in * 3 + each_out * 15) / 1e6
ESTIMATE["daily_range"] = (ESTIMATE["daily_usd"] * 0.85, ESTIMATE["daily_usd"] * 1.2)
ESTIMATE["monthly_usd"] = ESTIMATE["daily_usd"] * 20.83
ESTIMATE["drivers"] = ["S3.static", "S3.out", "S1.out"]
### END SOLUTION

# %% [markdown] id="drivers" audition={"kind": "text", "part": 2}
# *Write here: what surprised you against your guess, what the range rests on, and anything your code does not say: about
# 40 words.*

# %% [markdown] id="changes-head" audition={"kind": "given", "part": 2}
# ### The changes
#
# Propose two changes, or more if you like. `tools.try_plan(PLAN, n)` runs the first n of the 40 messages under your plan, n
# from 20 to 40; it takes n/4 calls, six times at most. The menu:
#
# - `"cache": True` - the fixed beginning of each prompt at the cached price, where it is found there
# - `"drop_auto": True` - automatic messages are sorted out by their headers and cost nothing
# - `"strip_quotes": True` - the quoted part is cut off before a message is sent
# - `"merge_s1_s2": True` - topic and how soon in one call, on S1's model
# - `"template_top_k": 12` - a search puts the k likeliest of the 24 tips into S3's prompt, others for each message
# - `"max_email_tokens": 800` - a longer message is cut at its end
# - `"models": {"S2": {"willow-mini": 0.6, "willow-large": 0.4}}` - shares by stage; in S1 and S2 the larger model gets what
#   the smaller one is unsure of, in S3 chance decides
# - `"batch": ["S1"]` - these stages at the batch price, answered within 24 hours

# %% id="changes" audition={"kind": "artefact", "name": "changes", "part": 2}
# One or several of the menu; what you leave out stays as it is sketched.
PLAN = {}
### BEGIN SOLUTION
PLAN = {"cache": True, "batch": ["S3"]}
### END SOLUTION

# %% id="try" audition={"kind": "given", "part": 2, "open": true}
budget()

# %% [markdown] id="changes-why" audition={"kind": "text", "part": 2}
# *Write here, for each change: what it saves, what it may cost in quality, how you would check, when it would not work: about
# 60 words.*

# %% [markdown] id="check-head" audition={"kind": "given", "part": 2}
# `check()` has the notebook saved and says whether your marked cells can be read; it never says whether they are good.

# %% id="check" audition={"kind": "check", "part": 2}
check()

# %% [markdown] id="submit-head" audition={"kind": "given", "part": 2}
# `submit()` has the notebook saved, then hands it in. You can submit again; if you change
# something after it, the last save counts at the end.

# %% id="submit" audition={"kind": "given", "part": 2}
submit()
