"""Labels for each row of a list, found in the order beside the rows.

Runs in the model worker (zone G); pure; the text is hostile and capped; every repeat is bounded.
`a question (Q), a command (C)`, `+ if it is good and - if it is bad`, `past, present or future`,
`FACT or OPINION`, yes or no of "which ones are complaints". Aliases of exercises do not come here.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache

from harness.models.answer_words import offered
from harness.models.labels import Label
from harness.models.offers import clean_names
from harness.models.reading import Reading
from harness.models.rows_asked import Rows, rows_of

_YES_NO = frozenset({"yes", "no", "true", "false", "y", "n"})


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    """Compiled where the first list of rows is met."""
    word = r"[A-Za-z][\w'’-]{0,24}"
    name = rf"[\"“'`]?{word}(?: {word}){{0,2}}[\"”'`]?"
    return {
        "sorts": re.compile(
            r"\b(?:column|sort|group|divide|split|separate|classif\w+|categor\w+|label\w*|tag|mark|"
            r"decide|assign|say|tell|is it|"
            r"whether|which|what|write|put|answer|give|rate|code|flag|judge|choose|pick|for each|"
            r"one (?:\w+ )?per|next to|behind|identify|state|determine|name|yes|no)\b",
            re.I,
        ),
        "other": re.compile(
            r"\b(?:source|claims?|context|document|criteri\w+|rubric|extract|keys|fields|summar\w+|"
            r"translate|rewrite|same (?:thing|meaning|question)|mean the same|better|rank|compare|"
            r"most to least|least to most|count|sum|number of (?:the|its)|right (?:type|label|"
            r"one)|clause)\b|\{",
            re.I,
        ),
        "bracket": re.compile(
            r"\((?:[\"“'`])?(?P<code>[A-Z]{1,3}\d?|[A-Z][a-z]|\d|[+–-]|[a-z])(?:[\"”'`])?\)"
        ),
        "if": re.compile(
            r"(?:^|(?<=\s)|(?<=[\"'`“(]))(?P<code>[+–-]|\d|[A-Z]{1,6}|[\"'`“]\S{1,12}[\"'`”])"
            r" (?:if|when|for|where) (?P<means>[^.;\n]{3,90}?)"
            r"(?=[.;\n:]|$|,? (?:and|or)(?: an?)? (?:[+–-]|\d|[A-Z]{1,6}|[\"'`“]\S{1,12}[\"'`”]) "
            r"(?:if|when|for|where)\b|, (?:[+–-]|\d|[A-Z]{1,6}|[\"'`“]\S{1,12}[\"'`”]) (?:if|when|"
            r"for|where)\b)",
        ),
        "run": re.compile(
            rf"(?P<list>{name}(?:, (?:an? |the )?{name}){{0,8}},? (?:or|and) (?:an? |the )?{name})"
            r"(?=\W|$)",
            re.I,
        ),
        "slashed": re.compile(rf"(?P<list>{word}(?: ?/ ?{word}){{1,7}})(?=\W|$)"),
        "which": re.compile(
            r"\bwhich (?:ones?|of (?:these|them|the \w+)|\w+) (?P<what>(?:is|are|was|were|do|does|"
            r"contain|mention|ask|need|have|want|express|describe)\b[^?.\n]{2,80})",
            re.I,
        ),
        "polar": re.compile(
            r"\b(?:whether|if|is|are|does|do) (?:it|each|they|this|the \w+|every \w+)"
            r"(?: one| of them| line| sentence)? (?P<what>[^?.\n]{3,80})",
            re.I,
        ),
        "yes": re.compile(r"\b(?:yes ?(?:/|or) ?no|true ?(?:/|or) ?false|y ?/ ?n)\b", re.I),
        "lead": re.compile(
            r"\b(?:as|into|either|whether(?: it(?:['’]s| is)| they are)?|is it|are they|"
            r"it(?:['’]s| is)|"
            r"one of|between|label|mark|with|from)\W{0,3}(?:an? |the )?$|[:(\[]\s?$",
            re.I,
        ),
    }


def with_rows(reading: Reading) -> Reading:
    """The reading as one with a label for each row, where an order is for each; else as it is.

    Args:
        reading: the prompt, understood.
    """
    messages = reading.prompt.messages
    if not messages or reading.said or reading.again is not None or reading.scale is not None:
        return reading
    if messages[-1][0] != "user" or any(role == "assistant" for role, _ in messages):
        return reading
    if reading.prompt.examples or reading.prompt.question:
        return reading  # a question under its own label is what is asked
    found = rows_of(messages[-1][1])
    if found is None or not _patterns()["sorts"].search(found.order):
        return reading
    if _patterns()["other"].search(found.order):
        return reading
    if reading.task == "qa" and not _PER_ROW.search(found.order):
        return reading  # the rows are the document
    if all(map(_MEANT.match, (text for _, text in found.rows))):
        return reading  # labels, each with what it means
    if _MENU_HEAD.search(found.order):
        return reading
    labels = _labels(found, reading)
    if not labels or _is_menu(found, labels):
        return reading
    if reading.items and len(reading.labels) >= 2 and not labels[1]:
        if len(reading.items) >= len(found.rows):
            return reading
    return replace(
        reading,
        task="classify",
        labels=labels[0],
        items=found.rows,
        data=tuple(text for _, text in found.rows),
        coded=labels[1],
        question="",
        bound=True,
    )


def _labels(found: Rows, reading: Reading) -> tuple[tuple[Label, ...], bool] | None:
    """The labels of an order, and whether they are codes for what they mean; None without any."""
    order = found.order
    if codes := _bracketed(order) or _conditioned(order):
        return codes, True
    told = _patterns()
    if yes := told["yes"].search(order):
        names = re.split(r" ?/ ?| or ", yes[0])
        asked = told["which"].search(order) or told["polar"].search(order)
        what = asked["what"].strip() if asked else ""
        return (Label(names[0], what), Label(names[1])), False
    low, things = order.lower(), {text.lower() for _, text in found.rows}
    mine = tuple(
        label
        for label in reading.labels
        if _is_name(label.name) and label.name.lower() in low and label.name.lower() not in things
    )
    if reading.task == "classify" and len(mine) == len(reading.labels) >= 2:
        return mine, reading.coded
    if ticked := re.findall(r"`([^`\n]{2,30})`", order):
        if 2 <= len(set(ticked)) == len(ticked) and " " in "".join(ticked):
            return tuple(map(Label, ticked)), False
    if listed := re.search(r"\((?P<list>[\w-]+(?:, [\w -]{2,24}){1,9})\)", order):
        return tuple(Label(part.strip()) for part in listed["list"].split(",")), False
    if offer := offered(order):
        return offer.labels, all(label.definition for label in offer.labels)
    run = _in_a_run(order)
    return (tuple(map(Label, run)), False) if run else None


def _bracketed(order: str) -> tuple[Label, ...]:
    """`needs a person (P) or can be answered at once (A)`: each code behind what it means."""
    marks = list(_patterns()["bracket"].finditer(order))
    names = [mark["code"] for mark in marks]
    if not 2 <= len(set(names)) == len(names) <= 12 or marks[-1].end() - marks[0].start() > 500:
        return ()
    out: list[Label] = []
    at = 0
    for mark in marks:
        clause = re.split(r"[.:;?\n]|\bwhether\b|\bif\b", order[at : mark.start()])[-1]
        means = re.sub(
            r"^[\s,]*(?:(?:or|and|either|it(?:['’]s| is)?|they are|is|are|as|an?|the|of|each|every|"
            r"can be|for each|line|sentence)\b[\s,]*){0,6}",
            "",
            clause,
            flags=re.I,
        ).strip()
        means = " ".join(means.split()[-8:])
        if not re.search(r"[A-Za-z]{2}", means):
            return ()
        out.append(Label(mark["code"], means))
        at = mark.end()
    return tuple(out)


def _conditioned(order: str) -> tuple[Label, ...]:
    """`+ if it is good and - if it is bad`: each code before when it is given."""
    found = [
        (mark["code"].strip("\"'`“”"), mark["means"].strip(" ,"))
        for mark in _patterns()["if"].finditer(order)
    ]
    names = [name for name, _ in found]
    if not 2 <= len(set(names)) == len(names) <= 12:
        return ()
    cut = re.compile(r"^(?:it(?:['’]s| is)|they are|the \w+ (?:is|are)|an?|the)\s+", re.I)
    return tuple(Label(name, cut.sub("", means)) for name, means in found)


def _in_a_run(order: str) -> tuple[str, ...]:
    """`past, present or future`, `fiction / non-fiction`: the run that most looks like labels."""
    told = _patterns()
    best: tuple[int, tuple[str, ...]] = (0, ())
    for kind in ("slashed", "run"):
        for mark in told[kind].finditer(order):
            cut = (
                r" ?/ ?" if kind == "slashed" else r", (?:an? |the )?|,? (?:or|and) (?:an? |the )?"
            )
            names = clean_names(
                [p.strip(" \"“”'`") for p in re.split(cut, mark["list"], flags=re.I)]
            )
            names[0] = re.sub(r"^.*\b(?:into|as|under|in|to|by|between)\s+", "", names[0])
            if not _are_names(names):
                continue
            worth = 1 + bool(told["lead"].search(order[: mark.start()])) + (" or " in mark["list"])
            if worth > best[0]:
                best = (worth, tuple(names))
    return best[1]


def _are_names(names: list[str]) -> bool:
    return (
        len(names) >= 2
        and len({n.lower() for n in names}) == len(names)
        and all(map(_is_name, names))
    )


_PER_ROW = re.compile(
    r"\b(?:each|every|per (?:line|row|sentence|item)|one per|line by line|next to|which (?:ones?|"
    r"of (?:these|them))|in (?:the same )?order|all of (?:these|them)|column)\b",
    re.I,
)
_MENU_HEAD = re.compile(
    r"^[^\n:]{0,24}\b(?:labels?|categor(?:y|ies)|options?|tags?|class(?:es)?|teams?|topics?|queues?|"
    r"intents?|kinds?|types?)\b[^\n:]{0,16}:[ \t]*$",
    re.I | re.M,
)
_MEANT = re.compile(
    r"[`\"'*]{0,2}[\w/&-]{1,24}(?: [\w/&-]{1,20}){0,2}[`\"'*]{0,2} ?(?::|=|"
    r"[–—-]+>?) \S"
)
_NO_NAME = re.compile(
    r"^(?:under|into|as|by|the|this|that|it|them|these|each|every|in|on|of|to|for|with|only|"
    r"just|no|not|number|mark|"
    r"line|lines|order|same|one|please|give|write|letter|letters|label|labels|numbers?|nothing)\b|"
    r"\b(?:names?|order|list|lines?|sentences?|format|each|every|these|of)$",
    re.I,
)


def _is_name(name: str) -> bool:
    return bool(name) and len(name.split()) <= 3 and not _NO_NAME.search(name)


def _is_menu(found: Rows, labels: tuple[tuple[Label, ...], bool]) -> bool:
    """Whether the rows are the labels themselves, each with what it means."""
    names = [label.name.lower() for label in labels[0]]
    heads = [text.lower().strip("`*\"' ") for _, text in found.rows]
    marks = [mark.strip(" .():").lower() for mark, _ in found.rows]
    hits = sum(any(re.match(rf"{re.escape(n)}\b", head) for n in names) for head in heads)
    return hits * 2 > len(heads) or set(names) <= set(marks)
