"""Words put for others, several at once or two for each other; prices and numbers reckoned anew.

Runs in the model worker; pure, linear in the text.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from fractions import Fraction

from harness.models.skills.making_order import GAP
from harness.models.skills.making_spelling import is_listed
from harness.models.skills.reckoning_figures import plain
from harness.models.skills.rewriting_edits import replaced

_QUOTED = r"[\"“'‘](?P<{0}>[^\"”’'\n]{{1,60}})[\"”’']"
_BARE = r"(?P<{0}>[A-Z][\w'’-]*(?: [A-Z][\w'’-]*){{0,3}})"
_LOWER = r"(?P<{0}>[A-Za-zÀ-ÿ][\w'’-]*)"
_BY = r"(?:with|by|to|into|for|as)"
_VERB = r"(?:replace|substitute|swap|change|exchange|turn|make|rename|put|call|use)"
_PAIRS = tuple(
    re.compile(pattern, re.I if flags else 0)
    for pattern, flags in (
        (
            _QUOTED.format("a")
            + rf",? (?:everywhere )?(?:{_BY}|becomes|->|=>|→|should (?:be|become)) "
            + _QUOTED.format("b"),
            True,
        ),
        (
            r"\b(?:[Rr]eplace|[Cc]hange|[Rr]ename|[Ss]ubstitute|[Tt]urn|"
            r"[Ee]xchange)\b(?: (?:the|every|each|all|word|name|brand|product|town|"
            r"city))* "
            + _BARE.format("a")
            + rf"(?: everywhere)? {_BY} (?:the )?(?:name )?"
            + _BARE.format("b"),
            False,
        ),
        (
            r"(?:\band |, |; )(?:the )?(?:name )?"
            + _BARE.format("a")
            + rf" (?:{_BY}|->|→|=>) "
            + _BARE.format("b")
            + r"(?=[,.;:\s]|$)",
            False,
        ),
        (r"(?:^|[\s,;(])" + _LOWER.format("a") + r" ?(?:->|=>|→) ?" + _LOWER.format("b"), True),
    )
)
_SWAP = re.compile(
    r"\b(?:swap|exchange|switch|interchange)\b(?: (?:the|words?|names?|"
    rf"places? of|round|positions? of|over))* (?:{_QUOTED.format('a')}|"
    rf"{_LOWER.format('c')}) (?:and|with|for|&) (?:the )?(?:words? "
    rf")?(?:{_QUOTED.format('b')}|{_LOWER.format('d')})",
    re.I,
)
_RENAMED = re.compile(
    r"\b(?:(?:new |the |its )?name(?: is| should be|:| to)(?: now)?|(?:is|"
    r"be) (?:now |to be )?(?:called|named|renamed)|"
    r"call (?:it|him|her|them)|rename (?:it|this|the product)(?: to| as)?) "
    r"[\"“'‘]?(?P<name>[A-Z][\w-]*(?: [A-Z\d][\w-]*)?)"
)
_ALL = r"(?:each|every|all(?: of)?|the|any|these|its|their)"
_PERCENT = re.compile(
    r"\b(?P<way>add|increase|raise|reduce|lower|decrease|cut|take|subtract|"
    r"discount|mark up|mark down|by adding|by "
    r"taking)\b[^.\n%]{0,60}?\b(?P<n>\d[\d.]*) ?(?:%|per "
    r"?cent)(?P<after>[^.\n]{0,30})|\b(?P<k>\d[\d.]*) ?(?:%|per ?cent) "
    r"(?P<more>more|less|off|higher|lower|cheaper|dearer)\b",
    re.I,
)
_AMOUNT = re.compile(
    r"\b(?P<way>add|increase|raise|reduce|lower|decrease|subtract|"
    rf"take)\b[^.\n]{{0,24}}?\b(?:{_ALL} )?(?:(?:prices?|numbers?|figures?|"
    r"amounts?|values?|quantity|quantities) by )?(?P<n>\d[\d.]*)\b(?! "
    rf"?%)[^.\n]{{0,12}}?\b(?:to|from|off)?\b",
    re.I,
)
_TIMES = re.compile(
    r"\b(?P<way>double|halve|triple|multiply|"
    r"divide)\b[^.\n]{0,40}?\b(?:numbers?|prices?|figures?|amounts?|"
    r"quantity|quantities|values?|ingredients?)\b(?: by (?P<n>\d[\d.]*|two|three|"
    r"four|five|ten))?",
    re.I,
)
_ROUND = re.compile(
    r"\bround\b[^.\n]{0,40}\b(?:numbers?|prices?|figures?|amounts?|values?|"
    r"them|it|all)\b[^.\n]{0,40}?(?:to (?:the (?:nearest )?)?(?P<to>whole "
    r"numbers?|integers?|ten|hundred|euro|dollar|(?P<p>one|two|\d) "
    r"decimals?(?: places?)?))",
    re.I,
)
_PRICED = re.compile(r"\bprices?\b|\bcosts?\b|\bfees?\b|€|\$|£|\beuros?\b|\bcrowns?\b", re.I)
_NUMBER = re.compile(
    r"(?<![\w.,:/-])(?P<sign>[€$£] ?)?(?P<n>\d{1,3}(?:,\d{3})+(?:\.\d+)?|"
    r"\d+(?:[.,]\d+)?)(?![\w:/-]|[.,]\d)"
)


def swapped(asked: str, text: str) -> str | None:
    """The text with two words swapped, or several replaced; None for no such order."""
    if not text.strip() or re.search(
        r"\b(?:letters?|vowels?|case|format|rows?|columns?|first and (?:the )?last|tense|person)\b",
        asked,
        re.I,
    ):
        return None
    order = asked.replace(GAP, " ")
    pair = _SWAP.search(order)
    if (
        pair
        and (first := pair["a"] or pair["c"])
        and (second := pair["b"] or pair["d"])
        and _in(first, text)
        and _in(second, text)
    ):
        mark = "\x00"
        said = replaced(text, first, mark)
        return replaced(replaced(said, second, first), mark, second)
    if not _RENAMED.search(order) and not re.search(
        rf"\b{_VERB}\b|->|=>|→|\bbecomes\b", order, re.I
    ):
        return None
    pairs: dict[str, str] = {}
    for pattern in _PAIRS:
        for mark_ in pattern.finditer(order):
            if _in(mark_["a"], text):
                pairs.setdefault(mark_["a"], mark_["b"])
    renamed = _RENAMED.search(order)
    brand = _brand(text) if renamed else ""
    if renamed and brand and renamed["name"] not in text:
        pairs.setdefault(brand, renamed["name"])
    if len(pairs) < 2 and not renamed and not (pairs and re.search(r"->|=>|→|\bbecomes\b", order)):
        return None
    for i, (was, put) in enumerate(pairs.items()):
        if re.match(r"an?\b|the\b", put, re.I):
            text = re.sub(rf"\b(?:the|an?) (?={re.escape(was)}\b)", "", text, flags=re.I)
        text = replaced(text, was, f"\x00{i}\x01")
    for i, put in enumerate(pairs.values()):
        begun = put[:1].upper() + put[1:]
        text = re.sub(rf"(?:^|(?<=[.!?] ))\x00{i}\x01", begun.replace("\\", r"\\"), text)
        article = "an" if put[:1].lower() in "aeio" else "a"
        text = re.sub(rf"\b([Aa])n? (?=\x00{i}\x01)", rf"\g<1>{article[1:]} ", text)
        text = text.replace(f"\x00{i}\x01", put)
    return text


def _brand(text: str) -> str:
    """The name that a text is about: the capitalised words that come most often."""
    found: dict[str, int] = {}
    for mark in re.finditer(r"(?<![\w-])[A-Z][\w-]*(?: (?:[A-Z][\w-]*|\d+))*", text):
        name = re.sub(r"^(?:The|A|An|Our|Your|My|This|Its|With|For|And) ", "", mark[0])
        is_inside = not re.search(r"(?:^|[.!?]\s)\W*$", text[: mark.start()])
        is_odd = " " in name or re.search(r"[a-z][A-Z]", name)
        if is_odd or is_inside or not is_listed(name.split()[0].lower()):
            found[name] = found.get(name, 0) + 1
    return max(found, key=lambda n: (found[n], -text.find(n)), default="")


def _in(word: str, text: str) -> bool:
    return bool(re.search(rf"(?<!\w){re.escape(word)}(?:s|['’]s)?(?!\w)", text, re.I))


def reckoned(asked: str, text: str) -> str | None:
    """The text with each of its numbers, or prices, changed as ordered; None for no such order."""
    if (
        not re.search(r"\d", text)
        or "?" in asked
        or not re.search(
            rf"\b{_ALL}\b[^.\n]{{0,30}}\b(?:numbers?|prices?|figures?|amounts?|"
            r"quantity|quantities|values?|ingredients?|costs?|fees?)\b|\b(?:numbers|prices|"
            r"figures|amounts|quantities)\b",
            asked,
            re.I,
        )
    ):
        return None
    change = _change(asked)
    if change is None:
        return None
    only_prices = bool(_PRICED.search(asked)) and bool(
        re.search(r"[€$£]|\d[.,]\d\d\b|\b(?:euros?|crowns?|dollars?|pounds?|EUR)\b", text)
    )

    def put(mark: re.Match[str]) -> str:
        said = mark["n"]
        behind = text[mark.end() : mark.end() + 10]
        is_price = bool(
            mark["sign"]
            or re.search(r"[.,]\d\d$", said)
            or re.match(r" ?(?:€|\$|£|euros?|crowns?|dollars?|pounds?|EUR|cents?)", behind)
        )
        if only_prices and not is_price:
            return mark[0]
        comma = "," in said and not re.fullmatch(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?", said)
        value = change(Fraction(said.replace(",", ".") if comma else said.replace(",", "")))
        places = (
            len(re.split(r"[.,]", said)[-1])
            if re.search(r"[.,]\d+$", said) and not re.fullmatch(r"\d{1,3}(?:,\d{3})+", said)
            else 0
        )
        told = f"{float(value):.{places}f}" if places else plain(value)
        return (mark["sign"] or "") + (told.replace(".", ",") if comma else told)

    return _NUMBER.sub(put, text)


def _change(asked: str) -> Callable[[Fraction], Fraction] | None:
    percent = _PERCENT.search(asked)
    if percent:
        share = Fraction(percent["n"] or percent["k"]) / 100
        way = f"{percent['way'] or ''} {percent['more'] or ''} {percent['after'] or ''}".lower()
        down = re.search(
            r"\b(?:reduce|lower|decrease|cut|take|subtract|discount|down|taking|"
            r"less|off|cheaper)\b",
            way,
        )
        return lambda value: value * (1 - share if down else 1 + share)
    times = _TIMES.search(asked)
    if times:
        way = times["way"].lower()
        said = (times["n"] or "").lower()
        number = {"two": 2, "three": 3, "four": 4, "five": 5, "ten": 10}.get(said) or (
            Fraction(said) if said else None
        )
        factor = {"double": Fraction(2), "halve": Fraction(1, 2), "triple": Fraction(3)}.get(
            way
        ) or (
            Fraction(number)
            if number and way == "multiply"
            else 1 / Fraction(number)
            if number
            else None
        )
        return None if factor is None else (lambda value: value * factor)
    done = re.search(r"\b(doubled|halved|tripled)\b", asked, re.I)
    if done:
        by_word = {"doubled": Fraction(2), "halved": Fraction(1, 2), "tripled": Fraction(3)}
        size = by_word[done[1].lower()]
        return lambda value: value * size
    rounds = _ROUND.search(asked)
    if rounds:
        to = rounds["to"].lower()
        places = {"one": 1, "two": 2}.get(
            rounds["p"] or "", int(rounds["p"]) if (rounds["p"] or "").isdigit() else 0
        )
        unit = (
            Fraction(10)
            if to == "ten"
            else Fraction(100)
            if to == "hundred"
            else Fraction(1, 10**places)
        )
        return lambda value: Fraction(int(value / unit + Fraction(1, 2))) * unit
    amount = _AMOUNT.search(asked)
    if amount:
        falls = amount["way"].lower() in ("reduce", "lower", "decrease", "subtract", "take")
        by = Fraction(amount["n"]) * (-1 if falls else 1)
        return lambda value: value + by
    return None
