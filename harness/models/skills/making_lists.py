"""A list worked on as an order says: doubles out, some kept, each changed, sorted, cut, written anew.

Runs in the model worker; pure. The steps an order names are found apart from each other and made in
one sequence: keep, change, sort, take, write. What fools it: an order for one item of many.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from harness.models.skills.making_counts import word_test
from harness.models.skills.making_items import Items, in_words, items_in
from harness.models.skills.reckoning_figures import number_of
from harness.models.skills.rewriting_edits import cased

Step = Callable[[list[str]], list[str]]
_WORDS = {"two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "one": 1}
_DEDUPE = re.compile(r"\bdupl\w+|\bdedup\w*|\brepeat(?:s|ed|ing|ition\w*)\b|\bonly once\b|\bdoubles?\b|\bdoubled\b|\bunique\b|\bdistinct\b|\btwice in\b|\beach (?:\w+ )?(?:just |only )?once\b", re.I)  # fmt: skip
_SORT = re.compile(r"\b(?:sort(?:ed|ing)?|(?:^|(?<=please )|(?<=and ))order|ordered|order(?= (?:these|the|this|them|by|alphabet\w*|from))|rank(?:ed)?|arrange[ds]?|alphabeti\w+|put\b[^.\n]{0,30}\border|line up)\b", re.I)  # fmt: skip
_UNSORTED = re.compile(r"\b(?:keep|leave|in|preserv\w+|retain\w*|maintain\w*|don['’]?t change|without changing|same|original)\b[^.\n]{0,24}\border\b(?! of)", re.I)  # fmt: skip
_DOWN = re.compile(r"\bdescend\w+|\bz ?(?:to|-|–|→|->) ?a\b|\brevers\w+|\b(?:longest|largest|biggest|highest|greatest|most \w+|newest|latest|heaviest|oldest|dearest) (?:\w+ )?first|\bfrom (?:the )?(?:long|larg|big|high|great)\w*|\bback ?wards|\bhigh(?:est)? to low|\blarge(?:st)? to small|\blong(?:est)? to short|\bbig(?:gest)? to small", re.I)  # fmt: skip
_BY_SIZE = re.compile(r"\bby (?:\w+ )?(?:length|number of letters|letters|size of the words)\b|\b(?:short|long)(?:est)?(?: \w+)? first|\b(?:long|short)(?:est)? to (?:the )?(?:short|long)", re.I)  # fmt: skip
_BY_LAST = re.compile(r"\bby (?:the |their )?(?:last|family|sur)[- ]?names?\b|\bby (?:the |their )?(?:last|second) word\b", re.I)
_BY_LAST_LETTER = re.compile(r"\bby (?:the |their )?last (?:letter|character)", re.I)
_BY_NUMBER = re.compile(r"\bnumer\w+|\bby (?:the )?(?:number|value|price|amount|weight|year|age|score|size|date)\b|\b(?:ascending|descending)\b|\b(?:small|larg|high|low|big|cheap|young|old|new|earl|late)\w*(?: \w+)? (?:first|to)\b", re.I)  # fmt: skip
_BACK = re.compile(r"\brevers\w+\b(?! alphabet)|\bback ?wards\b|\bback to front\b|\bupside down\b|\blast (?:one |item |line |comes )?first\b|\bturn (?:the list |it |this )?round\b|\bopposite order\b", re.I)  # fmt: skip
_KEEP = re.compile(r"\b(?:only|keep|list|which|give|name|find|show|pick|pull|select|filter|return|print|those|words|items|names|what)\b", re.I)  # fmt: skip
_DROP = re.compile(r"\b(?:remove|delete|drop|take out|leave out|exclude|skip|strike|throw out|cut)\b", re.I)
_TAKE = re.compile(r"\b(?:the |only |just |keep |top )*(?P<side>first|last|top|bottom) (?P<n>\d{1,2}|two|three|four|five|six|seven|eight|nine|ten)\b(?! (?:letter|char|word))", re.I)  # fmt: skip
_EVERY = re.compile(r"\bevery (?P<n>second|other|third|fourth|2nd|3rd)\b", re.I)
_WRAP = re.compile(r"\b(?:put|add|write|place|insert|prefix|prepend|append|attach|wrap|surround|enclose|precede)\b[^.\n]{0,40}?[\"“'‘`](?P<what>[^\"”'’`\n]{1,30})[\"”'’`](?P<where>[^.\n]{0,60})", re.I)  # fmt: skip
_CASES = ((r"\b(?:upper ?-?case|all caps|capitals|capital letters|block letters)\b", "upper"), (r"\blower ?-?case\b|\bsmall letters\b", "lower"), (r"\btitle[- ]case\b|\bcapitali[sz]e\w*\b|\bcapital first\b", "title"))  # fmt: skip
_COUNT = re.compile(r"\bhow many\b|\bcount (?:the|of)\b|\bnumber of (?:items|entries|names|words)\b", re.I)
_FORM = re.compile(r"\bbullet\w*|\bnumbered\b|\bnumber (?:them|the|each|these|it|all|every)\b|\bcomma[- ]separated\b|\bone (?:item )?per line\b|\b(?:on|in) (?:its|their|a) (?:own|separate|new) lines?\b|\bseparated? (?:by|with|them)\b|\bjoin(?:ed)?\b[^.\n]{0,30}\b(?:with|by)\b|\bjson (?:array|list)\b|\b(?:into|as|in) (?:one |a |single )*(?:sentence|line)\b|\barray\b|\benumerate\b|\bsemicolons?\b", re.I)  # fmt: skip
_BOTH = re.compile(r"\b(?:both|common|shared|overlap\w*|intersect\w*|in each of the)\b", re.I)
_UNION = re.compile(r"\b(?:merge|combine|union|unite|together|join)\b", re.I)
_MINUS = re.compile(r"\b(?:only in|in|on|from) (?:the )?(?:list )?(?:first|1|one|A|second|2|two|B)\b[^.?\n]{0,30}\b(?:not|missing|but)\b|\b(?:missing|not) (?:from|in|on) (?:the )?(?:list )?(?:first|second|1|2|A|B)\b|\bdifference\b", re.I)  # fmt: skip


def worked(asked: str, text: str, *, is_sure: bool = False) -> str | None:
    """The list after the steps of an order; None where the text is no list or the order has no step.

    Args:
        asked: the order.
        text: the list and nothing else.
        is_sure: whether the list stands in quotes, a fence or a message of its own.
    """
    asked = re.sub(r"[\"“']?\s…\s[\"”']?", " ", asked)
    if len(asked) > 500 or not text.strip() or "?" in text:
        return None
    several = _of_several(asked, text)
    if several is not None:
        return several
    found = items_in(text, words=bool(_SORT.search(asked) or _DEDUPE.search(asked) or word_test(asked) is not None))
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
    if not _FORM.search(asked) or re.search(r"\b(?:summar\w+|rewrite|rephrase|explain|extract|key points|main points|csv|table|translate|sentence[s]? (?:about|that|with)|tone|polite|shorter|why)\b", asked, re.I):
        return False
    longest = max(len(p.split()) for p in found.parts)
    return found.glue != " " and longest <= (12 if found.mark or found.glue == "\n" else 4)


def _steps(asked: str, found: Items) -> list[Step]:
    steps: list[Step] = []
    if _DEDUPE.search(asked):
        steps.append(_once)
    test = word_test(asked)
    if test is not None and (_KEEP.search(asked) or _DROP.search(asked)):
        drops = bool(_DROP.search(asked))
        steps.append(lambda parts: [p for p in parts if test(p) != drops])
    put = None if test is not None else _WRAP.search(asked)
    if put:
        steps.append(_wrapped(put["what"], f"{asked[: put.start('what')]} {put['where']}"))
    for pattern, way in _CASES:
        if re.search(pattern, asked, re.I) and not re.search(r"\b(?:start|begin|contain)\w*\b[^.\n]{0,12}\bcapital", asked, re.I):
            steps.append(lambda parts, way=way: [cased(p, way) for p in parts])  # type: ignore[misc]
            break
    if _SORT.search(asked) and not (_UNSORTED.search(asked) and not re.search(r"\bsort|alphabet", asked, re.I)):
        steps.append(_sorted(asked))
    elif _BACK.search(asked) and not re.search(r"\bletters?\b|\bcharacters?\b|\beach (?:word|item)\b|\bstring\b|\bspell", asked, re.I) and (found.glue != " " or re.search(r"\border|words\b", asked, re.I)):
        steps.append(lambda parts: parts[::-1])
    take = _TAKE.search(asked)
    if take:
        number = int(take["n"]) if take["n"].isdigit() else _WORDS[take["n"].lower()]
        drops = bool(_DROP.search(asked[: take.start() + 1]))
        is_front = take["side"].lower() in ("first", "top")
        if drops:
            steps.append(lambda parts: parts[number:] if is_front else parts[:-number])
        else:
            steps.append(lambda parts: parts[:number] if is_front else parts[-number:])
    every = _EVERY.search(asked)
    if every and found.glue != " ":
        step = {"second": 2, "other": 2, "2nd": 2, "third": 3, "3rd": 3, "fourth": 4}[every["n"].lower()]
        drops = bool(_DROP.search(asked))
        steps.append(lambda parts: [p for i, p in enumerate(parts, 1) if (i % step == 0) != drops])
    return steps


def _once(parts: list[str]) -> list[str]:
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

        numbers = [_number(p) for p in parts]
        if _BY_SIZE.search(asked):
            longest = bool(re.search(r"\blong(?:est)?\b[^.\n]{0,12}\b(?:first|to)\b|\bdescend", asked, re.I))
            return sorted(parts, key=lambda p: -len(p) if longest else len(p))
        if _BY_LAST_LETTER.search(asked):
            return sorted(parts, key=lambda p: bare(p)[::-1], reverse=down)
        if _BY_LAST.search(asked):
            return sorted(parts, key=lambda p: (bare(p).split()[-1:], bare(p)), reverse=down)
        held = [n for n in numbers if n is not None]
        if len(held) == len(parts) and (_BY_NUMBER.search(asked) or all(re.match(r"\W{0,2}\d", p) for p in parts)) and not re.search(r"\balphabet", asked, re.I):
            return [p for _, p in sorted(zip(held, parts, strict=True), key=lambda x: x[0], reverse=down)]
        return sorted(parts, key=bare, reverse=down)

    return sort


def _number(part: str) -> float | None:
    mark = re.search(r"-?\d[\d.,]*", part)
    value = number_of(mark[0].strip(".,").lstrip("-")) if mark else None
    return None if value is None or mark is None else float(value) * (-1 if mark[0].startswith("-") else 1)


def _of_several(asked: str, text: str) -> str | None:
    """Two lists merged, or what is in both, or in one alone."""
    lists = _lists(text)
    if len(lists) != 2:
        return None
    first, second = lists
    low = [[p.lower() for p in parts] for parts in lists]
    both = [p for p in first if p.lower() in low[1]]
    if _MINUS.search(asked):
        wants_second = bool(re.search(r"\b(?:only in|in|on) (?:the )?(?:list )?(?:second|2|two|B)\b|\bmissing (?:from|in|on) (?:the )?(?:list )?(?:first|1|one|A)\b", asked, re.I))
        kept = [p for p in (second if wants_second else first) if p.lower() not in low[0 if wants_second else 1]]
        return _said(kept, asked, text)
    if _BOTH.search(asked) and not re.search(r"\bmerge|\bcombine|\bunion|\bjoin", asked, re.I):
        return _said(both, asked, text)
    if _UNION.search(asked):
        whole = [*first, *second]
        whole = _once(whole) if _DEDUPE.search(asked) or re.search(r"\bunion\b", asked, re.I) else whole
        whole = _sorted(asked)(whole) if _SORT.search(asked) and not _UNSORTED.search(asked) else whole
        return _said(whole, asked, text)
    return None


def _said(parts: Sequence[str], asked: str, text: str) -> str:
    if not parts:
        return "None."
    mark = "[" if text.strip().startswith("[") else ""
    if re.match(r"\W*(?:which|what)\b", asked, re.I) and not re.search(r"\blist\b.{0,30}\bas\b|\bcomma", asked, re.I):
        return in_words(parts)
    return Items(tuple(parts), ", ", mark).written(asked)


def _lists(text: str) -> list[list[str]]:
    """The lists of a text, each behind its mark, in its brackets or on its line."""
    brackets = re.findall(r"\[([^\[\]\n]{1,600})\]", text)
    pieces = brackets
    if len(brackets) < 2:
        pieces = [p for p in re.split(r"(?:^|[\s.;])(?:the )?(?:list|set|group|row|team|basket|column)?\s?(?:\d|[A-C]|one|two|first|second)(?: list)?\s?[:)=]\s*", text.strip(), flags=re.I) if p.strip()]
    if len(pieces) < 2:
        lines = [line for line in text.split("\n") if line.count(",") >= 1]
        pieces = [re.sub(r"^[^:,\n]{1,30}:\s*", "", line) for line in lines] if len(lines) == 2 else []
    out = []
    for piece in pieces[:4]:
        found = items_in(piece.strip(" .;\n"), words=False)
        if found is None:
            return []
        out.append([p.strip("\"' ") for p in found.parts])
    return out
