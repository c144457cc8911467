"""A note or mail of a few lines out of the points that an order gives. It invents nothing.

Runs in the model worker; pure. Each point becomes a sentence by its verb (thanks, asks, says, reminds
…) or by what it lacks (a subject, a verb); then length, bans, first and last words are obeyed.
"""

from __future__ import annotations

import re

from harness.models.reading import Reading
from harness.models.skills import english as en
from harness.models.skills.making_order import orders_of
from harness.models.skills.making_points import Points, points_of
from harness.models.skills.rewriting_forms import begun

_SECRET = re.compile(
    r"\b(?:gives?|send|sends|tells?|hands?|reveals?|types?|enters?|get|gets|share|shares|confirm|ask\w*|verify)\b[^.\n]{0,60}"
    r"\b(?:passwords?|passcode|pin|card number|credentials|login|tan|security code)\b",
    re.I,
)
_GROUPS = re.compile(r"^(?:the|our|all|my)? ?(?:\w+ )?(?:tenants|neighbou?rs|customers|guests|members|parents|colleagues|staff|team|residents|visitors|students|pupils|friends|everyone|volunteers|teachers|clients|class)\b", re.I)
_BARE_KINDS = re.compile(r"sign|sms|text|notice|announcement|post|voicemail|chat|slack|whatsapp|heads|update|line|invitation|invite|msg", re.I)
_ACTS: tuple[tuple[str, str], ...] = (
    (r"thank(?:s|ing)?(?: (?:him|her|them|you|the \w+|\w+))? for (?P<x>.+)", "Thank you for {x}."),
    (r"(?:apologi[sz]e[sd]?|apologi[sz]ing|sorry|say(?:s|ing)? sorry|an? apology)(?: to \w+)? (?:for|about) (?P<x>.+)", "I apologise for {x}."),
    (r"ask(?:s|ing)?(?: (?:him|her|them|you|the [\w ]{2,20}?|[A-Z]\w+))? (?:whether|if) (?P<x>.+)", "Could you let me know whether {x}?"),
    (r"ask(?:s|ing)?(?: (?:him|her|them|you|for|the [\w ]{2,20}?|[A-Z]\w+))? to (?P<x>.+)|(?:request\w*|tell(?:s|ing)?|invit\w+) (?:him|her|them|you) to (?P<y>(?:bring|send|call|come|confirm|reply|let|check|return|pay|sign|wait|keep|be|close|move|leave|write).+)", "Could you please {x}?"),
    (r"ask(?:s|ing)? (?:(?:him|her|them|you) )?(?P<x>(?:when|where|what|who|which|how|why)\b.+)", "Could you tell me {x}?"),
    (r"(?:ask(?:s|ing)?(?: (?:him|her|them|you))? for|request(?:s|ing)?|enquir\w+ about) (?P<x>.+)", "I would like to ask for {x}."),
    (r"remind(?:s|ing)? (?:(?:him|her|them|you|everyone|people|the [\w ]{2,20}?|all) )?(?:to|of) (?P<x>.+)", "Please remember {to}{x}."),
    (r"remind(?:s|ing)? (?:(?:him|her|them|you|everyone|people|the [\w ]{2,20}?|all) )?(?:that) (?P<x>.+)", "Please remember that {x}."),
    (r"(?:propos|suggest)(?:e|es|ing|s)?(?: (?:to|that) \w+)? (?P<x>.+)", "May I suggest {x}?"),
    (r"offer(?:s|ing)?(?: (?:him|her|them|you))? to (?P<x>.+)", "I would be glad to {x}."),
    (r"offer(?:s|ing)?(?: (?:him|her|them|you))? (?P<x>.+)", "I can offer you {x}."),
    (r"invit(?:e|es|ing)(?: (?:him|her|them|you|everyone|all|the [\w ]{2,20}?))? (?:to|for) (?P<x>.+)", "You are invited to {x}."),
    (r"(?:declin(?:e|es|ing)|turn(?:s|ing)? down|refus(?:e|es|ing)) (?P<x>.+)", "I am afraid I have to decline {x}."),
    (r"accept(?:s|ing)? (?P<x>.+)", "I am glad to accept {x}."),
    (r"cancel(?:s|ling)? (?P<x>.+)", "I have to cancel {x}."),
    (r"complain(?:s|ing)? (?:about|that) (?P<x>.+)", "I would like to complain about {x}."),
    (r"confirm(?:s|ing)?(?: that)? (?P<x>.+)", "I confirm {x}."),
    (r"congratulat(?:e|es|ing)(?: \w+)? (?:on|for) (?P<x>.+)", "Congratulations on {x}."),
    (r"promis(?:e|es|ing)(?: \w+)? to (?P<x>.+)", "I promise to {x}."),
    (r"announc(?:e|es|ing)(?: that)? (?P<x>.+)", "We announce {x}."),
    (r"wish(?:es|ing)?(?: (?:him|her|them|you))? (?P<x>.+)", "I wish you {x}."),
    (r"warn(?:s|ing)?(?: (?:him|her|them|you|people))? (?:of|about) (?P<x>.+)", "Please beware of {x}."),
    (r"(?:about|regarding|concerning) (?P<x>.+)", "I am writing about {x}."),
    (r"(?:it )?(?:must |should |has to )?(?:mentions?|includes?|contains?|names?|states?|gives?|mentioning|including|stating|giving)(?: that)? (?P<x>(?:the |our |my )?(?:[\w-]+ ){0,4}?(?:date|time|day|place|price|number|room|address|deadline|phone|link|code|fee|venue|hours|contact|name)\b[ :,(]*(?:is |are )?(?P<z>.+?)\)?)", "{fact}"),
    (r"(?:(?:it |and )?(?:says?|saying|tells?|telling|write|inform\w*|explain\w*|mentions?|mentioning|states?|stating|point\w* out|notes?|noting|lets?|letting|let)\b(?: (?:him|her|them|you|everyone|people|the \w+|[A-Z]\w+))?(?: know)?(?: that|:)?) (?P<x>.+)", "{say}"),
)  # fmt: skip
_COMPILED = tuple((re.compile(rf"^(?:please )?(?:to )?(?:{pattern})$", re.I | re.S), put) for pattern, put in _ACTS)
_YOU = {"him": "you", "her": "you", "them": "you", "he": "you", "she": "you", "they": "you", "his": "your", "their": "your", "himself": "yourself", "herself": "yourself"}
_PREDICATE = re.compile(r"^(?:away|ill|sick|late|busy|absent|out|back|back again|on (?:holiday|leave|vacation|the road)|off|at home|unable|happy|glad|sorry|available|unavailable|free|in (?:a meeting|bed|hospital|town))\b", re.I)
_SUBJECTLESS = re.compile(r"^(?:can(?:not|['’]t)?|could(?:n['’]t)?|will|won['’]t|would|need|needs|want|wants|have|has|had|am|was|may|might|must|got|hope|expect|look forward|back in|missed|lost|found|sent|forgot|left|paid|ordered|received|waited)\b", re.I)
_IT_DOES = re.compile(r"^(?:starts?|begins?|ends?|opens?|closes?|costs?|takes?|lasts?|leaves?|arrives?|runs?|may|might|will|is|was|can|moved|moves|postponed|cancelled)\b", re.I)


def noted(reading: Reading) -> str | None:
    """The note that the last message orders; None where it orders none or gives nothing to say."""
    if not orders_of(reading):
        return None
    said = next(text for role, text in reading.prompt.messages if role == "user")
    system = "\n".join(text for role, text in reading.prompt.messages if role in ("system", "developer"))
    if len(system) > 400:
        return None
    points = points_of(said)
    if points is None:
        return None
    if _SECRET.search(said) and re.search(r"\b(?:in the name of|pretend\w*|as if|looks? like|convincing|fake|posing|bank|so that|colleague|trick\w*)\b", said, re.I):
        return "I do not write that: it would get somebody to give away a secret that is theirs."
    lines = [sentence for say in points.says if (sentence := _sentence(say, points))]
    if not lines or sum(len(line.split()) for line in lines) < 4:
        return None
    return _laid_out(points, lines)


def _sentence(say: str, points: Points) -> str:
    """One point as a sentence of the note."""
    bare = say.strip().rstrip(".").strip()
    if re.match(r"ask|request|enquir|whether|if\b", bare, re.I) and not re.search(r"\b(?:question|what|where|when|how|why) ", bare):
        bare = bare.rstrip("?")
    for pattern, put in _COMPILED:
        mark = pattern.match(bare)
        if mark is None:
            continue
        held = mark.groupdict()
        what = (held.get("x") or held.get("y") or "").strip(" .")
        if put == "{say}":
            return _told(what, points)
        if put == "{fact}":
            value = (held.get("z") or "").strip(" ().")
            name = what[: len(what) - len(held.get("z") or "")].strip(" :,(") if value else what
            name = re.sub(r"\s(?:is|are)$", "", name)
            name = name if re.match(r"(?:the|our|my) ", name) else f"the {name}"
            return begun(f"{name} is {value}.") if value else ""
        if "decline" in put or "accept" in put or "suggest" in put:
            what = _you(what)
        if "know whether" in put or "tell me" in put or "please {x}" in put or "remember" in put:
            what = _you(what)
        to = "to " if put.startswith("Please remember {to}") and en.is_base(what.split()[0].lower()) else ""
        return _ended(put.format(x=what.rstrip('?') if put.endswith('?') else what, to=to))
    return _told(bare, points)


def _you(text: str) -> str:
    text = re.sub(r"\b(he|she|they) (?:is|are)\b", "you are", text)
    text = re.sub(r"\b(he|she) (has|does|was)\b", lambda m: "you " + {"has": "have", "does": "do", "was": "were"}[m[2]], text)
    return re.sub(r"\b(?:him|her|them|he|she|they|his|their)\b", lambda m: _YOU[m[0].lower()], text)


def _ended(text: str) -> str:
    text = begun(text.strip())
    text = re.sub(r"([?!])\.$", r"\1", text)
    return text if text[-1:] in ".!?" else text + "."


def _told(text: str, points: Points) -> str:
    """A fact as it is told in a note: with the subject or verb that its words leave out."""
    text = text.strip(" .:")
    if not text:
        return ""
    if text.endswith(("?", "!")):
        return begun(text)
    is_group = bool(re.search(r"\bwe\b|\bour\b", " ".join(points.says), re.I)) or bool(re.search(r"\bteam|company|council|club", points.by, re.I))
    me = "We" if is_group else "I"
    low = text.lower()
    if "sign" in points.kind:
        return _ended(text)
    if re.match(r"they (?:are|can|may|should|will|need|have|must)\b", low) and points.to:
        return _ended(_you(text))
    pair = re.match(r"^(?P<k>[A-Za-z][\w ]{1,24}):\s+(?P<v>\S.*)$", text)
    if pair:
        return _ended(f"{pair['k']}: {pair['v']}")
    if _PREDICATE.match(text):
        return _ended(f"{me} {'are' if is_group else 'am'} {text[:1].lower() + text[1:]}")
    named = re.match(r"^(?P<role>substitute|deputy|replacement|contact|backup|stand-in|cover) (?P<verb>is|:) ?(?P<rest>.+)$", text, re.I)
    if named:
        return _ended(f"My {named['role'].lower()} is {named['rest']}")
    if _IT_DOES.match(text):
        return _ended(f"It {text}")
    if _SUBJECTLESS.match(text):
        verb = re.sub(r"^needs\b", "need", re.sub(r"^wants\b", "want", re.sub(r"^has\b", "have", text, flags=re.I), flags=re.I), flags=re.I)
        return _ended(f"{me} {verb[:1].lower() + verb[1:]}")
    words = en.tokens(text)[:24]
    found = en.verbs(words)
    if (found and found[0].at > 0) or re.match(r"(?:I|we|you|he|she|it|they|that|there)['’]\w+\b", text, re.I):
        return _ended(text)
    first = words[0].lower() if words else ""
    if en.is_base(first) and not (len(words) > 1 and words[1].lower() in ("is", "are", "was", "were", "of")):
        asks = f"please {text[:1].lower() + text[1:]}"
        return _ended(asks)
    if re.match(r"no\b", low):
        rest = re.sub(r"^no\s+", "", text, flags=re.I)
        return _ended(f"Please note: no {rest}")
    moved = re.match(r"^(?P<s>[\w ]{2,40}?) (?P<v>moved|postponed|cancelled|canceled|closed|open|delayed|changed|full|booked|free|broken|ready|due|required|welcome|allowed|forbidden|included|provided|possible|sold out|out of order|off)\b(?P<rest>.*)$", text, re.I)
    if moved:
        subject = moved["s"].strip()
        many = subject.lower().split()[-1].endswith("s") and not subject.lower().endswith("ss")
        article = "" if re.match(r"(?:the|our|my|your|all|no|\w+ing)\b", subject, re.I) or subject[:1].isupper() else "the "
        return _ended(f"{article}{subject} {'are' if many else 'is'} {moved['v']}{moved['rest']}")
    if re.search(r"\b(?:on|at|from|until|till|by|in|to)\b|\d", low) and len(words) >= 3 and first not in en.PREPOSITIONS:
        article = "" if text[:1].isupper() or first in en.DETERMINERS or first[:1].isdigit() else "a " if not first.endswith("s") else ""
        be = "are" if first.endswith("s") and not first.endswith("ss") and len(words) > 1 and words[1].lower() in en.PREPOSITIONS else "is"
        if not text[:1].isdigit():
            return _ended(f"There {be} {article}{text[:1].lower() + text[1:] if first not in ('i',) and not text[:2].isupper() else text}")
    if len(words) <= 8 and not text[:1].isdigit():
        items = re.split(r",\s*|\s+and\s+", text)
        if len(items) >= 2:
            return _ended(f"Please note: {text}")
    return _ended(text)


def _greeting(who: str, kind: str) -> str:
    who = re.sub(r"\s*\([^)]*\)", "", re.sub(r"\s*,? (?:called|named) ", " ", who)).strip(" ,")
    who = re.sub(r"^(?:all (?:of )?)?(?:the|our|my|a) ", "", who, flags=re.I) if not re.match(r"[A-Z]", who) else who
    if not who or re.match(r"(?:whom|be|me\b|say|tell|ask)", who, re.I):
        return "" if _BARE_KINDS.search(kind) else "Hello,"
    relative = re.match(r"(?:boss|manager|colleague|friend|landlord|landlady|neighbou?r|teacher|mother|father|mum|dad|brother|sister|aunt|uncle|son|daughter|wife|husband|downstairs neighbou?r|team lead) (?P<name>[A-Z][\w'’-]+(?: [A-Z][\w'’-]+)*)$", who)
    if relative:
        who = relative["name"]
    if re.match(r"(?:everyone|everybody|all|team)\b", who, re.I):
        return f"Hello {who.lower()},"
    if _GROUPS.match(who) or re.match(r"(?:Mr|Mrs|Ms|Miss|Dr|Prof)\b|[A-ZÀ-Ý]", who):
        return f"Dear {who},"
    return f"Dear {who if len(who.split()) <= 3 else 'Sir or Madam'},"


def _laid_out(points: Points, lines: list[str]) -> str:
    """Greeting, body and close, within the limits and without what is banned."""
    bans = " ; ".join(points.bans)
    greeting = "" if re.search(r"\bgreeting|salutation", bans, re.I) else points.begin or _greeting(points.to, points.kind)
    is_note = bool(_BARE_KINDS.search(points.kind))
    close = points.end or points.by or ("" if is_note else "Kind regards")
    if points.end and points.by and points.by.lower() not in points.end.lower():
        close = f"{points.by}\n{points.end}" if re.search(r"regards|wishes", points.by, re.I) else points.end if len(points.end.split()) > 1 and points.end.endswith(points.by) else f"{points.end}" if re.match(r"\w+$", points.end) else f"{points.by}\n{points.end}"
    body = [_allowed(line, points) for line in lines]
    if re.search(r"\bpolite|\bfriendl|\bformal", points.how, re.I) or points.kind in ("letter", "request", "complaint"):
        body = [re.sub(r"\bI want\b", "I would like", line) for line in body]
    if greeting and not re.search(r"[,.!:;]$", greeting) and not points.begin:
        greeting += ","
    if points.begin and points.begin[-1:] not in ".,!:;":
        greeting += ","
    if points.sentences:
        body = _joined(body, points.sentences)
    while points.words and _size(greeting, body, close) > points.words and greeting and not points.begin and not points.to:
        greeting = ""
    subject = ""
    if points.subject:
        topic = re.sub(r"^(?:I am writing about|Please note:|There (?:is|are)(?: an?)?|Please|It)\s+", "", next((b for b in body if not b.startswith(("Thank", "Could", "I apologise"))), body[0]))
        subject = points.subject if points.subject != "yes" else _topic(topic)
        subject = f"Subject: {subject}"
    said = "\n\n".join(part for part in (subject, greeting, " ".join(body), close) if part)
    return _punctuated(said, points)


def _topic(sentence: str) -> str:
    """What a sentence is about: its subject where that is longer than a word, else its first words."""
    words = sentence.rstrip(".!?").split()
    found = en.verbs(en.tokens(" ".join(words[:14])))
    at = found[0].at if found else 0
    return begun(" ".join(words[: at if 2 <= at <= 7 else 7]).rstrip(",;"))


def _size(greeting: str, body: list[str], close: str) -> int:
    return len(f"{greeting} {' '.join(body)} {close}".split())


def _joined(body: list[str], most: int) -> list[str]:
    """The sentences as no more than so many, the shortest neighbours joined."""
    body = list(body)
    while len(body) > most and len(body) > 1:
        at = min(range(len(body) - 1), key=lambda i: len(body[i]) + len(body[i + 1]) + (400 if "?" in body[i] else 0))
        first, second = body[at].rstrip(".!?"), body[at + 1]
        second = second if re.match(r"(?:I|We)\b|[A-Z]\w+ [A-Z]", second) and not re.match(r"We\b", second) else second[:1].lower() + second[1:]
        body[at : at + 2] = [f"{first}, and {second}"]
    return body


def _allowed(line: str, points: Points) -> str:
    """A sentence without the words that must not be in it."""
    for ban in points.bans:
        words = re.findall(r"[\"“'‘]([^\"”’']{1,30})[\"”’']", ban) or re.findall(r"\b(?:words?|phrase|mention|use|say|write|avoid) (?:the )?(?:words? )?([a-z][\w'’-]{2,20})$", ban, re.I)
        for word in words:
            other = {"must": "have to", "sorry": "", "please": "kindly", "unfortunately": "", "urgent": "pressing", "deadline": "last day", "free": "at no charge", "problem": "matter", "delay": "wait", "late": "behind time", "cheap": "at a low price", "but": "yet", "very": ""}.get(word.lower(), "")
            line = re.sub(rf"(?<!\w){re.escape(word)}(?!\w),? ?", f"{other} " if other else "", line, flags=re.I)
        if re.search(r"\bemojis?\b", ban, re.I):
            line = re.sub(r"[\U0001F300-\U0001FAFF☀-➿]", "", line)
    return begun(re.sub(r"\s+([.,!?])", r"\1", re.sub(r"[^\S\n]{2,}", " ", line)).strip())


def _punctuated(said: str, points: Points) -> str:
    bans = " ; ".join(points.bans)
    if re.search(r"\bexclamation", bans, re.I):
        said = said.replace("!", ".")
    if re.search(r"\bquestion marks?", bans, re.I):
        said = re.sub(r"Could you (?:please )?([^?]{1,200})\?", r"Please \1.", said).replace("?", ".")
    if re.search(r"\bcommas?\b", bans, re.I):
        said = said.replace(",", "")
    return said
