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
# **On record:** the cells you run with output and errors, saves, model calls with answers and cost, questions, hypotheses,
# checks. **Never:** keystrokes, typing speed, camera, screen, other windows. At least two people read it, each alone; they
# know you by a number only, and no software decides about you.

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
# what which error costs, the cases, sample size and uncertainty, and the decision. Code and text count alike.
#
# **The consumer.** The model returns JSON such as `{"label": "bug"}`. The consumer reads strict JSON, ignores case and
# spaces in the label, and knows `bug`, `feature`, `question` and `unsure` (a person looks). Anything else is lost.

# %% id="tools" audition={"kind": "given", "part": 2}
from harness.kernel import ask, budget, check, hypothesis, llm, submit

# The messages of the export that are not in English, for translate() below.
ENGLISH = {
    'E008': 'Where can we change our billing address?',
    'E010': 'Thanks to Ines for her help yesterday, it was perfect.',
    'E012': 'How do I invite a colleague as a second administrator?',
    'E019': 'Would it be possible to add a view by week to the delivery schedule?',
    'E021': 'The undo button works only once.',
    'E022': 'How do I change the language of the app to Spanish for my team?',
    'E026': "Where do I set the reminder? And besides, yesterday's one now comes again every ten minutes.",
    'E027': 'Allergen matrix: after saving, celery is listed for every dish, even for coffee.',
    'E035': 'Is it meant to be that deleted items are back after a restart?',
    'E042': 'The app closes by itself when I open the stock of the cold room. Android 13.',
    'E045': 'I hereby give notice in due time. No more advertising please.',
    'E064': 'I miss a way to add a photo to a complaint about a delivery.',
    'E074': 'When I book a delivery the quantity always jumps back to 1, whatever I type.',
    'E078': 'Hello, how do we connect our till to Pantrel?',
    'E091': 'Where do I find old orders from last year?',
    'E098': 'It is unbelievable that a recipe STILL cannot be duplicated. I have been asking for a year!',
    'E102': 'Hello, how many users does the Team plan include and what does one more cost? Regards, Iratxe, Bar Goiko',
    'E105': (
        'Good day, can the invoice for April be made out to the new company? Yours sincerely, Małgorzata '
        'Bielik, office of the patisserie Pod Lipą'
    ),
    'E107': 'Can I date a stock count back to the end of the month?',
    'E109': 'it would be so good if the app got a dark mode, my eyes burn on the night shift',
    'E120': 'It would be great to be able to note the waste by voice while I clean the cold room.',
    'E121': 'The order total comes out blank if there are more than twenty lines.',
    'E124': 'Prices on the order form are net, on the invoice gross. Is that on purpose?',
    'E126': 'I study marketing and look for an internship of two months. To whom can I send my CV?',
    'E129': "Since yesterday's update the labels do not print, the printer works with other programs.",
    'E130': 'Can a standing order skip public holidays? 🎄',
    'E131': 'Where does one change the cut-off time of a supplier?',
    'E135': 'When I open the report in Excel the Turkish letters look broken, do I have to set something?',
    'E139': (
        'Good day, I write for the whole kitchen, as the boss is on holiday and we do not want to disturb '
        'her. We run a milk bar by the station, serve about three hundred dinners a day, and since last '
        'autumn we order everything through your app. Until now we had no trouble at all; even Krysia, who is'
        ' seventy and does not like phones, has learnt to scan deliveries. On Thursday a new girl came and we'
        ' made her an account, Friday was a holiday, on Monday we placed the order for vegetables and fruit '
        'as usual. This morning the driver brought only half and showed us his printout. We looked on our '
        'side: in the app the order is complete, but in the mail to the wholesaler all items with Polish '
        'letters in their name are missing. Carrots and potatoes are there, yellow peppers, plums and '
        'aubergines are not.'
    ),
    'E145': "Better than my grandmother's notebook, and that is saying a lot. Congratulations!",
    'E147': 'Will our data be deleted when the trial ends?',
    'E148': (
        'One joint order for all three branches at once would be great, flour and sugar above all we always '
        'order alike.'
    ),
    'E150': "Can the stock of the storeroom be seen from the waiter's phone?",
    'E154': 'Please delete my account with all data, we have shut down',
    'E155': 'Who sees the purchase prices, only me or the whole kitchen?',
    'E156': (
        'Hello to the whole team, forgive me for writing at some length, I am not very good with these '
        'machines and prefer to explain things in order. The two of us keep a pancake house by a canal, open '
        "from April to October, and for the rest of the year we close and look after my parents' walnut "
        'trees. Your app was recommended by the neighbour who sells ice cream, and for three weeks we have '
        'noted the flour, the butter, the cider and all that goes through the cellar in it. My husband uses '
        'it on his phone, I rather on the old computer at the counter, and we find our way very well, thank '
        'you. Only, autumn will soon be here and I would like to get organised. When we close in October, '
        'what has to be done so that the automatic orders stop until spring without our lists being lost?'
    ),
    'E158': 'In Recipe costing, does the cost include the waste or is it added apart?',
    'E159': 'What does the Pro plan cost for five houses? And a discount field per supplier would help us a lot.',
    'E166': (
        'How do I change the default unit to a box? By the way: since this morning all quantities in '
        'deliveries show with a minus.'
    ),
    'E168': 'I would like notifications to come only once, since yesterday the same alert comes again every hour.',
    'E170': (
        'Hello everybody, thank you first of all for the quick help on the phone yesterday, your colleague '
        'had the patience of an angel with me and my son-in-law. We run a motorway restaurant with a '
        "butcher's shop, which means that two stocks run side by side here: one turns over quickly, the other"
        ' hangs in the ageing room for three weeks. Since we split that into two sites, as you advised, the '
        'figures are right at last, and my husband looks at the monthly report of his own accord for the '
        'first time. Two points are still open. Our drivers are not the youngest any more and hold the '
        "delivery note at arm's length: can the type be made larger somewhere? And the receipt printer at the"
        ' ramp has printed each page twice since the change, from the tablet and from the computer alike, the'
        ' paper now just about lasts till noon. Otherwise we are very content and send greetings from the '
        'Rhön.'
    ),
    'E171': (
        'I cannot hear "it is on the list" any more! Butchers sell half animals, your app knows no such '
        'thing, and I am asking for the fourth time now!'
    ),
    'E174': 'When I tap the save button on the delivery screen the app closes, I have tried three times.',
    'E176': 'How do I delete a product that we do not buy any more',
    'E177': 'We are very pleased, all the best to your team.',
    'E178': 'Sorry for the trouble, could it be that the waste report counts the bread twice? Thanks in advance.',
    'E179': (
        'Recipe costing has not opened since 5.0, there is only an error message: RangeError: Maximum call '
        'stack size exceeded at costOf (recipe.js:88:12)'
    ),
}


def translate(msg_id):
    """Give back a message of the export in English; free."""
    return ENGLISH.get(msg_id, "This message is in English already.")

# %% [markdown] id="ask-head" audition={"kind": "given", "part": 2}
# ### Ask Ines
#
# `ask("...")` as often as you like, free. A question you do not ask is not held against you if you write down what you
# assumed. `llm("...", model="sim-medium")` asks any model anything; `hypothesis("...")` notes an idea.

# %% id="ask" audition={"kind": "given", "part": 2, "open": true}
ask("What happens with a message after it was sorted?")

# %% [markdown] id="questions" audition={"kind": "text", "part": 2}
# *Write here: questions, answers, and the assumptions you keep: a few bullets.*

# %% [markdown] id="success" audition={"kind": "text", "part": 2}
# *Write here: what "accurate" means here, and anything your code does not say: about 40 words.*

# %% [markdown] id="suite-head" audition={"kind": "given", "part": 2}
# ### The suite
#
# A *marked cell* is read on its own, from the exercise's folder: put everything it needs inside it. Files below `data/` can
# be read. `model(text)` gives back the raw answer as a string; call it as often as you like, here out of your purse. Your
# suite will meet other models than `triage-v1`, and other cases than all of yours: it takes `cases` and judges those.

# %% id="suite" audition={"kind": "artefact", "name": "suite", "part": 2}
# Each case is a dict: "text"; "expected", a label or a list of all acceptable ones;
# "tags", a list; and "group" if you like.
CASES = []


def eval_suite(model, cases=None):
    """Judge a model by cases, all of yours or those that are handed in.

    Give back a dict: "verdict", which is "ship" or "no_ship"; "headline", a number,
    higher is better; "reasons", a list of words; "metrics", a dict of numbers.
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
# Run it here, and look at what comes out. Add cells as you like.

# %% id="scratch" audition={"kind": "given", "part": 2, "open": true}
eval_suite(triage)

# %% [markdown] id="decision-head" audition={"kind": "given", "part": 2}
# ### The decision
#
# `COSTS` is what a mistake costs, in EUR a message: the key is what the message is, then what the model said, so
# `("bug", "feature")` is a bug taken for a feature. What is right costs 0 and can be left out. `SAMPLE_PLAN` is one claim that
# you would want to make, the metric it rests on, how many messages (`n`) it takes to know that metric to plus or minus
# `half_width`, and how they are drawn. `VERDICT` is yours.

# %% id="decision" audition={"kind": "artefact", "name": "decision", "part": 2}
COSTS = {}
SAMPLE_PLAN = {
    "claim": "", "metric": "", "n": 0, "half_width": 0.0, "confidence": 0.95, "sampling": "",
}
# "decision" is "ship" or "no_ship"; "p_wrong", from 0 to 1, is how likely your decision is to be wrong.
VERDICT = {
    "model": "triage-v1", "decision": "", "p_wrong": 0.5, "would_change_my_mind": "",
}
### BEGIN SOLUTION
COSTS = {("bug", "feature"): 60, ("bug", "question"): 60, ("feature", "bug"): 18, ("question", "bug"): 18}
SAMPLE_PLAN["n"] = 138
VERDICT["decision"] = "no_ship"
### END SOLUTION

# %% [markdown] id="sample" audition={"kind": "text", "part": 2}
# *Write here: how many, drawn how, and what your numbers cannot show: about 40 words.*

# %% [markdown] id="verdict" audition={"kind": "text", "part": 2}
# *Write here: ship or not, why, what you could not test, what surprised you: about 40 words.*

# %% [markdown] id="check-head" audition={"kind": "given", "part": 2}
# `check()` has the notebook saved and says whether your marked cells can be read; it never says whether they are good.

# %% id="check" audition={"kind": "check", "part": 2}
check()

# %% [markdown] id="submit-head" audition={"kind": "given", "part": 2}
# `submit()` has the notebook saved, then hands it in. You can submit again until the end; the newest one stands.

# %% id="submit" audition={"kind": "given", "part": 2}
submit()
