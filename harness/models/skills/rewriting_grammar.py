"""Correct a text: spelling, forms of verbs, agreement, double negatives, articles, mixed-up words.

Runs in the model worker; pure. It changes what a rule marks as wrong and leaves the rest alone.
What fools it: mistakes that are words of their own ("form" for "from").
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from functools import cache, partial

from harness.models.encoder import DATA
from harness.models.skills import english as en
from harness.models.skills.grammar_patterns import PATTERNS
from harness.models.skills.making_spelling import respelt
from harness.models.skills.rewriting_forms import begun

_NEGATIVE = re.compile(r"(?:n['’]t|^not|^never|^cannot|^hardly|^nobody|^without)$", re.I)
_ANY = {
    "no": "any",
    "nothing": "anything",
    "nobody": "anybody",
    "none": "any",
    "nowhere": "anywhere",
    "neither": "either",
    "never": "ever",
}
_VOWEL_SOUND = re.compile(r"[aeiou]|(?:hour|honest|honou?r|heir)|8|11\b|18\b", re.I)
_CONSONANT_SOUND = re.compile(r"(?:use|usual|uni(?!n|m)|euro|one\b|once|ewe)", re.I)
_DAYS = (
    "monday tuesday wednesday thursday friday saturday sunday "
    "january february april june july august "
    "september october november december english french german spanish italian"
)
_PAST_TIME = re.compile(
    r"\b(?:yesterday|last (?:week|month|year|night|summer|winter|"
    r"\w+day)|\w+ (?:days|weeks|years) ago)\b",
    re.I,
)


_AFTER_BE = frozenset(
    "very quite really going gonna welcome right wrong late early sure "
    "ready free able done also still just even both "
    "only more most less least quiet alone alive awake afraid aware back "
    "home away here there over under about like "
    "what where when being such kind nice great good fine better best "
    "worse worst never ever always often sometimes "
    "everything someone somebody nothing mine ours yours family friends "
    "part half sick well busy lucky funny happy".split()
)


@cache
def _spelling() -> dict[str, str]:
    raw = tomllib.loads((DATA / "spelling.toml").read_text(encoding="utf-8"))["pairs"]
    rows = (row.strip().partition(" ") for row in re.split(r"[|\n]", raw) if row.strip())
    return {wrong: right for wrong, _, right in rows}


@cache
def _overdone() -> dict[str, str]:
    """Irregular verbs with a regular ending, as children say them."""
    known = en.forms()
    out = {}
    for lemma in en.irregular():
        for made in (
            lemma + "ed",
            lemma + "d" if lemma.endswith("e") else lemma + lemma[-1] + "ed",
        ):
            if made not in known and lemma != "be":
                out[made] = lemma
    return out


@cache
def _compiled() -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple((re.compile(pattern, re.I), put) for pattern, put in PATTERNS)


def corrected(text: str) -> str:
    """The text without the mistakes that a rule finds."""
    return "\n".join(_line(line) for line in text.split("\n"))


def _past_of(mark: re.Match[str]) -> str:
    """`buyed` as `bought`, where it is no word of its own."""
    lemma = _overdone().get(mark[0].lower())
    return _cased(mark[0], en.past(lemma)) if lemma else mark[0]


def _line(line: str) -> str:
    line = re.sub(r"\b[a-z]{2,12}ed\b", _past_of, line)
    line = re.sub(r"[^\W\d_]+(?:['’][^\W\d_]+)?", _respelt, line)
    line = re.sub(r"\b(\w+) \1\b(?<!had had)(?<!that that)", r"\1", line, flags=re.I)
    for pattern, put in _compiled():
        line = pattern.sub(partial(_put, put), line)
    line = re.sub(rf"\b(?:{'|'.join(_DAYS.split())})\b", lambda m: m[0].capitalize(), line)
    pieces = re.split(r"(?<=[.!?])(\s+)", line)
    line = re.sub(r"\byou['’]re (?=(?P<next>[a-z]{4,}))", _owner, line, flags=re.I)
    pieces = re.split(r"(?<=[.!?])(\s+)", line)
    pieces = [respelt(piece) for piece in pieces]
    line = "".join(_sentence(piece) if i % 2 == 0 else piece for i, piece in enumerate(pieces))
    line = re.sub(r"\bneither does I\b", "neither do I", line)
    line = re.sub(r"\b(an?) (?=[\w\d])", lambda m: _article(line, m), line, flags=re.I)
    line = re.sub(r"\s+([.,!?;:])(?=\s|$)", r"\1", line)
    return re.sub(r"(?<=[.!?] )[a-zà-ÿ]", lambda m: m[0].upper(), begun(line) if line else line)


def _owner(mark: re.Match[str]) -> str:
    """What "you're" is before a noun: "your"."""
    word = mark["next"].lower()
    can_follow = (
        word in en.adjectives() | en.DETERMINERS | en.PREPOSITIONS | en.TIMES | _AFTER_BE
        or en.lemma_of(word, "ing", "part", "past")
        or word.endswith(("ly", "ing", "ed"))
    )
    return mark[0] if can_follow else _cased(mark[0], "your ")


def _put(put: str, mark: re.Match[str]) -> str:
    return _cased(mark[0], mark.expand(put))


def _respelt(mark: re.Match[str]) -> str:
    right = _spelling().get(mark[0].lower())
    return mark[0] if right is None else _cased(mark[0], right)


def _cased(was: str, put: str) -> str:
    return put[:1].upper() + put[1:] if was[:1].isupper() and put[:1].islower() else put


def _article(line: str, mark: re.Match[str]) -> str:
    after = line[mark.end() : mark.end() + 20]
    vowel = bool(_VOWEL_SOUND.match(after)) and not _CONSONANT_SOUND.match(after)
    if re.match(r"[A-Z]{2,}\b|\w\b", after):
        return mark[0]
    return _cased(mark[1], "an " if vowel else "a ")


def _sentence(piece: str) -> str:
    words = en.tokens(piece)
    if not words or len(words) > 120:
        return piece
    changed = list(words)
    for step in (
        _forms_of_verbs,
        _tense_of_clauses,
        _plain_verbs,
        _agreement,
        _tense,
        _negation,
    ):
        changed = step(changed)
    if changed == words:
        return piece
    return _put_back(piece, words, changed)


def _put_back(piece: str, words: Sequence[str], changed: Sequence[str]) -> str:
    """The changed tokens with the blanks that the piece had."""
    out, at = [], 0
    for was, now in zip(words, changed, strict=True):
        found = piece.find(was, at)
        out.append(piece[at:found])
        out.append(now)
        at = found + len(was)
    return re.sub(r" {2,}", " ", "".join(out) + piece[at:])


def _forms_of_verbs(words: list[str]) -> list[str]:
    out = list(words)
    for i, word in enumerate(words):
        low = word.lower().replace("’", "'")
        before = out[i - 1].lower().replace("’", "'") if i else ""
        for back in (2, 3):
            if before in ("not", "never", "already", "just", "also", "yet") and i >= back:
                before = out[i - back].lower().replace("’", "'")
        bare = re.sub("n't$", "", before)
        if low in _overdone():
            lemma = _overdone()[low]
            out[i] = _cased(word, en.participle(lemma) if bare in en.HAVE else en.past(lemma))
            low = out[i].lower()
        if bare in en.HAVE or re.search(r"'ve$", before):
            lemma = en.lemma_of(low, "past")
            if lemma and not en.lemma_of(low, "part") and lemma in en.irregular():
                out[i] = en.participle(lemma)
        elif (
            bare
            in (
                "do",
                "does",
                "did",
                "ca",
                "wo",
                "can",
                "will",
                "would",
                "could",
                "should",
                "must",
                "may",
                "might",
            )
            or before == "cannot"
        ):
            lemma = en.lemma_of(low, "past", "s", "part")
            if lemma and not en.is_base(low) and before != "do":
                out[i] = lemma
            elif lemma and before in ("do", "don't") and not en.is_base(low):
                out[i] = lemma
        elif before == "to" and i > 1:
            lemma = en.lemma_of(low, "past", "s")
            if lemma and not en.is_base(low) and en.lemma_of(low, "past"):
                out[i] = lemma
        elif low in (
            "seen",
            "done",
            "gone",
            "been",
            "eaten",
            "drunk",
            "taken",
            "written",
            "begun",
            "known",
            "given",
            "broken",
            "spoken",
            "swum",
            "rung",
            "sung",
        ) and before in ("i", "he", "she", "we", "they", "it", "you"):
            lemma = en.lemma_of(low, "part") or "be"
            out[i] = "was" if lemma == "be" else en.past(lemma)
    return out


def _agreement(words: list[str]) -> list[str]:
    out = list(words)
    for verb in en.verbs(words):
        subject = list(words[slice(*verb.subject)])
        if not subject or verb.at == verb.subject[0]:
            continue
        low = words[verb.at].lower().replace("’", "'")
        tail = "n't" if low.endswith("n't") else ""
        bare = low.removesuffix("n't")
        many = en.is_plural(subject)
        first = [w.lower() for w in subject] == ["i"]
        right = bare
        if subject[0].lower() in ("there", "here", "please") or _is_odd(subject):
            continue
        if bare in ("was", "were"):
            right = "were" if many and not first else "was"
        elif bare in ("am", "is", "are"):
            right = en.agreeing("be", subject)
        elif bare in ("have", "has"):
            right = en.agreeing("have", subject)
        elif bare in ("do", "does"):
            right = en.agreeing("do", subject)
        elif verb.form == "s" or (verb.form == "base" and "and" in subject):
            right = en.agreeing(verb.lemma, subject)
        if right != bare and not (right == "am" and tail):
            out[verb.at] = _cased(words[verb.at], right + tail)
    return out


def _is_odd(subject: Sequence[str]) -> bool:
    """A subject of which the number cannot be told."""
    low = [w.lower() for w in subject]
    return bool(
        {"team", "staff", "family", "half", "number", "lot", "or", "nor", "?", "what", "who"}
        & set(low)
    ) or any(not re.search(r"[^\W_]", w) for w in low)


def _plain_verbs(words: list[str]) -> list[str]:
    """`he go`, `they goes`: a form of the present beside the wrong pronoun."""
    out = list(words)
    for i in range(1, len(words)):
        before, low = words[i - 1].lower(), words[i].lower()
        if i > 1 and words[i - 2].lower() in (
            "and" if before != "i" else "or",
            "or",
            "did",
            "does",
            "do",
            "can",
            "will",
            "see",
            "let",
            "help",
            "make",
            "would",
            "should",
            "could",
            "to",
        ):
            continue
        if before in ("he", "she", "it") and en.is_base(low) and not en.lemma_of(low, "past"):
            out[i] = en.third(low)
        elif before in ("i", "we", "they", "you") and (lemma := en.lemma_of(low, "s")):
            out[i] = lemma
    return out


def _tense(words: list[str]) -> list[str]:
    """A present verb beside a time that is past."""
    if not _PAST_TIME.search(" ".join(words)):
        return words
    out = list(words)
    for verb in en.verbs(words):
        if verb.form in ("base", "s"):
            out[verb.at] = en.past(verb.lemma)
        elif (
            verb.form == "aux"
            and words[verb.at].lower() in ("is", "are", "am")
            and len(en.verbs(words)) == 1
        ):
            many = en.is_plural(words[slice(*verb.subject)])
            out[verb.at] = "were" if many else "was"
        break
    return out


def _tense_of_clauses(words: list[str]) -> list[str]:
    """A present verb without its ending between verbs of the past: "were walking when it start"."""
    found = en.verbs(words)
    past = [v for v in found if v.form == "past" or words[v.at].lower() in ("was", "were", "had")]
    if len(past) < 2:
        return words
    out = list(words)
    for i in range(1, len(words)):
        before, low = words[i - 1].lower(), words[i].lower()
        is_left = i > 1 and words[i - 2].lower() in ("when", "because", "and", "so", "as", "while")
        if before in ("he", "she", "it") and is_left and (lemma := en.lemma_of(low, "base", "s")):
            out[i] = en.past(lemma)
    return out


def _negation(words: list[str]) -> list[str]:
    """Of two negations in one clause the second goes."""
    out = list(words)
    denied = False
    for i, word in enumerate(words):
        low = word.lower()
        if low in (".", ";", "but", "and", "because", ":") or (low == "," and denied):
            denied = False
        elif denied and low in _ANY:
            more = i + 1 < len(words) and words[i + 1].lower() in ("more", "longer")
            out[i] = "any" if more else _ANY[low]
        elif _NEGATIVE.search(low):
            denied = True
    return out
