"""German, French and Spanish texts read by an English gloss, word by word, and answers turned back.

Runs in the model worker; the text is hostile and capped. Every word that the lists know gets an
English one and keeps its place in the text, so that a piece of the gloss is a piece of the text.
What fools it: a word of two senses, a verb in two parts.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache

from harness.models.encoder import DATA

_MOST_CHARS = 4_000
_ENGLISH = frozenset(
    """
    the is of and to what who when how does at on which where it are was for with has do in an
    a so am war her die man will me son plus car once part pays sale sale or as no y club bus
    concert museum train café film on tu as est del us sin son mes bad rot gut fast hat hut
    kind handy stern also links art brief chef fund gift boot rock see toll tag wand wall rat
    note page table place six cent double grand petit long important age orange mine chat pain
    coin four tout sur des par les un une august september november april april winter name
    warm arm hand land sand park bank ball text arena solo real general hospital animal normal
    color final total april musical hotel bar menu tour
    """.split()
)
_PLAIN = frozenset(
    """the is of and to what who when how does at on which where it are was for with has do i my we
    can this
    that not by from be have you your his her they their if or but""".split()
)
_SHORT_DAYS = {
    "Mo": "Mon",
    "Di": "Tue",
    "Mi": "Wed",
    "Do": "Thu",
    "Fr": "Fri",
    "Sa": "Sat",
    "So": "Sun",
}
_TOKEN = re.compile(
    r"\d{1,2}(?:[:.]\d\d)? ?(?:Uhr|h)(?: ?\d\d)?\b|[^\W\d_]+['’](?=[^\W\d_])|m\.(?= [A-ZÀ-Þ])|"
    r"mme\b|"
    r"[^\W\d_]+(?:-[^\W\d_]+){0,3}|\d[\d.,:]*|[^\w\s]|_",
    re.I,
)
_SAID = {
    "de": {
        "yes": "Ja",
        "no": "Nein",
        "none": "Keine",
        "nothing": "nichts",
        "and": "und",
        "silent": "Der Text sagt das nicht.",
    },
    "fr": {
        "yes": "Oui",
        "no": "Non",
        "none": "Aucun",
        "nothing": "rien",
        "and": "et",
        "silent": "Le texte ne le dit pas.",
    },
    "es": {
        "yes": "Sí",
        "no": "No",
        "none": "Ninguno",
        "nothing": "nada",
        "and": "y",
        "silent": "El texto no lo dice.",
    },
}


@cache
def _words(tongue: str) -> tuple[dict[str, str], int]:
    """The glosses of a language by their words, and how many words the longest entry has."""
    raw = tomllib.loads((DATA / "tongues.toml").read_text(encoding="utf-8"))
    out: dict[str, str] = {}
    for entry in raw[tongue].split():
        word, _, gloss = entry.rpartition(":")
        out.setdefault(
            word.replace("_", " ").lower(), "" if gloss == "-" else gloss.replace("_", " ")
        )
    return out, max(len(word.split()) for word in out)


def tongue_of(text: str) -> str:
    """The language that a text is in: en, de, fr or es; en where nothing speaks for another."""
    held = re.findall(r"[^\W\d_]+", text.lower())[:300]
    counts = {
        name: sum(word in _words(name)[0] and word not in _ENGLISH for word in held)
        for name in ("de", "fr", "es")
    }
    english = sum(word in _PLAIN for word in held)
    if re.search(r"[¿¡ñ]", text):
        counts["es"] += 2
    if re.search(r"[äöüß]", text.lower()):
        counts["de"] += 1
    if re.search(r"[èêçàù]|\b[ldnscj]['’][a-zéèà]", text.lower()):
        counts["fr"] += 1
    best = max(("de", "fr", "es"), key=lambda name: counts[name])
    is_most = counts[best] > english and counts[best] * 4 >= len(held)
    return best if is_most and counts[best] >= 2 else "en"


@dataclass(frozen=True)
class Gloss:
    """A text in English words with the way back.

    Attributes:
        text: the gloss.
        origin: the text that it was made of.
        tongue: the language of that.
        places: for each word of the gloss its place in it and its place in the origin.
    """

    text: str
    origin: str
    tongue: str
    places: tuple[tuple[int, int, int, int], ...]

    def original(self, piece: str) -> str | None:
        """The words of the origin that a piece of the gloss stands for; None where it is none."""
        at = self.text.lower().find(piece.lower().strip(" ."))
        if at < 0 or not piece.strip():
            return None
        end = at + len(piece.strip(" ."))
        held = [p for p in self.places if p[0] < end and at < p[1]]
        return self.origin[held[0][2] : held[-1][3]].strip(" ,;:") if held else None


def gloss(text: str, tongue: str) -> Gloss:
    """A text read word by word; what no list knows stays as it is."""
    text = text[:_MOST_CHARS]
    words, most = _words(tongue)
    tokens = list(_TOKEN.finditer(text))
    out: list[str] = []
    places: list[tuple[int, int, int, int]] = []
    length = last = at = 0
    while at < len(tokens):
        if tokens[at][0] in "¿¡":
            last = tokens[at].end()
            at += 1
            continue
        size, said = _entry(text, tokens, at, words, most)
        link = _link(tokens, at, words)
        if link and size == 1:
            said = link
        if tokens[at][0][:1].isupper() and (at == 0 or tokens[at - 1][0] in '.!?:«"“'):
            said = said[:1].upper() + said[1:]
        first, final = tokens[at].start(), tokens[at + size - 1].end()
        gap = text[last:first] if said else ""
        if said and not gap and last and text[last - 1] in "'’" and out:
            gap = " "
        piece = gap + said
        places.append((length + len(gap), length + len(piece), first, final))
        out.append(piece)
        length += len(piece)
        last = final
        at += size
    return Gloss("".join(out) + text[last:], text, tongue, tuple(p for p in places if p[1] > p[0]))


_DAYS = re.compile(r"(?:on )?(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)days?$")


def _link(tokens: list[re.Match[str]], at: int, words: dict[str, str]) -> str:
    """From and to between two hours, days or numbers ("de lunes a sábado", "von 9 bis 14 Uhr")."""

    def counts(place: int) -> bool:
        if not 0 <= place < len(tokens):
            return False
        said = tokens[place][0]
        return said[:1].isdigit() or bool(_DAYS.match(words.get(said.lower(), "")))

    low = tokens[at][0].lower()
    if low in ("a", "à", "bis", "au", "al") and counts(at - 1) and counts(at + 1):
        return "to"
    is_open = low in ("de", "du", "von", "del") and counts(at + 1) and at + 2 < len(tokens)
    if is_open and tokens[at + 2][0].lower() in ("a", "à", "bis", "au", "al"):
        return "from"
    return ""


def _entry(
    text: str, tokens: list[re.Match[str]], at: int, words: dict[str, str], most: int
) -> tuple[int, str]:
    """How many tokens the longest known entry takes up, and its gloss."""
    pair = re.fullmatch(r"(Mo|Di|Mi|Do|Fr|Sa|So)[-–](Mo|Di|Mi|Do|Fr|Sa|So)", tokens[at][0])
    if pair:
        return 1, f"{_SHORT_DAYS[pair[1]]}-{_SHORT_DAYS[pair[2]]}"
    short = _SHORT_DAYS.get(tokens[at][0])
    beside = [tokens[n][0] for n in (at - 1, at + 1) if 0 <= n < len(tokens)]
    if short and any(re.match(r"[-–.:/,\d]", one) for one in beside):
        return 1, short
    for size in range(min(most, len(tokens) - at), 0, -1):
        said = text[tokens[at].start() : tokens[at + size - 1].end()]
        if size > 1 and re.search(r"[.!?\n,]", said):
            continue
        low = " ".join(said.lower().replace("’", "'").split())
        if low in words:
            known = words[low]
            return size, known
    said = tokens[at][0]
    clock = re.fullmatch(r"(\d{1,2})(?:[:.](\d\d))? ?(?:uhr|h)(?: ?(\d\d))?", said, re.I)
    if clock:
        return 1, f"{int(clock[1])}:{clock[2] or clock[3] or '00'}"
    return 1, said


def is_silent(answer: str) -> bool:
    """Whether an answer says in another language that a text does not tell."""
    return answer.strip() in {words["silent"] for words in _SAID.values() if "silent" in words}


def word_back(key: str, tongue: str) -> str:
    """Yes, no, none or the sentence for a silent text in a language."""
    return _SAID[tongue][key]


def said_back(answer: str, text: Gloss, absent: bool) -> str:
    """An English answer in the language of the text that it was found in.

    Args:
        answer: what was found in the gloss.
        text: the gloss.
        absent: the answer says that the text is silent.
    """
    if absent:
        return word_back("silent", text.tongue)
    lines = [_line_back(line, text) for line in answer.split("\n")]
    return "\n".join(lines)


def _line_back(line: str, text: Gloss) -> str:
    out: list[str] = []
    for part in re.split(r"(?<=[a-zà-ÿ\d)])\.\s+", line.strip()):
        head = re.match(r"(yes|no|none|nothing)\b[.:]?\s*", part, re.I)
        rest = part[head.end() :] if head else part
        said = word_back(head[1].lower(), text.tongue) if head else ""
        told = text.original(rest) if rest.strip() else None
        if told is None and said:  # a reason that was worked out has no words in the text
            told = ""
        told = told if told is not None else _units_back(rest, text.tongue)
        whole = f"{said}. {told}" if said and told.strip(" .") else said or told
        out.append(whole.strip())
    joined = " ".join(one if one.endswith((".", "!", "?")) else f"{one}." for one in out if one)
    joined = joined if line.rstrip().endswith(".") else joined.rstrip(".")
    return joined[:1].upper() + joined[1:]


@cache
def _backwards(tongue: str) -> dict[str, str]:
    known, _ = _words(tongue)
    out: dict[str, str] = {}
    for word, said in known.items():
        out.setdefault(said.lower(), word)
    return out


def _units_back(rest: str, tongue: str) -> str:
    """The words beside a figure that was worked out, one by one."""
    known = _backwards(tongue)
    return re.sub(
        r"[A-Za-z]{3,}",
        lambda m: (
            known.get(m[0].lower(), m[0])
            if not m[0][0].isupper() or m[0].lower().endswith("day")
            else m[0]
        ),
        rest,
    )
