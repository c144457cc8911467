"""What a note has to say, each point as a sentence: by its verb, or by what it lacks.

Runs in the model worker; pure.
"""

from __future__ import annotations

import re

from harness.models.skills import english as en
from harness.models.skills.making_points import Points
from harness.models.skills.rewriting_forms import begun

_ACTS: tuple[tuple[str, str], ...] = (
    (r"thank(?:s|ing)?(?: (?:him|her|them|you|the \w+|\w+))? for (?P<x>.+)", "Thank you for {x}."),
    (r"(?:apologi[sz]e[sd]?|apologi[sz]ing|sorry|say(?:s|ing)? sorry|an? "
r"apology)(?: to \w+)? (?:for|about) (?P<x>.+)", "I apologise for {x}."),
    (r"(?:say(?:s|ing)? )?yes to (?P<x>[\w :.]{2,40})", "{x} suits me."),
    (r"(?:say(?:s|ing)? )?no to (?P<x>[\w :.]{2,40})", "I am afraid that {x} does not suit me."),
    (r"ask(?:s|ing)?(?: (?:him|her|them|you|the [\w ]{2,20}?|(?-i:[A-Z]\w+)))? "
r"(?:whether|if) (?P<x>.+)", "Could you let me know whether {x}?"),
    (r"ask(?:s|ing)? (?:(?:him|her|them|you) )?(?P<x>(?:when|where|what|who|"
r"which|how|why)\b.+)", "Could you tell me {x}?"),
    (r"ask(?:s|ing)?(?: (?:him|her|them|you|for|the [\w ]{2,20}?|(?-i:[A-Z]\w+)))? "
r"to (?P<x>.+)|(?:request\w*|tell(?:s|ing)?|invit\w+) (?:him|her|them|"
r"you) to (?P<y>(?:bring|send|call|come|confirm|reply|let|check|return|"
r"pay|sign|wait|keep|be|close|move|leave|write).+)", "Could you please {x}?"),
    (r"(?:ask(?:s|ing)?(?: (?:him|her|them|you))? for|request(?:s|ing)?|"
r"enquir\w+ about) (?P<x>.+)", "I would like to ask for {x}."),
    (r"remind(?:s|ing)? (?:(?:him|her|them|you|everyone|people|the [\w "
r"]{2,20}?|all) )?(?:to|of) (?P<x>.+)", "Please remember {to}{x}."),
    (r"remind(?:s|ing)? (?:(?:him|her|them|you|everyone|people|the [\w "
r"]{2,20}?|all) )?(?:that) (?P<x>.+)", "Please remember that {x}."),
    (r"(?:propos|suggest)(?:e|es|ing|s)?(?: (?:to|that) \w+)? (?P<x>.+)", "May I suggest {x}?"),
    (r"offer(?:s|ing)?(?: (?:him|her|them|you))? to (?P<x>.+)", "I would be glad to {x}."),
    (r"offer(?:s|ing)?(?: (?:him|her|them|you))? (?P<x>.+)", "I can offer you {x}."),
    (r"invit(?:e|es|ing)(?: (?:him|her|them|you|everyone|all|the [\w "
r"]{2,20}?))? (?:to|for) (?P<x>.+)", "You are invited to {x}."),
    (
        r"(?:declin(?:e|es|ing)|turn(?:s|ing)? down|refus(?:e|es|ing)) (?P<x>.+)",
        "I am afraid I have to decline {x}.",
    ),
    (r"accept(?:s|ing)? (?P<x>.+)", "I am glad to accept {x}."),
    (r"cancel(?:s|ling)? (?P<x>.+)", "I have to cancel {x}."),
    (r"complain(?:s|ing)? (?:about|that) (?P<x>.+)", "I would like to complain about {x}."),
    (r"confirm(?:s|ing)?(?: that)? (?P<x>.+)", "I confirm {x}."),
    (r"congratulat(?:e|es|ing)(?: \w+)? (?:on|for) (?P<x>.+)", "Congratulations on {x}."),
    (r"(?:promise|promises|promising)(?: \w+)? to (?P<x>.+)", "I promise to {x}."),
    (r"announc(?:e|es|ing)(?: that)? (?P<x>.+)", "We announce {x}."),
    (r"wish(?:es|ing)?(?: (?:him|her|them|you))? (?P<x>.+)", "I wish you {x}."),
    (
        r"warn(?:s|ing)?(?: (?:him|her|them|you|people))? (?:of|about) (?P<x>.+)",
        "Please beware of {x}.",
    ),
    (r"(?:about|regarding|concerning) (?P<x>.+)", "I am writing about {x}."),
    (r"(?:it )?(?:must |should |has to )?(?:mentions?|includes?|contains?|"
r"names?|states?|gives?|mentioning|including|stating|giving)(?: that)? "
r"(?P<x>(?:the |our |my )?(?:[\w-]+ ){0,4}?(?:date|time|day|place|price|"
r"number|room|address|deadline|phone|link|code|fee|venue|hours|contact|"
r"name)\b[ :,(]*(?:is |are )?(?P<z>.+?)\)?)", "{fact}"),
    (r"(?:(?:it |and )?(?:says?|saying|tells?|telling|write|inform\w*|"
r"explain\w*|mentions?|mentioning|states?|stating|point\w* out|notes?|"
r"noting|lets?|letting|let)\b(?: (?:him|her|them|you|everyone|people|"
r"the \w+|(?-i:[A-Z]\w+)))?(?: know)?(?: that|:)?) (?P<x>.+)", "{say}"),
)  # fmt: skip


_COMPILED = tuple(
    (re.compile(rf"^(?:please )?(?:to )?(?:{pattern})$", re.I | re.S), put)
    for pattern, put in _ACTS
)


_YOU = {
    "him": "you",
    "her": "you",
    "them": "you",
    "he": "you",
    "she": "you",
    "they": "you",
    "his": "your",
    "their": "your",
    "himself": "yourself",
    "herself": "yourself",
}


_PREDICATE = re.compile(
    r"^(?:away|ill|sick|late|busy|absent|out|back|back again|on (?:holiday|"
    r"leave|vacation|the road)|off|at home|unable|happy|glad|sorry|"
    r"available|unavailable|free|in (?:a meeting|bed|hospital|town))\b",
    re.I,
)


_SUBJECTLESS = re.compile(
    r"^(?:can(?:not|['’]t)?|could(?:n['’]t)?|will|won['’]t|would|need|needs|"
    r"want|wants|have|has|had|am|was|may|might|must|got|hope|expect|look "
    r"forward|back in|missed|lost|found|sent|forgot|left|paid|ordered|"
    r"received|waited)\b",
    re.I,
)


_IT_DOES = re.compile(
    r"^(?:starts?|begins?|ends?|opens?|closes?|costs?|takes?|lasts?|leaves?|"
    r"arrives?|runs?|may|might|will|is|was|can(?!['’]t|not)|moved|moves|postponed|"
    r"cancelled)\b",
    re.I,
)


def sentence_of(say: str, points: Points) -> str:
    """One point as a sentence of the note."""
    bare = say.strip().rstrip(".").strip()
    if re.match(r"ask|request|enquir|whether|if\b", bare, re.I) and not re.search(
        r"\b(?:question|what|where|when|how|why) ", bare
    ):
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
            what = to_you(what)
        if "know whether" in put or "tell me" in put or "please {x}" in put or "remember" in put:
            what = to_you(what)
        to = (
            "to "
            if put.startswith("Please remember {to}") and en.is_base(what.split()[0].lower())
            else ""
        )
        return _ended(put.format(x=what.rstrip("?") if put.endswith("?") else what, to=to))
    return _told(bare, points)


_HERS = re.compile(
    r"\b(?:her|his|their) (?=[a-z]+\b)(?!(?:to|in|on|at|for|that|and|by|with|the|a|is|about)\b)"
)
_PERSON = re.compile(
    r"(?:Mr|Mrs|Ms|Miss|Dr)\b|(?:the |our |a )?(?:customer|client|guest|tenant)\b", re.I
)


def addressed(line: str, points: Points) -> str:
    """A sentence about the one to whom the note goes, said to them: "her sofa" is "your sofa"."""
    if not _PERSON.match(points.to) or re.search(r"\b(?:he|she|they)\b", line, re.I):
        return line
    if re.search(r"(?<![.!?] )(?<!^)\b[A-Z][a-z]+ [^.]{0,40}\b(?:her|his)\b", line):
        return line  # somebody else is named before
    return begun(_HERS.sub("your ", line[:1].lower() + line[1:]))


_THIRD = re.compile(
    r"\b(?:he|she) (?P<adverb>(?:still|also|really|ever|often|usually) )?(?P<verb>[a-z]{3,20}s)\b"
)


def to_you(text: str) -> str:
    """What is told of somebody, told to them: "she has" as "you have"."""
    text = re.sub(r"\b(he|she|they) (?:is|are)\b", "you are", text)
    text = re.sub(
        r"\b(he|she) (has|does|was)\b",
        lambda m: "you " + {"has": "have", "does": "do", "was": "were"}[m[2]],
        text,
    )
    text = _THIRD.sub(_base_of, text)
    return re.sub(r"\b(?:him|her|them|he|she|they|his|their)\b", lambda m: _YOU[m[0].lower()], text)


def _base_of(mark: re.Match[str]) -> str:
    """A verb of the third person as it stands with "you"."""
    base = en.lemma_of(mark["verb"].lower(), "s")
    return f"you {mark['adverb'] or ''}{base}" if base else mark[0]


def _ended(text: str) -> str:
    text = begun(text.strip())
    text = re.sub(r"([?!])\.$", r"\1", text)
    return text if text[-1:] in ".!?" else text + "."


_MASS = re.compile(
    r"\b(?:works?|noise|water|food|cake|coffee|tea|music|parking|time|space|help|dust|traffic|rain|snow|"
    r"wine|beer|bread|breakfast|lunch|dinner|electricity|power|heating)\b"
)
_EVENTS = (
    r"(?:strike|leak|fire|delay|power cut|outage|traffic jam|fault|storm|flood|shortage|burst pipe|"
    r"party|meeting|sale|fire drill|roadworks?|holiday|error|mistake|mix-up|problem|issue)"
)
_DAY = r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day"
_MONTH = (
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December)"
)
_NUMBER = r"(?:\d{1,3}|an?|one|two|three|four|five|six|ten|twelve)"
_ILL = r"(?:fever|headache|migraine|cold|cough|flu|stomach bug|toothache|sore throat)"


def _short(text: str) -> str:
    """A point without a verb as a sentence: an event, an illness, a telephone, a count."""
    if re.match(
        rf"(?:an? |the )?{_EVENTS} (?:at|in|on|of|with|by|from)\b", text, re.I
    ) and not en.verbs(en.tokens(text)):
        bare = re.sub(r"^(?:an?|the) ", "", text, flags=re.I)
        return (
            f"there is {'an' if bare[:1].lower() in 'aeiou' else 'a'} {bare[:1].lower()}{bare[1:]}"
        )
    if re.fullmatch(rf"(?:an? |the |bad |high |with )*{_ILL}", text, re.I):
        return f"I have a {re.sub('^(?:an?|the|with) ', '', text.lower())}"
    phone = re.match(
        r"(?:tele)?(?:phone|tel|mobile|call)\W{1,3}(?P<n>\+?\d[\d /-]{4,20})$", text, re.I
    )
    if phone:
        return f"my phone number is {phone['n'].strip()}"
    if re.match(r"(?:contact|call|ask|e-?mail|phone|write to|ping|see|text) [A-Z]", text):
        return f"please {text[:1].lower()}{text[1:]}"
    if re.match(rf"(?:{_DAY}|\d{{1,2}} {_MONTH}|{_MONTH} \d)", text):
        return f"it is on {text}"
    if re.fullmatch(
        rf"(?:about |at least |up to )?{_NUMBER} (?:minutes?|hours?|days?|weeks?|months?)", text
    ):
        return f"it will take {text}"
    if re.match(r"(?:due|overdue|payable|delayed|postponed|cancelled)\b", text, re.I):
        return (
            f"it {'was' if re.search(r'ago|last|yesterday', text) else 'is'} "
            f"{text[:1].lower()}{text[1:]}"
        )
    counted = re.match(
        r"(?:\d{1,3}|two|three|four|five|six|ten|twelve) [a-z][a-z -]{2,30}s$", text, re.I
    )
    if counted and not en.verbs(en.tokens(text)):
        return f"there are {text[:1].lower()}{text[1:]}"
    return ""


def _told(text: str, points: Points) -> str:
    """A fact as it is told in a note: with the subject or verb that its words leave out."""
    text = re.sub(r"\s+->\s+(?=moved|changed|postponed|now)", " is ", text.strip(" .:"))
    if not text:
        return ""
    if text.endswith(("?", "!")):
        return begun(text)
    is_group = bool(re.search(r"\bwe\b|\bour\b", " ".join(points.says), re.I)) or bool(
        re.search(r"\bteam|company|council|club", points.by, re.I)
    )
    me = "We" if is_group else "I"
    low = text.lower()
    if "sign" in points.kind:
        return _ended(text)
    if re.match(r"(?:they|he|she) (?:is|are|can|may|should|will|need|needs|have|has|must)\b", low):
        if points.to:
            return _ended(to_you(text))
    room = re.match(
        r"^(?P<k>room|hall|platform|gate|table|stand|building|floor) (?P<v>[A-Z]?\d\w*|[A-Z])$",
        text,
        re.I,
    )
    if room:
        return _ended(f"It is in {room['k'].lower()} {room['v']}")
    pair = re.match(r"^(?P<k>[A-Za-z][\w ]{1,24}):\s+(?P<v>\S.*)$", text)
    if pair:
        return _ended(f"{pair['k']}: {pair['v']}")
    thing = re.match(r"(?:the|our) [a-z]+(?: [a-z]+)?$", points.to)
    if thing and re.match(r"(?:out of|closed|broken|open|shut|not in)\b", text, re.I):
        return _ended(f"{points.to} is {text}")
    if _PREDICATE.match(text):
        return _ended(f"{me} {'are' if is_group else 'am'} {text[:1].lower() + text[1:]}")
    named = re.match(
        r"^(?P<role>substitute|deputy|replacement|contact|backup|stand-in|"
        r"cover) (?P<verb>is|:) ?(?P<rest>.+)$",
        text,
        re.I,
    )
    if named:
        return _ended(f"My {named['role'].lower()} is {named['rest']}")
    if _IT_DOES.match(text):
        return _ended(f"It {text}")
    if _SUBJECTLESS.match(text):
        verb = re.sub(
            r"^needs\b",
            "need",
            re.sub(r"^wants\b", "want", re.sub(r"^has\b", "have", text, flags=re.I), flags=re.I),
            flags=re.I,
        )
        return _ended(f"{me} {verb[:1].lower() + verb[1:]}")
    if short := _short(text):
        return _ended(short)
    words = en.tokens(re.sub(r"(?<=\w)-(?=\w)", "", text))[:24]
    found = en.verbs(words)
    if (found and found[0].at > 0) or re.match(
        r"(?:I|we|you|he|she|it|they|that|there)['’]\w+\b", text, re.I
    ):
        return _ended(text)
    first = words[0].lower() if words else ""
    if first == "please":
        return _ended(text)
    if (
        en.is_base(first)
        and not re.match(r"\w+-\w", text)
        and not (len(words) > 1 and words[1].lower() in ("is", "are", "was", "were", "of"))
    ):
        asks = f"please {text[:1].lower() + text[1:]}"
        return _ended(asks)
    if re.match(r"no\b", low):
        rest = re.sub(r"^no\s+", "", text, flags=re.I)
        return _ended(f"Please note: no {rest}")
    moved = re.match(
        r"^(?P<s>[\w ]{2,40}?) (?P<v>moved|postponed|cancelled|canceled|closed|"
        r"open|delayed|changed|full|booked|free|broken|ready|due|required|"
        r"welcome|allowed|forbidden|included|provided|possible|sold out|out of "
        r"order|off|unpaid|paid|missing|overdue|late|expired|lost|damaged|leaking|empty)\b(?P<rest>.*)$",
        text,
        re.I,
    )
    if moved:
        subject = moved["s"].strip()
        many = subject.lower().split()[-1].endswith("s") and not subject.lower().endswith("ss")
        article = (
            ""
            if re.match(r"(?:the|our|my|your|all|no|\w+ing|\w+ \d+)\b", subject, re.I)
            or subject[:1].isupper()
            else "the "
        )
        return _ended(f"{article}{subject} {'are' if many else 'is'} {moved['v']}{moved['rest']}")
    if (
        re.search(r"\b(?:on|at|from|until|till|by|in|to)\b|\d", low)
        and len(words) >= 3
        and first not in en.PREPOSITIONS
    ):
        article = (
            ""
            if text[:1].isupper() or first in en.DETERMINERS or first[:1].isdigit()
            else ("an " if first[:1] in "aeiou" else "a ")
            if not first.endswith("s")
            and not _MASS.search(low.split(" until ")[0].split(" from ")[0])
            else ""
        )
        be = (
            "are"
            if first.endswith("s")
            and not first.endswith("ss")
            and len(words) > 1
            and words[1].lower() in en.PREPOSITIONS
            else "is"
        )
        if not text[:1].isdigit():
            return _ended(
                f"There {be} {article}{text if text[:2].isupper() else text[:1].lower() + text[1:]}"
            )
    if len(words) <= 8 and not text[:1].isdigit():
        items = re.split(r",\s*|\s+and\s+", text)
        if len(items) >= 2:
            return _ended(f"Please note: {text}")
    return _ended(text)
