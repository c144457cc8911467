"""Where a submission comes from, and what has to be known before it is read.

Runs in T; pure.
"""

from __future__ import annotations

from grader.page.markup import words
from grader.report.evidence import Evidence
from grader.report.pieces import block


def banners(evidence: Evidence) -> str:
    """Return what has to be known before anything is read: unrecorded, unsigned, altered."""
    about = evidence.about
    told = []
    if not about.recorded:
        told.append("Unrecorded: made from plain files, nobody watched.")
    if about.self_attested:
        told.append("Self-attested: the kernel ran without a sandbox.")
    if about.verified == "altered":
        told.append(f"Altered: {about.verify_why}")
    if about.verified == "unsigned" and about.recorded:
        told.append(f"Not verified: {about.verify_why}")
    return "".join(f'<p class="banner">{words(one)}</p>' for one in told)


_NOTHING = (
    "Nothing of what is looked for: cells gone, edited or moved, another exercise or version, "
    "marked cells left as given or there twice, saves and journal that do not fit. Whether "
    "anything else is odd, people see."
)


def findings(evidence: Evidence) -> str:
    """Return what intake found, as things to look at."""
    if not evidence.findings:
        return block("findings", "What stands out in the file", _NOTHING, "")
    items = "".join(
        f"<li><p>{words(one.message)}</p><small>{words(one.code.replace('_', ' '))} · "
        f"{'look' if one.level == 'look' else 'note'}</small></li>"
        for one in evidence.findings
    )
    note = "Help us understand; none of it lowers a level."
    return block("findings", "What stands out in the file", note, f'<ul class="q">{items}</ul>')


def provenance(evidence: Evidence) -> str:
    """Return where all of it comes from."""
    about = evidence.about
    form = (
        "Practice form. It is published; the candidate may have seen it."
        if about.published
        else "Private form."
    )
    verified = {"whole": "verified: whole", "altered": "altered", "unsigned": "not verified"}
    signed = f"signed with the proctor's Ed25519 key {about.key_id}"
    signed += ", which is pinned on this machine" if about.verified == "whole" else ""
    rows = [
        ("Exercise", f"{about.title}. {form}"),
        ("Version", f"{about.exercise} {about.exercise_version}"),
        ("Submission", f"sha256 {about.sha256} · {verified[about.verified]}. {about.verify_why}"),
        ("Candidate", f"{about.session}: a pseudonym; the operator's round says whose it is"),
        ("Receipt", f"{about.submission}, number {about.number}; {signed}"),
        ("Its proof", f"SHA-256 {about.manifest_sha256}: the candidate's copy begins with it; it "
                      "names every part of the archive"),
        ("Record", f"{about.totals.events} events, {about.totals.calls} calls, "
                   f"{about.totals.tools} uses of tools, "
                   f"{about.totals.saves} saves, {about.totals.questions} questions, "
                   f"chain head {about.head_hash}"),
        ("Spent", f"{about.totals.cost_usd:f} USD by the proctor's price table"),
        ("Sandbox", f"{about.rung} in session"
                    + (f", {evidence.replay.rung} in replay" if evidence.replay else "")),
    ]  # fmt: skip
    body = "".join(f"<dt>{name}</dt><dd>{words(text)}</dd>" for name, text in rows)
    return block("prov", "Where this comes from", "", f'<dl class="prov">{body}</dl>')
