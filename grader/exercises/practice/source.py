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
# # Practice: a morning's mail
#
# Welcome. This notebook shows you every tool that the real exercises use, on a small piece of work. Most people take
# about 10 minutes.
#
# - No clock runs. You can come back as often as you like.
# - Nothing here is kept for reviewers. Try things; you cannot break anything.
# - A box with `[ ]:` beside it is a cell with Python code. Click into it and press **Shift Enter** to run it.
#
# Run the cell below first.

# %% id="parameters" tags=["parameters"] audition={"kind": "given", "part": 1}
# Where the given files lie, and a number for anything that draws at random.
DATA, SEED = "data", 7

# %% [markdown] id="recorded" audition={"kind": "given", "part": 1}
# ## What is recorded
#
# **Yes:** the cells you run with their output and errors, saves of the notebook, your calls to a model with answers and
# cost, your questions, hypotheses and checks.
#
# **Never:** keystrokes, typing speed, camera, microphone, screen, other windows.
#
# In a real exercise at least two people read this record, each alone. They know you by a number only. No software decides
# about you. At the end you get a signed receipt.

# %% [markdown] id="story" audition={"kind": "given", "part": 1}
# ## The work
#
# Tove runs the front desk of a small town library. Each morning she sorts the messages that came overnight into three
# trays: **request**, **question** and **complaint**. She would like a language model to do the first sorting.
#
# Here are six messages from one morning.

# %% id="messages" audition={"kind": "given", "part": 1}
import csv

with open(f"{DATA}/messages.csv", encoding="utf-8", newline="") as file:
    messages = list(csv.DictReader(file))

for row in messages:
    print(f"{row['message_id']}  {row['text']}")

# %% [markdown] id="live" audition={"kind": "given", "part": 1}
# ## A live model
#
# You have a model beside you, and a purse to pay for it. There is no key to set. The clients you know work as they are:
# run the next cell, then change the text in it and run it again.
#
# You can call `sim-small`, `sim-medium` and `sim-large`. They are simulated models: quick, cheap, and made to slip now and
# then as larger ones do.

# %% id="first-call" audition={"kind": "given", "part": 1}
from openai import OpenAI

reply = OpenAI().chat.completions.create(
    model="sim-medium",
    messages=[
        {
            "role": "user",
            "content": "Is this a request, a question or a complaint? Answer with one word.\n\n"
            f"Message: {messages[0]['text']}",
        }
    ],
)
print(reply.choices[0].message.content)

# %% [markdown] id="plan-head" audition={"kind": "given", "part": 1}
# ## Your plan, your way (about 3 minutes)
#
# How would you go about this for Tove? A sentence, a list, an outline: any form will do. Write it into the next cell, below
# its first line, and run the cell. The rest of the exercise then appears under it.

# %% id="plan" audition={"kind": "plan", "part": 1}
# %%plan
Write here instead of this line.

# %% [markdown] id="part-two" audition={"kind": "given", "part": 2}
# ## Part two
#
# Thank you, your plan is kept. You can still change it and run it again.
#
# Below are seven short stops. In a real exercise this is also where you read what reviewers look at. Here nobody rates
# anything. Add cells of your own wherever you like.

# %% [markdown] id="ask-head" audition={"kind": "given", "part": 2}
# ### 1. Ask
#
# Tove answers questions, free and without limit. She tells you what she is asked for and no more. A question you do not
# ask is not held against you if you write down what you assumed.

# %% id="ask" audition={"kind": "given", "part": 2}
from harness.kernel import ask, budget, check, hypothesis, llm, submit, tools

ask("What happens to a message once it lies in a tray?")

# %% [markdown] id="book-head" audition={"kind": "given", "part": 2}
# ### 2. Look something up
#
# Some exercises bring tools of their own. Each has a price, in calls or in *simulated minutes*. Those are only counted:
# nobody waits. Here the tool is the book at Tove's desk, and looking up one message takes 2 of your 20 minutes.
#
# `tools` in a cell of its own lists what there is.

# %% id="book" audition={"kind": "given", "part": 2}
tools.desk_book("L5")

# %% [markdown] id="sorter-head" audition={"kind": "given", "part": 2}
# ### 3. Write the sorter
#
# Write `classify(text)`. It takes one message and gives back one of three words: `"request"`, `"question"` or
# `"complaint"`. Use `llm("...")`, `OpenAI()` or anything else you like.
#
# `llm("your prompt", model="sim-medium")` gives back the answer as text and shows what it cost.
#
# The next cell is a *marked cell*: it is read on its own, so put everything that `classify` needs inside it.

# %% id="sorter" audition={"kind": "artefact", "name": "sorter", "part": 2}
from harness.kernel import llm


def classify(text):
    """Give back "request", "question" or "complaint" for one message."""
    ### BEGIN SOLUTION
    prompt = (
        "Classify the message as request, question or complaint. If a reader is unhappy, it is "
        "a complaint, whatever else they ask. Answer with one word.\n\n"
        f"Message: {text}"
    )
    answer = llm(prompt, model="sim-medium", temperature=0).lower()
    words = ("complaint", "request", "question")
    return next((word for word in words if word in answer), "question")
    ### END SOLUTION

# %% [markdown] id="try-head" audition={"kind": "given", "part": 2}
# Try it on the six messages. Some of them can be read in more than one way: what should happen with those?

# %% id="try" audition={"kind": "given", "part": 2}
for row in messages:
    print(f"{row['message_id']}  {classify(row['text'])}  {row['text']}")

# %% [markdown] id="idea-head" audition={"kind": "given", "part": 2}
# ### 4. Note an idea, if you have one
#
# `hypothesis("...")` puts an idea on record before you look into it. It gives back a name, by which you can later say what
# became of it: open, supported or refuted.

# %% id="idea" audition={"kind": "given", "part": 2}
hypothesis("The small model mixes up requests and questions more often than the large one.")

# %% [markdown] id="confidence-head" audition={"kind": "given", "part": 2}
# ### 5. Say how far you trust it
#
# Set `CONFIDENCE` to a number from 0 to 1: of a hundred new messages, which share would `classify` put into the tray that
# Tove would choose? Then use the text cell below for anything that your code does not say. Double-click a text cell to
# write in it.

# %% id="confidence" audition={"kind": "artefact", "name": "confidence", "part": 2}
# CONFIDENCE is a number from 0 to 1.
### BEGIN SOLUTION
CONFIDENCE = 0.7
### END SOLUTION

# %% [markdown] id="words" audition={"kind": "text", "part": 2}
# *Write here: a few bullets, about 40 words, in any language that your readers know.*

# %% [markdown] id="check-head" audition={"kind": "given", "part": 2}
# ### 6. Check, and look into your purse
#
# `check()` says in plain words whether your marked cells can be read. It never says whether they are good. It is free but
# for the model calls that your own code makes, and you can run it as often as you like. Save first: press **Ctrl S**.

# %% id="check" audition={"kind": "check", "part": 2}
check()

# %% id="purse" audition={"kind": "given", "part": 2}
budget()

# %% [markdown] id="submit-head" audition={"kind": "given", "part": 2}
# ### 7. Submit
#
# Save (**Ctrl S**), then run the last cell. You get a receipt, and the proof that your work arrived as you left it. You can
# submit again: the newest one stands.
#
# That is all there is to know. The real exercises work just like this one.

# %% id="submit" audition={"kind": "given", "part": 2}
submit()
