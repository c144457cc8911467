"""The prompt that a conversation has come to, and how a turn changes its text, question or order.

Runs in the model worker (zone G); the text is hostile. Changes are made in place, so that rules,
quotation marks and line breaks around what changes stay as the user wrote them.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, replace

from harness.models.occurrences import last_occurrence
from harness.models.prompt import clean
from harness.models.reading import Reading

_QUOTED = re.compile(r"\"([^\"]{1,6000})\"|[“„«]([^“”„«»]{1,6000})[”“»]")
_CLOSE = re.compile(r" ?[?!.]{0,3}")
_OPENERS = tuple("\"“„«'")
_CLOSERS = tuple("\"”“»'")
_POLAR_ORDER = re.compile(
    r"[^.!?\n]{0,60}\byes\b ?(?:or|/) ?no\b[^.!?\n]{0,40}[.!?]?|[^.!?\n]{0,30}\bone "
    r"word\b[^.!?\n]{0,20}[.!?]?",
    re.I,
)
_POLAR = re.compile(
    r"^\W*(?:is|are|was|were|do|does|did|can|could|may|will|would|has|have|must|should)\b", re.I
)


@dataclass(frozen=True)
class Standing:
    """A prompt of one user turn.

    Attributes:
        system: system messages in front of it.
        text: the user's message.
    """

    system: tuple[tuple[str, str], ...]
    text: str

    @property
    def messages(self) -> tuple[tuple[str, str], ...]:
        """The prompt."""
        return (*self.system, ("user", self.text))

    def material(self, reading: Reading) -> str:
        """The text that the prompt is about.

        Of a question everything beside it counts; of other work what was read as data.
        """
        if reading.task == "qa" and reading.question:
            place = _place_of(self.text, reading.question)
            if place:
                rest = f"{self.text[: place[0]]}\n{self.text[place[1] :]}".strip()
                if len(rest) >= 12:
                    return rest
        mine = [s for s in reading.prompt.spans if s.message == len(self.system)]
        if mine:
            return "\n".join(self.text[s.start : s.end] for s in mine).strip()
        quoted = quotations(self.text)
        return (
            self.text[slice(*quoted[0])]
            if quoted
            else ("\n".join(reading.data) or self.text).strip()
        )

    def with_text(self, reading: Reading, new: str) -> Standing:
        """The same order for another text."""
        bare = new.strip()
        whole = re.fullmatch(r"[\"“„«'](.{2,}?)[\"”“»']\s*[.!?]?", bare, re.S)
        bare = whole[1] if whole and '"' not in whole[1] else bare
        listed = self._place_of_items(reading)
        if listed is not None and (re.match(r"\W{0,2}\d", bare) or "\n" in bare):
            return replace(self, text=f"{self.text[: listed[0]]}{bare}{self.text[listed[1] :]}")
        place = self._place_of_text(reading)
        if place is None:
            return replace(self, text=f"{self.text.rstrip()}\n\n{bare}")
        if "\n" in bare:  # a list is no quotation
            start, end = place
            start -= self.text[start - 1 : start] in _OPENERS
            end += self.text[end : end + 1] in _CLOSERS
            return replace(
                self, text=f"{self.text[:start].rstrip()}\n\n{bare}\n{self.text[end:]}".rstrip()
            )
        return replace(self, text=self.text[: place[0]] + bare + self.text[place[1] :])

    def with_material(self, reading: Reading, new: str) -> Standing:
        """The same order, or question, for the corrected text."""
        old = self.material(reading)
        if old and old in self.text:
            return replace(self, text=self.text.replace(old, new, 1))
        if reading.task == "qa" and reading.question:
            return replace(self, text=f"{new}\n\n{question_of(reading)}")
        return self.with_text(reading, new)

    def asking(self, reading: Reading, question: str) -> Standing:
        """Another question to the same text; the rules for answering stay."""
        if reading.task == "qa" and reading.question:
            return instead_of_question(self, reading, question)
        return replace(self, text=f"{self.material(reading)}\n\n{question}")

    def ordered(self, reading: Reading, order: str) -> Standing:
        """Another order for the same text."""
        end = "" if order.rstrip().endswith((".", "!", "?", ":")) else ":"
        if order.rstrip().endswith("?"):
            return replace(self, text=f"{self.material(reading)}\n\n{order.strip()}")
        return replace(self, text=f"{order.strip()}{end}\n\n{self.material(reading)}")

    def added(self, order: str) -> Standing:
        """The same prompt with one more order, in front of it."""
        return replace(self, text=f"{order.strip()} {self.text}")

    def _place_of_items(self, reading: Reading) -> tuple[int, int] | None:
        """Where the numbered texts stand in the message, from the first mark to the last word."""
        if not reading.items:
            return None
        first, last = (self.text.find(reading.items[i][1]) for i in (0, -1))
        if first < 0 or last < 0:
            return None
        end = last + len(reading.items[-1][1])
        end += self.text[end : end + 1] in _CLOSERS
        return self.text.rfind("\n", 0, first) + 1, end

    def _place_of_text(self, reading: Reading) -> tuple[int, int] | None:
        """Where the text stands in the message."""
        mine = [s for s in reading.prompt.spans if s.message == len(self.system)]
        quoted = quotations(self.text)
        if quoted:
            widest = quoted[0]
            inside = [s for s in mine if s.start <= widest[0] and s.end >= widest[1]]
            if (
                not mine
                or not inside
                or inside[0].end - inside[0].start < 1.3 * (widest[1] - widest[0])
            ):
                return widest
        if not mine:
            held = max(reading.data, key=len, default="")
            at = self.text.find(held) if held else -1
            if at >= 0:
                return at, at + len(held)
            led = re.search(r":[ \t]+(?=\S[^\n]{0,200}$)", self.text)
            return (led.end(), len(self.text)) if led else None
        return mine[0].start, mine[-1].end


def quotations(text: str) -> list[tuple[int, int]]:
    """(start, end) of what stands in quotation marks and has three words or more; longest first."""
    marks = [m.span(1 if m[1] is not None else 2) for m in _QUOTED.finditer(text)]
    long = [(a, b) for a, b in marks if len(text[a:b].split()) >= 3]
    return sorted(long, key=lambda place: place[0] - place[1])


def short_quotation(turn: str, names: Collection[str] = ()) -> list[tuple[int, int]]:
    """Where a quotation of a word or two ends a turn; none where it is one of the names."""
    mark = re.search(r"(?<=[.:;!?,] )[\"“]([^\"“”\n]{2,60})[\"”]\W*$", turn[-80:])
    if mark is None or mark[1].lower() in names:
        return []
    before = max(0, len(turn) - 80)
    return [(before + mark.start(1), before + mark.end(1))]


def question_of(reading: Reading) -> str:
    """The question that was asked, as one line."""
    return clean(reading.question)


def instead_of_question(standing: Standing, reading: Reading, question: str) -> Standing:
    """The prompt with another question in the place of its own."""
    place = _place_of(standing.text, reading.question)
    text = standing.text
    if place is None:
        text = f"{text.rstrip()}\n\n{question}"
    else:
        text = text[: place[0]] + question + text[place[1] :]
    if not _POLAR.match(question) and _POLAR.match(reading.question):
        text = _POLAR_ORDER.sub("", text)
    return replace(standing, text=text.strip())


def _place_of(text: str, question: str) -> tuple[int, int] | None:
    """Where a question stands in a message, whatever its line breaks and marks."""
    head = text[:60_000]
    found = last_occurrence(question, head)
    if found is None:
        return None
    close = _CLOSE.match(head, found[1])
    return found[0], close.end() if close else found[1]


def sole_text(turn: str) -> str:
    """The text that a turn brings: a quotation, what a colon leads to, or its last sentences."""
    quoted = quotations(turn)
    if quoted:
        return turn[slice(*quoted[0])]
    led = re.search(
        r"\b(?:this(?: one)?|next(?: one| text)?|text|message|here|it|now|"
        r"one)\s?:\s*(\S[^\0]{7,6000})$",
        turn,
        re.I,
    )
    if led:
        return led[1].strip()
    parts = re.split(r"(?<=[.!?])\s+|\n+", turn.strip(), maxsplit=1)
    return parts[1].strip() if len(parts) == 2 and len(parts[1].split()) >= 3 else ""
