"""Find the labels that a prompt explains, in any of the ways people do.

`P = order`, `P for orders`, `tray A is for …`, `a "walrus" is a mail that …`, `T if …`.
Runs in the model worker (zone G); the text is hostile. Names and connecting words are found one by
one and joined to chains, so that no pattern spans more than a clause.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from harness.models.branches import branches

_MOST_CHARS = 8_000
_NAME = (
    r"(?P<name>[\"“'`*]{1,2}[A-Za-zÀ-ž0-9][\w /-]{0,30}[\"”'`*]{1,2}|"
    r"[A-Za-zÀ-ž][\w-]{0,24}(?: (?:[A-Z]|\d{1,2}|[\w-]{2,20}))?|\d{1,2}(?: stars?)?)"
)
_CONNECTORS: tuple[tuple[str, str], ...] = (
    ("sign", r"[ \t]{0,3}(?:=|:|→|->|=>)[ \t]{0,3}|[ \t][-–—][ \t]"),
    (
        "means",
        r",? (?:means|stands for|is short for|is our word for|signifies|heißt|significa|"
        r"signifie)(?: that)? ",
    ),
    ("quoted", r"[\"”'`] ?(?:is|are|marks|covers|goes to|goes on|describes|says) "),
    (
        "for",
        r" (?:is|are) (?:for|when|if|where|used (?:for|when|if)|given (?:to|when|if)|an? "
        r"(?=\w+ (?:that|which|who|in which|where|about|from|with)\b)) ?|"
        r" (?:for|if|when|whenever|where|in case|wherever) |, (?:if|when|where) | "
        r"(?=(?:otherwise|if not|else|in all other cases)\b)",
    ),
    ("bracket", r"[ \t]?\((?=[^()\n]{3,160}\))"),
)
_BEFORE_NAMES = tuple(
    re.compile(sign) for sign in (r"[\n;(]", r"[,;.:!?(] ", r" (?=[A-Z]{2,20}\b)", r"(?=[\"“])")
)
_LOW_WORD = re.compile(r"([a-z]+) ")
_WORDS_BEFORE_NAMES = frozenset(
    "and or y und a an as into with are from of in between labels classes codes options".split()
)
_LEADS = (
    r"(?i:(?:[-*•][ \t]{1,3}|\(?\d{1,2}[.)][ \t]{1,3})?(?:(?:and|or|the|an?|our|label|code|"
    r"class|category|use|write|say|give|put|reply|answer|reply|respond|return|output|print|"
    r"choose|pick|tag|mark|sort|each|every|them|into|as|is|it|this|either|we say|we write|with|"
    r"it's|letter|word|term|"
    r"one letter:?)\s){0,4})"
)
_QUOTED_NAME = r"[\"“'`](?P<name>[\w][\w /-]{0,30})"
_PATTERNS = tuple(
    (
        kind,
        re.compile(conn),
        re.compile(
            _LEADS + (_QUOTED_NAME if kind == "quoted" else _NAME) + f"(?P<conn>{conn})", re.M
        ),
    )
    for kind, conn in _CONNECTORS
)
_END = re.compile(r"[.;\n]|\?\s|\)(?=\W|$)|$")
_NOT_NAMES = frozenset(
    """
    text message input output task role format note example label labels answer document context
    rules rule feedback this it what which email mail category categories step goal ticket
    review each source claim customer agent there that he she who code codes scale question
    definitions definition options here they we i you dear hi hello from to subject re date next
    asks says snippet section clause visitor game first second third fourth fifth two three
    last one all please thanks the a if when only nothing everything reply sort pick
    choose classify is are no ps asked statement evidence premise sentence schema json keys
    fields doc article notice poster sheet
    """.split()
)
_NAMES_IN_A_LIST = frozenset("question claim review email mail".split())
"""What a prompt's own parts are called, too, but not with its meaning in brackets behind it."""
_MARKED = re.compile(r"^(?:[A-ZÀ-ÖØ-Þ]{1,12}\d{0,2}|[A-Z]|\d{1,2}|[\w-]+ (?:[A-Z]|\d{1,2}))$")
_OTHERWISE = re.compile(
    r"(?:otherwise|else|if not|in all other cases|(?:for )?(?:everything|anything|something|all|"
    r"all the) ?(?:else|rest|other\w*)|"
    r"the rest|any other|none of (?:these|those|them|the above))\b",
    re.I,
)
_TRIM = re.compile(
    r"^(?:that |if |when |for |the case (?:that|when) )|[\s,;.)\"”]+$|,?\s(?:and|or)$"
)


@dataclass(frozen=True)
class Meaning:
    """One explained label.

    Attributes:
        name: as the prompt writes it, without quotation marks.
        meaning: what it stands for.
        start: offset of the name.
        end: offset behind the meaning.
    """

    name: str
    meaning: str
    start: int
    end: int


def meanings(text: str, offered: frozenset[str] = frozenset()) -> tuple[Meaning, ...]:
    """The explained labels of a prompt, at least two, in its order; empty where there are none.

    Args:
        text: a prompt.
        offered: names, in lower case, that the prompt lists elsewhere.
    """
    head = text[:_MOST_CHARS]
    best = max(_reversed(head), _branched(head), key=len)
    starts = _starts(head)  # the same for every kind
    for kind, sign, pattern in _PATTERNS:
        if sign.search(head) is None:  # it stands in every match, and is found in no time
            continue
        for chain in _chains(head, _marks(head, pattern, starts), kind, offered):
            chain = _with_rest(head, chain)
            if len(chain) > len(best) or (len(chain) == len(best) and kind == "means"):
                best = chain
    return best


def _starts(text: str) -> list[int]:
    """Where a name may begin: behind a line, a mark or a word such as "and", in capitals, quoted.

    One pattern for all of this looks back nineteen times at each place, ten times as long.
    """
    found = {0, *(mark.end() for sign in _BEFORE_NAMES for mark in sign.finditer(text))}
    for mark in _LOW_WORD.finditer(text):
        word, at = mark[1], mark.start()
        is_whole = word in _WORDS_BEFORE_NAMES and not (at and _is_word_char(text[at - 1]))
        if is_whole or word.endswith("ies"):
            found.add(mark.end())
    return sorted(found)


def _is_word_char(char: str) -> bool:
    return char == "_" or char.isalnum()


def _marks(text: str, pattern: re.Pattern[str], starts: Sequence[int]) -> list[re.Match[str]]:
    """Every name with its connector, from left to right, none within another."""
    found: list[re.Match[str]] = []
    at = 0
    for start in starts:
        mark = pattern.match(text, start) if start >= at else None
        if mark is not None:
            found.append(mark)
            at = mark.end()
    return found


_REVERSED = re.compile(
    r"\b(?:if|when|for|where) (?P<meaning>[^,.;:\n]{4,120}?),? (?:then )?(?:say|write|answer|"
    r"reply|respond|use|put|"
    r"give|return|output|it is|it's|label it|call it|tag it|choose|pick|->|=>|→)(?: with)? "
    r"(?P<name>[\"“'`]?[\w-]{1,20}[\"”'`]?)(?=[,.;:\n]| and\b| otherwise\b|$)(?P<else>(?:[,;.]? "
    r"?(?:and )?"
    r"(?:otherwise|else|if not|in all other cases|everything else|anything else)(?: say| write| "
    r"answer| reply| use)?,? "
    r"(?P<other>[\"“'`]?[\w-]{1,20}[\"”'`]?))?)",
    re.I,
)


def _branched(text: str) -> tuple[Meaning, ...]:
    """`if the reader is unhappy, say complaint; … else question`, in any of its orders."""
    return tuple(Meaning(b.name, b.meaning, b.start, b.end) for b in branches(text))


def _reversed(text: str) -> tuple[Meaning, ...]:
    """`if the customer wants tyres say T, if …`."""
    out: list[Meaning] = []
    for mark in list(_REVERSED.finditer(text))[:20]:
        name = mark["name"].strip("\"“”'`")
        if name.lower() in _NOT_NAMES:
            continue
        out.append(Meaning(name, mark["meaning"].strip(), mark.start(), mark.end("name")))
        if mark["other"]:
            out.append(
                Meaning(
                    mark["other"].strip("\"“”'`"), "something else", mark.start("else"), mark.end()
                )
            )
    return tuple(out) if len({m.name.lower() for m in out}) == len(out) >= 2 else ()


_REST = re.compile(
    r"[^\n]{0,4}\b(?:otherwise|else|in all other cases|(?:everything|anything) else|the rest|all "
    r"others?)\b[ ,:=]{0,3}"
    r"(?:is |say |write |use |gets |goes (?:to|in|under) |put |answer |reply "
    r")?(?P<name>[\"“'`]?[\w-]{1,20}[\"”'`]?)(?=[.,;:\n)]|$)",
    re.I,
)


_BEFORE_REST = re.compile(
    r",? (?:and |or )?(?:otherwise|else|in all other cases|(?:everything|anything) else)\b", re.I
)


def _with_rest(text: str, chain: tuple[Meaning, ...]) -> tuple[Meaning, ...]:
    """The chain with the label for all that is left: "…, otherwise N"."""
    found = _REST.match(text, chain[-1].end)
    name = found["name"].strip("\"“”'`") if found else ""
    if not found or name.lower() in _NOT_NAMES or name.lower() in {m.name.lower() for m in chain}:
        return chain
    return (*chain, Meaning(name, "something else", found.start("name"), found.end()))


def _chains(
    text: str, marks: list[re.Match[str]], kind: str, offered: frozenset[str]
) -> Iterator[tuple[Meaning, ...]]:
    """Runs of pairs that follow each other closely."""
    run: list[Meaning] = []
    for number, mark in enumerate(marks[:60]):
        name = mark["name"].strip("\"“”'`*")
        bare = name.lower()
        no_name = {bare, bare.split()[-1]} & _NOT_NAMES
        if kind == "bracket":
            no_name -= _NAMES_IN_A_LIST
        if no_name and not name.isupper():
            continue
        quoted = mark["name"][0] in "\"“'`*"
        is_marked = quoted or bool(_MARKED.match(name)) or bare in offered
        if kind == "for" and not is_marked:
            continue
        after = marks[number + 1].start() if number + 1 < len(marks) else len(text)
        end = min(_END.search(text, mark.end()).start(), mark.end() + 200)  # type: ignore[union-attr]
        rest = _BEFORE_REST.search(text, mark.end() + 3, max(end, mark.end() + 3))
        end = min(end, max(after, mark.end()), rest.start() if rest else end)
        meaning = _TRIM.sub("", _TRIM.sub("", text[mark.end() : end].strip())).strip()
        meaning = "something else" if _OTHERWISE.match(meaning) else meaning
        if len(meaning) < 3 or len(meaning.split()) > 24:
            continue
        one = Meaning(name, meaning, mark.start("name"), end)
        gap = text[run[-1].end : one.start] if run else ""
        if run and (
            len(gap) > 40 or "\n\n" in gap or re.search(r"\w{3,}.*\w{3,}.*\w{3,}.*\w{3,}", gap)
        ):
            if len(run) >= 2:
                yield tuple(run)
            run = []
        if bare not in {m.name.lower() for m in run}:
            run.append(one)
    if len(run) >= 2:
        yield tuple(run)
