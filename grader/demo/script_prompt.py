"""What the demo's candidate does in exercise 2: reads, finds three causes of five, mends a part.

Runs in T; handed to the player as values. Every answer comes from the live model. The candidate
is a sound one for the middle level: finds the gap line, the old example and the lost sections,
leaves the line on the first match, and so some exceptions stay wrong.
"""

from __future__ import annotations

from grader.demo.making import Step, own, run, sitting, write

SLUG = "hallucination-debug"

_PLAN = """%%plan
1. Read the handbook before I judge anything, the late sections too: what reaches the prompt?
2. Judge the five against it, word by word.
3. One idea, one test, one change. Each question three times: an answer may differ from
   call to call.
4. Keep some questions that are right today, so that I see what a change breaks.
5. Ask something that the handbook does not say: it should say so and not sound sure."""

_READ = """tools.show_handbook()
print(build_context(doc, "")[-300:])"""

_PROBE = """run(prompt, "Is parking at the shop free?", n=3)
run(prompt, "May a dog go into a canoe?", n=3)
run(prompt, "How much is the deposit for a tent?")
run(prompt, "What does a torn flysheet cost?")"""

_IDEA = 'gap = hypothesis("The line about filling gaps asks for inventions.")'

_TRY_GAP = """GAP = ("If the handbook extract is short on detail, fill in the gaps from your "
       "general knowledge of the hire trade.\\n")
OUT = 'If the handbook extract does not say it, reply: "The handbook does not say."\\n'
no_gap = prompt.replace(GAP, OUT)
run(no_gap, "Is parking at the shop free?", n=3)
run(no_gap, "How much is the deposit for a tent?")
run(no_gap, "What does a torn flysheet cost?")
run(no_gap, outputs[1]["question"])"""

_HELD = """hypothesis(gap.text, "supported", id=gap.id)
example = hypothesis("The worked example leaks its 48 hours into answers on cancelling.")"""

_TRY_EXAMPLE = """head, _, rest = no_gap.partition("Example\\n")
no_example = head + rest.partition("\\n\\n")[2]
run(no_example, outputs[1]["question"], n=3)
run(no_example, "A customer cancels 30 hours before, what is refunded?")
run(no_example, "What does a torn flysheet cost?")"""

_HELD_TOO = """hypothesis(example.text, "supported", id=example.id)
lost = hypothesis("Weather, dogs and accessories never reach the model: it sees nine sections.")"""

_TRY_CONTEXT = """def whole(doc, question):
    return doc


run(no_example, "May a dog go into a canoe?", n=2, context=whole)
run(no_example, outputs[4]["question"], context=whole)
run(no_example, "How much is the deposit for a tent?", context=whole)"""

_NUMBER = 'number = hypothesis("The compulsory section number alone makes it invent.")'
_TRY_NUMBER = """NUMBER = "Always end with the section number in brackets, like [4].\\n"
run(prompt.replace(NUMBER, ""), "Is parking at the shop free?", n=3)
hypothesis(number.text, "refuted", id=number.id)"""

_FIRST_VERDICTS = """VERDICTS = [
    {"output_id": "O1", "label": "supported", "claim": "no deposit for members",
     "evidence_quote": "asked of members of the paddle club"},
    {"output_id": "O2", "label": "unsupported", "claim": "48 hours",
     "evidence_quote": "Between 72 and 24 hours half is refunded."},
    {"output_id": "O3", "label": "supported", "claim": "repair up to the deposit",
     "evidence_quote": "pays the repair up to the deposit and no more"},
    {"output_id": "O4", "label": "unsupported", "claim": "half a day", "evidence_quote": ""},
    {"output_id": "O5", "label": "unsupported", "claim": "a voucher", "evidence_quote": ""},
]"""
_VERDICTS = """VERDICTS = [
    {"output_id": "O1", "label": "supported", "claim": "no deposit for members",
     "evidence_quote": "asked of members of the paddle club"},
    {"output_id": "O2", "label": "unsupported", "claim": "48 hours",
     "evidence_quote": "Between 72 and 24 hours half is refunded."},
    {"output_id": "O3", "label": "partly_unsupported", "claim": "the insurer",
     "evidence_quote": "pays the repair up to the deposit and no more"},
    {"output_id": "O4", "label": "supported", "claim": "half a day",
     "evidence_quote": "Sunday counts as half a day for tents"},
    {"output_id": "O5", "label": "unsupported", "claim": "a voucher",
     "evidence_quote": "cancelled by us and refunded in full whatever the notice"},
]"""

_LOG = """HYPOTHESES = [
    {"hypothesis": "The gap line asks for inventions.",
     "test": "parking, with the line and with a way out", "prediction": "declined with a way out",
     "result": "declined three times of three",
     "change": "'fill in the gaps from your general knowledge' became 'reply: The handbook does "
               "not say'",
     "call_ids": ["@call:demo-probe:1@", "@call:demo-gap:1@"]},
    {"hypothesis": "The example's 48 hours leak.", "test": "cancelling, without the example",
     "prediction": "72 and 24 hours", "result": "half is refunded, as the handbook says",
     "change": "took out the lines Example, Question: Can a customer cancel, Answer: up to "
               "48 hours",
     "call_ids": ["@call:demo-gap:4@", "@call:demo-example:1@"]},
    {"hypothesis": "Sections with two digits are lost.", "test": "printed the end of the context",
     "prediction": "it ends with section 9", "result": "it does",
     "change": "build_context gives back the whole handbook", "cell_ids": ["demo-read"]},
]"""

_FIRST_FIX = """from pathlib import Path

FIXED_PROMPT = Path("data/prompt.txt").read_text(encoding="utf-8").replace(
    "If the handbook extract is short on detail, fill in the gaps from your general knowledge of "
    "the hire trade.\\n",
    'If the handbook extract does not say it, reply: "The handbook does not say."\\n',
)"""
_FIX = (
    _FIRST_FIX
    + """
head, _, rest = FIXED_PROMPT.partition("Example\\n")
FIXED_PROMPT = head + rest.partition("\\n\\n")[2]


def build_context(doc, question):
    return doc"""
)

_TEXTS = {
    "why": "Told to fill gaps; an example with last year's hours; sections 10 and later never "
    "reach the prompt. Without the section number it invents as well: 3 answers of 3.",
    "open": "I left 'first section that matches' and 'confident': I tried no question with an "
    "exception in a later section. Next: twenty such questions, and a longer handbook.",
}


def steps() -> list[Step]:
    """Return the steps, in order."""
    work = [
        *own("demo-read", _READ, "tools"),
        *own("demo-ask", 'ask("Is the example in the prompt still right?")', "demo-read"),
        *write("verdicts", _FIRST_VERDICTS),
        run("scratch"),
        *own("demo-probe", _PROBE, "scratch"),
        *own("demo-idea", _IDEA, "demo-probe"),
        *own("demo-gap", _TRY_GAP, "demo-idea"),
        *own("demo-held", _HELD, "demo-gap"),
        *write("fixed-prompt", _FIRST_FIX),
        *own("demo-example", _TRY_EXAMPLE, "demo-held"),
        *own("demo-held-2", _HELD_TOO, "demo-example"),
        *own("demo-context", _TRY_CONTEXT, "demo-held-2"),
        *own("demo-number", _NUMBER, "demo-context"),
        *own("demo-no-number", _TRY_NUMBER, "demo-number"),
        *write("verdicts", _VERDICTS),
        *write("log", _LOG),
        *write("fixed-prompt", _FIX),
    ]
    opening = [run(name) for name in ("parameters", "load", "outputs")]
    return sitting(opening, _PLAN, work, _TEXTS)
