"""Find the worked examples of a prompt: quoted pairs, label groups, JSON lines, example tags.

Runs in the model worker (zone G); the text is hostile. Examples are instruction, and the last, open
one holds the data.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

QUESTION_WORDS = frozenset("q question query ask user_question customer_question".split())
_PAIR = re.compile(
    r"[\"“](?P<given>[^\"“”\n]{1,300})[\"”]\s*(?:=>|->|→|⇒|=|:|is an?|is|should be labell?ed|"
    r"becomes|"
    r"goes (?:to|in(?:to)?)|counts as|gets)\s*"
    r"(?:an? )?(?P<label>[A-Za-z][\w /-]{0,40}?)(?=[\s]*(?:[.;,\n]|$))"
)
_OPEN_END = re.compile(r"(?:=>|->|→|⇒)\s*$")


@dataclass(frozen=True)
class Block:
    """A stretch with a weight: above 0 it is data, below 0 instruction; 8 and -8 decide."""

    start: int
    end: int
    weight: float
    is_example: bool = False


@dataclass(frozen=True)
class Shots:
    """Worked examples: where they stand, and their (input, output) pairs."""

    blocks: tuple[Block, ...]
    examples: tuple[tuple[str, str], ...]


def find_shots(text: str) -> Shots:
    """Worked examples: quoted pairs, label-value groups, JSON lines, example tags."""
    found: list[Block] = []
    examples: list[tuple[str, str]] = []
    for mark in _PAIR.finditer(text):
        found.append(Block(mark.start(), mark.end(), -8.0, True))
        examples.append((mark["given"], mark["label"].strip()))
    becomes = _becomes(text)
    found.extend(becomes.blocks)
    examples.extend(becomes.examples)
    arrows = _arrow_lines(text)
    found.extend(arrows.blocks)
    examples.extend(pair for pair in arrows.examples if pair not in examples)
    open_end = _OPEN_END.search(text)
    if open_end and not arrows.examples:
        start = max(text.rfind("\n", 0, open_end.start() - 1) + 1, 0)
        found.append(Block(start, open_end.start(), 8.0))
    for group in (_label_groups(text), _json_lines(text), _tagged_examples(text)):
        found.extend(group.blocks)
        examples.extend(group.examples)
    return Shots(tuple(found), tuple(examples[:40]))


_BECOMES = re.compile(
    r"[\"“]([^\"“”\n]{1,300})[\"”]\s*(?:becomes|turns into|→|->|=>)\s*[\"“]([^\"“”\n]{1,300})[\"”]"
)
_ARROW_LINE = re.compile(
    r"(?:^|(?<=\n)|(?<=; ))(?P<given>[^\n;]{1,300}?)[ \t]*(?:=>|->|→|⇒|>>)[ \t]*"
    r"(?P<out>[^\n;]{0,300}?)[ \t]*(?=\n|;|$)"
)


def _becomes(text: str) -> Shots:
    """`"one" becomes "other"`: pairs whose outputs are quoted as well."""
    marks = list(_BECOMES.finditer(text))
    found = tuple(Block(m.start(), m.end(), -8.0, True) for m in marks)
    return Shots(found, tuple((m[1], m[2]) for m in marks))


def _arrow_lines(text: str) -> Shots:
    """`given -> wanted`, one a line or parted by semicolons, the last one left open."""
    marks = [m for m in _ARROW_LINE.finditer(text[:40_000]) if m["given"].strip()]
    if len(marks) < 2 or marks[-1]["out"] or not _OPEN_END.search(text):
        return Shots((), ())
    shown = [m for m in marks[:-1] if m["out"]]
    if not shown:
        return Shots((), ())
    last = marks[-1]
    found = [Block(m.start(), m.end(), -8.0, True) for m in shown]
    opened = re.match(r"[\"“]?(?:\?\s)?", last["given"])
    is_asked = last["given"].lstrip().startswith("?")
    start = last.start("given") + (opened.end() if opened else 0)
    end = last.end("given") - last["given"].endswith(('"', "”"))
    if is_asked:  # the last line asks; what it asks about stands between it and the examples
        found.append(Block(shown[-1].end(), last.start(), 6.0))
        found.append(Block(last.start(), len(text), -8.0))
    else:
        found.extend([Block(start, end, 8.0), Block(last.end("given"), len(text), -8.0)])
    pairs = [(m["given"].strip().strip('"“”'), m["out"].strip().strip('"“”')) for m in shown]
    return Shots(tuple(found), tuple(pairs))


_LINE_LABEL = re.compile(
    r"(?:^|(?<=\n)|(?<=[.!?\"”}] ))(?P<name>[A-Z][A-Za-z]{0,14}):(?P<value>[^\n]*?)"
    r"(?=\n|$|(?<=[.!?\"”}a-z]) [A-Z][A-Za-z]{0,14}:)"
)


def _label_groups(text: str) -> Shots:
    """`Text: .. Label: ..` again and again, the last label left open."""
    lines = [
        (m["name"].lower(), m["value"].strip(), m.start("value"), m.end("value"))
        for m in _LINE_LABEL.finditer(text)
    ]
    if len(lines) < 3:
        return Shots((), ())
    out_name = lines[-1][0]
    answered = [i for i, line in enumerate(lines) if line[0] == out_name and line[1]]
    if lines[-1][1] or not answered or not text.rstrip().endswith(":"):
        return Shots((), ())
    examples = [(lines[i - 1][1].strip('"'), lines[i][1]) for i in answered if i > 0]
    last = answered[-1]
    open_label = text.rfind(":")
    start_of_open = max(text.rfind("\n", 0, open_label), text.rfind(" ", 0, open_label)) + 1
    found = [
        Block(max(lines[0][2] - len(lines[0][0]) - 1, 0), lines[last][3], -8.0, True),
        Block(start_of_open, len(text), -8.0),
    ]
    rest = lines[last + 1 : -1]
    for name, value, start, end in rest:
        if value and name not in QUESTION_WORDS:
            found.append(Block(start, end, 8.0))
    return Shots(tuple(found), tuple(examples))


def _json_lines(text: str) -> Shots:
    """`{"text": "..", "label": ".."}` lines, the last one left open."""
    whole = list(
        re.finditer(
            r"\{\s*\"(\w{1,20})\"\s*:\s*\"([^\"\n]{1,400})\"\s*,\s*\"(\w{1,20})\"\s*:\s*\"(["
            r"^\"\n]{1,60})\"\s*\}",
            text,
        )
    )
    found = [Block(m.start(), m.end(), -8.0, True) for m in whole]
    examples = [(m[2], m[4]) for m in whole]
    last = re.search(
        r"\{\s*\"\w{1,20}\"\s*:\s*\"([^\"\n]{1,4000})\"\s*,\s*\"\w{1,20}\"\s*:\s*\"?\s*$", text
    )
    if last and whole:
        found.append(Block(last.start(1), last.end(1), 8.0))
    return Shots(tuple(found), tuple(examples) if last else ())


def _tagged_examples(text: str) -> Shots:
    """`<example><in>..</in><out>..</out></example>` in any wording of the inner tags."""
    examples: list[tuple[str, str]] = []
    for mark in re.finditer(r"<example>([^\0]{1,1200}?)</example>", text):
        inner = re.findall(r"<([\w-]{1,30})>([^<]{1,800})</\1>", mark[1])
        if len(inner) >= 2:
            examples.append((inner[0][1].strip(), inner[-1][1].strip()))
        else:
            halves = re.split(r"\s*(?:=>|->|→|\n)\s*", mark[1].strip(), maxsplit=1)
            if len(halves) == 2:
                examples.append((halves[0].strip('" '), halves[1].strip('" ')))
    return Shots((), tuple(examples))
