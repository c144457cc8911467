"""Judge whether a statement is backed by a source, or which of two is backed better.

Runs in the model worker; texts are hostile and only read. The statement is found (statements), cut
into claims that are held against the source (claims), and the verdict put in the prompt's words.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from harness.models.faults import Luck, Pressure, chance
from harness.models.features import Bank
from harness.models.reading import Reading
from harness.models.skills import judging_texts
from harness.models.skills.claims import Finding, findings
from harness.models.skills.outcome import Outcome
from harness.models.skills.statements import better_of, statement_and_source
from harness.models.skills.verdicts import verdict_word

_HOLDS = 0.5
ASK = "I need two texts for that: the statement and the source to hold it against."


def judge(bank: Bank, reading: Reading, pressure: Pressure, luck: Luck) -> Outcome:
    """Whether a statement is backed by a source, part by part."""
    seen = judging_texts.judged(bank, reading, pressure, luck)
    if seen is not None:
        return seen
    options, source = better_of(reading)
    if options:
        return _compare(bank, options, source)
    statement, source = statement_and_source(reading)
    if not statement.strip() or not source.strip():
        return Outcome(ASK, ASK)
    found = findings(bank, statement, source)
    fails = [f for f in found if f.support < _HOLDS]
    is_backed = not fails
    faults: tuple[str, ...] = ()
    item = " ".join(statement.lower().split())[:300]
    if luck.draw("misjudges", item) < chance(pressure.misjudges()):
        is_backed, faults = not is_backed, ("misjudged",)
        fails = [] if is_backed else sorted(found, key=lambda f: f.support)[:1]
    share = 1 - len(fails) / max(1, len(found))
    denied = any(f.is_denied for f in fails)
    word = verdict_word(reading, is_backed=is_backed, share=share, is_denied=denied)
    reason = _reason(found, fails)
    quote = (fails or found)[0].quote if found else ""
    fields: dict[str, object] = {
        "confidence": round(0.5 + 0.45 * min(1.0, abs(min(f.support for f in found) - 0.5)), 2),
        "quote": quote,
    }
    return Outcome(f"{word}. {reason}", word, fields, faults, reason)


def _reason(found: Sequence[Finding], fails: Sequence[Finding]) -> str:
    if not fails:
        quote = found[0].quote if found else ""
        return f"The source says: “{quote}”" if quote else "Every part is backed."
    first = fails[0]
    claim = first.claim.strip().rstrip(".").strip("\"“”'").rstrip(".")
    if first.is_denied and first.quote:
        return f"Not backed: “{claim}”. The source says: “{first.quote}”"
    return f"Not backed: “{claim}”. The source does not say this."


def _compare(bank: Bank, options: Sequence[tuple[str, str]], source: str) -> Outcome:
    scored = [
        (float(np.mean([f.support for f in findings(bank, text, source)])), name)
        for name, text in options
    ]
    best = max(scored)[1]
    worst = min(findings(bank, dict(options)[min(scored)[1]], source), key=lambda f: f.support)
    reason = f"The other says “{worst.claim.rstrip('.')}”, which the source backs less."
    return Outcome(f"{best} is better supported. {reason}", best, {}, (), reason)
