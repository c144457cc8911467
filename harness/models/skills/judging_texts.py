"""Judge texts by what can be seen in them: the way to pairs, claims, points, lists and rules.

Runs in the model worker; the texts are hostile and only read. Which of these a prompt asks for is
read from its own words; the tests themselves are in requirements.
"""

from __future__ import annotations

import re
from functools import lru_cache

from harness.models.faults import Luck, Pressure, chance
from harness.models.features import Bank
from harness.models.reading import Reading
from harness.models.skills import answering_well
from harness.models.skills.claims import findings
from harness.models.skills.judging_claims import Claims, claims_of, told_apart
from harness.models.skills.judging_levels import levelled, levels_of
from harness.models.skills.judging_marks import (
    checked,
    obeyed,
    points_of,
    requirements_of,
    rule_of,
    scored,
)
from harness.models.skills.judging_pairs import chosen, pair_of
from harness.models.skills.outcome import Outcome
from harness.models.turns_values import values

_MOST_CHARS = 8_000
_SHORT_NAMES = (
    (r"(?<![\w])ans(?:wer)? ?(?=[12AB] ?[:.)=])", "Answer "),
    (r"(?m)^[ \t]*(?:question|q) ?[:.)][ \t]*", "Question: "),
    (r"(?m)^[ \t]*(?:doc|docs|src|ref|sop|txt) ?[:=][ \t]*", "Source: "),
    (r"(?m)^[ \t]*a ?(?P<n>[12]) ?[:.)][ \t]*", r"Answer \g<n>: "),
    (
        r"(?m)^[ \t]*(?P<o>reply|version|draft|text|option|candidate|summary) ?(?P<n>one|two|"
        r"first|second) ?[:.)]",
        r"\g<o> \g<n>:",
    ),
)


def _claims(reading: Reading, text: str) -> Claims | None:
    menu = reading.prompt.menu
    return claims_of(text, menu.names if menu else ())


def is_asked(reading: Reading, *, is_open: bool) -> bool:
    """Whether the prompt asks for one of these judgements.

    Args:
        reading: the prompt, understood.
        is_open: whether rubrics, lists and rules count; a question under its own label rules
            them out.
    """
    text = _whole(reading)
    if len(text) > _MOST_CHARS:
        return False
    if (
        _claims(reading, text) is not None
        or pair_of(text) is not None
        or levels_of(text) is not None
    ):
        return True
    if points_of(text) or _asked_of_reply(text) or _correct_of(text):
        return True
    return is_open and (bool(requirements_of(text)) or rule_of(text) is not None)


def is_rubric(reading: Reading) -> bool:
    """Whether a prompt gives points for parts of a text, whatever task it was read as."""
    text = _whole(reading)
    asks = re.search(r"\b(?:mark|grade|score|rate|points?)\b", text[:_MOST_CHARS], re.I)
    if asks is None or len(text) > _MOST_CHARS or len(reading.prompt.messages) > 2:
        return False
    found = points_of(text)
    return found is not None and len(found[1].split()) >= 4


_OF_REPLY = re.compile(
    r"\b(?:does|do|did|is)\b[^.?\n]{0,40}\b(?:repl(?:y|ies)|answers?|response|it)\b[^.?\n]{0,"
    r"24}\b(?:answer\w*|address\w*|"
    r"respond|reply|on topic|off topic|relevant)\b",
    re.I,
)


def _asked_of_reply(text: str) -> tuple[str, str] | None:
    """A question and the reply to it, where it is asked if the one answers the other."""
    if not _OF_REPLY.search(text):
        return None
    question = re.search(
        r"(?:^|\n)\s*(?:question|customer|user|asked)\s*:\s*(\S[^\n]{3,400})", text, re.I
    )
    reply = re.search(
        r"(?:^|\n)\s*(?:the )?(?:reply|answer|response|agent|bot|assistant)\s*:\s*(\S[^\n]{1,"
        r"1500})",
        text,
        re.I,
    )
    return (question[1].strip(' "“”'), reply[1].strip(' "“”')) if question and reply else None


_IS_RIGHT = re.compile(
    r"\bis\b[^.?\n]{0,30}\b(?:answer|reply|response)\b[^.?\n]{0,24}\b(?:correct|right|true|"
    r"supported|accurate|faithful|"
    r"backed)\b|\b(?:correct|right) or (?:wrong|incorrect|not)\b|\bgrade the answer\b|\bcheck "
    r"(?:the|this) answer\b",
    re.I,
)
_PIECE = (
    r"(?:^|(?<=[\n.?!] )|\n)[ \t]*(?:the )?(?:{names})\s*:\s*[\"“']?(?P<text>\S[^\n]{{0,"
    r"1500}}?)[\"”']?"
    r"(?=\s*(?:\n|$)|[.?!]?\s+(?:question|q|answer|reply|response|text|source|is|mark|grade|"
    r"correct)\b[^.?\n]{{0,60}}[:?.])"
)


def _correct_of(text: str) -> tuple[str, str, str] | None:
    """Source, question and answer, where it is asked if the answer is right."""
    if not _IS_RIGHT.search(text):
        return None
    source, question, answer = (
        re.search(_PIECE.format(names=names), text, re.I)
        for names in (
            "text|source|document|note|context|passage",
            "question|q",
            "answer|reply|response|student answer",
        )
    )
    if not source or not question or not answer:
        return None
    return source["text"].strip(), question["text"].strip(), answer["text"].strip()


def _is_right(
    bank: Bank, source: str, question: str, answer: str, text: str, *, slips: bool
) -> Outcome:
    """Whether an answer is what the source gives to its question."""
    mine = {answer[a:b].lower() for kind, a, b in values(answer) if kind != "name"}
    held = {source[a:b].lower() for kind, a, b in values(source)}
    good = mine <= held if mine else all(f.support >= 0.5 for f in findings(bank, answer, source))
    good = good != slips
    word = next(
        (
            (yes if good else no)
            for yes, no in _WORDS_OF_RIGHT
            if re.search(rf"\b{yes}\b", text, re.I) and re.search(rf"\b{no}\b", text, re.I)
        ),
        "Yes" if good else "No",
    )
    reason = (
        "The source says the same." if good else f"The source says: “{source.strip(' .')[:160]}”"
    )
    return Outcome(f"{word}. {reason}", word, {}, ("misjudged",) if slips else (), reason)


_WORDS_OF_RIGHT = (
    ("correct", "wrong"),
    ("correct", "incorrect"),
    ("right", "wrong"),
    ("true", "false"),
    ("yes", "no"),
    ("supported", "unsupported"),
    ("pass", "fail"),
)


def judged(bank: Bank, reading: Reading, pressure: Pressure, luck: Luck) -> Outcome | None:
    """The judgement, or None where the prompt asks for another."""
    text = _whole(reading)
    if len(text) > _MOST_CHARS:
        return None
    slips = luck.draw("misjudges", " ".join(text.lower().split())[:300]) < chance(
        pressure.misjudges() - 1.0
    )
    levels = levels_of(text)
    if levels is not None:
        return levelled(levels, slips=slips)
    claims = _claims(reading, text)
    if claims is not None:
        return told_apart(bank, claims, slips=slips)
    pair = pair_of(text)
    if pair is not None:
        return chosen(bank, pair, slips=slips)
    correct = _correct_of(text)
    if correct is not None:
        return _is_right(bank, *correct, text, slips=slips)
    answered = _asked_of_reply(text)
    if answered is not None:
        good = (answering_well.answers(*answered) > 0) != slips
        word = "Yes" if good else "No"
        reason = f"The reply {'gives' if good else 'does not give'} what is asked."
        return Outcome(f"{word}. {reason}", word, {}, ("misjudged",) if slips else (), reason)
    points = points_of(text)
    if points:
        return scored(points[0], points[1], slips=slips, order=text.replace(points[1], " "))
    listed = requirements_of(text)
    if listed:
        return checked(listed[0], listed[1], text, slips=slips)
    ruled = rule_of(text)
    return obeyed(*ruled, text, slips=slips) if ruled is not None else None


def _whole(reading: Reading) -> str:
    """The prompt on as few blanks and empty lines as say the same."""
    return _on_fewer_lines(
        "\n\n".join(text for role, text in reading.prompt.messages if role != "assistant")
    )


@lru_cache(maxsize=2)  # whether it is asked, what kind it is and what comes of it
def _on_fewer_lines(text: str) -> str:
    if len(text) > 2 * _MOST_CHARS:
        return text
    for pattern, put in _SHORT_NAMES:
        text = re.sub(pattern, put, text, flags=re.I)
    return re.sub(r"\n(?:[^\S\n]*\n){2,}", "\n\n", re.sub(r"[^\S\n]{3,}", "  ", text))
