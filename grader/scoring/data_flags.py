"""Questions that findings about a table raise, for the debrief. They lower nothing.

Runs in T. No text of a candidate's decides anything; claims are quoted for whoever asks.
"""

from __future__ import annotations

from collections.abc import Sequence

from grader.held import ClaimHeld
from grader.records import Flag
from grader.scoring.data_claims import Claims
from grader.scoring.data_measures import TOO_NARROW, WORTH_NOTHING
from grader.scoring.data_truth import Table

UNMATCHED = "unmatched"
_SAME = 0.005
"""A number this near to the reported one is the reported one."""


def flags_of(
    claims: Claims, table: Table, seen: Sequence[ClaimHeld], *, truth: float, width: float,
    found: float,
) -> tuple[Flag, ...]:  # fmt: skip
    """Return the questions.

    Args:
        claims: what was read.
        table: what is so.
        seen: each finding beside it.
        truth: share right on the second table.
        width: the width that the rows allow a range.
        found: share of the planted defects found.
    """
    told = [
        *_of_findings(claims, table, seen),
        *_of_number(claims, table, truth=truth, width=width, found=found),
    ]
    if claims.strange:
        told.append(("ids_not_there", f"Of the ids, {claims.strange} stand in no row of the table. "
                     "Help me understand where they come from."))  # fmt: skip
    if claims.unread or claims.broken:
        what = "; ".join([*claims.broken.values(), *claims.unread])
        told.append(("claims_unread", f"Left out: {what[:400]}. Help me understand what it was to "
                     "say."))  # fmt: skip
    return tuple(Flag(code=code, message=message[:600]) for code, message in told)


def _of_findings(
    claims: Claims, table: Table, seen: Sequence[ClaimHeld]
) -> list[tuple[str, str]]:  # fmt: skip
    told: list[tuple[str, str]] = []
    if not claims.findings:
        told.append(("no_findings", "Nothing is said to be wrong. Help me understand how far you "
                     "came."))  # fmt: skip
    open_ = [one for one in seen if one.matches == UNMATCHED and one.rows > one.clean]
    if open_:
        quoted = "; ".join(f"{one.number}: {one.claim[:80] or 'no claim'}" for one in open_[:3])
        told.append(("unmatched_findings", f"These match nothing planted and may be right all the "
                     f"same, which a reviewer decides: {quoted}. Help me understand "
                     "them."))  # fmt: skip
    sound = [one for one in seen if one.rows and one.rows == one.clean]
    if sound:
        numbers = ", ".join(str(one.number) for one in sound[:8])
        told.append(("sound_rows_accused", f"Nothing was planted in any row of finding {numbers}. "
                     "Help me understand what you see there."))  # fmt: skip
    for one in table.sheet.oddities:
        rows = frozenset(one.rows)
        for finding in claims.findings:
            both, either = len(finding.rows & rows), len(finding.rows | rows)
            if 2 * both >= either and finding.effect != "unknown":
                told.append(("harmless_accused", f"Finding {finding.number} is about this: "
                             f"{one.about}. Help me understand how it moves the "
                             "number."))  # fmt: skip
    return told


def _of_number(
    claims: Claims, table: Table, *, truth: float, width: float, found: float
) -> list[tuple[str, str]]:
    own = claims.corrected
    told: list[tuple[str, str]] = []
    if own.accuracy is None:
        told.append(("no_number", "There is no corrected number. Help me understand what you would "
                     "tell the board."))  # fmt: skip
    elif abs(own.accuracy - table.sheet.headline) < _SAME:
        told.append(("believed", f"{own.accuracy:.0%} is the reported number. Help me understand "
                     "why it may stand."))  # fmt: skip
    if own.accuracy is not None and not found:
        told.append(("number_without_finding", f"{own.accuracy:.0%} stand there, and nothing that "
                     "is wrong was found. Help me understand where it comes "
                     "from."))  # fmt: skip
    if own.low is None or own.high is None:
        return told
    said = f"{own.low:.0%} to {own.high:.0%}"
    if own.high - own.low >= WORTH_NOTHING * width:
        told.append(("range_cannot_be_wrong", f"{said} can hardly be wrong. Help me understand "
                     "what one would decide by it."))  # fmt: skip
    elif not own.low <= truth <= own.high:
        told.append(("truth_outside_range", f"The truth, {truth:.0%}, lies outside {said}. Help me "
                     "understand what the range was made of."))  # fmt: skip
    elif own.high - own.low < TOO_NARROW * width:
        told.append(("range_too_narrow", f"{said} is narrower than these rows can tell. Help me "
                     "understand what it was made of."))  # fmt: skip
    if own.accuracy is not None and not own.low <= own.accuracy <= own.high:
        told.append(("number_outside_own_range", f"{own.accuracy:.0%} lies outside {said}, the "
                     "range beside it. Help me understand which you believe."))  # fmt: skip
    return told
