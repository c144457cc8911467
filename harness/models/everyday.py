"""The few things that everybody knows of plain words: opposites, colours, how many legs or days.

Runs in the model worker (zone G); pure; the text is hostile and short. All else about the world
is declined.
"""

from __future__ import annotations

import re

_MOST_WORDS = 40
_OPPOSITES = (
    "hot cold,big small,tall short,long short,old young,new old,fast slow,up down,left right,"
    "in out,open closed,early late,light dark,heavy light,full empty,wet dry,hard soft,high low,"
    "rich poor,happy sad,loud quiet,good bad,day night,black white,front back,inside outside,"
    "wide narrow,deep shallow,strong weak,clean dirty,cheap expensive,thick thin,always never,"
    "first last,true false,yes no,north south,east west,love hate,begin end,summer winter,"
    "near far,safe dangerous,easy difficult,sharp blunt,sweet sour,noisy quiet,push pull"
)
_COLOURS = {
    "lemon": "yellow", "banana": "yellow", "sun": "yellow", "egg yolk": "yellow", "tomato": "red",
    "blood": "red", "strawberry": "red", "fire engine": "red", "stop sign": "red",
    "grass": "green", "lime": "green", "cucumber": "green", "spinach": "green", "pea": "green",
    "clear sky": "blue", "sky": "blue", "snow": "white", "milk": "white", "coal": "black",
    "chocolate": "brown", "carrot": "orange", "pumpkin": "orange", "elephant": "grey",
    "flamingo": "pink", "aubergine": "purple", "polar bear": "white", "raven": "black",
    "orange": "orange", "salt": "white", "sugar": "white",
}  # fmt: skip
_COUNTS = {
    ("legs", "spider"): "eight", ("legs", "dog"): "four", ("legs", "cat"): "four",
    ("legs", "horse"): "four", ("legs", "cow"): "four", ("legs", "insect"): "six",
    ("legs", "ant"): "six", ("legs", "bee"): "six", ("legs", "bird"): "two",
    ("legs", "chair"): "four", ("legs", "table"): "four", ("legs", "snake"): "none",
    ("days", "week"): "seven", ("months", "year"): "twelve", ("hours", "day"): "24",
    ("minutes", "hour"): "60", ("seconds", "minute"): "60", ("sides", "triangle"): "three",
    ("sides", "square"): "four", ("corners", "square"): "four", ("wheels", "bicycle"): "two",
    ("wheels", "bike"): "two", ("wheels", "tricycle"): "three", ("wheels", "car"): "four",
    ("letters", "alphabet"): "26", ("fingers", "hand"): "five", ("seasons", "year"): "four",
    ("eggs", "dozen"): "twelve", ("weeks", "year"): "52", ("sides", "hexagon"): "six",
}  # fmt: skip
_OPPOSITE = re.compile(r"\b(?:opposite|antonym) (?:of|for|to) [\"“'‘]?(?P<of>[a-z]{2,12})\b", re.I)
_COLOUR = re.compile(
    r"\b(?:what|which) colou?r (?:is|are|has|does)\s(?:(?:the|an?|fresh|ripe|clean|pure|normal|"
    r"usual|typical|young|most)\s){0,3}(?P<of>[a-z]{3,12}(?: [a-z]{3,8})?)\b",
    re.I,
)
_COUNT = re.compile(
    r"\bhow many (?P<what>[a-z]{4,8})\b[^?.\n]{0,24}?\b(?:an?|the|one|every|each)\s"
    r"(?:(?:normal|usual|standard|english|single)\s)?(?P<of>[a-z]{3,8})\b",
    re.I,
)
_FORMS = re.compile(
    r"\b(?:hi|hello|hey|please|pls|reply|answer|respond|your|it|be|must|have|has|should|with|in|"
    r"only|just|exactly|precisely|at|least|most|a|an|one|two|three|four|five|six|seven|ten|"
    r"single|\d{1,2}|words?|sentences?|more|less|no|and|the|nothing|else|brief\w*|short\w*|"
    r"quick|question|so|ok)\b",
    re.I,
)
_WORDED = (
    "{}.", "It's {}.", "It is {}.", "It is simply {}.", "The answer is simply {}.",
    "The answer is quite simply {}.", "I think the answer is simply {}.",
    "I think the answer is quite simply {}.",
)  # fmt: skip


def known(text: str) -> str:
    """The one word that answers a message which asks for nothing but it; empty where there is none.

    Args:
        text: the message.
    """
    if len(text.split()) > _MOST_WORDS:
        return ""
    for pattern, answer in ((_OPPOSITE, _opposite), (_COLOUR, _colour), (_COUNT, _count)):
        mark = pattern.search(text)
        if mark is None:
            continue
        start = max(text.rfind(sign, 0, mark.start()) for sign in ".!?:\n") + 1
        end = re.compile(r"[?.!\n]|$").search(text, mark.end())
        beside = text[:start] + " " + (text[end.end() :] if end else "")
        lead = text[start : mark.start()]
        if len(lead.split()) > 5 or re.search(r"\w", _FORMS.sub(" ", beside)):
            return ""
        return answer(mark)
    return ""


def worded(answer: str, count: int) -> str:
    """An answer in so many words, as far as there is a way to say it."""
    said = _WORDED[count - 1].format(answer) if 1 <= count <= len(_WORDED) else f"{answer}."
    return said[:1].upper() + said[1:]


def _opposite(mark: re.Match[str]) -> str:
    of = mark["of"].lower()
    pairs = [pair.split() for pair in _OPPOSITES.split(",")]
    return next((b if of == a else a for a, b in pairs if of in (a, b)), "")


def _colour(mark: re.Match[str]) -> str:
    of = mark["of"].lower()
    for name in (of, of.split()[0]):
        for one in (name, name.removesuffix("s"), name.removesuffix("es")):
            if one in _COLOURS and (name == of or of.split()[1] not in ("tree", "juice", "paint")):
                return _COLOURS[one]
    return ""


def _count(mark: re.Match[str]) -> str:
    return _COUNTS.get((mark["what"].lower(), mark["of"].lower()), "")
