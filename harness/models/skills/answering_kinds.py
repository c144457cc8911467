"""What kind of answer a question wants: yes or no, a person, an amount, a time, a reason.

Runs in the model worker; the question is hostile, patterns are bounded.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from harness.models.skills.units import unit_pattern

Kind = Literal[
    "polar", "choice", "person", "amount", "money", "often", "when", "where", "why", "list",
    "colour", "made", "called", "manner", "thing",
]  # fmt: skip

_POLAR = re.compile(
    r"^\W*(?:is|are|was|were|do|does|did|can|could|may|will|would|has|have|am|must|should|"
    r"isn't|aren't|don't|doesn't|didn't|can't)\b",
    re.I,
)
_LATE_POLAR = re.compile(
    r"(?:[,;:–-]\s*|\b(?:so|but|and|then)\s)(?:is|are|was|were|do|does|did|can|could|may|will|"
    r"would|"
    r"has|have|am|must|should)\s(?:i|we|you|he|she|it|they|the|a|an|my|our|that|this|there|"
    r"[a-z]+s?)\b"
)
_WH = re.compile(r"\b(?:what|which|who|whom|whose|when|where|why|how)\b")
_WHICH_OF = re.compile(
    r"\b(?:which|who|what|is|are|does|do|did|was|should|in|on|at|by)\b[^?]{0,90}?[,:]?\s"
    r"([\w'’ -]{1,40}?),? or ((?:in |on |at |by |the |a )?[\w'’ -]{1,40})\W*$",
    re.I,
)
_OR_NOT = re.compile(r"\bor (?:not|no|never|so|else)\b", re.I)
_MEASURES: tuple[tuple[str, tuple[str, ...]], ...] = (
    (r"\bhow (?:heavy|much does \w[\w ]{0,40} weigh)|\bweigh(?:s|t)?\b", ("mass",)),
    (r"\bhow (?:loud|noisy)|\bnoise\b", ("noise",)),
    (r"\bhow (?:hot|cold|warm)|\btemperature\b", ("heat",)),
    (r"\bhow fast\b|\bspeed\b", ("speed",)),
    (r"\bhow long\b", ("span", "length")),
    (r"\b(?:duration|length of (?:stay|time)|period|deadline for)\b", ("span",)),
    (r"\bhow far\b|\bdistance\b", ("length", "span")),
    (
        r"\bhow (?:tall|high|deep|wide|broad|thick)\b|\b(?:height|depth|width|"
        r"length)\b",
        ("length",),
    ),
    (r"\bhow (?:big|large)\b|\bsize\b|\barea\b", ("area", "length", "volume", "data", "")),
    (r"\bhow old\b|\b(?:what|which|from what|minimum) age\b", ("age",)),
    (r"\bpercent(?:age)?\b|\bshare\b", ("share",)),
    (r"\bhow (?:powerful|strong)\b", ("power",)),
)
_MONEY_ASKED = re.compile(
    r"\b(?:cost|price|fee|fine|charge|deposit|pay|paid|rent|expensive|dear|fare|wage|salary|toll|"
    r"worth|ticket price|earn|spend|owe|budget|donat\w+|rais\w+)s?\b",
    re.I,
)


@dataclass(frozen=True)
class Wanted:
    """What would answer a question.

    Attributes:
        kind: the kind of answer.
        units: families of units for an amount, "" for a bare number, "age" for years or a number;
            for a time what of it: "clock", "weekday", "date", "year", "month" or none.
        noun: the thing that is counted or named, in lower case, empty where there is none.
        options: what is offered to choose from.
        is_negative: the question asks for what is not so.
    """

    kind: Kind
    units: tuple[str, ...] = ()
    noun: str = ""
    options: tuple[str, ...] = ()
    is_negative: bool = False


_KIN = (
    r"(?:brother|sister|mother|father|wife|husband|son|daughter|aunt|uncle|cousin|captain|"
    r"teacher|boss|"
    r"manager|director|mayor|owner|cook|chef|driver|doctor|nurse|neighbour|friend|author|founder|"
    r"builder|architect|chair|president|deputy|coach|guide|pilot|warden|keeper)"
)
_FOREIGN: tuple[tuple[str, Wanted], ...] = (
    (
        r"^\W*(?:was|wie ?viel) kostet|combien (?:coute|coûte|faut-il payer)|"
        r"(?:cuanto|cuánto) (?:cuesta|vale)",
        Wanted("money"),
    ),
    (r"\b(?:um wie ?viel uhr|à quelle heure|a qu[eé] hora)\b", Wanted("when", ("clock",))),
    (r"^\W*(?:wann|bis wann|ab wann|quand|cuando|cuándo)\b", Wanted("when")),
    (r"^\W*(?:wie ?viele?|combien de|cuant[oa]s|cuánt[oa]s)\b", Wanted("amount", ("",))),
    (r"^\W*(?:wer|wem|wen|qui|qui[eé]n(?:es)?)\b", Wanted("person")),
    (r"^\W*(?:wo|où|d[oó]nde)\b", Wanted("where")),
    (r"^\W*(?:warum|wieso|weshalb|pourquoi|por qu[eé])\b", Wanted("why")),
)
_NEGATED = re.compile(
    r"\b(?:not|n't|never|except|other than|exclud\w+|fail(?:s|ed)? to|missing|without|lacks?|"
    r"nor|no longer|but no)\b|n't\b|n’t\b",
    re.I,
)


_POLAR_OF_CASE = re.compile(
    r"^\W*(?:can|may|must|do|does|is|are|should|could|will|am|has|have)\b(?! you\b)"
    r"(?![^?]{0,80}\b(?:know\w*|sa(?:y|ys|id)|tell|told|stated?|clear|mention\w*|find|see|decided|"
    r"remember|announced|show|shown|name|named|or)\b)[^?]{2,60} (?:who|when|where)\b",
    re.I,
)
"""Yes or no is asked of a case that a clause tells more of: "can somebody who is ill …"."""


_CLAUSE_BEHIND = re.compile(
    r"^(?P<asked>\W*(?:who|whom|where|what|which|how|why)\b[^?]{8,120}?) (?:when|if|while|"
    r"before|after) "
    r"(?=(?:i|we|you|he|she|it|they|the|a|an|my|our|someone|somebody|there|one)\b)"
)


def _without_clause(low: str) -> str:
    """A question without a clause of "when" behind what it asks: "who helps when it rains"."""
    mark = _CLAUSE_BEHIND.match(low) if " when " in low else None
    return f"{mark['asked']}?" if mark else low


def wanted(question: str) -> Wanted:
    """The kind of answer that a question asks for."""
    q = re.sub(
        r"^\W*(?:and|so|but|then|now|also|well)\b,?\s",
        "",
        " ".join(question.split())[:300],
        flags=re.I,
    )
    low = _without_clause(q.lower())
    negative = bool(_NEGATED.search(low)) and not re.match(r"\W*(?:why|is|are|do|does)\b", low)
    options = _options(q)
    if options:
        return Wanted("choice", options=options, is_negative=negative)
    if (" who " in low or " when " in low or " where " in low) and _POLAR_OF_CASE.match(low):
        return Wanted("polar")
    if re.search(
        r"\bwhy\b|\bwhat (?:is|was|were)? ?(?:the )?(?:reasons?|cause)\b|\bhow come\b", low
    ):
        return Wanted("why")
    if re.search(r"\bwhat\b.{0,60}\bfor which reason\b|\bfor what reason\b|\bcaused\b", low):
        return Wanted("why")
    if re.search(r"\bhow often\b|\bhow many times\b", low):
        return Wanted("often")
    found = _foreign(low) or _time(low) or _amount(low)
    if found:
        return Wanted(found.kind, found.units, found.noun, is_negative=negative)
    if re.search(
        r"\bwho(?:m|se|'s|’s)?\b|\bwhat (?:person|people)\b|\bwhich (?:person|man|woman)\b", low
    ):
        many = re.search(r"\bwho (?:are|were) the \w+s\b|\bwho all\b", low)
        return Wanted("list" if many else "person", noun="who", is_negative=negative)
    if re.search(
        r"\bnames? of (?:the |this |that )?(?:\w+ )?(?:person|man|woman|author|writer|owner|"
        r"teacher|speaker|sender)\b",
        low,
    ):
        return Wanted("person", noun="name")
    if re.search(rf"\bnames? of (?:[\w'’]+ )?{_KIN}\b|{_KIN}(?:'s|’s)? (?:name|called)\b", low):
        return Wanted("person")
    if re.search(
        r"\bwhere\b|\bwhat (?:place|location|address)\b|\bat which (?:place|"
        r"gate)\b",
        low,
    ):
        return Wanted("where", is_negative=negative)
    if re.search(r"\b(?:what|which) colou?rs?\b", low):
        return Wanted("colour")
    if re.search(r"\bmade (?:of|from|out of)\b|\bwhat material\b", low):
        return Wanted("made")
    named = r"\b(?:what|how)\b.{0,60}\b(?:called|named?|title|titled)\b"
    if re.search(named, low) and not re.search(r"\bnames of\b", low):
        noun = re.search(
            r"\b(?:is|are|was|were|'s) (?:the |his |her |its |"
            r"their )?([a-z-]+) (?:called|named)",
            low,
        )
        return Wanted("called", noun=noun[1] if noun else "")
    if _POLAR.match(low) or (_LATE_POLAR.search(low) and not _WH.search(low)):
        return Wanted("polar")
    if re.search(r"\bhow (?:do|does|did|can|could|should|is|are|to|was|were)\b", low):
        return Wanted("manner")
    many = re.search(
        r"\b(?:what|which)\b (?:\w+ ){0,2}?((?!is|was|does|has)\w{3,}(?:[^su\W]s|ren|people))\b"
        r"(?! (?:is|was|has)\b)", low
    )  # fmt: skip
    if re.search(r"\b(?:list|all (?:the|of)|name (?:all|the|both|every))\b", low):
        return Wanted("list", noun=many[1] if many else "", is_negative=negative)
    if many or re.search(r"\bwhat (?:do|must|should|shall|can|may) (?:i|we|you|\w+) \w", low):
        return Wanted("list", noun=many[1] if many else "", is_negative=negative)
    return Wanted("thing", noun=_noun(low), is_negative=negative)


def _options(q: str) -> tuple[str, ...]:
    """The two things that a question offers."""
    if _OR_NOT.search(q) or re.search(r"\byes or no\b", q, re.I):
        return ()
    mark = _WHICH_OF.search(q)
    if not mark:
        return ()
    one, other = (
        re.sub(r"^(?:the|a|an)\s", "", part.strip(), flags=re.I) for part in mark.groups()
    )
    starts_choice = re.match(r"\W*(?:which|who|what)\b", q, re.I)
    one = " ".join(one.split()[-3:]) if starts_choice else " ".join(one.split()[-2:])
    other = " ".join(re.sub(r"^(?:in|on|at|by) (?:the )?", "", other).split()[:3])
    return (one, other) if one and other else ()


def _time(low: str) -> Wanted | None:
    if re.search(r"\bwhat time\b|\bwhich hour\b|\bwhat hour\b", low):
        return Wanted("when", ("clock",))
    if re.search(r"\b(?:what|which) days?\b", low):
        return Wanted("when", ("weekday", "date"))
    if re.search(r"\b(?:what|which) year\b", low):
        return Wanted("when", ("year",))
    if re.search(r"\b(?:what|which) month\b", low):
        return Wanted("when", ("month",))
    if re.search(
        r"\b(?:what|which|whats|what's)\b.{0,30}\b(?:dates?|deadline)\b|\bdeadline\b", low
    ):
        return Wanted("when", ("date", "weekday"))
    if re.search(r"\bwhen(?:'s|’s)?\b|\b(?:until|till) when\b|\bhow (?:soon|late|early)\b", low):
        return Wanted("when")
    return None


def _amount(low: str) -> Wanted | None:
    if re.match(r"\W*(?:what|which) (?:\w+ )?period\b", low):
        return Wanted("amount", ("span",))
    is_how = re.search(r"\bhow (?:many|much|long|far|heavy|loud|fast|big|large|tall|high|deep|"
        r"wide|"
                       r"broad|thick|old|hot|cold|warm|noisy|powerful|strong)\b", low)  # fmt: skip
    number_of = re.search(r"\b(?:number|count|amount|quantity) of (?:the )?([a-z-]+)", low)
    if number_of and not re.search(r"\bphone|\bhow\b", low):
        return Wanted("amount", ("",), number_of[1])
    many = re.search(r"\bhow many (?:more |other |different )?([\w-]+)(?: ([\w-]+))?", low)
    if many:
        if re.fullmatch(unit_pattern("mass"), many[1], re.I):
            return Wanted("amount", ("mass",), many[1])
        return Wanted("amount", ("",), many[1])
    if re.search(r"\bhow (?:much|expensive)\b", low) or re.match(r"\W*what\b", low):
        if _MONEY_ASKED.search(low) and not re.search(r"\bhow (?:do|can|should)\b", low):
            return Wanted("money")
    for pattern, families in _MEASURES:
        if re.search(pattern, low) and (is_how or re.match(r"\W*(?:what|at what|from what)", low)):
            return Wanted("amount", families)
    much = re.search(r"\bhow much (?:of )?(?:the )?([\w-]+)", low)
    if much:
        return Wanted("amount", ("mass", "volume", "span", "share", "power", "data", ""), much[1])
    if re.match(r"\W*what\b.{0,20}\b(?:number of|capacity|quantity|maximum|minimum|limit)\b", low):
        return Wanted("amount", ("",))
    return None


def _foreign(low: str) -> Wanted | None:
    """The kind of answer by a question word of German, French or Spanish."""
    for pattern, want in _FOREIGN:
        if re.search(pattern, low):
            return want
    return None


def _noun(low: str) -> str:
    mark = re.search(r"\b(?:what|which) ((?!is|are|was|were|does|do|did|has)[a-z-]{3,})", low)
    return mark[1] if mark else ""
