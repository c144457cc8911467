"""English words by rules: forms of verbs, and which word of a sentence is its verb.

Runs in the model worker; pure. It has no tagger: a word counts as a verb when the list of verbs
holds it and what stands before it leaves room for one. What fools it: nouns that look like verbs.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from harness.models.encoder import DATA

TOKEN = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*|\d+(?:[.,:]\d+)*(?:(?:st|nd|rd|th)\b)?|\S")
_CONTRACTED = re.compile(r"(?:I|it|he|she|we|they|you|that|there|who)['’](?:s|re|m|ll|ve|d)$", re.I)
BE = {"am": "be", "is": "be", "are": "be", "was": "be", "were": "be"}
MODALS = frozenset("will would can could shall should may might must".split())
DO = frozenset("do does did".split())
HAVE = frozenset("has have had".split())
DETERMINERS = frozenset(
    "the a an this that these those my your his her its our their every each some any no".split()
)
PREPOSITIONS = frozenset(
    "of in on at to for from by with about into onto over under after before during until since "
    "near between through across without within against along behind beside beyond despite "
    "towards upon via per because".split()
)
LINKS = frozenset(
    "and but or then because when while if that which who whom so where as although since after "
    "before until , ; : – —".split()
)
TIMES = frozenset(
    "yesterday today tomorrow tonight now soon again daily always never often usually here there "
    "last next every early late twice once still already together".split()
)
_PLURAL_WORDS = frozenset(
    "we they you these those both many few several police two three four five six seven eight nine "
    "ten".split()
)
_SINGULAR_WORDS = frozenset("he she it this that everyone everybody nobody someone who".split())


@dataclass(frozen=True)
class Verb:
    """A finite verb of a sentence.

    Attributes:
        at: its place among the tokens.
        form: base, s, past or aux.
        subject: (start, end) of its subject among the tokens; equal where it shares the last one.
    """

    at: int
    lemma: str
    form: str
    subject: tuple[int, int]


@cache
def _lists() -> tuple[dict[str, tuple[str, str]], frozenset[str], frozenset[str], dict[str, str]]:
    raw = tomllib.loads((DATA / "verbs.toml").read_text(encoding="utf-8"))
    rows = [row.split() for row in re.split(r"[|\n]", raw["irregular"]) if row.strip()]
    plurals = [row.split() for row in re.split(r"[|\n]", raw["plurals"]) if row.strip()]
    return (
        {base: (past, part) for base, past, part in rows},
        frozenset(raw["regular"].split()),
        frozenset(raw["adjectives"].split()),
        dict(plurals),
    )


def irregular() -> dict[str, tuple[str, str]]:
    """Past and participle of each irregular verb."""
    return _lists()[0]


def plurals() -> dict[str, str]:
    """Irregular plurals by their singulars."""
    return _lists()[3]


def adjectives() -> frozenset[str]:
    """Common adjectives that stand behind a form of `be`."""
    return _lists()[2]


def is_base(word: str) -> bool:
    """Whether a word is the base form of a verb that is known."""
    low = word.lower()
    return low in _lists()[0] or low in _lists()[1]


def third(lemma: str) -> str:
    """He, she, it …: goes, carries, has."""
    if lemma in ("be", "have"):
        return {"be": "is", "have": "has"}[lemma]
    if re.search(r"(?:s|x|z|ch|sh|o)$", lemma):
        return lemma + "es"
    if re.search(r"[^aeiou]y$", lemma):
        return lemma[:-1] + "ies"
    return lemma + "s"


def past(lemma: str) -> str:
    """The past form."""
    return irregular()[lemma][0] if lemma in irregular() else _regular(lemma, "ed")


def participle(lemma: str) -> str:
    """The form behind `have`."""
    return irregular()[lemma][1] if lemma in irregular() else _regular(lemma, "ed")


def _regular(lemma: str, ending: str) -> str:
    if lemma.endswith("e"):
        return lemma[:-1] + ending
    if re.search(r"[^aeiou]y$", lemma):
        return lemma[:-1] + ("i" + ending if ending == "ed" else "y" + ending)
    stressed = len(re.findall(r"[aeiou]+", lemma)) == 1 or lemma in (
        "admit",
        "prefer",
        "refer",
        "submit",
        "permit",
        "commit",
    )
    if stressed and re.search(r"[^aeiou][aeiou][bdgklmnprt]$", lemma):
        return lemma + lemma[-1] + ending
    return lemma + ending


@cache
def forms() -> dict[str, tuple[tuple[str, str], ...]]:
    """Every known form with the (lemma, form) pairs that it may be."""
    out: dict[str, list[tuple[str, str]]] = {}
    for lemma in (*irregular(), *sorted(_lists()[1])):
        if lemma == "be":
            continue
        made = {"base": lemma, "s": third(lemma), "past": past(lemma), "part": participle(lemma)}
        for name, form in made.items():
            out.setdefault(form, []).append((lemma, name))
        out.setdefault(_regular(lemma, "ing"), []).append((lemma, "ing"))
    return {form: tuple(rows) for form, rows in out.items()}


def lemma_of(word: str, *wanted: str) -> str:
    """The base of a word in one of the wanted forms, empty where it is none."""
    return next((lem for lem, form in forms().get(word.lower(), ()) if form in wanted), "")


def tokens(text: str) -> list[str]:
    """Words, numbers and marks of a text."""
    return TOKEN.findall(text)


def joined(parts: Sequence[str]) -> str:
    """Tokens as a text again, with blanks where they belong."""
    text = " ".join(part for part in parts if part)
    text = re.sub(r" ([.,;:!?%)\]’”])", r"\1", text)
    text = re.sub(r"([(\[“£$€#]) ", r"\1", text)
    text = re.sub(r"(?<=\w) ([-/@]) (?=\w)", r"\1", text)
    return re.sub(r'" ([^"]{0,400}) "', r'"\1"', text)


def is_plural(subject: Sequence[str]) -> bool:
    """Whether a subject takes the verb of `they`; that of `I` does too."""
    low = [word.lower() for word in subject]
    if not low:
        return False
    if "and" in low or low[-1] in _PLURAL_WORDS or low[-1] == "i":
        return True
    if low[0] in ("some", "most", "all") and "of" in low[1:2]:
        return bool(re.search(r"(?<!s)s$", low[-1])) or low[-1] in ("them", "us", "you")
    cut = next((i for i, w in enumerate(low) if i and w in PREPOSITIONS), len(low))
    head = low[cut - 1]
    if head in _SINGULAR_WORDS:
        return False
    if low[0] in _PLURAL_WORDS or head in _PLURAL_WORDS or head in plurals().values():
        return True
    if low[0] in ("a", "an", "every", "each", "this", "that"):
        return False
    return bool(re.search(r"(?<!s)(?<!u)(?<!i)s$", head)) and head not in ("news", "mr", "mrs")


def agreeing(lemma: str, subject: Sequence[str]) -> str:
    """The present form that goes with a subject."""
    if lemma == "be":
        first = [w.lower() for w in subject] == ["i"]
        return "am" if first else "are" if is_plural(subject) else "is"
    return lemma if is_plural(subject) else third(lemma)


def verbs(words: Sequence[str]) -> list[Verb]:
    """The finite verbs of a sentence, in order."""
    out: list[Verb] = []
    start, has_verb = 0, False
    for i, word in enumerate(words):
        low = word.lower()
        if low in LINKS and not (low in ("and", "or") and not has_verb and i > start):
            start, has_verb = i + 1, False
            continue
        if has_verb or _CONTRACTED.match(word):
            has_verb = True
            continue
        found = _finite(words, i, start, out)
        if found[0]:
            subject = (start, i) if i > start else (out[-1].subject if out else (i, i))
            out.append(Verb(i, found[0], found[1], _bare(words, subject)))
            has_verb = True
    return out


def _bare(words: Sequence[str], subject: tuple[int, int]) -> tuple[int, int]:
    """A subject without the adverbs around it."""
    start, end = subject
    while end - start > 1 and (words[end - 1].lower() in TIMES or words[end - 1].endswith("ly")):
        end -= 1
    return start, end


def _finite(words: Sequence[str], i: int, start: int, seen: Sequence[Verb]) -> tuple[str, str]:
    """(lemma, form) where the word can be the verb of the clause that begins at start."""
    low = words[i].lower().replace("’", "'")
    bare = re.sub(r"n't$|^cannot$|^won't$", lambda m: "" if m[0] == "n't" else m[0], low)
    bare = {"cannot": "can", "won't": "will", "ca": "can"}.get(bare, bare)
    if bare in BE or bare in MODALS or bare in DO or bare in HAVE:
        return (BE.get(bare, bare), "aux")
    before = words[i - 1].lower() if i else ""
    if before in DETERMINERS or (before in PREPOSITIONS and i > start) or before == "to":
        return ("", "")
    options = dict((form, lemma) for lemma, form in forms().get(low, ()))
    if not options or (i == start and not seen):
        return ("", "")
    subject = list(words[slice(*_bare(words, (start, i)))])
    if not subject and seen:  # a second verb takes the form of the first
        wanted = seen[-1].form if seen[-1].form != "aux" else "past"
        return (options[wanted], wanted) if wanted in options else ("", "")
    many = is_plural(subject)
    for form in ("past", "s", "base"):
        if form in options and not (form == "base" and not many) and not (form == "s" and many):
            return (options[form], form)
    return ("", "")
