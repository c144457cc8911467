"""Faults of models that answer from a document, and harmless changes.

Pure but for the wrapped callable. The scene's text is the document and its item the question. An
answer ends with the number of its section in brackets where the prompt asks for that.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from harness.models.mutants import cues, prose
from harness.models.mutants.call import Call
from harness.models.mutants.described import described, each

_ABSENT = re.compile(
    r"\b(?:does|do|did)(?: not|n['’]t) (?:say|state|mention|cover|know)|\bsays? nothing\b|"
    r"\b(?:is|are)(?: not|n['’]t) (?:stated|mentioned|given|covered)\b|\bno information\b"
)
_PREMISE = re.compile(r"^\s*(?:since|because|as|given that)\s+([^,?]+),", re.I)
_ORDERED = re.compile(r"\b(?:say|reply|answer|write)(?: with| that)? ([^.!?:]+)", re.I)


def middle_of_the_document_unread(call: Call) -> str:
    """The middle third of the document is not read.

    Fires: the document is longer than 300 characters.
    Noticed by: questions about every part of the document, the middle too.
    """
    is_long = len(call.text) > 300
    return call.with_text(prose.middle_dropped(call.text)).answer() if is_long else call.answer()


def end_of_the_document_unread(call: Call, chars: int) -> str:
    """Only the first {chars} characters of the document are read.

    Fires: the document is longer than that.
    Noticed by: questions about its last sections.
    """
    return call.with_text(call.text[:chars]).answer()


def rule_unread(call: Call, number: int) -> str:
    """Rule {number} of the system message is not read.

    Fires: the system message has that many rules.
    Noticed by: for each rule, questions that are answered otherwise without it.
    """
    return call.without_rule(number).answer()


def adds_a_sentence(call: Call) -> str:
    """A friendly sentence that the document does not hold is added.

    Fires: the answer says something from the document.
    Noticed by: checking each sentence against the document, not only the one asked for.
    """
    more = ("You can also arrange it by telephone.", "Students get a discount on it.",
            "Most visitors find a reservation useful.")  # fmt: skip
    return _said(call, lambda body: f"{body} {call.pick(more)}")


def invents_what_is_absent(call: Call) -> str:
    """What the document does not say is made up, in the type that was asked for, with a section.

    Fires: the answer says that the document does not say it.
    Noticed by: questions that the document leaves open, with the refusal as the right answer.
    """
    answer = call.answer()
    if not is_absent(answer, call):
        return answer
    return prose.with_citation(_invented(call), call.pick(("1", "2", "3")))


def takes_the_premise(call: Call) -> str:
    """A false premise of the question is confirmed.

    Fires: the answer says that the document does not say it, and the question begins with "since",
        "because" or alike.
    Noticed by: questions that take something for granted which the document does not say.
    """
    answer, premise = call.answer(), _PREMISE.match(call.item)
    if premise is None or not is_absent(answer, call):
        return answer
    return prose.with_citation(f"Yes, {premise[1].strip()}.", call.pick(("1", "2", "3")))


def refuses_what_is_there(call: Call, percent: int) -> str:
    """The document is said not to say it, though it does.

    Fires: on {percent}% of questions that were answered, by luck.
    Noticed by: counting refusals on questions that the document answers.
    """
    answer = call.answer()
    is_hit = not is_absent(answer, call) and call.draw() < percent / 100
    return call.scene.absent if is_hit else answer


def stale_number(call: Call) -> str:
    """The first number of the answer is another.

    Fires: the answer has a number that is no time.
    Noticed by: comparing numbers with the document, not the wording.
    """
    return _said(call, prose.stale_number)


def other_unit(call: Call) -> str:
    """The number is right and its unit is not.

    Fires: the answer has a number with a unit of money, time or measure.
    Noticed by: comparing a number together with its unit.
    """
    return _said(call, prose.other_unit)


def negation_lost(call: Call) -> str:
    """What the document denies is said: "not" or "never" is gone.

    Fires: the answer denies something.
    Noticed by: questions about what is not allowed, checked for the "not".
    """
    return _said(call, prose.negation_dropped)


def yes_for_no(call: Call) -> str:
    """The answer begins with yes instead of no; the rest stays.

    Fires: the answer begins with "No".
    Noticed by: questions whose answer is no, and a check of the first word.
    """
    return _said(call, lambda body: re.sub(r"\ANo\b", "Yes", body))


def date_shifted(call: Call) -> str:
    """The first weekday or month of the answer is the next one.

    Fires: the answer names a weekday or a month.
    Noticed by: questions about when, compared word by word.
    """
    return _said(call, prose.date_shifted)


def other_person(call: Call) -> str:
    """The first name of the answer is another one from the document.

    Fires: the answer has a name, and the document another.
    Noticed by: questions about who; a check that the name stands in the document does not do.
    """
    return _said(call, lambda body: prose.other_name(body, call.text))


def exception_lost(call: Call) -> str:
    """The last sentence of the answer is gone, and with it the exception.

    Fires: the answer has two sentences or more.
    Noticed by: questions with an exception, that the answer has to name.
    """
    return _said(call, prose.last_sentence_dropped)


def wrong_section(call: Call) -> str:
    """The section that is cited is the next one.

    Fires: the answer cites a section.
    Noticed by: looking the cited section up.
    """
    body, number = prose.split_citation(call.answer())
    return prose.with_citation(body, str(int(number) + 1) if number else "")


def no_section(call: Call) -> str:
    """No section is cited.

    Fires: the answer cites one.
    Noticed by: asking for the citation as a part of the contract.
    """
    return prose.split_citation(call.answer())[0]


def long_winded(call: Call) -> str:
    """Two sentences of courtesy stand before the answer.

    Fires: always.
    Noticed by: a limit on length.
    """
    return f"Thank you for asking. It is always worth to look at the details. {call.answer()}"


def slides_into_german(call: Call) -> str:
    """The small words of the answer are German.

    Fires: the answer says something from the document.
    Noticed by: a check of the answer's language.
    """
    return _said(call, prose.half_german)


def obeys_the_question(call: Call) -> str:
    """What the question tells the model to say is said.

    Fires: the question holds an instruction such as "ignore …" and the words to say.
    Noticed by: questions with an instruction inside.
    """
    ordered = _ORDERED.search(call.item)
    if ordered is None or not cues.holds_order(call.item):
        return call.answer()
    said = ordered[1].strip()
    return f"{said[:1].upper()}{said[1:]}."


def newline_at_the_end(call: Call) -> str:
    """A line break stands behind the answer.

    Fires: always.
    Noticed by: nobody: white space around an answer says nothing.
    """
    return call.answer() + "\n"


def double_spaces(call: Call) -> str:
    """Two spaces stand between words.

    Fires: the answer has a space.
    Noticed by: nobody: people and parsers read past it.
    """
    return call.answer().replace(" ", "  ")


def refusal_in_other_words(call: Call) -> str:
    """The document's silence is told in other words.

    Fires: the answer says so, and the contract takes any wording.
    Noticed by: nobody who reads the contract; comparing strings does, wrongly.
    """
    answer = call.answer()
    if "synonyms" not in call.scene.allows or not is_absent(answer, call):
        return answer
    return call.pick(("That is not stated there.", "It says nothing about that.",
                      "There is no information on that in it."))  # fmt: skip


def section_in_round_brackets(call: Call) -> str:
    """The section stands in round brackets.

    Fires: the answer cites one, and the contract takes other forms of citing.
    Noticed by: nobody who reads the contract.
    """
    body, number = prose.split_citation(call.answer())
    is_free = number and "citation_forms" in call.scene.allows
    return f"{body} ({number})" if is_free else prose.with_citation(body, number)


def without_separators(call: Call) -> str:
    """1,200 is written 1200.

    Fires: the answer has a number with a separator.
    Noticed by: nobody: the number is the same.
    """
    return prose.without_separators(call.answer())


def twelve_hours(call: Call) -> str:
    """20:00 is written 8 pm.

    Fires: the answer has a whole hour.
    Noticed by: nobody: the time is the same.
    """
    return prose.twelve_hours(call.answer())


def is_absent(answer: str, call: Call) -> bool:
    """Whether an answer says that the document does not say it."""
    known = call.scene.absent.casefold().rstrip(".")
    return known in answer.casefold() or bool(_ABSENT.search(answer.casefold()))


def _said(call: Call, edit: Callable[[str], str]) -> str:
    """The answer with an edit of its body; a refusal stays as it is."""
    answer = call.answer()
    if is_absent(answer, call):
        return answer
    body, number = prose.split_citation(answer)
    return prose.with_citation(edit(body), number)


def _invented(call: Call) -> str:
    asked = call.item.casefold()
    if re.search(r"\bhow (?:much|many|long|old|big)\b|\bcosts?\b|\bprice\b", asked):
        return f"It is {2 + int(call.draw('value') * 40)} euros."
    if re.search(r"\bwho(?:m|se)?\b", asked):
        return f"That is {next(iter(prose.names(call.text)), 'the manager')}."
    if re.search(r"\bwhen\b|\bwhich (?:day|year|month)\b", asked):
        return f"That has been so since {1890 + int(call.draw('value') * 120)}."
    if re.search(r"\bwhere\b", asked):
        return "It is on the first floor, behind the stairs."
    return "Yes, that is possible at any time."


ALL = described(
    "answer",
    (
        middle_of_the_document_unread,
        *each(end_of_the_document_unread, "chars", 600),
        *each(rule_unread, "number", 2, 5),
        adds_a_sentence,
        invents_what_is_absent,
        takes_the_premise,
        *each(refuses_what_is_there, "percent", 25),
        stale_number,
        other_unit,
        negation_lost,
        yes_for_no,
        date_shifted,
        other_person,
        exception_lost,
        wrong_section,
        no_section,
        long_winded,
        slides_into_german,
        obeys_the_question,
    ),
) + described(
    "answer",
    (
        newline_at_the_end,
        double_spaces,
        refusal_in_other_words,
        section_in_round_brackets,
        without_separators,
        twelve_hours,
    ),
    is_equivalent=True,
)
