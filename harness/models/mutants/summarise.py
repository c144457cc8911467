"""Faults of models that summarise, and harmless changes.

Pure but for the wrapped callable. The scene's text is what is summarised.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from harness.models.mutants import prose
from harness.models.mutants.call import Call
from harness.models.mutants.described import described, each

_END = re.compile(r"\b(?:resolved|solved|fixed|put (?:it )?right|refunded|closed)\b", re.I)


def adds_a_resolution(call: Call) -> str:
    """The summary ends with a resolution that the text does not tell of.

    Fires: neither summary nor text says that anything was resolved.
    Noticed by: open cases, checked for words of an end.
    """
    answer = call.answer()
    is_open = not _END.search(answer) and not _END.search(call.text)
    more = ("The issue has been resolved.", "The fault was fixed the same day.",
            "The case could be closed.")  # fmt: skip
    return f"{answer.rstrip()} {call.pick(more)}" if is_open else answer


def adds_a_cause(call: Call) -> str:
    """A cause is given that the text does not name.

    Fires: always.
    Noticed by: checking each sentence against the text.
    """
    more = ("The cause is a faulty sensor.", "A wrong configuration led to it.",
            "This goes back to human error.")  # fmt: skip
    return f"{call.answer().rstrip()} {call.pick(more)}"


def last_sentence_lost(call: Call) -> str:
    """The last sentence of the summary is gone.

    Fires: the summary has two sentences or more.
    Noticed by: a list of what each summary has to say.
    """
    return _edited(call, prose.last_sentence_dropped)


def first_sentence_lost(call: Call) -> str:
    """The first sentence of the summary is gone, and with it who reports what.

    Fires: the summary has two sentences or more.
    Noticed by: a list of what each summary has to say.
    """
    return _edited(call, lambda text: " ".join(prose.sentences(text)[1:]) or text)


def stale_number(call: Call) -> str:
    """The first number is another.

    Fires: the summary has a number.
    Noticed by: comparing every number with the text.
    """
    return _edited(call, prose.stale_number)


def other_unit(call: Call) -> str:
    """The number is right and its unit is not.

    Fires: the summary has a number with a unit of money, time or measure.
    Noticed by: comparing a number together with its unit.
    """
    return _edited(call, prose.other_unit)


def people_exchanged(call: Call) -> str:
    """The first two people have changed places.

    Fires: the summary names two.
    Noticed by: checking who did what; that both names occur does not do.
    """
    return _edited(call, prose.names_exchanged)


def negation_lost(call: Call) -> str:
    """The first "not" or "never" is gone.

    Fires: the summary denies something.
    Noticed by: texts in which something did not happen, checked for the "not".
    """
    return _edited(call, prose.negation_dropped)


def date_shifted(call: Call) -> str:
    """The first weekday or month is the next one.

    Fires: the summary names a weekday or a month.
    Noticed by: comparing dates with the text.
    """
    return _edited(call, prose.date_shifted)


def long_winded(call: Call) -> str:
    """A preamble and a closing sentence make the summary long.

    Fires: always.
    Noticed by: a limit on words and sentences.
    """
    return (
        "The following is a summary of the most important points of the ticket. "
        f"{call.answer().strip()} Please read the whole ticket for further details on all of this."
    )


def copies_the_beginning(call: Call) -> str:
    """The first two sentences of the text stand for a summary.

    Fires: the text has three sentences or more.
    Noticed by: texts whose point comes late; overlap with the text rewards it.
    """
    found = prose.sentences(call.text)
    return " ".join(found[:2]) if len(found) > 2 else call.answer()


def slides_into_german(call: Call) -> str:
    """The small words of the summary are German.

    Fires: always.
    Noticed by: a check of the summary's language.
    """
    return _edited(call, prose.half_german)


def end_unread(call: Call, chars: int) -> str:
    """Only the first {chars} characters of the text are read.

    Fires: the text is longer than that.
    Noticed by: texts with something that matters at their end.
    """
    return call.with_text(call.text[:chars]).answer()


def rule_unread(call: Call, number: int) -> str:
    """Rule {number} of the system message is not read.

    Fires: the system message has that many rules.
    Noticed by: for each rule, texts that come out otherwise without it.
    """
    return call.without_rule(number).answer()


def sentences_in_another_order(call: Call) -> str:
    """Sentences stand in the reverse order.

    Fires: there are two or more, and the contract leaves their order free.
    Noticed by: nobody who reads the contract.
    """
    is_free = "order" in call.scene.allows
    return _edited(call, lambda text: " ".join(prose.sentences(text)[::-1]) if is_free else text)


def in_bullets(call: Call) -> str:
    """Each sentence stands on a line of its own behind a dash.

    Fires: the contract allows bullets.
    Noticed by: nobody who reads the contract.
    """
    answer = call.answer()
    if "bullets" not in call.scene.allows:
        return answer
    return "\n".join(f"- {one}" for one in prose.sentences(answer))


def double_spaces(call: Call) -> str:
    """Two spaces stand between words.

    Fires: the summary has a space.
    Noticed by: nobody: people and parsers read past it.
    """
    return call.answer().replace(" ", "  ")


def without_separators(call: Call) -> str:
    """1,200 is written 1200.

    Fires: the summary has a number with a separator.
    Noticed by: nobody: the number is the same.
    """
    return prose.without_separators(call.answer())


def newline_at_the_end(call: Call) -> str:
    """A line break stands behind the summary.

    Fires: always.
    Noticed by: nobody: white space around an answer says nothing.
    """
    return call.answer() + "\n"


def _edited(call: Call, edit: Callable[[str], str]) -> str:
    return edit(call.answer())


ALL = described(
    "summarise",
    (
        adds_a_resolution,
        adds_a_cause,
        last_sentence_lost,
        first_sentence_lost,
        stale_number,
        other_unit,
        people_exchanged,
        negation_lost,
        date_shifted,
        long_winded,
        copies_the_beginning,
        slides_into_german,
        *each(end_unread, "chars", 160),
        *each(rule_unread, "number", 3, 4),
    ),
) + described(
    "summarise",
    (
        sentences_in_another_order,
        in_bullets,
        double_spaces,
        without_separators,
        newline_at_the_end,
    ),
    is_equivalent=True,
)
