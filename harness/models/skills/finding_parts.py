"""A prompt that asks something of a text, taken apart: its questions, the text, orders of form.

Runs in the model worker; the text is hostile: it is capped, and patterns are bounded. Each
question of a prompt becomes one part, whether it is a sentence of its own or joined to another.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from harness.models.reading import Reading
from harness.models.skills.corrections import corrected
from harness.models.skills.finding_documents import newest_part
from harness.models.skills.finding_pieces import AUX, LEAD, SUBJECT, WH, Piece, bare_ask, pieces_of
from harness.models.skills.finding_shared import each_asked
from harness.models.skills.finding_spelling import right_spelt
from harness.models.skills.reckoning_brief import MOST_CHARS, is_form

_MOST_PARTS = 6
ASKS = re.compile(
    rf"^\W*(?:(?:and|so|but|then|now|also|ok(?:ay)?|well|hi|hello|please|quick question|q|question|"
    rf"frage|pregunta|und|y|et|dann)\b[,:]? ?){{0,3}}"
    rf"(?:(?:{WH})\b|{AUX} {SUBJECT}\b|(?:ist|sind|hat|haben|kann|können|darf|dürfen|muss|"
    rf"müssen|gibt|kostet|est-ce|puis-je|peut-on|puedo|hay|está|abre|es)\b)",
    re.I,
)
_TELLS = re.compile(
    r"^\W*(?:please |now |then |and |so |just |can you |could you )*"
    r"(?:list|line (?:them )?up|quote|copy|cite|name|tell me|tell us|give|say|state|sort|order|"
    r"rank|arrange|count|find|show|for each|"
    r"who|which|what|how|when|where|work out|calculate|compute|put|decide|check|"
    r"nenne|liste|sag mir|ordne|sortiere|zähle|berechne|nomme|donne|dis-moi|di(?:me|ga)?|ordena)\b",
    re.I,
)
_JOINT = re.compile(
    rf"(?:,|;| [-–])\s+(?:(?:and|und|y|et|or|plus|also|then)\s+)?(?=(?:{WH})\b\s+\S)"
    rf"|\s+(?:and|und|y|et)\s+(?:also |then )?(?=(?:{WH})\b)"
    rf"|,?\s+and\s+(?=(?:also )?{AUX}\s+{SUBJECT}\b)"
    rf"|,\s+(?=(?:and |but )?{AUX}\s+(?:i|we|you|he|she|it|they|there|the|a|my|this|that)\b)",
    re.I,
)
_RELATIVE = re.compile(r"\b(?:the|a|an|one|those|people|person|thing|everyone|all|someone)$", re.I)
_TAIL_WHY = re.compile(r",?\s+and why(?: not)?\s*\W*$", re.I)
_INDIRECT = re.compile(
    rf"^(?:[^.:?\n\"“]{{0,60}}\b)?(?:tell (?:me|us)|let (?:me|us) know|find out|say|state|i "
    rf"(?:need|"
    rf"want|"
    rf"would like) to know|work out|sag mir|dis-moi|dime)[:,]?\s+(?=(?:{WH})\b)",
    re.I,
)
_OWN = re.compile(
    r"\b(?:I|my|me|mine|we|our|us|ich|mein\w*|wir|unser\w*|je|mon|ma|mes|nous|soy|tengo|mi|mis|"
    r"somos|j['’]ai)\b|\bI['’]m\b",
    re.I,
)
_FORM_AHEAD = re.compile(
    r"^((?:just|only|nothing but) (?:the |a )?\w+(?: only)?)[:,]\s+(?=[^\n]*\d)(\S[^\n]+)$", re.I
)
_ALSO = re.compile(
    r"^\W*(?:and|und|y|et)(?: what about| how about)? (?P<what>(?:\w+ )?(?:\d{1,4}|"
    r"[A-ZÀ-Þ]\w+))\W*$"
)
_IN_ENGLISH = re.compile(
    r"^\W*(?:(?:in )?english|auf deutsch|en français|en español),? ?(?:please|bitte)?\s?[:,-]\s",
    re.I,
)
_GAP = re.compile(r"[^\S\n]{30,}")
_STEM = re.compile(rf"^{AUX} {SUBJECT}\b[^.?!:\n]{{0,60}}:?$", re.I)
_INNER_MARK = re.compile(r"(?<=[\s:,;])\(?[1-9a-d]\)\s+(?=[a-z])")
_EMPTY_MARK = re.compile(
    r"^[ \t]*(?:\d{1,2}[.)]|[-*•–]|(?:q|question)\s?\d{0,2}[:.)])[ \t]*$", re.I | re.M
)


@dataclass(frozen=True)
class Case:
    """What a prompt asks of what.

    Attributes:
        asks: its questions, one thing each, in order.
        text: what it asks about, lines kept, without questions and orders of form.
        told: what the asker says of his own case, before a question in the same sentence.
        whole: the prompt as it was sent, without the model's own turns.
        orders: the sentences that speak of the form of the answer.
        is_question: it asks, and does not only order.
        is_mended: small words of it were put right.
    """

    asks: tuple[str, ...]
    text: str
    told: str
    whole: str
    orders: str
    is_question: bool = True
    is_mended: bool = False


def case_of(reading: Reading) -> Case | None:
    """The questions of a prompt and what they are asked of; None where it asks nothing.

    Args:
        reading: the prompt, understood; long ones are not taken apart.
    """
    sent = [text for role, text in reading.prompt.messages if role != "assistant"]
    typed = "\n\n".join(sent)[: MOST_CHARS + 1]
    whole = corrected(right_spelt(_GAP.sub("   ", newest_part("", typed))))
    if len(whole) > MOST_CHARS or not whole.strip():
        return None
    pieces = pieces_of(whole)
    asking = [n for n in range(len(pieces)) if pieces[n].asks]
    telling = [
        n for n in range(len(pieces)) if not pieces[n].asks and _INDIRECT.search(pieces[n].text)
    ]
    asking = asking or telling[-1:]
    is_question = bool(asking)
    asking = _without_headings(whole, pieces, asking)
    if not asking:
        last = len(pieces) - 1
        edge = [
            n
            for n in dict.fromkeys((last, last - 1, last - 2, 0, 1))
            if 0 <= n <= last and _TELLS.match(bare_ask(pieces[n].text))
        ]
        free = [n for n in edge if not is_form(bare_ask(pieces[n].text))]
        long = [n for n in edge if len(pieces[n].text.split()) > 5]
        asking = (free or long)[:1]
    if not asking:
        return None
    stem = ""
    asks: list[str] = []
    told: list[str] = []
    rest: list[str] = []
    orders: list[str] = []
    last_end = 0
    for n, piece in enumerate(pieces):
        gap = whole[last_end : piece.start]
        last_end = piece.end
        if n in asking:
            bare = _IN_ENGLISH.sub("", bare_ask(piece.text))
            if stem and LEAD.match(piece.text.strip()) and not ASKS.match(bare):
                bare = f"{stem} {bare}"
            indirect = None if piece.asks else _INDIRECT.search(bare)
            if indirect:
                orders.append(bare[: indirect.end()])
            own, parts = parts_of(bare[indirect.end() :] if indirect else bare)
            if is_form(own) or _is_order(own, is_last=True):
                orders.append(own)
            elif len(own.split()) > 12 and re.search(r"[:.]\s", own):
                rest.append(f"{gap}{own}.")
            elif own:
                told.append(own)
            asks += parts
            rest.append("\n")
            continue
        if _STEM.match(piece.text.strip()) and n + 1 in asking:  # "can we get in", then a), b)
            stem = piece.text.strip(" :\n")
            continue
        formed = _FORM_AHEAD.match(piece.text.strip())
        if formed:
            orders.append(formed[1])
            rest.append(f"{gap}{formed[2]}")
            continue
        if _is_order(piece.text, is_last=n > asking[0]):
            orders.append(piece.text)
            continue
        rest.append(gap + piece.text)
    text = _EMPTY_MARK.sub("", "".join(rest)).strip()
    if len(text.split()) >= _LEAST_TEXT:
        asks = [ask for ask in asks if not _SOURCE.match(ask)] or asks
    asks = each_asked(_filled_in(asks))
    return Case(
        tuple(asks[:_MOST_PARTS]), text, " ".join(told), whole, "\n".join(orders), is_question
    )


def _is_order(text: str, *, is_last: bool) -> bool:
    """Whether a sentence says how to answer."""
    bare = text.strip().strip("()")
    if is_form(bare) or re.match(r"\W*(?:text|notice|document|context)\W*$", bare, re.I):
        return True
    if len(bare.split()) > 14 or not is_last:
        return False
    return bool(
        re.match(
            r"\W*(?:say which|say where|name the source|if (?:the|it|there|nothing|nobody|no|"
            r"not|you|unsure)\b(?=.*\b(?:write|say|"
            r"reply|answer|"
            r"return|put|state|tell)\b)|otherwise|copy|quote|cite|using|based on|"
            r"according to|just|only|(?:the )?names?|ids?|numbers?|letters?|yes or no|one word|"
            r"no\b|short|"
            r"briefly|nur|kurz|antworte|responde|contesta|réponds|seulement|solo)\b",
            bare,
            re.I,
        )
    ) and not re.search(r"\d{2}", bare)


def _without_headings(whole: str, pieces: list[Piece], asking: list[int]) -> list[int]:
    """The asks without a question that its own line answers and that others follow."""
    out: list[int] = []
    for n in asking:
        later = [m for m in asking if m > n and "\n" in whole[pieces[n].end : pieces[m].start]]
        is_answered = (
            n + 1 < len(pieces)
            and n + 1 not in asking
            and "\n" not in whole[pieces[n].end : pieces[n + 1].start]
        )
        if not (later and is_answered and len(pieces[n + 1].text.split()) > 4):
            out.append(n)
    return out


_LEAST_TEXT = 4
_SOURCE = re.compile(
    r"^\W*(?:according to|going by|based on|from|in|per) (?:the|this|these|that|our|my)\b"
    r"[^?,]{2,60}\?$",
    re.I,
)
"""What a question names as its source before a comma, which asks nothing by itself."""


def _filled_in(asks: list[str]) -> list[str]:
    """Asks with "and room 5?" made whole by the ask before it."""
    out: list[str] = []
    for ask in asks:
        also = _ALSO.match(ask)
        if also and out:
            what = also["what"].strip()
            last = what.split()[-1]
            shape = r"\d{1,4}" if last.isdigit() else r"(?<!^)\b[A-ZÀ-Þ]\w+"
            noun = rf"\b{what.split()[0]} " if " " in what else ""
            if re.search(noun + shape, out[-1][1:]):
                ask = out[-1][0] + re.sub(noun + shape, what, out[-1][1:], count=1)
        out.append(ask)
    return out


def parts_of(question: str) -> tuple[str, list[str]]:
    """What a question states before it asks, and the things it asks one by one."""
    flat = " ".join(_INNER_MARK.sub(" ", question).split())[:600]
    told = ""
    first = re.search(rf"(?:^|(?<=[,;:–-]\s)|(?<=\. ))(?=(?:so |and |but )?(?:{WH})\b)", flat, re.I)
    if first and first.start() > 0:
        before = flat[: first.start()].strip(" ,;:–-")
        if len(before.split()) >= 2 and not re.match(
            r"(?:if\b(?!.*\d)|when|in|at|on|for|of|by|according|from|wenn|si|with|"
            r"please|tell|hi|hello|hey|ok)\b",
            before,
            re.I,
        ):
            told, flat = before, flat[first.start() :]
    parts = [part.strip(" ,;") for part in _JOINT.split(flat)]
    if len(parts) > 1 and not ASKS.match(parts[0]) and re.search(r"\d|\b(?:I|my|we)\b", parts[0]):
        told = f"{told} {parts[0]}".strip()
        parts = parts[1:]
    out: list[str] = []
    parts = [re.sub(r"[\s.]+$", "", part) for part in parts]
    for part in parts:
        is_tail = len(re.findall(r"\w+", part)) < 2 and out
        if out and (is_tail or _RELATIVE.search(out[-1]) or not ASKS.match(part)):
            out[-1] = f"{out[-1]}, {part}"
        elif part:
            out.append(part)
    out = [re.sub(r"^\W*(?:the )?winner\W*$", "who won", one, flags=re.I) for one in out]
    return told, [one if one.endswith("?") else f"{one}?" for one in _whole(out)]


def _whole(parts: list[str]) -> list[str]:
    """Parts that are but an asking word, with the rest that they share ("where and when do …")."""
    out = list(parts)
    for n, part in enumerate(parts):
        bare = part.strip(" ?")
        other = parts[n + 1] if n + 1 < len(parts) else parts[n - 1] if n else ""
        head = re.match(rf"\W*(?:and )?(?:{WH})\b", other, re.I)
        if re.fullmatch(rf"(?:{WH})", bare, re.I) and head and len(other.split()) >= 4:
            out[n] = bare + other[head.end() :]
    return out


def is_own(text: str) -> bool:
    """Whether a sentence speaks of the asker or of one whom he asks about."""
    return bool(_OWN.search(text))
