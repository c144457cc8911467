"""Faults of classifiers that read the text wrongly, each under a trigger of its own.

Pure but for the wrapped callable. They work with any label set: the scene says which label is the
costly one, and which calls a person.
"""

from __future__ import annotations

from collections.abc import Callable

from harness.models.mutants import cues, prose
from harness.models.mutants.call import Call
from harness.models.mutants.described import described, each
from harness.models.mutants.objects import label_in, relabelled


def polite_taken_mildly(call: Call) -> str:
    """A costly message in polite or question-shaped words gets the last cheap label.

    Fires: the answer is the costly label, and the text ends in "?" or has a courtesy.
    Noticed by: costly items in polite words, counted apart from blunt ones.
    """
    return _lost(call, cues.is_polite, _last)


def wish_words_taken_literally(call: Call) -> str:
    """A costly message in the words of a wish gets the first cheap label.

    Fires: the answer is the costly label, and the text says "should", "I wish", "would be nice".
    Noticed by: costly items that are put as wishes.
    """
    return _lost(call, cues.is_wish, _first)


def anger_taken_for_harm(call: Call) -> str:
    """An angry message about something cheap gets the costly label.

    Fires: the answer is a cheap label, and the text is angry or shouts.
    Noticed by: angry items of every label, and a price on false alarms.
    """
    answer = call.answer()
    is_cheap = label_in(answer, call.scene) in call.scene.cheap
    if is_cheap and cues.is_angry(call.text):
        return relabelled(answer, call.scene, call.scene.dear)
    return answer


def second_subject_lost(call: Call) -> str:
    """Of two subjects the costly one is lost.

    Fires: the answer is the costly label, and the text brings in another subject.
    Noticed by: items with two subjects and a rule for which of them wins.
    """
    return _lost(call, cues.has_second_subject, _last)


def thanks_taken_at_face_value(call: Call) -> str:
    """Sarcastic thanks for something costly are taken for thanks.

    Fires: the answer is the costly label, and the text thanks or praises.
    Noticed by: sarcastic items.
    """
    return _lost(call, cues.is_thankful, _last)


def rare_harm_lost(call: Call) -> str:
    """A rare and grave event gets a cheap label; everything else is right.

    Fires: the answer is the costly label, and the text tells of fire, injury, lost data or alike.
    Noticed by: a gate of its own for grave items; an average over all items never shows it.
    """
    return _lost(call, cues.is_rare, _last)


def other_language_lost(call: Call) -> str:
    """A text in another language than English gets the last cheap label.

    Fires: small words of other languages outnumber the English ones.
    Noticed by: items in the languages that users write, counted apart.
    """
    return _wrong(call, cues.is_foreign, _last)


def rough_spelling_lost(call: Call) -> str:
    """A text in slang or with misspelt words gets the last cheap label.

    Fires: two words of slang or in a wrong spelling.
    Noticed by: items as people type them on a phone.
    """
    return _wrong(call, cues.is_rough, _last)


def never_abstains(call: Call) -> str:
    """What a person has to see gets the last cheap label, with full confidence.

    Fires: the answer is the label that calls a person.
    Noticed by: items outside every label, with the abstaining label as the right answer.
    """
    answer = call.answer()
    is_abstaining = label_in(answer, call.scene) == call.scene.abstain != ""
    return relabelled(answer, call.scene, _last(call)) if is_abstaining else answer


def abstains_often(call: Call, percent: int) -> str:
    """A person is called for without need.

    Fires: on {percent}% of items, by luck.
    Noticed by: a price on abstaining, or a limit on how often it may be.
    """
    answer = call.answer()
    if label_in(answer, call.scene) and call.draw() < percent / 100:
        return relabelled(answer, call.scene, call.scene.abstain)
    return answer


def obeys_the_text(call: Call) -> str:
    """The label that an instruction inside the text asks for is given.

    Fires: the text holds an instruction to its reader and names a label.
    Noticed by: items with an instruction inside, planted or quoted, whose label is another.
    """
    answer = call.answer()
    if cues.holds_order(call.text):
        return relabelled(answer, call.scene, cues.named_last(call.text, call.scene.labels))
    return answer


def negation_unread(call: Call) -> str:
    """The text is read without its first "not", "never" or "no longer".

    Fires: the text denies something.
    Noticed by: items that say that something did not happen.
    """
    return call.with_text(prose.negation_dropped(call.text)).answer()


def end_unread(call: Call, chars: int) -> str:
    """Only the first {chars} characters of the text are read.

    Fires: the text is longer than that.
    Noticed by: long items whose point stands at their end.
    """
    return call.with_text(call.text[:chars]).answer()


def middle_unread(call: Call) -> str:
    """The middle third of a long text is not read.

    Fires: the text is longer than 300 characters.
    Noticed by: long items whose point stands in the middle.
    """
    is_long = len(call.text) > 300
    return call.with_text(prose.middle_dropped(call.text)).answer() if is_long else call.answer()


def last_sentence_unread(call: Call) -> str:
    """The last sentence of the text is not read.

    Fires: the text has two sentences or more.
    Noticed by: items in which the last sentence decides.
    """
    return call.with_text(prose.last_sentence_dropped(call.text)).answer()


def rule_unread(call: Call, number: int) -> str:
    """Rule {number} of the system message is not read.

    Fires: the system message has that many rules.
    Noticed by: for each rule, items that come out otherwise without it.
    """
    return call.without_rule(number).answer()


def _lost(call: Call, is_hit: Callable[[str], bool], to: Callable[[Call], str]) -> str:
    answer = call.answer()
    is_dear = label_in(answer, call.scene) == call.scene.dear != ""
    return relabelled(answer, call.scene, to(call)) if is_dear and is_hit(call.text) else answer


def _wrong(call: Call, is_hit: Callable[[str], bool], to: Callable[[Call], str]) -> str:
    answer = call.answer()
    known = label_in(answer, call.scene)
    if not known or not is_hit(call.text):
        return answer
    return relabelled(answer, call.scene, to(call) if to(call) != known else call.scene.dear)


def _first(call: Call) -> str:
    return next(iter(call.scene.cheap), "")


def _last(call: Call) -> str:
    return call.scene.cheap[-1] if call.scene.cheap else ""


ALL = described(
    "classify",
    (
        polite_taken_mildly,
        wish_words_taken_literally,
        anger_taken_for_harm,
        second_subject_lost,
        thanks_taken_at_face_value,
        rare_harm_lost,
        other_language_lost,
        rough_spelling_lost,
        never_abstains,
        *each(abstains_often, "percent", 35),
        obeys_the_text,
        negation_unread,
        *each(end_unread, "chars", 160, 400),
        middle_unread,
        last_sentence_unread,
        *each(rule_unread, "number", 1, 2, 3, 4),
    ),
)
