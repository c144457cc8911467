# %% [markdown] id="head"
# # Write an exercise
#
# From nothing to a released exercise, in about half an hour. Each step is one cell: **Shift Enter** runs it and shows what
# came of it. Every command here can be typed on a terminal as well, in the checkout, once its `audition.toml` holds the
# line that the first cell prints.
#
# The worked example: *"The model should summarise support tickets accurately."* That sentence sounds like a task and is none
# yet. A candidate who takes it at its word asks nothing, and measures one number. Below it becomes an exercise that tells
# such work from better work.

# %% id="parameters" tags=["parameters"]
# Where your private exercises lie, outside any public repository.
ROOT = "~/audition-exercises"
# What this one is called.
NAME = "ticket-summaries"
# Where the release goes. Empty is a folder "released" beside the exercises.
OUT = ""

# %% id="begin"
from grader.authoring.walk import begin

exercise = begin(ROOT, NAME)

# %% [markdown] id="failures-head"
# ## 1. Ask how it fails
#
# Before any data: what would a summary look like that somebody acts on and regrets?
#
# | how it fails | what it looks like | who pays |
# |---|---|---|
# | a resolution that never was | the desk promised a refund, the summary says *refunded* | the customer waits for money that nobody sends |
# | the wrong category | a late parcel and a broken glass, filed under delivery | the wrong desk, a day later |
# | left out | the order number is in the last line, and not in the summary | whoever has to read it all again |
#
# Three sentences of this sort are worth more than three hundred rows. Each becomes a *planted fault*: a model that fails in
# this way and in no other. A candidate's eval is good if it refuses those models, and lets through the ones that a sensible
# team would ship.

# %% [markdown] id="new-head"
# ## 2. Begin with something whole
#
# `new` copies a small exercise that works: 12 given tickets, 40 public ones, 40 that nobody is given, planted faults, a
# stakeholder, a rubric, and probes, which are answers of your own. You change it until it is yours. Run twice, it refuses:
# nothing is ever written over.

# %% id="new"
exercise.audition(
    f"exercise new {NAME} --kind extract --root '{exercise.root}' "
    "--title 'Summarise support tickets accurately'"
)

# %% id="files"
exercise.files()

# %% [markdown] id="messages-head"
# ## 3. Read the tickets
#
# Leaf through them as a candidate would, with what is right for each below. A ticket belongs here if you can say why it is
# hard, and for whom. The files call a ticket a message.

# %% id="messages"
exercise.messages()

# %% id="strata"
exercise.strata()

# %% [markdown] id="add-head"
# ## 4. Write one of your own
#
# Write tickets one by one, each for a reason, in a voice. Never fill slots: whoever sees the pattern has seen them all.
# `right` holds a value for each field, `null` for one that stays empty, and two lines of one field if both are acceptable.
# What each field may say is in the table. A slip is put right by running the cell again with other values: the ticket is
# known by its text. They lie in `hidden/holdout.jsonl` and `hidden/export_gold.jsonl`.

# %% id="fields"
exercise.fields()

# %% id="add"
exercise.add_message(
    "holdout",
    "Customer: The dimmer of H-4043 is stuck on bright, I sleep with a hat on.\n"
    "Desk: Oh no. We have put a new dimmer on the list for Thursday's post.",
    kind="promised",
    right=["category=defect", "order=H-4043", "resolution=null", "next=desk"],
)

# %% [markdown] id="faults-head"
# ## 5. Plant the faults
#
# The table shows each model, how many of the hidden tickets it spoils, and what that costs by the stakeholder's prices. A
# fault that spoils nothing cannot be found. A harmless model that costs much is not harmless.

# %% id="faults"
exercise.faults()

# %% [markdown] id="add-fault-head"
# One more way to fail: a customer *asks* for money, and the summary says that it was paid. Run again with something else,
# the cell changes the fault of that id. Below it stands what the faulty models make of one ticket: those whose fault it
# does not set off answer like the sound one, and are left out.

# %% id="add-fault"
exercise.add_fault("""
[[models]]
id = "M09"
about = "a wish taken for the deed"
group = "mutant"
weight = 3
fault = "invent"
field = "resolution"
to = ["refunded"]
when = { empty = "resolution", tags = ["wish"], cues = ["my money", "refund", "give me back"] }
""")

# %% id="say"
exercise.say("Customer: I would rather have my money than H-4026 by now.")

# %% [markdown] id="facts-head"
# ## 6. Give somebody the answers
#
# The wish is vague on purpose. What it leaves out is known to the stakeholder, who tells what she is asked. Edit
# `proctor/facts.toml` in the exercise's folder with an editor of your own (the file browser here does not reach it): what
# decides the work gets a 3, and each fact fifteen ways to ask for it, in different voices.

# %% id="facts"
exercise.facts()

# %% [markdown] id="probes-head"
# ## 7. Prove that it tells work apart
#
# The probes are answers you write yourself: a sound one, an average one, an empty one. Write down first where each should
# fall (`hidden/probes.toml`), then run them. If the average one comes near the sound one, the exercise measures something
# else than you think. This takes a minute; the code runs in the sandbox.

# %% id="probes"
exercise.probes()

# %% [markdown] id="check-head"
# ## 8. Check
#
# Some fifty rules: nothing leaks, the box holds reading and typing, every fact can be asked for, every fault shows and
# costs something. `--fast` leaves out what runs code, and says so. A release refuses what `--fast` calls an error; run the
# check once without it before you release, since the probes alone tell whether the exercise measures anything.

# %% id="check"
exercise.audition(f"exercise check {NAME} --fast")

# %% [markdown] id="preview-head"
# ## 9. Sit it yourself
#
# The button starts the exercise as a candidate sees it, clock and all; a link appears below it. The record says that it is a
# staff run, and nothing of it is counted. Do
# sit it: what annoys you in ten minutes will cost somebody an offer.

# %% id="preview"
exercise.preview()

# %% [markdown] id="release-head"
# ## 10. Release
#
# A release copies from the folder what candidates get, and what the proctor needs, each into a place of its own. Everything
# else, `hidden/` above all, stays where it is.

# %% id="release"
from pathlib import Path

out = Path(OUT).expanduser() if OUT else exercise.root / "released"
exercise.audition(f"exercise release {NAME} --out '{out}'")

# %% id="released"
exercise.released(out)

# %% [markdown] id="onward-head"
# ## 11. From the lab to the report
#
# Now the whole way once, as a candidate's work will go it. The cell prints what goes into `audition.toml` and what to type
# on a terminal. Hand in something average: the report has to say which of your faults it missed. `one.zip` holds the key
# that opens the record: keep it as you would keep an application.

# %% id="onward"
exercise.onward(out)

# %% [markdown] id="next"
# ## What is left to you
#
# Make the company, the people and the tickets your own: this form is public, and a real one is not. Then let six colleagues
# sit it before any candidate does, two of each level, and drop what nobody or everybody gets. `docs/authoring.md` has every file and field.
