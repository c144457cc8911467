"""Work that the form of a prompt settles before its words do: a record, a verdict, a summary.

Runs in the model worker; the text is hostile and only read. Each looks for its form with a cheap
test first and is silent where the form leaves the task open.
"""

from __future__ import annotations

from dataclasses import replace

from harness.models.faults import Luck, Pressure
from harness.models.features import Bank
from harness.models.reading import Reading
from harness.models.skills import (
    digest,
    digest_parts,
    finding_meanings,
    judge_agree,
    judge_rules,
    judge_same,
    judge_verdict,
    labelling_ranked,
    making_replies,
    making_variants,
    naming_language,
    record_logs,
    record_one,
    records,
    rewriting_box,
)
from harness.models.skills.outcome import Outcome


def by_form(bank: Bank, reading: Reading, pressure: Pressure, luck: Luck) -> Outcome | None:
    """What a prompt's form settles; None where it settles nothing."""
    if reading.said or reading.again is not None or reading.talk or reading.bound:
        return None
    if done := rewriting_box.rewritten(reading):
        return done
    if done := digest_parts.in_parts(bank, reading, pressure, luck):
        return done
    reply = making_replies.replied(reading) if reading.task != "classify" else None
    if reply is not None:
        return Outcome(reply, reply, task="chat")
    if done := naming_language.coded(reading) or finding_meanings.meaning(reading):
        return done
    if done := labelling_ranked.ranked(bank, reading) or record_logs.logged(reading):
        return done
    if done := records.record(bank, reading, pressure, luck):
        return done
    if done := record_one.one_value(reading):
        return done
    if done := judge_agree.agree(bank, reading, pressure, luck):
        return done
    if done := judge_same.same(bank, reading, pressure, luck):
        return done
    if done := judge_rules.ruled(reading, pressure, luck):
        return done
    judged = judge_verdict.verdict(bank, reading, pressure, luck)
    if judged is not None:
        return replace(judged, task="judge")
    if reading.task in ("rewrite", "summarise", "chat") and (
        done := making_variants.varied(bank, reading)
    ):
        return done
    return digest.digest(bank, reading, pressure, luck)
