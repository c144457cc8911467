"""Tell a prompt that wants one verdict by its parts under heads, its offered words, its scale.

Runs in the model worker; the text is hostile: capped, every repeat is bounded. The heads say what
is judged and by what: `Source:` and `Claim:`, `Reference answer:` and `Candidate:`, `Request:` and
`Reply:`. What fools it: a text to be labelled that itself has such heads.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from harness.models.reading import Reading
from harness.models.skills.record_form import fields_of, sketch_in

_MOST_CHARS = 8_000
_HEAD = re.compile(
    r"(?:^|\n|"
    r"(?<=[.!?\"”] ))[ \t]{0,4}[*#]{0,3}"
    r"(?P<name>[A-Za-z][a-z'’]{0,14}(?:[ -][A-Za-z][\w'’-]{0,14}){0,3}|"
    r"[A-Z]{2,14}(?: [A-Z]{2,14}){0,2}|[A-D])"
    r"(?: ?\((?P<side>[^()\n]{1,30})\))?[*]{0,3}[ \t]{0,2}:[*]{0,2}[ \t]{0,4}(?=\S|\n[^\n])"
)
_TAGS = re.compile(r"<(?P<name>[a-z_]{3,20})>\s*(?P<body>[\s\S]{2,5000}?)\s*</(?P=name)>", re.I)
_BASIS = re.compile(
    r"^(?:the |original |given |retrieved |reference )?(?:source(?: text| of truth| document)?|"
    r"context|document|doc|article|"
    r"passage|premise|text|notes?|policy|facts?|evidence|knowledge(?: base)?|manual|original|"
    r"excerpt|report|transcript|leaflet)$",
    re.I,
)
_KEY = re.compile(
    r"^(?:the )?(?:reference|gold|golden|expected|correct|model(?= (?:answer|solution))|ideal|key|"
    r"ground|target|official|true)"
    r"(?: (?:answer|output|reply|response|key|truth|label|result|value|solution))?$|"
    r"^(?:answer )?key$|^solution$",
    re.I,
)
_SAID = re.compile(
    r"^(?:the |an? )?(?:[\w'’-]+ )?(?:[\w'’-]+ )?(?:answers?|claims?|statement|hypothesis|summary|"
    r"reply|response|output|prediction|"
    r"candidate|submission|assertion|caption|completion|draft|translation|generated|message|"
    r"e-?mail|text|sql|query|code|"
    r"post|comment|review|tweet|bot|assistant|agent|chatbot|model|mail|letter|headline|title|blurb|"
    r"bio|advert|ad|description|paragraph|slogan)(?: to (?:check|judge|grade|"
    r"verify|score))?(?: [A-D1-9])?$",
    re.I,
)
_ASKED = re.compile(
    r"^(?:the )?(?:user |customer |original |student )?(?:question|query|request|prompt|customer|"
    r"user|asked|task|q)"
    r"(?: from [\w ]{2,20})?$",
    re.I,
)
_RULE = re.compile(
    r"^(?:the )?(?:instructions?|requirements?|rules?|criteri(?:on|a)|constraints?|condition|"
    r"guidelines?|style rules?|conditions)(?: for [\w ]{2,24})?$",
    re.I,
)
_GOOD = (
    "pass|passes|yes|supported|grounded|entailment|entailed|entails|correct|right|true|relevant|faithful|accurate|valid|"
    "consistent|ok|match|accept|accepted|backed|good|compliant|complies|acceptable|complete|polite|verified|confirmed|sufficient|safe"
)
_BAD = (
    "fail|fails|no|contradiction|contradicted|contradicts|refuted|wrong|false|hallucinated|hallucination|mismatch|reject|rejected|bad|"
    "rude|fabricated|violation|off[- ]topic|unsafe"
)
_OPEN = (
    r"neutral|not[ _-]mentioned|not[ _-]stated|not[ _-]given|not[ _-]enough[ _-]info(?:rmation)?|"
    r"unknown|unclear|not[ _-]in[ _-](?:the[ _-])?(?:source|text)|"
    "unverifiable|nei|no[ _-]evidence|cannot[ _-]tell|can't[ _-]tell"
)
_PART = r"partial(?:ly)?(?:[ _-](?:supported|correct))?|partly(?:[ _-]\w+)?"
_WORD = re.compile(
    rf"(?<![\w-])(?P<word>(?P<open>{_OPEN})|(?P<part>{_PART})|(?P<bad>(?:not[ _-]?|non[ _-]?|un|"
    rf"in|ir|im|dis)(?:{_GOOD})|{_BAD})|(?P<good>{_GOOD}))(?![\w-])",
    re.I,
)
_LINK = re.compile(
    r"^\W{0,4}(?:\([^()\n]{0,60}\)\W{0,3})?(?:or|otherwise|else|if not|and|vs\.?|"
    r"versus)?[\W_]{0,6}(?:or |otherwise |else |and )?(?:the word )?\W{0,2}$",
    re.I,
)
_IF = re.compile(
    r"^[^.\n;]{0,90}?(?:,|;|\.)?\s?(?:or|otherwise|else|and|if not)[,:]? ?(?:reply |answer |say |"
    r"write |return |with )*\W{0,2}$",
    re.I,
)
_SCALE = re.compile(
    r"\b(?:from|scale(?: of| from)?|between|score|rate|rating|number|"
    r"points?)?\s?\(?(?P<low>[01])(?:\s?\([^()\n]{1,40}\)|\s?=\s?[^,;\n]{1,40})?\s?(?:to|-|–|and|"
    r"through|\.\.)\s?(?P<high>3|4|5|7|10|100)\b",
    re.I,
)
_ANCHOR = re.compile(r"(?<![\w.])(?P<n>10|[0-9])\s?[=:]\s?(?P<what>[A-Za-z][^,;.\n=]{1,60})")
_RATES = re.compile(r"\b(?:rate|score|scale|points?|stars|grade|mark|rating|rubric)\b", re.I)


@dataclass(frozen=True)
class Verdicts:
    """The words that a prompt offers for a verdict, as it writes them; empty for none."""

    good: str
    bad: str
    silent: str = ""
    partial: str = ""


@dataclass(frozen=True)
class Judged:
    """What a prompt wants judged.

    Attributes:
        parts: (head, body) in order; the heads in lower case.
        order: the prompt without the bodies.
        words: the verdicts offered.
        scale: lowest and highest mark.
        anchors: what some marks stand for.
        whole: all of it.
        is_plain: the verdicts are the usual ones, for the prompt offers none.
    """

    parts: tuple[tuple[str, str], ...]
    order: str
    words: Verdicts | None
    scale: tuple[int, int] | None
    anchors: tuple[tuple[int, str], ...]
    whole: str
    is_plain: bool = False

    def body(self, kind: re.Pattern[str]) -> str:
        """The last body under a head of one kind; empty for none."""
        return next((body for head, body in reversed(self.parts) if kind.match(head)), "")

    @property
    def basis(self) -> str:
        """What a statement is held against."""
        return self.body(_BASIS)

    @property
    def key(self) -> str:
        """The right answer, where it is given."""
        return self.body(_KEY)

    @property
    def said(self) -> str:
        """What is judged."""
        found = [
            b for h, b in self.parts if _SAID.match(h) and not _KEY.match(h) and not _BASIS.match(h)
        ]
        return found[-1] if found else ""

    @property
    def asked(self) -> str:
        """The question or request that it answers."""
        return self.body(_ASKED)

    @property
    def rule(self) -> str:
        """The one rule that it has to keep."""
        return self.body(_RULE)


def asked_verdict(reading: Reading) -> Judged | None:
    """The one verdict that a prompt's form asks for; None where the form leaves that open."""
    messages = reading.prompt.messages
    if any(role == "assistant" for role, _ in messages):
        return None
    if sum(len(text) for _, text in messages) > _MOST_CHARS:
        return None
    whole = "\n\n".join(text for _, text in messages)
    if ":" not in whole and "</" not in whole and '"' not in whole:
        return None
    judged = parted(whole)
    parts, order = judged.parts, judged.order
    words = offered(order)
    found = _SCALE.search(order) if _RATES.search(order) else None
    anchors = (
        tuple((int(m["n"]), m["what"].strip()) for m in _ANCHOR.finditer(order))
        if _RATES.search(order)
        else ()
    )
    anchors = anchors if len(anchors) >= 2 else ()
    scale = (int(found["low"]), int(found["high"])) if found else None
    if anchors and (scale is None or len(anchors) > 2):
        scale = min(n for n, _ in anchors), max(n for n, _ in anchors)
    if words is None and scale is None:
        is_pair = bool(judged.said) and bool(judged.basis or judged.asked)
        plain = _plain_words(order, has_source=bool(judged.basis)) if is_pair else None
        if plain is not None and plain is not _YES_NO and reading.task == "judge":
            return None  # read as a judgement already: claim by claim, which is surer
        return replace(judged, words=plain, is_plain=True) if plain else None
    return Judged(parts, order, words, scale, anchors, whole)


def parted(whole: str) -> Judged:
    """A prompt by its heads, with no word and no scale read."""
    parts, order = _parts(whole)
    return Judged(tuple(parts), order, None, None, (), whole)


_PLAIN = re.compile(
    r"\b(?P<lead>is|are|was|does|do|can)\b[^.?\n]{0,60}?\b(?:supported|backed|true|right|correct|"
    r"accurate|faithful|okay|ok|fine|hold|hold up|justified|borne out|grounded|follow|match|"
    r"agree)\b[^.?\n]{0,60}(?:\?|$)|(?:^|[.!\n]\s{0,3})(?P<bare>supported|backed|verdict|true|right|correct|"
    r"accurate|faithful|ok)\b[^.?\n]{0,60}\?",
    re.I | re.M,
)


_ON_TOPIC = re.compile(
    r"\b(?:is|does|do)\b[^.?\n]{0,30}\b(?:answer|reply|response|"
    r"it)\b[^.?\n]{0,16}\b(?:on[- ]topic|relevant|"
    r"answer\w* (?:the|what|it)|address\w*)\b",
    re.I,
)
_ADDS = re.compile(
    r"\b(?:does|do|is|are)\b[^.?\n]{0,40}\b(?:contain|add|say|mention|include|state|invent|anything|"
    r"something)\w*\b[^.?\n]{0,40}\b(?:not (?:in|stated|said|backed)|isn['’]t (?:in|"
    r"said)|beyond|made up|"
    r"invented)\b",
    re.I,
)
_PICKS = re.compile(r"\bwhich (?!of the claims\b)|\b(?:A or B|1 or 2)\b", re.I)


def _plain_words(order: str, *, has_source: bool) -> Verdicts | None:
    """The words for a verdict on a claim beside its source where the order offers none."""
    if _PICKS.search(order):
        return None
    if not has_source:
        return _YES_NO if _ON_TOPIC.search(order) else None
    if _ADDS.search(order):
        return _YES_NO
    found = _PLAIN.search(order)
    if found is None:
        return None
    is_named = re.search(r"\b(?:supported|backed|verdict)\b", found[0], re.I) is not None
    return Verdicts("Supported", "Unsupported") if is_named else _YES_NO


_YES_NO = Verdicts("Yes", "No")


_QUOTED_QUESTION = re.compile(
    r"\b(?:ask(?:s|ed)?|question|wrote|writes|wants to know|customer|user)\b[^\n\"“]{0,60}[:,]? "
    r"?[\"“]"
    r"(?P<asked>[^\"“”\n]{8,300}\?)[\"”]",
    re.I,
)


def asked_in(text: str) -> str:
    """The question or request under its head in a text; empty for none."""
    parts, _ = _parts(text)
    found = next((body for head, body in parts if _ASKED.match(head)), "")
    quoted = None if found else _QUOTED_QUESTION.search(text)
    return quoted["asked"] if quoted else found


def _parts(whole: str) -> tuple[list[tuple[str, str]], str]:
    """(head, body) for each part, and what is left of the prompt."""
    tagged = [(m["name"].lower().replace("_", " "), m["body"]) for m in _TAGS.finditer(whole)]
    rest = _TAGS.sub("\n\n", whole)
    parts: list[tuple[str, str]] = list(tagged)
    told: list[str] = []
    marks = [m for m in _HEAD.finditer(rest) if _is_head(m["name"])]
    at = 0
    for i, mark in enumerate(marks):
        if mark.start() < at:
            continue
        told.append(rest[at : mark.start()])
        stop = marks[i + 1].start() if i + 1 < len(marks) else len(rest)
        body = rest[mark.end() : stop]
        quoted = re.match(r"\s*[\"“](.+?)[\"”](?=\s|[.,]|$)", body, re.S)
        if quoted and body[quoted.end() :].strip(" .,\n"):
            cut = quoted.end()
        else:
            cut = _end_of(body)
        said = (quoted[1] if quoted and cut == quoted.end() else body[:cut]).strip()
        if len(said) > 1 and said[0] in '"“' and said[-1] in '"”':
            said = said[1:-1]
        parts.append((mark["name"].lower(), said.strip()))
        told.append(body[cut:])
        at = stop
    told.append(rest[at:])
    if len(parts) == 0:
        quotes = [
            m for m in re.finditer(r"[\"“]([^\"“”]{16,4000})[\"”]", rest) if len(m[1].split()) > 3
        ]
        if len(quotes) == 1:
            return [("text", quotes[0][1])], rest.replace(quotes[0][0], " ")
    return parts, "\n".join(told)


def _is_head(name: str) -> bool:
    return any(kind.match(name) for kind in (_BASIS, _KEY, _SAID, _ASKED, _RULE)) and not re.match(
        r"(?:reply|answer|respond|label|output|verdict|score)s?(?: with| only)?$",
        name if name[0].islower() else "",
        re.I,
    )


_ORDER_BEHIND = re.compile(
    r"\n[ \t]*\n(?=[^\n]{0,300}$|[^\n]{0,120}\?|(?:Is|Does|Do|Are|Did|Reply|Answer|Return|Respond|"
    r"Score|Rate|Label|Which|How|Say|Grade|Check|Verdict|Give)\b)"
    r"|\n(?=[^\n]{2,90}\?[^\n]{0,60}$)"
    r"|(?<=[.!?\"”]) (?=(?:true|supported|backed|correct|right|accurate|is (?:this|that|it)|is the "
    r"(?:claim|answer|statement|summary))\b[^.?\n]{0,60}\?\s*$)"
    r"|\n(?=(?:Is|Does|Do|Are|Did|Was|Were) (?:the|this|it)\b[^\n]{0,120}\?|(?:Reply|Answer|"
    r"Return|Respond|Score|Rate|Label|Verdict)\b[^\n]{0,120}$)"
)


def _end_of(body: str) -> int:
    """Where a body ends: before the order that follows it."""
    mark = _ORDER_BEHIND.search(body)
    return mark.start() if mark and body[: mark.start()].strip() else len(body)


def offered(order: str) -> Verdicts | None:
    """The words for good and bad that stand beside each other in an order."""
    at = sketch_in(order)
    if at is not None and (found := _in_run(order[at[0] : at[1]])):
        return found
    if at is not None and any(f.kind == "boolean" for f in fields_of(order[at[0] : at[1]])[:2]):
        return Verdicts("true", "false")
    return _in_run(order)


def _in_run(order: str) -> Verdicts | None:
    """The last words beside each other that are a good and a bad verdict."""
    marks = list(_WORD.finditer(order))
    best: Verdicts | None = None
    i = 0
    while i < len(marks):
        run = [marks[i]]
        for mark in marks[i + 1 :]:
            between = order[run[-1].end() : mark.start()]
            if not (_LINK.match(between) or _IF.match(between)):
                break
            run.append(mark)
        found = _verdicts(run)
        if found is not None:
            best = found
        i += len(run)
    return _paired(best, marks) if best else None


_PARTNERS = (("no", "yes"), ("fail", "pass"), ("fails", "passes"), ("false", "true"))


def _paired(found: Verdicts, marks: list[re.Match[str]]) -> Verdicts:
    """With the good word that belongs to the bad one: YES if it is supported, otherwise NO."""
    partner = dict(_PARTNERS).get(found.bad.lower())
    same = [m["word"] for m in marks if m["word"].lower() == partner]
    return replace(found, good=same[-1]) if same and found.good.lower() != partner else found


def _verdicts(run: list[re.Match[str]]) -> Verdicts | None:
    by = {
        kind: next((m["word"] for m in run if m[kind]), "")
        for kind in ("good", "bad", "open", "part")
    }
    if not by["good"] or not (by["bad"] or by["open"]):
        return None
    return Verdicts(by["good"], by["bad"], by["open"], by["part"])
