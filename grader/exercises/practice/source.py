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
# Welcome. In about five minutes you meet the whole workspace, one thing at a time. No clock runs, nothing here is
# rated, and you cannot break anything.
#
# A box like the next one is a cell. **Put the cursor into it and press Shift Enter.** That runs it; what it shows
# comes below it.

# %% id="parameters" tags=["parameters"] audition={"kind": "given", "part": 1}
# Where the given files lie, and a number for anything that draws at random.
DATA, SEED = "data", 7
print("It ran: this is what it shows. Cells further down use the two names that it set.")

# %% [markdown] id="recorded" audition={"kind": "given", "part": 1}
# ## What is recorded
#
# **Recorded:** cells you run with what they show, each save, calls to a model with answer and price, questions,
# hypotheses, checks, and pauses, which no reviewer sees.
#
# **Never recorded:** keystrokes, typing speed, camera, microphone, screen, other windows.
#
# In a real exercise at least two people read this record, each alone. They know you by a number only. No software decides
# about you.

# %% [markdown] id="story" audition={"kind": "given", "part": 1}
# ## The work
#
# Tove runs the front desk of a small library. Each morning she sorts messages into three trays: **request**, **question**
# and **complaint**. She would like a language model to do the first sorting.
#
# **Run the cell below** to read six of them.

# %% id="messages" audition={"kind": "given", "part": 1}
import csv

with open(f"{DATA}/messages.csv", encoding="utf-8", newline="") as file:
    messages = list(csv.DictReader(file))

for row in messages:
    print(f"{row['message_id']}  {row['text']}")

# %% [markdown] id="live" audition={"kind": "given", "part": 1}
# ## A live model
#
# Models are there, and a purse pays for them. There is no key to set: the clients you know work as they are. You can call
# `sim-small`, `sim-medium` and `sim-large`, which are simulated and make mistakes, as real ones do. (`sim-embed`, the fourth
# in the list, turns text into numbers; this practice does without.)
#
# **Run the cell.** Then change a word of the prompt and run it again. Given cells may be changed; once such a cell is
# run, a line below it says so, and a button brings it back.

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
# ## Your plan, your way
#
# Every exercise begins with a plan: a sentence, a list, any form will do. How would you go about this for Tove?
#
# **Write your plan into the next cell, below its first line, and run the cell.** The rest of the exercise then appears
# under it.

# %% id="plan" audition={"kind": "plan", "part": 1}
# %%plan
Write here instead of this line.

# %% [markdown] id="plan-after" audition={"kind": "given", "part": 1}
# *Part two comes below this line.*

# %% [markdown] id="part-two" audition={"kind": "given", "part": 2}
# ## Part two
#
# You can still change your plan and run it again.
#
# Eight short steps follow. In a real exercise this is also where you read what reviewers look at. Here nobody rates
# anything.
#
# What the steps do by code can be done by buttons too: Ask, Purse, Hypotheses, Check, Versions, Submit. They stand in the panel
# beside a notebook, and below the cells of the plain page (there Check is a cell's own button). Use whichever you like.
# Packages lists what is installed.

# %% [markdown] id="ask-head" audition={"kind": "given", "part": 2}
# ### 1. Ask
#
# Tove answers questions, free and without limit. She tells you what she is asked for and no more. A question you do not
# ask is not held against you if you write down what you assumed.
#
# **Run the cell**, then ask her something of your own.

# %% id="ask" audition={"kind": "given", "part": 2, "open": true}
from harness.kernel import ask, budget, check, hypothesis, llm, submit, tools

ask("What happens to a message once it lies in a tray?")

# %% [markdown] id="book-head" audition={"kind": "given", "part": 2}
# ### 2. Look something up
#
# Some exercises bring tools of their own. Each has a price in calls or in *simulated minutes*: a price like money, and you
# do not wait for them. Here the tool is the book at Tove's desk, and one look takes 2 of the 20 such
# minutes in your purse.
#
# **Run the cell.** `tools` in a cell of its own lists what there is.

# %% id="book" audition={"kind": "given", "part": 2, "open": true}
tools.desk_book("L5")

# %% [markdown] id="sorter-head" audition={"kind": "given", "part": 2}
# ### 3. Write the sorter
#
# `llm("...")` asks `sim-medium`, or the model you name in `model="..."`, and gives back its answer as text. The next cell is a
# *marked cell*. It is read on its own, so all that `classify` needs goes inside it.
#
# **Write `classify(text)` and run it.** It takes one message and gives back `"request"`, `"question"` or `"complaint"`. A
# first version is three lines: a prompt with the message in it, the call, and picking the word out of the answer.

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
# **Try it on the six messages.** Some of them can be read in more than one way: what should happen with those?

# %% id="try" audition={"kind": "given", "part": 2, "open": true}
for row in messages:
    print(f"{row['message_id']}  {classify(row['text'])}  {row['text']}")

# %% [markdown] id="idea-head" audition={"kind": "given", "part": 2}
# ### 4. Write down a hypothesis
#
# A hypothesis is an idea that you have not looked into yet. `hypothesis("...")` puts it on record. Later you can say what
# became of it: open, supported or refuted. Nobody expects one.
#
# **Run the cell**, or write one of your own into it first.

# %% id="idea" audition={"kind": "given", "part": 2, "open": true}
hypothesis("The small model mixes up requests and questions more often than the large one.")

# %% [markdown] id="confidence-head" audition={"kind": "given", "part": 2}
# ### 5. Say how far you trust it
#
# Of a hundred new messages, which share would `classify` put into the tray that Tove would choose?
#
# **Set `CONFIDENCE` to a number from 0 to 1 and run the cell.** Say why in the text cell below it;
# in the notebook a double-click opens that.

# %% id="confidence" audition={"kind": "artefact", "name": "confidence", "part": 2}
# CONFIDENCE is a number from 0 to 1.
### BEGIN SOLUTION
CONFIDENCE = 0.7
### END SOLUTION

# %% [markdown] id="words" audition={"kind": "text", "part": 2}
# *Write here: why that far and no further; a few bullets, about 40 words.*

# %% [markdown] id="check-head" audition={"kind": "given", "part": 2}
# ### 6. Save and check
#
# `check()` has the notebook saved, as Ctrl S does, and says in plain words whether your marked cells can be read, never
# whether they are good. It is free but for the model calls that your own code makes. `budget()` shows what is left in the
# purse.
#
# **Run both cells.**

# %% id="check" audition={"kind": "check", "part": 2}
check()

# %% id="purse" audition={"kind": "given", "part": 2}
budget()

# %% [markdown] id="versions-head" audition={"kind": "given", "part": 2}
# ### 7. Go back to an earlier version
#
# Every save is kept as a version. **Change your words of step 5 and press Ctrl S. Then open Versions, look inside
# the one before, and restore it.** Nothing is lost: what you had stays in the list as "before restore".

# %% [markdown] id="submit-head" audition={"kind": "given", "part": 2}
# ### 8. Submit
#
# **Run the cell with `submit()`.** It has the notebook saved first. You get a receipt, the proof that your work arrived as you left
# it. You can submit again, and the newest counts.
#
# Then you know the workspace. Where an exercise follows, *Open exercise* under the receipt leads to it. Two more things are
# there when you want them:
#
# - `scratch.ipynb`, among the files in JupyterLab, is for trying things out. It is recorded like the rest and never submitted.
# - Each exercise is there as a notebook and as one plain page. *Open the plain page*, under Exercises in the panel, and
#   *switch to the notebook*, at the plain page's top, lead from one to the other at any time.

# %% id="submit" audition={"kind": "given", "part": 2}
submit()
