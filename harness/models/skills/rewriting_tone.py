"""A text in another tone: politer, casual, formal, plain, short, calm.

Runs in the model worker; pure. Words are put for others by data/rewriting.toml; orders and
complaints are built anew as requests. What fools it: rudeness without rude words.
"""

from __future__ import annotations

import re
import tomllib
from functools import cache

from harness.models.encoder import DATA
from harness.models.skills import english as en
from harness.models.skills.rewriting_edits import sentence_split
from harness.models.skills.rewriting_forms import begun
from harness.models.skills.rewriting_short_forms import expanded

_WISH = re.compile(
    r"^(?:i|we) (?:want|demand|need|expect|insist on|require) (?P<what>[^.!?]{2,200})[.!]*$", re.I
)
_DUTY = re.compile(
    r"^you (?:must|have to|need to|had better|should|will|are "
    r"going to|better) (?P<what>[^.!?]{2,200})[.!]*$",
    re.I,
)
_FORBID = re.compile(r"^(?:do not|don[’']t|stop|quit|never) (?P<what>[^.!?]{2,200})[.!]*$", re.I)
_ASKS = re.compile(
    r"^(?P<word>where|when|why|how|what|who)(?P<more>(?: \w+){0,"
    r"2}?) (?P<be>is|are|was|were|have|has|did|do|does|will|can)"
    r" (?P<rest>[^?]{2,200})\?",
    re.I,
)
_BARE_NO = re.compile(r"^(?:no|without|only|keep|mind|gates|doors)\b", re.I)
_BROKEN = re.compile(
    r"\b(?:broken|late|wrong|missing|dirty|cold|lost|not work\w*|"
    r"does(?: not|n[’']t) work|leaks?|failed|"
    r"not good|too (?:loud|slow|expensive)|delayed|cancelled|terrible|awful|bad)\b",
    re.I,
)
_THANKED = re.compile(r"\b(?:please|could you|would you|thank|kindly|grateful|appreciate)\b", re.I)
_DAYS = "monday|tuesday|wednesday|thursday|friday|saturday|sunday"
_TAIL = re.compile(r",\s+(?=(?:i|it|we|because|as|since|or|and|otherwise)\b)", re.I)


@cache
def _rules() -> dict[str, tuple[tuple[re.Pattern[str], str], ...]]:
    """Patterns and what is put for them, by manner."""
    raw = tomllib.loads((DATA / "rewriting.toml").read_text(encoding="utf-8"))
    return {
        manner: tuple((re.compile(pattern, re.I), put) for pattern, put in rows)
        for manner, rows in raw.items()
    }


def by(manner: str, text: str) -> str:
    """The text with the words of a manner put for others."""
    for pattern, put in _rules()[manner]:
        text = pattern.sub(put, text)
    return text


def polite(text: str) -> str:
    """Rude words go, orders become requests, complaints are softened, thanks close it."""
    calm = re.sub(
        r"\b(?:[A-Z]{4,}|YOU|NOW|NOT|ALL|MY|THE|AND|ANY|WHY|HOW|WHO|YOUR|OUR|TOO|SO|IS|GET)\b(?!-)",
        lambda m: m[0].lower(),
        re.sub(r"!+", ".", text),
    )
    bare = by("softer", by("rude", calm))
    pieces = [p.strip() for p in re.split(r"(?<=[.!?])\s+|\n+", tidy(bare)) if re.search(r"\w", p)]
    out = [
        _softened(piece)
        for piece in pieces
        if len(re.findall(r"\w+", piece)) > 1 or len(pieces) == 1
    ]
    said = " ".join(out).strip()
    if not said:
        return "Could you please help me with this? Thank you."
    if _THANKED.search(said):
        return said
    return ("Please note: " + said if _BARE_NO.match(said) else said) + " Thank you."


_THREAT = re.compile(
    r",? or (?:else\b|don['’]?t (?:even )?bother\b|forget (?:it|about)\b|you(?:['’]re| are|"
    r"['’]ll| will)\b|"
    r"I(?:['’]ll| will|['’]m| am)\b|we(?:['’]re| are) (?:done|through)\b)[^.!?]{0,80}",
    re.I,
)


def _softened(piece: str) -> str:
    """One sentence as a courteous person says it."""
    piece = _THREAT.sub("", piece) or piece
    threat = re.search(r"\s+or\s+(?=(?:it|we|they|the)\b)", piece)
    if threat and en.is_base(re.sub(r"\W", "", piece.split()[0].lower())):
        wanted = _softened(piece[: threat.start()])
        if wanted.endswith("?"):
            return f"{wanted[:-1]}; otherwise {piece[threat.end() :].rstrip('.!')}."
    parts = _TAIL.split(piece, maxsplit=1)
    tail = f" {begun(parts[1])}" if len(parts) > 1 and len(parts[1].split()) > 2 else ""
    first = parts[0] if tail else piece
    asks = _ASKS.match(first)
    if asks and not re.match(r"could you|would you|may i", first, re.I):
        return f"Could you please tell me {_indirect(asks)}?{tail}"
    wish, duty, forbid = _WISH.match(first), _DUTY.match(first), _FORBID.match(first)
    if wish:
        return f"I would like {wish['what'].strip()}, please.{tail}"
    if forbid:
        doing = forbid["what"].strip()
        stop = re.match(r"stop|quit", first, re.I)
        return (f"Could you please stop {doing}?" if stop else f"Please do not {doing}.") + tail
    if duty:
        return f"Could you please {duty['what'].strip()}?{tail}"
    word = first.split()[0].lower().rstrip(",") if first.split() else ""
    if word == "please" and len(first.split()) > 2 and en.is_base(first.split()[1]):
        return piece
    if (
        en.is_base(word)
        and not first.rstrip().endswith("?")
        and not re.match(r"\w+ (?:(?:is|are|was|were|has|can|will)\b|\W?\d)", first)
    ):
        return f"Could you please {word}{first[len(word) :].rstrip('.!')}?{tail}"
    if _BROKEN.search(piece) and not re.match(r"unfortunately|sorry|i am sorry", piece, re.I):
        return "Unfortunately, " + _small(piece)
    return piece


def _indirect(asks: re.Match[str]) -> str:
    """`Where is my bag` as `where my bag is`."""
    word, be, rest = asks["word"].lower() + asks["more"], asks["be"].lower(), asks["rest"].strip()
    if be in ("do", "does", "did"):
        words = rest.split(" ")
        at = next((i for i, w in enumerate(words) if i and en.is_base(w)), 0)
        if at:
            subject = words[:at]
            verb = words[at]
            words[at] = en.past(verb) if be == "did" else en.agreeing(verb, subject)
        return f"{word} {' '.join(words)}"
    words = rest.split(" ")
    if words[0].lower() in ("i", "you", "he", "she", "it", "we", "they"):
        return " ".join([word, words[0], be, *words[1:]])
    cut = next(
        (
            i
            for i, w in enumerate(words)
            if i
            and (
                w.lower() in en.PREPOSITIONS
                or en.lemma_of(w, "ing", "part")
                or w.lower() in en.adjectives()
            )
        ),
        len(words),
    )
    return " ".join([word, *words[:cut], be, *words[cut:]])


def _small(piece: str) -> str:
    first = piece.split(" ")[0]
    keep = (
        first == "I"
        or first.startswith(("I'", "I’"))
        or (
            first[:1].isupper()
            and first.lower()
            not in (
                en.DETERMINERS
                | en.PREPOSITIONS
                | frozenset("it he she we they you there all nobody everything".split())
            )
        )
    )
    return piece if keep else piece[:1].lower() + piece[1:]


_SORRY = re.compile(r"\b(?:sorry|apolog\w+|regret)\b", re.I)


def sorry(text: str) -> str:
    """With an apology in front of what went wrong."""
    if _SORRY.search(text):
        return text
    bare = re.sub(r"^(?:unfortunately|sadly|regrettably),? ", "", text.strip(), flags=re.I)
    first = bare.split(" ")[0]
    bare = bare if first == "I" or first[1:] != first[1:].lower() else bare[:1].lower() + bare[1:]
    return f"We are sorry, but {bare}"


def casual(text: str) -> str:
    """As one writes to a friend."""
    said = by("casual", text)
    return re.sub(
        r"\bcan't make it to to\b", "can't make it to", re.sub(r"\bask you ask\b", "ask", said)
    )


_BARE_NOT = re.compile(
    r"\b(ca|do|wo|is|are|was|were|did|does|have|has|had|could|would|should)nt\b", re.I
)
_SHORT_DAY = re.compile(
    r"\b(by|on|until|till|next|this|before|after|do|make it|about) (mon|tues?|wed|thurs?|fri)\b"
)
_DAY_OF = {d[:3].lower(): d for d in ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")}


def _spelt_out(text: str) -> str:
    """With apostrophes where "n't" and "I'm" lack them, a big "I" and whole names of days."""
    said = _BARE_NOT.sub(r"\1n't", text)
    said = re.sub(r"\b[iI]m\b", "I'm", re.sub(r"\b[iI]ve\b", "I've", said))
    said = re.sub(r"(?<![\w.'’-])i(?=['’ ,])", "I", said)
    return _SHORT_DAY.sub(lambda m: f"{m[1]} {_DAY_OF[m[2][:3]]}", said)


def formal(text: str) -> str:
    """As one writes to an office."""
    whole = _spelt_out(text)
    pieces = [
        by("formal", tidy(p)) for p in re.split(r"(?<=[.!?])\s+", by("rude", whole)) if p.strip()
    ]
    said = re.sub(r"(?<=\w)\.+\s*(?=Would you like)", ". ", " ".join(pieces))
    said = re.sub(rf"\b(?:{_DAYS})\b", lambda m: m[0].capitalize(), said)
    said = re.sub(r",\s*(?=Would you|My child|Thank you|Kind regards)", ". ", said)
    said = re.sub(
        r"\b(I|it|he|she|we|you|they|there|that|child|what|where|who)['’]s\b", r"\1 is", said
    )
    said = re.sub(r"\b(I) ((?:will|cannot|hope|need|want)) (?=\1 )", "", said)
    said = re.sub(r"\b(could you please [^.?!]{2,120}?),? please(?=[?.])", r"\1", said)
    said = re.sub(r"\b([Tt]hank you) (?:a lot|so much|loads|tons|a bunch)\b", r"\1 very much", said)
    said = re.sub(r"(?<=[.!?] )[a-z]", lambda m: m[0].upper(), said)
    return expanded(said, "no contractions")


def plain(text: str) -> str:
    """In easy words and short sentences."""
    said = begun(by("plain", by("child", text)))
    return (
        sentence_split(said)
        if max((len(p.split()) for p in re.split(r"[.!?]", said)), default=0) > 16
        else said
    )


def short(text: str) -> str:
    """Without the words that say nothing."""
    said = by("short", text).strip()
    asks = re.match(
        r"(?:have|had|could|can|would|will|do|did|are) (?:you|I|we)\b[^.?!]*\.$", said, re.I
    )
    return said[:-1] + "?" if asks else said


def calm(text: str) -> str:
    """Without shouting and praise."""
    return by("normal", re.sub(r"\b[A-Z]{3,}\b", lambda mark: mark[0].lower(), text))


def tidy(text: str) -> str:
    """Even blanks, a capital at each beginning, a mark at the end."""
    text = re.sub(r"\s+([.,!?;:])", r"\1", re.sub(r"[^\S\n]+", " ", text)).strip(" ,;")
    text = re.sub(r"([.!?])[.,]+", r"\1", re.sub(r",+(?=[.!?,])", "", text))
    text = re.sub(r"(?:^|(?<=[.!?] ))[a-zà-ÿ]", lambda m: m[0].upper(), text)
    return text if not text or text[-1] in ".!?:;\"”)'" else text + "."
