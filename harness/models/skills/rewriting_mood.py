"""Active and passive, statement and question, yes and no: the parts of a sentence change places.

Runs in the model worker; pure. Where a sentence has no parts that it can turn, the answer is None,
and the caller says so. What fools it: objects with a clause of their own.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from harness.models.skills import english as en
from harness.models.skills.rewriting_forms import as_object, as_subject, begun, lowered

_WAYS = frozenset("down up along around round off past toward across out back away".split())
_PARTICLES = frozenset("up down out off away back".split())
_ANY = {"some": "any", "something": "anything", "somebody": "anybody", "someone": "anyone",
        "somewhere": "anywhere", "already": "yet", "too": "either", "always": "always"}  # fmt: skip
_SOME = {
    "any": "some",
    "anything": "something",
    "anybody": "somebody",
    "anyone": "someone",
    "yet": "already",
}
_SHORT = {
    "will": "won't",
    "can": "can't",
    "shall": "will not",
    "may": "may not",
    "might": "might not",
}
_NO = frozenset("not never no nothing nobody none hardly cannot".split())


def passive(sentence: str) -> str | None:
    """The same with its object as subject; None where it has none."""
    words, mark = _unmarked(sentence)
    found = en.verbs(words)
    if not found or found[0].subject[1] <= found[0].subject[0]:
        return None
    verb = found[0]
    lead, who = words[: verb.subject[0]], words[slice(*verb.subject)]
    front = _auxiliaries(words, verb)
    if front is None:
        return None
    helpers, lemma, at = front
    between = [w for w in words[verb.subject[1] : verb.at]]
    particle = (
        [words[at + 1]] if at + 1 < len(words) and words[at + 1].lower() in _PARTICLES else []
    )
    what, rest = _noun_phrase(words[at + 1 + len(particle) :])
    if not what:
        return None
    cut = next(
        (i for i, w in enumerate(rest) if w in (",", ";") or w.lower() in ("and", "but")), len(rest)
    )
    rest, tail = rest[:cut], rest[cut:]
    done = [*_helped(helpers, lemma, verb.form, what), *between, en.participle(lemma), *particle]
    by = (
        []
        if who[0].lower() in ("someone", "somebody", "people", "they", "one")
        else ["by", *as_object(who)]
    )
    moves = ("to", "into", "in", "from", "with", "down", "up", "along", "across", "around")
    place = rest if rest and rest[0].lower() in moves and by else []
    after = [] if place else rest
    said = [*lead, *as_subject(what), *done, *place, *by, *after, *tail]
    return begun(en.joined(said)) + mark


def _auxiliaries(words: Sequence[str], verb: en.Verb) -> tuple[list[str], str, int] | None:
    """(helpers, lemma of the main verb, its place); None where there is no main verb."""
    if verb.form != "aux":
        return [], verb.lemma, verb.at
    helpers = [words[verb.at].lower()]
    for at in range(verb.at + 1, min(len(words), verb.at + 5)):
        low = words[at].lower()
        lemma = en.lemma_of(low, "base", "part", "ing")
        if low in ("be", "been", "have", "being"):
            helpers.append(low)
        elif low == "not" or low.endswith("ly") or low in en.TIMES:
            helpers.append(low)
        elif lemma:
            return helpers, lemma, at
        else:
            return None
    return None


def _helped(helpers: Sequence[str], lemma: str, form: str, what: Sequence[str]) -> list[str]:
    """The helpers of the passive that has the tense of the active."""
    many = en.is_plural(what)
    if not helpers:
        return ["were" if many else "was"] if form == "past" else [en.agreeing("be", what)]
    first, *more = helpers
    bare, no = (first[:-3], ["not"]) if first.endswith("n't") else (first, [])
    bare = {"ca": "can", "wo": "will", "cannot": "can"}.get(bare, bare)
    if bare in en.HAVE:
        shown = "had" if bare == "had" else ("have" if many else "has")
        return [shown, *no, *more, "been"]
    if bare in en.DO:
        shown = ("were" if many else "was") if bare == "did" else en.agreeing("be", what)
        return [shown, *no, *more]
    if bare in en.BE:
        past = bare in ("was", "were")
        shown = ("were" if many else "was") if past else en.agreeing("be", what)
        return [shown, *no, *more, "being"]
    return [bare, *no, *more, "be"]


def _noun_phrase(words: Sequence[str]) -> tuple[list[str], list[str]]:
    """The object at the front, and what follows it."""
    for i, word in enumerate(words):
        low = word.lower()
        ends = low in en.PREPOSITIONS - {"of"} or low in en.TIMES or low in ",;:"
        ends = ends or (i > 0 and low in _WAYS)
        ends = ends or low in (
            "because",
            "when",
            "while",
            "but",
            "before",
            "after",
            "so",
            "that",
            "who",
            "which",
        )
        ends = ends or (low.endswith("ly") and i > 0)
        if low == "and" and i + 2 < len(words):
            ends = (
                bool(en.verbs(["they", *words[i + 1 : i + 4]]))
                and en.lemma_of(words[i + 1], "past", "s") != ""
            )
        if ends:
            return list(words[:i]), list(words[i:])
    return list(words), []


def active(sentence: str) -> str | None:
    """The same with the one who does it as subject."""
    words, mark = _unmarked(sentence)
    found = [v for v in en.verbs(words) if v.lemma == "be" or v.form == "aux"]
    if not found or found[0].subject[1] <= found[0].subject[0]:
        return None
    verb = found[0]
    at = next(
        (i for i in range(verb.at + 1, min(len(words), verb.at + 6))
         if en.lemma_of(words[i], "part", "past") and words[i].lower() not in ("been", "had")), -1
    )  # fmt: skip
    if at < 0:  # a verb that no list holds: "was repainted by"
        at = next((i for i in range(verb.at + 1, min(len(words) - 1, verb.at + 5))
                   if re.match(r"\w{3,}ed$", words[i])
                   and words[i + 1].lower() in ("by", *en.PREPOSITIONS)), -1)  # fmt: skip
    helpers = [w.lower() for w in words[verb.at : at]] if at > 0 else []
    if at < 0 or not {"be", "been", "being", *en.BE} & set(re.sub("n't$", "", h) for h in helpers):
        return None
    lemma = en.lemma_of(words[at], "part", "past")
    behind = list(words[at + 1 :])
    by = next((i for i, w in enumerate(behind) if w.lower() == "by"), -1)
    who, rest = _noun_phrase(behind[by + 1 :]) if by >= 0 else (["someone"], behind)
    if by >= 0 and re.match(
        r"(?:in|with) an? |from |at the (?:\w+ )?(?:office|desk)", " ".join(rest)
    ):
        more, rest = _noun_phrase(rest[1:])  # "a man in a green coat" is one
        who = [*who, behind[by + 1 + len(who)], *more]
    place = behind[:by] if by >= 0 else []
    who = as_subject(who) or ["someone"]
    what = as_object(words[slice(*verb.subject)])
    extra = [h for h in helpers if h.endswith("ly") or h in ("never", "always", "already", "not")]
    said = [
        *words[: verb.subject[0]],
        *who,
        *_acted(helpers, lemma, who, extra, done=words[at].lower()),
        *what,
        *place,
        *rest,
    ]
    return begun(en.joined(said)) + mark


def _acted(
    helpers: Sequence[str], lemma: str, who: Sequence[str], extra: Sequence[str], *, done: str
) -> list[str]:
    """The verb of the active that has the tense of the passive; its participle where it is new."""
    low = [re.sub("n't$", "", h) for h in helpers]
    no = ["not"] if any(h.endswith("n't") for h in helpers) or "not" in extra else []
    more = [w for w in extra if w != "not"]
    many = en.is_plural(who)
    if low[0] in en.HAVE:
        shown = "had" if low[0] == "had" else ("have" if many else "has")
        return [shown, *no, *more, done if not lemma else en.participle(lemma)]
    if not lemma:
        return [*no, *more, done]
    if "being" in low:
        past = low[0] in ("was", "were")
        shown = ("were" if many else "was") if past else en.agreeing("be", who)
        return [shown, *no, *more, en._regular(lemma, "ing")]
    if low[0] in en.BE:
        past = low[0] in ("was", "were")
        if no:
            return [*(["did"] if past else ["do" if many else "does"]), "not", *more, lemma]
        return [*more, en.past(lemma) if past else en.agreeing(lemma, who)]
    first = {"ca": "can", "wo": "will"}.get(low[0], low[0])
    return [first, *no, *more, lemma]


def question(sentence: str) -> str | None:
    """A statement as a question to be answered by yes or no."""
    words, mark = _unmarked(sentence)
    if mark == "?":
        return begun(en.joined(words)) + "?"
    found = en.verbs(words)
    if not found or found[0].subject[1] <= found[0].subject[0]:
        return None
    verb = found[0]
    lead = words[: verb.subject[0]]
    subject = lowered(words[slice(*verb.subject)])
    between = words[verb.subject[1] : verb.at]
    rest = words[verb.at + 1 :]
    if verb.form == "aux" and not (verb.lemma in en.HAVE and not _is_perfect(rest)):
        said = [words[verb.at], *subject, *between, *rest]
    else:
        past = verb.form == "past" or verb.lemma == "had"
        lemma = "have" if verb.lemma in en.HAVE else verb.lemma
        said = [_do(subject, past=past), *subject, *between, lemma, *rest]
    if lead:
        said = [*said, *[w for w in lowered(lead) if w != ","]]
    return begun(en.joined(said)) + "?"


def _do(subject: Sequence[str], *, past: bool) -> str:
    return "did" if past else "do" if en.is_plural(subject) else "does"


def _is_perfect(rest: Sequence[str]) -> bool:
    return any(en.lemma_of(w, "part") or w.lower() == "been" for w in rest[:2])


def statement(sentence: str) -> str | None:
    """A question for yes or no as a statement; None for one that asks with a question word."""
    words, _ = _unmarked(sentence)
    if not words:
        return None
    first = words[0].lower().replace("’", "'")
    bare = re.sub("n't$", "", first)
    no = ["not"] if bare != first else []
    if bare not in en.BE and bare not in en.MODALS | en.DO | en.HAVE | {"ca", "wo"}:
        return None
    bare = {"ca": "can", "wo": "will"}.get(bare, bare)
    end = _subject_end(words, bare)
    subject, rest = words[1:end], words[end:]
    if not subject:
        return None
    if bare in en.DO and not no and rest:
        verb = rest[0].lower()
        shown = en.past(verb) if bare == "did" and en.is_base(verb) else en.agreeing(verb, subject)
        said = [*subject, shown, *rest[1:]]
    else:
        said = [*subject, bare, *no, *rest]
    return begun(en.joined(said)) + "."


def _subject_end(words: Sequence[str], bare: str) -> int:
    """Where the subject behind the first word of a question ends."""
    low = [w.lower() for w in words]
    if len(low) > 1 and low[1] in ("i", "you", "he", "she", "it", "we", "they", "there"):
        return 2
    for i in range(2, len(words)):
        if (
            low[i] in en.PREPOSITIONS - {"of"}
            or low[i] in en.TIMES
            or low[i] == "not"
            or low[i].endswith("ly")
        ):
            return i
        if bare in en.BE:
            ends = low[i] in en.adjectives() and not (
                i + 1 < len(words) and _is_noun(low[i + 1]) and i == 2
            )
            ends = ends or low[i] in en.DETERMINERS or bool(en.lemma_of(low[i], "ing", "part"))
        else:
            ends = bool(en.lemma_of(low[i], "base", "part")) and low[i - 1] not in en.DETERMINERS
        if ends:
            return i
    return len(words) - 1 if len(words) > 2 else len(words)


def _is_noun(low: str) -> bool:
    return low.isalpha() and low not in en.PREPOSITIONS | en.TIMES | en.LINKS | en.adjectives()


def negated(sentence: str) -> str | None:
    """The sentence with `not`, or without the one it has."""
    words, mark = _unmarked(sentence)
    if any(w.lower() in _NO or w.lower().replace("’", "'").endswith("n't") for w in words):
        return affirmed(sentence)
    found = en.verbs(words)
    if not found:
        if words and en.is_base(words[0]):
            return begun(en.joined(["do", "not", *lowered(words), mark or "."]))
        return None
    verb = found[0]
    subject, rest = words[slice(*verb.subject)], words[verb.at + 1 :]
    if verb.form == "aux" and not (verb.lemma in en.HAVE and not _is_perfect(rest)):
        low = words[verb.at].lower()
        said = [_SHORT.get(low, f"{low} not" if low == "am" else low + "n't")]
    else:
        past = verb.form == "past" or verb.lemma == "had"
        lemma = "have" if verb.lemma in en.HAVE else verb.lemma
        said = ["didn't" if past else "don't" if en.is_plural(subject) else "doesn't", lemma]
    before = words[: verb.at]
    out = [*before, *said, *[_ANY.get(w.lower(), w) for w in rest]]
    return begun(en.joined(out)) + (mark or ".")


def affirmed(sentence: str) -> str | None:
    """The sentence without its negation."""
    words, mark = _unmarked(sentence)
    out: list[str] = []
    found = {v.at: v for v in en.verbs(words)}
    skip = past = False
    subject: list[str] = []
    for i, word in enumerate(words):
        low = word.lower().replace("’", "'")
        if skip and (en.is_base(low) or low == "have"):
            out.append(en.past(low) if past else en.agreeing(low, subject))
            skip = False
            continue
        if low in ("not", "never"):
            continue
        turned = {"no": "some", "nothing": "something", "nobody": "somebody", "none": "some"}.get(
            low
        )
        bare = {"cannot": "can", "can't": "can", "won't": "will"}.get(low, re.sub("n't$", "", low))
        denied = bare != low or (i + 1 < len(words) and words[i + 1].lower() == "not")
        if bare in en.DO and denied and i in found:
            skip, past = True, bare == "did"
            subject = words[slice(*found[i].subject)]
            continue
        out.append(turned or (bare if bare != low else _SOME.get(low, word)))
    return begun(en.joined(out)) + (mark or ".") if out else None


def _unmarked(sentence: str) -> tuple[list[str], str]:
    """Tokens without the mark at the end, and that mark."""
    words = en.tokens(sentence.strip().strip('"“”'))
    mark = words[-1] if words and words[-1] in (".", "!", "?") else ""
    return (words[:-1], mark) if mark else (words, "")
