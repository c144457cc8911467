"""A sentence turned as an order names it: plural, reported speech, question, British spelling.

Runs in the model worker; pure, by rules; what no rule turns is left to other work.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from functools import cache

from harness.models.encoder import DATA
from harness.models.skills import english as en
from harness.models.skills import rewriting_forms as forms
from harness.models.skills import rewriting_mood as mood
from harness.models.skills.making_features import plural
from harness.models.skills.rewriting_names import closed_up

_MOST = 3_000
_IRREGULAR = {
    "has": "have",
    "is": "are",
    "was": "were",
    "does": "do",
    "doesn't": "don't",
    "isn't": "aren't",
    "wasn't": "weren't",
    "hasn't": "haven't",
}


@cache
def _spelt() -> dict[str, str]:
    raw = tomllib.loads((DATA / "british.toml").read_text(encoding="utf-8"))
    return dict(raw["british"])


def turned(asked: str, text: str) -> str | None:
    """The text turned as ordered; None where the order names no such turn or no rule makes it."""
    text = text.strip()
    if not text or len(text) > _MOST:
        return None
    for pattern, turn in _TURNS:
        if re.search(pattern, asked, re.I):
            said = turn(text)
            return said if said and said != text else None
    return None


def _each(turn: Callable[[str], str | None]) -> Callable[[str], str | None]:
    def whole(text: str) -> str | None:
        pieces = re.split(r"(?<=[.!?])\s+", text)
        said = [turn(p) for p in pieces]
        return " ".join(s or p for s, p in zip(said, pieces, strict=True)) if any(said) else None

    return whole


def _negated(sentence: str) -> str | None:
    front = re.match(r"(?:all|every\w*|everybody|both)\b", sentence, re.I)
    if front:
        return f"Not {sentence[:1].lower()}{sentence[1:]}"
    return mood.negated(sentence)


def _in_plural(sentence: str) -> str | None:
    """The nouns behind articles in the plural, and the verb with them."""

    def nouns(mark: re.Match[str]) -> str:
        article, middle, noun = mark["article"], mark["middle"] or "", mark["noun"]
        if noun.lower() in en.adjectives() or en.is_plural([noun]):
            return mark[0]
        put = {"a": "", "an": "", "this": "these ", "that": "those "}.get(
            article.lower(), f"{article} "
        )
        put = put[:1].upper() + put[1:] if article[0].isupper() else put
        said = f"{put}{middle}{plural(noun)}"
        return said[:1].upper() + said[1:] if article[0].isupper() else said

    said = re.sub(
        r"\b(?P<article>the|an?|this|that|my|our|your|his|her)\s+(?P<middle>(?:(?:"
        + "|".join(sorted(en.adjectives(), key=len, reverse=True)[:400])
        + r")\s+)*)(?P<noun>[a-z]{2,}(?<!s))\b(?!['’-])",
        nouns,
        sentence,
        flags=re.I,
    )
    if said == sentence:
        return None
    words = en.tokens(said)
    found = en.verbs(words)
    for i, word in enumerate(words):
        if word.lower() in _IRREGULAR:
            said = re.sub(rf"\b{re.escape(word)}\b", _IRREGULAR[word.lower()], said, count=1)
        elif found and i == found[0].at and (lemma := en.lemma_of(word.lower(), "s")):
            said = re.sub(rf"\b{re.escape(word)}\b", lemma, said, count=1)
    return said


def _reported(text: str) -> str | None:
    """What somebody said in quotes, told by another."""
    mark = re.match(
        r"^(?P<who>[A-Z][\w'’-]+(?: [A-Z][\w'’-]+)?|[Tt]he \w+|[Hh]e|[Ss]he|"
        r"[Tt]hey) (?P<verb>said|says|told \w+|asked|wrote|answered|"
        r"replied)[:,]? [\"“'‘](?P<what>[^\"”]{2,300}?)[\"”'’]?[.]?$",
        text,
    )
    if mark is None:
        mark = re.match(
            r"^[\"“'‘](?P<what>[^\"”]{2,300}?)[,.!?]?[\"”'’],? (?P<verb>said|says|"
            r"asked) (?P<who>[A-Z][\w'’-]+|he|she|they|the \w+)[.]?$",
            text,
        )
    if mark is None:
        return None
    who, what = mark["who"], mark["what"].strip().rstrip(".!")
    name = who.split()[0].lower()
    person = (
        name
        if name in ("he", "she", "they")
        else "they"
        if name == "the"
        else "she"
        if name[-1] in "aei"
        else "he"
    )
    is_question = what.endswith("?")
    if is_question:
        return None
    told = forms.each_sentence(forms.in_person(what + ".", person), forms.to_past).rstrip(".")
    told = (
        told
        if told.split()[0] in ("I",) or re.match(r"[A-Z]\w+ [A-Z]", told)
        else told[:1].lower() + told[1:]
    )
    verb = mark["verb"].replace("says", "said")
    for was, put in (
        (r"\btoday\b", "that day"),
        (r"\btomorrow\b", "the next day"),
        (r"\byesterday\b", "the day before"),
        (r"\bnow\b", "then"),
        (r"\bhere\b", "there"),
    ):
        told = re.sub(was, put, told, flags=re.I)
    return f"{who[:1].upper() + who[1:]} {verb} that {told}."


def _respelt(text: str, table: dict[str, str]) -> str:
    def put(mark: re.Match[str]) -> str:
        low = mark[0].lower()
        ends = ("", "s", "ed", "d", "ing")
        end = next((e for e in ends if low.endswith(e) and low.removesuffix(e) in table), None)
        if end is None:
            return mark[0]
        said = table[low.removesuffix(end)] + end
        return said[:1].upper() + said[1:] if mark[0][0].isupper() else said

    return re.sub(r"[A-Za-z]{3,}", put, text)


def _british(text: str) -> str | None:
    return _respelt(text, _spelt())


def _american(text: str) -> str | None:
    return _respelt(text, {british: american for american, british in _spelt().items()})


def _bare(text: str) -> str | None:
    """Without adjectives before nouns and adverbs in -ly."""
    words = "|".join(sorted(en.adjectives(), key=len, reverse=True))
    said = re.sub(rf"\b(?:{words})\b,?(?= [a-z])", "", text, flags=re.I)
    said = re.sub(
        r"\b(?!(?:only|family|july|supply|reply|early|daily|fly|apply|italy|"
        r"rely|ally)\b)[a-z]{3,}ly\b",
        "",
        said,
        flags=re.I,
    )
    return closed_up(said)


def _surer(text: str) -> str | None:
    """Without words that hold a statement back."""
    said = re.sub(
        r"\b(?:I (?:think|guess|believe|suppose|feel)(?: that)?|maybe|perhaps|"
        r"possibly|probably|sort of|kind of|a bit|somewhat|hopefully|I hope(?: "
        r"that)?|in my opinion|it seems(?: that)?)\b,? ?",
        "",
        text,
        flags=re.I,
    )
    said = re.sub(
        r"\b(?:could|might|may|would)(?: be able to)? (?:try to )?(?=[a-z])", "will ", said
    )
    said = re.sub(r"\btry to ", "", said)
    return closed_up(said)


_TURNS: tuple[tuple[str, Callable[[str], str | None]], ...] = (
    (r"\b(?:reported|indirect) speech\b", _reported),
    (r"\bbritish (?:english|spelling)\b|\bUK spelling\b", _british),
    (r"\b(?:american|US) (?:english|spelling)\b", _american),
    (
        r"\b(?:in)?to an? (?:yes ?/ ?no |yes[- ]or[- ]no |yes[- ]no )question\b",
        _each(mood.question),
    ),
    (
        r"^\W*negat\w+|\b(?:in)?to (?:the )?negative\b|\bmake (?:it|this) negative\b",
        _each(_negated),
    ),
    (
        r"\b(?:make|put|turn|change|rewrite|write|set)\b[^.\n]{0,30}\bplural\b|"
        r"^\W*(?:in |to )?(?:the )?plural\b",
        _each(_in_plural),
    ),
    (
        r"\bwithout (?:any |the )?adjectives and adverbs\b|\b(?:remove|delete|"
        r"drop|cut) (?:all |the )?adjectives and adverbs\b",
        _bare,
    ),
    (
        r"\bfrom [\"“']?we[\"”']? (?:to|into) [\"“']?I\b|\bwe (?:->|→|to|into) I\b",
        lambda t: forms.in_person(t, "I"),
    ),
    (
        r"\b(?:make|rewrite|rephrase|reword|sound|say)\b[^.\n]{0,40}\b(?:confident|assertive|decisive)(?:ly)?\b",
        _surer,
    ),
)
