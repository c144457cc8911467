"""Small orders that a message holds whole: lists known by heart, names in code style, marks put on.

Runs in the model worker; pure; the message is hostile: capped, every repeat is bounded.
"""

from __future__ import annotations

import re

from harness.models.needles import has_any
from harness.models.skills.making_separators import separator

_MOST_CHARS = 600
_NEEDLES = ("case", "roman", "week", "month", "season", "vowel", "bracket", "quot", "parenthes",
            "asterisk", "line", "in words", "spelled", "alphabet")  # fmt: skip
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip
_SETS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (r"days of the week|days of a week|week ?days and weekend", _DAYS),
    (r"weekdays|working days", _DAYS[:5]),
    (r"months(?: of the year)?", _MONTHS),
    (r"seasons", ("spring", "summer", "autumn", "winter")),
    (r"vowels", ("a", "e", "i", "o", "u")),
)
_SAYS = (
    r"^\W{0,3}(?:(?:please|now|can you|could you|just) )*(?:list|write(?: down| out)?|"
    r"name|give(?: me)?|"
    r"print|output|say|recite|tell me|type|what are)\b"
)
_STYLED = re.compile(
    r"\b(?P<style>snake|camel|kebab|pascal|constant|screaming snake)[_ -]?case\b", re.I
)
_ROMAN = re.compile(r"\b(?P<n>\d{1,4})\b[^.\n]{0,24}\broman (?:numerals?|number)", re.I)
_WORDS = re.compile(
    r"\b(?:from )?(?P<a>\d{1,2}) (?:to|down to|through|-) (?P<b>\d{1,2})\b[^.\n]{0,20}"
    r"\b(?:in words|as words|spelled out|written out)",
    re.I,
)
_QUOTES = re.compile(
    r"\b(?:put|add|place|set|use)\b[^.:\n]{0,12}\b(?P<kind>double |single )?quot(?:es|"
    r"ation marks)\b"
    r"[^.:\n]{0,8}\b(?:around|round|on) (?:each|every|all)(?: the)? (?:items?|words?|"
    r"names?|entr\w+|one)"
    r"[^:\n]{0,20}:\s*(?P<list>\S[^\n]{2,300})$",
    re.I,
)
_WRAPS = re.compile(
    r"\b(?:wrap|put|enclose|surround|set)\b (?:every |each |all )?(?:occurrences? of "
    r")?(?:the )?word "
    r"[\"“']?(?P<word>\w{1,24})[\"”']? (?:in|into|with|by|between) (?:a pair of )?"
    r"(?P<mark>square brackets|curly brackets|round brackets|brackets|parentheses|"
    r"double quotes|quotes|"
    r"asterisks|stars|underscores)[^:\n]{0,40}:\s*(?P<text>\S[^\0]{2,500})$",
    re.I,
)
_OF_LINES = re.compile(
    r"\W{0,3}[^\n]{0,30}\b(?P<which>first|last) word of (?:each|every) "
    r"line\b[^\n]{0,30}\n+(?P<lines>\S[^\0]{2,500})$",
    re.I,
)
_MARKS = {
    "square brackets": "[]", "curly brackets": "{}", "round brackets": "()", "brackets": "[]",
    "parentheses": "()", "double quotes": '""', "quotes": '""', "asterisks": "**", "stars": "**",
    "underscores": "__",
}  # fmt: skip
_SMALL = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
    "sixteen seventeen eighteen nineteen"
).split()
_TENS = "zero ten twenty thirty forty fifty sixty seventy eighty ninety".split()


def small(said: str) -> str | None:
    """What a small order comes to; None where the message is none."""
    if len(said) > _MOST_CHARS or not has_any(said, _NEEDLES):
        return None
    said = said.strip()
    if mark := _QUOTES.search(said):
        sign = "'" if (mark["kind"] or "").lower().startswith("single") else '"'
        items = [i.strip() for i in re.split(r",\s*|\s+", mark["list"].strip(" .")) if i.strip()]
        return ", ".join(f"{sign}{item}{sign}" for item in items)
    if mark := _WRAPS.search(said):
        left, right = tuple(_MARKS[mark["mark"].lower()])
        text = mark["text"].strip().strip('"“”')
        return re.sub(
            rf"(?<!\w){mark['word']}(?!\w)", lambda m: f"{left}{m[0]}{right}", text, flags=re.I
        )
    if mark := _OF_LINES.match(said):
        words = [line.split() for line in mark["lines"].split("\n") if line.strip()]
        return "\n".join(line[0 if mark["which"].lower() == "first" else -1] for line in words)
    return _listed(said) or _styled(said) or _spelled(said)


def _listed(said: str) -> str | None:
    """The days, months and the like, in the order and form asked for."""
    if not re.match(_SAYS, said, re.I) or len(said.split()) > 24 or re.search(r"[:\"“”?]", said):
        return None
    for name, held in _SETS:
        if not re.search(rf"\b(?:the |all )?(?:\w+ )?(?:{name})\b", said, re.I):
            continue
        first = next((i for i, one in enumerate(held) if re.search(
            rf"\b(?:start\w*|begin\w*|from)\b[^.]{{0,14}}\b{one}\b", said, re.I)), 0)  # fmt: skip
        items = [*held[first:], *held[:first]]
        items = items[::-1] if re.search(r"\b(?:reverse\w*|backwards?)\b", said, re.I) else items
        if re.search(r"\b(?:per line|own line|new line|bullet\w*)\b", said, re.I):
            bullet = "- " if re.search(r"\bbullet", said, re.I) else ""
            return "\n".join(f"{bullet}{item}" for item in items)
        between = separator(said)
        if re.search(r"\bupper ?case|capitals\b", said, re.I):
            items = [item.upper() for item in items]
        if re.search(r"\blower ?case\b", said, re.I):
            items = [item.lower() for item in items]
        return (", " if between is None else between).join(items)
    return None


def _styled(said: str) -> str | None:
    """A name in the style of code: snake_case, camelCase."""
    mark = _STYLED.search(said)
    held = re.search(
        r":\s*[\"“'`]?(?P<a>[^\"”'`\n:]{2,120})[\"”'`]?\W*$|[\"“'`](?P<b>[^\"”'`\n]{2,120})", said
    )
    if mark is None or held is None or len(said.split()) > 40 or "," in held[0]:
        return None
    words = re.findall(r"[A-Z]?[a-z0-9]+|[A-Z]+(?![a-z])", (held["a"] or held["b"]).strip())
    low = [word.lower() for word in words]
    style = mark["style"].lower()
    if not low or len(low) > 12:
        return None
    if style in ("snake", "kebab"):
        return ("_" if style == "snake" else "-").join(low)
    if style in ("constant", "screaming snake"):
        return "_".join(low).upper()
    raised = [word.capitalize() for word in low]
    return "".join(raised) if style == "pascal" else low[0] + "".join(raised[1:])


def _spelled(said: str) -> str | None:
    """A number in Roman figures, a row of numbers in words."""
    if (mark := _ROMAN.search(said)) and 0 < int(mark["n"]) < 4000 and len(said.split()) <= 14:
        return _roman(int(mark["n"]))
    if mark := _WORDS.search(said):
        a, b = int(mark["a"]), int(mark["b"])
        row = range(a, b + 1) if a <= b else range(a, b - 1, -1)
        between = separator(said)
        return (", " if between is None else between).join(_in_words(n) for n in row)
    return None


def _in_words(number: int) -> str:
    if number < 20:
        return _SMALL[number]
    tens, ones = divmod(number, 10)
    return _TENS[tens] + (f"-{_SMALL[ones]}" if ones else "")


def _roman(number: int) -> str:
    signs = (
        (1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L"),
        (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"),
    )  # fmt: skip
    out = ""
    for value, sign in signs:
        count, number = divmod(number, value)
        out += sign * count
    return out
