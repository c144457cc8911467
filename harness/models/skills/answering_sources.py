"""Two sources on one question: whether they agree, and which of them counts.

Runs in the model worker; the text is hostile, patterns are bounded. What fools it: sources that
are told apart by the running text alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from harness.models.skills.answering import Found, sentence
from harness.models.skills.conditions import number_of
from harness.models.skills.wording import WORD, coverage

_LABEL = re.compile(
    r"^\W{0,4}([A-Za-zÀ-Þ][^:.?!\n]{0,60}):\s+(?=\S)|^\W{0,4}([A-Z][\w -]{1,40}?) (?=(?:says|"
    r"writes|reads) )"
)
_SOURCE = re.compile(
    r"\b(?:sources?|documents?|doc|texts?|posters?|mails?|e-?mails?|letters?|signs?|websites?|"
    r"web ?page|"
    r"pages?|leaflets?|brochures?|flyers?|notices?|notes?|versions?|memos?|articles?|papers?|"
    r"reports?|"
    r"handbooks?|manuals?|guides?|timetables?|schedules?|menus?|tickets?|programmes?|programs?|"
    r"newspapers?|"
    r"messages?|sms|chats?|calendars?|contracts?|invoices?|minutes|bulletins?|plaques?|boards?|"
    r"writes|says|said|told us|according|newsletters?|press|email|file|edition|draft|wiki|"
    r"catalogues?|receipts?|statements?|records?|logs?|lists?|rules?|policy|faq)\b"
    r"|^[A-H]$|^[A-H]\W|^\d$",
    re.I,
)
_NEWER = re.compile(
    r"\b(?:newer|newest|later|latest|more recent|most recent|last|fresher|youngest|"
    r"updated)\b",
    re.I,
)
_OLDER = re.compile(r"\b(?:older|oldest|earlier|earliest|first|original)\b", re.I)
_DECIDES = re.compile(
    r"\b(?:counts?|wins?|holds?|applies|apply|prevails?|valid|use|trust|prefer|goes?|rely|"
    r"follow|beats?|"
    r"overrides?|takes? precedence|decides?|believe|right|authoritative|binding|rules)\b",
    re.I,
)
_OVER = re.compile(
    r"\b(?:trust|prefer|believe|follow|use|go (?:by|with)|take|"
    r"rely on)\s(?:the )?([\w' -]{1,40}?)\s"
    r"(?:over|rather than|before|instead of|and not|not|more than)\s|"
    r"\b(?:the )?([\w'-]{1,30}(?: [\w'-]{1,20}){0,3}?)\s(?:wins?|counts?|beats?|overrides?|"
    r"overrules?|"
    r"takes? precedence|has priority|prevails?|comes first|is (?:right|binding))\b|"
    r"\b([\w'-]{1,30}(?: [\w'-]{1,20})?) over (?:the )?[\w'-]+\b|"
    r"\b(?:trust|believe|go by|rely on)\s(?:only )?(?:the )?([\w' -]{1,40}?)(?=[.,;]|$)",
    re.I,
)
_MEANT = 0.4
_REPLACES = re.compile(
    r"\b(?:replaces|supersedes|updated?|corrected|current|in force|valid now)\b", re.I
)
_MONTHS = (
    "january february march april may june july august september october november december".split()
)


@dataclass(frozen=True)
class Source:
    """A part of the text under a name of its own."""

    name: str
    text: str


Solve = Callable[[str], Found | None]


def sources(document: str) -> list[Source]:
    """The sources of a text, in order; fewer than two means that it is one text."""
    out: list[Source] = []
    for line in document.splitlines()[:200]:
        mark = _LABEL.match(line)
        name = (mark[1] or mark[2]) if mark else ""
        if mark and _is_source(name, line[mark.end() - 1 :]):
            out.append(Source(" ".join(name.split()), line[mark.end() :]))
        elif out:
            out[-1] = Source(out[-1].name, f"{out[-1].text}\n{line}")
    return out if len(out) >= 2 else []


def _is_source(name: str, after: str) -> bool:
    return bool(_SOURCE.search(name) or re.match(r" ?(?:says|writes|reads) ", after))


def weigh(document: str, said: str, solve: Solve) -> tuple[Found | None, bool]:
    """The answer of the source that counts, or both where they differ, and whether they agree.

    The answer is None where fewer than two sources speak of what is asked.

    Args:
        document: the whole text.
        said: everything else in the prompt: rules for conflicts stand there.
        solve: the answer that one source gives.
    """
    found = [(one, solve(one.text)) for one in sources(document)[:6]]
    told = [(source, one) for source, one in found if one is not None and one.sure >= 0.25]
    if len(told) < 2:
        return None, True
    if len({_plain(one.value) for _, one in told}) == 1:
        one = told[0][1]
        if re.search(r"\b(?:do|does|are)\b[^?.]{0,40}\bagree\b", said, re.I):
            text = f"Yes, they agree: {one.value}."
            return Found(text, one.value, one.source, one.sure), True
        return one, True
    chosen = _chosen([source for source, _ in told], said)
    if chosen is None:
        newer = [n for n, (source, _) in enumerate(told) if _REPLACES.search(source.name)]
        chosen = newer[0] if len(newer) == 1 else None
    if chosen is not None:
        return told[chosen][1], False
    parts = [f"{_called(source.name)} says {one.value.strip(' .')}" for source, one in told]
    text = sentence(f"The sources differ: {', '.join(parts[:-1])} and {parts[-1]}")
    return Found(text, text, told[0][1].source, 0.9), False


def _plain(value: str) -> str:
    low = " ".join(value.lower().split()).strip(" .")
    number = number_of(low)
    rest = re.sub(r"^[\d.,:]+|^\w+", "", low) if number is not None else low
    return f"{number}{rest}"


def _called(name: str) -> str:
    """The name of a source within a sentence."""
    bare = re.sub(r"\s+(?:says|writes|said|reads)$", "", name)
    if bare.isupper() and len(bare) > 2:
        bare = bare.lower()
    first = bare.split()[0].lower()
    if re.match(
        r"(?:poster|mail|sign|website|leaflet|notice|note|letter|memo|brochure|page|flyer|ticket)",
        first,
    ):
        return f"the {bare[:1].lower() + bare[1:]}"
    return bare


def _chosen(named: list[Source], said: str) -> int | None:
    """Which source a rule of the prompt prefers; None where it has no rule."""
    for line in re.split(r"(?<=[.!?;])\s+|\n", said[:6_000]):
        if not line.strip() or len(line) > 400:
            continue
        mark = _OVER.search(line)
        if mark:
            words = [m[0].lower() for m in WORD.finditer(next(g for g in mark.groups() if g))]
            words = [w for w in words if w not in ("the", "document", "source", "one", "always")]
            scores = [coverage(words, [m[0].lower() for m in WORD.finditer(s.name)]) for s in named]
            if words and max(scores) > _MEANT and scores.count(max(scores)) == 1:
                return scores.index(max(scores))
        if _DECIDES.search(line) and (_NEWER.search(line) or _OLDER.search(line)):
            dates = [_dated(source.name) for source in named]
            if len(set(dates)) < len(dates):
                dates = [(0, n) for n in range(len(named))]
            wanted = max(dates) if _NEWER.search(line) else min(dates)
            return dates.index(wanted)
    return None


def _dated(name: str) -> tuple[int, int]:
    year = re.search(r"\b(?:19|20)\d\d\b", name)
    low = name.lower()
    month = next((n for n, m in enumerate(_MONTHS, 1) if re.search(rf"\b{m[:3]}", low)), 0)
    day = re.search(r"\b(\d{1,2})\b", low) if month else None
    return (int(year[0]) if year else 0, month * 32 + (int(day[1]) if day else 0))
