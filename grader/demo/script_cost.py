"""What the demo's candidate does in exercise 3: guesses, meters, corrects the guess, tries plans.

Runs in T; handed to the player as values. Meter and trials are the exercise's own. The candidate
first takes the mean of twenty mails, then counts all of them; one plan loses too much and is given
up; a cheaper allowed pair is never tried.
"""

from __future__ import annotations

from grader.demo.making import Step, own, run, sitting, write

SLUG = "cost-estimate"

_LOOK = """counts = [count_tokens(mail["subject"] + mail["body"]) for mail in mails]
print("first twenty:", sum(counts[:20]) / 20)
for name in ("s1_cause.txt", "s2_priority.txt", "s3_template.txt"):
    print(name, count_tokens(read_text(name)))
print(read_text("pipeline.yaml"))"""

_PLAN = """%%plan
Tokens of the three prompts, of the mails and of the answers, times 50,000, times the price.
The prompts are long and always the same, so caching should help. Guess: 900 USD a day.
Answers I have to measure, they cost five times as much as what goes in."""

_METER = """for mail in (2, 40, 77, 101, 150, 188):
    for stage in ("S1", "S2", "S3"):
        print(stage, mail, tools.meter(stage, mail))
budget()"""

_WHOLE = """import statistics

print("all:", statistics.mean(counts), "median", statistics.median(counts), "longest", max(counts))
longest = sorted(range(200), key=counts.__getitem__)[-5:]
for n in longest:
    print(mails[n]["mail_id"], counts[n], mails[n]["body"][:60].replace("\\n", " "))"""

_IDEA = 'tail = hypothesis("A few very long mails decide the mean: the first twenty are too few.")'
_HELD = 'hypothesis(tail.text, "supported", id=tail.id)'


def _estimate(mail: int, month: str, low: float, high: float, saving: float) -> str:
    return f"""MAIL_TOKENS = {mail}
STATIC = {{"S1": 796, "S2": 614, "S3": 3464}}
OUT = {{"S1": 233, "S2": 60, "S3": 435}}  # means of six metered mails, a try
CALLS = {{"S1": 1.03, "S2": 1.01, "S3": 1.06}}
tokens_in = 50_000 * sum(CALLS[s] * (STATIC[s] + MAIL_TOKENS) for s in STATIC)
tokens_out = 50_000 * sum(CALLS[s] * OUT[s] for s in STATIC)
usd = (tokens_in * 4 + tokens_out * 20) / 1e6
ESTIMATE = {{
    "daily_usd": usd, "daily_range": (usd * {low}, usd * {high}), "monthly_usd": usd * {month},
    "tokens_in_per_day": tokens_in, "tokens_out_per_day": tokens_out,
    "drivers": ["S3.static", "S1.email", "S3.out"], "saving_claimed": {saving},
    "assumptions": ["one day is like the 200 mails", "repeats send the whole call again"],
}}"""


_SMALL = '{"models": {"S1": {"atlas-mini": 1.0}, "S2": {"atlas-mini": 1.0}}}'
_CACHED = '{"cache": True, "template_top_k": 16}'

_TEXTS = {
    "drivers": "My guess was 900. The median mail has under 100 tokens and the mean over 1,000: "
    "long threads and pasted logs. The range rests on that tail alone, not on growth.",
    "plan-why": "- Cache: a third or so, no loss; falls with the hit rate, watch the bill.\n"
    "- Sixteen templates: some more; the search can miss the right one. Check on 300 labelled "
    "mails. Mini for causes and priorities lost too much in the trial.",
}


def steps() -> list[Step]:
    """Return the steps, in order."""
    work = [
        run("meter"),
        *own("demo-ask", 'ask("Is it 50,000 on weekends too?")', "meter"),
        *own("demo-wait", 'ask("How fast do the answers have to be there?")', "demo-ask"),
        *own("demo-meter", _METER, "demo-wait"),
        *write("estimate", _estimate(640, "30", 0.8, 1.2, 0.5)),
        *own("demo-idea", _IDEA, "demo-meter"),
        *own("demo-whole", _WHOLE, "demo-idea"),
        *own("demo-held", _HELD, "demo-whole"),
        *write("changes", f"PLAN = {_SMALL}"),
        *own("demo-try-1", f"tools.try_plan({_SMALL}, 40)", "try"),
        *write("changes", f"PLAN = {_CACHED}"),
        *own("demo-try-2", f"tools.try_plan({_CACHED}, 40)", "demo-try-1"),
        *write("estimate", _estimate(1201, "(22 + 8 * 0.32)", 0.85, 1.25, 0.5)),
        run("try"),
    ]
    opening = [run("parameters"), run("load"), *own("demo-look", _LOOK, "load")]
    return sitting(opening, _PLAN, work, _TEXTS)
