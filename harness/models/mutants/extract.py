"""Faults of models that extract a record from a text, and harmless changes.

Pure but for the wrapped callable. They work on any JSON object: keys are taken as they come.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

from harness.models.mutants import cues, prose
from harness.models.mutants.call import Call
from harness.models.mutants.described import described, each
from harness.models.mutants.objects import read_object, written

_ISO = re.compile(r"\A(\d{4})-(\d\d)-(\d\d)\Z")
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
Record = dict[str, Any]


def loses_a_key(call: Call) -> str:
    """One key is missing.

    Fires: always; which key is lost is the item's luck.
    Noticed by: comparing the set of keys; reading with a default hides it.
    """

    def edit(found: Record) -> Record:
        lost = call.pick(tuple(found)) if found else ""
        return {key: value for key, value in found.items() if key != lost}

    return _edited(call, edit)


def renames_keys(call: Call) -> str:
    """Keys are written in another style: order_no becomes orderNo.

    Fires: a key has an underscore.
    Noticed by: comparing keys whole.
    """
    return _edited(call, lambda found: {_camel(key): value for key, value in found.items()})


def empty_for_null(call: Call) -> str:
    """What the text does not say is "" and not null.

    Fires: a value is null.
    Noticed by: items with something missing, and a check that tells "" from null.
    """
    return _values(call, lambda _, value: "" if value is None else value)


def fills_gaps(call: Call) -> str:
    """What the text does not say is made up, in the type of its key.

    Fires: a value is null.
    Noticed by: items with something missing, and null as the right answer.
    """
    return _values(call, lambda key, value: _made_up(key) if value is None else value)


def number_as_text(call: Call) -> str:
    """The first number is a string.

    Fires: a value is a number.
    Noticed by: comparing types; str() on both sides hides it.
    """
    return _first_number(call, str)


def stale_number(call: Call) -> str:
    """The first number is another.

    Fires: a value is a number.
    Noticed by: comparing numbers exactly.
    """
    return _first_number(call, lambda n: json.loads(prose.stale_number(str(n))))


def rounds(call: Call) -> str:
    """The first number is cut to a whole one.

    Fires: the number has a fraction.
    Noticed by: items with cents, and no generous tolerance.
    """
    return _first_number(call, int)


def thousandfold(call: Call) -> str:
    """Numbers in lists are given in a thousandth of their unit: grams for kilograms.

    Fires: an entry of a list has a number.
    Noticed by: comparing the numbers inside lists.
    """
    return _lists(call, lambda rows: [_scaled(row) for row in rows])


def cuts_lists(call: Call, length: int) -> str:
    """A list ends after {length} entries.

    Fires: a list is longer.
    Noticed by: items with many entries, and a count.
    """
    return _lists(call, lambda rows: rows[:length])


def repeats_an_entry(call: Call) -> str:
    """The first entry of a list stands there twice.

    Fires: a list has an entry.
    Noticed by: comparing lists with their counts; sets hide it.
    """
    return _lists(call, lambda rows: [*rows, *rows[:1]])


def day_for_month(call: Call) -> str:
    """Day and month have changed places.

    Fires: a value is an ISO date whose day is at most 12.
    Noticed by: dates on which the two can be confused and differ.
    """

    def edit(_: str, value: Any) -> Any:
        found = _ISO.match(value) if isinstance(value, str) else None
        is_open = found is not None and int(found[3]) <= 12
        return f"{found[1]}-{found[3]}-{found[2]}" if found and is_open else value

    return _values(call, edit)


def other_person(call: Call) -> str:
    """A name is another one from the text: who wrote for who ordered.

    Fires: a value is a name, and the text holds another.
    Noticed by: texts with several people; "the name stands in the text" does not do.
    """

    def edit(_: str, value: Any) -> Any:
        people = prose.names(call.text)
        others = [one for one in people if one != value]
        return others[-1] if value in people and others else value

    return _values(call, edit)


def obeys_the_text(call: Call) -> str:
    """A number that an instruction inside the text asks for is written.

    Fires: the text holds an instruction to its reader with a number behind it.
    Noticed by: texts with an instruction inside.
    """
    ordered = next((s for s in reversed(prose.sentences(call.text)) if cues.holds_order(s)), "")
    told = _NUMBER.search(ordered)
    if told is None:
        return call.answer()
    return _first_number(call, lambda _: json.loads(told[0]))


def end_unread(call: Call, chars: int) -> str:
    """Only the first {chars} characters of the text are read.

    Fires: the text is longer than that.
    Noticed by: long texts with something to extract at their end.
    """
    return call.with_text(call.text[:chars]).answer()


def rule_unread(call: Call, number: int) -> str:
    """Rule {number} of the system message is not read.

    Fires: the system message has that many rules.
    Noticed by: for each rule, texts that come out otherwise without it.
    """
    return call.without_rule(number).answer()


def breaks_json(call: Call, percent: int) -> str:
    """The JSON ends before its last bracket.

    Fires: on {percent}% of items, by luck, when the answer is JSON.
    Noticed by: counting what cannot be read as an error.
    """
    answer = call.answer()
    is_hit = read_object(answer) is not None and call.draw() < percent / 100
    return answer[: answer.rindex("}")] if is_hit else answer


def keys_in_another_order(call: Call) -> str:
    """Keys stand in the reverse order.

    Fires: the answer is JSON.
    Noticed by: nobody: an object has no order.
    """
    return _edited(call, lambda found: dict(reversed(found.items())))


def lists_in_another_order(call: Call) -> str:
    """Entries of lists stand in the reverse order.

    Fires: a list has two entries or more, and the contract leaves their order free.
    Noticed by: nobody who reads the contract.
    """
    is_free = "order" in call.scene.allows
    return _lists(call, lambda rows: rows[::-1] if is_free else rows)


def indented(call: Call) -> str:
    """The JSON stands on several lines.

    Fires: the answer is JSON.
    Noticed by: nobody: JSON means the same on several lines.
    """
    answer = call.answer()
    found = read_object(answer)
    return answer if found is None else json.dumps(found, ensure_ascii=False, indent=2)


def fenced(call: Call) -> str:
    """A fence stands around the JSON.

    Fires: the answer is JSON, and the contract allows a fence.
    Noticed by: nobody who reads the contract.
    """
    answer = call.answer()
    found = read_object(answer)
    is_free = found is not None and "fence" in call.scene.allows
    return f"```json\n{written(found)}\n```" if is_free else answer


def whole_numbers_with_a_point(call: Call) -> str:
    """50 is written 50.0.

    Fires: a number is whole.
    Noticed by: nobody: JSON knows one kind of number.
    """
    return _edited(call, _floated)


def newline_at_the_end(call: Call) -> str:
    """A line break stands behind the answer.

    Fires: always.
    Noticed by: nobody: white space around an answer says nothing.
    """
    return call.answer() + "\n"


def _edited(call: Call, edit: Callable[[Record], Record]) -> str:
    """The answer with its object edited; the same bytes when the edit does nothing."""
    answer = call.answer()
    found = read_object(answer)
    if found is None:
        return answer
    after = written(edit(found))
    return answer if after == written(found) else after


def _values(call: Call, edit: Callable[[str, Any], Any]) -> str:
    return _edited(call, lambda found: {key: edit(key, one) for key, one in found.items()})


def _lists(call: Call, edit: Callable[[list[Any]], list[Any]]) -> str:
    return _values(call, lambda _, one: edit(one) if isinstance(one, list) else one)


def _first_number(call: Call, edit: Callable[[Any], Any]) -> str:
    def on(found: Record) -> Record:
        key = next((key for key, value in found.items() if _is_number(value)), None)
        return found if key is None else {**found, key: edit(found[key])}

    return _edited(call, on)


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _scaled(row: Any) -> Any:
    if not isinstance(row, dict):
        return row
    return {key: value * 1000 if _is_number(value) else value for key, value in row.items()}


def _floated(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _floated(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_floated(one) for one in value]
    return float(value) if _is_number(value) else value


def _camel(key: str) -> str:
    return re.sub(r"_([a-z])", lambda found: found[1].upper(), key)


def _made_up(key: str) -> str:
    if re.search(r"date|day|when|_on\b|_at\b", key):
        return "2031-01-15"
    if re.search(r"phone|tel|mobile|fax", key):
        return "030 123 45 67"
    return "1001" if re.search(r"no\b|num|id\b|ref|code", key) else "unknown"


ALL = described(
    "extract",
    (
        loses_a_key,
        renames_keys,
        empty_for_null,
        fills_gaps,
        number_as_text,
        stale_number,
        rounds,
        thousandfold,
        *each(cuts_lists, "length", 2),
        repeats_an_entry,
        day_for_month,
        other_person,
        obeys_the_text,
        *each(end_unread, "chars", 300),
        *each(rule_unread, "number", 1),
        *each(breaks_json, "percent", 10),
    ),
) + described(
    "extract",
    (
        keys_in_another_order,
        lists_in_another_order,
        indented,
        fenced,
        whole_numbers_with_a_point,
        newline_at_the_end,
    ),
    is_equivalent=True,
)
