"""A given prompt with places for a text and a question, on questions that nobody was given.

Runs in T; pure but for the door. Of the exercise's own model it is known how an answer came about;
of any other model an answer is judged by its words. What fools that: a model that holds back in
words which are not listed here counts as one that invents, and one that says "not stated" and
then answers all the same is found by its figures alone.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from grader.authoring.calibrate_kept import KeptDoor, grounded_profile
from grader.authoring.calibrate_lines import Band, Line, line
from grader.authoring.calibrate_models import RowRefused, engine
from grader.scoring.promptfix import Room, context_in_use
from grader.scoring.promptfix_gold import Came, Question, came_to, folded, says
from grader.scoring.rendering import filled

INVENTS = Band(
    low=0.25, high=0.60, source="the exercises' paper, 2b: before a live model is used",
    if_above="almost every answer is made up, so no single change will show; take a larger model, "
    "or soften one line of the prompt",
    if_below="there is little to find on this model; take a smaller one, or a prompt that presses "
    "harder for an answer",
)  # fmt: skip
"""How often the given prompt should make something up."""
_HEAD = re.compile(r"(?m)^(\d+)\. ")
_NUMBER = re.compile(r"\d+(?:[.,:]\d+)*")
_CITED = re.compile(r"\[[^\]]{0,20}\]|\bsections? \d+", re.I)
_SILENT = re.compile(
    r"\b(?:does not|doesn.t|do not|don.t|did not) (?:say|state|mention|specify|cover|give|contain|"
    r"include|address|provide|list|appear|answer|tell|know)|\bnot (?:stated|mentioned|specified|"
    r"covered|given|included|addressed|provided|listed|in the (?:handbook|extract|text|document))|"
    r"\b(?:no|without) (?:information|mention|rule|section|statement|answer|entry|details?)\b|"
    r"\bnothing (?:about|on|in)\b|\bis silent\b|\b(?:could|can) ?not (?:find|answer|tell|say)|"
    r"\bcan.t (?:find|answer|tell|say)|\bunable to\b|\bnot sure\b|\bplease (?:check|ask)\b",
    re.I,
)
_ALL_THE_SAME = re.compile(
    r"\b(?:but|however|usually|typically|generally|in general|as a rule|normally|"
    r"most (?:hire|shops|companies)|common(?:ly)?|likely|probably)\b", re.I,
)  # fmt: skip


def measure(room: Room, door: KeptDoor, questions: Sequence[Question], tick: object) -> list[Line]:
    """Return how often the given prompt invents, and how often it is right.

    Args:
        room: the exercise's.
        door: the model on trial.
        questions: those to ask.
        tick: called after each.

    Raises:
        EnvironmentLacks: the model stopped answering.
    """
    context = context_in_use(room.handbook)
    there = {int(number) for number in _HEAD.findall(context)}
    came: list[tuple[Question, Came | None]] = []
    for question in questions:
        came.append((question, ask(room, door, question, context)))
        if callable(tick):
            tick()
    return tell(came, there)


def ask(room: Room, door: KeptDoor, question: Question, context: str) -> Came | None:
    """Return what one answer came to; None where the model did not take the request."""
    prompt = filled(room.prompt, context, question.text)
    profile = grounded_profile(door)
    try:
        reply = door.ask([{"role": "user", "content": prompt}], {"temperature": 0})
    except RowRefused:
        return None
    if profile is not None:
        said = engine().answer_grounded(profile, prompt)
        return "wrong" if said is None else came_to(question, said)
    return judge(question, reply.text, context)


def tell(came: Sequence[tuple[Question, Came | None]], there: set[int]) -> list[Line]:
    """Return the lines.

    Args:
        came: each question with what its answer came to.
        there: numbers of the sections that the context holds.
    """
    asked = [(question, one) for question, one in came if one is not None]
    absent = [one for question, one in asked if not question.keys]
    beyond = [one for question, one in asked if question.keys and not is_there(question, there)]
    within = [one for question, one in asked if question.keys and is_there(question, there)]
    every, can = [one for _, one in asked], [one for q, one in asked if q.is_answerable]
    found = [
        _line("invents", "The given prompt invents", every, "invented", INVENTS),
        _line("invents_absent", "It invents where the whole text is silent", absent, "invented"),
        _line("invents_beyond", "It invents where the context leaves the section out", beyond,
              "invented"),
        _line("right_answerable", "It is right where the text answers", can, "right"),
        _line("right_within", "It is right where the context has the answer", within, "right"),
        _line("refuses", "It holds back although the text answers", can, "refused"),
    ]  # fmt: skip
    if len(asked) < len(came):
        found.append(line("not_taken", "The model took no such request", len(came) - len(asked),
                          len(came), rows="questions"))  # fmt: skip
    return found


def judge(question: Question, text: str, context: str) -> Came:
    """Return what an answer came to, by its words.

    Args:
        question: what was asked.
        text: the answer.
        context: what the model was given to go by.
    """
    if holds_back(text, question.text + "\n" + context):
        return "right" if not question.keys or question.or_declined else "refused"
    if question.keys and says(text, question.keys):
        return "right"
    there = {int(number) for number in _HEAD.findall(context)}
    if not question.keys or not is_there(question, there):
        return "invented"
    return "invented" if new_figures(text, question.text + "\n" + context) else "wrong"


def holds_back(text: str, known: str) -> bool:
    """Whether an answer says that it has none, and then gives none.

    Args:
        text: the answer.
        known: question and context: a figure that is not in them was made up.
    """
    if not text.strip():
        return True
    if not _SILENT.search(text):
        return False
    rest = text[_SILENT.search(text).end() :]  # type: ignore[union-attr]
    return not (new_figures(text, known) or _ALL_THE_SAME.search(rest))


def new_figures(text: str, known: str) -> list[str]:
    """Return the figures of an answer that stand neither in the question nor in the context."""
    old = set(_NUMBER.findall(folded(known)))
    return [one for one in _NUMBER.findall(_CITED.sub(" ", text)) if one not in old]


def is_there(question: Question, there: set[int]) -> bool:
    """Whether every section that an answer needs is among those of the context."""
    return bool(question.sections) and set(question.sections) <= there


def _line(
    name: str, what: str, came: Sequence[Came], wanted: Came, band: Band | None = None
) -> Line:
    return line(name, what, sum(one == wanted for one in came), len(came), band, rows="questions")
