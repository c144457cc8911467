"""Questions that a triage raises for the debrief. None lowers a level, none rejects."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from grader.attempt import Attempt
from grader.records import Flag, Moment
from grader.scoring.triage_claims import MOST_EVIDENCE, Claims
from grader.scoring.triage_measures import Contained, false_claims
from grader.scoring.triage_record import Trail
from grader.scoring.triage_sheet import Triage
from grader.scoring.triage_world import Tried


@dataclass(frozen=True)
class Found:
    """What the flags go by.

    Attributes:
        claims: what was handed in.
        trail: what was seen.
        harm: when it was seen and contained.
        tried: each fix on the held-out rows.
        has_record: whether what was seen is known.
    """

    claims: Claims
    trail: Trail
    harm: Contained
    tried: tuple[Tried, ...]
    has_record: bool


def flags_of(attempt: Attempt, triage: Triage, found: Found) -> tuple[Flag, ...]:
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
    where = tuple(Moment(label="CAUSES", cell_id=cell.id) for cell in attempt.cells
                  if cell.kind == "artefact" and cell.name == "causes")  # fmt: skip
    return tuple(Flag(code=code, message=message[:600], evidence=where) for code, message in told)


def _of_causes(triage: Triage, found: Found) -> Iterator[tuple[str, str]]:
    claims = found.claims
    if not claims.causes:
        yield "no_causes", "CAUSES is empty. Help me understand what you would say is wrong."
    for one in false_claims(triage.sheet.herrings, claims):
        said = claims.said(one.id)
        assert said is not None
        against = ", ".join(one.against[:3])
        yield "herring_claimed", (
            f"{said.component[:40]} is claimed with {said.p:g}, and {against} speaks against it. Help "
            "me understand what it rests on."
        )
    unmatched = [f"“{one.component[:30]}: {one.cause[:60]}”" for one in claims.causes
                 if one.means is None]  # fmt: skip
    if unmatched:
        yield "causes_unmatched", (
            f"{len(unmatched)} causes could not be matched by words: {', '.join(unmatched[:4])}. A "
            "reviewer says whether they are among what was planted; none counts as false."
        )
    if claims.unread:
        yield "claims_unread", (
            f"Not understood: {'; '.join(claims.unread)[:300]}. Help me understand what it was to say."
        )


def _of_evidence(triage: Triage, found: Found) -> Iterator[tuple[str, str]]:
    cited = {one for claim in found.claims.causes for one in claim.ids}
    if invented := sorted(cited - triage.known):
        yield "invented_citation", (
            f"{_some(invented)} stands nowhere in the data. Help me understand where it came from."
        )
    unseen = sorted((cited & triage.known) - found.trail.seen)
    if unseen and found.has_record:
        yield "unseen_citation", (
            f"The log never shows {_some(unseen)} to you. Help me understand how you know of it."
        )
    many = [one.number for one in found.claims.causes if one.cites_too_many]
    if many:
        yield "cites_everything", (
            f"Cause {', '.join(map(str, many[:5]))} cites more than {MOST_EVIDENCE} records. Help me "
            "understand which of them prove it."
        )
    odd = [text for one in found.claims.causes for text in one.unread]
    if odd:
        yield "evidence_unread", (
            f"{_some([one[:40] for one in odd])} is no id of a record. Help me find it."
        )


def _of_harm(triage: Triage, found: Found) -> Iterator[tuple[str, str]]:
    if not found.has_record or not found.trail.steps:
        return
    harm = found.harm
    if harm.contained_at is None:
        seen = "was seen" if harm.sign_at is not None else "was never looked at"
        yield "not_contained", (
            f"What hurts people now {seen} and was not stopped. Help me understand what you would have "
            "told those it hurts."
        )
    if harm.was_reopened:
        yield "reopened", "The harm was stopped and let loose again. Help me understand why."


def _of_fixes(found: Found) -> Iterator[tuple[str, str]]:
    unknown = [one.why for one in found.tried if not one.is_known]
    if unknown:
        yield "fix_unknown", (
            f"{'; '.join(unknown)[:300]}. Help me understand which setting you meant."
        )
    for one in found.tried:
        if one.harms:
            yield "fix_harms", (
                f"{one.fix.component}: {one.why}. Help me understand who you would have asked first."
            )
    steps = [step.tool for step in found.trail.steps]
    if "fix" in steps and "replay" not in steps[steps.index("fix") :]:
        yield "not_verified", (
            "The log shows a change and no replay after it. Help me understand how you knew it worked."
        )


def _of_order(attempt: Attempt, found: Found) -> Iterator[tuple[str, str]]:
    first = next(iter(found.trail.steps), None)
    runs = [event for event in attempt.events if event.kind == "execute_request"]
    if first is None or not runs:
        return
    short = f"{attempt.about.exercise}-"
    names = {cell.id for cell in attempt.cells if cell.kind == "artefact" and cell.name == "suspects"}
    known = names | {one.removeprefix(short) for one in names}
    if not any(one.cell_id in known and one.at <= first.call.at for one in runs):
        yield "suspects_late", (
            "The log shows the first look before SUSPECTS was run. Help me understand what you "
            "suspected at first."
        )


def _some(names: list[str]) -> str:
    more = f" and {len(names) - 6} more" if len(names) > 6 else ""
    return f"{', '.join(names[:6])}{more}"
