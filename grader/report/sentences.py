"""The lead of a report: sentences made of facts by template, each with where it rests.

Runs in T; pure. No sentence judges: it says what is on record.
"""

from __future__ import annotations

from dataclasses import dataclass

from grader.pictures.cost import plan_sentence
from grader.pictures.cost import sentence as cost_sentence
from grader.pictures.data import sentence as data_sentence
from grader.pictures.kills import missed
from grader.pictures.prompt import sentence as prompt_sentence
from grader.pictures.triage import sentence as triage_sentence
from grader.report.evidence import Evidence

NOT_MEASURED = (
    "Working with others, speaking; that is for the debrief",
    "Speed: never judged, nor fluency in Python",
    "Any ability with providers' models: embedded model only",
    "Whether levels predict work on the job: not yet known",
)


@dataclass(frozen=True)
class Sentence:
    """One fact.

    Attributes:
        text: in words.
        link: anchor on the page.
        place: what the link is called.
    """

    text: str
    link: str
    place: str


def headline(evidence: Evidence) -> str:
    """Return what the record holds, in one line."""
    unprompted = any(one.name == "plan" for one in evidence.written)
    first = "Planned before any form appeared" if unprompted else "No plan on record"
    told = _suite_word(evidence) or _prompt_word(evidence) or _cost_word(evidence)
    told = told or _triage_word(evidence)
    told = told or _data_word(evidence) or _replay_word(evidence)
    return f"{first}; {told}"


def status_words(evidence: Evidence) -> str:
    """Return how far a submission was recorded, checked, run again and measured, in a line."""
    about = evidence.about
    record = "recorded" if about.recorded else "unrecorded"
    checked = {"whole": "verified", "altered": "altered", "unsigned": "not verified"}
    told = [f"{record}, {checked[about.verified]}"]
    replay = evidence.replay
    if replay is None:
        told.append("not run again")
    else:
        compared = [cell for cell in replay.cells if cell.word != "not_run"]
        same = sum(cell.word == "same" for cell in compared)
        told.append(f"replay: {same} of {len(compared)} cells the same")
    if evidence.score is not None and evidence.score.components:
        parts = evidence.score.components.values()
        scored = sum(one.status == "scored" for one in parts)
        told.append(f"{scored} of {len(parts)} measures scored")
    else:
        told.append("no measures")
    return "; ".join(told)


def _cost_word(evidence: Evidence) -> str:
    score = evidence.score
    return "" if score is None or score.cost is None else cost_sentence(score.cost)


def _data_word(evidence: Evidence) -> str:
    score = evidence.score
    return "" if score is None or score.data is None else data_sentence(score.data)


def _data(evidence: Evidence) -> list[Sentence]:
    told = _data_word(evidence)
    return [Sentence(f"{told}.", "measures", "planted and found")] if told else []


def _prompt_word(evidence: Evidence) -> str:
    score = evidence.score
    return "" if score is None or score.prompt is None else prompt_sentence(score.prompt)


def _prompt(evidence: Evidence) -> list[Sentence]:
    told = _prompt_word(evidence)
    return [Sentence(f"{told}.", "measures", "before and after")] if told else []


def _cost(evidence: Evidence) -> list[Sentence]:
    told = _cost_word(evidence)
    if not told:
        return []
    assert evidence.score is not None and evidence.score.cost is not None
    plan = plan_sentence(evidence.score.cost)
    return [
        Sentence(f"{told[0].upper()}{told[1:]}.", "measures", "estimate and truth"),
        Sentence(f"{plan}.", "measures", "plan and frontier"),
    ]


def _triage_word(evidence: Evidence) -> str:
    score = evidence.score
    return "" if score is None or score.triage is None else triage_sentence(score.triage)


def _triage(evidence: Evidence) -> list[Sentence]:
    told = _triage_word(evidence)
    return [Sentence(f"{told}.", "measures", "planted and found")] if told else []


def _suite_word(evidence: Evidence) -> str:
    score = evidence.score
    mutants = [run for run in score.runs if run.group == "mutant"] if score else []
    if score is None or not mutants:
        return ""
    lost = missed(score)
    if all("no_ship" not in run.seeds for run in mutants) and not lost:
        return "the suite could not be run"
    if not lost:
        return f"the suite notices all {len(mutants)} planted faults"
    return f"the suite is blind to {lost[0].about}" + (
        f" and {len(lost) - 1} more" if len(lost) > 1 else ""
    )


def _suite(evidence: Evidence) -> list[Sentence]:
    score = evidence.score
    mutants = [run for run in score.runs if run.group == "mutant"] if score else []
    if score is None or not mutants:
        return []
    always = sum(set(run.seeds) == {"no_ship"} for run in mutants)
    lost = missed(score)
    text = f"The suite refuses {always} of {len(mutants)} planted faults every time"
    text += f", and never {lost[0].about}." if lost else "."
    return [Sentence(text, "measures", "kill matrix")]


def _replay_word(evidence: Evidence) -> str:
    replay = evidence.replay
    if replay is None:
        return "not run again"
    other = [cell for cell in replay.cells if cell.word not in ("same", "not_run")]
    if replay.status == "error":
        return "it could not be run again"
    if not other:
        return "every cell does again what it did"
    names = ", ".join(cell.cell_id for cell in other[:2])
    count = len(other)
    return f"{count} cell{'s' if count > 1 else ''} not as in the session: {names}"[:160]


def sentences(evidence: Evidence) -> list[Sentence]:
    """Return up to five facts, the most telling first."""
    found = [*_suite(evidence), *_prompt(evidence), *_cost(evidence)]
    found += [*_data(evidence), *_triage(evidence), _trust(evidence)]
    scored = [signal for signal in evidence.signals if signal.status == "scored"]
    for signal in scored:
        found.append(
            Sentence(f"{signal.title}: {signal.value}.", f"s-{signal.name}", "process evidence")
        )
    if evidence.timeline.turns:
        count = len(evidence.timeline.turns)
        text = f"Changed {count} thing{'s' if count > 1 else ''} on second thought: "
        text += "; ".join(turn.label for turn in evidence.timeline.turns[:2]) + "."
        found.insert(1, Sentence(text, "session", "the session"))
    return found[:5]


def _trust(evidence: Evidence) -> Sentence:
    about = evidence.about
    if not about.recorded:
        text = "Made from plain files: nobody watched, and every line here is the sender's word."
    elif about.verified == "altered":
        text = f"This is not what the proctor signed: {about.verify_why}."
    elif about.self_attested:
        text = "Recorded without a sandbox: the record is self-attested."
    elif about.verified == "whole":
        total = about.totals
        uses = "1 use of a tool" if total.tools == 1 else f"{total.tools} uses of tools"
        tools = f", {uses}" if total.tools else ""
        text = f"{total.events} events and {total.calls} model calls{tools} on record, "
        text += "signed and whole."
    else:
        text = "The record was read, and nothing was checked: no public key is pinned here."
    return Sentence(text, "prov", "provenance")
