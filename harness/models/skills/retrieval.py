"""Find the sentence of a text that answers a question, and say whether it does.

Runs in the model worker and in scripts/make_bank.py; the text is hostile and only read. Work is
bounded: of a long text only the lexically best sentences are embedded.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from harness.models.features import Bank

_MOST_CHARS = 400_000
_EMBEDDED = 48
_BREAK = re.compile(r"(?<=[.!?])[\"”')\]]?\s+(?=[\"“'(\[]?[A-ZÀ-Ý0-9])|[^\S\n]{0,8}\n\s*")
_HEADING = re.compile(r"^\s*(?:#{1,6}\s*|\*\*)?(?:(?:§|section)?\s*\d{1,3}[.)]\s+)?", re.I)
_NUMBERED = re.compile(r"^(\d{1,3})[.)]\s+(?=\S)")
_WORD = re.compile(r"[^\W_]+")
STOP = frozenset(
    """a an the is are was were be been do does did can could will would shall should may might must
    i me my we us our you your it its he she they them their this that these those there here of in
    on at to for from by with about as into and or but if then than so not no any some much many
    what which who whom whose when where why how often long have has had get gets got please tell
    know like customer user question answer handbook document text article according just
    happen happens happened hi hello""".split()
)
# the noun under which a text states what a question asks for with an adjective or verb
_ATTRIBUTE = {
    "heavy": "weight", "weigh": "weight", "weighs": "weight", "loud": "noise", "big": "size",
    "large": "size", "deep": "depth", "tall": "height", "wide": "width", "fast": "speed",
    "expensive": "price", "cost": "price", "costs": "price", "old": "age", "warm": "temperature",
    "hot": "temperature", "cold": "temperature", "hours": "hours", "warranty": "guarantee",
    "vacation": "holiday", "dear": "price", "accurate": "accuracy", "powerful": "power",
}  # fmt: skip
_NUMBER_WORDS = (
    "one two three four five six seven eight nine ten eleven twelve twenty thirty forty fifty "
    "hundred thousand half quarter once twice free no nothing"
)
_NUMBER = re.compile(r"\d|\b(?:" + "|".join(_NUMBER_WORDS.split()) + r")\b", re.I)
_MONEY = re.compile(
    r"[€$£]|\b(?:euros?|dollars?|pounds?|cents?|eur|usd|gbp|costs?|pays?|paid|fees?|charged?|"
    r"price|free|rent|deposit|refund\w*)\b|\b(?:is|are|of|up to) \d",
    re.I,
)
_TIME = re.compile(
    r"\d{1,2}[:.]\d\d|\b(?:seconds?|minutes?|hours?|days?|weeks?|months?|quarters?|years?|daily|"
    r"monday|tuesday|wednesday|thursday|friday|saturday|sunday|weekdays?|weekends?|january|"
    r"february|march|april|may|june|july|august|september|october|november|december|today|"
    r"at once|immediately|\d{4})\b",
    re.I,
)
_ROLE = re.compile(
    r"\b(?:manager|director|officer|team|head|chair|coach|staff|department|desk|support|owner|"
    r"president|supervisor|agent|shop|company|customer|hirer|parent|guest|employee)s?\b",
    re.I,
)


@dataclass(frozen=True)
class Passage:
    """One sentence of a document with the heading it stands under."""

    text: str
    heading: str
    section: str


@dataclass(frozen=True)
class Evidence:
    """What a text says about a question.

    Attributes:
        ranked: passages, best first.
        place: position of the best passage in the text, 0 first to 1 last.
        answers: log-odds that the best passage answers the question.
    """

    ranked: tuple[Passage, ...]
    place: float
    answers: float


def split_passages(text: str) -> list[Passage]:
    """Sentences of a text in order, each with its heading and section number (may be empty)."""
    out: list[Passage] = []
    heading = section = ""
    pending = ""
    for raw in _BREAK.split(text[:_MOST_CHARS]):
        piece = (raw or "").strip()
        if not _WORD.search(piece):
            continue
        if re.fullmatch(r"\d{1,3}[.)]", piece):
            pending = piece  # a section number; its text follows
            continue
        piece, pending = f"{pending} {piece}".strip(), ""
        numbered = _NUMBERED.match(piece)
        if numbered:
            section, heading = numbered[1], ""
            piece = piece[numbered.end() :].strip() or piece
        bare = _HEADING.sub("", piece, count=1).strip("*# ")
        is_heading = len(bare) < 60 and len(bare.split()) <= 5 and not re.search(r"[:\d]", bare)
        if is_heading and (
            numbered or piece.startswith("#") or bare.isupper() or not (out or piece.endswith("."))
        ):
            heading = bare.rstrip(".:")
            continue
        out.append(Passage(piece, heading, section))
    return out or ([Passage(text.strip()[:500], "", "")] if text.strip() else [])


def stem(word: str) -> str:
    """A rough stem: enough to meet 'cancelled' with 'cancels'."""
    if len(word) > 4:
        for ending in ("ations", "ation", "ings", "ing", "ied", "ies", "ed", "es", "s", "y", "e"):
            if word.endswith(ending) and len(word) - len(ending) >= 3:
                return word[: -len(ending)].rstrip("l") if ending == "ed" else word[: -len(ending)]
    return word


def content_words(text: str, limit: int = 400) -> list[str]:
    """Lower-cased words that carry meaning, in order."""
    found = _WORD.findall(text.lower()[: limit * 12])[:limit]
    return [word for word in found if word not in STOP and (len(word) > 1 or word.isdigit())]


def expected_type(question: str) -> str:
    """What kind of value a question asks for: money, number, time, person or any."""
    q = question.lower()[:400]
    if re.search(r"\bhow much\b.{0,30}\b(?:water|space|room|time|weigh|memory|storage)", q):
        return "number"
    if re.search(r"\bhow (?:much|expensive)\b|\b(?:cost|price|fee|fine|charge|deposit|pay)s?\b", q):
        return (
            "money" if not re.match(r"\W*(?:is|are|do|does|can|who|when|where|why)\b", q) else "any"
        )
    if re.search(r"\bhow (?:long|often|soon|late|early)\b|\bwhen\b|\bwhat time\b|\buntil\b", q):
        return "time"
    if re.search(
        r"\bhow (?:many|heavy|loud|fast|big|large|tall|deep|high|old|wide|far|accurate|hot|cold)\b"
        r"|\bwhat (?:is the )?(?:age|share|percentage|percent|number|temperature|weight|size)\b",
        q,
    ):
        return "number"
    if re.search(r"\bwho(?:m|se)?\b", q):
        return "person"
    return "any"


def type_fits(kind: str, passage: str) -> float:
    """1 when the passage holds such a value, -1 when it does not, 0 when nothing is asked."""
    if kind == "any":
        return 0.0
    if kind == "person":
        names = re.search(r"(?<=[a-z,;] )[A-Z][a-zà-ÿ]+|\b(?:Mr|Ms|Mrs|Dr)\b", passage)
        return 1.0 if names or _ROLE.search(passage) else -1.0
    if kind == "time":
        return 1.0 if _TIME.search(passage) else -1.0
    if kind == "money":
        return 1.0 if _NUMBER.search(passage) and _MONEY.search(passage) else -1.0
    return 1.0 if _NUMBER.search(passage) else -1.0


def _lexical(question: Sequence[str], passages: Sequence[Passage]) -> NDArray[np.float32]:
    """Share of the question's content found in each passage, rare words counting more."""
    stems = [{stem(w) for w in content_words(f"{p.heading} {p.text}")} for p in passages]
    seen = Counter(s for found in stems for s in found)
    wanted = {stem(_ATTRIBUTE.get(word, word)) for word in question}
    worth = {s: float(np.log((len(passages) + 1) / (seen[s] + 0.5)) + 0.3) for s in wanted}
    total = sum(worth.values()) or 1.0
    shares = [sum(worth[s] for s in wanted & found) / total for found in stems]
    return np.array(shares, np.float32)


def _rank(
    bank: Bank, question: str, passages: list[Passage]
) -> tuple[list[int], NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]]:
    """Order of the passages with their similarity, lexical share and type fit."""
    lexical = _lexical(content_words(question), passages)
    chosen = np.argsort(-lexical, kind="stable")[:_EMBEDDED]
    texts = [f"{passages[i].heading}: {passages[i].text}".lstrip(": ") for i in chosen]
    vectors = bank.features.encoder.encode([*texts, question])
    similar = np.full(len(passages), -0.2, np.float32)
    similar[chosen] = vectors[:-1] @ vectors[-1]
    kind = expected_type(question)
    fits = np.array([type_fits(kind, p.text) for p in passages], np.float32)
    score = similar + np.float32(0.35) * lexical + np.float32(0.07) * fits
    order = [int(i) for i in np.argsort(-score, kind="stable")]
    return order, similar, lexical, fits


def _word_coverages(
    bank: Bank, question: str, passages: Sequence[str]
) -> list[tuple[float, float]]:
    """How well the question's words are met by each passage's: on average, and the worst."""
    asked = list(dict.fromkeys(_ATTRIBUTE.get(w, w) for w in content_words(question)))[:16]
    held = [list(dict.fromkeys(content_words(passage)))[:120] for passage in passages]
    words = list(dict.fromkeys([*asked, *(word for words in held for word in words)]))
    row_of = {word: i for i, word in enumerate(words)}
    near = bank.features.encoder.word_vectors(words) if asked else None
    out: list[tuple[float, float]] = []
    for one in held:
        if near is None or not one:
            out.append((0.0, 0.0))
            continue
        similar = near[[row_of[w] for w in asked]] @ near[[row_of[w] for w in one]].T
        stems = {stem(word) for word in one}
        rows = zip(asked, similar.max(1), strict=True)
        best = np.array([1.0 if stem(word) in stems else nearest for word, nearest in rows])
        out.append((float(best.mean()), float(best.min())))
    return out


def evidence_features(bank: Bank, text: str, question: str) -> list[float]:
    """Numbers from which the answerability model decides; one row for one question."""
    passages = split_passages(text)
    return _features(bank, question, passages, _rank(bank, question, passages))


def _features(
    bank: Bank,
    question: str,
    passages: list[Passage],
    ranked: tuple[list[int], NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]],
) -> list[float]:
    order, similar, lexical, fits = ranked
    best = order[0]
    second = float(similar[order[1]]) if len(order) > 1 else 0.0
    # the words of the whole text that come closest: an unmentioned thing is usually absent
    nearby = " ".join(passages[i].text for i in order[:12])
    nearest = f"{passages[best].heading} {passages[best].text}"
    (mean, worst), (mean_all, worst_all) = _word_coverages(bank, question, (nearest, nearby))
    return [
        float(similar[best]),
        float(lexical[best]),
        float(fits[best]),
        float(similar[best]) - second,
        mean,
        worst,
        mean_all,
        worst_all,
    ]


def find_evidence(bank: Bank, text: str, question: str) -> Evidence | None:
    """The best passages for a question, or None when the text holds no sentence."""
    passages = split_passages(text)
    if not passages:
        return None
    ranked = _rank(bank, question, passages)
    order = ranked[0]
    row = np.array([*_features(bank, question, passages, ranked), 1.0], np.float32)
    place = order[0] / max(1, len(passages) - 1)
    top = tuple(passages[i] for i in order[:8])
    return Evidence(top, place, float(row @ bank.answerable))
