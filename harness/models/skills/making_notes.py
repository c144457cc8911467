"""A note or mail of a few lines out of the points that an order gives. It invents nothing.

Runs in the model worker; pure. Each point becomes a sentence (making_sayings);
then length, bans, first and last words are obeyed.
"""

from __future__ import annotations

import re

from harness.models.reading import Reading
from harness.models.skills import english as en
from harness.models.skills.lengths import limits_asked
from harness.models.skills.making_order import orders_of
from harness.models.skills.making_points import Points, points_of
from harness.models.skills.making_sayings import addressed, sentence_of
from harness.models.skills.rewriting_forms import begun

_SECRET = re.compile(
    r"\b(?:gives?|send|sends|tells?|hands?|reveals?|types?|enters?|get|gets|"
    r"share|shares|confirm|ask\w*|verify)\b[^.\n]{0,60}"
    r"\b(?:passwords?|passcode|pin|card number|credentials|login|tan|security code)\b",
    re.I,
)
_GROUPS = re.compile(
    r"^(?:the|our|all|my)? ?(?:\w+ )?(?:tenants|neighbou?rs|customers|"
    r"guests|members|parents|colleagues|staff|team|residents|visitors|"
    r"students|pupils|friends|everyone|volunteers|teachers|clients|class)\b",
    re.I,
)
_BARE_KINDS = re.compile(
    r"sign|sms|text|notice|announcement|post|voicemail|chat|slack|whatsapp|"
    r"heads|update|line|invitation|invite|msg",
    re.I,
)


_RUNS = re.compile(
    r"\b(?:blurb|paragraph|description|running text|prose|flowing text|teaser|advert|ad|text|"
    r"(?:one|two|three|[1-4])[- ]sentences?)\b",
    re.I,
)
_MAKES = re.compile(
    r"^\W{0,3}(?:please |can you )?(?:make|turn|write|put|use|combine|form)\b", re.I
)


def run_together(said: str) -> str | None:
    """Bare points as sentences of one paragraph: a blurb; None where an order wants none."""
    order, *lines = said.strip().split("\n")
    points = [
        line.strip()[1:].strip(" .") for line in lines if line.strip()[:1] in "-*•" and line.strip()
    ]
    if not 2 <= len(points) <= 8 or len(points) != sum(bool(line.strip()) for line in lines):
        return None
    is_asked = _MAKES.match(order) and _RUNS.search(order)
    if not is_asked or re.search(r"\b(?:e-?mail|letter|message|note|bullet)\b", order, re.I):
        return None
    body = [_plain_fact(sentence_of(point, Points("text"))) for point in points]
    limits = limits_asked(order)
    return " ".join(_joined(body, limits.sentences) if limits.sentences else body)


def _plain_fact(sentence: str) -> str:
    """A bare point as something that is there: "Old mill." as "It is an old mill."."""
    bare = re.sub(r"^Please note: no ", "There is no ", sentence)
    if (
        bare != sentence
        or en.verbs(en.tokens(bare))
        or re.match(r"(?:There|It) (?:is|are)\b", bare)
    ):
        return bare
    small = bare[:1].lower() + bare[1:]
    if re.match(r"(?:\d+|two|three|many|some|several)\b|\w+s\W*$", bare, re.I):
        return f"There are {small}"
    return f"It is {'an' if small[:1] in 'aeiou' else 'a'} {small}"


def noted(reading: Reading) -> str | None:
    """The note that the last message orders; None where it orders none or gives nothing to say."""
    if not orders_of(reading):
        return None
    said = next(text for role, text in reading.prompt.messages if role == "user")
    system = "\n".join(
        text for role, text in reading.prompt.messages if role in ("system", "developer")
    )
    if len(system) > 400:
        return None
    points = points_of(said)
    if points is None:
        return None
    if _SECRET.search(said) and re.search(
        r"\b(?:in the name of|pretend\w*|as if|looks? like|convincing|fake|"
        r"posing|bank|so that|colleague|trick\w*)\b",
        said,
        re.I,
    ):
        return "I do not write that: it would get somebody to give away a secret that is theirs."
    lines = [sentence for say in points.says if (sentence := sentence_of(say, points))]
    if not lines or sum(len(line.split()) for line in lines) < 4:
        return None
    return laid_out(points, lines)


def _greeting(who: str, kind: str) -> str:
    if re.search(r"sign|notice|announcement", kind) and not (
        _GROUPS.match(who) or who[:1].isupper()
    ):
        return ""  # a notice for the lift speaks to nobody
    who = re.sub(r"\s*\([^)]*\)", "", re.sub(r"\s*,? (?:called|named) ", " ", who)).strip(" ,")
    who = (
        re.sub(r"^(?:all (?:of )?)?(?:the|our|my|a) ", "", who, flags=re.I)
        if not re.match(r"[A-Z]", who)
        else who
    )
    if not who or re.match(r"(?:whom|be|me\b|say|tell|ask)", who, re.I):
        return "" if _BARE_KINDS.search(kind) else "Hello,"
    if re.match(
        r"(?:fridge|door|window|lift|notice ?board|kitchen|gate|wall|mailbox|hall)\b", who, re.I
    ):
        return ""
    relative = re.match(
        r"(?:boss|manager|colleague|friend|landlord|landlady|neighbou?r|teacher|"
        r"mother|father|mum|dad|brother|sister|aunt|uncle|son|daughter|wife|"
        r"husband|downstairs neighbou?r|team lead) (?P<name>[A-Z][\w'’-]+(?: "
        r"[A-Z][\w'’-]+)*)$",
        who,
    )
    if relative:
        who = relative["name"]
    if re.match(r"(?:everyone|everybody|all|team)\b", who, re.I):
        return f"Hello {who.lower()},"
    if _GROUPS.match(who) or re.match(r"(?:Mr|Mrs|Ms|Miss|Dr|Prof)\b|[A-ZÀ-Ý]", who):
        return f"Dear {who},"
    return f"Dear {who if len(who.split()) <= 3 else 'Sir or Madam'},"


def laid_out(points: Points, lines: list[str]) -> str:
    """Greeting, body and close, within the limits and without what is banned."""
    bans = " ; ".join(points.bans)
    greeting = (
        ""
        if re.search(r"\bgreeting|salutation", bans, re.I)
        else points.begin or _greeting(points.to, points.kind)
    )
    is_note = bool(_BARE_KINDS.search(points.kind))
    close = points.end or points.by or ("" if is_note else "Kind regards")
    if points.end and points.by and points.by.lower() not in points.end.lower():
        close = (
            f"{points.by}\n{points.end}"
            if re.search(r"regards|wishes", points.by, re.I)
            else points.end
            if len(points.end.split()) > 1 and points.end.endswith(points.by)
            else f"{points.end}"
            if re.match(r"\w+$", points.end)
            else f"{points.by}\n{points.end}"
        )
    body = [_allowed(addressed(line, points), points) for line in lines]
    if re.search(r"\bpolite|\bfriendl|\bformal", points.how, re.I) or points.kind in (
        "letter",
        "request",
        "complaint",
    ):
        body = [re.sub(r"\bI want\b", "I would like", line) for line in body]
    if greeting and not re.search(r"[,.!:;]$", greeting) and not points.begin:
        greeting += ","
    if points.begin and points.begin[-1:] not in ".,!:;":
        greeting += ","
    if points.sentences:
        body = _joined(body, points.sentences)
    while (
        points.words
        and _size(greeting, body, close) > points.words
        and greeting
        and not points.begin
        and not points.to
    ):
        greeting = ""
    subject = ""
    if points.subject:
        topic = re.sub(
            r"^(?:I am writing about|Please note:|There (?:is|are)(?: an?)?|Please|It)\s+",
            "",
            next((b for b in body if not b.startswith(("Thank", "Could", "I apologise"))), body[0]),
        )
        subject = points.subject if points.subject != "yes" else _topic(topic)
        subject = f"Subject: {subject}"
    said = "\n\n".join(part for part in (subject, greeting, " ".join(body), close) if part)
    said = _punctuated(said, points)
    return said.upper() if points.capitals else said


def _topic(sentence: str) -> str:
    """What a sentence is about: its subject where that is several words, else its beginning."""
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
        at = min(
            range(len(body) - 1),
            key=lambda i: len(body[i]) + len(body[i + 1]) + (400 if "?" in body[i] else 0),
        )
        first, second = body[at].rstrip(".!?"), body[at + 1]
        second = (
            second
            if re.match(r"(?:I|We)\b|[A-Z]\w+ [A-Z]", second) and not re.match(r"We\b", second)
            else second[:1].lower() + second[1:]
        )
        body[at : at + 2] = [f"{first}, and {second}"]
    return body


def _allowed(line: str, points: Points) -> str:
    """A sentence without the words that must not be in it."""
    for ban in points.bans:
        words = re.findall(r"[\"“'‘]([^\"”’']{1,30})[\"”’']", ban) or re.findall(
            r"\b(?:words?|phrase|mention|use|say|write|avoid) (?:the )?(?:words? "
            r")?([a-z][\w'’-]{2,20})$",
            ban,
            re.I,
        )
        for word in words:
            other = {
                "must": "have to",
                "sorry": "",
                "please": "kindly",
                "unfortunately": "",
                "urgent": "pressing",
                "deadline": "last day",
                "free": "at no charge",
                "problem": "matter",
                "delay": "wait",
                "late": "behind time",
                "cheap": "at a low price",
                "but": "yet",
                "very": "",
            }.get(word.lower(), "")
            line = re.sub(
                rf"(?<!\w){re.escape(word)}(?!\w),? ?",
                f"{other} " if other else "",
                line,
                flags=re.I,
            )
        if re.search(r"\bemojis?\b", ban, re.I):
            line = re.sub(r"[\U0001F300-\U0001FAFF☀-➿]", "", line)
    return begun(re.sub(r"\s+([.,!?])", r"\1", re.sub(r"[^\S\n]{2,}", " ", line)).strip())


def _punctuated(said: str, points: Points) -> str:
    bans = " ; ".join(points.bans)
    if re.search(r"\bexclamation", bans, re.I):
        said = said.replace("!", ".")
    if re.search(r"\bquestion marks?", bans, re.I):
        said = re.sub(r"Could you (?:please )?([^?]{1,200})\?", r"Please \1.", said).replace(
            "?", "."
        )
    if re.search(r"\bcommas?\b", bans, re.I):
        said = said.replace(",", "")
    return said
