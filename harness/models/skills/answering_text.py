"""What is asked, of which text, and what the asker tells of himself.

Runs in the model worker; the text is hostile. The reading separates data word by word and may cut
a sentence in two; a question is answered from whole sentences, so they are put together again.
What fools it: an order that looks like a sentence of the text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from harness.models.reading import Reading
from harness.models.skills.corrections import corrected
from harness.models.skills.finding_documents import newest_part
from harness.models.skills.wording import is_misspelt

_MOST_CHARS = 6_000
_MOST_QUESTION = 300
_MOST_TOLD, _MOST_TOLD_WORDS = 4, 20
_PARAGRAPH = re.compile(r"\n[ \t]{0,8}\n\s*")
_SHORTENED = re.compile(
    r"\b(ext|no|nr|approx|tel|incl|max|min|vol|fig|Mr|Mrs|Ms|Dr|St|Prof|Rd|Ave)\.(?= ?[\dA-Z])"
)
_SENTENCE = re.compile(r"(?<=[.!?])[\"”')\]]{0,2}\s+(?=[\"“'(\[]?\w)|\n+")
_ASKS = re.compile(
    r"^\W*(?:and |so |but |then |now |ok |okay |hi |hello |please |quick question |question )?"
    r"(?:what|which|who|whom|whose|when|where|why|how|is|are|was|were|do|does|did|can|could|may|"
    r"must|should|will|would|has|have|am|until|since|from|in|at|on|by|for|to|with)\b",
    re.I,
)
_WH_OR_VERB = re.compile(r"^\W*(?:\d[.)]\s*)?" + _ASKS.pattern.removeprefix("^\\W*"), re.I)
_MOST_AT_ONCE = 4
_WH = re.compile(r"\b(?:what|which|who|whom|whose|when|where|why|how)(?:'s|’s)?\b", re.I)
_WH_WORDS = ("what", "which", "who", "when", "where", "why", "how", "whose")
_NAMES_IT = re.compile(
    r"^\W*(?:please |now |just |only )*(?:give|tell|state|name|find|say|write|list|show|return|"
    r"output)\b"
    r"[^.?!\n]{0,60}\b(?:number|names?|dates?|price|time|year|day|place|address|amount|colou?r|"
    r"title|age|"
    r"weight|reason|person|people|who|where|when|all)\b",
    re.I,
)
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_ORDER = re.compile(
    r"^\W*(?:please |now |and |just |only |always |make sure |you must )*(?:answer|reply|"
    r"respond|return|output|write|give|say|"
    r"tell|keep|start|begin|use|name|state|be|don't|do not|never|no|nothing|one|yes|in|as|with|if|"
    r"where|when|should|unless|otherwise|a|at|no more|your|you|the answer|short\w*|brief\w*|trust|"
    r"from|using|based|according|prefer|go by|stick|stay|read|look)\b",
    re.I,
)
_ABOUT_FORM = re.compile(
    r"\b(?:answer\w*|repl(?:y|ies)|respond|response|words?|sentences?|yes or no|yes/no|source\w*|"
    r"documents?|text|passage|note|name only|only the|just the|nothing else|disagree|agree|differ|"
    r"contradict\w*|conflict\w*|quote|cite|put|"
    r"not there|brief|short|concise|the (?:number|name|date|time|value|"
    r"price|year|day)|extra|explanation|preamble|json|trust|over the|only please|"
    r"tell me (?:when|if))\b",
    re.I,
)
_TOLD = re.compile(r"\b(?:I|my|My|mine|Mine|me)\b|\bwe(?:['’]d|['’]re|['’]ll)\b", re.I)
_LABEL = re.compile(
    r"^\W*(?:text|document|context|passage|notice|source|question|q|note|data|input)\s*:\s*$", re.I
)


@dataclass(frozen=True)
class Asked:
    """One question on one text.

    Attributes:
        question: the whole sentence that asks.
        told: what the asker says of his own case, in or beside the question; may be empty.
        document: the text to answer from, lines kept; empty when there is none.
        orders: what is said about the form of the answer.
        is_question: whether anything is asked at all.
        before: questions that are asked in one go with it, in front of it.
    """

    question: str
    told: str
    document: str
    orders: str
    is_question: bool
    before: tuple[str, ...] = ()


def asked_of(reading: Reading) -> Asked:
    """The question of a reading and what it is asked of."""
    question = reading.question or " ".join(reading.prompt.instructions[-1:])
    told = [text for role, text in reading.prompt.messages if role != "assistant"]
    users = [text for role, text in reading.prompt.messages if role == "user"] or told
    orders = reading.prompt.directions[:_MOST_CHARS]
    size = sum(map(len, told))
    if reading.prompt.question or size > _MOST_CHARS or not users:
        data = "\n".join(without(text, question) for text in reading.data)
        asking = bool(reading.question) or _asks(question)
        question, rest = _apart(question)
        case, question = _with_own_case(question)
        return Asked(question, case, data, f"{orders}\n{rest}", asking)
    parts = [(n, part) for n, text in enumerate(users) for part in _PARAGRAPH.split(text)]
    pieces, block = [], []
    for number, (n, part) in enumerate(parts):
        for piece in sentences(part):
            pieces.append((n, piece))
            block.append(number)
    at = _place_of(pieces, len(users) - 1, reading.question)
    if at is None:
        data = "\n".join(without(text, question) for text in reading.data)
        return Asked(question, "", data, orders, _asks(question))
    whole = " ".join(pieces[at][1].split())
    more = _more_questions(pieces, block, at)
    order = [i for i in range(len(pieces)) if i != at and _is_order(reading, pieces[i][1])]
    is_apart = len(pieces) > 2 or bool(_held_by_system(reading))
    own = [
        i
        for i in range(len(pieces))
        if i not in (at, *order, *more) and _is_told(pieces, block, i, at) and is_apart
    ]
    kept = [
        piece
        for i, (n, piece) in enumerate(pieces)
        if i not in (at, *order, *own, *more)
        and not _LABEL.match(piece)
        and not (n < len(users) - 1 and _ends_message(pieces, i) and piece.rstrip().endswith("?"))
    ]
    document = "\n".join(kept)
    if not document.strip():  # a system message holds the text, or a question its own facts
        document = _held_by_system(reading) or _own_facts(whole)
    orders = "\n".join((orders, *(pieces[i][1] for i in order)))
    said = " ".join(pieces[i][1] for i in own)
    question = mended(whole[:_MOST_QUESTION])
    before = tuple(mended(" ".join(pieces[i][1].split())[:_MOST_QUESTION]) for i in more)
    return Asked(
        question, said, with_days(corrected(newest_part(question, document))), orders, True, before
    )


def _held_by_system(reading: Reading) -> str:
    """The data of a prompt whose last message is but the question; empty for none."""
    messages = reading.prompt.messages
    system = "\n".join(text for role, text in messages if role in ("system", "developer"))
    return "\n".join(text for text in reading.data if text in system) if system else ""


def _more_questions(pieces: list[tuple[int, str]], block: list[int], at: int) -> list[int]:
    """The questions right before a question, which are asked together with it."""
    out: list[int] = []
    for i in range(at - 1, -1, -1):
        text = pieces[i][1]
        if block[i] != block[at] or not text.rstrip(" \"'”)").endswith("?") or ":" in text[:24]:
            break
        if len(text.split()) < 3 or not _WH_OR_VERB.match(text):
            break
        out.insert(0, i)
    return out[-_MOST_AT_ONCE:]


def sentences(text: str) -> list[str]:
    """The sentences and lines of a text, in order."""
    found = [piece.strip() for piece in _SENTENCE.split(_bare_dots(text)) if piece.strip()]
    out: list[str] = []
    for piece in found:
        if out and re.fullmatch(r"\d{1,3}[.)]", out[-1]):  # the number of a step
            out[-1] = f"{out[-1]} {piece}"
        else:
            out.append(piece)
    return out


def _bare_dots(text: str) -> str:
    """A text whose abbreviations have no full stop, so that no sentence ends there."""
    return _SHORTENED.sub(lambda mark: mark[1], text[:_MOST_CHARS])


def mended(question: str) -> str:
    """A question whose asking word is misspelt, with that word put right."""
    if _WH.search(question) or _ASKS.match(question):
        return question
    words = question.split()
    for at, word in enumerate(words[:2]):
        bare = word.lower().strip(".,?!")
        right = next((w for w in _WH_WORDS if bare in _slips(w) or is_misspelt(bare, w)), None)
        if right is None:
            continue
        words[at] = right
        if at + 1 < len(words):
            noun = words[at + 1].lower()
            near = next((n for n in ("day", "time") if sorted(noun) == sorted(n)), None)
            words[at + 1] = near or words[at + 1]
        return " ".join(words)
    return question


def _slips(word: str) -> tuple[str, ...]:
    return (word.replace("h", "", 1), word.replace("wh", "hw", 1), word[:-2] + word[-1])


def with_days(text: str) -> str:
    """A text with its misspelt days of the week put right."""

    def right(mark: re.Match[str]) -> str:
        low = mark[0].lower()
        if (
            low in _DAYS
            or low.rstrip("s") in _DAYS
            or not low.endswith(("day", "dey", "dy", "days"))
        ):
            return mark[0]
        return next((day.capitalize() for day in _DAYS if _like_day(low, day)), mark[0])

    return re.sub(r"\b[A-Za-z]{5,11}\b", right, text)


def _like_day(word: str, day: str) -> bool:
    common = {"holiday", "today", "payday", "birthday", "midday", "everyday", "yesterday"}
    return word not in common and word[0] == day[0] and (
        is_misspelt(word, day) or (len(word) >= 6 and is_misspelt(word + "xx", day + "xx"))
    )  # fmt: skip


def without(text: str, question: str) -> str:
    """A text less the question, which would be its own best evidence."""
    asked = question[:300]
    if not asked or asked not in text:  # a pattern for each question is dear to compile and to keep
        return text
    return re.sub(rf"(?:\b\w+:\s*)?{re.escape(asked)}", " ", text)


def _apart(question: str) -> tuple[str, str]:
    """A marked question and the orders that stand behind it."""
    pieces = sentences(question)
    asks = [piece for piece in pieces if piece.endswith("?")]
    if len(asks) != 1 or len(pieces) < 2 or pieces[0] != asks[0]:
        return question, ""
    if not all(_ORDER.match(piece) and _ABOUT_FORM.search(piece) for piece in pieces[1:]):
        return question, ""
    return asks[0], "\n".join(pieces[1:])


def _with_own_case(question: str) -> tuple[str, str]:
    """What a marked question tells of the asker first, and the question: "I am 16. May I …?"."""
    pieces = sentences(question) if ". " in question else [question]
    if len(pieces) not in (2, 3) or not pieces[-1].endswith("?") or "?" in "".join(pieces[:-1]):
        return "", question
    if not all(_TOLD.search(one) and len(one.split()) <= 14 for one in pieces[:-1]):
        return "", question
    return " ".join(pieces[:-1]), pieces[-1]


def _asks(text: str) -> bool:
    return text.rstrip(" \"'”)").endswith("?") or bool(_ASKS.match(text) and _WH.search(text))


def _place_of(pieces: list[tuple[int, str]], last: int, question: str) -> int | None:
    """The piece that asks: the last that holds the question read, else the last that asks."""
    flat = " ".join(question.split())
    if flat:
        for i in range(len(pieces) - 1, -1, -1):
            if flat.rstrip("?. ") in " ".join(pieces[i][1].split()):
                return i
    for i in range(len(pieces) - 1, -1, -1):
        if pieces[i][0] == last and _asks(pieces[i][1]):
            return i
    for i in range(len(pieces) - 1, -1, -1):
        if pieces[i][0] == last and _NAMES_IT.match(pieces[i][1]):
            return i
    final = len(pieces) - 1
    return final if pieces and mended(pieces[final][1]) != pieces[final][1] else None


def _is_order(reading: Reading, piece: str) -> bool:
    """Whether a sentence says how to answer, not what the text says."""
    if len(piece.split()) > 40 or not _ORDER.match(piece):
        return False
    flat = _letters(piece)
    told = [_letters(one) for one in reading.prompt.instructions]
    known = any(flat in one or one in flat for one in told if len(one) > 3)
    return known and bool(_ABOUT_FORM.search(piece))


def _letters(text: str) -> str:
    return re.sub(r"\W+", " ", text).strip()


def _is_told(pieces: list[tuple[int, str]], block: list[int], i: int, at: int) -> bool:
    """Whether a short sentence beside the question speaks of the asker's own case."""
    words = len(pieces[i][1].split())
    if pieces[i][1][:1] in "\"“'«" or pieces[i][1][-1:] in "\"”'»":
        return False
    if block[i] == block[at] and block.count(block[at]) <= _MOST_TOLD and len(set(block)) > 1:
        return words <= _MOST_TOLD_WORDS
    near = i in (at - 1, at - 2, at + 1)
    return near and i > 0 and bool(_TOLD.search(pieces[i][1])) and words <= 14


def _ends_message(pieces: list[tuple[int, str]], i: int) -> bool:
    return i + 1 == len(pieces) or pieces[i + 1][0] != pieces[i][0]


def _own_facts(question: str) -> str:
    """The part of a question before the asking, where it states something."""
    mark = _WH.search(question)
    before = question[: mark.start()].strip(" ,;:-–") if mark else ""
    is_talk = _TOLD.search(before) or re.search(r"\b(?:you|your)\b", before, re.I)
    return before if len(before.split()) >= 4 and not is_talk else ""
