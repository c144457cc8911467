"""Find the label set of a classification prompt, with definitions and worked examples.

Runs in the model worker (zone G); the text is hostile. Labels come from the prompt and from nowhere
else: this module knows the shapes of lists, not their words.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from harness.models.menus import Menu
from harness.models.needles import ends_of
from harness.models.prompt import Prompt

_MOST_CHARS = 60_000
_MOST_LABELS = 200
_MOST_LEADS = 60
_LEAD = re.compile(
    r"\b(?:labels?|categor(?:y|ies)|class(?:es)?|options?|intents?|buckets?|topics?|"
    r"tags?|teams?|queues?|"
    r"choices?|sentiments?|emotions?|departments?|pigeonholes?|groups?|kinds?|"
    r"types?|values?|verdicts?|"
    r"piles?|folders?|boxes|names|one of|any of|following(?: \w+){0,2}|these(?: \w+){0,2}|either)\b"
    r"(?P<tail>[^:\n.?!]{0,70}?)(?P<mark>:\**|\(|\bare\b|\bis one of\b|(?<=one of)|"
    r"(?<=either)|=|>|\n)[ \t]*",
    re.I,
)
_BULLET = re.compile(r"^[ \t]*(?:[-*•‣]|\(?\d{1,3}[.)]|\(?[a-zA-Z][.)])?[ \t]*")
_SPLIT_NAME = re.compile(r"\s*(?::|=|\s[-–—]\s|\s?→|->|\bmeans\b|\()\s*")
_NOT_A_LABEL = re.compile(
    r"[.!?{}<>\[\]]|\b(?:please|answer|reply|respond|return|output|the following|below)\b|"
    r"^(?:rule|note|hint|remark|guideline|instruction) ?#?\d+$",
    re.I,
)
_SLASHES = re.compile(
    r"(?<![\w/:.-])([\w-]+(?: [\w-]+){0,2}(?:[ ]?[/|][ ]?[\w-]+(?: [\w-]+){0,2}){1,40})"
)
_WORDS = r"[\"'“`*]{0,2}(?<![\w-])[A-Za-z][\w-]{0,40}(?: [\w-]{1,40}){0,3}[\"'”`*]{0,2}"
_OR_LIST = re.compile(
    rf"({_WORDS}(?:\s*,\s*(?:an? )?{_WORDS}){{0,30}}\s*,?\s+or\s+(?:an? )?{_WORDS}(?:"
    rf"\s+or\s+(?:an? )?{_WORDS}){{0,10}})"
)
_AND_LIST = re.compile(rf"({_WORDS}(?:\s*,\s*{_WORDS}){{1,40}}\s*,?\s+(?:and|und|et|y)\s+{_WORDS})")
_COMMAS = re.compile(rf"({_WORDS}(?:\s*,\s*{_WORDS}){{1,60}})")
_OR, _AND, _COMMA = (re.compile(s) for s in (r"\sor\s", r"\s(?:and|und|et|y)\s", ","))
_DEFINED_LINE = re.compile(
    r"^[ \t]{0,12}(?:[-*•]|\d{1,3}[.)])?[ \t]{0,12}[\"'`*]{0,2}([A-Za-z][\w /-]{0,40}?)[\"'`*]"
    r"{0,2}[ \t]{0,12}(?::|=|\s[-–—]\s|→)[ \t]{0,12}([^\n]{8,400})$",
    re.M,
)
_INLINE_DEFINED = re.compile(
    r"(?:^|[;.\n,]\s{0,6})[\"'`*]{0,2}([A-Za-z][\w -]{0,30}?)[\"'`*]{0,2}\s*(?:=|"
    r":)\s*([^;.=\n:]{6,160})(?=[;.\n]|$)"
)
_PROSE = re.compile(
    r"(?:^|[.;\n]\s{0,6})(?:an? |the category |the label |the class |"
    r"label )?[\"'“`*]{0,2}([A-Za-z][\w-]*(?: [a-z][\w-]*)?)[\"'”`*]{0,2} "
    r"(?:is (?:when|for|if|any|anybody|anyone|everything)|means|describes|asks|"
    r"covers|refers to|stands for|contains|includes|applies)\b([^.;\n]{6,240})",
    re.I,
)
_IN_BRACKETS = re.compile(r"([^.;()\n]{6,140})\(([A-Za-z][\w -]{1,30})\)")
_JSON_ENUM = re.compile(
    r"\"[^\"\n]{1,40}\"\s*:\s*\"?([\w -]+(?:\s*\"?\s*\|\s*\"?[\w -]+){1,40})\"?"
)
_QUOTED_RUN = re.compile(
    r"(?:[\"“`][A-Za-z][\w /-]{0,40}[\"”`](?!\s*:)"
    r"(?:\s*(?:,|/|\||\bor\b|\band\b|, ?or)\s*|(?=\W))){2,40}"
)
_RUN_NAME = re.compile(r"[\"“`]([A-Za-z][\w /-]{0,40})[\"”`]()")
_QUOTED = re.compile(r"[\"“`']([A-Za-z][\w /-]{0,40})[\"”`']")
_POSTAMBLE = re.compile(
    r"\b(?:only|nothing else|with|for|because|based|using|when|which|who|"
    r"and (?:nothing|only|answer|return|give|explain)|"
    r"to (?:this|the|each)|this|it|in (?:the|one)|as (?:json|the)|then|best|from)\b.*$",
    re.I,
)
_PICK = re.compile(r" [-–—] (?:pick|choose|which|select|give|say|just|only|one)\b.*$", re.I)
_LEADING = re.compile(
    r"^(?:.*\b(?:as|with|only|into|between|among|from|is (?:it|this|that)|are|whether|either|"
    r"of|be|if it is|if following text is|announce|decide|pick|choose|"
    r"say|it is|this is|is|label|labels|text is|mark|answer|feedback|message|ticket|"
    r"it)\b[: ]+)?(?:an? |the |about |just )*",
    re.I,
)


@dataclass(frozen=True)
class Label:
    """One label as the prompt writes it."""

    name: str
    definition: str = ""
    examples: tuple[str, ...] = ()


def humanise(name: str) -> str:
    """A label as words: `card_arrival`, `cardArrival` and `CARD-ARRIVAL` are 'card arrival'."""
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)
    return " ".join(re.split(r"[\s_\-/.]+", spaced)).strip(" #").lower()


def find_labels(prompt: Prompt) -> tuple[Label, ...]:
    """The labels a prompt offers, in its order; empty when it offers none."""
    if prompt.menu is not None and not prompt.examples:
        return _of_menu(prompt.menu)
    text = prompt.directions[:_MOST_CHARS]
    names = _best(text, prompt.examples)
    if not names:
        whole = "\n".join(t for role, t in prompt.messages if role != "assistant")[:_MOST_CHARS]
        defined = [pair for pair in _defined(whole) if len(pair[0].split()) <= 3]
        names = [name for name, _ in defined] if len(defined) >= 2 else []
        names = names or _bullets(whole)
        text = whole if names else text
    return _without_the_text(tuple(_complete(names, text, prompt.examples)), text)


def _of_menu(menu: Menu) -> tuple[Label, ...]:
    meanings = menu.meanings or ("",) * len(menu.names)
    return tuple(
        Label(name, meaning.strip(' ."'))
        for name, meaning in zip(menu.names, meanings, strict=True)
    )


def _without_the_text(labels: tuple[Label, ...], text: str) -> tuple[Label, ...]:
    """`a, b or c: the text itself` defines no label: drop what only ends the prompt."""
    defined = [label for label in labels if label.definition]
    if len(defined) != 1 or defined[0] is not labels[-1]:
        return labels
    ends = text.rstrip(' .\n"').endswith(defined[0].definition)
    return (*labels[:-1], replace(labels[-1], definition="")) if ends else labels


def _best(text: str, examples: Sequence[tuple[str, str]]) -> list[str]:
    """The first shape that gives a plausible set; the surest shapes come first."""
    text = re.sub(r"[\"“][^\"“”\n]{1,300}[\"”]\s*(?:=>|->|→)\s*[^.;,\n]{0,40}", " ", text)
    shown = {humanise(name) for name in _from_examples(examples)}
    defined = [name for name, _ in _defined(text)]
    for names in (
        defined if shown and shown <= {humanise(name) for name in defined} else [],
        _after_lead(text),
        _tables(text),
        *_enums(text),
        *_slashes(text),
        *(
            names
            for names in _either_or(text)
            if shown and shown < set(map(humanise, _tidy(names)))
        ),
        _from_examples(examples),
        [name for name, _ in _defined(text, prose_only=True)],
        *_either_or(text),
        defined,
        _bracketed(text),
    ):
        tidy = _tidy(names)
        if _plausible(tidy):
            return tidy
    return []


def _bullets(text: str) -> list[str]:
    """The longest run of bulleted short names anywhere in a prompt."""
    best: list[str] = []
    run: list[str] = []
    for line in [*text.split("\n"), ""]:
        mark = re.match(r"[ \t]*(?:[-*•‣]|\(?\d{1,3}[.)])[ \t]+(\S[^\n]{0,60})$", line)
        if mark:
            run.append(_SPLIT_NAME.split(mark[1], maxsplit=1)[0])
            continue
        tidy = _tidy(run)
        if _plausible(tidy) and len(tidy) > len(best):
            best = tidy
        run = []
    return best


def _tidy(names: Iterable[str]) -> list[str]:
    out: dict[str, str] = {}
    for name in names:
        plain = re.sub(r"^[^:]{0,60}:\s+", "", name)
        plain = re.sub(r"^[\s\"'“”`*_\[\]()]+|[\s\"'“”`*\[\]().,;:]+$", "", plain)
        plain = re.sub(r"^(?:or|and|an?|the)\s+", "", plain, flags=re.I)
        if plain and humanise(plain):
            out.setdefault(humanise(plain), plain)
    return list(out.values())[:_MOST_LABELS]


def _plausible(names: Sequence[str]) -> bool:
    return len(names) >= 2 and all(
        len(name) <= 48 and len(name.split()) <= 6 and not _NOT_A_LABEL.search(name)
        for name in names
    )


def _after_lead(text: str) -> list[str]:
    """The longest list that follows a word such as 'labels:' or 'one of'."""
    best: list[str] = []
    for mark in islice(_LEAD.finditer(text), _MOST_LEADS):
        rest = text[mark.end() : mark.end() + 12_000]
        if mark["mark"] == "\n" and not re.match(
            r"\s*(?:[-*•|]|\d{1,2}[.)]|[\w \"'`-]{1,40}(?::|$))", rest, re.M
        ):
            continue
        if mark["mark"] == ">" and not re.search(r"<\w{1,20}$", text[: mark.end() - 1][-24:]):
            continue
        if mark["mark"] == "(":
            rest = rest.split(")", 1)[0]
        names = _tidy(_lines_of_names(rest) or _inline_names(rest))
        if _plausible(names) and len(names) > len(best):
            best = names
    return best


def _lines_of_names(rest: str) -> list[str]:
    """One name a line, with or without bullets and definitions."""
    names: list[str] = []
    shape: bool | None = None
    for line in rest.lstrip(" \t").lstrip("\n").split("\n"):
        bulleted = bool(re.match(r"[ \t]*(?:[-*•‣|]|\(?\w{1,3}[.)])", line))
        shape = bulleted if shape is None else shape
        label = re.match(r"[ \t]*(\w[\w ]{0,30}):", line)
        if bulleted != shape or (
            label and not bulleted and (_is_field(label[1]) or label[1] == "Question")
        ):
            break
        if not line.strip() or line.lstrip().startswith(("</", "#", "```")):
            break
        body = _BULLET.sub("", line, count=1)
        cells = [cell.strip() for cell in body.strip().strip("|").split("|")]
        name = cells[0] if body.strip().startswith("|") else _SPLIT_NAME.split(body, maxsplit=1)[0]
        if body.strip().startswith("|") and set(name) <= set("-: "):
            names = []  # what stood above the rule is the table's header
            continue
        if not name.strip() or len(name.split()) > 6 or len(name) > 48:
            break
        names.append(name)
    return names if len(names) >= 2 and "," not in names[0] else []


def _inline_names(rest: str) -> list[str]:
    """Names on one line, up to the end of the sentence."""
    line = re.split(r"\n|[.?!](?:\s|$)|</", rest.lstrip(), maxsplit=1)[0][:4_000]
    listed = re.match(r"\s*\[([^\]]{3,3000})\]", line)
    if listed:
        line = listed[1]
    line = re.sub(r"\([^()]{0,200}\)", "", line)
    if ";" in line:
        parts = [_SPLIT_NAME.split(part, maxsplit=1)[0] for part in line.split(";")]
    elif line.count("|") >= 1:
        parts = line.split("|")
    elif "," in line:
        parts = re.split(r",(?:\s*(?:or|and)\b)?|\s(?:or|and)\s", line)
    elif "/" in line:
        parts = line.split("/")
    elif re.search(r"\sor\s|\sand\s", line):
        parts = re.split(r"\s(?:or|and)\s", line)
    else:
        quoted = _QUOTED.findall(line)
        words = line.split()
        snake = [w for w in words if "_" in w]
        parts = quoted or (words if len(snake) * 2 >= len(words) >= 2 else [])
    parts[-1:] = [_POSTAMBLE.sub("", part) for part in parts[-1:]]
    return [part for part in parts if part.strip()]


def _tables(text: str) -> list[str]:
    rows = re.findall(r"^\|\s*([^|\n]{1,48}?)\s*\|[^\n]*\|\s*$", text, re.M)
    body = [row for row in rows if not set(row) <= set("-: ")]
    return body[1:] if len(body) >= 3 else []


def _enums(text: str) -> Iterator[list[str]]:
    for mark in _QUOTED_RUN.finditer(text):
        yield [a or b for a, b in _RUN_NAME.findall(mark[0])]
    for mark in _JSON_ENUM.finditer(text):
        yield [part.strip(' "') for part in mark[1].split("|")]
    for mark in re.finditer(
        r"\[(\s*\"[^\"\n]{1,40}\"(?:\s*,\s*\"[^\"\n]{1,40}\"){1,60}\s*)\]", text
    ):
        yield re.findall(r"\"([^\"\n]{1,40})\"", mark[1])


def _slashes(text: str) -> Iterator[list[str]]:
    found = [re.split(r"\s*[/|]\s*", _PICK.sub("", m[1])) for m in _SLASHES.finditer(text)]
    for parts in sorted(found, key=len, reverse=True):
        if all(len(part) > 1 for part in parts) and not any(part.isdigit() for part in parts):
            parts[0] = _LEADING.sub("", parts[0]) or parts[0]
            parts[-1] = _POSTAMBLE.sub("", parts[-1]).strip() or parts[-1]
            yield parts


def _either_or(text: str) -> Iterator[list[str]]:
    """`as X, Y or Z`, `is it X or Y?`, `Options are X, Y, Z`."""
    for pattern, sign in ((_OR_LIST, _OR), (_AND_LIST, _AND), (_COMMAS, _COMMA)):
        if sign.search(text) is None:  # it stands in every match, and is found in no time
            continue
        for mark in sorted(pattern.finditer(text), key=lambda m: -m[1].count(",")):
            parts = re.split(r"\s*,\s*(?:or\s+|and\s+)?|\s+(?:or|and)\s+", mark[1])
            before = text[max(0, mark.start() - 30) : mark.start()]
            if pattern is not _OR_LIST and not re.search(
                r"(?:labels?|as|into|between|class(?:es)?|categor\w+|options?|are|:|pick|choose|"
                r"\()\s*(?:the )?[\"'“`]?$",
                before + parts[0][:0],
                re.I,
            ):
                head = _LEADING.sub("", parts[0])
                if head == parts[0]:
                    continue
            parts[0] = _LEADING.sub("", parts[0]) or parts[0]
            parts[-1] = _POSTAMBLE.sub("", parts[-1]).strip() or parts[-1]
            yield parts


def _defined(text: str, *, prose_only: bool = False) -> list[tuple[str, str]]:
    """(name, definition) pairs from lines, `a = b; c = d`, and prose."""
    best: list[tuple[str, str]] = []
    for pattern in (_PROSE,) if prose_only else (_DEFINED_LINE, _INLINE_DEFINED, _PROSE):
        pairs = [
            (m[1].strip(), m[2].strip())
            for m in pattern.finditer(text)
            if _plausible([m[1], "x"]) and not _is_field(m[1]) and "?" not in m[2]
        ]
        if len(pairs) >= 2 and len(pairs) > len(best):
            best = pairs
    return best


def _is_field(name: str) -> bool:
    """Words that head a part of a prompt rather than name a class."""
    return name.strip().lower() in {
        "text", "message", "input", "output", "task", "role", "format", "note", "example", "label",
        "answer", "document", "context", "rules", "feedback", "this", "it", "what", "which",
        "email", "category", "categories", "labels", "step", "goal", "ticket", "review", "each",
        "first", "second", "third", "fourth", "fifth", "game", "rubric", "mail", "doc", "q",
        "the message", "source", "claim", "customer", "agent", "there", "that", "he", "she",
    }  # fmt: skip


def _bracketed(text: str) -> list[str]:
    return [m[2] for m in _IN_BRACKETS.finditer(text)]


def _from_examples(examples: Sequence[tuple[str, str]]) -> list[str]:
    answers = [answer for _, answer in examples if 0 < len(answer.split()) <= 5]
    return answers if len(answers) == len(examples) else []


def _complete(
    names: Sequence[str], text: str, examples: Sequence[tuple[str, str]]
) -> Iterator[Label]:
    """Attach definitions and examples; a short name also meets its longer forms."""
    pairs = [*_defined(text), *((m[2], m[1]) for m in _IN_BRACKETS.finditer(text))]
    pairs += [(m[1], m[2]) for m in _PROSE.finditer(text)]
    pairs += [
        (m[1], m[2])
        for m in re.finditer(r"^\|\s*([^|\n]{1,48}?)\s*\|\s*([^|\n]{4,300}?)\s*\|", text, re.M)
    ]
    for name in names:
        plain = humanise(name)
        meant = [d for n, d in pairs if _same(humanise(n), plain) and len(d) > 5]
        direct = None if meant else _told_behind(name, text)
        if direct:
            meant = [re.split(r"(?<=[a-z])\.\s", direct[1] or direct[2])[0]]
        shown = [given for given, answer in examples if _same(humanise(answer), plain)]
        yield Label(name, meant[0].strip(' ."') if meant else "", tuple(shown[:12]))


_TOLD = re.compile(r"[\"'`*]{0,2}\s*(?:\(([^()\n]{6,200})\)|(?::|=|\s[-–—])\s*([^\n|;]{8,300}))")


def _told_behind(name: str, text: str) -> re.Match[str] | None:
    """What first stands behind a name in brackets, or behind a sign: its meaning."""
    for end in ends_of(name, text):
        told = _TOLD.match(text, end)
        if told is not None:
            return told
    return None


def _same(one: str, other: str) -> bool:
    """Equal words, or one is the other plus a generic noun."""
    if one == other:
        return True
    short, long = sorted((one, other), key=len)
    extra = long.removeprefix(short + " ") if short else long
    return (
        bool(short) and extra != long and extra in {"report", "request", "reports", "requests", "s"}
    ) or (bool(short) and long == short + "s")
