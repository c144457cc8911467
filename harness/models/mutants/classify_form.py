"""Faults of classifiers in luck and form, and changes of form that are no fault.

Pure but for the wrapped callable. Luck is the item's own: a flaky mutant errs on the same items
whenever its seed is the same, and at 5% on a part of those at 20%.
"""

from __future__ import annotations

from harness.models.mutants.call import Call
from harness.models.mutants.described import described, each
from harness.models.mutants.objects import label_in, read_object, relabelled, written


def flaky(call: Call, percent: int) -> str:
    """Another label is given.

    Fires: on {percent}% of items, by luck.
    Noticed by: enough items: a few dozen cannot tell 95% from 100%.
    """
    answer = call.answer()
    return _another(call, answer) if call.draw() < percent / 100 else answer


def differs_between_calls(call: Call, percent: int) -> str:
    """Equal calls get different labels.

    Fires: on {percent}% of calls, drawn anew when an equal one came before.
    Noticed by: asking for the same item several times.
    """
    answer = call.answer()
    if call.draw(by_turn=True) < percent / 100:
        return _another(call, answer, by_turn=True)
    return answer


def falls_to_the_majority(call: Call, percent: int) -> str:
    """The last cheap label is given whatever the text says.

    Fires: on {percent}% of items, by luck.
    Noticed by: a figure for each label; where one label is common, the average hides it.
    """
    answer = call.answer()
    is_read = label_in(answer, call.scene) and call.scene.cheap
    if is_read and call.draw() < percent / 100:
        return relabelled(answer, call.scene, call.scene.cheap[-1])
    return answer


def prefers_the_first_label(call: Call, percent: int) -> str:
    """The label that the prompt names first is given.

    Fires: on {percent}% of items, by luck.
    Noticed by: asking with the labels in another order; a figure for each label.
    """
    answer = call.answer()
    is_hit = label_in(answer, call.scene) and call.draw() < percent / 100
    return relabelled(answer, call.scene, call.first_named()) if is_hit else answer


def invents_a_label(call: Call, percent: int) -> str:
    """A label that nobody offered is given.

    Fires: on {percent}% of items, by luck.
    Noticed by: counting an unknown label as an error instead of leaving it out.
    """
    answer = call.answer()
    if label_in(answer, call.scene) and call.draw() < percent / 100:
        made_up = call.pick(("other", "general", "complaint", "feedback"))
        return relabelled(answer, call.scene, made_up)
    return answer


def label_in_the_plural(call: Call, percent: int) -> str:
    """The label is off by a letter: its plural is given.

    Fires: on {percent}% of items, by luck.
    Noticed by: comparing labels whole; "in" or "startswith" let it through.
    """
    answer = call.answer()
    known = label_in(answer, call.scene)
    is_hit = known and call.draw() < percent / 100
    return relabelled(answer, call.scene, known + "s") if is_hit else answer


def chatty(call: Call, percent: int) -> str:
    """A sentence or a fence stands around the answer.

    Fires: on {percent}% of items, by luck.
    Noticed by: reading the answer as strictly as its consumer does.
    """
    answer = call.answer()
    if call.draw() >= percent / 100:
        return answer
    forms = ("Sure! I would say: {}", "```json\n{}\n```", "{}\n\nLet me know if I can do more.")
    return call.pick(forms).replace("{}", answer)


def breaks_json(call: Call, percent: int) -> str:
    """The answer's JSON cannot be parsed.

    Fires: on {percent}% of items, by luck, when the answer is JSON.
    Noticed by: counting what cannot be read as an error.
    """
    answer = call.answer()
    if read_object(answer) is None or call.draw() >= percent / 100:
        return answer
    form = call.pick(("cut", "comma", "quotes"))
    if form == "cut":
        return answer.rstrip()[:-1]
    return answer.rstrip()[:-1] + ",}" if form == "comma" else answer.replace('"', "'")


def renames_the_key(call: Call, percent: int) -> str:
    """The label stands under another key.

    Fires: on {percent}% of items, by luck, when the answer is JSON.
    Noticed by: reading the agreed key alone.
    """
    answer = call.answer()
    found = read_object(answer)
    if found is None or call.draw() >= percent / 100:
        return answer
    return written({("category" if k == call.scene.key else k): v for k, v in found.items()})


def answers_nothing(call: Call, percent: int) -> str:
    """The answer is empty.

    Fires: on {percent}% of items, by luck.
    Noticed by: counting an empty answer as an error.
    """
    answer = call.answer()
    return "" if call.draw() < percent / 100 else answer


def spaced(call: Call) -> str:
    """Other spaces stand between the parts of the JSON.

    Fires: the answer is JSON.
    Noticed by: nobody: JSON means the same with any spacing.
    """
    answer = call.answer()
    found = read_object(answer)
    if found is None:
        return answer
    inner = " ,  ".join(f"{written(key)} :  {written(value)}" for key, value in found.items())
    return f"{{  {inner} }}"


def indented(call: Call) -> str:
    """The JSON stands on several lines.

    Fires: the answer is JSON.
    Noticed by: nobody: JSON means the same on several lines.
    """
    answer = call.answer()
    found = read_object(answer)
    if found is None:
        return answer
    inner = ",\n".join(f"    {written(key)}: {written(value)}" for key, value in found.items())
    return f"{{\n{inner}\n}}"


def newline_at_the_end(call: Call) -> str:
    """A line break stands behind the answer.

    Fires: always.
    Noticed by: nobody: white space around an answer says nothing.
    """
    return call.answer() + "\n"


def space_before(call: Call) -> str:
    """A space stands before the answer.

    Fires: always.
    Noticed by: nobody: white space around an answer says nothing.
    """
    return " " + call.answer()


def escaped(call: Call) -> str:
    """The label's first letter is written as a JSON escape.

    Fires: the answer is JSON with a label.
    Noticed by: nobody: a JSON parser gives the same string.
    """
    answer = call.answer()
    known = label_in(answer, call.scene)
    if read_object(answer) is None or not known:
        return answer
    return answer.replace(f'"{known}"', f'"\\u{ord(known[0]):04x}{known[1:]}"')


def label_in_capitals(call: Call) -> str:
    """The label is written in capitals.

    Fires: the contract ignores case.
    Noticed by: nobody who reads the contract.
    """
    answer = call.answer()
    is_free = "case" in call.scene.allows
    return relabelled(answer, call.scene, label_in(answer, call.scene).upper() * is_free)


def label_with_a_capital(call: Call) -> str:
    """The label begins with a capital.

    Fires: the contract ignores case.
    Noticed by: nobody who reads the contract.
    """
    answer = call.answer()
    is_free = "case" in call.scene.allows
    return relabelled(answer, call.scene, label_in(answer, call.scene).capitalize() * is_free)


def further_key_behind(call: Call) -> str:
    """A key that nobody asked for stands behind the label.

    Fires: the answer is JSON, and the contract ignores other keys.
    Noticed by: nobody who reads the contract.
    """
    return _with_confidence(call, is_first=False)


def further_key_before(call: Call) -> str:
    """A key that nobody asked for stands before the label.

    Fires: the answer is JSON, and the contract ignores other keys.
    Noticed by: nobody who reads the contract.
    """
    return _with_confidence(call, is_first=True)


def _with_confidence(call: Call, *, is_first: bool) -> str:
    answer = call.answer()
    found = read_object(answer)
    if found is None or "extra_keys" not in call.scene.allows:
        return answer
    more = {"confidence": round(0.6 + 0.39 * call.draw(), 2)}
    return written(more | found if is_first else found | more)


def _another(call: Call, answer: str, *, by_turn: bool = False) -> str:
    known = label_in(answer, call.scene)
    others = tuple(one for one in call.scene.labels if one != known)
    if not known or not others:
        return answer
    return relabelled(answer, call.scene, call.pick(others, by_turn=by_turn))


ALL = described(
    "classify",
    (
        *each(flaky, "percent", 5, 10, 20),
        *each(differs_between_calls, "percent", 30),
        *each(falls_to_the_majority, "percent", 55),
        *each(prefers_the_first_label, "percent", 25),
        *each(invents_a_label, "percent", 15),
        *each(label_in_the_plural, "percent", 15),
        *each(chatty, "percent", 15),
        *each(breaks_json, "percent", 10),
        *each(renames_the_key, "percent", 10),
        *each(answers_nothing, "percent", 5),
    ),
) + described(
    "classify",
    (
        spaced,
        indented,
        newline_at_the_end,
        space_before,
        escaped,
        label_in_capitals,
        label_with_a_capital,
        further_key_behind,
        further_key_before,
    ),
    is_equivalent=True,
)
