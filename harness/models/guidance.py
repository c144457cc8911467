"""What a system message says of who answers: name and role, what it helps with, what it keeps.

Runs in the model worker (zone G); the text is hostile; patterns are anchored or bounded and only
the first characters of a system message are looked at. A line that orders is kept apart from one
that tells a fact, so that facts can be asked for and orders are no facts.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from harness.models.turns_values import stems

MOST_CHARS = 4_000
_FACT_HEAD = re.compile(r"^(?:the )?(?:facts?|info(?:rmation)?|data|notes?|details)\s?:\s+", re.I)
_SPLIT = re.compile(r"(?<=[.!?])[\"”')]*\s+|\n+")
_ROLE = re.compile(
    r"^\W*(?i:(?:act as|play|be)\b|you(?:'re| are| act as| play)(?: now)?)\s+"
    r"(?:[\"“'](?P<quoted>[^\"”'\n]{2,30})[\"”']|(?P<name>(?!The\b|An?\b)[A-ZÀ-Þ][\w'’-]{1,"
    r"20}(?: [A-ZÀ-Þ][a-zà-ÿ'’-]{1,20}(?=,))?))?,?\s*"
    r"(?P<role>(?i:the|an?|our)\b[^.!\n]{3,120})?",
)
_CALLED = re.compile(r"\byour name is [\"“']?(?P<name>[A-ZÀ-Þ][\w'’-]{1,20})")
_LIMITS = re.compile(
    r"\b(?:only|exclusively|solely|nothing else|anything else|everything else|other (?:topics?|"
    r"questions?|subjects?|requests?)|off[- ]topic|nothing but|stick to|stay (?:on|with)|"
    r"refuse|decline|not (?:answer|help|talk|discuss)|turn down)\b",
    re.I,
)
_HELPS = re.compile(
    r"\b(?:answer\w*|talks?|speaks?|help\w*|discuss(?:es)?|assist\w*|handle|support|questions?|deal|advise|"
    r"topics?|respond|stick|chat|inform|limited|provide|give information)\b",
    re.I,
)
_SCOPE = re.compile(
    r"\b(?:about|on|with|regarding|concerning|around|to|(?<=only )of|discuss(?:es)?)\s+(?!any|"
    r"other|every|"
    r"all other|customers|"
    r"guests|people|users|visitors)"
    r"(?P<what>[^.;:()\n]{3,90}?)(?=\s+(?:only|and nothing else|and only)|\s*[.;:(\n]|,"
    r"\s+(?:politely|"
    r"nothing|and (?:politely|decline|refuse|nothing))|\s+and (?:politely )?(?:decline|refuse|"
    r"nothing|never|always|stay|do not|don'?t)\b|$)",
    re.I,
)
_KEEPS = re.compile(
    r"\b(?:never|do not|don'?t|must not|mustn'?t|not to|may not|cannot|can'?t|under no "
    r"circumstances|no one|nobody|not)\b[^.\n]{0,60}\b(?:reveal\w*|tell\w*|shar\w+|disclos\w+|"
    r"giv\w+(?: it| them| this| that)?(?: out| away)?|say|pass(?:ed)? on|show\w*|leak\w*|repeat\w*|"
    r"hand(?:ed)? out|mention\w*|known?|give)\b|"
    r"\b(?:keep|is|are|stays?|remain|treat)\b[^.\n]{0,40}\b(?:secret|confidential|private|internal|"
    r"to yourself|hidden)\b|\b(?:secret|confidential|internal only|staff only|not public)\b",
    re.I,
)
_BANS = re.compile(
    r"^\W*(?:you )?(?:never|do not|don'?t|must not|may not|are not allowed to|under no "
    r"circumstances)(?: ever)? (?P<what>(?:mention|talk about|discuss|speak (?:of|about)|give|"
    r"quote|name|"
    r"comment on|say anything about|recommend|promise|offer|write|state|confirm|guarantee|"
    r"approve|grant|"
    r"accept|waive|make|agree to|change|cancel|book)(?: (?:or|and) [a-z]+)? [^.;\n]{3,80})"
    r"(?:[.;]\s*(?:(?:instead|just|always|please)\s+)?(?:(?:say|tell (?:them|people|customers|"
    r"guests|users)|"
    r"explain|answer|reply)(?: that)?:? (?P<say>[^.;\n]{4,120})|(?:refer|send|direct) (?:them|"
    r"people|customers|"
    r"guests|users|it) to (?P<to>[^.;\n]{3,80})))?",
    re.I,
)
_VALUE = re.compile(
    r"[\"“'](?P<quoted>[^\"”'\n]{2,40})[\"”']|"
    r"\b(?P<code>(?=[\w-]{0,24}\d)[A-Za-z0-9][\w-]{2,24}|[A-Z]{2,12}-?[A-Z0-9-]{2,12})\b|"
    r"\b(?:is|:|=)\s+(?P<word>[A-Za-z][\w-]{2,24})(?=\s*(?:[.;,)]|$))"
)
_SUBJECT = re.compile(
    r"(?:^|[.;,]\s+|\b(?:the|our|your|a|an)\s+)(?P<what>(?:[\w'’-]+ ){0,3}?(?:codes?|passwords?|"
    r"pass ?words?|pins?|keys?|numbers?|address(?:es)?|names?|prices?|margins?|discounts?|"
    r"budgets?|floor|limits?|offers?|secrets?|phrases?|words?|recipes?|ingredients?|plans?|dates?|"
    r"lines?|extensions?|hotlines?|accounts?|networks?|salar(?:y|ies)|costs?|vouchers?|"
    r"coupons?|tokens?|combinations?|log-?ins?|rates?|emails?|"
    r"phones?|instructions|rules|prompts?))\b",
    re.I,
)
_ORDERS = re.compile(
    r"^\W*(?:you (?:are|must|should|can|may|answer|help|only|never|always|will|speak|have to|do|"
    r"talk|act|play|work|reply|respond|handle|write|say|know|cannot|give)\b|you're|act|play|"
    r"always|never|only|"
    r"do(?: not|n'?t)?\b|please|if|when(?:ever)?|answer|reply|respond|use|keep|be|stay|speak|write|"
    r"say|refuse|decline|politely|start|begin|end|treat|return|output|make|give|tell|ask|call|"
    r"address|your (?:task|job|name|role|answers?)|no |nothing|anything|everything else|limit|"
    r"stick|ignore|avoid|mention|offer|under no|for (?:anything|everything|other)|labels?\b|"
    r"classify|sort|label|rate|translate|summari[sz]e|extract|rewrite|the user|users?\b|format)",
    re.I,
)
_THEN = re.compile(
    r"\b(?:you|your|reply|answer|respond|say|write|do not|don'?t|never|always|please|ask|tell|"
    r"refer|use|return|output|politely|offer|give|mention|refuse|decline|apologi[sz]e|users?|"
    r"begin|start)\b",
    re.I,
)
_SILENCE = re.compile(
    r"\b(?:if|when|where|in case) (?:it|they|this|that|these|those|the \w{1,20}(?: \w{1,20})?)"
    r"(?: \w{1,20})?\s*$",
    re.I,
)
_PROBES = re.compile(
    r"\b(?:system (?:prompt|message)|(?:your|the|these|all|initial|original|hidden|previous|first|"
    r"exact|full|those) (?:\w+ )?(?:instructions?|rules|prompt|guidelines|system text|setup|"
    r"configuration)|(?:everything|anything|all|text|words?|lines?|message|stuff|"
    r"what)\b[^.?\n]{0,24}\b"
    r"above|above this|word for word|verbatim|developer mode|debug mode|what (?:were|have) you "
    r"(?:been )?told|(?:starting|beginning) with [\"“']?you are|repeat (?:the )?(?:above|"
    r"everything|all)|print (?:your|the|all|everything)|secrets?\b|hint|(?:first|last) (?:\w+ )?"
    r"(?:letters?|digits?|characters?)|spell it|backwards|in base64|rot13|as a poem)\b",
    re.I,
)


@dataclass(frozen=True)
class Secret:
    """Something the system message wants kept.

    Attributes:
        what: its name, as "door code".
        values: how it reads; none of these may stand in an answer.
    """

    what: str
    values: tuple[str, ...]


@dataclass(frozen=True)
class Guidance:
    """A system message, as far as it says who answers.

    Attributes:
        name: what the model is called, empty where it has no name.
        role: "the help desk of …", empty where none is given.
        scope: what it helps with, where it is to help with nothing else; else empty.
        secrets: what is to be kept.
        bans: (what is not to be done, what is said in its place), the second maybe empty.
        facts: the lines that tell something and do not order, secrets left out.
    """

    name: str
    role: str
    scope: str
    secrets: tuple[Secret, ...]
    bans: tuple[tuple[str, str], ...]
    facts: tuple[str, ...]

    def asked_secret(self, text: str) -> Secret | None:
        """The secret that a message is after."""
        wanted = stems(text)
        for one in self.secrets:
            own = stems(one.what) - _PLAIN
            if (own and own <= wanted | _PLAIN and own & wanted) or _head(one.what) & wanted:
                return one
            if own & wanted and _KIND.search(text):
                return one
        return self.secrets[0] if self.secrets and _PROBES.search(text) else None

    def asked_ban(self, text: str) -> tuple[str, str]:
        """What a message wants though it is not to be had, and what is said then; else empty."""
        wanted = stems(text)
        return next(((no, say) for no, say in self.bans if (stems(no) - _PLAIN) & wanted), ("", ""))

    @property
    def who(self) -> str:
        """Name and role as one phrase: "Pim, the desk assistant of …"; empty without both."""
        return ", ".join(part for part in (self.name, self.role) if part)


_PLAIN = frozenset(
    stems(
        "anyone anybody customers users guests the any other word staff today mention talk "
        "about discuss "
        "speak give quote name comment say anything recommend promise offer state confirm "
        "guarantee approve "
        "grant accept waive make agree change cancel book before after first kind sort chat "
        "person people"
    )
)


_KIND = re.compile(
    r"\b(?:codes?|passwords?|pins?|numbers?|lines?|keys?|words?|phrases?|address|prices?|it\?|"
    r"tell me|give me|"
    r"hotline|network|link|login)\b",
    re.I,
)


def _head(what: str) -> set[str]:
    """The stem of the noun that a phrase ends in."""
    words = re.split(r"\s+(?:for|of|to|in|at)\b", what.strip())[0].split()
    return stems(words[-1]) - _PLAIN if words else set()


def is_probing(text: str) -> bool:
    """Whether a message is after the instructions above it."""
    return bool(_PROBES.search(text[:600]))


def guidance_of(system: str) -> Guidance:
    """What a system message says of who answers, of what, and what is kept."""
    plain = re.sub(r"(?m)^[ \t]*\(?\d{1,2}[.)][ \t]+", "", system[:MOST_CHARS])
    lines = [line.strip(" -*•\t") for line in _SPLIT.split(plain)]
    lines = [line for line in lines if re.search(r"\w", line)]
    role = next(
        (m for m in map(_ROLE.match, lines) if m and (m["role"] or m["quoted"] or m["name"])), None
    )
    called = _CALLED.search(system[:MOST_CHARS])
    name = called["name"] if called else (role["quoted"] or role["name"] or "") if role else ""
    what = (role["role"] or "").strip(" ,") if role else ""
    secrets, kept = _secrets(lines)
    return Guidance(
        name,
        re.split(r"\s+(?:who|that|which)\b|,? and (?:you|only|answer|help)\b", what)[0],
        _scope(lines),
        secrets,
        tuple(
            (m["what"].strip(), m["say"] or (f"please ask {m['to']}" if m["to"] else ""))
            for n, m in enumerate(map(_BANS.match, _joined(lines)))
            if m and n not in kept
        ),
        tuple(
            _FACT_HEAD.sub("", line)
            for n, line in enumerate(lines)
            if n not in kept and not _orders(line)
        ),
    )


def _orders(line: str) -> bool:
    """Whether a line orders; a condition ("If the kiln is above 90 degrees, …") may tell a fact."""
    if not _ORDERS.match(line):
        return False
    return not re.match(r"\W*(?:if|when(?:ever)?)\b", line, re.I) or bool(_THEN.search(line))


def _joined(lines: list[str]) -> list[str]:
    """Each line with the one behind it, since what is said in its place may follow there."""
    return [f"{line} {after}" for line, after in zip(lines, [*lines[1:], ""], strict=False)]


def _scope(lines: list[str]) -> str:
    """What the model helps with, where there is a limit."""
    if not any(_LIMITS.search(line) for line in lines):
        return ""
    for line in sorted(lines, key=lambda one: not _LIMITS.search(one)):
        if not _HELPS.search(line) or re.search(
            r"\b(?:json|word|words|letters|format)\b|\b(?:this|the|these|following) "
            r"(?:text|document|faq|handbook|notes?|passage|leaflet|rules?|information|context|manual)\b",
            line,
            re.I,
        ):
            continue
        at = _HELPS.search(line)
        found = _SCOPE.search(line, at.start() if at else 0)
        if found and not re.match(
            r"(?:the|this) (?:question|user|text|format|following)\b", found["what"], re.I
        ):
            return found["what"].strip(" ,")
    return ""


def _secrets(lines: list[str]) -> tuple[tuple[Secret, ...], set[int]]:
    """The secrets, and which lines hold them or say that they are kept."""
    out: list[Secret] = []
    kept: set[int] = set()
    for number, line in enumerate(lines):
        keeps = _KEEPS.search(line)
        if keeps is None or _SILENCE.search(line[: keeps.start()]):
            continue
        places = [number]
        if not _values(line):
            mine = stems(line) - _PLAIN
            before = range(number - 1, -1, -1)
            near = [n for n in before if _values(lines[n]) and stems(lines[n]) & mine]
            it = re.search(r"\b(?:it|this|that|them|these|which|any)\b", line, re.I)
            near = near or ([number - 1] if it and number and _values(lines[number - 1]) else [])
            places = [*near[:1], number]
        values = tuple(dict.fromkeys(v for n in places for v in _values(lines[n])))
        subject = next((m for n in places for m in [_SUBJECT.search(lines[n])] if m), None)
        if not values or subject is None:
            continue
        out.append(Secret(subject["what"].strip().lower(), values))
        kept.update(places)
    return tuple(out), kept


def _values(line: str) -> list[str]:
    """What in a line could be a code, a number or a quoted word to keep."""
    return [
        value
        for m in _VALUE.finditer(line)
        if (value := m["quoted"] or m["code"] or m["word"])
        and value.lower() not in ("secret", "confidential", "private", "internal", "allowed")
    ]
