"""Print docs/mutants.md: every mutant and equivalent, from the code; a test compares them."""

from __future__ import annotations

from harness.models.mutants.registry import FAMILIES, mutants

HEAD = """\
# Mutants: models with one planted fault

Made by `python -m scripts.mutants_table > docs/mutants.md`; a test compares the two.

A mutant is a wrapper over any chat callable `(messages, **params) -> str`: the embedded model, a
model behind an OpenAI address, a function of your own. An *equivalent* changes bytes and nothing
that matters: a sound eval must not refuse it.

    from harness.models.mutants.chat import engine_chat, http_chat
    from harness.models.mutants.registry import mutant_named, mutated
    from harness.models.mutants.scene import Scene, tagged

    scene = Scene(tagged("message"), labels=("fault", "wish", "person"), abstain="person")
    rare = mutant_named("classify-rare-harm-lost")
    spoilt = mutated(engine_chat(engine), rare, scene, seed=7)

What a wrapper has to know of the task stands in the `Scene`: where the text is, the labels, what
the contract leaves open. Luck is by hash of fault, seed and item: the same seed gives the same
bytes, two prompts on one item share their luck, and what goes wrong at 5% goes wrong at 20% as
well. Wrappers may be put around one another.

    audition model mutants [--family classify] [--json]
    audition model mutate classify-chatty-15 --seed 3 < prompt.txt

The second prints the mutant's answer beside that of the model as it is.

Each mutant has three items or more in `tests/models/data/witnesses` on which a right model is
right and the mutant wrong; no equivalent is wrong on any. `audition bench model` counts this family
by family and names what falls short, `tests/models/mutants` holds it; where each trigger has to
fire stands in `expected.toml` beside the items. Exercise 1's own planted models are not these: they
stand on curated answers (`grader/scoring/faults.py`), since no model is right on every text that a
candidate may write.
"""
_WORDS = {
    "classify": "Classification",
    "answer": "Answering from a document",
    "extract": "Extraction",
    "summarise": "Summaries",
}


def mutants_table() -> str:
    """Return the page."""
    return HEAD + "".join(_family(one) for one in FAMILIES)


def _family(family: str) -> str:
    rows = [one for one in mutants().values() if one.family == family]
    faults = [one for one in rows if not one.is_equivalent]
    lines = [
        f"| `{one.name}` | {'equivalent' if one.is_equivalent else 'mutant'} | {one.changes} "
        f"| {one.fires} | {one.noticed_by} |\n"
        for one in rows
    ]
    return (
        f"\n## {_WORDS[family]}: {len(faults)} mutants, {len(rows) - len(faults)} equivalents\n\n"
        "| name | kind | what it changes | when it fires | what a good eval would notice |\n"
        "|---|---|---|---|---|\n" + "".join(lines)
    )


if __name__ == "__main__":
    print(mutants_table(), end="")
