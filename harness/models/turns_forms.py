"""Give the last answer of a conversation another form: bullets, one line, JSON, capitals, sorted.

Runs in the model worker (zone G); the text is hostile and short: an answer of at most 4,000
characters is looked at.
"""

from __future__ import annotations

import json
import re

from harness.models.skills.making_separators import bare_sign

_MOST = 4_000
_MARKED = re.compile(r"^[ \t]*(?:[-*•–]|\(?\d{1,3}[.):]|\(?[a-z][.)])[ \t]+(\S[^\n]*)$", re.M)
_NO = (
    r"(?:not?|never|without|instead of|rather than|don'?t use|drop|remove|lose|skip|no "
    r"more)(?: (?:as|any|the|in))* "
)
_NEGATED = re.compile(
    _NO + r"(?:bullets?\w*|bullet points|numbers|numbering|a list|list|lines|commas)\b", re.I
)
_FORMS: tuple[tuple[str, str], ...] = (
    ("json", r"\bjson\b|\barray\b|\bpython list\b"),
    ("semicolons", r"\bsemi-?colons?\b"),
    ("numbered", r"\bnumber(?:ed|ing)\b|\bnumber them\b|\bwith numbers\b|\benumerat\w+"),
    (
        "bullets",
        r"\bbullet\w*|\bdash(?:es)?\b|\bas a list\b|\bin a list\b|\blist form\b|"
        r"\baufzählung\b|\bviñetas\b|\ben liste\b",
    ),
    ("slashes", r"\bslash(?:es)?\b"),
    ("pipes", r"\bpipes?\b"),
    (
        "commas",
        r"\bcommas?\b|\bcomma[- ]separated\b|\bkomma\w*\b|\bcomas\b|\bone line\b|\bsingle "
        r"line\b|\bsame line\b|\brunning text\b",
    ),
    (
        "lines",
        r"\b(?:one|each|an item|a name|every \w+)\b[^.\n]{0,20}\b(?:per|a|on (?:its|a|"
        r"their)(?: own| new| separate)?) line\b|"
        r"\bseparate lines\b|\bunder(?:neath)? each other\b|\bbelow each other\b|\bline by "
        r"line\b|\bline breaks\b",
    ),
)
_ORDERS: tuple[tuple[str, str], ...] = (
    ("sorted", r"\balphabetic\w*|\bsort(?:ed)?\b|\ba to z\b|\ba-z\b|\babc order\b"),
    (
        "reversed",
        r"\brevers\w+|\bbackwards\b|\bother way r?ound\b|\blast (?:one )?first\b|\bz to "
        r"a\b",
    ),
)
_CASES: tuple[tuple[str, str], ...] = (
    ("upper", r"\b(?:all )?(?:capitals?|caps|upper[- ]?case|block letters)\b"),
    ("lower", r"\b(?:all )?(?:lower[- ]?case|small letters|no capitals)\b"),
)
_JOIN = {"semicolons": "; ", "commas": ", ", "slashes": " / ", "pipes": " | ", "lines": "\n"}
_TRIMS: tuple[tuple[str, str, str], ...] = (
    (
        r"\b(?:no|without|drop|remove|lose)\b[^.\n]{0,12}(?:full stop|period|dot|punctuation)\b",
        r"[.!?]+$",
        "",
    ),
    (
        r"\b(?:no|without|drop|remove|lose)\b[^.\n]{0,12}(?:quotes|quotation marks|inverted "
        r"commas)\b",
        '["“”]',
        "",
    ),
    (
        r"\b(?:in|put|add|with)\b[^.\n]{0,16}(?:quotes|quotation marks|inverted commas)\b",
        r"^(.*)$",
        r'"\1"',
    ),
)


_FEWER = re.compile(
    r"\b(?:only|just|at most|no more than|max(?:imum)?|the first|the top)\b (one|two|three|four|"
    r"five|six|\d{1,2})\b"
    r"(?! (?:words?|sentences?|lines?|characters|letters?))",
    re.I,
)


_BETWEEN = re.compile(
    r"\b(?:separated|parted|divided|joined|split|delimited|with)\b[^\"“'\n]{0,"
    r"24}[\"“'](?P<sign>[^\w\"”']{1,5})[\"”']",
    re.I,
)
_WITHOUT = re.compile(
    r"\b(?:without|minus|except(?: for)?|leave out|leaving out|drop|remove|strike|not|but "
    r"no)\s+(?:the )?"
    r"(?P<what>[A-ZÀ-Þ][\w'’-]{1,24}(?:(?:,| and| &) [A-ZÀ-Þ][\w'’-]{1,24}){0,4})"
)


def _count(word: str) -> int:
    words = ("zero", "one", "two", "three", "four", "five", "six")
    return int(word) if word.isdigit() else words.index(word.lower())


def items_of(answer: str) -> list[str]:
    """The items of an answer that lists something; empty for one that does not."""
    head = answer.strip()[:_MOST]
    marked = [item.strip() for item in _MARKED.findall(head)]
    if len(marked) >= 2:
        return marked
    if head.startswith("["):
        try:
            held = json.loads(head)
        except ValueError:
            held = None
        if isinstance(held, list) and all(isinstance(one, str | int | float) for one in held):
            return [str(one) for one in held]
    lines = [line.strip() for line in head.splitlines() if line.strip()]
    if len(lines) >= 2:
        return lines
    body = re.sub(r"^[^:.!?]{1,60}:\s+", "", head).rstrip(" .")
    if re.search(r"[.!?]\s", body):
        return []
    parts = re.split(
        r"\s*;\s*|\s*\|\s*|\s+/\s+|,\s+(?:and |or |y |und |et )?|\s+(?:and|und|y|et)\s+", body
    )
    parts = [part.strip() for part in parts if part.strip()]
    is_list = len(parts) >= 2 and all(len(part.split()) <= 6 for part in parts)
    return parts if is_list else []


def reshaped(answer: str, order: str) -> str:
    """The answer in the form that a short order asks for; empty where this is no change of form.

    Args:
        answer: what was said before.
        order: the turn, one that asks for nothing but a form.
    """
    text = answer.strip()[:_MOST]
    asked = _NEGATED.sub(" ", order)
    form = next((name for name, cue in _FORMS if re.search(cue, asked, re.I)), "")
    turn = next((name for name, cue in _ORDERS if re.search(cue, asked, re.I)), "")
    case = next((name for name, cue in _CASES if re.search(cue, asked, re.I)), "")
    trims = [(what, put) for cue, what, put in _TRIMS if re.search(cue, order, re.I)]
    fewer = _FEWER.search(order)
    between = _BETWEEN.search(order)
    without = _WITHOUT.search(order)
    if not form and _NEGATED.search(order):
        form = "commas"
    if fewer and len(items_of(text)) > _count(fewer[1]) > 0:
        text = _laid_out(items_of(text)[: _count(fewer[1])], _form_of(text))
    elif not (form or turn or case or trims or between or bare_sign(order)):
        return ""
    items = items_of(text)
    if without and len(items) >= 2:
        gone = [w.lower() for w in re.split(r",| and |&", without["what"]) if w.strip()]
        kept = [
            one for one in items if not any(w.strip() and w.strip() in one.lower() for w in gone)
        ]
        if 0 < len(kept) < len(items):
            items = kept
            text = _laid_out(items, _form_of(text))
    if between and len(items) >= 2:
        sign = between["sign"]
        sign = sign if sign != sign.strip() or len(sign.strip()) > 1 else f"{sign} "
        text = sign.join(item.rstrip(" ;,.") for item in items)
    elif len(items) >= 2 and (sign := bare_sign(order)):
        text = sign.join(item.rstrip(" ;,.") for item in items)
    elif form or turn:
        if not items and form in ("bullets", "numbered", "lines"):
            items = [s.strip() for s in re.split(r"(?<=[.!?])\s+", text) if s.strip()]
        if not items and form == "json":
            items = [text.rstrip(".")]
        if not items:
            return ""
        items = sorted(items, key=str.casefold) if turn == "sorted" else items
        items = items[::-1] if re.search(_ORDERS[1][1], asked, re.I) else items
        text = _laid_out(items, form or _form_of(text))
    text = recased(text, asked) if case else text
    for what, put in trims:
        text = re.sub(what, put, text)
    return text


def recased(text: str, order: str) -> str:
    """The text in capitals or small letters, where an order asks for either."""
    case = next((name for name, cue in _CASES if re.search(cue, order, re.I)), "")
    return {"upper": text.upper(), "lower": text.lower()}.get(case, text)


_ADDS = re.compile(
    r"^\W{0,3}(?:(?:please|and|also|now|ok(?:ay)?)\b[ ,]{0,2}){0,3}(?:add|include|append|put "
    r"in)\s+(?P<what>[^.:;?!\n]{2,60}?)"
    r"(?:\s+(?:to|in|on|at)\s+(?:the |your |that )?(?:list|end|answer|front|it|them|bottom|"
    r"top)[\w ]{0,20})?(?: too| as well| please)?[.!]?$",
    re.I,
)
_DROPS = re.compile(
    r"^\W{0,3}(?:(?:please|and|also|now|ok(?:ay)?|but)\b[ ,]{0,2}){0,3}(?:remove|drop|delete|"
    r"leave out|take out|take off|strike|without|"
    r"cross out|skip)\s+(?:the )?(?P<what>[^.:;?!\n]{2,60}?)(?:\s+(?:from|off)\s+(?:the |your |"
    r"that )?(?:list|answer|it|them))?(?: please)?[.!]?$",
    re.I,
)


def relisted(answer: str, turn: str) -> str:
    """A list that was given, with an item more or less; empty where that is not what is asked."""
    items = items_of(answer)
    if len(items) < 2:
        return ""
    dropped, added = _DROPS.match(turn), _ADDS.match(turn)
    if dropped:
        what = dropped["what"].strip().lower()
        place = {
            "first": 0,
            "first one": 0,
            "second": 1,
            "second one": 1,
            "last": -1,
            "last one": -1,
            "third": 2,
        }.get(what)
        if place is not None and place < len(items):
            kept = [one for one in items if one is not items[place]]
        else:
            kept = [one for one in items if what not in one.lower() and one.lower() not in what]
        return _laid_out(kept, _form_of(answer)) if 0 < len(kept) < len(items) else ""
    if added and not re.match(
        r"(?:an? |the |one )?(?:reason|explanation|comment|line|sentence|word|column|field|key|"
        r"title)\b",
        added["what"],
        re.I,
    ):
        return _laid_out([*items, added["what"].strip()], _form_of(answer))
    return ""


def _form_of(text: str) -> str:
    """How an answer lists its items now."""
    if text.lstrip().startswith("["):
        return "json"
    if re.match(r"\s*\(?\d", text) and "\n" in text:
        return "numbered"
    if re.match(r"\s*[-*•]", text):
        return "bullets"
    return "lines" if "\n" in text.strip() else ("semicolons" if ";" in text else "commas")


def _laid_out(items: list[str], form: str) -> str:
    if form == "json":
        return json.dumps(items, ensure_ascii=False)
    if form == "bullets":
        return "\n".join(f"- {item}" for item in items)
    if form == "numbered":
        return "\n".join(f"{number}. {item}" for number, item in enumerate(items, 1))
    return _JOIN[form].join(item.rstrip(" ;,") for item in items)


def relisted_by_parts(answer: str, turn: str) -> str:
    """A list changed by each part of a turn: "add Dina and sort it in reverse"."""
    parts = re.split(
        r"(?:,|;|\.)?\s+(?:and|then|but)\s+(?=(?:then |please |also )?(?:sort|put|order|"
        r"number|make|add|remove|drop|"
        r"reverse|list|separate|write|delete|leave)\b)",
        turn.strip(),
        flags=re.I,
    )
    out = relisted(answer, parts[0])
    for part in parts[1:] if out else []:
        out = relisted(out, part) or reshaped(out, part) or out
    return out
