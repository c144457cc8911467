"""Whether two sentences under marks of their own ask or say the same thing.

Runs in the model worker; the text is hostile: capped, every repeat is bounded. The two stand under
heads ("A:", "Question 1:", "First:"), in quotes, in bullets or on lines of their own. What fools
it: a list of more than two.
"""

from __future__ import annotations

import json
import re

from harness.models.faults import Luck, Pressure, chance
from harness.models.features import Bank
from harness.models.reading import Reading
from harness.models.skills.judge_alike import is_same
from harness.models.skills.judge_form import Verdicts, offered
from harness.models.skills.outcome import Outcome
from harness.models.skills.record_form import fields_of, sketch_in

_MOST_CHARS = 4_000
_ASKS = re.compile(
    r"\b(?:ask|mean|say|describe|express|stat|tell|report|want|concern|cover|refer)\w*\b"
    r"[^.?\n]{0,30}\bsame\b|\b(?:be|are|is)\b[^.?\n]{0,40}\bthe same(?= ?[?.,:;\n]| or\b)|"
    r"\bsame (?:thing|question|meaning|intent|request|problem|issue|information|event|content|fact|"
    r"idea|or different)\b|\bparaphrases?\b|\bequivalent\b|\bidentical in meaning\b|"
    r"\b(?:near-?)?duplicates?\b",
    re.I,
)
_ASIDE = ("same", "equivalent", "duplicate", "paraphrase", "identical")
_WHY = re.compile(r"\b(?:why|reason|explain|explanation|because|justify)\b", re.I)
_HEAD = (
    r"(?:(?:the )?(?:new |user |customer |faq |bug )?(?:question|sentence|text|query|statement|"
    r"ticket|message|entry|item|headline|request|report|phrase|issue|title|review|comment|note|q|s|"
    r"t)[ \t_]?)?(?:no\.? ?|#)?"
)
_TWO = re.compile(
    rf"(?:^|(?<=\s))[*]{{0,2}}(?:{_HEAD}\(?(?P<mark>1|a|i|one)|(?P<word>first|original|existing|old|"
    r"left)(?: \w{3,12})?)[).:][*]{0,2}[ \t\n]{1,4}[\"“]?(?P<one>\S[^\n]{2,600}?)[\"”]?\s{1,4}"
    rf"[*]{{0,2}}(?:{_HEAD}\(?(?(mark)(?:2|b|ii|two))|"
    r"(?(word)(?:second|new|other|right|candidate)(?: \w{3,12})?))[).:][*]{0,2}[ \t\n]{1,"
    r"4}[\"“]?(?P<other>\S[^\n]{2,600}?)[\"”]?[ \t]*(?=\n|$)",
    re.I,
)
_QUOTED = re.compile(
    r"(?:^|(?<=[\s:]))(?:[-*•] )?[\"“](?P<one>[^\"“”\n]{6,600})[\"”][ \t]?"
    r"(?:,? ?(?:and|vs\.?|versus|/|,|\||or|--?|–)[ \t]?|[ \t]|\n[ \t\n]{0,3})(?:[-*•] |"
    r"and |vs\.? )?"
    r"[\"“](?P<other>[^\"“”\n]{6,600})[\"”]"
)
_BULLETS = re.compile(
    r"(?:^|\n)[-*•] ?(?P<one>\S[^\n]{5,600})\n[-*•] ?(?P<other>\S[^\n]{5,600})(?=\n\s*\n|\n?$)"
)
_LINES = re.compile(
    r"(?:^|\n[ \t]*\n)(?P<one>\S[^\n]{5,600})\n(?:[ \t]*(?:---+|\|+|vs\.?|and|\n)\s*)?"
    r"(?P<other>\S[^\n]{5,600})(?=\s*$|\n[ \t]*\n)"
)
_PAIRS = tuple(
    re.compile(
        rf"(?<![\w-])(?P<good>{good})[\"'”`*]{{0,2}},?\s{{0,3}}(?:\([^()\n]{{0,60}}\) ?)?"
        rf"(?:or|/|\||,|and|otherwise|else|(?:if|when|for)[^.\n]{{3,90}}?)[ \t]{{0,2}}"
        rf"(?:or |with |otherwise |else |say |reply |answer )?[\"'“`*]{{0,2}}(?P<bad>{bad})"
        rf"(?![\w-])",
        re.I,
    )
    for good, bad in (
        ("same", "different|not[ _-]the[ _-]same|not[ _-]same|distinct|other|diff"),
        (
            "duplicates?",
            "not[ _-](?:an? )?duplicates?|no[ _-]duplicate|unique|new|distinct|different|original|"
            "separate|unrelated",
        ),
        ("equivalent", "not[ _-]equivalent|different|non-?equivalent|distinct"),
        (
            "paraphrases?",
            "not[ _-](?:an? )?paraphrases?|no[ _-]paraphrase|non-?paraphrase|different",
        ),
        ("identical", "different|not identical|distinct"),
        ("match", "no[ _-]match|different|mismatch"),
    )
)


_IF_PAIR = re.compile(
    r"\b(?:output|answer|reply|respond|return|say|write|give|print)(?: with)? "
    r"[\"'“`]?(?P<good>\w{1,16})"
    r"[\"'”`]? (?:if|when) (?:they|both|the two|these|it)\b[^.\n]{3,90}?[,;]? (?:and|or|else|"
    r"otherwise|"
    r"but)(?: with| say| answer)? [\"'“`]?(?P<bad>\w{1,16})[\"'”`]?(?= if| when| otherwise|[.,"
    r"\n]|$)",
    re.I,
)


def same(bank: Bank, reading: Reading, pressure: Pressure, luck: Luck) -> Outcome | None:
    """The verdict on two sentences, in the words offered; None where none asks for it."""
    messages = reading.prompt.messages
    if len(messages) > 2 or sum(len(text) for _, text in messages) > _MOST_CHARS:
        return None
    whole = "\n\n".join(text for _, text in messages)
    if not any(word in whole.lower() for word in _ASIDE) or not _ASKS.search(whole):
        return None
    if _sorts(reading):
        return None
    found = two_of(whole, _ASKS)
    if found is None:
        return None
    one, other, order = found
    words = _words_of(order)
    if words is None:
        return None
    slips = luck.draw("misjudges", " ".join(whole.lower().split())[:300]) < chance(
        pressure.misjudges()
    )
    good = is_same(bank, one, other) != slips
    word = words.good if good else words.bad
    faults = ("misjudged",) if slips else ()
    at = sketch_in(order)
    fields = fields_of(order[at[0] : at[1]]) if at is not None else ()
    if fields:
        record = {fields[0].name: good if fields[0].kind == "boolean" else word}
        return Outcome(json.dumps(record), word, record, faults, task="judge")
    if not _WHY.search(order):
        return Outcome(word, word, {"confidence": 0.85}, faults, task="judge")
    why = "Both say the same." if good else f"One says “{one[:160]}”, the other “{other[:160]}”."
    return Outcome(f"{word}. {why}", word, {"confidence": 0.85}, faults, why, task="judge")


def _sorts(reading: Reading) -> bool:
    """Whether the prompt sorts a text into three labels or more, none of which says "same"."""
    names = " ".join(label.name.lower() for label in reading.labels)
    is_menu = reading.task == "classify" and len(reading.labels) >= 3
    return is_menu and not any(word in names for word in _ASIDE)


def two_of(whole: str, asks: re.Pattern[str]) -> tuple[str, str, str] | None:
    """The two sentences and what is left of the prompt; None where no two can be told.

    Args:
        whole: the prompt.
        asks: what the order says about them, and none of the two.
    """
    for form in (_TWO, _QUOTED, _BULLETS, _LINES):
        for mark in form.finditer(whole):
            one, other = (mark[name].strip(' "“”') for name in ("one", "other"))
            order = f"{whole[: mark.start()]}\n{whole[mark.end() :]}"
            if asks.search(order) and not any(map(asks.search, (one, other))):
                return one, other, order
    return None


def _words_of(order: str) -> Verdicts | None:
    """The words for alike and not; yes and no where a question offers none."""
    for pair in (*_PAIRS, _IF_PAIR):
        if mark := pair.search(order):
            return Verdicts(mark["good"], mark["bad"])
    if words := offered(order):
        return words if words.bad else None
    return (
        Verdicts("yes", "no")
        if re.search(r"\b(?:do|are|is|does)\b[^\n]{8,160}\?", order, re.I)
        else None
    )
