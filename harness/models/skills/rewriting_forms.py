"""A sentence in another tense, person, voice or mood.

Runs in the model worker; pure. What fools it: clauses inside clauses, and subjects that end in a
word which could be a verb.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from harness.models.skills import english as en
from harness.models.skills.retrieval import split_passages

_MOST_SENTENCES = 60
_SUBJECTS = {
    "me": "I",
    "him": "he",
    "her": "she",
    "us": "we",
    "them": "they",
    "you": "you",
    "it": "it",
}
_OBJECTS = {
    "i": "me",
    "he": "him",
    "she": "her",
    "we": "us",
    "they": "them",
    "you": "you",
    "it": "it",
}
_MODAL_PAST = {"can": "could", "will": "would", "may": "might", "shall": "should", "must": "had to"}
_MODAL_PRESENT = {"could": "can", "would": "will", "might": "may"}
_KEPT_CAPITALS = re.compile(
    r"^(?:I|I['’]\w+|monday|tuesday|wednesday|thursday|friday|saturday|sunday)$", re.I
)


def each_sentence(text: str, change: Callable[[list[str]], list[str]]) -> str:
    """A text with every sentence changed by its tokens."""
    out = []
    for line in text.split("\n"):
        pieces = re.split(r"(?<=[.!?])\s+", line.strip())[:_MOST_SENTENCES]
        out.append(" ".join(begun(en.joined(change(en.tokens(p)))) for p in pieces if p))
    return "\n".join(out)


def begun(text: str) -> str:
    """With a capital at the front."""
    mark = re.search(r"[^\W\d_]", text)
    if not mark or any(letter.isdigit() for letter in text[: mark.start()]):
        return text
    return text[: mark.start()] + text[mark.start()].upper() + text[mark.start() + 1 :]


def lowered(words: Sequence[str]) -> list[str]:
    """Tokens whose first no longer begins a sentence."""
    if not words:
        return []
    first = words[0]
    common = first.lower() in en.DETERMINERS | en.PREPOSITIONS | en.TIMES | en.LINKS | frozenset(
        "he she it we they you there his her its one two three all "
        "many most everyone nobody".split()
    )
    plural = bool(len(words) > 0 and re.search(r"[a-z]{3,}s$", first)) and not _KEPT_CAPITALS.match(
        first
    )
    return [first.lower() if common or (plural and len(words) == 1) else first, *words[1:]]


def _negative(word: str) -> str:
    """The `not` that hangs on a form."""
    return (
        "n't" if word.lower().replace("’", "'").endswith("n't") or word.lower() == "cannot" else ""
    )


def to_past(words: list[str]) -> list[str]:
    """Present verbs in the past."""
    out = list(words)
    for verb in en.verbs(words):
        word = words[verb.at]
        tail = _negative(word)
        if verb.form in ("base", "s"):
            out[verb.at] = en.past(verb.lemma)
        elif verb.form == "aux":
            low = word.lower()
            if verb.lemma == "be" and low.startswith(("am", "is", "are")):
                many = low.startswith("are") and words[slice(*verb.subject)] != ["I"]
                out[verb.at] = ("were" if many else "was") + tail
            elif verb.lemma in ("have", "has"):
                out[verb.at] = "had" + tail
            elif verb.lemma in ("do", "does"):
                out[verb.at] = "did" + tail
            elif verb.lemma in _MODAL_PAST and not (verb.lemma == "must" and tail):
                out[verb.at] = _MODAL_PAST[verb.lemma] + tail
    return _contracted(out, {"'s": "was", "'re": "were", "'m": "was"})


def _contracted(words: list[str], put: dict[str, str]) -> list[str]:
    out: list[str] = []
    for word in words:
        mark = re.fullmatch(r"(I|it|he|she|we|they|you|that|there)['’](s|re|m)", word, re.I)
        out.extend([mark[1], put["'" + mark[2].lower()]] if mark else [word])
    return out


def to_present(words: list[str]) -> list[str]:
    """Past verbs in the present."""
    out = list(words)
    for verb in en.verbs(words):
        word, subject = words[verb.at], words[slice(*verb.subject)]
        tail = _negative(word)
        if verb.form == "past":
            out[verb.at] = en.agreeing(verb.lemma, subject)
        elif verb.form == "aux":
            low = verb.lemma
            if low == "be" and word.lower().startswith(("was", "were")):
                out[verb.at] = en.agreeing("be", subject) + tail
            elif low == "had":
                out[verb.at] = en.agreeing("have", subject) + tail
            elif low == "did":
                out[verb.at] = en.agreeing("do", subject) + tail
            elif low in _MODAL_PRESENT:
                shown = _MODAL_PRESENT[low]
                out[verb.at] = {"can" + "n't": "can't", "willn't": "won't"}.get(
                    shown + tail, shown + tail
                )
    return out


def to_future(words: list[str]) -> list[str]:
    """Verbs with `will`."""
    out = list(words)
    for verb in en.verbs(words):
        no = "not " if _negative(words[verb.at]) else ""
        shared = verb.at == verb.subject[1] + 1 and words[verb.at - 1].lower() in ("and", "or")
        will = "" if shared else "will "
        if verb.form in ("base", "s", "past"):
            out[verb.at] = will + verb.lemma
        elif verb.lemma == "be":
            out[verb.at] = f"{will}{no}be"
        elif verb.lemma in en.HAVE:
            out[verb.at] = f"{will}{no}have"
        elif verb.lemma in en.DO:
            out[verb.at] = f"will {no}".strip()
        elif verb.lemma == "can":
            out[verb.at] = f"will {no}be able to"
        elif verb.lemma == "must":
            out[verb.at] = f"will {no}have to"
    return _contracted(out, {"'s": "will be", "'re": "will be", "'m": "will be"})


def in_person(text: str, wanted: str, name: str = "") -> str:
    """A text told by or of another person.

    Args:
        text: any text.
        wanted: I, you, he, she or they.
        name: who is first named instead of a pronoun.
    """
    told = re.search(r"\b(?:I|we|my|our)\b", text) is not None
    said = each_sentence(text, lambda words: _repersoned(words, wanted, told=told))
    if name:
        said = re.sub(rf"\b{begun(wanted)}\b", name, said, count=1)
    return said


_FORMS = {
    "I": ("I", "me", "my", "mine", "myself"),
    "you": ("you", "you", "your", "yours", "yourself"),
    "he": ("he", "him", "his", "his", "himself"),
    "she": ("she", "her", "her", "hers", "herself"),
    "they": ("they", "them", "their", "theirs", "themselves"),
    "we": ("we", "us", "our", "ours", "ourselves"),
}


def _repersoned(words: list[str], wanted: str, *, told: bool) -> list[str]:
    verbs = en.verbs(words)
    sources = ("I", "we") if told and wanted not in ("I", "we") else ("he", "she", "they", "you")
    out = list(words)
    changed: set[int] = set()
    for i, word in enumerate(words):
        low = word.lower().replace("’", "'")
        for source in sources:
            put = _FORMS["they" if source == "we" and wanted in ("he", "she", "they") else wanted]
            base, _, tail = low.partition("'")
            if base == source.lower() and tail in ("", "m", "ve", "ll", "d", "s", "re"):
                out[i] = _with_tail(put[0], tail)
                changed.add(i)
            elif low in _FORMS[source][1:]:
                out[i] = _object_or_owner(words, i, _FORMS[source], put)
    if wanted == "I" and not changed:  # a name or noun at the front is the one who tells
        changed = _subject_told(words, out, verbs)
    for verb in verbs:
        if set(range(*verb.subject)) & changed:
            subject = [w for w in out[slice(*verb.subject)] if w]
            _agree(out, words, verb, subject)
    return [word for word in out if word]


def _with_tail(pronoun: str, tail: str) -> str:
    if tail in ("m", "re", "s"):
        return {"I": "I'm", "you": "you're", "they": "they're", "we": "we're"}.get(
            pronoun, pronoun + "'s"
        )
    if tail == "ve":
        return pronoun + ("'ve" if pronoun in ("I", "you", "they", "we") else " has")
    return pronoun + ("'" + tail if tail else "")


def _object_or_owner(
    words: Sequence[str], i: int, source: Sequence[str], put: Sequence[str]
) -> str:
    low = words[i].lower()
    places = [n for n in range(1, 5) if source[n] == low]
    if low == "her" and len(places) > 1:
        after = words[i + 1].lower() if i + 1 < len(words) else "."
        noun = (
            after.isalpha() and after not in en.PREPOSITIONS | en.LINKS | en.TIMES | en.DETERMINERS
        )
        return put[2] if noun else put[1]
    if low == "his":
        after = words[i + 1] if i + 1 < len(words) else "."
        return put[2] if after.isalpha() else put[3]
    return put[places[0]]


def _subject_told(words: Sequence[str], out: list[str], verbs: Sequence[en.Verb]) -> set[int]:
    if not verbs or verbs[0].subject[1] <= verbs[0].subject[0]:
        return set()
    start, end = verbs[0].subject
    out[start:end] = ["I", *[""] * (end - start - 1)]
    return set(range(start, end))


def _agree(out: list[str], words: Sequence[str], verb: en.Verb, subject: Sequence[str]) -> None:
    tail = _negative(words[verb.at])
    if verb.form in ("base", "s"):
        out[verb.at] = en.agreeing(verb.lemma, subject)
    elif verb.lemma == "be":
        low = words[verb.at].lower()
        if low.startswith(("was", "were")):
            many = en.is_plural(subject) and [s.lower() for s in subject] != ["i"]
            out[verb.at] = ("were" if many else "was") + tail
        else:
            out[verb.at] = en.agreeing("be", subject) + tail
            out[verb.at] = out[verb.at].replace("amn't", "am not")
    elif verb.lemma in ("have", "has"):
        out[verb.at] = en.agreeing("have", subject) + tail
    elif verb.lemma in ("do", "does"):
        out[verb.at] = en.agreeing("do", subject) + tail


def sentences(text: str) -> list[str]:
    """The sentences of a text, headings included."""
    return [
        f"{p.heading}. {p.text}" if p.heading and p.heading in text else p.text
        for p in split_passages(text)
    ]


def as_object(words: Sequence[str]) -> list[str]:
    """A subject as it stands behind a verb."""
    if len(words) == 1 and words[0].lower() in _OBJECTS:
        return [_OBJECTS[words[0].lower()]]
    return lowered(words)


def as_subject(words: Sequence[str]) -> list[str]:
    """An object as it stands before a verb."""
    if len(words) == 1 and words[0].lower() in _SUBJECTS:
        return [_SUBJECTS[words[0].lower()]]
    return list(words)
