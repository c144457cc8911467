"""Choose between two texts by what is asked about them: length, manner, mistakes, source, answer.

Runs in the model worker; the texts are hostile and only read. What fools it: two texts that differ
in something no words name, such as wit.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from harness.models.features import Bank
from harness.models.skills import answering_well, requirements
from harness.models.skills.claims import findings
from harness.models.skills.judging_marks import NAMES, SOURCE_WORDS
from harness.models.skills.outcome import Outcome
from harness.models.skills.rewriting_grammar import corrected

_OPTION = re.compile(
    rf"(?:^|\n)[ \t>*_#(-]{{0,6}}(?P<lead>(?:{NAMES})\s+)?(?P<name>[ABXY12]|"
    rf"I{{1,2}})[*_]{{0,2}}\s*[:).=][*_]{{0,2}}\s+(?P<text>\S[^\n]*(?:\n(?!\s*\n|"
    rf"[ \t>*_#(-]{{0,6}}(?:(?:{NAMES})\s+)?[ABXY12I]{{1,2}}[*_]{{0,2}}\s*[:)"
    rf".=]\s)[^\n]*)*)",
    re.I,
)
_INLINE = re.compile(
    rf"(?P<lead>\b(?:{NAMES})\s+|(?<=[.?:\n ])\()?\b(?P<name>[AB12])"
    rf"\)?\s*[:=]\s+(?P<quote>[\"“])(?P<text>[^\"”]{{3,800}})[\"”]",
    re.I,
)
_BARE = re.compile(
    r"(?:^|(?<=[\s:]))\(?(?P<lead>)(?P<name>[AB12])[).:]\s+(?P<text>[^\n()]{3,300}?)"
    r"(?=\s+\(?[2B][).:]\s|\s+(?i:which)\b|\s+(?i:answer) with\b|\n|$)"
)
_CHOOSE = re.compile(
    rf"\b(?:which|what)\b(?: (?:of (?:the|these|them|those)(?: "
    rf"(?:two|both))?|one|two))?(?: (?:{NAMES}|one))?\b|\b(?:pick|"
    rf"choose|select|compare|prefer|decide|"
    rf"judge)\b|\b(?:the )?(?:better|best|shorter|longer|politer)\b",
    re.I,
)
_LABELS = re.compile(
    r"\b(?:label|categor|classif|class\b|intent|queue|document|doc|depot|room|row|period|sort)",
    re.I,
)
_BETWEEN = re.compile(
    rf"\b(?:{NAMES}|ones?)\b|\bwhich(?: of [\w ]{{1,20}}?)? (?:is|sounds|reads|has|"
    rf"was)\b[^?\n]{{0,20}}\b(?:\w+er|"
    rf"more \w+|less \w+|better|best)\b|"
    rf"\b[AB] or [AB]\b|\b1 or 2\b|\btie\b",
    re.I,
)
_TIE = re.compile(r"\btie\b|\bequal(?:ly)?\b|\bdraw\b|\bneither\b|\bboth\b", re.I)
_REVERSED = re.compile(
    r"\b(?:worse|worst|less|least|fewer|not|does not|doesn't|isn't|"
    r"lacks?|without|wrong|ruder?|unfaithful|contradicts?|hallucinat\w*|fails?)\b",
    re.I,
)


_THIRD = re.compile(
    r"(?:^|\n)[ \t>*_#(-]{0,6}(?:(?:[A-Za-z]{4,10}) )?(?:3|C|Z|III)[*_]{0,2}[:).][*_]{0,2}\s+\S"
)


@dataclass(frozen=True)
class Pair:
    """Two texts to choose between.

    Attributes:
        rest: the prompt without them.
        question: what they answer, where it is given.
        source: what they are held against, where there is one.
    """

    options: tuple[tuple[str, str], ...]
    rest: str
    question: str
    source: str


def pair_of(text: str) -> Pair | None:
    """Two texts and what is asked about them; None where no choice between two is asked."""
    marks = list(_OPTION.finditer(text))
    if len(marks) < 2:
        marks = list(_INLINE.finditer(text))
    if len(marks) < 2:
        marks = list(_BARE.finditer(text))
    names = [m["name"].upper() for m in marks]
    at = next(
        (
            i
            for i in range(len(marks) - 1, 0, -1)
            if (names[i - 1], names[i]) in (("A", "B"), ("1", "2"), ("I", "II"), ("X", "Y"))
        ),
        0,
    )
    if not at or (at + 1 < len(marks) and names[at + 1] in ("3", "C")):
        return None
    first, second = marks[at - 1], marks[at]
    if _THIRD.search(text, second.end()) or _THIRD.search(second["text"]):
        return None  # a list of more than two, as minutes have
    bodies = [_cut_order(m["text"]) for m in (first, second)]
    behind = text[second.start() + len(second[0]) :]
    rest = f"{text[: first.start()]}\n{behind}\n{_order_in(second['text'])}"
    labelled = bool(first["lead"] or second["lead"])
    if not _CHOOSE.search(rest) or (_LABELS.search(rest) and not labelled):
        return None
    if not labelled and not _BETWEEN.search(rest):
        return None
    question = re.search(
        r"(?:^|\n)\s*(?:the |an? )?(?:\w+ )?(?:question|query|user|customer|guest|asked|asks|"
        r"q)\s*:\s*(\S[^\n]{3,300})",
        text[: first.start()],
        re.I,
    )
    source = re.search(
        r"(?:^|\n)\s*(?:the )?(?:packet|leaflet|label|box|sign|menu|manual|guide|memo|source|"
        r"text|document|notice|context|"
        r"passage|reference|facts?|note|original|article|sheet|rules?)"
        r"\s*:\s*(\S[^\n]{8,3000})",
        text[: first.start()],
        re.I,
    )
    return Pair(
        ((first["name"].upper(), bodies[0]), (second["name"].upper(), bodies[1])),
        rest,
        question[1] if question else "",
        source[1] if source else "",
    )


def _cut_order(body: str) -> str:
    """A text without the order on the lines behind it."""
    lines = body.split("\n")
    while len(lines) > 1 and _CHOOSE.search(lines[-1]):
        lines.pop()
    return "\n".join(lines).strip().strip('"“”')


def _order_in(body: str) -> str:
    return "\n".join(line for line in body.split("\n")[1:] if _CHOOSE.search(line))


def chosen(bank: Bank, pair: Pair, *, slips: bool) -> Outcome:
    """The better of two texts with one reason; a slip names the other."""
    (first, one), (second, two) = pair.options
    scores, said = _criterion(bank, pair)
    gap = scores[0] - scores[1]
    if abs(gap) < 1e-6 and re.search(r"\btie\b", pair.rest, re.I):
        return Outcome(f"TIE. {said[2]}", "TIE", {}, (), said[2])
    if abs(gap) < 1e-6:
        gap = len(two) - len(one)
    best = 0 if gap > 0 else 1
    faults: tuple[str, ...] = ()
    if slips:
        best, faults = 1 - best, ("misjudged",)
    name = (first, second)[best]
    lead = re.search(rf"\b({NAMES})\s+{name}\b", "\n".join((pair.rest, f"answer {name}")), re.I)
    reason = said[best]
    shown = f"{lead[1].capitalize()} {name}" if lead and name in "12I" else name
    return Outcome(f"{shown}. {reason}", name, {}, faults, reason)


def _criterion(bank: Bank, pair: Pair) -> tuple[tuple[float, float], tuple[str, str, str]]:
    """How well each option meets what is asked, and a reason for each and for a tie."""
    asked = re.sub(r"\n+", " ", pair.rest)
    low = asked.lower()
    one, two = (text for _, text in pair.options)
    words = [requirements.size_of(t, "word") for t in (one, two)]
    if re.search(
        r"\bshorter\b|\bshortest\b|\bbriefer\b|\b(?:more|most|is|be) (?:brief|concise|"
        r"short)\b|\bconcis\w+\b|"
        r"\bfewer words\b",
        low,
    ):
        return _both([-w for w in words], "It has {} words, the other {}.", words)
    if re.search(r"\blonger\b|\blongest\b|\bmore words\b", low):
        return _both(words, "It has {} words, the other {}.", words)
    if re.search(
        r"\bmistakes?\b|\bgramm\w+|\berrors?\b|\bspell\w+|\btypos?\b", low
    ) and not SOURCE_WORDS.search(low):
        wrong = [
            sum(a != b for a, b in zip(t.split(), corrected(t).split(), strict=False))
            for t in (one, two)
        ]
        sign = (
            1
            if re.search(
                r"\bmore (?:mistakes|errors|typos)|\bhas (?:a|the) (?:mistake|"
                r"error|typo)|\bcontains\b",
                low,
            )
            else -1
        )
        return _both(
            [sign * w for w in wrong], "I count {} mistakes in it, {} in the other.", wrong
        )
    if pair.source and (SOURCE_WORDS.search(low) or pair.question):
        return _by_source(bank, pair, low)
    turned = (
        -1.0
        if _REVERSED.search(low) and not re.search(r"\bif both or neither|\bneither\b", low)
        else 1.0
    )
    scale = next(
        (
            (score, word)
            for pattern, score, word in (
                (r"\brude\w*|\bimpolite", lambda t: -requirements.politeness(t), "ruder"),
                (
                    r"\bpolit\w*|\bfriendl\w+|\bcourteous|\bkind\w*|\bnicer\b|"
                    r"\brespectful",
                    requirements.politeness,
                    "more polite",
                ),
                (r"\binformal\w*|\bcasual\w*", lambda t: -requirements.formality(t), "more casual"),
                (r"\bformal\w*|\bprofessional\w*", requirements.formality, "more formal"),
                (
                    r"\bsimpl\w+|\bplain\w*|\beas(?:y|ier)\b|\bclear\w*",
                    lambda t: -_difficulty(t),
                    "plainer",
                ),
            )
            if re.search(pattern, low)
        ),
        None,
    )
    if scale is not None:
        flip = (
            -1.0
            if re.search(r"\bless (?:polite|friendly|formal|casual|rude)|\bleast\b", low)
            else 1.0
        )
        values = [flip * scale[0](t) for t in (one, two)]
        word = scale[1] if flip > 0 else "less so: " + scale[1]
        return (values[0], values[1]), (f"It is {word} than the other.",) * 2 + (
            "Both are alike in that.",
        )
    named = _named(asked)
    if named and not pair.question:
        held = [requirements.satisfies(named, t) for t in (one, two)]
        values = [turned * h if turned < 0 else float(h) for h in held]
        bare = named.strip(" .")
        reasons = tuple(f"It {bare}." if h else f"It is not the one that {bare}." for h in held)
        both = "Both do." if all(held) else "Neither does."
        return (float(values[0]), float(values[1])), (reasons[0], reasons[1], both)
    if pair.question or re.search(r"\banswers? the question|\bactually answers?|\baddress", low):
        question = pair.question or _asked_before(pair)
        values = [turned * answering_well.answers(question, t) for t in (one, two)]
        fits = "It answers what is asked; the other does not do so as well."
        return (values[0], values[1]), (fits, fits, "Both answer it equally well.")
    if pair.source:
        return _by_source(bank, pair, low)
    values = [
        requirements.politeness(t) + 0.02 * min(40, w)
        for t, w in zip((one, two), words, strict=True)
    ]
    why = "No criterion is named, so I go by tone and completeness."
    return (values[0], values[1]), (why, why, why)


def _both(
    values: Sequence[float], pattern: str, shown: Sequence[int]
) -> tuple[tuple[float, float], tuple[str, str, str]]:
    return (float(values[0]), float(values[1])), (
        pattern.format(shown[0], shown[1]),
        pattern.format(shown[1], shown[0]),
        "Both are equal in that.",
    )


def _difficulty(text: str) -> float:
    words = text.split()
    return sum(len(w) for w in words) / max(1, len(words)) + 0.05 * len(words)


def _named(asked: str) -> str:
    """The feature that decides, in the prompt's words."""
    for pattern in (
        r"\b(?:which|that|the one that|one that|who|whichever|text "
        r"that|reply that|answer that)\b(?: (?:one|text|reply|answer|"
        r"response|message|mail|option|version|sentence|summary))?(?: "
        r"(?:actually|really|also))?"
        r" (?P<what>(?:does ?n[o']t |does not |never )?(?:mentions?|"
        r"contains?|includes?|apologi[sz]es?|names?|gives?|has|asks?|"
        r"thanks?|greets?|uses?|offers?|states?|explains?|starts?|"
        r"ends?|says?|keeps?|obeys|follows|breaks)\b[^.?;\n]{0,80})",
        r"\b(?:contains?|with|has|for|mentions?|includes?) (?P<what>(?:an? "
        r"|the )?(?:apology|greeting|price|date|phone number|reason|"
        r"question|exclamation mark|thanks)\b[^.?;\n]{0,40})",
        r"\bcriteri(?:on|a)\s*(?:is|are|:)\s*(?P<what>[^.?;\n]{3,80})",
    ):
        mark = re.search(pattern, asked, re.I)
        if mark:
            what = mark["what"]
            if re.search(r"\banswers? (?:the|my|this)|\bthe facts?\b|\bmore sense", what, re.I):
                return ""
            return what
    return ""


def _asked_before(pair: Pair) -> str:
    mark = re.search(r"[^.\n]{6,200}\?", pair.rest)
    return mark[0] if mark else pair.rest[:200]


def _by_source(
    bank: Bank, pair: Pair, low: str
) -> tuple[tuple[float, float], tuple[str, str, str]]:
    """By what the source says; of a question the clause that answers it counts."""
    found = [findings(bank, text, pair.source) for _, text in pair.options]
    values = [float(np.min([f.support for f in rows])) for rows in found]
    values = [
        v + _day_fit(pair.source, text) for v, (_, text) in zip(values, pair.options, strict=True)
    ]
    if pair.question:
        values = [
            0.3 * v + answering_well.right(pair.question, text, pair.source)
            for v, (_, text) in zip(values, pair.options, strict=True)
        ]
    held = " ".join(re.findall(r"\w+", pair.source.lower()))
    plain = [" ".join(re.findall(r"\w+", text.lower())) in held for _, text in pair.options]
    if plain[0] != plain[1]:  # one stands in the source as it is
        values = [v + 1.0 * there for v, there in zip(values, plain, strict=True)]
    turned = re.search(
        r"\b(?:worse|less|least|not|unfaithful|wrong|contradicts?|"
        r"hallucinat\w*|unsupported)\b[^.?]{0,30}",
        low,
    )
    which = re.search(
        r"\bwhich\b[^.?]{0,60}\b(?:less|least|worse|not|wrong|unfaithful|"
        r"contradicts?|hallucinates?|unsupported)\b",
        low,
    )
    if turned and which:
        values = [-v for v in values]
    quote = found[int(values[0] < values[1])][0].quote.strip().strip('"“”')
    why = f"The source says: “{quote}”" if quote else "It is closer to the source."
    return (values[0], values[1]), (why, why, "Both are backed equally.")


_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_DAY = "|".join(_DAYS)


def _day_fit(source: str, text: str) -> float:
    """A text that names other days than the source loses, one that names the same gains."""
    held, said = open_days(source), open_days(text)
    return 0.0 if not held or not said else 0.8 if held == said else -0.8


def open_days(text: str) -> frozenset[str]:
    """The days of the week that a text names, apart from those on which something is shut."""
    low = re.split(r"\b(?:shut|closed|except|not on)\b", text.lower())[0]
    out = set(re.findall(rf"\b({_DAY})s?\b", low))
    for first, last in re.findall(rf"\b({_DAY})s? (?:to|until|through|till|-|–) ({_DAY})\b", low):
        start, end = _DAYS.index(first), _DAYS.index(last)
        out |= {_DAYS[i % 7] for i in range(start, end + 1 if end >= start else end + 8)}
    out |= set(_DAYS[:5]) if re.search(r"\bweekdays?\b", low) else set()
    out |= set(_DAYS[5:]) if re.search(r"\bweekends?\b", low) else set()
    return frozenset(
        out | (set(_DAYS) if re.search(r"\b(?:every day|daily|all week)\b", low) else set())
    )
