"""Who, which firm, where and what in a text, by the word of the role beside a name.

Runs in the model worker; the text is hostile and only read. Roles are compared by word; no pattern
is made of them.
"""

from __future__ import annotations

import re

from harness.models.skills import english as en
from harness.models.skills.names import NOT_NAMES, people
from harness.models.skills.record_source import SILENT, Source, value_of
from harness.models.skills.record_wants import Want
from harness.models.skills.retrieval import stem

NAME = (
    r"[A-ZÀ-Ý](?:[\w'’&-]|\.(?=\w))*"
    r"(?: (?:of |and |& |de |van |von |der |den |la |the |del |da )?[A-ZÀ-Ý][\w'’&-]*){0,4}"
)
_NAME = re.compile(NAME)
_PERSON = re.compile(
    r"(?:(?:Mr|Mrs|Ms|Dr|Prof|Professor)\.? )?[A-ZÀ-Ý][\w'’-]+(?: (?:van |von |de |da |der |la |"
    r"del )?[A-ZÀ-Ý][\w'’-]+){1,3}"
)
_SIGNED = re.compile(
    r"(?:regards|cheers|thanks|thank you|best(?: wishes)?|sincerely|yours(?: \w+)?|greetings|love|"
    r"faithfully)[,.!]?\s+"
    rf"({NAME})\s*(?:\n|$)",
    re.I,
)
_I_AM = re.compile(rf"\b(?:[Mm]y name is|[Tt]his is|I am|I['’]m|[Nn]ame['’]s) ({NAME})")
_HERE = re.compile(rf"\b({NAME}) (?:here|speaking)\b")
_DEAR = re.compile(rf"\b(?:Dear|Hi|Hello|Hey) ({NAME})")
_DASHED = re.compile(rf"(?:[—–]\s?|[\n.!?]\s*-\s?|[.!?\"”] )({NAME})\s*$")
_WITH = re.compile(
    rf"(?<!\bnot )\b(?:with|to|contact|ask for|call|see|write to|questions to|reach) ({NAME})"
)
_BY = re.compile(rf"\b(?:by|from) ({NAME})")
_OWN = frozenset(
    "name customer client patient author contact applicant guest caller user person reviewer "
    "candidate employee sender".split()
)
_TITLED = re.compile(rf"\b(?:Mr|Mrs|Ms|Miss|Dr|Prof)\.? {NAME}")
_FROM = re.compile(rf"\bfrom ({NAME})")
_TO = re.compile(rf"\b(?:to|towards|into|for) ({NAME})")
_IN = re.compile(rf"\b(?:in|at|near|from|to) (?:the |our |your )?({NAME})")
_BASED = re.compile(
    r"\b(?:based|located|headquartered|headquarters (?:is|are)|seated|situated) (?:in|at) "
    rf"(?:the )?({NAME})"
)
_CITY_BEHIND = re.compile(
    r"[A-ZÀ-Ýa-z]\w+, ([A-ZÀ-Ý][\w'’-]+(?: [A-ZÀ-Ý][\w'’-]+)?)(?= ?[(.,;\n]|$)"
)
_FIRM = re.compile(rf"\b(?:at|by|with|for|from|of|via|through) (?:the )?({NAME})")
_SENDS = re.compile(
    r"\b([A-Z][A-Z&]{1,5}|[A-Z][a-z]+[A-Z]\w*) (?:shipments?|parcels?|packages?|consignments?|"
    r"couriers?|flights?)\b"
)
_FIRM_NAMED = re.compile(
    r"\b((?:[A-ZÀ-Ý][\w&'’-]* ){1,4}(?:Ltd|GmbH|Inc|AG|LLC|SE|Corp|PLC|plc|Co|Group|Bank|Company|"
    r"Labs?|Studio|Hotel|Bakery|"
    r"Store|Shop|Motors|Services|University|Institute|Hospital)\b\.?)"
)
_JOB = re.compile(
    r"(?:^|[:.!]\s+|\bas (?:an? |our |the )?|\bfor an? |\bseeks? an? |\bhiring an? |"
    r"\blooking for an? |\b(?:is|was) (?:an?|the|our) )"
    r"((?:[\w-]+ ){0,4}?[\w-]+)(?= (?:at|wanted|needed|for|in|with|from|to join|of|and|who|\()|"
    r"[,.(;!\n]|$)",
)
_BOUGHT = re.compile(
    r"\b(?i:bought|ordered|purchased|got|received|tried|returned|reviewed|using|own|review of|"
    r"about) (?:the |an? |my |this |our |your )?"
    r"((?:[\w'’-]+ ){0,4}?[\w'’-]+)(?= (?:in|from|on|last|for|at|with|and|but|is|was|has|two|"
    r"a week|yesterday|because|arrived)\b|[,.;!(\n]|$)"
)
_DRUG = re.compile(r"\b([A-Za-z-]{4,}) \d+(?:[.,]\d+)? ?(?:mg|ml|g|mcg|µg|iu|units?)\b", re.I)
_COUNTED = re.compile(
    r"\b(\d{1,4}|two|three|four|five|six|seven|eight|nine|ten|"
    r"a dozen)(?: x)? ((?:[a-z][\w-]* ){0,3}[a-z][\w-]*)"
)
_END_OF_NOUN = frozenset(
    "for from in at to on with and or of please but is are was were has have which that each came "
    "by".split()
)
_LEVEL = re.compile(r"\b(?:DEBUG|INFO|WARN(?:ING)?|ERROR|FATAL|CRITICAL|TRACE|NOTICE)\b")
_SERVICE = re.compile(
    r"\b(?:DEBUG|INFO|WARN(?:ING)?|ERROR|FATAL|CRITICAL|TRACE|NOTICE)\]?\s+\[?([\w.-]{2,40})\]?:?\s"
)
_WINDS = re.compile(
    r"\b(N|S|E|W|NE|NW|SE|SW|NNE|ENE|ESE|SSE|SSW|WSW|WNW|NNW|(?:north|south)(?:-?(?:east|west))?|"
    r"east|west)\b"
)
_COLOURS = frozenset(
    "black white red green blue yellow brown grey gray silver gold orange purple pink beige navy "
    "turquoise cream".split()
)


_OFTEN = re.compile(
    r"\b(?:once|twice|(?:two|three|four|\d) times)(?: (?:a|per) (?:day|week|month|hour)| daily|"
    r" weekly)|\bevery (?:\d+ |other |second )?"
    r"(?:hours?|days?|weeks?|months?|morning|evening|night)|\b(?:daily|weekly|monthly|hourly)\b",
    re.I,
)
_AGENT = re.compile(
    r"^(?!number|order|colou?r|sensor|router|timer|power|water|paper|letter|weather|semester|"
    r"chapter)\w{3,}(?:er|or|ee|ant|ist|ian)$"
)
_ROAD = r"[A-ZÀ-Ý][\w.'’-]+(?: [A-ZÀ-Ý][\w.'’-]+){0,3}"
_TOWN = r"[A-ZÀ-Ý][\w'’-]+(?: [A-ZÀ-Ý][\w'’-]+)?"
_ADDRESS = re.compile(
    rf"(?P<street>{_ROAD}) (?P<number>\d{{1,4}}[a-z]?),?\s+(?P<zip>\d{{4,6}}) (?P<city>{_TOWN})"
    rf"|(?P<number2>\d{{1,5}}) (?P<street2>{_ROAD}),\s+(?P<city2>{_TOWN}),?\s+"
    r"(?P<zip2>(?:[A-Z]{2} )?\d{4,6}|[A-Z]{1,2}\d{1,2}[A-Z]? \d[A-Z]{2})"
)
_VACANCY = re.compile(
    r"\b(?:wanted|hiring|salary|vacancy|apply|applicants?|per hour|full[- ]time|part[- ]time|"
    r"position|job)\b",
    re.I,
)
_ENDINGS = frozenset("service treatment purpose subject".split())
_JOBS = frozenset("role job position title profession occupation".split())


def _clean(said: str) -> str:
    said = re.split(r"\s*[(,;]|\s+(?:-|–)\s+", said.strip())[0]
    return said.strip(" .\"'“”")


def _is_name(said: str) -> bool:
    return bool(said) and said.split()[0].rstrip(".") not in NOT_NAMES and not said.isdigit()


def person(source: Source, want: Want, said: str | None) -> object:
    """Who plays a role."""
    if said is not None and len(said.split()) <= 8:
        return _clean(said) or SILENT
    by_role = _of_role(source, want)
    if by_role:
        return by_role
    text = source.text
    for words, patterns in (
        (
            "author sender writer signatory from reviewer customer client name guest caller user",
            (_SIGNED, _I_AM, _HERE, _DASHED),
        ),
        ("recipient addressee to", (_DEAR,)),
        ("seller vendor supplier lessor lender", (_FROM,)),
        ("contact", (_WITH, _SIGNED)),
        ("artist author writer director photographer speaker", (_BY,)),
    ):
        if want.head in words.split() or (
            want.head == "name" and set(want.words) & set(words.split())
        ):
            for pattern in patterns:
                mark = pattern.search(text)
                if mark and _is_name(mark[1]):
                    return mark[1].strip(" .")
    if want.head in _OWN and not ({"first", "last", "family"} & set(want.words)):
        if titled := _one_titled(text):
            return titled
        found = [n for n in people(text) if " " in n]
        if found:
            return min(found, key=text.find)
        lead = re.match(r"\s*((?:Dr\. |Mr\. |Ms\. )?[A-ZÀ-Ý][\w'’-]+ [A-ZÀ-Ý][\w'’-]+)\b", text)
        return lead[1] if lead else SILENT
    return SILENT


def _one_titled(text: str) -> str:
    """The one name of a text behind "Mr" or "Dr", with it; empty for none or several."""
    found = {m[0].strip(" .") for m in _TITLED.finditer(text)}
    return found.pop() if len(found) == 1 else ""


def _of_role(source: Source, want: Want) -> str:
    """The name beside the word of a role: "Nils Aal (chair)", "the chair, Nils Aal"."""
    for word in source.words:
        if word.stem != stem(want.head):
            continue
        before, behind = (
            source.text[max(0, word.start - 70) : word.start],
            source.text[word.end : word.end + 60],
        )
        mark = re.search(
            rf"({NAME})(?: \((?:the |as |our )?[\"“'‘]?|, (?:the |our |an? |as )?|,? (?:as|is|was|"
            rf"will be) (?:the |our |an? )?)$",
            before,
        )
        if mark and _is_name(mark[1]):
            return mark[1].strip(" .,")
        mark = re.match(rf"[\"”'’]?(?: is|:|,| named| called| was)? ({NAME})", behind)
        if mark and _is_name(mark[1]):
            return mark[1].strip(" .,")
    return ""


def firm(source: Source, want: Want, said: str | None) -> object:
    """Which firm is meant."""
    if said is not None and len(said.split()) <= 8:
        return said.split(" (")[0].strip()
    if by_role := _of_role(source, want):
        return by_role
    if sends := _SENDS.search(source.text):
        return sends[1]
    named = _FIRM_NAMED.search(source.text)
    first = source.text.strip().split("\n")[0].strip(" *#=-")
    is_headed = (
        "\n" in source.text.strip()
        and 0 < len(first) <= 40
        and not re.search(r"\d|:|[.!?,]$|^(?:hi|hello|hey|dear|good|guten|bonjour)\b", first, re.I)
    )
    if is_headed and (not named or named[1].strip() in first):
        return first
    if named and _is_name(named[1]):
        return re.sub(r"^(?:The|At|By|From|With|On) ", "", named[1]).strip(" .,")
    for mark in _FIRM.finditer(source.text):
        if _is_name(mark[1]) and not re.match(
            r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec|Mon|Tue|Wed|Thu|Fri|Sat|Sun)",
            mark[1],
        ):
            return mark[1].strip(" .")
    return SILENT


def in_address(source: Source, head: str) -> str:
    """A part of the one postal address of a text; empty where there is none."""
    name = {
        "street": "street",
        "zip": "zip",
        "postcode": "zip",
        "city": "city",
        "town": "city",
        "number": "number",
        "house": "number",
    }.get(head, "")
    mark = _ADDRESS.search(source.text) if name else None
    return (mark[name] or mark[f"{name}2"] or "") if mark else ""


def place(source: Source, want: Want, said: str | None) -> object:
    """Where."""
    if said is not None:
        return (
            said.strip(" .")
            if want.head in ("address", "location", "venue", "where", "place")
            else _clean(said)
        )
    text = source.text
    if part := in_address(source, want.head):
        return part
    if set(want.words) & {"origin", "from", "departure", "start"}:
        mark = _FROM.search(text)
        return _clean(mark[1]) if mark else SILENT
    if set(want.words) & {"destination", "to", "arrival"}:
        mark = next((m for m in _TO.finditer(text) if _is_name(m[1])), None)
        return _clean(mark[1]) if mark else SILENT
    if want.head in ("city", "town", "country"):
        mark = _CITY_BEHIND.search(text)
        inside = [m for m in re.finditer(rf"\bin (?:the )?({NAME})", text) if _is_name(m[1])]
        if inside:
            return _clean(inside[0][1])
        found = mark[1] if mark and _is_name(mark[1]) else None
        return SILENT if found is None and want.head == "country" else found
    based = _BASED.search(text)
    mark = based or next((m for m in _IN.finditer(text) if _is_name(m[1])), None)
    return _clean(mark[1]) if mark else None


def phrase(source: Source, want: Want, said: str | None) -> object:
    """A short phrase: a job, a thing, a colour, a level; None where nothing points to one."""
    text, head = source.text, want.head
    if said is None and _AGENT.search(head) and (who := _of_role(source, want)):
        return who
    if said is not None:
        is_job = head in _JOBS and len(said.split()) > 3
        return (_job(said) or said) if is_job else said
    if head in ("color", "colour"):
        hit = next((w.text for w in source.words if w.text.lower() in _COLOURS), None)
        return hit or SILENT
    if head == "direction" or ("wind" in want.words and head == "from"):
        mark = _WINDS.search(text)
        return mark[1] if mark else SILENT
    if head in ("level", "severity"):
        mark = _LEVEL.search(text)
        return mark[0] if mark else None
    if head in _ENDINGS and not _LEVEL.search(text) and (last := last_part(text)):
        return last
    if head in ("service", "component", "module", "logger"):
        mark = _SERVICE.search(text)
        return mark[1].rstrip(":") if mark else None
    if head in ("medication", "drug", "medicine", "substance"):
        mark = _DRUG.search(text)
        return mark[1] if mark else SILENT
    if head in _JOBS and (head != "title" or _VACANCY.search(text)):
        job = _job(text)
        if job:
            return job
    if head in ("topic", "subject", "theme"):
        about = re.search(r"\babout ([^.,;:!?\n]{3,60})", text)
        return about[1].strip() if about else None
    if head == "frequency":
        often = _OFTEN.search(text)
        return often[0] if often else SILENT
    if head in ("item", "product", "article", "goods", "thing", "object"):
        return _thing(source)
    if head in ("make", "brand", "manufacturer", "model"):
        names = re.match(
            r"\W*(?:(?:Used|New|The|A|An|For sale:?|Selling:?) )?([A-ZÀ-Ý][\w-]+) ([A-Z0-9][\w-]*)",
            text,
        )
        return names[2 if head == "model" else 1] if names else None
    return _beside(source, want)


def last_part(text: str) -> str:
    """The few words behind the last comma of a text of one sentence; empty for none."""
    body = text.strip().rstrip(".!")
    front, comma, last = body.rpartition(", ")
    if not comma or re.search(r"[.!?;]\s", body) or len(front.split()) < 5:
        return ""
    is_thing = 0 < len(last.split()) <= 4 and last[0].islower()
    is_thing = is_thing and not re.match(
        r"(?:and|or|but|so|please|thanks?|not|i|we|you|he|she|it|in|on|at|by|for|with|to)\b", last
    )
    return last if is_thing and not re.search(r"\d", last) else ""


def _job(text: str) -> str:
    for mark in _JOB.finditer(text):
        words = mark[1].split()
        if (
            0 < len(words) <= 5
            and not en.verbs(en.tokens(mark[1]))
            and words[0].lower() not in ("we", "i", "the", "on", "it", "you", "this")
        ):
            return mark[1].strip()
    return ""


def _thing(source: Source) -> object:
    bought = _BOUGHT.search(source.text)
    if bought and not re.match(r"(?:\d|two|three|four|five|six|several|some)\b", bought[1]):
        return bought[1]
    for mark in _COUNTED.finditer(source.text):
        words: list[str] = []
        for word in mark[2].split():
            if word in _END_OF_NOUN and not (word == "of" and words):
                break
            words.append(word)
        words = words[:-1] if words and words[-1] == "of" else words
        if words and words[0].rstrip("s") not in (
            "day",
            "week",
            "month",
            "hour",
            "minute",
            "euro",
            "year",
            "time",
            "star",
            "dollar",
        ):
            return " ".join(words)
    return bought[1] if bought else None


def _beside(source: Source, want: Want) -> object:
    """What stands with the field's own word: "boiler K4", "the size is X"."""
    for word in source.words:
        if word.stem not in want.stems:
            continue
        behind = source.text[word.end : word.end + 60]
        code = re.match(r" ([A-Z]{1,4}-?\d[\w-]*)", behind)
        if code:
            return code[1]
        number = re.match(r":? (-?\d+(?:[.,]\d+)?)(?=[\s,.;]|$)(?! ?%)", behind)
        if number and want.field.kind == "text" and len(want.words) == 1:
            return value_of(number[1])
        mark = re.match(
            rf" (?:is|are|was|called|named|:) (?:the |an? )?({NAME}|"
            rf"[\w-]+(?: [\w-]+){{0,3}})(?=[,.;\n]|$)",
            behind,
        )
        if mark:
            return mark[1]
        quoted = re.match(r"\W{1,3}[\"“]([^\"“”\n]{2,60})[\"”]", behind)
        if quoted:
            return quoted[1]
    return None
