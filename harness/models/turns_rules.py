"""A conversation that goes on by a rule: a sum denied, a standing order changed, amounts scaled.

Runs in the model worker (zone G); pure; the text is hostile and short. Only what the turns say in
figures is worked out; where one is missing, the turn is left to be read with what went before.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from fractions import Fraction

from harness.models.skills.sums_said import result_of, shown
from harness.models.turns_alike import filled_alike

_MOST_TURN = 160
_MOST_FIRST = 600
_DENIES = re.compile(
    r"(?P<sum>(?=[\d(])[\d\s.,()+*/x×÷%−-]{1,40}?(?:\b(?:times|plus|minus|of|divided by)\b"
    r"[\d\s.,()+*/x×÷%−-]{1,40}?){0,4})\s*"
    r"(?P<is>isn['’]?t|is not|are not|aren['’]?t|(?:does|do) ?n[o'’]?t (?:make|equal|give)|≠|!=|"
    r"is|are|makes?|equals?|gives?|==?)\s*(?:only |exactly )?(?P<claim>\d[\d.,]{0,12})(?![\d%])",
    re.I,
)
_STANDING = re.compile(
    r"\b(?:when(?:ever)?|if|each time|every time|for (?:each|every)|any time)\b[^.;\n]{0,24}?\b"
    r"(?P<kind>number|word|name|text|phrase)s?\b|\b(?:every|each|any) (?P<kind2>number|word|name|"
    r"phrase) (?:that )?i (?:send|type|write|say|give|name)\b",
    re.I,
)
_SCALE = re.compile(
    r"\b(?:(?:pancakes?|soup|stew|cake|rice|pasta|curry|salad|bread|waffles?|muffins?)(?= for)|"
    r"recipe|ingredients|amounts?|quantities|serves|makes|feeds|enough|dough|batter)\b"
    r"[^:\n]{0,40}?(?P<n>\d{1,3})\b[^:\n\d]{0,30}:\s*(?P<list>[^\n]{5,400}?)(?=\.\s|\n|\.?$)",
    re.I,
)
_WANTS = re.compile(
    r"^\W*(?:(?:and|ok|now|but|then|what about|how about|what if|make it|i need it|do it|"
    r"for|i|only|just|want|need|have|it'?s|we are|we'?re|there are|with)\b\W*){0,5}(?P<n>\d{1,3})\b"
    r"(?: (?:people|persons|guests|servings?|portions|of us|eaters|kids|pieces|muffins|"
    r"pancakes|cookies|rolls|cakes|waffles))?"
    r"(?: (?:instead|now|please|then))?\W*$",
    re.I,
)
_NEEDS = re.compile(
    r"\b(?:i|we) (?:need|want|have to make) (?:it|this|that|them) for (?P<n>\d{1,3})\b|"
    r"\b(?:scale|adapt|convert|change|make|do) (?:it|this|that|them)?(?: up| down)? ?"
    r"(?:to|for) (?P<m>\d{1,3})\b|\bhow much (?:\w+ ){0,4}for (?P<k>\d{1,3})(?: people)?\s*\?",
    re.I,
)
_AMOUNT = re.compile(r"(?<![\w.])(?P<n>\d{1,6}(?:[.,]\d{1,3})?|\d/[1-9])(?=\s?[a-zA-Zà-ÿ])")


def gone_on(pairs: Sequence[tuple[str, str]], turn: str) -> str:
    """The answer to a last turn that a rule of the conversation settles; empty where none does.

    Args:
        pairs: (user turn, answer), oldest first.
        turn: the last turn.
    """
    said = turn.strip()
    if not pairs or len(said) > _MOST_TURN:
        return ""
    return (
        _denied(pairs[-1][1], said)
        or _by_standing_order([given for given, _ in pairs], said)
        or _scaled_again([given for given, _ in pairs], said)
        or filled_alike(pairs, said)
    )


def _denied(answer: str, turn: str) -> str:
    """A sum that a user holds against the last answer, reckoned."""
    found = _DENIES.search(turn)
    if found is None or not re.search(r"\d", answer):
        return ""
    value, claim = result_of(found["sum"]), _number(found["claim"].rstrip(".,"))
    if value is None or claim is None or not re.search(r"[+*/x×÷%−-]|[a-z]", found["sum"].strip()):
        return ""
    total = f"{' '.join(found['sum'].split()).strip(' ,.')} is {shown(value)}"
    denies = bool(re.search(r"n['’]?t|not|≠|!=", found["is"], re.I))
    said = [_number(n) for n in re.findall(r"\d[\d,]*(?:\.\d+)?", answer)]
    if denies and value == claim:
        return f"I make it the same again: {total}."
    if denies or (value == claim and value not in said):
        return f"You are right, I made a mistake: {total}."
    return "" if value == claim else f"I looked again: {total}, not {shown(claim)}."


def _number(text: str) -> Fraction | None:
    try:
        return Fraction(text.replace(",", ""))
    except (ValueError, ZeroDivisionError):
        return None


Change = Callable[[str], str]


def _of_figure(change: Callable[[Fraction], Fraction]) -> Change:
    return lambda text: shown(change(Fraction(text)))


_FIXED: tuple[tuple[str, str, Change], ...] = (
    ("number", r"\b(?:doubled?|twice|two times)\b", _of_figure(lambda n: 2 * n)),
    ("number", r"\b(?:tripled?|treble|three times|thrice)\b", _of_figure(lambda n: 3 * n)),
    ("number", r"\b(?:quadrupled?|four times)\b", _of_figure(lambda n: 4 * n)),
    ("number", r"\b(?:half|halved?|halves)\b", _of_figure(lambda n: n / 2)),
    ("number", r"\bsquared?\b", _of_figure(lambda n: n * n)),
    ("number", r"\bcubed?\b", _of_figure(lambda n: n**3)),
    ("number", r"\b(?:negative|opposite sign)\b", _of_figure(lambda n: -n)),
    ("number", r"\b(?:next (?:number|integer)|successor)\b", _of_figure(lambda n: n + 1)),
    ("word", r"\b(?:upper ?case|capitals|capital letters|caps)\b", str.upper),
    ("word", r"\b(?:lower ?case|small letters)\b", str.lower),
    ("word", r"\b(?:backwards?|reversed?|in reverse)\b", lambda text: text[::-1]),
    (
        "word",
        r"\b(?:its length|(?:its )?number of letters|letter count)\b",
        lambda text: str(len(text)),
    ),
    ("word", r"\bfirst letter\b", lambda text: text[:1]),
    ("word", r"\blast letter\b", lambda text: text[-1:]),
)
_STEP = re.compile(
    r"\b(?P<way>add|plus|subtract|minus|take away|multiply (?:it )?by|times|divide (?:it )?by)\s"
    r"(?P<n>\d{1,4}(?:\.\d{1,2})?)\b(?P<to> (?:to|from) (?:it|that|them|each))?",
    re.I,
)


def _by_standing_order(told: Sequence[str], turn: str) -> str:
    """What the order for every later number or word comes to, in its newest wording."""
    standing = _STANDING.search(told[0][:_MOST_FIRST]) if told else None
    if standing is None or "\n" in turn:
        return ""
    kind = "number" if (standing["kind"] or standing["kind2"]).lower() == "number" else "word"
    orders = [order for text in (*told, turn) if (order := _change(text[:_MOST_FIRST], kind))]
    if not orders or "?" in turn:
        return ""
    changed = _change(turn, kind)
    rest = turn if changed is None else turn.replace(changed[1], " ")
    if kind == "number":
        figures = re.findall(r"(?<![\w.])-?\d{1,9}(?:\.\d{1,4})?(?![\w%])", rest)
        item = figures[-1] if len(figures) == 1 else ""
        words = re.findall(r"[^\W\d_]+", rest)
        if len(words) > (9 if changed else 3):
            return ""
    else:
        item = re.split(r"[.:;,]\s+", rest.strip(" .!"))[-1].strip(" \"'“”.!")
        if len(item.split()) > 3 or (changed and not re.search(r"[.:;,]\s", turn)):
            return ""
    if not item:
        return "All right, I do it so from now on." if changed else ""
    return orders[-1][0](item)


def _change(text: str, kind: str) -> tuple[Change, str] | None:
    """The last change that a text orders, with its words."""
    found: list[tuple[int, Change, str]] = []
    for of, pattern, change in _FIXED:
        if of == kind and (mark := re.search(pattern, text, re.I)):
            found.append((mark.start(), change, mark[0]))
    if kind == "number" and (step := _STEP.search(text)):
        by = Fraction(step["n"])
        way = step["way"].lower()
        if way.startswith("divide") and not by:
            return None
        figure: Callable[[Fraction], Fraction] = (
            (lambda n: n + by)
            if way in ("add", "plus")
            else (lambda n: n * by)
            if way.startswith(("multiply", "times"))
            else (lambda n: n / by)
            if way.startswith("divide")
            else (lambda n: n - by)
        )
        found.append((step.start(), _of_figure(figure), step[0]))
    return max(found, key=lambda one: one[0])[1:] if found else None


def _scaled_again(told: Sequence[str], turn: str) -> str:
    """The amounts of a recipe for another number of people."""
    wanted = _WANTS.match(turn)
    if wanted is None:
        return ""
    return next((s for text in told if (s := _scaled(text, int(wanted["n"])))), "")


def scaled(text: str) -> str:
    """The amounts of a recipe for the number of people that the same message names, or nothing."""
    wanted = _NEEDS.search(text[:_MOST_FIRST])
    return _scaled(text, int(wanted["n"] or wanted["m"] or wanted["k"])) if wanted else ""


def _scaled(text: str, people: int) -> str:
    given = _SCALE.search(text[:_MOST_FIRST])
    if given is None or not int(given["n"]) or not people:
        return ""
    listed = re.split(r"[.;]\s+(?=[A-Za-z])", given["list"])[0].strip(" .")
    if len(_AMOUNT.findall(listed)) < 2:
        return ""
    by = Fraction(people, int(given["n"]))
    done = _AMOUNT.sub(lambda m: shown(Fraction(m["n"].replace(",", ".")) * by), listed)
    return f"For {people}: {done}."
