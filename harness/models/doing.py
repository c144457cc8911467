"""The work on a prompt that was read: what its words settle, else what its task asks for.

Runs in the model worker; the text is hostile. Calls by a tier's own name come to all of it; an
alias of an exercise comes to its task alone, as it was measured.
"""

from __future__ import annotations

from harness.models import answer_form, finished, grounded, turns_reply
from harness.models.faults import Luck, Pressure
from harness.models.features import Bank
from harness.models.job import Job
from harness.models.plain_form import settled_task
from harness.models.reading import Reading
from harness.models.request import Options
from harness.models.skills import (
    classify,
    document,
    extract,
    finding,
    finding_tongues,
    judge,
    judging_texts,
    making,
    naming_language,
    offhand,
    records,
    rewrite,
    shaped,
    smalltalk,
    summarise,
    worked,
)
from harness.models.skills.by_form import by_form
from harness.models.skills.labelling import give_label
from harness.models.skills.outcome import Outcome
from harness.models.told_absence import as_null


def do(
    bank: Bank, job: Job, pressure: Pressure, luck: Luck, fill: float, options: Options
) -> Outcome:
    """The work, and the answer without words beside it where the order names what to say."""
    outcome = _done(bank, job, pressure, luck, fill, options)
    if job.is_free and job.reading.task == "qa":
        outcome = as_null(outcome, job.reading)
    is_verdict = job.is_free and job.reading.task in ("classify", "judge")
    return answer_form.bared(outcome, job.reading) if is_verdict else outcome


def _done(
    bank: Bank, job: Job, pressure: Pressure, luck: Luck, fill: float, options: Options
) -> Outcome:
    """What the words settle for a call by a tier's own name, else the work of the task."""
    reading = job.reading
    if job.is_free and (done := by_form(bank, reading, pressure, luck)):
        return done
    is_open = (
        job.is_free and not reading.bound and not settled_task(reading)
    )  # what its form says goes first
    if is_open and (done := _as_worded(bank, job, pressure, luck, fill)):
        return done
    if reading.said:
        return Outcome(reading.said, reading.said)
    if reading.is_sorting:
        return turns_reply.called(give_label(bank, reading, pressure, luck), reading)
    if job.grounded is not None and grounded.answers_from_text(reading):
        return grounded.answer(bank, job.grounded, reading).outcome
    if job.is_free:
        if reading.task == "judge" and judging_texts.is_asked(reading, is_open=False):
            return judge.judge(bank, reading, pressure, luck)
        if is_open and (done := worked.work(reading, pressure, luck)):
            return done
        if reading.task != "extract" and extract.wants_record(reading):
            return extract.extract(bank, reading, pressure, luck)
    return _task(bank, job, pressure, luck, fill, options)


def _as_worded(bank: Bank, job: Job, pressure: Pressure, luck: Luck, fill: float) -> Outcome | None:
    """What the wording of a prompt settles, whatever task it was read as; None if nothing."""
    reading = job.reading
    if settled := shaped.by_wording(reading):
        return settled
    if reading.said:
        return None
    if reading.again is None and judging_texts.is_rubric(reading):
        return judge.judge(bank, reading, pressure, luck)
    if done := offhand.work(reading, pressure, luck):
        return done
    if language := naming_language.named(reading):
        return language
    if smalltalk.is_addressed(reading):
        return smalltalk.chat(reading, job.tier)
    found = finding.find(bank, reading, pressure, luck, fill=fill)
    is_silent = found is not None and (
        document.is_absence(found.text) or finding_tongues.is_silent(found.text)
    )
    if found and not is_silent:
        return found
    made = making.make(reading, pressure, luck)
    if made and reading.task == "extract" and made.text.strip() == "\n".join(reading.data).strip():
        made = None  # the text again, whole, is nothing taken out of it
    if made and not finished.is_echo(made.text, _last(reading), reading):
        return made
    is_talk = reading.task == "chat" and not reading.data
    return None if is_talk or reading.task == "rewrite" else found


def _task(
    bank: Bank, job: Job, pressure: Pressure, luck: Luck, fill: float, options: Options
) -> Outcome:
    """The work of the task that the prompt was read as."""
    reading = job.reading
    if reading.task == "classify" and not job.is_free:
        return classify.classify(bank, reading, pressure, luck)
    if reading.task == "classify":
        return turns_reply.called(give_label(bank, reading, pressure, luck), reading)
    if reading.task == "qa":
        return document.answer(bank, reading, pressure, luck, fill=fill)
    if reading.task == "summarise":
        return summarise.summarise(bank, reading, pressure, luck)
    if reading.task == "extract":
        listed = records.listed(bank, reading, pressure, luck) if job.is_free else None
        if listed and records.is_full(listed):
            return listed
        done = extract.extract(bank, reading, pressure, luck, schema=options.json_schema)
        return listed if listed and records.is_better(listed, done) else done
    if reading.task == "judge":
        return judge.judge(bank, reading, pressure, luck)
    if reading.task == "rewrite":
        return rewrite.rewrite(reading)
    return smalltalk.chat(reading, job.tier)


def _last(reading: Reading) -> str:
    """What was said last, by whoever it was."""
    messages = reading.prompt.messages
    return messages[-1][1].strip() if messages else ""
