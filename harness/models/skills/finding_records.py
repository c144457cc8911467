"""The cases that a prompt lists: lines, "(a) train 140", "Oskar (5), Lena (6)", rows of a table.

Runs in the model worker; the text is hostile and capped, patterns are bounded.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from harness.models.skills.finding_intervals import intervals
from harness.models.skills.tables import Table, find_table

_MOST = 60
_LINE_MARK = re.compile(
    r"^[ \t]*(?P<mark>[-*•–]|\(?[A-Za-z]\)|[A-Za-z][.)]|\(?\d{1,3}\)|\d{1,3}[.)]|"
    r"#?[A-Z]{1,4}-?\d{1,5}\s?[:.)-]?|#\d{1,5}[:.)]?)\s+(?P<rest>\S[^\n]{0,200})$",
    re.M,
)
_LINE_NAME = re.compile(
    r"^[ \t]*(?P<name>[A-ZÀ-Þa-zà-þ][^:,;|\n\d]{0,30}?)\s*(?::|,|;| [-–] |"
    r"\t)\s*(?P<rest>[^\n]*\d[^\n]{0,120})$",
    re.M,
)
_TIMED = re.compile(r"^[ \t]*\[?(?P<time>\d{1,2}[:.]\d\d)\]?[ \t]+(?P<rest>\S[^\n]{0,60})$", re.M)
_COUNTED = re.compile(r"^[ \t]*(?P<n>\d{1,2})[ \t]+(?P<rest>[A-Za-z][^\n]{2,100})$", re.M)
_IN_MARK = re.compile(r"(?<![\w.])\(?(?P<mark>[a-j]|[A-J]|\d{1,2})\)\s?(?=[\w\"“])")
_NAME = (
    r"(?!(?:I|It|He|She|We|They|You|Ich|Wir|Er|Sie|Es|Je|Il|Elle|Nous)\b|(?:The|An?)\s)"
    r"(?:[A-ZÀ-Þ][\w-]*|[A-ZÀ-Þ]{1,4}-?\d{1,4})(?: [A-ZÀ-Þ][\w-]*){0,2}"
)
_VALUE = (
    r"(?:is |are |was |has |weighs |scored |needs |took |got |with |at |of |brings |measures |ist |"
    r"hat |wiegt |est |a |tiene )?"
    r"[€$£]?-?\d[\d.,:]*(?:\s?(?:%|°\s?C?|[€$£]|[^\W\d_]{1,12}))?(?: (?!and\b)[a-z]+){0,3}"
)
_PAIR = re.compile(
    rf"(?P<name>{_NAME})\s?(?P<open>[:(]| [-–]| [a-z]{{3,"
    rf"12}})?\s?(?P<value>{_VALUE})\)?(?=\s*(?:[,;.]|$|\n|and\b|und\b|\)))"
)
_BRACKETED = re.compile(rf"(?P<name>{_NAME}) \((?P<rest>[^()\n]{{1,60}})\)")
_PLAIN_PAIR = re.compile(
    r"(?:^\s*|(?<=[:,;\n] )|(?<=and ))(?P<name>[a-z][\w.-]*(?: [a-z]{2,})?) (?P<value>[€$£]?\d[\d.,"
    r"]*\d|\d)"
    r"(?: ?(?:[A-Za-z]{1,10}|%|€))?(?=[,;.?!)\s]|$)"
)
_SAID = re.compile(r"(?<!\w)(?P<name>[A-ZÀ-Þ][\w'’-]{0,20}): (?P<rest>[^.;\n]{2,80})(?=[.;\n]|$)")
_HEAD = re.compile(
    r"(?:^|(?<=[.!?\n]))[^\S\n]*(?:[A-ZÀ-Þ][\w' -]{0,30}|here (?:are|is)[^:.\n]{0,40}):?[^\S\n]*$",
    re.M,
)


@dataclass(frozen=True)
class Record:
    """One case of a list.

    Attributes:
        mark: its letter, number or code; empty for none.
        name: what it is called.
        text: all that is said of it, its name included.
    """

    mark: str
    name: str
    text: str

    @property
    def shown(self) -> str:
        """How an answer names it."""
        if re.fullmatch(r"[A-Za-z]", self.mark):
            return f"({self.mark}) {self.name}"
        return self.mark if re.search(r"[A-Za-z#]", self.mark) and self.mark else self.name


@dataclass(frozen=True)
class Listed:
    """The cases of a text, and the text without them."""

    records: tuple[Record, ...]
    rest: str
    table: Table | None = None


@lru_cache(maxsize=16)
def listed_cases(text: str, *, plain: bool = False) -> Listed:
    """The cases that a text lists; none where it lists fewer than two.

    Args:
        text: what is looked through.
        plain: take "kettle 39, mixer 89" for cases, too.
    """
    stamped = _stamped(text)
    if len(stamped) >= 3:
        return Listed(tuple(record for _, _, record in stamped[:_MOST]), _without(text, stamped))
    table = (
        find_table(text)
        if len(_lines(text)) + len(_counted_lines(text)) < 2 or "|" in text
        else None
    )
    if table is not None and len(table.rows) >= 2 and not table.is_blank:
        return Listed(_from_table(table), text[: table.start] + "\n" + text[table.end :], table)
    for find in (
        _lines,
        _counted_lines,
        _named_lines,
        _marked,
        _told,
        _bracketed,
        _pairs,
        _plain_pairs,
    ):
        if find is _plain_pairs and not plain:
            continue
        spans = [span for span in find(text) if not intervals(span[2].text)]
        if sum(_is_prose(record.text) for _, _, record in spans) * 3 > len(spans):
            continue
        if len(spans) >= 2:
            return Listed(tuple(record for _, _, record in spans[:_MOST]), _without(text, spans))
    return Listed((), text)


def _is_prose(text: str) -> bool:
    """Whether a line tells a story of its own and is no case of a list."""
    return len(text.split()) > 16 or bool(re.search(r"[a-z][.!?] [A-Z]", text))


Spans = list[tuple[int, int, Record]]


def _from_table(table: Table) -> tuple[Record, ...]:
    out: list[Record] = []
    for row in table.rows[:_MOST]:
        said = ", ".join(
            f"{head} {cell}" for head, cell in zip(table.header[1:], row[1:], strict=False) if cell
        )
        out.append(Record("", row[0], f"{row[0]}, {said}"))
    return tuple(out)


def _lines(text: str) -> Spans:
    out: Spans = []
    for mark in _LINE_MARK.finditer(text):
        code = (
            mark["mark"].strip("().:- *•–#")
            if not mark["mark"].startswith("#")
            else mark["mark"].strip(":.)")
        )
        name = _name(mark["rest"])
        out.append((mark.start(), mark.end(), Record(code, name, mark["rest"].strip())))
    return out


def _stamped(text: str) -> Spans:
    """Lines of a time and what was then."""
    return [
        (m.start(), m.end(), Record("", m["time"], m["rest"].strip()))
        for m in _TIMED.finditer(text)
    ]


def _counted_lines(text: str) -> Spans:
    """Lines that begin with 1, 2, 3 and no mark behind it."""
    out: Spans = []
    for mark in _COUNTED.finditer(text):
        if int(mark["n"]) == len(out) + 1:
            rest = mark["rest"].strip()
            out.append((mark.start(), mark.end(), Record(mark["n"], _name(rest), rest)))
    return out


def _named_lines(text: str) -> Spans:
    out: Spans = []
    for mark in _LINE_NAME.finditer(text):
        if len(mark["name"].split()) <= 4 and not re.search(r"[.!?]\s+\S", mark["rest"]):
            name = mark["name"].strip()
            out.append(
                (mark.start(), mark.end(), Record("", name, f"{name}, {mark['rest'].strip()}"))
            )
    lines = {text.count("\n", 0, a) for a, _, _ in out}
    return out if lines and max(lines) - min(lines) == len(lines) - 1 else []


def _marked(text: str) -> Spans:
    marks = list(_IN_MARK.finditer(text))[:_MOST]
    if len(marks) < 2 or len({m["mark"] for m in marks}) < len(marks):
        return []
    out: Spans = []
    for n, mark in enumerate(marks):
        end = marks[n + 1].start() if n + 1 < len(marks) else _end(text, mark.end())
        body = text[mark.end() : end].strip(" ,;.\n")
        body = re.sub(r",?\s+(?:and|or|und|y|et)$", "", body)
        out.append((mark.start(), end, Record(mark["mark"], _name(body), body)))
    return out


def _end(text: str, start: int) -> int:
    stop = re.search(r"(?<!\d)\.(?:\s|$)|\.(?=\s+[A-Z]|\s*$)|\n", text[start:])
    return start + stop.start() if stop else len(text)


def _told(text: str) -> Spans:
    """Names with a colon behind them ("Ada: 3 days late. Ben: 4 days late.")."""
    return [
        (m.start(), m.end(), Record("", m["name"], f"{m['name']}: {m['rest']}"))
        for m in _SAID.finditer(text)
        if re.search(r"\d", m["rest"])
    ]


def _bracketed(text: str) -> Spans:
    """Names with something in brackets behind each ("Ruth (tea, 9 kinds), Bo (soap, 2 kinds)")."""
    found = [
        (m.start(), m.end(), Record("", m["name"], f"{m['name']}, {m['rest']}"))
        for m in _BRACKETED.finditer(text)
        if re.search(r"\d", m["rest"])
    ]
    near = [b[0] - a[1] for a, b in pairwise(found)]
    return found if near and max(near) < 12 else []


def _pairs(text: str) -> Spans:
    """The longest run of names with a figure each, with nothing but commas between them."""
    runs: list[Spans] = []
    for mark in list(_PAIR.finditer(text))[:_MOST]:
        one = (mark.start(), mark.end(), Record("", mark["name"], mark[0].strip()))
        between = text[runs[-1][-1][1] : mark.start()] if runs else "."
        if runs and re.fullmatch(
            r"\s*(?:[,;.]|,? ?(?:and|und|y|et))?\s*(?:and |und |y |et )?", between
        ):
            runs[-1].append(one)
        else:
            runs.append([one])
    return max(runs, key=len, default=[])


def _plain_pairs(text: str) -> Spans:
    """A list of small words with a figure each ("kettle 39, toaster 45, mixer 89")."""
    found = [
        (m.start(), m.end(), Record("", m["name"].strip(), m[0].strip(" ,")))
        for m in _PLAIN_PAIR.finditer(text)
    ]
    near = [b[0] - a[1] for a, b in pairwise(found)]
    return found if len(found) >= 3 and near and max(near) < 4 else []


def _name(body: str) -> str:
    """The name in front of what a case tells: up to its first comma, colon, bracket or figure."""
    mark = re.match(r"[^,;:(\d|]{2,60}?(?=\s*(?:[,;:(|]|[-–] |\s[€$£]?-?\d|$))", body)
    name = (mark[0] if mark else body[:40]).strip(" -–,")
    return re.sub(r"\s+(?:is|are|was|has|weighs|costs|for|of|at|with|from)$", "", name)


def _without(text: str, spans: Sequence[tuple[int, int, Record]]) -> str:
    """The text less the cases and less the word that announces them."""
    out: list[str] = []
    last = 0
    for start, end, _ in spans:
        out.append(text[last:start])
        last = end
    out.append(text[last:])
    rest = re.sub(r"(?:\s*[,;]\s*){2,}|\s[,;.](?=\s|$)", " ", "".join(out))
    return _HEAD.sub("", rest).strip(" \n,;")
