"""Judge texts by what can be seen in them: the better of two, points of a rubric, a list, one rule.

Runs in the model worker; the texts are hostile and only read. Which of these a prompt asks for is
read from its own words; the tests themselves are in requirements.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from harness.models.faults import Luck, Pressure, chance
from harness.models.features import Bank
from harness.models.reading import Reading
from harness.models.skills import answering_well, requirements
from harness.models.skills.claims import findings
from harness.models.skills.outcome import Outcome
from harness.models.skills.rewriting_grammar import corrected

_MOST_CHARS = 8_000
_NAMES = (
    r"answers?|repl(?:y|ies)|responses?|texts?|summar(?:y|ies)"
    r"|versions?|options?|messages?|e?-?mails?|sentences?|"
    r"translations?|drafts?|outputs?|candidates?|candidate answers?|"
    r"headlines?|letters?|notes?|reviews?|posts?|apolog(?:y|ies)"
)
_OPTION = re.compile(
    rf"(?:^|\n)[ \t>*_#-]{{0,6}}(?P<lead>(?:{_NAMES})\s+)?(?P<name>[AB12]|"
    rf"I{{1,2}})[*_]{{0,2}}\s*[:).=][*_]{{0,2}}\s+(?P<text>\S[^\n]*(?:\n(?!\s*\n|"
    rf"[ \t>*_#-]{{0,6}}(?:(?:{_NAMES})\s+)?[AB12I]{{1,2}}[*_]{{0,2}}\s*[:)"
    rf".=]\s)[^\n]*)*)",
    re.I,
)
_INLINE = re.compile(
    rf"(?P<lead>\b(?:{_NAMES})\s+|(?<=[.?:\n ])\()?\b(?P<name>[AB12])"
    rf"\)?\s*[:=]\s+(?P<quote>[\"“])(?P<text>[^\"”]{{3,800}})[\"”]",
    re.I,
)
_CHOOSE = re.compile(
    rf"\b(?:which|what)\b(?: (?:of (?:the|these|them|those)(?: "
    rf"(?:two|both))?|one|two))?(?: (?:{_NAMES}|one))?\b|\b(?:pick|"
    rf"choose|select|compare|prefer|decide|"
    rf"judge)\b|\b(?:the )?(?:better|best|shorter|longer|politer)\b",
    re.I,
)
_LABELS = re.compile(
    r"\b(?:label|categor|classif|class\b|intent|queue|document|doc|depot|room|row|period|sort)",
    re.I,
)
_BETWEEN = re.compile(rf"\b(?:{_NAMES}|ones?)\b|\b[AB] or [AB]\b|\b1 or 2\b|\btie\b", re.I)
_RUBRIC = re.compile(
    r"\b(?:one|1|a|two|2) points? (?:each|for|if|per|when)\b|\bpoints? "
    r"each\b|\brubric\b|\bgive (?:it )?(?:one|1|a) point\b|\beach "
    r"(?:\w+ ){0,3}(?:gives|is worth|earns|scores)",
    re.I,
)
_LEVEL = re.compile(
    r"(?:^|[\s(])(?P<n>\d{1,2})(?: points?)?\s*[:=–-]\s*(?P<what>[^\d\n][^\n]{2,"
    r"120}?)(?=[.;,]?\s+\(?\d{1,2}(?: points?)?\s*[:=–-]\s|[.;]?\s*(?:\n|"
    r"$)|\.\s+[A-Z])"
)
_REQUIRED = re.compile(
    r"\brequirements?\b|\bcriteri(?:a|on)\b|\bchecklist\b|\bconditions\b|"
    r"\bmust (?:contain|have|include|mention|name|be)\b|"
    r"\bpass\b.{0,12}\bfail\b.{0,20}\beach\b|\bfor each\b.{0,40}\b(?:pass|met|yes)\b",
    re.I,
)
_RULE = re.compile(
    rf"\brules?\b\s*[:=]|\b(?:obey|follow|break|violate|keep(?:s)"
    rf"? to|comply with|respect|satisf(?:y|ies)|fulfil+s?|meets?)"
    rf"\b.{{0,30}}\b(?:rule|requirement|condition|instruction|limit)|"
    rf"^\W*(?:does|do|is|has|are|did)\b (?:this|the|that|my|it|"
    rf"following|below|above|these)\b[^?\n]{{0,60}}?\b(?:{_NAMES}|"
    rf"text|paragraph|it|invitation|advert|line)\b",
    re.I | re.M,
)
_SEEN = re.compile(
    r"\bwords?\b|\bsentences?\b|\bcharacters?\b|\bexclamation|"
    r"\bmention\w*|\bcontain\w*|\binclude\w*|\bapolog\w*|\bpolite\b|"
    r"\bformal\b|\bgreet\w*|"
    r"\bprice\b|\bdate\b|\bsign(?:ed|ature)|\bnames? (?:a|the)"
    r"|\bphone\b|\bquestion mark|\bthank\w*|\bcapital|\blower "
    r"?case|\bstart with|\bbegin with|\bend with|\bemoji|\brude\b",
    re.I,
)
_SOURCE_WORDS = re.compile(
    r"\b(?:true|supported|faithful|accurate|correct|match\w*|consistent|"
    r"source|facts?|according|hallucinat\w*|contradict\w*|reference)\b",
    re.I,
)
_ITEM = re.compile(
    r"(?:^|(?<=[\s:,;]))\(?(?P<name>\d{1,2}|[a-h])[).:]\s+(?P<what>[^()"
    r"\n;]{2,120}?)(?=[,;.]?\s+(?:and |or )?\(?(?:\d{1,2}|[a-h])"
    r"[).:]\s|[;.?]\s|[;.?]?\s*(?:\n|$)|[.;]? Here\b)",
    re.I,
)
_LIST = re.compile(
    r"(?:points? (?:each )?(?:for|if)|must (?:contain|have|include|"
    r"mention|name)|requirements?:|criteria:|checklist:|conditions:)"
    r"\s*(?P<list>[^.\n?:]{4,300})",
    re.I,
)
_BODY = re.compile(
    rf"(?:^|\n)\s*(?:the )?(?:{_NAMES}|text|draft|mail|reply|letter|"
    rf"invitation|advert|notice|post|message|candidate|student "
    rf"answer|paragraph)\s*(?:to (?:check|score|judge|grade))?\s*:\s*(?P<text>\S[\s\S]{{2,6000}})",
    re.I,
)
_TIE = re.compile(r"\btie\b|\bequal(?:ly)?\b|\bdraw\b|\bneither\b|\bboth\b", re.I)
_REVERSED = re.compile(
    r"\b(?:worse|worst|less|least|fewer|not|does not|doesn't|isn't|"
    r"lacks?|without|wrong|ruder?|unfaithful|contradicts?|hallucinat\w*|fails?)\b",
    re.I,
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


def is_asked(reading: Reading, *, is_open: bool) -> bool:
    """Whether the prompt asks for one of these judgements.

    Args:
        reading: the prompt, understood.
        is_open: whether rubrics, lists and rules count; a question under its own label rules
            them out.
    """
    text = _whole(reading)
    if len(text) > _MOST_CHARS:
        return False
    if pair_of(text) is not None or _levels(text) is not None:
        return True
    return is_open and (bool(_points(text)) or bool(_listed(text)) or _ruled(text) is not None)


def judged(bank: Bank, reading: Reading, pressure: Pressure, luck: Luck) -> Outcome | None:
    """The judgement, or None where the prompt asks for another."""
    text = _whole(reading)
    if len(text) > _MOST_CHARS:
        return None
    slips = luck.draw("misjudges", " ".join(text.lower().split())[:300]) < chance(
        pressure.misjudges() - 1.0
    )
    pair = pair_of(text)
    if pair is not None:
        return _chosen(bank, pair, slips=slips)
    levels = _levels(text)
    if levels is not None:
        return _levelled(levels, slips=slips)
    points = _points(text)
    if points:
        return _scored(points[0], points[1], slips=slips)
    listed = _listed(text)
    if listed:
        return _checked(listed[0], listed[1], text, slips=slips)
    ruled = _ruled(text)
    return _obeyed(*ruled, text, slips=slips) if ruled is not None else None


def _whole(reading: Reading) -> str:
    """The prompt on as few blanks and empty lines as say the same."""
    text = "\n\n".join(text for role, text in reading.prompt.messages if role != "assistant")
    if len(text) > 2 * _MOST_CHARS:
        return text
    return re.sub(r"\n(?:[^\S\n]*\n){2,}", "\n\n", re.sub(r"[^\S\n]{3,}", "  ", text))


# --- the better of two -------------------------------------------------------------------------


def pair_of(text: str) -> Pair | None:
    """Two texts and what is asked about them; None where no choice between two is asked."""
    marks = list(_OPTION.finditer(text))
    if len(marks) < 2:
        marks = list(_INLINE.finditer(text))
    names = [m["name"].upper() for m in marks]
    at = next(
        (
            i
            for i in range(len(marks) - 1, 0, -1)
            if (names[i - 1], names[i]) in (("A", "B"), ("1", "2"), ("I", "II"))
        ),
        0,
    )
    if not at or (at + 1 < len(marks) and names[at + 1] in ("3", "C")):
        return None
    first, second = marks[at - 1], marks[at]
    bodies = [_cut_order(m["text"]) for m in (first, second)]
    behind = text[second.start() + len(second[0]) :]
    rest = f"{text[: first.start()]}\n{behind}\n{_order_in(second['text'])}"
    labelled = bool(first["lead"] or second["lead"])
    if not _CHOOSE.search(rest) or (_LABELS.search(rest) and not labelled):
        return None
    if not labelled and not _BETWEEN.search(rest):
        return None
    question = re.search(
        r"(?:^|\n)\s*(?:the )?(?:question|query|user|customer|asked|q)\s*:\s*(\S[^\n]{3,300})",
        text[: first.start()],
        re.I,
    )
    source = re.search(
        r"(?:^|\n)\s*(?:the )?(?:source|text|document|notice|context|"
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


def _chosen(bank: Bank, pair: Pair, *, slips: bool) -> Outcome:
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
    lead = re.search(rf"\b({_NAMES})\s+{name}\b", "\n".join((pair.rest, f"answer {name}")), re.I)
    reason = said[best]
    shown = f"{lead[1].capitalize()} {name}" if lead and name in "12I" else name
    return Outcome(f"{shown}. {reason}", name, {}, faults, reason)


def _criterion(bank: Bank, pair: Pair) -> tuple[tuple[float, float], tuple[str, str, str]]:
    """How well each option meets what is asked, and a reason for each and for a tie."""
    asked = re.sub(r"\n+", " ", pair.rest)
    low = asked.lower()
    one, two = (text for _, text in pair.options)
    words = [requirements.size_of(t, "word") for t in (one, two)]
    if re.search(r"\bshort\w*|\bbrief\w*|\bconcise\w*|\bfewer words\b", low) and not re.search(
        r"\bshort reason|\bbriefly\b", low
    ):
        return _both([-w for w in words], "It has {} words, the other {}.", words)
    if re.search(r"\blonger\b|\blongest\b|\bmore words\b", low):
        return _both(words, "It has {} words, the other {}.", words)
    if re.search(
        r"\bmistakes?\b|\bgramm\w+|\berrors?\b|\bspell\w+|\btypos?\b", low
    ) and not _SOURCE_WORDS.search(low):
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
    if pair.source and (_SOURCE_WORDS.search(low) or pair.question):
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
    held, said = _open_days(source), _open_days(text)
    return 0.0 if not held or not said else 0.8 if held == said else -0.8


def _open_days(text: str) -> frozenset[str]:
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


# --- points, lists, rules ----------------------------------------------------------------------


def _body(text: str) -> tuple[str, str]:
    """(the text that is judged, the prompt without it)."""
    quotes = list(re.finditer(r"[\"“]([^\"“”]{12,6000})[\"”]", text))
    if quotes:
        whole = max(quotes, key=lambda m: len(m[1]))
        if len(whole[1].split()) >= 4:
            return whole[1].strip(), f"{text[: whole.start()]}\n{text[whole.end() :]}"
    label = _BODY.search(text)
    if label:
        body = re.split(
            r"\n\s*\n(?=(?:which|does|is|reply|answer|give|how|score|grade)\b)",
            label["text"],
            flags=re.I,
        )[0]
        return body.strip(), f"{text[: label.start()]}\n{text[label.start('text') + len(body) :]}"
    parts = [p for p in re.split(r"\n\s*\n", text.strip()) if p.strip()]
    if len(parts) >= 2:
        judging = [
            bool(_RUBRIC.search(p) or _REQUIRED.search(p) or _RULE.search(p) or _ITEM.search(p))
            for p in parts
        ]
        first = judging.index(True) if any(judging) else 0
        keep = [
            i
            for i in range(len(parts))
            if not judging[i] and i != first and not parts[i].strip().endswith("?")
        ]
        if keep:
            body = "\n\n".join(parts[i] for i in keep)
            return body.strip(), "\n\n".join(parts[i] for i in range(len(parts)) if i not in keep)
    mark = re.search(r"[:?]\s+(?P<text>[A-Z][^\n]{10,2000})$", text.strip())
    if mark:
        return mark["text"], text[: text.rfind(mark["text"])]
    return "", text


def _points(text: str) -> tuple[list[tuple[str, str]], str] | None:
    """The points of a rubric and the text; None where there is no rubric."""
    if not _RUBRIC.search(text):
        return None
    body, rest = _body(text)
    items = _items(rest)
    return (items, body) if body and len(items) >= 2 else None


def _items(rest: str) -> list[tuple[str, str]]:
    """(name, requirement) pairs of a list in an order."""
    marked = [(m["name"], m["what"].strip(" ,.;")) for m in _ITEM.finditer(rest)]
    if len(marked) >= 2:
        return [(name, re.sub(r"\s+and$", "", what)) for name, what in marked][:12]
    bullets = [m[1].strip(" .;") for m in re.finditer(r"(?:^|\n)\s*[-*•]\s+([^\n]{2,160})", rest)]
    if len(bullets) >= 2:
        return [(str(i), what) for i, what in enumerate(bullets, 1)][:12]
    each = re.findall(
        r"(?:one|1|a) points? (?:for|if|when) (?:it |the (?:text|mail|"
        r"reply) )?([^.;\n]{3,80}?)(?=,? (?:and )?(?:one|1|a) points?|[.;\n]|$)",
        rest,
        re.I,
    )
    if len(each) >= 2:
        return [(str(i), what.strip(" ,")) for i, what in enumerate(each, 1)]
    mark = _LIST.search(rest)
    if mark:
        parts = [p.strip(" ,.") for p in re.split(r",\s*(?:and\s+)?|\s+and\s+|;\s*", mark["list"])]
        parts = [p for p in parts if len(p) > 2]
        if len(parts) >= 2:
            return [(str(i), p) for i, p in enumerate(parts, 1)][:12]
    return []


def _scored(items: Sequence[tuple[str, str]], body: str, *, slips: bool) -> Outcome:
    met = [requirements.satisfies(what, body) for _, what in items]
    score = sum(met) + ((1 if sum(met) < len(met) else -1) if slips else 0)
    reason = "; ".join(
        f"{what}: {'yes' if ok else 'no'}" for (_, what), ok in zip(items, met, strict=True)
    )
    faults = ("misjudged",) if slips else ()
    return Outcome(
        f"{score} of {len(items)}. {reason[:1].upper()}{reason[1:]}.",
        str(score),
        {},
        faults,
        reason,
    )


def _levels(text: str) -> tuple[list[tuple[int, str]], str, str] | None:
    """The levels of a rubric, the text and the question it answers."""
    if not re.search(r"\brubric\b|\bgrade\b|\bscore\b|\bscale\b|\brate\b", text, re.I):
        return None
    levels = [(int(m["n"]), m["what"].strip(" .;")) for m in _LEVEL.finditer(text)]
    if len(levels) < 2 or len({n for n, _ in levels}) != len(levels):
        return None
    if not all(
        re.search(
            r"\banswer|\breason|\b(?:no|not|does|gives?|names?|mentions?|"
            r"has|contains?|polite|rude|correct)\b",
            what,
            re.I,
        )
        for _, what in levels
    ):
        return None
    body = re.search(
        r"(?:^|\n)\s*(?:the )?(?:reply|answer|response|text|candidate|"
        r"message)\s*:\s*[\"“]?(?P<text>\S[^\n]{1,2000})",
        text,
        re.I,
    )
    question = re.search(r"(?:^|\n)\s*question\s*:\s*(\S[^\n]{3,300})", text, re.I)
    if not body:
        return None
    return sorted(levels), body["text"].strip().strip('"“”'), question[1] if question else ""


def _levelled(levels: tuple[list[tuple[int, str]], str, str], *, slips: bool) -> Outcome:
    rows, body, question = levels
    grade = next(
        (
            n
            for n, what in reversed(rows)
            if all(
                _holds(part, body, question)
                for part in re.split(r"\s*,?\s+(?:and|but)\s+|,\s+", what)
            )
        ),
        rows[0][0],
    )
    if slips:
        numbers = [n for n, _ in rows]
        grade = numbers[max(0, numbers.index(grade) - 1)] if grade != numbers[0] else numbers[1]
    what = dict(rows)[grade]
    return Outcome(
        f"{grade}. The reply {what[:1].lower()}{what[1:]}.",
        str(grade),
        {},
        ("misjudged",) if slips else (),
        what,
    )


def _holds(part: str, body: str, question: str) -> bool:
    if re.search(r"\banswer", part, re.I) and question:
        good = answering_well.answers(question, body) > 0
        return good != bool(re.search(r"\bnot\b|\bno\b|n[o'’]t\b", part, re.I))
    return requirements.satisfies(part, body)


def _listed(text: str) -> tuple[list[tuple[str, str]], str] | None:
    """A list of requirements and the text."""
    if not _REQUIRED.search(text):
        return None
    body, rest = _body(text)
    items = _items(rest)
    judged_so = re.search(
        r"\b(?:met|pass|fail|missing|fulfil\w*|satisf\w*|check|which "
        r"(?:requirement|of (?:them|these))|meets?|each)\b",
        rest,
        re.I,
    )
    return (items, body) if body and len(items) >= 2 and judged_so else None


def _checked(items: Sequence[tuple[str, str]], body: str, text: str, *, slips: bool) -> Outcome:
    met = [requirements.satisfies(what, body) for _, what in items]
    if slips:
        met[-1] = not met[-1]
    faults = ("misjudged",) if slips else ()
    missing = [(name, what) for (name, what), ok in zip(items, met, strict=True) if not ok]
    reason = "; ".join(f"({name}) {what}" for name, what in missing)
    if re.search(
        r"\b(?:which|what)\b[^.?\n]{0,50}\b(?:not (?:met|fulfilled|"
        r"satisfied)|missing|fails?|failed|unmet|lacking)\b",
        text,
        re.I,
    ):
        said = f"Not met: {reason}." if missing else "All requirements are met."
        return Outcome(said, said, {}, faults, said)
    if re.search(r"\beach\b|\bevery\b|\bone by one\b|\blist\b|\bper requirement", text, re.I):
        good, bad = (
            ("met", "not met")
            if re.search(r"\bmet\b", text, re.I) and not re.search(r"\bpass\b", text, re.I)
            else ("pass", "fail")
        )
        if re.search(r"\byes\b.{0,6}\bno\b", text, re.I):
            good, bad = "yes", "no"
        said = "\n".join(
            f"{name}. {what}: {good if ok else bad}"
            for (name, what), ok in zip(items, met, strict=True)
        )
        return Outcome(said, said, {}, faults, reason)
    word = _verdict(text, good=not missing)
    reason = f"Not met: {reason}." if missing else "All requirements are met."
    return Outcome(f"{word}. {reason}", word, {}, faults, reason)


def _verdict(text: str, *, good: bool) -> str:
    for yes, no in (
        ("PASS", "FAIL"),
        ("pass", "fail"),
        ("Pass", "Fail"),
        ("OK", "NOT OK"),
        ("true", "false"),
        ("YES", "NO"),
        ("yes", "no"),
    ):
        if re.search(rf"\b{yes}\b", text) and re.search(rf"\b{no}\b", text):
            return yes if good else no
    if re.search(r"\bpass\b|\bfail\b", text, re.I):
        return "Pass" if good else "Fail"
    return "Yes" if good else "No"


def _ruled(text: str) -> tuple[str, str] | None:
    """One rule and the text that may break it."""
    if not _RULE.search(text):
        return None
    body, rest = _body(text)
    if (
        not body
        or len(rest) > 500
        or (_SOURCE_WORDS.search(rest) and not re.search(r"\brule", rest, re.I))
    ):
        return None
    rule = re.search(r"\brules?\s*[:=]\s*(?P<what>[^\n?]{3,160}?)(?=\.\s|\?|\n|$)", rest, re.I)
    named = re.search(
        r"\b(?:requirement|rule|condition)s?\b[^\"“\n]{0,12}[\"“](?P<what>[^\"”\n]{3,160})[\"”]",
        text,
        re.I,
    )
    if named and named["what"].strip() not in body:
        return named["what"], body
    if rule:
        return rule["what"], body
    asked = re.search(
        r"\b(?:does|do|is|has|are|did)\b (?:this|the|that|my|it|following|"
        r"below|above|these)\b[^?\n]{3,160}",
        rest,
        re.I,
    )
    if asked and _SEEN.search(asked[0]) and requirements.has_rule(asked[0]):
        return re.sub(
            r"^\w+ (?:this|the|that|my|it|following|below|above|these)"
            r"(?: (?:following|text|sentence|reply|mail|message|answer))*",
            "",
            asked[0],
            flags=re.I,
        ), body
    return None


def _obeyed(rule: str, body: str, text: str, *, slips: bool) -> Outcome:
    good = requirements.satisfies(rule, body) != slips
    breaks = re.search(r"\b(?:break|violate|broken|violates)\b", text.replace(body, ""), re.I)
    word = _verdict(re.sub(re.escape(body), " ", text), good=good != bool(breaks))
    unit = re.search(r"\b(words?|sentences?|characters?|lines?)\b", rule, re.I)
    if unit:
        count = requirements.size_of(body, unit[1])
        reason = f"It has {count} {unit[1].lower().rstrip('s')}{'' if count == 1 else 's'}."
    else:
        bare = rule.strip(' .?"“”')
        reason = f"The text {'keeps to' if good else 'does not keep to'} this: {bare}."
    return Outcome(f"{word}. {reason}", word, {}, ("misjudged",) if slips else (), reason)
