"""Questions that a triage raises for the debrief. None lowers a level, none rejects."""

from __future__ import annotations

from collections.abc import Iterator

from grader.attempt import Attempt
from grader.authoring.solutions import cut
from grader.records import Flag
from grader.scoring.triage_claims import MOST_EVIDENCE
from grader.scoring.triage_measures import false_claims
from grader.scoring.triage_sheet import Triage
from grader.scoring.triage_work import Work

FIX, REPLAY = "fix", "replay"
"""What the tools are called that change the system, and that show whether it helped."""


def flags_of(attempt: Attempt, triage: Triage, found: Work) -> tuple[Flag, ...]:
    """Return the questions that a triage raises, the plainest first.

    Args:
        attempt: the submission, for when cells were run.
        triage: what is wrong with the system.
        found: what was claimed, seen and tried.
    """
    told = [
        *_of_causes(triage, found), *_of_evidence(triage, found), *_of_harm(triage, found),
        *_of_fixes(found), *_of_order(attempt, found),
    ]  # fmt: skip
    where = found.cells["causes"]
    return tuple(Flag(code=code, message=message[:600], evidence=where) for code, message in told)


def _of_causes(triage: Triage, found: Work) -> Iterator[tuple[str, str]]:
    claims = found.claims
    if not claims.causes:
        yield "no_causes", "CAUSES is empty. Help me understand what you would say is wrong."
    for one in false_claims(triage.sheet.herrings, claims):
        said = claims.said(one.id)
        assert said is not None  # it is claimed
        about = f"{said.component[:40]} is claimed with {said.p:g}"
        told = f"{about}, and the record has {', '.join(one.against[:3])} against it. Help me"
        yield "herring_claimed", f"{told} understand what it rests on."
    unmatched = [one for one in claims.causes if one.means is None]
    if unmatched:
        some = ", ".join(f"“{one.component[:30]}: {one.cause[:60]}”" for one in unmatched[:4])
        told = f"{len(unmatched)} causes could not be matched by their words: {some}. A reviewer"
        yield "causes_unmatched", f"{told} says what they are; none counts as false."
    if claims.unread:
        told = f"Not understood: {'; '.join(claims.unread)[:300]}."
        yield "claims_unread", f"{told} Help me understand what it was to say."


def _of_evidence(triage: Triage, found: Work) -> Iterator[tuple[str, str]]:
    cited = {one for claim in found.claims.causes for one in claim.ids}
    if invented := sorted(cited - triage.known):
        told = f"In the data there is no {_some(invented)}."
        yield "invented_citation", f"{told} Help me understand where it came from."
    unseen = sorted((cited & triage.known) - found.trail.seen)
    if unseen and found.has_record:
        told = f"The log never shows {_some(unseen)} to you."
        yield "unseen_citation", f"{told} Help me understand how you know of it."
    many = [str(one.number) for one in found.claims.causes if one.cites_too_many]
    if many:
        told = f"More than {MOST_EVIDENCE} records are cited for entry {', '.join(many[:6])}."
        yield "cites_everything", f"{told} Help me understand which of them prove it."
    odd = [text for one in found.claims.causes for text in one.unread]
    if odd:
        told = f"Cited, and no id of a record: {_some([one[:40] for one in odd])}."
        yield "evidence_unread", f"{told} Help me find it."


def _of_harm(triage: Triage, found: Work) -> Iterator[tuple[str, str]]:
    if not found.has_record or not found.trail.steps:
        return
    harm = found.harm
    if harm.contained_at is None:
        seen = "was seen" if harm.sign_at is not None else "was never looked at"
        told = f"What hurts people now {seen} and was not stopped."
        yield "not_contained", f"{told} Help me understand what you would have told those it hurts."
    if harm.was_reopened:
        yield "reopened", "The harm was stopped and let loose again. Help me understand why."


def _of_fixes(found: Work) -> Iterator[tuple[str, str]]:
    unknown = [one.why for one in found.tried if not one.is_known]
    if unknown:
        told = f"In FIXES: {'; '.join(unknown)[:300]}."
        yield "fix_unknown", f"{told} Help me understand which setting you meant."
    for one in found.tried:
        if one.harms:
            told = f"{one.fix.component}: {one.why}."
            yield "fix_harms", f"{told} Help me understand whom you would have asked first."
    steps = [step.tool for step in found.trail.steps]
    if FIX in steps and REPLAY not in steps[steps.index(FIX) :]:
        told = "The log shows a change and no replay after it."
        yield "not_verified", f"{told} Help me understand how you knew that it worked."


def _of_order(attempt: Attempt, found: Work) -> Iterator[tuple[str, str]]:
    """Yield a question where no suspects of the candidate's own were run before the first look."""
    assert attempt.exercise is not None  # whoever is scored has it
    first = next(iter(found.trail.steps), None)
    given = [cut(cell).strip() for cell in attempt.exercise.cells if cell.mark.name == "suspects"]
    runs = [event for event in attempt.events if event.kind == "execute_request"]
    if first is None or not runs:
        return
    runs = [one for one in runs if str(one.payload.get("source", "")).strip() not in given]
    names = {one.id for one in attempt.cells if one.kind == "artefact" and one.name == "suspects"}
    known = names | {one.removeprefix(f"{attempt.about.exercise}-") for one in names}
    if not any(one.cell_id in known and one.at <= first.call.at for one in runs):
        told = "The log shows the first look before SUSPECTS was run."
        yield "suspects_late", f"{told} Help me understand what you suspected at first."


def _some(names: list[str]) -> str:
    more = f" and {len(names) - 6} more" if len(names) > 6 else ""
    return f"{', '.join(names[:6])}{more}"
