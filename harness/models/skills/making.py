"""Work to an order that its words settle: on letters, words, lists, tables, examples, rows, names.

Runs in the model worker; the text is hostile, capped. Each kind of work looks at the ways to part
order and text (making_order) and does it or passes; the first that does it answers. Aliases of
exercises do not come here.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable

from harness.models.faults import Luck, Pressure, chance
from harness.models.reading import Reading
from harness.models.skills import (
    letters,
    making_alphabet,
    making_categories,
    making_codes,
    making_counts,
    making_dates,
    making_echo,
    making_finds,
    making_functions,
    making_letters,
    making_list_facts,
    making_lists,
    making_masks,
    making_notes,
    making_numbers,
    making_patterns,
    making_people,
    making_replies,
    making_series,
    making_small,
    making_status,
    making_swaps,
    making_tables,
    making_taken,
    making_templates,
    making_turns_of_phrase,
    making_voices,
)
from harness.models.skills.making_fields import said_fields
from harness.models.skills.making_order import GAP, Order, is_order, orders_of
from harness.models.skills.making_records import records_in
from harness.models.skills.outcome import Outcome
from harness.models.skills.rewriting_edits import sentences_joined
from harness.models.skills.rewriting_orders import ways_asked
from harness.models.skills.rewriting_rules import rules_asked

_MOST_SAID = 6_000
_LONG_TEXT = 900
_INLINE = re.compile(
    r"\b(?:in|of|does|do|is|has|spell|reverse|uppercase|on|for|write|"
    r"word)\s+(?:the\s+)?(?:single\s+)?(?:word|string|name|term|letters of|"
    r"spelling of)?\s*:?\s*(?P<word>[A-Za-zÀ-ÿ][\w-]{1,30})(?=[\s?.,!]|$)",
    re.I,
)
_ORDERED_ELSE = re.compile(
    r"\b(?:labels|label|categories|classes|options)\s?:|\breturn (?:only )?json\b|"
    r"\b(?:reply|answer|respond) (?:only )?with\b",
    re.I,
)
_NO_WORDS = frozenset(
    "the a an this that it these those word words letter letters string "
    "name text sentence following each every all list "
    "reverse order backwards alphabetical vowels consonants have has "
    "contain spell count number only which what how many "
    "times and or with without lower upper case capital total one my your".split()
)
Work = Callable[[str, str], str | None]
_SUITED = re.compile(
    r"\b(?:suitable|fit|fitting|appropriate|good enough|right) for (?:an?|the|my|our)\b", re.I
)


def make(reading: Reading, pressure: Pressure, luck: Luck) -> Outcome | None:
    """What an order of one turn comes to, or None where it is no such order."""
    orders = orders_of(reading)
    if not orders:
        return None
    messages = reading.talk or reading.prompt.messages
    if not any(role == "assistant" for role, _ in messages):
        done = _settled_by_form(orders, reading, pressure, luck)
        if done is not None:
            return done
    if reading.task == "qa" and sum(map(len, reading.data)) > _LONG_TEXT:
        return None  # a question to a document, whatever its words
    able = [
        o for o in orders if is_order(o.asked) and (o.is_sure or not _ORDERED_ELSE.search(o.text))
    ]
    is_sorting = (
        reading.task == "classify" and sum(bool(label.definition) for label in reading.labels) >= 2
    )
    for work in _WORKS[:-2] if is_sorting else _WORKS:
        for order in able:
            made = work(order)
            if made is not None and made.strip():
                return _outcome(made)
    return None


def _settled_by_form(
    orders: list[Order], reading: Reading, pressure: Pressure, luck: Luck
) -> Outcome | None:
    """What the form of a single message settles: an echo, a template, examples, a row, a note."""
    said = next(text for role, text in reading.prompt.messages if role == "user")
    if len(said) <= _MOST_SAID:
        if len(reading.prompt.messages) == 1 and (echoed := making_echo.exact(said)) is not None:
            return _outcome(echoed)
        shown = (
            making_templates.filled(said)
            or making_functions.called(said)
            or making_patterns.completed(said)
            or making_series.continued(said)
            or making_codes.ranged(said)
            or making_small.small(said)
            or making_status.status(said)
            or making_notes.run_together(said)
        )
        question = making_codes.in_question(said)
        if shown is None and question is not None:
            shown = making_codes.coded(*question)
        if shown is not None:
            return _outcome(shown)
    is_letter = not reading.is_sorting  # a mail to be labelled is none to be written
    if reading.task == "rewrite" and reading.data and _SUITED.search(reading.prompt.directions):
        is_letter = False  # a manner that a letter wants, and no letter
    letter = making_replies.replied(reading) if is_letter else None
    if letter is None and is_letter:
        letter = making_notes.noted(reading) or letters.composed(reading)
    if letter is not None:
        return Outcome(letter, letter, task="chat")
    counted = _counted(orders, said)
    return None if counted is None else _miscounted(counted, reading, pressure, luck)


def _outcome(said: str) -> Outcome:
    """JSON keeps the task whose form may break; all else is said as it is."""
    try:
        is_json = said[:1] in ("{", "[") and isinstance(json.loads(said), dict | list)
    except ValueError:
        is_json = False
    return Outcome(said, said, task="extract" if is_json and "\n" not in said else "chat")


def _counted(orders: list[Order], said: str) -> str | None:
    for order in orders:
        for asked, text in ((order.asked, order.text), *_inline(order)):
            if not text.strip():
                continue
            found = (
                making_counts.counted(asked, text)
                or making_counts.placed(asked, text)
                or making_counts.checked(asked, text)
            )
            if found is not None:
                return found
    return making_alphabet.on_alphabet(said.strip()) if len(said) <= 200 else None


def _inline(order: Order) -> list[tuple[str, str]]:
    """The order with one bare word of its own as its text: "the 3rd letter of planet"."""
    if order.text.strip() or not re.search(
        r"\b(?:letters?|vowels?|consonants?|characters?|syllables?|spell\w*|"
        r"backwards?|reverse\w*|palindrome|anagram\w*|[a-z]['’]s)\b",
        order.asked,
        re.I,
    ):
        return []
    found = [m for m in _INLINE.finditer(order.asked) if m["word"].lower() not in _NO_WORDS]
    return [
        (order.asked[: m.start("word")] + GAP + order.asked[m.end("word") :], m["word"])
        for m in found[-1:]
    ]


def _miscounted(found: str, reading: Reading, pressure: Pressure, luck: Luck) -> Outcome:
    """A count, now and then one too many or too few, as models that see no letters do."""
    item = reading.prompt.messages[-1][1].lower()[:400]
    if found.isdigit() and luck.draw("misreckons", item) < chance(pressure.misreckons()):
        wrong = str(max(0, int(found) + (1 if luck.pick("misreckons", item, 2) else -1)))
        return Outcome(wrong, wrong, task="chat", faults=("misreckoned",))
    return Outcome(found, found, task="chat")


def _lettered(order: Order) -> str | None:
    for asked, text in ((order.asked, order.text), *_inline(order)):
        said = making_letters.changed(asked, text) if text.strip() else None
        if said is not None:
            return said
    return None


def _said_often(order: Order) -> str | None:
    return making_echo.many_times(order.asked, order.text)


def _listed(order: Order) -> str | None:
    return making_lists.worked(order.asked, order.text, is_sure=order.is_sure)


def _told_anew(order: Order) -> str | None:
    if re.search(r"[\"']\w{1,30}[\"']\s?:", order.asked):
        return None  # the sketch of a record: what fills it is another work
    named = {field.name.lower().replace("_", " ") for field in said_fields(order.asked)}
    if named and not re.search(r"\b(?:columns?|convert|keep|sort|order)\b", order.asked, re.I):
        held = records_in(order.text)
        if held is None or not named <= {name.lower().replace("_", " ") for name in held.header}:
            return None
    return making_tables.retold(order.asked, order.text)


def _masked(order: Order) -> str | None:
    return making_masks.masked(order.asked, order.text) if len(order.text.split()) >= 3 else None


def _redated(order: Order) -> str | None:
    return making_dates.redated(order.asked, order.text)


def _renumbered(order: Order) -> str | None:
    return making_numbers.renumbered(order.asked, order.text) if order.text.strip() else None


def _repersoned(order: Order) -> str | None:
    return (
        making_people.repersoned(order.asked, order.text) if len(order.text.split()) >= 3 else None
    )


def _voiced(order: Order) -> str | None:
    return making_voices.voiced(order.asked, order.text) if len(order.text.split()) >= 2 else None


def _ruled(order: Order) -> str | None:
    """The text said again under nothing but a ban: "rephrase, without the word …"."""
    if not re.search(r"\b(?:rephrase|reword|rewrite|paraphrase|say it)\b", order.asked, re.I):
        return None
    rules = rules_asked(order.asked) if not ways_asked(order.asked) else []
    said = order.text
    for rule in rules:
        said = rule(said)
    return said.strip() if rules and said != order.text else None


def _coded(order: Order) -> str | None:
    return making_codes.coded(order.asked, order.text)


def _picked(order: Order) -> str | None:
    return making_finds.picked(order.asked, order.text)


def _taken(order: Order) -> str | None:
    return making_taken.taken(order.asked, order.text)


def _list_told(order: Order) -> str | None:
    return making_list_facts.told(order.asked, order.text)


_ONE_OF = re.compile(
    r"\b(?:which|what) [a-z]+(?<!s) (?:is|are|was|were|will|does|do|did|has|have) (?:the|it|"
    r"my|our|his|her|this)\b",
    re.I,
)


def _categorised(order: Order) -> str | None:
    if _ONE_OF.search(order.asked):
        return None  # which of them something is, and not which there are
    return making_categories.categorised(order.asked, order.text)


def _turned(order: Order) -> str | None:
    return making_turns_of_phrase.turned(order.asked, order.text)


def _joined(order: Order) -> str | None:
    wants = re.search(
        r"\b(?:join|combine|merge|connect|link|fuse|put)\b[^.\n]{0,40}\b(?:sentences?|one)\b",
        order.asked,
        re.I,
    )
    several = len(re.findall(r"[.!?](?:\s|$)", order.text)) >= 2 and "\n" not in order.text.strip()
    return sentences_joined(order.text) if wants and several else None


def _swapped(order: Order) -> str | None:
    return making_swaps.swapped(order.asked, order.text) or making_swaps.reckoned(
        order.asked, order.text
    )


_WORKS: tuple[Callable[[Order], str | None], ...] = (
    _said_often,
    _coded,
    _repersoned,
    _taken,
    _redated,
    _renumbered,
    _voiced,
    _turned,
    _ruled,
    _categorised,
    _picked,
    _list_told,
    _joined,
    _swapped,
    _masked,
    _told_anew,
    _lettered,
    _listed,
)
