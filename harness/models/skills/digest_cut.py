"""Sentences cut to so many words in whole clauses, and titles.

Runs in the model worker; pure. A clause goes before an article does; the main event stays.
"""

from __future__ import annotations

import re

from harness.models.skills import condense
from harness.models.skills import english as en
from harness.models.skills.lengths import Limits
from harness.models.skills.rewriting_forms import begun
from harness.models.skills.summarising_lines import headline

_WEAK_VERB = re.compile(
    r"\b(?:will |is to )?(?:takes?|take|taking|took|be held|is held|are held|was held|happens?|"
    r"is due)(?: place)? (?=on|in|at|from|this|next)"
)


def bare(sentence: str) -> str:
    """A sentence without brackets, the word that only links it, and its full stop."""
    said = re.sub(r"\s*\([^()]{0,160}\)", "", sentence.strip())
    said = re.sub(
        r"^(?:anyway|so|well|also|just|actually|however|but|and),? ", "", said, flags=re.I
    )
    return begun(said.rstrip(".!; "))


def one_sentence(passages: list[str], ranked: list[int], words: int) -> str:
    """One sentence with the main event, a second clause where there is much room left."""
    best = bare(passages[ranked[0]])
    if not words:
        best = best if len(best.split()) <= 40 else cut(best, 40)
        return _with_second(passages, ranked, best)
    if spliced := _spliced(best, passages[ranked[0] + 1 :], words):
        return spliced
    line = best if len(best.split()) <= words else cut(best, words)
    room = words - len(line.split()) - 1
    if words < 24 or room < 6 or not line:
        return line
    behind = ranked[0] + 1
    for i in dict.fromkeys([*([behind] if behind < len(passages) else []), *ranked[1:4]]):
        more = bare(passages[i])
        if condense.refers_back(more) or not en.verbs(en.tokens(more)):
            continue
        more = more if len(more.split()) <= room else cut(more, room)
        if len(more.split()) >= 4:
            small = more[:1].lower() + more[1:] if _begins_small(more, passages) else more
            return f"{line}, and {small}"
    return line


_ROOM = 42
_ADVISES = re.compile(r"\b(?:recommend\w*|suggest\w*|propos\w+|urg(?:e|es|ed)|plans? to)\b", re.I)
_RESULT = re.compile(
    r"\b(?:will|recommend\w*|suggest\w*|propos\w+|urg(?:e|es|ed)|plans? to|would like|"
    r"because|caused?|found|blame|"
    r"decided|agreed|must|refund\w*|replac\w+|fixed|solved|again)\b",
    re.I,
)


_ADDRESSES = re.compile(
    r"(?:please|could you|can you|note|ps|p\.s|ignore|disregard|system|instructions?)\b", re.I
)


_REQUEST = re.compile(
    r"(?:please|(?:could|can|would) you(?: please)?) (?!let me "
    r"know\b)(?P<what>[a-z][^?]{6,160})\??$",
    re.I,
)
_ITSELF = re.compile(r"\b(?:I|my|me)\b")


def _with_second(passages: list[str], ranked: list[int], best: str) -> str:
    """A sentence joined by what it is about, or by what came of it, where both are short.

    The beginning of the text comes in where another sentence tells the news; else the sentence
    that tells a result, a cause or a wish.
    """
    results = sorted(
        (i for i in ranked[1:] if _RESULT.search(passages[i])),
        key=lambda i: not _ADVISES.search(passages[i]),
    )
    others = [0] if ranked[0] else results
    for i in others:
        more = bare(passages[i])
        room = _ROOM - len(best.split())
        if not i and room >= 9 and len(more.split()) > room:
            more = cut(more, room)
        if condense.refers_back(more) or passages[i].rstrip().endswith("?"):
            continue
        if _ADDRESSES.match(more) or en.is_base(more.split(" ")[0]):
            continue
        if not en.verbs(en.tokens(more)) or len(f"{best} {more}".split()) > _ROOM:
            continue
        first, second = (more, best) if i < ranked[0] else (best, more)
        if (asks := _REQUEST.match(second)) and _ITSELF.search(first):
            second = f"I ask you to {asks['what']}"
        if condense.refers_back(second) and re.search(r"[;:]", first):
            continue
        small = second[:1].lower() + second[1:] if _begins_small(second, passages) else second
        return f"{first}, and {small}"
    return best


_SPLICE = re.compile(
    r"(?P<first>(?!(?:when|if|after|because|since|as|although|while|before|once|in|on|at|for)\b)"
    r"[^,;:]{12,160}), (?=(?:the|they|he|she|it|we|our|this|there|i|you)\b)",
    re.I,
)
_DATED = re.compile(
    r"\d|\b(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day|tomorrow|today|tonight)\b", re.I
)


def _spliced(best: str, later: list[str], words: int) -> str:
    """The first of two clauses that only a comma joins, and the day or figure told behind them.

    Empty where the sentence is no such splice, or no later sentence has a figure and room.
    """
    mark = _SPLICE.match(best)
    if mark is None or _DATED.search(best) or words < 10:
        return ""
    first, rest = mark["first"], best[mark.end() :]
    if not (en.verbs(en.tokens(first)) and en.verbs(en.tokens(rest))):
        return ""
    room = words - len(first.split()) - 1
    for passage in later[:6]:
        more = bare(passage)
        if _DATED.search(more) and len(more.split()) <= room and en.verbs(en.tokens(more)):
            small = more[:1].lower() + more[1:] if _begins_small(more, later) else more
            return f"{first}, and {small}"
    return ""


def _begins_small(said: str, passages: list[str]) -> bool:
    """Whether the first word of a sentence is written small inside one."""
    words = said.split()
    first = words[0].strip(",")
    if first.lower() in en.DETERMINERS | en.PREPOSITIONS | {
        "it",
        "they",
        "we",
        "there",
        "he",
        "she",
    }:
        return True
    if (
        re.match(r"I(?:['’]\w+)?$", first)
        or not first[1:].islower()
        or (len(words) > 1 and words[1][:1].isupper())
    ):
        return False
    is_name = any(f" {first}" in f" {p[1:]}" for p in passages)
    second = words[1] if len(words) > 1 else ""
    acts = re.match(r"(?:will|has|is|was|can|\w+ed|\w+s)$", second) is not None
    acts = acts and not (len(words) > 2 and words[2] in (*en.BE, *en.HAVE, "will", "can"))
    return not is_name and (first.endswith("s") or not acts)


def cut(sentence: str, most: int) -> str:
    """The fullest whole-clause form of at most so many words; the sentence's first clause else."""
    forms = [
        *_clauses(sentence),
        condense.without_lead(sentence),
        sentence,
        condense.without_aside(sentence),
    ]
    for said in forms:
        said = said.rstrip(". ")
        if len(said.split()) <= most:
            return begun(said)
        line = condense.fitted(said, most, is_whole=True)
        if (
            line
            and len(line.split()) >= min(4, most)
            and en.verbs(en.tokens(line))
            and not _HANGS.search(line)
        ):
            thin = condense.fitted(said, most)
            is_fuller = (
                len(thin.split()) >= len(line.split()) + 4 and len(line.split()) <= 0.65 * most
            )
            return thin if is_fuller and not _HANGS.search(thin) else line
    line = condense.fitted(condense.without_lead(sentence), most)
    return line or _first_words(sentence, most)


_SO = re.compile(r",? (?:so|which is why|that is why|therefore|as a result) (?!that\b)")


_AND = re.compile(r",? (?:and|but|while|whereas|because|since|although) ")


def _clauses(sentence: str) -> list[str]:
    """The main clause alone: what follows from the rest, or what comes before "and", "because"."""
    so = _SO.search(sentence)
    if (
        so
        and not re.match(r"(?:it|he|she|they|this|that)\b", sentence[so.end() :])
        and en.verbs(en.tokens(sentence[so.end() :]))
    ):
        return [begun(sentence[so.end() :])]
    marks = [m for m in _AND.finditer(sentence) if len(sentence[: m.start()].split()) >= 5]
    return (
        [sentence[: m.start()] for m in marks[::-1] if en.verbs(en.tokens(sentence[: m.start()]))]
        if (
            not re.match(
                r"(?:although|while|because|since|if|when|after|before|as)\b", sentence, re.I
            )
        )
        else []
    )


_HANGS = re.compile(
    r"\b(?:and|or|but|the|a|an|of|to|in|on|at|with|for|by|from|that|which|because|who)$|,$", re.I
)


def title_of(passages: list[str], ranked: list[int], limits: Limits) -> str:
    """A title: the head before a colon, the news without a weak verb, else a headline."""
    most = limits.words or 9
    best = bare(passages[ranked[0]])
    head = re.match(r"([^:;]{12,120}):\s", best)
    is_headed = head is not None and len(head[1].split()) >= 4
    best = head[1] if head and is_headed else best
    best = best if len(best.split()) <= most else begun(condense.without_lead(best))
    plain = re.sub(r"^(?:our|the|an?|your|my) ", "", _WEAK_VERB.sub("", best), flags=re.I)
    is_weak = not en.verbs(en.tokens(plain))
    is_question = re.match(r"(?:how to|why|what|where|when)\b", best, re.I) is not None
    if not (is_headed or is_weak or is_question):
        return headline(passages, ranked, limits, None)
    if len(plain.split()) <= most:
        return begun(plain)
    line = "" if is_weak else condense.fitted(plain, most, is_whole=True)
    is_lost = is_question and not re.match(r"(?:how to|why|what|where|when)\b", line, re.I)
    return begun(_first_words(plain, most) if not line or is_lost or _HANGS.search(line) else line)


_BORDERS = en.PREPOSITIONS | frozenset(
    "and or but while when because since after before as if so that which who to".split()
)


def _first_words(said: str, most: int) -> str:
    """The beginning up to the last border of phrases within so many words."""
    words = said.split()
    ends = [
        i
        for i in range(3, min(most, len(words) - 1) + 1)
        if words[i].lower().strip(",") in _BORDERS or words[i - 1].endswith(",")
    ]
    return " ".join(words[: ends[-1] if ends else most]).rstrip(",;: ")
