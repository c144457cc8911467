"""A list worked on as an order says: doubles out, some kept, each changed, sorted, cut.

Runs in the model worker; pure. The steps an order names are found apart from each other and made in
one sequence: keep, change, sort, take, write. What fools it: an order for one item of many.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial

from harness.models.skills.making_counts import word_test
from harness.models.skills.making_features import date_in, plural
from harness.models.skills.making_items import Items, items_in
from harness.models.skills.making_list_tests import in_style, number_test
from harness.models.skills.making_two_lists import of_several
from harness.models.skills.reckoning_figures import number_of, whole_number
from harness.models.skills.rewriting_order import cased

Step = Callable[[list[str]], list[str]]
_NTH = {"second": 2, "other": 2, "2nd": 2, "third": 3, "3rd": 3, "fourth": 4}
_DEDUPE = re.compile(
    r"\bdupl\w+|\bdedup\w*|\brepeat(?:s|ed|ing|ition\w*)\b|\bonly once\b|"
    r"\bdoubles?\b|\bdoubled\b|\bunique\b|\bdistinct\b|\btwice in\b|\beach "
    r"(?:\w+ )?(?:just |only )?once\b",
    re.I,
)
_SORT = re.compile(
    r"\b(?:sort(?:ed|ing)?|(?:^|(?<=please )|(?<=and ))order|ordered|"
    r"order(?= (?:these|the|this|them|by|alphabet\w*|from))|rank(?:ed)?|"
    r"arrange[ds]?|alphabeti\w+|put\b[^.\n]{0,30}\border|line up)\b",
    re.I,
)
_UNSORTED = re.compile(
    r"\b(?:keep|leave|in the (?:same|original|given)|preserve\w*|retain\w*|maintain\w*|"
    r"don['’]?t change|"
    r"without changing|same|original)\b[^.\n]{0,24}\border\b(?! of)",
    re.I,
)
_DOWN = re.compile(
    r"\bdescend\w+|\bz ?(?:to|-|–|→|->) ?a\b|\brevers\w+|\b(?:longest|"
    r"largest|biggest|highest|greatest|most \w+|newest|latest|heaviest|"
    r"oldest|dearest) (?:\w+ )?first|\bfrom (?:the )?(?:long|larg|big|high|heav|dear|tall|"
    r"warm|hott|wid|most|cost|"
    r"great)\w*|\bback ?wards|\bhigh(?:est)? to low|\blarge(?:st)? to small|"
    r"\blong(?:est)? to short|\bbig(?:gest)? to small",
    re.I,
)
_BY_DATE = re.compile(r"\bdates?\b|\b(?:new|old|lat|earl)\w*st\b|\bchronolog\w+|\brecent\b", re.I)
_BY_SIZE = re.compile(
    r"\bby (?:\w+ )?(?:length|number of letters|letters|size of the "
    r"words)\b|\b(?:short|long)(?:est)?(?: \w+)? first|\b(?:long|"
    r"short)(?:est)? to (?:the )?(?:short|long)",
    re.I,
)
_BY_LAST = re.compile(
    r"\bby (?:the |their )?(?:last|family|sur)[- ]?names?\b|\bby (?:the |"
    r"their )?(?:last|second) word\b",
    re.I,
)
_BY_LAST_LETTER = re.compile(r"\bby (?:the |their )?last (?:letter|character)", re.I)
_BY_NUMBER = re.compile(
    r"\bnumer\w+|\bby (?:the )?(?:number|value|price|amount|weight|year|age|"
    r"score|size|date)\b|\b(?:ascending|descending)\b|\b(?:small|larg|high|"
    r"low|big|cheap|young|old|new|earl|late)\w*(?: \w+)? (?:first|to)\b",
    re.I,
)
_BACK = re.compile(
    r"\brevers\w+\b(?! alphabet)|\bback ?wards\b|\bback to front\b|\bupside "
    r"down\b|\blast (?:one |item |line |comes )?first\b|\bturn (?:the list |"
    r"it |this )?round\b|\bopposite order\b",
    re.I,
)
_KEEP = re.compile(
    r"\b(?:only|keep|list|which|give|name|find|show|pick|pull|select|filter|"
    r"return|print|those|words|items|names|what)\b",
    re.I,
)
_DROP = re.compile(
    r"\b(?:remove|delete|drop|take out|leave out|exclude|skip|strike|throw out|cut)\b", re.I
)
_TAKE = re.compile(
    r"\b(?:the |only |just |keep |top )*(?P<side>first|last|top|bottom) "
    r"(?P<n>\d{1,2}|two|three|four|five|six|seven|eight|nine|ten)\b(?! "
    r"(?:letter|char|word))",
    re.I,
)
_EVERY = re.compile(r"\bevery (?P<n>second|other|third|fourth|2nd|3rd)\b", re.I)
_WRAP = re.compile(
    r"\b(?:put|add|write|place|insert|prefix|prepend|append|attach|wrap|"
    r"surround|enclose|precede)\b[^.\n]{0,40}?[\"“'‘`](?P<what>[^\"”'’`\n]{1"
    r",30})[\"”'’`](?P<where>[^.\n]{0,60})",
    re.I,
)
_CASES = (
    (r"\b(?:upper ?-?case|all caps|capitals|capital letters|block letters)\b", "upper"),
    (r"\blower ?-?case\b|\bsmall letters\b", "lower"),
    (r"\btitle[- ]case\b|\bcapitali[sz]e\w*\b|\bcapital first\b", "title"),
)
_STYLES = (
    (r"\bsnake[_ -]?case\b", "_", "lower"),
    (r"\bkebab[_ -]?case\b|\bslugs?\b", "-", "lower"),
    (r"\bcamel[_ -]?case\b", "", "camel"),
    (r"\bpascal[_ -]?case\b", "", "pascal"),
    (r"\b(?:screaming|constant|upper)[_ -]snake\w*|\bconstant[_ -]?case\b", "_", "upper"),
)
_CASELESS = re.compile(
    r"\b(?:upper ?/ ?lower|lower ?/ ?upper|upper[- ]?(?:case)? (?:or|and) "
    r"lower[- ]?)\s?case\b|\bcase[- ]?insensitive\w*|\b(?:ignor\w+|"
    r"regardless of) (?:the )?(?:upper|lower|capital|case)\w*(?: letters?)?|"
    r"\b(?:capitals?|case) (?:letters? )?(?:does|do) ?n[o'’]t matter",
    re.I,
)
_COUNT = re.compile(
    r"\bhow many\b|\bcount (?:the|of)\b|\bnumber of (?:items|entries|names|words)\b", re.I
)
_FORM = re.compile(
    r"\bbullet\w*|\bnumbered\b|\bnumber (?:them|the|each|these|it|all|"
    r"every)\b|\bcomma[- ]separated\b|\bone (?:item )?per line\b|\b(?:on|"
    r"in) (?:its|their|a) (?:own|separate|new) lines?\b|\bseparated? (?:by|"
    r"with|them)\b|\bjoin(?:ed)?\b[^.\n]{0,30}\b(?:with|by)\b|\bjson "
    r"(?:array|list)\b|\b(?:into|as|in) (?:one |a |single )*(?:sentence|"
    r"line)\b|\barray\b|\benumerate\b|\bsemicolons?\b",
    re.I,
)


def worked(asked: str, text: str, *, is_sure: bool = False) -> str | None:
    """The list after the steps of an order; None for a text that is no list, or no step.

    Args:
        asked: the order.
        text: the list and nothing else.
        is_sure: whether the list stands in quotes, a fence or a message of its own.
    """
    asked = re.sub(r"[\"“']?\s…\s[\"”']?", " ", asked)
    if re.search(r"\b(?:replace|substitute|swap)\b", asked, re.I):
        return None
    if len(asked) > 500 or not text.strip() or ("?" in text and "\n" not in text):
        return None
    several = of_several(asked, text)
    if several is not None:
        return several
    found = items_in(
        text,
        words=bool(_SORT.search(asked) or _DEDUPE.search(asked) or word_test(asked) is not None),
    )
    if found is None or len(found.parts) < 2:
        return None
    if found.glue not in ("\n",) and any(len(p.split()) > 8 for p in found.parts):
        return None
    steps = _steps(asked, found)
    if not steps and not _only_form(asked, found):
        return None
    parts = list(found.parts)
    for step in steps:
        parts = step(parts)
    if not parts:
        return "None."
    if _COUNT.search(asked):
        return str(len(parts))
    return Items(tuple(parts), found.glue, found.mark).written(asked)


def _only_form(asked: str, found: Items) -> bool:
    """Whether the order wants nothing but another way of writing the list."""
    if not _FORM.search(asked) or re.search(
        r"\b(?:summar\w+|rewrite|rephrase|explain|extract|key points|main "
        r"points|csv|table|translate|sentence[s]? (?:about|that|with)|tone|"
        r"polite|shorter|why)\b",
        asked,
        re.I,
    ):
        return False
    longest = max(len(p.split()) for p in found.parts)
    return found.glue != " " and longest <= (12 if found.mark or found.glue == "\n" else 4)


def _steps(asked: str, found: Items) -> list[Step]:
    steps: list[Step] = []
    asked = _CASELESS.sub(" ", asked)
    if _DEDUPE.search(asked):
        steps.append(once)
    test = word_test(asked)
    if test is not None and (_KEEP.search(asked) or _DROP.search(asked)):
        steps.append(_keeping(test, drops=bool(_DROP.search(asked))))
    if re.search(r"\bplurals?\b", asked, re.I) and found.glue != "\n":
        steps.append(_each(plural))
    for pattern, glue, way in _STYLES:
        if re.search(pattern, asked, re.I):
            steps.append(_each(partial(in_style, glue=glue, way=way)))
            break
    which = number_test(asked)
    if which is not None and all(_number(p) is not None for p in found.parts):
        steps.append(_keeping(partial(_fits_number, which=which), drops=bool(_DROP.search(asked))))
    if re.search(
        r"\b(?:in|with|into) (?:double |single )?(?:quotes|quotation marks)\b", asked, re.I
    ) and re.search(r"\b(?:put|wrap|write|set|surround|enclose|each|every)\b", asked, re.I):
        steps.append(_each(lambda part: f'"{part}"'))
    put = None if test is not None else _WRAP.search(asked)
    if put:
        steps.append(_wrapped(put["what"], f"{asked[: put.start('what')]} {put['where']}"))
    for pattern, way in _CASES:
        if re.search(pattern, asked, re.I) and not re.search(
            r"\b(?:start|begin|contain)\w*\b[^.\n]{0,12}\bcapital", asked, re.I
        ):
            steps.append(_each(partial(cased, way=way)))
            break
    sorts = _SORT.search(asked) or re.search(
        r"\b(?:long|short|small|larg|big)est first\b", asked, re.I
    )
    if sorts and not (_UNSORTED.search(asked) and not re.search(r"\bsort|alphabet", asked, re.I)):
        steps.append(_sorted(asked))
    elif (
        _BACK.search(asked)
        and not re.search(
            r"\bletters?\b|\bcharacters?\b|\beach (?:word|item)\b|\bstring\b|\bspell", asked, re.I
        )
        and (found.glue != " " or re.search(r"\border|words\b", asked, re.I))
    ):
        steps.append(lambda parts: parts[::-1])
    take = _TAKE.search(asked)
    if take:
        number = whole_number(take["n"])
        steps.append(
            _taking(
                number,
                is_front=take["side"].lower() in ("first", "top"),
                drops=bool(_DROP.search(asked[: take.start() + 1])),
            )
        )
    extreme = _extreme(asked, found)
    if extreme is not None:
        steps.append(extreme)
    every = _EVERY.search(asked)
    if every and found.glue != " ":
        steps.append(_every_nth(_NTH[every["n"].lower()], drops=bool(_DROP.search(asked))))
    return steps


_LEAST = frozenset(
    "cheapest lightest smallest lowest youngest shortest slowest fewest coldest least".split()
)
_EXTREME = re.compile(
    r"\b(?P<way>drop|remove|leave out|leave off|take out|omit|skip|delete|without|discard|strike|"
    r"cut|keep|give|show|take)\b(?P<only> only| just)?(?: the)?"
    r"(?: (?P<n>one|two|three|four|five|\d))? "
    r"(?P<end>dearest|costliest|most expensive|heaviest|largest|biggest|highest|longest|tallest|"
    r"oldest|greatest|fastest|hottest|warmest|most|widest|last|first|"
    rf"{'|'.join(sorted(_LEAST))})\b(?: (?P<m>two|three|four|five|\d|ones?))?"
    r"(?! letter| word| name| char|[^.,;]{0,12}first\b)",
    re.I,
)


def _extreme(asked: str, found: Items) -> Step | None:
    """The dearest left out, the two lightest kept: by the number of each item, or by its place."""
    mark = _EXTREME.search(asked)
    if mark is None or (_TAKE.search(asked) and mark["end"].lower() in ("first", "last")):
        return None
    low = mark["end"].lower()
    said = mark["n"] or mark["m"] or "one"
    number = max(1, whole_number(said)) if said not in ("one", "ones") else 1
    drops = mark["way"].lower() not in ("keep", "give", "show", "take")
    if (not drops and not mark["only"]) or number >= len(found.parts):
        return None
    if low in ("first", "last"):
        return _taking(number, is_front=low == "first", drops=drops) if drops else None
    if any(_number(part) is None for part in found.parts):
        return None
    return lambda parts: _without_extremes(parts, number, is_high=low not in _LEAST, drops=drops)


def _without_extremes(parts: list[str], number: int, *, is_high: bool, drops: bool) -> list[str]:
    ranked = sorted(parts, key=lambda part: _number(part) or 0.0, reverse=is_high)
    ends = ranked[:number]
    return [part for part in parts if (part in ends) != drops]


def _keeping(test: Callable[[str], bool], *, drops: bool) -> Step:
    return lambda parts: [p for p in parts if test(p) != drops]


def _each(change: Callable[[str], str]) -> Step:
    return lambda parts: [change(p) for p in parts]


def _taking(number: int, *, is_front: bool, drops: bool) -> Step:
    if drops:
        return lambda parts: parts[number:] if is_front else parts[:-number]
    return lambda parts: parts[:number] if is_front else parts[-number:]


def _every_nth(step: int, *, drops: bool) -> Step:
    return lambda parts: [p for i, p in enumerate(parts, 1) if (i % step == 0) != drops]


def _fits_number(part: str, which: Callable[[float], bool]) -> bool:
    value = _number(part)
    return value is not None and which(value)


def once(parts: list[str]) -> list[str]:
    """The items without those that came before, whatever their capitals."""
    seen: dict[str, str] = {}
    for part in parts:
        seen.setdefault(part.strip().lower(), part)
    return list(seen.values())


def _wrapped(what: str, where: str) -> Step:
    if re.search(r"\b(?:after|behind|end|append|suffix|attach)", where, re.I):
        return lambda parts: [f"{p}{what}" for p in parts]
    if re.search(r"\b(?:around|wrap|surround|enclose|both sides)", where, re.I):
        return lambda parts: [f"{what}{p}{what}" for p in parts]
    if re.search(r"\b(?:before|front|prefix|prepend|beginning|start|precede)", where, re.I):
        return lambda parts: [f"{what}{p}" for p in parts]
    return lambda parts: parts


def _sorted(asked: str) -> Step:
    down = bool(_DOWN.search(asked))

    def sort(parts: list[str]) -> list[str]:
        def bare(part: str) -> str:
            return re.sub(r"^\W+", "", part).casefold()

        days = [date_in(p) for p in parts]
        if _BY_DATE.search(asked) and all(days):
            newest = bool(
                re.search(r"\b(?:new|lat|recent)\w* first|descend|most recent", asked, re.I)
            )
            dated = zip([d or (0, 0, 0) for d in days], parts, strict=True)
            return [p for _, p in sorted(dated, key=lambda x: x[0], reverse=newest)]
        numbers = [_number(p) for p in parts]
        if _BY_SIZE.search(asked):
            longest = bool(
                re.search(r"\blong(?:est)?\b[^.\n]{0,12}\b(?:first|to)\b|\bdescend", asked, re.I)
            )
            return sorted(parts, key=lambda p: -len(p) if longest else len(p))
        if _BY_LAST_LETTER.search(asked):
            return sorted(parts, key=lambda p: bare(p)[::-1], reverse=down)
        if _BY_LAST.search(asked):
            return sorted(parts, key=lambda p: (bare(p).split()[-1:], bare(p)), reverse=down)
        held = [n for n in numbers if n is not None]
        if (
            len(held) == len(parts)
            and (_BY_NUMBER.search(asked) or all(re.match(r"\W{0,2}\d", p) for p in parts))
            and not re.search(r"\balphabet", asked, re.I)
        ):
            return [
                p
                for _, p in sorted(zip(held, parts, strict=True), key=lambda x: x[0], reverse=down)
            ]
        return sorted(parts, key=bare, reverse=down)

    return sort


_SIZES = {
    "mg": 0.001,
    "g": 1,
    "kg": 1_000,
    "t": 1e6,
    "mm": 0.001,
    "cm": 0.01,
    "m": 1,
    "km": 1_000,
    "ml": 0.001,
    "cl": 0.01,
    "l": 1,
    "s": 1,
    "sec": 1,
    "min": 60,
    "h": 3_600,
    "d": 86_400,
    "kb": 1,
    "mb": 1e3,
    "gb": 1e6,
    "tb": 1e9,
}
_SIZED = re.compile(
    r"(?P<n>\d[\d.,]*) ?(?P<unit>mg|kg|g|t|mm|cm|km|m|ml|cl|l|sec|s|min|h|d|kb|mb|gb|tb)\b", re.I
)


def _number(part: str) -> float | None:
    sized = _SIZED.search(part)
    held = number_of(sized["n"].strip(".,")) if sized else None
    if sized and held is not None:
        return float(held) * _SIZES[sized["unit"].lower()]
    mark = re.search(r"-?\d[\d.,]*", part)
    value = number_of(mark[0].strip(".,").lstrip("-")) if mark else None
    return (
        None
        if value is None or mark is None
        else float(value) * (-1 if mark[0].startswith("-") else 1)
    )
