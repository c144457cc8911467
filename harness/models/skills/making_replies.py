"""A reply to a message that the prompt quotes, out of what the order says it is to say.

Runs in the model worker; the text is hostile: capped, every repeat is bounded. It invents no fact:
thanks and regret alone are added where the order gives no point. What fools it: a point that only
the message explains.
"""

from __future__ import annotations

import re
from dataclasses import replace

from harness.models.reading import Reading
from harness.models.skills.making_notes import laid_out
from harness.models.skills.making_points import Points, points_of
from harness.models.skills.making_sayings import sentence_of, to_you
from harness.models.skills.rewriting_forms import begun

_MOST_CHARS = 3_000
_ORDER = re.compile(
    r"(?:^|(?<=[.!?\n,] )|(?<=\n)|(?<=then )|(?<=and ))(?:(?:please|pls|now|can you|"
    r"could you|help me) )*"
    r"(?:(?:write|draft|compose|give me|make|send) (?:me )?(?:an? |the "
    r")?(?P<how>(?:[\w-]+,? ){0,4}?)"
    r"(?P<kind>reply|response|answer|decline|refusal|rejection|acceptance|no|yes)|"
    r"(?P<verb>reply|respond|answer|write back|say (?:no|yes)|decline|accept))\b"
    r"(?: politely| kindly| briefly| nicely)?"
    r"(?: (?:(?:to|for) )?(?:this|the|that|my|our|her|his|their|an?|it|them|following)\b"
    r"(?:(?: \w+)?? (?P<what>customer|client|mail|e-?mail|message|guest|tenant|review|"
    r"complaint|letter|request|"
    r"invitation|invite|inquiry|enquiry|offer|note|applicant|member|supplier|colleague)\b"
    r"(?:['’]s \w{3,12})?)?)?",
    re.I,
)
_FORMS = re.compile(
    r"\b(?:label|categor\w+|one word|single word|yes (?:or|/) no|json|only with|with only|just the|"
    r"from the (?:text|document|policy)|according to|classif\w+|[A-Z]{3,}_[A-Z]+)\b",
    re.I,
)
_HEADED = re.compile(
    r"(?:^|[.!?\n]\s{0,3})(?:the )?(?:customer|policy|context|source|document|faq|"
    r"facts?|information|info|"
    r"question|text|rules?|notes?)\s?:",
    re.I,
)
_QUOTED = re.compile(r"(?:^|(?<=[\s:]))[\"“](?P<text>[^\"“”]{20,2000})[\"”]")
_LETTER = re.compile(
    r"^\W{0,2}(?:hi|hello|dear|hey|good (?:morning|day|afternoon|evening))\b|"
    r"\b(?:I|we|my|our|you|your)(?:['’]\w+)?\b",
    re.I,
)
_SIGNED = re.compile(
    r"(?:^|[.!?,\n]\s*|(?i:regards|thanks|best|cheers|yours|love|sincerely|wishes)[,!.]?\s+)"
    r"(?P<name>[A-ZÀ-Ý][a-zà-ÿ'’-]+(?: [A-ZÀ-Ý][\w'’-]+){0,2})\W*$"
)
_NO = re.compile(
    r"\b(?:declin\w*|refus\w*|reject\w*|turn(?:ing)? (?:it |this )?down|say(?:ing)? no)\b", re.I
)
_YES = re.compile(r"\b(?:accept\w*|say(?:ing)? yes)\b", re.I)
_TROUBLE = re.compile(
    r"\b(?:broken?|crack\w*|dent\w*|late|wrong|missing|damaged|cold|dirty|never (?:came|arrived)|"
    r"not work\w*|"
    r"doesn['’]t work|lost|rude|disappoint\w*|complain\w*|refund|leak\w*|faulty|scratched|torn|"
    r"still (?:waiting|no|not)|hasn['’]t|has not)\b",
    re.I,
)
_TOPICS = (("invitation", r"\binvit\w+|would love to have you|join us"), ("offer", r"\boffer\w*"),
           ("request", r"\brequest\w*|any chance|could (?:you|we|i)\b"))  # fmt: skip


def replied(reading: Reading) -> str | None:
    """The reply that an order wants to a quoted message; None where it wants none."""
    messages = reading.prompt.messages
    if [role for role, _ in messages] != ["user"] or len(messages[0][1]) > _MOST_CHARS:
        return None
    said = messages[0][1].strip()
    found = _parts(said)
    if found is None:
        return None
    order, told, letter = found
    signed = _SIGNED.search(letter.strip())
    role = re.search(r"\b(customer|client|guest|tenant|member|applicant)\b", order[0], re.I)
    who = signed["name"] if signed else role[1].lower() if role else ""
    points = points_of(f"Write a {order['how'] or ''}reply to {who or 'them'}.\n{told}")
    if points is None:
        return None
    points = replace(points, to=who, says=tuple(s for s in points.says if not _is_form(s)))
    lines = [*_opening(order[0], letter, points), *_spoken(points)]
    return laid_out(points, lines) if lines else None


def _parts(said: str) -> tuple[re.Match[str], str, str] | None:
    """The order, what it says beside itself, and the message; None where there is no such."""
    quote = max(_QUOTED.finditer(said), key=lambda m: len(m["text"]), default=None)
    if quote:
        order_text, letter = f"{said[: quote.start()]} {said[quote.end() :]}", quote["text"]
    else:
        order_text, _, letter = said.partition("\n\n")
    order = _ORDER.search(order_text)
    if order is None or _FORMS.search(order_text) or len(letter.split()) < 5:
        return None
    if _HEADED.search(said):
        return None
    is_named = bool(order["what"] or order["kind"] in ("decline", "refusal", "acceptance"))
    is_named = is_named or bool(
        _GREETED.match(letter) and (order["kind"] or order["verb"] == "reply")
    )
    if not _LETTER.search(letter) or not (is_named or re.search(r"\bthis\b|\bto\b", order[0])):
        return None
    if not order["what"] and not quote and not _GREETED.match(letter):
        return None
    told = f"{order_text[: order.start()]}\n{order_text[order.end() :]}"
    told = re.sub(
        r"(?:, (?:and )?| and )(?=(?:say|thank|mention|tell|ask|offer|apologi[sz]e|suggest|"
        r"explain|add|propose|"
        r"invite|promise)\b)",
        ". ",
        told,
    )
    told = re.sub(r",? and that (?=(?:she|he|we|the|our|it|they|you)\b)", ". Say that ", told)
    told = re.sub(r"(?<=[.!?] )[a-z]", lambda m: m[0].upper(), told.strip(" \n:,.;–-"))
    return order, begun(told), letter


_GREETED = re.compile(r"\W*(?:hi|hello|dear|hey|good (?:morning|day|evening))\b", re.I)
_FORM = re.compile(
    r"^(?:and |but )?(?:keep|make|be|in|use|sound|stay|no more than|max\w*|at most|short|friendly|"
    r"polite|formal)\b[^.]{0,50}$|^(?:the )?(?:message|mail|e-?mail|invitation)\W*$",
    re.I,
)


def _is_form(say: str) -> bool:
    return _FORM.match(say.strip()) is not None and len(say.split()) <= 8


def _spoken(points: Points) -> list[str]:
    """What the order says the reply is to say, to the one who wrote."""
    out = []
    for say in points.says:
        bare = _NO.sub("", _YES.sub("", say)).strip(" ,.:;")
        if len(bare.split()) < 2 or re.fullmatch(r"thank (?:him|her|them|you)", bare, re.I):
            continue
        line = sentence_of(say, points)
        line = to_you(line) if re.search(r"\b(?:she|he)\b", line, re.I) else line
        line = re.sub(r"\b(?:hers|his)\b(?= (?:is|are|was|has|does))", "yours", line)
        line = re.sub(r"\b(?:her|his|their) (?=[a-z])", "your ", line)
        out.append(line[:1].upper() + line[1:])
    return out


def _opening(order: str, letter: str, points: Points) -> list[str]:
    """Thanks for what came, and yes, no or regret, where the order or the message wants it."""
    told = f"{order} {' '.join(points.says)}"
    topic = next((name for name, cue in _TOPICS if re.search(cue, letter, re.I)), "message")
    thanks = f"Thank you for your {topic}."
    if _NO.search(told):
        return [thanks, "I am afraid that I have to decline."]
    if _YES.search(told) and not re.search(r"\byes to\b", told, re.I):
        return [thanks, "I am glad to accept."]
    if any(re.match(r"apologi[sz]e\W*$", say.strip(), re.I) for say in points.says):
        return [thanks, "We are sorry about what went wrong."]
    if any(len(say.split()) >= 3 for say in points.says):
        return [thanks]
    if _TROUBLE.search(letter):
        return [thanks, "We are sorry about the trouble and will put it right as soon as we can."]
    return [thanks, "We have noted it and will get back to you soon."]
