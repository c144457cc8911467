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
# # Debug a prompt that invents
#
# 25 minutes, and 5 more that nobody holds against you. Work alone; documentation and search are fine, and so are other AI
# assistants if you write one line on what you used, in any text below. Run the cells from the top with **Shift Enter**.

# %% id="parameters" tags=["parameters"] audition={"kind": "given", "part": 1}
# Where the given files lie, and a number for anything that draws at random.
DATA, SEED = "data", 7

# %% [markdown] id="recorded" audition={"kind": "given", "part": 1}
# **On record:** cells you run with output and errors, saves, model calls with answers and cost, questions, hypotheses,
# sections you open, checks, pauses (unseen by reviewers). **Never:** keystrokes, typing speed, camera, microphone,
# screen, other windows. At least two people read it, each alone; they know you by a number only; no software decides
# about you.

# %% [markdown] id="story" audition={"kind": "given", "part": 1}
# ## The work
#
# **Marram Outdoor Hire** lends tents, canoes and e-bikes. Counter staff ask an assistant, `counter-v2`, about the hire terms
# while a customer waits. Staff say that it "sometimes makes things up". You get the prompt in use, the handbook that it
# should rely on, the small function that puts the handbook into the prompt, and five recorded answers. Find out why, and
# mend it.
#
# Words of the trade: *hire* is renting; a *hold* is an amount blocked on a card; a *flysheet* is the outer layer of a tent;
# a *buoyancy aid* is a light life jacket; a *landing place* is where a canoe can be put into the water.

# %% id="load" audition={"kind": "given", "part": 1}
import json
import re
from pathlib import Path

from harness.kernel import tools
from openai import OpenAI

doc = Path(f"{DATA}/handbook.md").read_text(encoding="utf-8")
prompt = Path(f"{DATA}/prompt.txt").read_text(encoding="utf-8")
outputs = json.loads(Path(f"{DATA}/outputs.json").read_text(encoding="utf-8"))


def build_context(doc, question):
    """Give back the part of the handbook that goes into the prompt, without its head."""
    sections = re.split(r"(?m)^## ", doc)
    return "\n".join(section for section in sections if re.match(r"\d\. ", section))


def run(template, question, n=1, context=build_context):
    """Ask counter-v2 one question, n times; print the id of the call and the answers."""
    text = template.replace("{context}", context(doc, question))
    text = text.replace("{question}", question)
    reply = OpenAI().chat.completions.create(
        model="counter-v2", temperature=0.2, n=n,
        messages=[{"role": "user", "content": text}],
    )
    answers = [choice.message.content for choice in reply.choices]
    print(reply.id, "|", question)
    for answer in answers:
        print("   A:", answer)
    return answers[0] if n == 1 else answers


print(prompt)

# %% id="outputs" audition={"kind": "given", "part": 1}
for row in outputs:
    print(row["id"], "Q:", row["question"], "\n   A:", row["answer"])

# %% [markdown] id="handbook-note" audition={"kind": "given", "part": 1}
# `tools.show_handbook()` shows the handbook, `tools.show_section(4)` one section of it. They take simulated minutes, of
# which there are more than you can use.

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
# Your plan is kept. At least two people will read your work, each alone. They look at: reading before judging, root causes,
# testing, the change, and honesty about what is left. Code and text count alike.
#
# Answers that were right must stay right. Refusing to answer what the handbook does say is also a fault. The prompt will
# meet questions that neither you nor the five have asked.

# %% id="tools" audition={"kind": "given", "part": 2}
from harness.kernel import ask, budget, check, hypothesis, submit

ask("Is last year's handbook still good for anything?")

# %% [markdown] id="ask-head" audition={"kind": "given", "part": 2}
# `ask("...")` asks Tom, who manages the shop, as often as you like, free. A question you do not ask is not held against you
# if you write down what you assumed. You have 80 calls of `counter-v2`; `run(prompt, "...")` makes one.

# %% [markdown] id="verdicts-head" audition={"kind": "given", "part": 2}
# ### The five answers
#
# For each of them: does the handbook support it? `label` is `"supported"`, `"partly_unsupported"` or `"unsupported"`;
# `claim` is the claim that decides; `evidence_quote` is the handbook's words that prove it, 15 characters or more, copied.

# %% id="verdicts" audition={"kind": "artefact", "name": "verdicts", "part": 2}
VERDICTS = [
    {"output_id": "O1", "label": "", "claim": "", "evidence_quote": ""},
    {"output_id": "O2", "label": "", "claim": "", "evidence_quote": ""},
    {"output_id": "O3", "label": "", "claim": "", "evidence_quote": ""},
    {"output_id": "O4", "label": "", "claim": "", "evidence_quote": ""},
    {"output_id": "O5", "label": "", "claim": "", "evidence_quote": ""},
]
### BEGIN SOLUTION
VERDICTS[0].update(label="supported", evidence_quote="asked of members of the paddle club")
### END SOLUTION

# %% [markdown] id="log-head" audition={"kind": "given", "part": 2}
# ### Why
#
# Write each idea down before you change something: what you think, the smallest test, what you expect, what happened, and
# what you changed for it. `call_ids` are the ids that `run` prints; a test without a call names the cell or section in
# `cell_ids`. Say a reason for every line of the prompt that you change.

# %% id="log" audition={"kind": "artefact", "name": "log", "part": 2}
HYPOTHESES = [
    # One for each idea; "cell_ids" instead of "call_ids" where no call was made.
    # {"hypothesis": "", "test": "", "prediction": "", "result": "",
    #  "change": "", "call_ids": []},
]
### BEGIN SOLUTION
HYPOTHESES.append({"hypothesis": "one", "test": "two", "prediction": "three", "result": "four", "change": "five"})
### END SOLUTION

# %% id="scratch" audition={"kind": "given", "part": 2, "open": true}
answer = run(prompt, outputs[1]["question"])

# %% [markdown] id="fixed-head" audition={"kind": "given", "part": 2}
# ### The change
#
# Change as little as will do. A *marked cell* is read on its own: put everything it needs inside it. The prompt has to
# contain `{context}` and `{question}`. If you want another function that builds the context, define it here too, with the
# name and the arguments it has; otherwise the one in use stays in use.

# %% id="fixed-prompt" audition={"kind": "artefact", "name": "fixed_prompt", "part": 2}
from pathlib import Path

FIXED_PROMPT = Path("data/prompt.txt").read_text(encoding="utf-8")
### BEGIN SOLUTION
FIXED_PROMPT = FIXED_PROMPT.replace("Use the first section that matches the question.\n", "")
### END SOLUTION

# %% [markdown] id="why" audition={"kind": "text", "part": 2}
# *Write here: why it made things up, cause by cause, and anything your code does not say: about 40 words.*

# %% [markdown] id="open" audition={"kind": "text", "part": 2}
# *Write here: what is still open, and what you would test next: about 40 words.*

# %% [markdown] id="check-head" audition={"kind": "given", "part": 2}
# `check()` has the notebook saved and says whether your marked cells can be read; it never says whether they are good.

# %% id="check" audition={"kind": "check", "part": 2}
check()

# %% [markdown] id="submit-head" audition={"kind": "given", "part": 2}
# `submit()` has the notebook saved, then hands it in. You can submit again; if you change
# something after it, the last save counts at the end.

# %% id="submit" audition={"kind": "given", "part": 2}
submit()
